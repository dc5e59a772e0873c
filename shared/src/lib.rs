//! The domain of the social backend: people, sessions, media, guests, lights. No HTTP and no Lambda in here.
//!
//! | module | what it holds |
//! |---|---|
//! | [`accounts`] | register, validate, sign in, passwords, erase |
//! | [`profiles`] | what a person tells about themselves, and who may see it |
//! | [`sessions`] | a [`sessions::Claim`] and how it becomes an [`sessions::Actor`] |
//! | [`codes`], [`passwords`] | verification codes and password hashes |
//! | [`captcha`] | pictures that ask for a person |
//! | [`limits`] | every attempt limit, in one table |
//! | [`questions`] | the question pools and each user's draw |
//! | [`media`], [`images`] | uploads, live media, portraits; pictures that are public |
//! | [`guests`], [`lights`] | finding people, lighting lights, messages |
//! | [`friends`] | friends, blocks, and finding people one knows |
//! | [`groups`] | groups, their members, invitations |
//! | [`devices`] | push tokens |
//! | [`regions`] | country calling codes |
//! | [`store`] | the only code that names a key or an attribute |
//! | [`storage`], [`sms`] | S3 and SNS |
//! | [`values`], [`time`], [`random`], [`config`], [`error`] | what all of them use |
//!
//! A capability is a module of plain async functions that take the [`App`] first. A dialect calls exactly one of them
//! for a request.

pub mod accounts;
pub mod captcha;
mod clients;
pub mod codes;
pub mod config;
pub mod devices;
pub mod error;
pub mod friends;
pub mod groups;
pub mod guests;
pub mod images;
pub mod lights;
pub mod limits;
pub mod media;
pub mod passwords;
pub mod profiles;
pub mod questions;
pub mod random;
pub mod regions;
pub mod sessions;
pub mod sms;
pub mod storage;
pub mod store;
pub mod sync;
pub mod time;
pub mod values;

pub use clients::OnDemand;
pub use config::Config;
pub use error::{Error, ErrorKind, Result};

use crate::{passwords::Hasher, random::Random, sms::Sms, storage::Storage, store::Store, time::Clock};
use std::{ops::Deref, sync::Arc};

/// Everything a domain function needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
#[derive(Debug)]
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// The application clock.
    pub clock: Clock,
    /// The source of codes, tokens and ids.
    pub random: Random,
    /// DynamoDB.
    pub store: Store,
    /// S3.
    pub storage: Storage,
    /// SNS.
    pub sms: Sms,
    /// Argon2id behind a semaphore.
    pub hasher: Hasher,
}

/// The clients of the three services, made once.
#[derive(Clone, Debug)]
pub struct Clients {
    /// DynamoDB.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// S3.
    pub s3: OnDemand<aws_sdk_s3::Client>,
    /// SNS.
    pub sns: OnDemand<aws_sdk_sns::Client>,
    /// Signs upload forms.
    pub credentials: aws_credential_types::provider::SharedCredentialsProvider,
    /// The region that signatures name.
    pub region: String,
    /// Where upload forms are sent: the URL of the bucket.
    pub upload_url: String,
}

impl App {
    /// Puts an application together. Does no I/O.
    #[must_use]
    pub fn new(config: Config, clients: Clients, clock: Clock, random: Random) -> Self {
        let store = Store::new(clients.dynamodb.clone(), &config);
        let storage = Storage::new(&clients, &config);
        let sms = Sms::new(clients.sns);
        Self(Arc::new(Parts { config, clock, random, store, storage, sms, hasher: Hasher::new() }))
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
        &self.0
    }
}
