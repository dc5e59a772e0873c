//! A function of sockets that only the tests have: it posts back what it is told.

use kit::sockets::{Ended, Example, Expired, Message, Opening, Sockets};
use shared::{
    App, Error,
    push::Posted,
    values::{ConnectionId, UserId},
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

/// Says `x-user` whose the socket is; without it there is none.
pub(super) struct Echo;

/// What was seen of an opening: address, a cookie, a parameter of the query.
pub(super) type Seen = (String, Option<String>, Option<String>);

static OPENED: Mutex<BTreeMap<ConnectionId, Seen>> = Mutex::new(BTreeMap::new());
static ENDED: Mutex<BTreeMap<ConnectionId, Option<u16>>> = Mutex::new(BTreeMap::new());

static EXPIRED: Mutex<BTreeMap<ConnectionId, usize>> = Mutex::new(BTreeMap::new());

/// How often the function has been told that a socket's session has ended.
pub(super) fn expired(connection: &ConnectionId) -> usize {
    locked(&EXPIRED).get(connection).copied().unwrap_or_default()
}

fn locked<T>(map: &'static Mutex<T>) -> MutexGuard<'static, T> {
    map.lock().unwrap()
}

/// What was seen when a socket was opened.
pub(super) fn opened(connection: &ConnectionId) -> Option<Seen> {
    locked(&OPENED).get(connection).cloned()
}

/// The close code of a socket whose end the function has heard of.
pub(super) fn ended(connection: &ConnectionId) -> Option<Option<u16>> {
    locked(&ENDED).get(connection).copied()
}

impl Sockets for Echo {
    const NAME: &'static str = "echo";
    const EXAMPLE: Example = Example { headers: &[("x-user", super::ANN)], query: &[], message: "hello" };

    async fn opening(app: &App, opening: &Opening) -> Result<UserId, Error> {
        if app.push.post(&opening.connection, "too early").await? != Posted::Gone {
            return Err(Error::internal("nothing can be posted before this has been answered"));
        }
        let header = |name| opening.header(http::HeaderName::from_static(name));
        if header("x-fault").is_some() {
            return Err(Error::internal("a fault"));
        }
        if header("x-bug").is_some() {
            panic!("a bug in a handler");
        }
        let cookie = opening.cookies("session").next().map(str::to_owned);
        let seen = (opening.address.exact().to_owned(), cookie, opening.query.get("ticket").cloned());
        locked(&OPENED).insert(opening.connection.clone(), seen);
        let user = header("x-user").ok_or(Error::SignedOut)?;
        UserId::try_from(user.to_owned()).map_err(|_| Error::SignedOut)
    }

    async fn message(app: &App, message: &Message) -> Result<&'static str, Error> {
        let connection = &message.connection;
        match message.text.as_str() {
            "fault" => return Err(Error::internal("a fault")),
            "bug" => panic!("a bug in a handler"),
            "name" => drop(app.push.post(connection, connection.as_str()).await?),
            "bye" => app.push.close(connection).await?,
            "slow" => {
                tokio::time::sleep(Duration::from_millis(300)).await;
                app.push.post(connection, "slow").await?;
            }
            text => match text.strip_prefix("to ").and_then(|rest| rest.split_once(": ")) {
                Some((other, text)) => {
                    let other = ConnectionId::try_from(other.to_owned()).map_err(Error::internal)?;
                    app.push.post(&other, text).await?;
                }
                None => drop(app.push.post(connection, text).await?),
            },
        }
        Ok("echo")
    }

    async fn ended(_: &App, ended: &Ended) -> Result<(), Error> {
        locked(&ENDED).insert(ended.connection.clone(), ended.code);
        Ok(())
    }

    /// Fails twice of each connection.
    async fn expired(_: &App, expired: &Expired) -> Result<(), Error> {
        let mut all = locked(&EXPIRED);
        let calls = all.entry(expired.connection.clone()).or_default();
        *calls += 1;
        if *calls > 2 { Ok(()) } else { Err(Error::Unavailable) }
    }
}
