//! That something has happened, for pages that are open: the console shows it by itself.

use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// News that may wait for a page that reads slowly. What is more is lost to it, and it hears so.
const WAITING: usize = 256;

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// The request of this number has been answered.
    Request(u64),
    /// Something was sent by SMS, or to operators.
    Message,
    /// A socket was opened or has ended.
    Sockets,
    /// The application's clock was moved.
    Clock,
}

/// Hands news to whoever listens. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Wire(Arc<Mutex<Option<broadcast::Sender<News>>>>);

impl Default for Wire {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Some(broadcast::channel(WAITING).0))))
    }
}

impl Wire {
    pub(crate) fn tell(&self, news: News) {
        if let Some(sender) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            // An error says that nobody listens.
            let _ = sender.send(news);
        }
    }

    /// What is told from now on; `None`: nothing any more.
    pub(crate) fn listen(&self) -> Option<broadcast::Receiver<News>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(broadcast::Sender::subscribe)
    }

    /// Ends all listening: a page that is open must not hold up the end of the server.
    pub(crate) fn end(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
