//! What a row says of the fan-out of its changes, and what the `VERSION` of a change's author says of it.
//!
//! | attribute | of | says |
//! |---|---|---|
//! | `changes` | the subject | how many changes there were |
//! | `owed_since` | the subject | the mark: when the newest change was made, until it has reached everybody |
//! | `lease_until` | the subject | until when a call holds the lease |
//! | `fan_outs` | the author's `VERSION` | the partitions of the subjects that the author has changed, until all have it |

use crate::{
    changes::fan_out::{LEASE, Lease},
    error::Error,
    store::{Condition, Item, Key, Part, Store, Transacted, Update, Write, Written, keys, member, number, value},
    values::UserId,
};
use serde::{Deserialize, Serialize};

/// The row whose fan-out ends.
const SUBJECT: Part = Part::named("subject");

/// What a row says of the fan-out of its changes (`docs/dialects/sealtalk.md#fan-out`). Times are milliseconds since
/// 1970.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Owed {
    /// How many changes there were.
    #[serde(default)]
    pub changes: i64,
    /// The mark of a fan-out that has not ended: when the newest change was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owed_since: Option<i64>,
    /// Until when a call holds the lease.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<i64>,
}

impl Owed {
    /// Whether everybody has the newest change.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.owed_since.is_none()
    }

    /// Whether the fan-out was cut before everybody had the newest change: that is old, and no call holds the lease.
    #[must_use]
    pub fn is_cut(&self, millis: i64) -> bool {
        let is_free = self.lease_until.is_none_or(|until| until <= millis);
        is_free && self.owed_since.is_some_and(|since| millis - since >= LEASE)
    }
}

/// What became of an attempt to take the lease.
#[derive(Debug)]
pub(in crate::changes) enum Taken {
    /// The caller holds it until then. By this time it knows its own lease again.
    Until(i64),
    /// Another call holds it.
    ByAnother,
    /// There is no mark.
    NothingOwed,
}

/// What became of an attempt to end a fan-out.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::changes) enum Ended {
    /// The marks and the lease are gone.
    Yes,
    /// The subject has changed since it was read; the caller still holds the lease.
    Changed,
    /// The caller does not hold the lease any more: the rest is for another call, or it has ended already.
    Lost,
}

/// Marks the subject: its newest change is owed to others. Part of the write that makes the change.
#[must_use]
pub fn mark(change: Update, millis: i64) -> Update {
    change.add("changes", number(1)).set("owed_since", number(millis))
}

/// The same, and the call that makes the change holds the lease from then on ([`Lease::OfChange`]). `at` is the time of
/// the change in milliseconds, and no two changes of the subject may have the same.
#[must_use]
pub fn mark_and_hold(change: Update, at: i64) -> Update {
    mark(change, at).set("lease_until", number(at + LEASE))
}

/// Names the subject in a `VERSION` that moves: the author's sync is to resume the fan-out. Part of the transaction that
/// marks the subject.
pub(crate) fn begin_fan_out(version: Update, subject: &Key) -> Update {
    version.add("fan_outs", member(&subject.pk))
}

/// The same for an author whose `VERSION` does not move in that transaction.
pub(crate) fn begin_fan_out_by(author: &UserId, subject: &Key) -> Update {
    begin_fan_out(Update::of(keys::version(author)), subject).when(Condition::Present("pk"))
}

fn end_fan_out_by(author: &UserId, subject: &Key) -> Update {
    Update::of(keys::version(author)).take_out("fan_outs", member(&subject.pk)).when(Condition::Present("pk"))
}

/// Takes the lease in the given way. One round, none where the change has taken it already.
pub(in crate::changes) async fn take(store: &Store, subject: &Key, lease: Lease, millis: i64) -> Result<Taken, Error> {
    let owed = Condition::Present("owed_since");
    let ran_out = Condition::Below("lease_until", number(millis + 1));
    let owed = match lease {
        Lease::OfChange(at) => return Ok(Taken::Until(at + LEASE)),
        Lease::IfFree => owed.and(Condition::Any(vec![Condition::Absent("lease_until"), ran_out])),
        Lease::TakenOver => owed,
    };
    let until = millis + LEASE;
    let taken = Update::of(subject.clone()).set("lease_until", number(until)).when(owed);
    Ok(match store.update(taken).await? {
        Written::Done(_) => Taken::Until(until),
        Written::Refused(subject) => match value::<Owed>(subject)?.has_ended() {
            true => Taken::NothingOwed,
            false => Taken::ByAnother,
        },
    })
}

/// That the lease is still the one that holds until then.
fn holds(until: i64) -> Condition {
    Condition::Equals("lease_until", number(until))
}

/// That the call which began the fan-out at this time holds the lease ([`Lease::IfFree`], [`Lease::TakenOver`]): for what a pass writes to
/// its subject.
pub fn is_held_since(millis: i64) -> Condition {
    holds(millis + LEASE)
}

/// Gives the lease back before the end, if it is still the caller's.
pub(in crate::changes) async fn give_back(store: &Store, subject: &Key, until: i64) -> Result<(), Error> {
    store.update(Update::of(subject.clone()).remove("lease_until").when(holds(until))).await.map(drop)
}

/// Takes the author's mark away, unless the subject has one by now: then another change has begun a fan-out.
pub(in crate::changes) async fn clear_author(store: &Store, subject: &Key, author: &UserId) -> Result<(), Error> {
    let has_ended = Write::check(subject.clone(), Condition::Absent("owed_since"));
    store.transact(vec![has_ended, end_fan_out_by(author, subject).into()]).await.map(drop)
}

/// Ends the fan-out: all marks and the lease go, if the subject has not changed since it was `seen` and the lease is
/// still the one that holds `until` then.
pub(in crate::changes) async fn end(
    store: &Store,
    subject: &Key,
    seen: &Owed,
    until: i64,
    author: Option<&UserId>,
) -> Result<Ended, Error> {
    let own = holds(until);
    let unchanged = Condition::Equals("changes", number(seen.changes));
    let end = Update::of(subject.clone()).remove("owed_since").remove("lease_until").when(own.and(unchanged));
    if let Some(author) = author {
        let writes = vec![Write::from(end.clone()).named(SUBJECT), end_fan_out_by(author, subject).into()];
        match store.transact(writes).await? {
            Transacted::Done => return Ok(Ended::Yes),
            Transacted::Refused { part: SUBJECT, item, .. } => return why_refused(item, until),
            // No `VERSION`, no mark: a reader without one, or an author who has been erased meanwhile.
            Transacted::Refused { .. } => {}
        }
    }
    match store.update(end).await? {
        Written::Done(_) => Ok(Ended::Yes),
        Written::Refused(item) => why_refused(item, until),
    }
}

fn why_refused(subject: Item, until: i64) -> Result<Ended, Error> {
    let holds = value::<Owed>(subject)?.lease_until == Some(until);
    Ok(if holds { Ended::Changed } else { Ended::Lost })
}
