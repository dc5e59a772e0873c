//! What people write to operators, and whom or what they report to them (`docs/dialects/m_user.md#feedback`,
//! `docs/dialects/m_user.md#reports`).
//!
//! What is written is a row for [`KEPT`] seconds. Operators are told where it is stored, and nothing of what it says. If they
//! cannot be told, the row is there all the same: it is the truth, and a notice only hurries.
//!
//! A function that writes here declares the tables users and social, `HASH_KEY` and `OPERATOR_TOPIC`.

mod rows;

use crate::{
    app::App,
    error::{Error, Limit},
    limits,
    notices::Notice,
    sessions::{self, AnyReader, Claim, PROVEN, Writer},
    store::{Store, Transacted},
    values::{ClientApp, CommentId, FreeText, PostId, UserId},
    visibility,
};
pub(crate) use rows::EXPORT;
use rows::{Entry, Place};

/// What is written to operators is kept for so many seconds: 180 days.
pub const KEPT: i64 = 180 * 86_400;

/// Whom or what somebody reports.
#[derive(Clone, Debug)]
pub enum Target {
    /// A person whom the caller can see, or could if no block kept the two apart.
    Person(UserId),
    /// A post that is there.
    Post(PostId),
    /// A comment. Whether it is there is not looked at, because a comment is found by its post alone; but it is not [`CommentId::nobody`].
    Comment(CommentId),
}

/// Stores what somebody writes to operators, and tells them so. Three rounds; two where nobody is told.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::TooManyRequests`]; faults, after which it has not happened unless the answer of the table was
/// lost.
pub async fn write(app: &App, claim: &Claim, content: &FreeText, from: &ClientApp) -> Result<(), Error> {
    let (writer, ()) = sessions::writer_beside(app, claim, async |_: &AnyReader| Ok(())).await?;
    store(app, &writer, Limit::Feedback, &Entry::feedback(writer.uid(), content, from)).await
}

/// Stores that somebody reports a person, a post or a comment, and tells operators so. Rounds as of [`write`].
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`], [`Error::NoSuchPost`], [`Error::NoSuchComment`]; [`Error::TooManyRequests`]; faults,
/// as of [`write`].
pub async fn report(app: &App, claim: &Claim, target: &Target, reason: &FreeText) -> Result<(), Error> {
    let seen = async |any: &AnyReader| match target {
        Target::Person(uid) => {
            let person = visibility::profile(&app.store, any, uid).await?;
            let seen = person.is_some_and(|person| person.visible_in(any.dialect()));
            if seen { Ok(()) } else { Err(Error::NoSuchUser) }
        }
        Target::Comment(id) if *id == CommentId::nobody() => Err(Error::NoSuchComment),
        // That a post is there is a part of the transaction.
        Target::Post(_) | Target::Comment(_) => Ok(()),
    };
    let (writer, ()) = sessions::writer_beside(app, claim, seen).await?;
    store(app, &writer, Limit::Reports, &Entry::report(writer.uid(), target, reason)).await
}

/// Stores an entry once, if its writer has not reached the limit, and tells operators.
async fn store(app: &App, writer: &Writer, limit: Limit, entry: &Entry<'_>) -> Result<(), Error> {
    let place = Place::new(app.clock.now(), app.random.hex::<8>());
    let mut writes = vec![writer.proof()];
    // What is there already was put by an earlier attempt of this call.
    writes.extend(entry.writes(writer, &place)?);
    writes.push(limits::counted(app, limit, writer.uid().as_str()));
    match app.store.transact(writes).await? {
        Transacted::Done | Transacted::Refused { part: rows::ENTRY, .. } => {}
        Transacted::Refused { part: PROVEN, .. } => return Err(Error::SignedOut),
        Transacted::Refused { part: rows::TARGET, .. } => return Err(Error::NoSuchPost),
        Transacted::Refused { .. } => return Err(Error::TooManyRequests { limit }),
    }
    let key = entry.key(&place);
    let notice = Notice { kind: entry.kind(), pk: &key.pk, sk: &key.sk };
    app.notices.tell(app.config.operator_topic.as_deref(), &notice).await;
    Ok(())
}

/// Deletes what somebody who is being erased has written to operators and reported to them. What others have reported about them stays,
/// with the id, until it expires. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase(store: &Store, uid: &UserId) -> Result<(), Error> {
    rows::erase(store, uid).await
}
