//! What people write to operators, and whom or what they report to them (`docs/dialects/m_user.md#feedback`,
//! `docs/dialects/lightup.md#report_user`).
//!
//! | module | what it holds |
//! |---|---|
//! | this one | writing and reporting |
//! | `evidence` | what is kept of whom or what is reported |
//! | [`deciding`] | how operators work through reports |
//! | `rows` | feedback and reports as they are stored |
//!
//! What is written is a row for [`KEPT`] seconds. Operators are told where it is stored, and nothing of what it says. If they
//! cannot be told, the row is there all the same: it is the truth, and a notice only hurries. A report is in the list of the open ones
//! until operators have decided about it, and that decision is kept with it.
//!
//! A function that writes here declares the tables users and social, and for reports those of friends and groups too, `HASH_KEY` and
//! `OPERATOR_TOPIC`.

pub mod deciding;
mod evidence;
mod rows;

use crate::{
    app::App,
    error::{Error, Limit},
    limits,
    notices::Notice,
    person::STILL_THERE,
    sessions::{self, AnyReader, Claim, PROVEN, Writer},
    store::{Store, Transacted},
    values::{Class, ClientApp, CommentId, FreeText, GroupId, PostId, UserId, Whom},
};
pub use evidence::Evidence;
pub(crate) use rows::EXPORT;
use rows::{Entry, Place};

/// What is written to operators is kept for so many seconds: 180 days.
pub const KEPT: i64 = 180 * 86_400;

/// Whom or what somebody reports.
#[derive(Clone, Debug)]
pub enum Target {
    /// A person whom the caller can see, or could if no block kept the two apart.
    Person(Whom),
    /// What is live of a class of such a person's media.
    Media(Whom, Class),
    /// The live room of such a person, while it is open.
    Room(Whom),
    /// A post that is there.
    Post(PostId),
    /// A comment, on a post where the caller says on which. Without the post it is not looked up, because a comment is found by its post
    /// alone; but it is not [`CommentId::nobody`].
    Comment(CommentId, Option<PostId>),
    /// A group that the caller is or was in, is invited into, or can find.
    Group(GroupId),
}

impl Target {
    /// What its absence is called.
    fn missing(&self) -> Error {
        match self {
            Self::Person(_) => Error::NoSuchUser,
            Self::Media(..) => Error::NoSuchMedia,
            Self::Room(_) => Error::NotLive,
            Self::Post(_) => Error::NoSuchPost,
            Self::Comment(..) => Error::NoSuchComment,
            Self::Group(_) => Error::NoSuchGroup,
        }
    }
}

/// What somebody tells operators about others.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whom or what it is about.
    pub target: Target,
    /// Why it is reported.
    pub reason: FreeText,
    /// What was said, in the words of whoever reports it: messages are not kept, so nobody can look them up.
    pub quoted: Option<FreeText>,
}

/// Stores what somebody writes to operators, and tells them so. Three rounds; two where nobody is told.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::TooManyRequests`]; faults, after which it has not happened unless the answer of the table was
/// lost.
pub async fn write(app: &App, claim: &Claim, content: &FreeText, from: &ClientApp) -> Result<(), Error> {
    let (writer, ()) = sessions::writer_beside(app, claim, async |_: &AnyReader| Ok(())).await?;
    store(app, &writer, Limit::Feedback, &Entry::feedback(writer.uid(), content, from), None).await
}

/// Stores that somebody reports something, with what it shows at the moment ([`Evidence`]), and tells operators so. A block keeps nobody
/// from reporting. Nobody else is told. Rounds as of [`write`]; one more for a number, a group, and a person whom not everybody sees.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`], [`Error::NoSuchMedia`], [`Error::NotLive`], [`Error::NoSuchPost`],
/// [`Error::NoSuchComment`], [`Error::NoSuchGroup`]; [`Error::TooManyRequests`]; faults, as of [`write`].
pub async fn report(app: &App, claim: &Claim, report: &Report) -> Result<(), Error> {
    let target = &report.target;
    let gather = async |any: &AnyReader| evidence::gather(app, any, target).await;
    let (writer, gathered) = sessions::writer_beside(app, claim, gather).await?;
    let reported = evidence::judge(app, &writer, target, gathered).await?;
    store(app, &writer, Limit::Reports, &Entry::report(&writer, report, &reported), Some(target)).await
}

/// Stores an entry once, if its writer has not reached the limit and what it is about is still there, and tells operators.
async fn store(
    app: &App,
    writer: &Writer,
    limit: Limit,
    entry: &Entry<'_>,
    about: Option<&Target>,
) -> Result<(), Error> {
    let place = Place::new(app.clock.now(), app.random.hex::<8>());
    let mut writes = vec![writer.proof()];
    // What is there already was put by an earlier attempt of this call.
    writes.extend(entry.writes(writer, &place)?);
    writes.push(limits::counted(app, limit, writer.uid().as_str()));
    match app.store.transact(writes).await? {
        Transacted::Done | Transacted::Refused { part: rows::ENTRY, .. } => {}
        Transacted::Refused { part: PROVEN, .. } => return Err(Error::SignedOut),
        Transacted::Refused { part: rows::TARGET | STILL_THERE, .. } => {
            return Err(about.map_or_else(|| Error::internal("feedback is about nobody"), Target::missing));
        }
        Transacted::Refused { .. } => return Err(Error::TooManyRequests { limit }),
    }
    let key = entry.key(&place);
    let notice = Notice { kind: entry.kind(), pk: &key.pk, sk: &key.sk };
    app.notices.tell(app.config.operator_topic.as_deref(), &notice).await;
    Ok(())
}

/// Deletes what somebody who is being erased has written to operators and reported to them, and what the reports of others show of them:
/// that they were reported, and why, stays. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase(store: &Store, uid: &UserId) -> Result<(), Error> {
    rows::erase(store, uid).await
}
