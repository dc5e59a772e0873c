//! `USER#<uid>`/`SESSION#<hash>`: the sessions of the dialects that allow many at once.

use crate::{
    error::Error,
    person::{self, Profile},
    store::{self, Condition, Store, Update, Write, Written, item, keys, text},
    values::{Dialect, TokenHash, UserId},
};
use serde::{Deserialize, Serialize};

/// A session as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SessionRow {
    /// Where it was opened; it counts nowhere else.
    pub(crate) dialect: Dialect,
    /// Seconds since 1970.
    pub(crate) issued_at: i64,
    /// Past this second it is over, whether the row is still there or not.
    pub(crate) expires_at: i64,
    /// The profile's when it was opened: it is over once that is another.
    pub(crate) epoch: i64,
    /// The token that this client's push connection shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) push_token: Option<TokenHash>,
}

/// Opens a session and lets the person appear in its dialect. Parts of a transaction: the person is checked to be there
/// in the same one.
pub(crate) fn open(uid: &UserId, token: &TokenHash, row: &SessionRow) -> Result<Vec<Write>, Error> {
    Ok(vec![put(uid, token, row)?, appear(uid, row.dialect).when(person::not_erasing()).into()])
}

/// The row alone, for a transaction that makes the person too.
pub(crate) fn put(uid: &UserId, token: &TokenHash, row: &SessionRow) -> Result<Write, Error> {
    Ok(Write::put(keys::session(uid, token), item("session", row)?, None))
}

/// Lets the person appear in a dialect.
fn appear(uid: &UserId, dialect: Dialect) -> Update {
    Update::of(keys::profile(uid)).add("dialects", store::member(dialect.as_str()))
}

/// Keeps a session over a change of password. Part of the transaction that changes it.
pub(crate) fn carry_over(uid: &UserId, token: &TokenHash, epoch: i64) -> Write {
    Update::of(keys::session(uid, token)).set("epoch", store::number(epoch)).when(Condition::Present("pk")).into()
}

/// A person and one of their sessions. `None` also for somebody who is being erased.
pub(in crate::sessions) async fn profile_and_session(
    store: &Store,
    uid: &UserId,
    token: &TokenHash,
) -> Result<(Option<Profile>, Option<SessionRow>), Error> {
    let (profile, session) = (keys::profile(uid), keys::session(uid, token));
    let mut found = store.get_many(&[profile.clone(), session.clone()]).await?;
    let person = found.take_as::<Profile>(&profile)?.filter(|person| person.state.is_none());
    Ok((person, found.take_as(&session)?))
}

/// Gives a session another push token. `false`: there is no such session.
pub(in crate::sessions) async fn set_push_token(
    store: &Store,
    uid: &UserId,
    session: &TokenHash,
    token: &TokenHash,
) -> Result<bool, Error> {
    let update =
        Update::of(keys::session(uid, session)).set("push_token", text(token.as_str())).when(Condition::Present("pk"));
    Ok(matches!(store.update(update).await?, Written::Done(_)))
}

/// Ends a session.
pub(in crate::sessions) async fn end_session(store: &Store, uid: &UserId, token: &TokenHash) -> Result<(), Error> {
    store.delete(keys::session(uid, token)).await
}
