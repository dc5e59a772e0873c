//! The one live token of a user, in attributes of the profile: a session check is a read that most operations need anyway.

use crate::{
    error::Error,
    person::{Profile, not_erasing},
    store::{self, Condition, Store, Update, Written, keys, number, text, value},
    values::{Dialect, TokenHash, UserId},
};
use aws_sdk_dynamodb::types::AttributeValue;

/// The condition that the session in a profile is live: this token, issued at `since` or later, nobody being erased.
pub(crate) fn live_session(token: &TokenHash, since: i64) -> Condition {
    Condition::All(vec![
        Condition::Equals("token", text(token.as_str())),
        Condition::AtLeast("token_issued", number(since)),
        Condition::Absent("state"),
    ])
}

/// Puts a new session of this dialect into a profile; the one before is over.
pub(crate) fn new_session(dialect: Dialect, uid: &UserId, token: &TokenHash, issued: i64) -> Update {
    renewed_session(dialect, uid, token, issued).remove("token_proven")
}

/// The same for a session that begins with a proof of the number.
pub(crate) fn proven_session(dialect: Dialect, uid: &UserId, token: &TokenHash, issued: i64) -> Update {
    renewed_session(dialect, uid, token, issued).set("token_proven", AttributeValue::Bool(true))
}

/// Gives the session in a profile another token. How the session began stays.
pub(crate) fn renewed_session(dialect: Dialect, uid: &UserId, token: &TokenHash, issued: i64) -> Update {
    Update::of(keys::profile(uid))
        .set("token", text(token.as_str()))
        .set("token_issued", number(issued))
        .add("dialects", store::member(dialect.as_str()))
}

/// A new profile whose first session is one of a single token, and begins with the proof of the number.
pub(crate) fn signed_in(dialect: Dialect, profile: Profile, token: TokenHash, issued: i64) -> Profile {
    let dialects = vec![dialect];
    Profile { dialects, token: Some(token), token_issued: Some(issued), token_proven: true, ..profile }
}

/// Ends the sessions of all dialects, if no password was set since `epoch` was read.
pub(crate) fn end_sessions(uid: &UserId, epoch: i64) -> Update {
    end(Update::of(keys::profile(uid))).when(same_epoch(epoch))
}

/// The same as part of another update of the profile.
pub(crate) fn end_others(update: Update, epoch: i64) -> Update {
    end(update).when(same_epoch(epoch))
}

/// Ends the sessions of all dialects, unless the person is being erased.
pub(crate) fn end_all(uid: &UserId) -> Update {
    end(Update::of(keys::profile(uid))).when(not_erasing())
}

fn end(update: Update) -> Update {
    update.add("epoch", number(1)).remove("token").remove("token_issued").remove("token_proven")
}

/// Ends the sessions of all dialects but the one in the profile, if that began with the newest proof of the number or there
/// is none, and nobody is erasing the person.
pub(crate) fn end_unproven(uid: &UserId) -> Update {
    let proven = Condition::Equals("token_proven", AttributeValue::Bool(true));
    let spared = Condition::Any(vec![Condition::Absent("token"), proven]);
    Update::of(keys::profile(uid)).add("epoch", number(1)).when(not_erasing()).when(spared)
}

/// That nobody is erasing the person and no password was set since `epoch` was read.
pub(crate) fn same_epoch(epoch: i64) -> Condition {
    Condition::All(vec![Condition::Absent("state"), Condition::Equals("epoch", number(epoch))])
}

/// Replaces a session if `condition` holds, and gives back the person afterwards. `None`: it does not.
///
/// An answer that was lost on its way and asked for again finds its own token: that is a success too.
pub(crate) async fn replace_session(
    store: &Store,
    new: Update,
    token: &TokenHash,
    condition: Condition,
) -> Result<Option<Profile>, Error> {
    match store.update(new.when(condition)).await? {
        Written::Done(item) => value(item).map(Some),
        Written::Refused(item) if item.is_empty() => Ok(None),
        Written::Refused(item) => {
            let profile: Profile = value(item)?;
            Ok(Some(profile).filter(|profile| profile.token.as_ref() == Some(token)))
        }
    }
}
