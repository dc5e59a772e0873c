//! `USER#<uid>`/`PROFILE` and `SESSION#<hash>` of somebody who is being erased.

use crate::{
    error::Error,
    person::Profile,
    sessions::rows::many::SessionRow,
    store::{Store, keys},
    values::{TokenHash, UserId},
};

/// The record of somebody who is being erased, and one of their sessions. `None` for who is not. One round.
pub(in crate::sessions) async fn profile_and_session(
    store: &Store,
    uid: &UserId,
    token: &TokenHash,
) -> Result<(Option<Profile>, Option<SessionRow>), Error> {
    let (person, session) = (keys::profile(uid), keys::session(uid, token));
    let mut found = store.get_many(&[person.clone(), session.clone()]).await?;
    let profile = found.take_as::<Profile>(&person)?.filter(|profile| profile.state.is_some());
    Ok((profile, found.take_as(&session)?))
}

/// The record alone. One round.
pub(in crate::sessions) async fn profile(store: &Store, uid: &UserId) -> Result<Option<Profile>, Error> {
    let profile: Option<Profile> = store.get_as(keys::profile(uid)).await?;
    Ok(profile.filter(|profile| profile.state.is_some()))
}
