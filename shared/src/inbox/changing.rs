//! Applying a rule to the row of a queue, while others are at it too.

use super::{rows, rules::Inbox};
use crate::{
    app::App,
    error::Error,
    store::{Attempt, retrying_from_for},
    values::UserId,
};
use std::time::Duration;

/// So long a call tries to change a row at which others are, too: what a client says is answered once and not repeated by it, so it is
/// worth more patience than a request. It ends before the call does.
const PATIENCE: Duration = Duration::from_secs(15);

/// Writes what a rule makes of the row that was read; if somebody has changed that, what it makes of the row as it is. The rule
/// gives `None` where nothing changes, and nothing is written. Gives back the row afterwards and what else the rule says. One
/// round, unless others are at it.
pub(super) async fn apply<T>(
    app: &App,
    uid: &UserId,
    read: Inbox,
    rule: impl Fn(&Inbox, i64) -> Option<(Inbox, T)>,
) -> Result<(Inbox, Option<T>), Error> {
    let (rule, call) = (&rule, &app.random.hex::<8>());
    retrying_from_for(PATIENCE, read, |read| async move {
        let now = app.clock.millis();
        let Some((next, said)) = rule(&read, now) else { return Ok(Attempt::Done((read, None))) };
        let replaced = rows::replace(&app.store, uid, &read, &next, call, now).await?;
        Ok(replaced.map(|inbox| (inbox, Some(said))))
    })
    .await
}

/// Takes the lease of a queue, if there is something to post and nobody is at it. Gives back by which turn. One round, none where
/// nothing is to be done.
pub(super) async fn take(app: &App, uid: &UserId, read: Inbox) -> Result<(Inbox, Option<i64>), Error> {
    let rule = |inbox: &Inbox, now| inbox.take(now).map(|next| (next.clone(), next.turn));
    apply(app, uid, read, rule).await
}
