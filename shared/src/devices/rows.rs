//! Push tokens: the user's rows hold them, the owner's row says whose a token is.

use crate::{
    error::Error,
    person,
    sessions::{Actor, AnyReader},
    store::{
        Attempt, Condition, Sheet, Store, Transacted, Update, Write, item,
        keys::{self, Table},
        number, text,
    },
    values::{TokenHash, UserId},
};
use serde::{Deserialize, Serialize};

/// `DEVTOKEN#<hash>`/`OWNER`.
#[derive(Deserialize)]
struct DeviceOwner {
    uid: Option<UserId>,
}

/// `USER#<uid>`/`DEVICE#<hash>`: the token itself is what a push is sent to.
#[derive(Serialize)]
struct Device<'a> {
    token: &'a str,
    expires_at: i64,
}

/// Whose a token is.
pub(super) async fn device_owner(store: &Store, _: &AnyReader, token: &TokenHash) -> Result<Option<UserId>, Error> {
    let row: Option<DeviceOwner> = store.get_as(keys::device_owner(token)).await?;
    Ok(row.and_then(|row| row.uid))
}

/// Makes a token the actor's, if `owner` still owns it; else says who does now.
///
/// # Errors
/// [`Error::SignedOut`] while the actor is being erased; faults.
pub(super) async fn put_device(
    store: &Store,
    actor: &Actor,
    hash: &TokenHash,
    token: &str,
    owner: Option<&UserId>,
    expires_at: i64,
) -> Result<Attempt<(), Option<UserId>>, Error> {
    let uid = actor.uid();
    let as_read = Condition::as_read("uid", owner.map(|owner| text(owner.as_str())));
    let owned = Update::of(keys::device_owner(hash))
        .set("type", text("device owner"))
        .set("uid", text(uid.as_str()))
        .set("expires_at", number(expires_at))
        .when(as_read);
    let device = item("device", &Device { token, expires_at })?;
    let mut writes = vec![owned.into(), Write::put(keys::device(uid, hash), device, None)];
    if let Some(owner) = owner.filter(|owner| *owner != uid) {
        writes.push(Write::delete(keys::device(owner, hash), None));
    }
    writes.push(person::still_there(uid));
    match store.transact(writes).await? {
        Transacted::Done => Ok(Attempt::Done(())),
        Transacted::Refused { part: person::STILL_THERE, .. } => Err(Error::SignedOut),
        Transacted::Refused { item, .. } => {
            let now = person::owner(&item).map(|uid| UserId::try_from(uid.to_owned())).transpose();
            now.map(Attempt::Stale).map_err(Error::internal)
        }
    }
}

/// Remembers a token that nobody owns.
pub(super) async fn put_anonymous_device(store: &Store, hash: &TokenHash, expires_at: i64) -> Result<(), Error> {
    let update = Update::of(keys::device_owner(hash))
        .set("type", text("device owner"))
        .set("expires_at", number(expires_at))
        .when(Condition::Absent("uid"));
    store.update(update).await.map(drop)
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 1] = [Sheet::of("push_tokens", Table::Users, keys::DEVICES)];
