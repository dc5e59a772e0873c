//! Open WebSockets, as far as they are services with an API: the ports to these.
//!
//! API Gateway keeps the sockets of clients open; a function reaches one by the name of its connection. The service's SDK is a crate of
//! its own, so that only the functions that push link it: these hand an implementation of [`Connections`] to [`Push::attach`]. So is
//! it with the service that tells the function of sockets when a session ends: only the function that opens them has [`Schedules`].

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

/// A service has refused or did not answer, whatever it was asked. Why is for the log alone, and whoever gives this back has
/// logged it.
#[derive(Debug, thiserror::Error)]
#[error("a service of open sockets failed")]
pub struct Failed;

/// A service that keeps sockets open. Every method can be repeated; a text that is posted again may arrive twice.
pub trait Connections: fmt::Debug + Send + Sync {
    /// Posts a text to a connection.
    fn post<'a>(&'a self, connection: &'a ConnectionId, text: &'a str) -> BoxFuture<'a, Result<Posted, Failed>>;

    /// Closes a connection. One that is gone counts as closed.
    fn close<'a>(&'a self, connection: &'a ConnectionId) -> BoxFuture<'a, Result<(), Failed>>;
}

/// A service that tells the function of sockets of a connection at a time: nothing else acts on an open socket by time alone.
pub trait Schedules: fmt::Debug + Send + Sync {
    /// Has the function told that a connection's session has ended, at this second since 1970 or within a minute after it. The same
    /// again changes nothing.
    fn expiry<'a>(&'a self, connection: &'a ConnectionId, at: i64) -> BoxFuture<'a, Result<(), Failed>>;
}

/// The services of this process, as far as it has them.
#[derive(Debug)]
pub struct Push {
    sdk: SdkConfig,
    connections: OnceLock<Box<dyn Connections>>,
    schedules: OnceLock<Box<dyn Schedules>>,
}

impl Push {
    /// Without services yet. Does no I/O.
    #[must_use]
    pub fn new(sdk: SdkConfig) -> Self {
        Self { sdk, connections: OnceLock::new(), schedules: OnceLock::new() }
    }

    /// What the clients of the services are made from.
    #[must_use]
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// Gives the process the service of open sockets, once: a second one is dropped.
    pub fn attach(&self, connections: impl Connections + 'static) {
        let _ = self.connections.set(Box::new(connections));
    }

    /// Gives it the service of schedules, once.
    pub fn attach_schedules(&self, schedules: impl Schedules + 'static) {
        let _ = self.schedules.set(Box::new(schedules));
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

    /// Has the function of sockets told that the session of a connection ends at this second since 1970: one round. The same again
    /// changes nothing.
    ///
    /// # Errors
    /// As [`Push::post`].
    pub async fn expiry(&self, connection: &ConnectionId, at: i64) -> Result<(), Error> {
        let Some(schedules) = self.schedules.get() else {
            tracing::error!("nothing is scheduled: this function has no service of schedules");
            return Err(Error::Unavailable);
        };
        schedules.expiry(connection, at).await.map_err(|Failed| Error::Unavailable)
    }

    fn connections(&self) -> Result<&dyn Connections, Error> {
        self.connections.get().map(|connections| &**connections).ok_or_else(|| {
            tracing::error!("nothing is pushed: this function has no service of open sockets");
            Error::Unavailable
        })
    }
}
