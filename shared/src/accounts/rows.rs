//! `USER#<uid>`/`CREDENTIAL`: the password.

pub(super) mod erase;
pub(super) mod known;
pub(super) mod review;

use crate::{
    error::Error,
    passwords::Phc,
    person::{PhoneClaim, Proof, use_proof},
    sessions,
    store::{
        Condition, Part, Sheet, Store, Transacted, Update, Write, item,
        keys::{self, Table},
    },
    values::{E164, UserId},
};
use serde::{Deserialize, Serialize};

/// `USER#<uid>`/`CREDENTIAL`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Credential {
    /// An Argon2id PHC string.
    pub hash: Phc,
    /// Seconds since 1970.
    pub changed_at: i64,
}

/// The profile of whose password is set, as a part of that transaction.
pub(super) const PROFILE: Part = Part::named("profile");

/// The password that somebody signs in with, as a part of the transaction that opens the session.
pub(super) const PASSWORD: Part = Part::named("password");

/// That the password is still this one.
pub(super) fn same_password(uid: &UserId, hash: &Phc) -> Result<Write, Error> {
    Ok(Write::check(keys::credential(uid), has_hash(hash)?).named(PASSWORD))
}

fn has_hash(hash: &Phc) -> Result<Condition, Error> {
    Ok(Condition::Equals("hash", serde_dynamo::to_attribute_value(hash).map_err(Error::internal)?))
}

/// A password, whatever was there.
pub(super) fn put_credential(uid: &UserId, credential: &Credential) -> Result<Write, Error> {
    Ok(Write::put(keys::credential(uid), item("credential", credential)?, None))
}

/// The first password of a user.
pub(super) fn put_first_credential(uid: &UserId, credential: &Credential) -> Result<Write, Error> {
    let none = Some(Condition::Absent("pk"));
    Ok(Write::put(keys::credential(uid), item("credential", credential)?, none).named(PASSWORD))
}

/// A password in the place of this one.
pub(super) fn replace_credential(uid: &UserId, credential: &Credential, before: &Phc) -> Result<Write, Error> {
    Ok(Write::put(keys::credential(uid), item("credential", credential)?, Some(has_hash(before)?)))
}

/// The password of a user.
pub(super) async fn credential(store: &Store, uid: &UserId) -> Result<Option<Credential>, Error> {
    store.get_as(keys::credential(uid)).await
}

/// Sets a password and uses the proof up, once, and ends the sessions that did not begin with it. `false`: the proof is gone
/// or another, or the user is being erased. One round, or two if the session in the profile is one of those.
pub(crate) async fn set_password(
    store: &Store,
    phone: &E164,
    claim: &PhoneClaim,
    proof: &Proof,
    credential: &Credential,
    more: [Write; 2],
) -> Result<bool, Error> {
    let mut writes = vec![use_proof(phone, &claim.uid, proof), put_credential(&claim.uid, credential)?];
    writes.extend(more);
    let with = |ended: Update| [writes.clone(), vec![Write::from(ended).named(PROFILE)]].concat();
    match store.transact(with(sessions::end_unproven(&claim.uid))).await? {
        Transacted::Done => Ok(true),
        // Somebody has signed in since the number was proven.
        Transacted::Refused { part: PROFILE, .. } => {
            Ok(matches!(store.transact(with(sessions::end_all(&claim.uid))).await?, Transacted::Done))
        }
        Transacted::Refused { .. } => Ok(false),
    }
}

/// What a person is given a copy of.
pub(super) const EXPORT: [Sheet; 1] = [Sheet::of("password", Table::Users, keys::CREDENTIAL).without(&["hash"])];
