//! Telling people what others have done (`docs/dialects/chat.md#notices`).
//!
//! Whoever does what people are told about has done it by then: telling never fails, and does not keep its caller for long.

use super::{
    packet::{Notice as Packet, Stored},
    rows::{self, letters},
    rules::Inbox,
    sending::store,
};
use crate::{
    app::App,
    error::Error,
    values::{GroupId, MessageId, UserId, new_conversation},
};
use futures_util::{StreamExt, stream};
use std::time::Duration;

/// People are told side by side, so many at a time.
const WIDTH: usize = 50;

/// So long a call tells people at most. What has been stored for somebody by then, and not posted, is posted by whoever comes next;
/// those for whom nothing has been stored are not told.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something that people are told in somebody's name.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// In whose.
    pub from: &'a UserId,
    /// The group that it is about.
    pub group: Option<&'a GroupId>,
    /// Which kind of message it is.
    pub kind: u8,
    /// What it says.
    pub content: &'a str,
    /// Also those are told who have never opened a connection, or not for as long as letters wait.
    pub everybody: bool,
}

/// People who may be told something, with their queues as they were read. So the read can run beside another one, or beside the
/// write of what they are told about.
#[derive(Debug, Default)]
pub struct Audience(Vec<(UserId, Inbox)>);

impl Audience {
    /// Reads their queues. One round, none for nobody. Nobody is told anything if that fails.
    pub async fn of(app: &App, uids: &[UserId]) -> Self {
        match rows::inboxes(&app.store, uids).await {
            Ok(inboxes) => Self(inboxes.into_iter().collect()),
            Err(error) => {
                tracing::warn!(%error, "nobody is told");
                Self::default()
            }
        }
    }

    /// Tells them something. No round for those who read nothing; for the others two until it is stored, and two until those have it
    /// who read at the moment.
    pub async fn tell(&self, app: &App, news: &News<'_>) {
        // In a box: most calls tell nobody, and their futures are not to be as large as this one.
        match tokio::time::timeout(PATIENCE, Box::pin(self.told(app, news))).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "somebody was not told"),
            Err(_) => tracing::warn!("somebody was not told in time"),
        }
    }

    async fn told(&self, app: &App, news: &News<'_>) -> Result<(), Error> {
        let since = app.clock.seconds() - letters::LIFETIME;
        let id = MessageId::new(&app.clock, &app.random);
        let conversation = new_conversation(&app.random);
        let mut each = Vec::new();
        for (uid, inbox) in &self.0 {
            if news.everybody || inbox.opened_at.is_some_and(|at| at >= since) {
                let to = news.group.map_or(uid.as_str(), GroupId::as_str);
                let chat = news.group.map_or(conversation.as_str(), GroupId::as_str);
                let (from, kind, content, at) = (news.from, news.kind, news.content, app.clock.millis());
                let message = Stored::made(&Packet { from, to, chat, kind, content, at }, &id)?;
                each.push(send(app, uid, inbox, message));
            }
        }
        let told: Vec<Result<(), Error>> = stream::iter(each).buffer_unordered(WIDTH).collect().await;
        told.into_iter().collect()
    }
}

async fn send(app: &App, uid: &UserId, inbox: &Inbox, message: Stored) -> Result<(), Error> {
    store(app, uid, inbox, vec![message]).await?.post(app).await;
    Ok(())
}

/// Tells people something. Three rounds and more, one where nobody reads.
pub async fn tell(app: &App, uids: &[UserId], news: &News<'_>) {
    Audience::of(app, uids).await.tell(app, news).await;
}
