//! The services that a world has itself.

use crate::{
    clients::Endpoints,
    database::Database,
    elsewhere::{self, Elsewhere},
    error::StartError,
    folder::Folder,
    server::Server,
    sns::{self, Outbox},
    storage,
    template::Template,
};
use shared::App;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long running requests may take to finish at the end: nobody calls them by then.
const PATIENCE: Duration = Duration::from_millis(500);

/// The services of this process.
#[derive(Debug)]
pub(super) struct StandIns {
    database: Option<Database>,
    storage: Option<Server>,
    sns: Option<Server>,
}

impl StandIns {
    /// Starts those that are not elsewhere, in this order: DynamoDB, S3, SNS.
    pub(super) fn start(
        listeners: [TcpListener; 3],
        elsewhere: &Elsewhere,
        folder: &Folder,
        template: &Template,
        questions: bool,
        outbox: Outbox,
    ) -> Result<Self, StartError> {
        let [for_database, for_storage, for_sns] = listeners;
        let here = |elsewhere: &Option<String>| elsewhere.is_none();
        let database = || Database::start(for_database, folder, &template.tables, questions);
        let storage = || storage::start(for_storage, folder, &template.buckets);
        Ok(Self {
            database: here(&elsewhere.dynamodb).then(database).transpose()?,
            storage: here(&elsewhere.s3).then(storage).transpose()?,
            sns: here(&elsewhere.sns).then(|| sns::start(for_sns, outbox)).transpose()?,
        })
    }

    /// Where the services are: here, or elsewhere.
    pub(super) fn endpoints(&self, elsewhere: &Elsewhere) -> Endpoints {
        let url = |here: Option<&str>, elsewhere: &Option<String>| {
            elsewhere.as_deref().or(here).unwrap_or_default().to_owned()
        };
        Endpoints {
            dynamodb: url(self.database.as_ref().map(Database::url), &elsewhere.dynamodb),
            s3: url(self.storage.as_ref().map(Server::url), &elsewhere.s3),
            sns: url(self.sns.as_ref().map(Server::url), &elsewhere.sns),
        }
    }

    /// Whether the question pool has to be loaded. On AWS an operator does that, once.
    fn wants_questions(&self, elsewhere: &Elsewhere) -> bool {
        match (&self.database, &elsewhere.dynamodb) {
            (Some(database), _) => !database.has_questions(),
            (None, url) => !url.as_deref().is_some_and(elsewhere::is_aws),
        }
    }

    /// Loads the question pool where it is missing, and keeps it for the next world.
    pub(super) async fn load_questions(
        &self,
        elsewhere: &Elsewhere,
        app: &App,
        folder: &Folder,
        template: &Template,
    ) -> Result<(), StartError> {
        if !self.wants_questions(elsewhere) {
            return Ok(());
        }
        shared::questions::seed(app).await?;
        match &self.database {
            Some(database) => database.keep_questions(folder, &template.tables),
            None => Ok(()),
        }
    }

    /// Ends them.
    pub(super) async fn stop(self) {
        let server = |server: Option<Server>| async {
            if let Some(server) = server {
                server.stop(PATIENCE).await;
            }
        };
        let database = async {
            if let Some(database) = self.database {
                database.stop(PATIENCE).await;
            }
        };
        tokio::join!(database, server(self.storage), server(self.sns));
    }
}
