//! The application: settings, clock, randomness and the services, put together once and handed to every domain
//! function.

use crate::{
    clients::Clients,
    config::{self, Config},
    notices::Notices,
    passwords::Hasher,
    push::Push,
    random::Random,
    sms::Sms,
    storage::Storage,
    store::Store,
    streams::Streams,
    time::Clock,
};
use std::{ops::Deref, sync::Arc};

/// Everything a domain function needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The settings.
    pub config: Arc<Config>,
    parts: Arc<Parts>,
}

/// The parts of an [`App`].
#[derive(Debug)]
pub struct Parts {
    /// The application clock.
    pub clock: Clock,
    /// The source of codes, tokens and ids.
    pub random: Random,
    /// DynamoDB.
    pub store: Store,
    /// S3.
    pub storage: Storage,
    /// SMS through SNS.
    pub sms: Sms,
    /// What operators are told through SNS.
    pub notices: Notices,
    /// Who takes and plays live streams.
    pub streams: Streams,
    /// Who posts to open WebSockets.
    pub push: Push,
    /// Argon2id behind a semaphore.
    pub hasher: Hasher,
}

impl App {
    /// Puts an application together. Does no I/O.
    #[must_use]
    pub fn new(config: Config, clients: Clients, clock: Clock, random: Random) -> Self {
        let store = Store::new(clients.dynamodb.clone(), &config);
        let storage = Storage::new(&clients, &config);
        let (sms, notices) = (Sms::new(clients.sns.clone()), Notices::new(clients.sns));
        let hasher = Hasher::new(&config);
        let (streams, push) = (Streams::new(clients.sdk.clone()), Push::new(clients.sdk));
        let parts = Parts { clock, random, store, storage, sms, notices, streams, push, hasher };
        Self { config: Arc::new(config), parts: Arc::new(parts) }
    }

    /// The same application with the settings of a function that declares these variables, and no others.
    #[must_use]
    pub fn declaring(&self, declared: &[&str]) -> Self {
        let config = Config::clone(&self.config).only(declared);
        Self { config: Arc::new(config), parts: Arc::clone(&self.parts) }
    }

    /// The application of a Lambda function: the settings that it declares, credentials and endpoints from the
    /// environment.
    ///
    /// # Errors
    /// A setting that is missing or makes no sense.
    pub fn from_env(declared: &[&'static str]) -> std::result::Result<Self, config::BadConfig> {
        let config = Config::from_env(declared)?;
        let clients = Clients::from_env(&config)?;
        Ok(Self::new(config, clients, Clock::default(), Random::system()))
    }

    /// Starts to connect to DynamoDB, so that the first request finds the connection made. Never awaited.
    pub fn warm_up(&self) {
        let app = self.clone();
        tokio::spawn(async move { app.store.connect().await });
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}
