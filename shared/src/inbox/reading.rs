//! What a client does over its connection: it starts, acknowledges, and says that it is still there.

use super::{
    changing::apply,
    connections::{expel, proven, reply, turn_away},
    packet,
    plan::Known,
    pump::{self, Held},
    remembered,
    rows::{self, connections::Connection, letters},
    rules::Inbox,
};
use crate::{app::App, error::Error, sessions, values::ConnectionId};

/// A client starts, or starts again: it hears that it has, and then gets whatever it has not acknowledged. Three rounds until
/// that is posted, two where nothing waits.
///
/// # Errors
/// [`Error::SignedOut`] and what else the proof says; faults.
pub async fn start(app: &App, id: &ConnectionId, connection: &Connection) -> Result<Inbox, Error> {
    let read = async |reader: &sessions::Reader| rows::inbox(&app.store, reader.uid()).await;
    let (actor, inbox) = proven(app, id, sessions::verify_with(app, &connection.claim(), read).await)?;
    let uid = actor.uid();
    remembered::put(id, connection, app.clock.millis());
    let (floor, seq) = (inbox.floor(), inbox.seq);
    let waiting =
        async { if floor < seq { letters::after(&app.store, uid, floor, seq).await } else { Ok(Known::default()) } };
    // The first thing that a client gets is that it has started: until then nobody else posts to it.
    let accepted = packet::ok(&connection.push_id());
    let (accepted, known) = futures_util::join!(reply(app, id, uid, &accepted), waiting);
    accepted?;
    let known = known?;
    let read = inbox.clone();
    let rule = |inbox: &Inbox, now| {
        let next = inbox.start(id, &read, now)?;
        let lease = next.is_held_by(next.turn).then_some(next.turn);
        Some((next, lease))
    };
    let started = apply(app, uid, inbox, rule).await;
    if started.is_err() {
        // It has heard that it starts, and would wait for what nobody posts.
        turn_away(app, id).await;
    }
    match started? {
        (_, None) => {
            expel(app, id, uid).await;
            Err(Error::SignedOut)
        }
        (inbox, Some(Some(lease))) => {
            pump::pump(app, uid, Held { lease, inbox: inbox.clone(), known }).await;
            Ok(inbox)
        }
        // A number may have been taken since the row was read, by a call that did not see this reader.
        (inbox, Some(None)) => {
            pump::pump_if_free(app, uid, inbox.clone()).await;
            Ok(inbox)
        }
    }
}

/// A client says that it is still there. No round, if its session was proven lately; else that is done, and whatever waits is
/// posted: two rounds.
///
/// # Errors
/// As [`start`].
pub async fn heartbeat(app: &App, id: &ConnectionId, connection: &Connection) -> Result<Option<Inbox>, Error> {
    let accepted = packet::ok(&connection.push_id());
    if remembered::is_proven(id, app.clock.millis()) {
        return reply(app, id, &connection.uid, &accepted).await.map(|()| None);
    }
    let actor = proven(app, id, sessions::verify(app, &connection.claim()).await)?;
    let now = app.clock.millis();
    remembered::put(id, connection, now);
    let seen = rows::seen(&app.store, actor.uid(), now);
    let (accepted, inbox) = futures_util::join!(reply(app, id, actor.uid(), &accepted), seen);
    let inbox = inbox?;
    pump::pump_if_free(app, actor.uid(), inbox.clone()).await;
    accepted.map(|()| Some(inbox))
}

/// A client acknowledges a frame by something that API Gateway calls `name` and has received at the time `at`. Two rounds.
///
/// # Errors
/// As [`start`].
pub async fn acknowledge(
    app: &App,
    id: &ConnectionId,
    connection: &Connection,
    name: &str,
    at: i64,
) -> Result<Inbox, Error> {
    let read = async |reader: &sessions::Reader| rows::inbox(&app.store, reader.uid()).await;
    let (actor, inbox) = proven(app, id, sessions::verify_with(app, &connection.claim(), read).await)?;
    let rule = |inbox: &Inbox, _| inbox.ack(id, name, at).map(|next| (next, ()));
    let (inbox, _) = apply(app, actor.uid(), inbox, rule).await?;
    pump::pump_if_free(app, actor.uid(), inbox.clone()).await;
    Ok(inbox)
}
