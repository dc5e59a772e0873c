//! Who takes and plays live streams, as far as it is a service with an API: the port to it.
//!
//! A publishing server of one's own has no API that is called: it asks instead (`rooms::hooks`). A service has
//! channels. Its SDK is a crate of its own, so that only the function that opens rooms links it: that function hands an
//! implementation of [`Channels`] to [`Streams::attach`]. Functions that merely erase people have none.

use aws_types::SdkConfig;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

/// A service has refused or did not answer. Why is for the log alone, and whoever gives this back has logged it.
#[derive(Debug, thiserror::Error)]
#[error("the streaming service failed")]
pub struct Failed;

/// A channel of a service: where one person publishes, and where that is played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// What the service calls it.
    pub arn: String,
    /// The host that takes streams.
    pub ingest: String,
    /// The URL that plays whatever is published.
    pub playback: String,
}

/// A key that lets its holder publish to a channel.
#[derive(Clone, Serialize, Deserialize)]
pub struct Key {
    /// What the service calls it; no secret.
    pub arn: String,
    /// The secret itself.
    pub value: String,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// A service with channels. Every method can be repeated, and what is gone already counts as removed.
pub trait Channels: fmt::Debug + Send + Sync {
    /// Makes a channel with a key.
    fn make(&self) -> BoxFuture<'_, Result<(Channel, Key), Failed>>;

    /// Gives a channel one new key in place of all that it has. `None`: there is no such channel any more.
    fn renew_key<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<Option<Key>, Failed>>;

    /// Takes a key back, and stops what is being published.
    fn stop<'a>(&'a self, channel: &'a str, key: &'a str) -> BoxFuture<'a, Result<(), Failed>>;

    /// Takes a key back that nobody was given.
    fn drop_key<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), Failed>>;

    /// Deletes a channel, whatever is being published.
    fn remove<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<(), Failed>>;
}

/// The service of this process, if it has one.
#[derive(Debug)]
pub struct Streams {
    sdk: SdkConfig,
    channels: OnceLock<Box<dyn Channels>>,
    fails: AtomicBool,
}

impl Streams {
    /// Without a service yet. Does no I/O.
    #[must_use]
    pub fn new(sdk: SdkConfig) -> Self {
        Self { sdk, channels: OnceLock::new(), fails: AtomicBool::new(false) }
    }

    /// What the client of a service is made from.
    #[must_use]
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// Gives the process its service, once: a second one is dropped.
    pub fn attach(&self, channels: impl Channels + 'static) {
        let _ = self.channels.set(Box::new(channels));
    }

    /// The service.
    #[must_use]
    pub fn channels(&self) -> Option<&dyn Channels> {
        self.channels.get().map(|channels| &**channels)
    }

    /// Lets whoever takes streams fail from now on, or work again. For the local server and the tests.
    pub fn let_fail(&self, fails: bool) {
        self.fails.store(fails, Ordering::Relaxed);
    }

    /// Whether a failure was asked for.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.fails.load(Ordering::Relaxed)
    }
}
