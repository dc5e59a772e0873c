//! The stack that a command of an operator is for: that of the server on this machine, or a deployed one.

use super::Failure;
use crate::{
    clients::{self, Endpoints},
    elsewhere::Elsewhere,
    faults::Faults,
    greeting::DEFAULT_PORT,
};
use clap::Args;
use shared::{
    App, Clients, Config,
    config::{BadConfig, Secret},
    error::causes,
    random::Random,
    time::Clock,
};
use std::io::Write;

/// Which stack.
#[derive(Args, Clone, Debug)]
pub struct Stack {
    /// It is done in the data of the server that runs on this machine at this port.
    #[arg(long, default_value_t = DEFAULT_PORT, conflicts_with = "deployed")]
    pub port: u16,
    /// It is done in the stack whose tables, bucket and key the environment names, as it does for functions (USERS_TABLE and so on),
    /// with the AWS credentials of the environment.
    #[arg(long)]
    pub deployed: bool,
}

/// What is done in a stack.
pub trait OfStack: Args {
    /// The variables of the environment that have to be there for it. It can use no others.
    fn settings() -> Vec<&'static str>;

    /// Does it, and prints what there is to be read.
    ///
    /// # Errors
    /// Those of [`Failure`].
    fn run(self, app: &App, out: &mut impl Write) -> impl Future<Output = Result<(), Failure>>;
}

/// Something that is done in a stack, and the stack.
#[derive(Args, Debug)]
pub struct InStack<T: Args> {
    /// What is done.
    #[command(flatten)]
    pub task: T,
    /// Where.
    #[command(flatten)]
    pub stack: Stack,
}

impl<T: OfStack> InStack<T> {
    /// Does it, with an application that is there already or with one of its own.
    ///
    /// # Errors
    /// Those of [`Failure`].
    pub async fn run(self, app: Option<&App>, out: &mut impl Write) -> Result<(), Failure> {
        match app {
            Some(app) => self.task.run(app, out).await,
            None => self.task.run(&self.stack.app(&T::settings()).await?, out).await,
        }
    }
}

impl Stack {
    /// The application over it, which has these settings if it is a deployed one.
    async fn app(&self, settings: &[&'static str]) -> Result<App, NoStack> {
        let (config, clients) = if self.deployed {
            let config = Config::from_env(settings)?;
            let clients = Clients::from_env(&config)?;
            (config, clients)
        } else {
            // No code or number is made or read by these tasks: any key does.
            let config = Config::local(Secret::new(""));
            let clients = self.local_clients(&config).await?;
            (config, clients)
        };
        Ok(App::new(config, clients, Clock::default(), Random::system()))
    }

    /// The clients of the server of this machine, which says where its stand-ins are.
    ///
    /// # Errors
    /// [`NoStack::Here`].
    pub async fn local_clients(&self, config: &Config) -> Result<Clients, NoStack> {
        let port = self.port;
        let asked = async {
            let client = reqwest::Client::builder().no_proxy().build()?;
            let answer = client.get(format!("http://127.0.0.1:{port}/_local/health")).send().await?;
            answer.error_for_status()?.json().await
        };
        let refused = |error: reqwest::Error| NoStack::Here { port, reason: causes(&error.without_url()) };
        let endpoints: Endpoints = asked.await.map_err(refused)?;
        Ok(clients::clients(&endpoints, &Elsewhere::default(), &config.media_bucket, &Faults::default()))
    }
}

/// Why there is no stack that a task could work on.
#[derive(Debug, thiserror::Error)]
pub enum NoStack {
    /// A setting of AWS or of the stack is missing.
    #[error(transparent)]
    Config(#[from] BadConfig),
    /// No server of this project answers on this machine.
    #[error("no server answers at port {port}: {reason}; start it with cargo run, or name its port with --port")]
    Here {
        /// Where one was asked.
        port: u16,
        /// What came instead.
        reason: String,
    },
}
