//! What people say to a group: written once, and fanned out to the queues of its members.
//!
//! The subject of the fan-out (`shared/src/changes.rs`) is the row `TALK` of the group. Whoever says something puts a row and marks `TALK` in one
//! transaction. One call at a time holds the lease and hands the rows out, in the order of time: each member gets one letter with what is new
//! for them. A call that finds the lease taken leaves its row to the holder, who makes one pass after the other until
//! nothing is left. So what one person has said to a group, having heard that the message before was accepted, comes behind it,
//! and a group in which many talk at once is served by few passes.
//!
//! Before a pass, `TALK` names its rows (`begun`), and after each fifty members how far it has come (`reached`). Where a pass was cut, whoever
//! takes the lease next goes on there, and looks at each queue first: whoever has a message among their newest letters is not sent it
//! again. The others get it, at worst a second time under the same id.
//!
//! Who resumes a fan-out that was cut: the next message to the group, whatever its author's client sends next, and a member who starts to read.

use super::rows::{self, SaidRow, TOGETHER, Talk};
use crate::{
    app::App,
    changes::{self, Delivery, Lease, Owed},
    error::Error,
    groups::{self, Member},
    inbox::{self, packet::Stored},
    store::{Attempt, Key, Store, keys},
    values::{GroupId, MessageId, UserId},
};
use futures_util::future::join_all;
use std::time::Duration;

/// So many members are served side by side.
const WIDTH: usize = 50;

impl SaidRow {
    /// Whether it is for a member: who was there when it was said, but for its author.
    fn is_for(&self, member: &Member) -> bool {
        member.joined_at <= self.at && member.uid != self.from
    }
}

/// Writes what somebody says: from then on the members get it. One round.
pub(super) async fn write(
    app: &App,
    gid: GroupId,
    from: &UserId,
    messages: Vec<Stored>,
    at: i64,
) -> Result<GroupId, Error> {
    let id = MessageId::new(&app.clock, &app.random);
    let row = SaidRow { gid, from: from.clone(), messages, at, id };
    rows::put(&app.store, &row).await?;
    Ok(row.gid)
}

/// What is said to a group, as one call hands it out.
struct FanOut<'a> {
    app: &'a App,
    gid: &'a GroupId,
}

/// What a pass begins with: how far the last one has come, and the members in the order of their ids.
struct News {
    talk: Talk,
    rows: Vec<SaidRow>,
    members: Vec<Member>,
}

impl Delivery for FanOut<'_> {
    type News = News;

    fn subject(&self) -> Key {
        keys::talk(self.gid)
    }

    /// Nobody waits for the call, but it ends before its lease does.
    fn patience(&self) -> Duration {
        Duration::from_secs(8)
    }

    /// `TALK` first: what is put after it was read counts as a change of it.
    async fn read(&self, store: &Store) -> Result<Option<(Owed, News)>, Error> {
        let Some(talk) = rows::talk(store, self.gid).await? else { return Ok(None) };
        let (rows, group) =
            futures_util::try_join!(rows::said(store, self.gid), groups::group_and_members(store, self.gid))?;
        let members = group.filter(|(group, _)| group.deleted_at.is_none()).map(|(_, members)| members);
        let mut members = members.unwrap_or_default();
        members.retain(|member| member.left_at.is_none());
        members.sort_by(|one, other| one.uid.cmp(&other.uid));
        Ok(Some((talk.owed.clone(), News { talk, rows, members })))
    }

    async fn deliver(&self, store: &Store, news: &News, since: i64) -> Result<(), Error> {
        let News { talk, rows, members } = news;
        let (begun, new): (Vec<_>, Vec<_>) = rows.iter().cloned().partition(|row| talk.begun.contains(&row.id));
        let left = members.iter().filter(|member| talk.reached.as_ref().is_none_or(|reached| member.uid > *reached));
        self.hand_out(store, &begun, &left.collect::<Vec<_>>(), true, since).await?;
        let members: Vec<_> = members.iter().collect();
        self.hand_out(store, &new, &members, false, since).await?;
        let mut is_full = rows.len() == TOGETHER;
        while is_full {
            let rows = rows::said(store, self.gid).await?;
            self.hand_out(store, &rows, &members, false, since).await?;
            is_full = rows.len() == TOGETHER;
        }
        Ok(())
    }
}

impl FanOut<'_> {
    /// Hands rows out and deletes them. `resumed`: another call has begun with it.
    async fn hand_out(
        &self,
        store: &Store,
        rows: &[SaidRow],
        members: &[&Member],
        resumed: bool,
        since: i64,
    ) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        if !resumed {
            rows::begin(store, self.gid, rows, since).await?;
        }
        let mut delivered = Ok(());
        for some in members.chunks(WIDTH) {
            delivered = delivered.and(self.to_some(store, rows, some, resumed).await);
            let last = some.last().filter(|last| members.last().is_some_and(|end| end.uid != last.uid));
            if let (Ok(()), Some(last)) = (&delivered, last) {
                rows::reached(store, self.gid, &last.uid, since).await?;
            }
        }
        delivered?;
        rows::delete(store, rows).await
    }

    async fn to_some(&self, store: &Store, rows: &[SaidRow], some: &[&Member], resumed: bool) -> Result<(), Error> {
        let uids: Vec<_> = some.iter().map(|member| member.uid.clone()).collect();
        let inboxes = inbox::inboxes(store, &uids).await?;
        let to_one = async |member: &&Member| {
            let uid = &member.uid;
            let rows = rows.iter().filter(|row| row.is_for(member));
            let mut messages: Vec<_> = rows.flat_map(|row| &row.messages).cloned().collect();
            if resumed && !messages.is_empty() {
                messages = inbox::missing(self.app, uid, messages).await?;
            }
            if messages.is_empty() {
                return Ok(Attempt::Done(()));
            }
            let read = inboxes.get(uid).cloned().unwrap_or_default();
            match inbox::store(self.app, uid, &read, messages).await {
                Ok(due) => due.post(self.app).await,
                // They are erased by now.
                Err(Error::NoSuchUser) => {}
                Err(fault) => return Err(fault),
            }
            Ok(Attempt::Done(()))
        };
        changes::to_each(some, to_one).await
    }
}

/// Fans out what this call has written, unless another call does.
pub(super) async fn fan_out(app: &App, gid: &GroupId, author: &UserId) {
    let fan_out = FanOut { app, gid };
    Box::pin(changes::fan_out(&app.store, &fan_out, Lease::IfFree, app.clock.millis())).await;
    unmark(app, author, gid).await;
}

/// Fans out what was said in these groups, where that was cut. One round where there is nothing.
pub(super) async fn resume(app: &App, gids: &[GroupId]) {
    match rows::talks(&app.store, gids).await {
        Ok(talks) => resume_cut(app, &talks).await,
        Err(error) => tracing::warn!(%error, "what was said in groups is fanned out later"),
    }
}

async fn resume_cut(app: &App, talks: &[(GroupId, Talk)]) {
    let now = app.clock.millis();
    let cut = talks.iter().filter(|(_, talk)| talk.owed.is_cut(now));
    Box::pin(changes::resume(&app.store, cut.map(|(gid, _)| FanOut { app, gid }), now)).await;
}

/// The same of what somebody has said themselves, by the marks in their `INBOX`. No round where there are none.
pub(super) async fn resume_own(app: &App, author: &UserId, marks: &[String]) {
    let gids: Vec<_> = marks.iter().filter_map(|mark| GroupId::try_from(mark.clone()).ok()).collect();
    if gids.is_empty() {
        return;
    }
    resume(app, &gids).await;
    join_all(gids.iter().map(|gid| unmark(app, author, gid))).await;
}

/// Takes the mark of who has said something away, if the fan-out has ended.
async fn unmark(app: &App, author: &UserId, gid: &GroupId) {
    if let Err(error) = rows::unmark(&app.store, author, gid).await {
        tracing::warn!(%error, "a mark of a fan-out that has ended stays until its author says something");
    }
}
