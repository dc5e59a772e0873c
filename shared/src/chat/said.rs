//! What somebody has said to a group: written once, and fanned out to the queues of its members.
//!
//! The subject of the fan-out (`shared/src/changes.rs`) is the row itself, which is deleted at the end. Nothing changes it, so the call that
//! writes it holds the lease from the beginning. Fifty members are served side by side, and after each fifty the row says how far the
//! fan-out has come. Where it was cut, whoever resumes it begins there, and looks at each queue first: whoever has it among their newest
//! letters is passed over. The others get it, at worst a second time under the same id.
//!
//! Who resumes it: the next message to the group, whatever the sender's client sends next, and a member who starts to read.

use super::{
    Receivers,
    rows::{self, SaidRow},
};
use crate::{
    app::App,
    changes::{self, Delivery, LEASE, Lease, Owed},
    error::Error,
    groups,
    inbox::{self, packet::Stored},
    store::{Attempt, Key, Store, keys},
    values::{GroupId, MessageId, UserId},
};

/// So many members are served side by side.
const WIDTH: usize = 50;

/// So long a row is kept that nobody has fanned out, in seconds: as long as a letter waits.
const LIFETIME: i64 = 30 * 86_400;

/// Writes what somebody says: from then on the members get it. One round.
pub(super) async fn write(
    app: &App,
    gid: GroupId,
    from: &UserId,
    messages: Vec<Stored>,
    at: i64,
) -> Result<SaidRow, Error> {
    let id = MessageId::new(&app.clock, &app.random);
    let owed = Owed { changes: 1, owed_since: Some(at), lease_until: Some(at + LEASE) };
    let (reached, expires_at) = (None, at.div_euclid(1_000) + LIFETIME);
    let row = SaidRow { gid, from: from.clone(), messages, at, id, reached, expires_at, owed };
    rows::put(&app.store, &row.key(), &row).await?;
    Ok(row)
}

struct FanOut<'a> {
    app: &'a App,
    key: Key,
    /// Whether another call may have begun with it.
    resumed: bool,
}

impl Delivery for FanOut<'_> {
    type News = (SaidRow, Vec<UserId>);

    fn subject(&self) -> Key {
        self.key.clone()
    }

    fn ends_with_its_subject(&self) -> bool {
        true
    }

    /// Whoever was in the group when it was said, and still is.
    async fn read(&self, store: &Store) -> Result<Option<(Owed, Self::News)>, Error> {
        let Some(row) = rows::read(store, self.key.clone()).await? else { return Ok(None) };
        let group = groups::group_and_members(store, &row.gid).await?;
        let members = group.filter(|(group, _)| group.deleted_at.is_none()).map(|(_, members)| members);
        let there = members.unwrap_or_default().into_iter().filter(|it| it.left_at.is_none() && it.joined_at <= row.at);
        let mut uids: Vec<_> = there.map(|member| member.uid).filter(|uid| *uid != row.from).collect();
        uids.sort();
        uids.retain(|uid| row.reached.as_ref().is_none_or(|reached| uid > reached));
        Ok(Some((row.owed.clone(), (row, uids))))
    }

    async fn deliver(&self, store: &Store, (row, uids): &Self::News, _: i64) -> Result<(), Error> {
        let mut delivered = Ok(());
        for some in uids.chunks(WIDTH) {
            let inboxes = inbox::inboxes(store, some).await?;
            let to_one = async |uid: &UserId| {
                if self.resumed && inbox::has_any(self.app, uid, &row.messages).await? {
                    return Ok(Attempt::Done(()));
                }
                let read = inboxes.get(uid).cloned().unwrap_or_default();
                match inbox::store(self.app, uid, &read, row.messages.clone()).await {
                    Ok(due) => due.post(self.app).await,
                    // They are erased by now.
                    Err(Error::NoSuchUser) => {}
                    Err(fault) => return Err(fault),
                }
                Ok(Attempt::Done(()))
            };
            delivered = delivered.and(changes::to_each(some, to_one).await);
            if let (Ok(()), Some(last)) = (&delivered, some.last().filter(|last| Some(*last) != uids.last())) {
                rows::reached(store, &self.key, last).await?;
            }
        }
        delivered
    }
}

/// Fans out what this call has written.
pub(super) async fn fan_out(app: &App, row: &SaidRow) {
    let fan_out = FanOut { app, key: row.key(), resumed: false };
    Box::pin(changes::fan_out(&app.store, &fan_out, Lease::OfChange(row.at), app.clock.millis())).await;
    unmark_ended(app, &row.from, &row.key()).await;
}

/// Fans out what was said in these groups, where that was cut. One round where there is nothing.
pub(super) async fn resume(app: &App, gids: &[GroupId]) {
    match rows::open(&app.store, gids).await {
        Ok(open) => resume_rows(app, &open).await,
        Err(error) => tracing::warn!(%error, "what was said in groups is fanned out later"),
    }
}

/// The same of what was read with the receivers of other messages.
pub(super) async fn resume_of(app: &App, receivers: &Receivers) {
    resume_rows(app, &receivers.open).await;
}

async fn resume_rows(app: &App, rows: &[SaidRow]) {
    let now = app.clock.millis();
    for row in rows.iter().filter(|row| row.owed.is_cut(now)) {
        Box::pin(changes::resume(&app.store, [FanOut { app, key: row.key(), resumed: true }], now)).await;
        unmark_ended(app, &row.from, &row.key()).await;
    }
}

/// The same of what somebody has said themselves, by their marks. No round where there are none.
pub(super) async fn resume_own(app: &App, author: &UserId, marks: &[String]) {
    for key in marks.iter().filter_map(|mark| keys::said_of_mark(mark)) {
        match rows::read(&app.store, key.clone()).await {
            Ok(Some(row)) => resume_rows(app, &[row]).await,
            Ok(None) => unmark_ended(app, author, &key).await,
            Err(error) => tracing::warn!(%error, "what was said in a group is fanned out later"),
        }
    }
}

/// Takes the mark of who has said it away, if the fan-out has ended.
async fn unmark_ended(app: &App, author: &UserId, key: &Key) {
    let unmarked = match rows::read(&app.store, key.clone()).await {
        Ok(None) => rows::unmark(&app.store, author, key).await,
        Ok(Some(_)) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = unmarked {
        tracing::warn!(%error, "a mark of a fan-out that has ended stays until its author says something");
    }
}
