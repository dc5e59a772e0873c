//! What operators do over the command line, in the stack of a test.

use crate::world::Api;
use local::{
    Options,
    tasks::{Failure, OfStack, Task},
};
use shared::{App, Config, config::Table, random::Random};

impl Api {
    /// What a command prints.
    pub async fn operator(&self, line: &[&str]) -> Result<String, Failure> {
        let task = Task::parse(line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
        let mut out = Vec::new();
        task.run(Some(&self.world.app), &mut out).await?;
        Ok(String::from_utf8(out).unwrap())
    }

    /// What a task prints that knows of this stack only the variables that it has asked for.
    pub async fn operator_of_a_deployed_stack<T: OfStack>(&self, task: T) -> Result<String, Failure> {
        let mut out = Vec::new();
        task.run(&self.deployed(&T::settings()), &mut out).await?;
        Ok(String::from_utf8(out).unwrap())
    }

    /// An application over this stack that has these variables.
    pub fn deployed(&self, settings: &[&'static str]) -> App {
        let own = &self.world.app.config;
        let named = |variable: &str| {
            let table = Table::ALL.into_iter().find(|table| table.setting() == variable);
            let table = table.map(|table| own.tables.name(table).to_owned());
            table.or_else(|| (variable == "MEDIA_BUCKET").then(|| own.media_bucket.clone()))
        };
        let lookup = |variable: &str| named(variable).or_else(|| (variable == "HASH_KEY").then(|| "k".repeat(32)));
        let config = Config::read(settings, &lookup).unwrap();
        App::new(config, self.world.clients.clone(), self.world.clock.clone(), Random::system())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_loads_the_question_pool() {
    let api = Api::with(Options::ephemeral().without_questions()).await;
    let questions = async || api.rows("UsersTable").await.len();
    assert_eq!(questions().await, 0);
    let Ok(Task::Questions(pool)) = Task::parse(&["questions"]) else { panic!("the pool") };
    assert_eq!(api.operator_of_a_deployed_stack(pool.task).await.unwrap(), "");
    let loaded = questions().await;
    assert!(loaded > 0);
    api.operator(&["questions"]).await.unwrap();
    assert_eq!(questions().await, loaded, "again it changes nothing");
}
