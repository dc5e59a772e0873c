//! Posting to open WebSockets, as far as it is a service with an API: the port to it.
//!
//! API Gateway keeps the sockets of clients open; a function reaches one by the name of its connection. The service's SDK is a crate of
//! its own, so that only the functions that push link it: these hand an implementation of [`Connections`] to [`Push::attach`].

use crate::{error::Error, metrics::Count, values::ConnectionId};
use aws_types::SdkConfig;
use futures_util::future::BoxFuture;
use std::{fmt, sync::OnceLock};

/// What has become of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// The service has taken it for the connection. Whether the client gets it is not known.
    Sent,
    /// There is no such connection, or not any more. It never comes back.
    Gone,
}

/// The service has refused or did not answer, whatever it was asked. Why is for the log alone, and whoever gives this back has
/// logged it.
#[derive(Debug, thiserror::Error)]
#[error("the service of open sockets failed")]
pub struct Failed;

/// A service that keeps sockets open. Every method can be repeated; a text that is posted again may arrive twice.
pub trait Connections: fmt::Debug + Send + Sync {
    /// Posts a text to a connection.
    fn post<'a>(&'a self, connection: &'a ConnectionId, text: &'a str) -> BoxFuture<'a, Result<Posted, Failed>>;

    /// Closes a connection. One that is gone counts as closed.
    fn close<'a>(&'a self, connection: &'a ConnectionId) -> BoxFuture<'a, Result<(), Failed>>;
}

/// The service of this process, if it has one.
#[derive(Debug)]
pub struct Push {
    sdk: SdkConfig,
    connections: OnceLock<Box<dyn Connections>>,
}

impl Push {
    /// Without a service yet. Does no I/O.
    #[must_use]
    pub fn new(sdk: SdkConfig) -> Self {
        Self { sdk, connections: OnceLock::new() }
    }

    /// What the client of a service is made from.
    #[must_use]
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// Gives the process its service, once: a second one is dropped.
    pub fn attach(&self, connections: impl Connections + 'static) {
        let _ = self.connections.set(Box::new(connections));
    }

    /// Posts a text to a connection: one round.
    ///
    /// # Errors
    /// [`Error::Unavailable`]: the service failed after all attempts, so that nobody knows whether the text has been sent; or this
    /// process has no service.
    pub async fn post(&self, connection: &ConnectionId, text: &str) -> Result<Posted, Error> {
        let posted = self.connections()?.post(connection, text).await.map_err(|Failed| Error::Unavailable)?;
        if posted == Posted::Gone {
            Count::StaleSockets.once();
        }
        Ok(posted)
    }

    /// Closes a connection: one round. One that is gone counts as closed.
    ///
    /// # Errors
    /// As [`Push::post`].
    pub async fn close(&self, connection: &ConnectionId) -> Result<(), Error> {
        self.connections()?.close(connection).await.map_err(|Failed| Error::Unavailable)
    }

    fn connections(&self) -> Result<&dyn Connections, Error> {
        self.connections.get().map(|connections| &**connections).ok_or_else(|| {
            tracing::error!("nothing is pushed: this function has no service of open sockets");
            Error::Unavailable
        })
    }
}
