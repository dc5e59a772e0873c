//! Running a fan-out: taking the lease, delivering until nothing more is owed, and ending it.

use super::rows::owed::{self, Ended, Owed, Taken};
use crate::{
    error::Error,
    metrics::Count,
    store::{Key, Store},
    values::UserId,
};
use std::time::Duration;
use tokio::time::Instant;

/// How long a call holds a lease, in milliseconds. As long after its newest change a fan-out without a lease counts as
/// cut (`docs/dialects/sealtalk.md#fan-out`).
pub const LEASE: i64 = 10_000;

/// That of a call whose caller waits.
const PATIENCE: Duration = Duration::from_secs(4);

/// Something whose changes are handed to everybody whom they concern.
pub trait Delivery: Sync {
    /// What one pass delivers, and to whom, as it was read.
    type News: Send + Sync;

    /// The row that has changed. It has the mark and the lease.
    fn subject(&self) -> Key;

    /// Whose `VERSION` names the subject, if anybody's does: whoever may have changed it.
    fn author(&self) -> Option<&UserId> {
        None
    }

    /// For so long a call also delivers what has changed meanwhile. Later changes are left to the subject's next change, or to a resume.
    fn patience(&self) -> Duration {
        PATIENCE
    }

    /// Reads what is owed and to whom, with the state of the subject that this belongs to. A recipient who appears after
    /// the read must have the change already, or must count as a change of the subject. `None`: nothing is owed to anybody.
    fn read(&self, store: &Store) -> impl Future<Output = Result<Option<(Owed, Self::News)>, Error>> + Send;

    /// Writes to every recipient, batch by batch ([`super::to_each`]). A row that has the change already refuses it, so
    /// that this can be repeated. `millis` is the time of the call.
    fn deliver(&self, store: &Store, news: &Self::News, millis: i64) -> impl Future<Output = Result<(), Error>> + Send;
}

/// How a call comes to the lease of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// Its change was written with [`super::mark_and_hold`] at this time: it holds the lease by that, whoever had it.
    /// For a subject that one person alone changes.
    OfChange(i64),
    /// It takes the lease if no other call holds it, and else leaves the changes to the holder.
    IfFree,
    /// It takes the lease over from whoever holds it, who then stops after its pass. For a call after which nobody would
    /// resume.
    TakenOver,
}

/// Runs a fan-out. A failure is logged only: the change stands, and a later call resumes the fan-out from its marks.
pub async fn fan_out<D: Delivery>(store: &Store, delivery: &D, lease: Lease, millis: i64) {
    if let Err(error) = try_to_fan_out(store, delivery, lease, millis).await {
        let subject = delivery.subject();
        tracing::warn!(%error, ?subject, "a fan-out has not ended; a later call resumes it");
    }
}

/// Runs fan-outs that were cut, side by side, as far as no other call is at them.
pub async fn resume<D: Delivery>(store: &Store, cut: impl IntoIterator<Item = D>, millis: i64) {
    let resumed = cut.into_iter().map(|delivery| async move {
        Count::FanOutsResumed.once();
        fan_out(store, &delivery, Lease::IfFree, millis).await;
    });
    futures_util::future::join_all(resumed).await;
}

/// Runs a fan-out and says whether it failed. Can be repeated.
///
/// # Errors
/// Faults. The marks stay.
pub async fn try_to_fan_out<D: Delivery>(store: &Store, delivery: &D, lease: Lease, millis: i64) -> Result<(), Error> {
    let subject = delivery.subject();
    let (taken, read) = futures_util::try_join!(owed::take(store, &subject, lease, millis), delivery.read(store))?;
    let until = match (taken, delivery.author()) {
        (Taken::Until(until), _) => until,
        (Taken::NothingOwed, Some(author)) => return owed::clear_author(store, &subject, author).await,
        (Taken::NothingOwed, None) | (Taken::ByAnother, _) => return Ok(()),
    };
    let ended = deliver_until_unchanged(store, delivery, until, read, millis).await;
    match (&ended, delivery.author()) {
        (Ok(Ended::Yes), _) | (Ok(Ended::Lost), None) => {}
        (Ok(Ended::Lost), Some(author)) => owed::clear_author(store, &subject, author).await?,
        // Not at the end, but no reason to make the next one wait for it either.
        (Ok(Ended::Changed) | Err(_), _) => owed::give_back(store, &subject, until).await?,
    }
    ended.map(drop)
}

/// One pass after the other, until the subject is as it was read for the last one. What was read first may be older than
/// the lease: then the end is refused, and it is read once more.
async fn deliver_until_unchanged<D: Delivery>(
    store: &Store,
    delivery: &D,
    until: i64,
    mut read: Option<(Owed, D::News)>,
    millis: i64,
) -> Result<Ended, Error> {
    let (subject, started) = (delivery.subject(), Instant::now());
    loop {
        let Some((seen, news)) = read else { return Ok(Ended::Yes) };
        delivery.deliver(store, &news, millis).await?;
        let ended = owed::end(store, &subject, &seen, until, delivery.author()).await?;
        if ended != Ended::Changed || started.elapsed() > delivery.patience() {
            return Ok(ended);
        }
        read = delivery.read(store).await?;
    }
}
