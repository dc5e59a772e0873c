//! A recipient's row, which a fan-out changes in one transaction with the recipient's `VERSION`.

use super::{advance, advance_by, version};
use crate::{
    error::Error,
    store::{Attempt, Condition, Part, Store, Transacted, Update, Write, number, retrying},
    values::{GroupId, UserId},
};
use futures_util::{StreamExt, stream};

/// The row that changes, beside its owner's `VERSION`.
const ROW: Part = Part::named("row");

/// So many recipients are written to side by side.
const WIDTH: usize = 50;

/// Delivers to a batch of recipients side by side. A try that is stale is made again. All of them are tried: a failure
/// at one must not keep the change from the others.
///
/// # Errors
/// The first failure.
pub async fn to_each<'a, R, F>(recipients: &'a [R], deliver: impl Fn(&'a R) -> F) -> Result<(), Error>
where
    F: Future<Output = Result<Attempt<()>, Error>>,
{
    let deliver = &deliver;
    let deliveries: Vec<_> = recipients.iter().map(|recipient| retrying(move || deliver(recipient))).collect();
    let delivered: Vec<Result<(), Error>> = stream::iter(deliveries).buffer_unordered(WIDTH).collect().await;
    delivered.into_iter().collect()
}

/// Writes a change to a row of a recipient's own, which gets their next version (`docs/dialects/sealtalk.md#versions`);
/// `group` is the one that the row is about, if any. Where the row's condition refuses, the recipient has the change
/// already or is not concerned any more. Stale: their version was moved in between. Two rounds.
///
/// # Errors
/// Faults only.
pub async fn deliver_row(
    store: &Store,
    recipient: &UserId,
    group: Option<&GroupId>,
    millis: i64,
    row: Update,
) -> Result<Attempt<()>, Error> {
    let before = version(store, recipient).await?;
    let version = before.next(millis);
    let advanced = match group {
        Some(gid) => advance_by(gid, recipient, &before, version),
        None => advance(recipient, &before, version),
    };
    let writes = vec![Write::from(row.set("version", number(version))).named(ROW), advanced.into()];
    Ok(match store.transact(writes).await? {
        Transacted::Done | Transacted::Refused { part: ROW, .. } => Attempt::Done(()),
        Transacted::Refused { .. } => Attempt::Stale(()),
    })
}

/// Marks in a recipient's row that the subject's changes up to this number have been delivered; refused where the row has
/// the newest of them already.
#[must_use]
pub fn deliver_newer(row: Update, changes: i64) -> Update {
    let older = Condition::Below("delivered", number(changes));
    row.set("delivered", number(changes)).when(Condition::Any(vec![Condition::Absent("delivered"), older]))
}
