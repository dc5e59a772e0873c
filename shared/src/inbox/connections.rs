//! Connections: opened, proven, posted to and closed.

use super::{
    changing::apply,
    remembered,
    rows::{self, connections as rows_of, connections::Connection},
    rules::{CONNECTION_LIFE, Conn, Inbox},
};
use crate::{
    app::App,
    error::Error,
    push::Posted,
    sessions::{self, Actor, Claim},
    values::{ConnectionId, Dialect, PushId, UserId},
};
use futures_util::future::{join_all, try_join_all};

/// By what somebody opens a connection.
#[derive(Clone, Debug)]
pub enum Key {
    /// A session.
    Session(Claim),
    /// The token for push connections of a session.
    PushToken(Dialect, String),
    /// The same of a device.
    DevicePushToken(Dialect, String),
}

/// How a client wants to be talked to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes {
    /// It wants to hear what is wrong.
    pub v2: bool,
    /// It wants single objects where others get a list of one.
    pub object: bool,
}

/// Opens a connection for whoever shows a key: nothing is posted to it before its client starts. Where a person has too many, the
/// oldest is closed. Three rounds, two for a session.
///
/// # Errors
/// [`Error::SignedOut`] and what else the proof says; faults.
pub async fn open(app: &App, id: &ConnectionId, key: &Key, wishes: Wishes) -> Result<UserId, Error> {
    let (actor, read) = match key {
        Key::Session(claim) => {
            let read = async |reader: &sessions::Reader| rows::inbox(&app.store, reader.uid()).await;
            sessions::verify_with(app, claim, read).await?
        }
        Key::PushToken(dialect, token) => (sessions::by_push_token(app, *dialect, token).await?, Inbox::default()),
        Key::DevicePushToken(dialect, token) => {
            (sessions::devices::by_push_token(app, *dialect, token).await?, Inbox::default())
        }
    };
    open_for(app, id, &actor, read, wishes).await?;
    Ok(actor.uid().clone())
}

async fn open_for(app: &App, id: &ConnectionId, actor: &Actor, read: Inbox, wishes: Wishes) -> Result<(), Error> {
    let (now, uid) = (app.clock.millis(), actor.uid());
    let until = actor.ends_at().map_or(i64::MAX, |at| at.saturating_mul(1_000)).min(now + CONNECTION_LIFE);
    let anchor = actor.anchor().ok_or(Error::SignedOut)?;
    let Wishes { v2, object } = wishes;
    let connection = Connection { uid: uid.clone(), anchor, v2, object, opened_at: now, until };
    let rule = |inbox: &Inbox, now| Some(inbox.open(id, connection.entry(), now));
    let stored =
        async { futures_util::try_join!(rows_of::put(&app.store, id, &connection), apply(app, uid, read, rule)) };
    let ends_at = actor.ends_at().filter(|_| until < now + CONNECTION_LIFE);
    let (stored, ()) = futures_util::join!(stored, schedule_expiry(app, id, ends_at));
    let (_, (_, too_many)) = stored?;
    remembered::put(id, &connection, now);
    close(app, too_many.iter().flatten()).await;
    Ok(())
}

/// Has a connection closed when its session ends, if that is before it would end anyway. It never fails: a connection that nobody
/// closes is posted nothing from then on, and closed by the next thing that its client says.
async fn schedule_expiry(app: &App, id: &ConnectionId, ends_at: Option<i64>) {
    let Some(ends_at) = ends_at else { return };
    if app.push.expiry(id, ends_at).await.is_err() {
        tracing::warn!("a connection of a session that will have ended stays open until it says something");
    }
}

impl Connection {
    /// What the row of the queue has of it.
    fn entry(&self) -> Conn {
        Conn::new(self.anchor.mark(), self.object, self.opened_at, self.until)
    }

    /// Who the client is said to be.
    #[must_use]
    pub fn claim(&self) -> Claim {
        self.anchor.claim(&self.uid)
    }

    /// What the person's packets are marked with.
    #[must_use]
    pub fn push_id(&self) -> PushId {
        PushId::of(&self.uid)
    }
}

/// Whose connection it is. No round where this process knows, else one.
///
/// # Errors
/// [`Error::SignedOut`] for one that has ended or never was; faults.
pub async fn connection(app: &App, id: &ConnectionId) -> Result<Connection, Error> {
    let now = app.clock.millis();
    if let Some(connection) = remembered::get(id, now) {
        return Ok(connection);
    }
    let read = rows_of::read(&app.store, id).await?;
    let connection = read.filter(|connection| now < connection.until).ok_or(Error::SignedOut)?;
    remembered::put(id, &connection, i64::MIN);
    Ok(connection)
}

/// Posts a packet to a connection. One that is gone is forgotten.
///
/// # Errors
/// The service did not take it.
pub async fn reply(app: &App, id: &ConnectionId, uid: &UserId, text: &str) -> Result<(), Error> {
    let posted = match app.push.post(id, text).await {
        // Nobody knows whether it has been sent; twice does no harm.
        Err(_) => app.push.post(id, text).await?,
        Ok(posted) => posted,
    };
    match posted {
        Posted::Sent => Ok(()),
        Posted::Gone => {
            end(app, id, uid).await;
            Err(Error::SignedOut)
        }
    }
}

/// What a proof has come to; a session that is over takes its connection along.
///
/// # Errors
/// Those of the proof.
pub fn proven<T>(app: &App, id: &ConnectionId, outcome: Result<T, Error>) -> Result<T, Error> {
    let now = app.clock.millis();
    match &outcome {
        Ok(_) => remembered::prove(id, now),
        Err(_) => remembered::forget(id),
    }
    outcome
}

/// A connection has ended.
///
/// # Errors
/// Faults.
pub async fn ended(app: &App, id: &ConnectionId) -> Result<(), Error> {
    match connection(app, id).await {
        Ok(connection) => {
            end(app, id, &connection.uid).await;
            Ok(())
        }
        Err(Error::SignedOut) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The session of a connection has ended by itself: the connection is closed. Can be repeated.
///
/// # Errors
/// [`Error::Unavailable`]: it has not ended yet by the clock of this process, or the connection could not be closed; faults.
pub async fn expired(app: &App, id: &ConnectionId) -> Result<(), Error> {
    let Some(connection) = rows_of::read(&app.store, id).await? else { return Ok(()) };
    if app.clock.millis() < connection.until {
        return Err(Error::Unavailable);
    }
    app.push.close(id).await?;
    end(app, id, &connection.uid).await;
    Ok(())
}

/// Takes a connection out of the queue of its user.
async fn end(app: &App, id: &ConnectionId, uid: &UserId) {
    remembered::forget(id);
    let (gone, forgotten) =
        futures_util::join!(take_out(app, uid, |other, _| other == id), rows_of::delete(&app.store, id));
    if let Err(error) = gone.map(drop).and(forgotten) {
        tracing::warn!(%error, "a connection that has ended is found to be gone later");
    }
}

/// Closes a connection of which nothing is known.
pub async fn turn_away(app: &App, id: &ConnectionId) {
    close(app, [id]).await;
}

/// Ends a connection of somebody who may no longer have it.
pub async fn expel(app: &App, id: &ConnectionId, uid: &UserId) {
    end(app, id, uid).await;
    close(app, [id]).await;
}

/// Closes what somebody has opened with one session or device, or, without `mark`, everything but what was opened with
/// `except`. It never fails: whatever stays open is proven with each thing that its client says.
pub async fn close_of(app: &App, uid: &UserId, which: Which<'_>) {
    let wanted = |_: &ConnectionId, conn: &Conn| match which {
        Which::Of(mark) => conn.anchor == mark,
        Which::AllBut(mark) => Some(conn.anchor.as_str()) != mark,
    };
    match take_out(app, uid, wanted).await {
        Ok(closed) => close(app, &closed).await,
        Err(error) => {
            tracing::warn!(%error, "connections of a session that has ended stay open until they say something");
        }
    }
}

/// Which connections of somebody are meant.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// Those that were opened with this session or device.
    Of(&'a str),
    /// All but those.
    AllBut(Option<&'a str>),
}

async fn take_out(
    app: &App,
    uid: &UserId,
    wanted: impl Fn(&ConnectionId, &Conn) -> bool,
) -> Result<Vec<ConnectionId>, Error> {
    let read = rows::inbox(&app.store, uid).await?;
    let rule = |inbox: &Inbox, _| {
        let ids: Vec<_> = inbox.conns.iter().filter(|(id, conn)| wanted(id, conn)).map(|(id, _)| id.clone()).collect();
        Some((inbox.without(&ids)?, ids))
    };
    Ok(apply(app, uid, read, rule).await?.1.unwrap_or_default())
}

/// Closes connections that no queue knows any more, and forgets them.
async fn close(app: &App, ids: impl IntoIterator<Item = &ConnectionId>) {
    let ids: Vec<_> = ids.into_iter().collect();
    let closed = ids.iter().map(|id| app.push.close(id));
    let (closed, ()) = futures_util::join!(join_all(closed), forget(app, ids.iter().copied()));
    if closed.iter().any(Result::is_err) {
        tracing::warn!("a connection stays open until it says something");
    }
}

/// Forgets connections that are gone.
pub(super) async fn forget(app: &App, ids: impl Iterator<Item = &ConnectionId>) {
    let forgotten = ids.map(|id| {
        remembered::forget(id);
        rows_of::delete(&app.store, id)
    });
    // A row that stays says nothing of a connection that is gone.
    let _ = join_all(forgotten).await;
}

/// Closes the connections of somebody who is being erased, and deletes their rows, which name them.
pub(super) async fn end_all(app: &App, ids: impl Iterator<Item = &ConnectionId>) -> Result<(), Error> {
    let ids: Vec<_> = ids.collect();
    ids.iter().for_each(|id| remembered::forget(id));
    let closed = join_all(ids.iter().map(|id| app.push.close(id)));
    let deleted = try_join_all(ids.iter().map(|id| rows_of::delete(&app.store, id)));
    let (closed, deleted) = futures_util::join!(closed, deleted);
    if closed.iter().any(Result::is_err) {
        tracing::warn!("a connection of an erased person stays open until it says something");
    }
    deleted.map(drop)
}
