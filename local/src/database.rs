//! DynamoDB: an embedded engine behind a real HTTP endpoint, with the tables of the template.
//!
//! It keeps the machine's clock. Items whose time of expiry has come are deleted about once a minute; the application
//! looks at the time of expiry itself, by its own clock. Streams, backups and throttling do not exist here.

use crate::{
    error::StartError,
    folder::Folder,
    image,
    server::Server,
    template::{self, Table},
};
use dynoxide::{Database as Engine, DynoxideError};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{fmt, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle, time::MissedTickBehavior};

/// How often expired items are deleted. AWS promises a few days.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// The running stand-in.
pub(crate) struct Database {
    engine: Engine,
    has_questions: bool,
    server: Server,
    sweeper: Sweeper,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Database").field(&self.server.url()).finish()
    }
}

/// The task that deletes expired items. It ends with the value, since it would keep the database open.
#[derive(Debug)]
struct Sweeper(JoinHandle<()>);

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Database {
    /// Opens the database in the folder, or one in memory for a temporary folder; makes the tables that are missing; and
    /// serves it. One in memory that is to have the questions begins with them, once another of this process had them.
    pub(crate) fn start(
        listener: TcpListener,
        folder: &Folder,
        tables: &[Table],
        questions: bool,
    ) -> Result<Self, StartError> {
        let engine = open(folder)?;
        let in_memory = folder.database().is_none();
        let has_questions = questions && in_memory && image::copy(&engine, tables).map_err(refused)?;
        if !has_questions {
            for table in tables {
                prepare(&engine, table, folder)?;
            }
        }
        let sweeper = Sweeper(tokio::spawn(sweep(engine.clone())));
        let served = engine.clone();
        let server = Server::run(listener, |listener, stop| async move {
            if let Err(error) = dynoxide::server::serve_with_shutdown(listener, served, stop).await {
                tracing::error!(error, "the database server failed");
            }
        })?;
        Ok(Self { engine, has_questions, server, sweeper })
    }

    /// Whether the question pool is in it already.
    pub(crate) fn has_questions(&self) -> bool {
        self.has_questions
    }

    /// Lets the next databases in memory begin as this one is now: with the question pool, and nothing else yet.
    pub(crate) fn keep_questions(&self, folder: &Folder, tables: &[Table]) -> Result<(), StartError> {
        if folder.database().is_some() {
            return Ok(());
        }
        image::keep(&self.engine, tables, folder.path()).map_err(refused)
    }

    pub(crate) fn url(&self) -> &str {
        self.server.url()
    }

    pub(crate) async fn stop(self, patience: Duration) {
        drop(self.engine);
        drop(self.sweeper);
        self.server.stop(patience).await;
    }
}

fn open(folder: &Folder) -> Result<Engine, StartError> {
    let Some(file) = folder.database() else {
        return Engine::memory().map_err(refused);
    };
    let bad = |reason: String| StartError::Folder { path: file.clone(), reason };
    let path = file.to_str().ok_or_else(|| bad("the path is no UTF-8".into()))?;
    Engine::new(path).map_err(|error| bad(error.to_string()))
}

fn refused(error: impl fmt::Display) -> StartError {
    StartError::Database(error.to_string())
}

/// The engine's request types are read from JSON, in the shape of the DynamoDB API.
fn request<T: DeserializeOwned>(value: Value) -> Result<T, StartError> {
    serde_json::from_value(value).map_err(refused)
}

/// Makes the table, or makes sure that the one on disk is the same.
fn prepare(engine: &Engine, table: &Table, folder: &Folder) -> Result<(), StartError> {
    let name = json!({ "TableName": table.name });
    match engine.describe_table(request(name)?) {
        Ok(found) => {
            let found = serde_json::to_value(found.table).map_err(refused)?;
            if template::definition(&found) != table.definition {
                let folder = folder.path().to_owned();
                return Err(StartError::OtherDefinition { table: table.name.clone(), folder });
            }
        }
        Err(DynoxideError::ResourceNotFoundException(_)) => {
            let mut create = table.definition.clone();
            create["TableName"] = json!(table.name);
            create["BillingMode"] = json!("PAY_PER_REQUEST");
            engine.create_table(request(create)?).map_err(refused)?;
        }
        Err(error) => return Err(refused(error)),
    }
    set_expiry(engine, table)
}

fn set_expiry(engine: &Engine, table: &Table) -> Result<(), StartError> {
    let described = engine.describe_time_to_live(request(json!({ "TableName": table.name }))?).map_err(refused)?;
    let described = described.time_to_live_description;
    let now = described.attribute_name.filter(|_| described.time_to_live_status == "ENABLED");
    if now == table.expiry {
        return Ok(());
    }
    // The attribute cannot be changed while expiry is on.
    for (attribute, enabled) in [(&now, false), (&table.expiry, true)] {
        if let Some(attribute) = attribute {
            let wanted = json!({
                "TableName": table.name,
                "TimeToLiveSpecification": { "AttributeName": attribute, "Enabled": enabled },
            });
            engine.update_time_to_live(request(wanted)?).map_err(refused)?;
        }
    }
    Ok(())
}

async fn sweep(engine: Engine) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let engine = engine.clone();
        match tokio::task::spawn_blocking(move || engine.sweep_ttl()).await {
            Ok(Ok(deleted)) => tracing::debug!(deleted, "expired items are gone"),
            Ok(Err(error)) => tracing::warn!(%error, "expired items could not be deleted"),
            // The runtime ends.
            Err(_) => return,
        }
    }
}
