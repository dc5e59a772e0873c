//! `USER#<uid>`/`CREDENTIAL`: the password.

pub(super) mod erase;
pub(super) mod known;

use crate::{
    error::Error,
    passwords::Phc,
    person::{PhoneClaim, Proof, taken_without_proof},
    sessions,
    store::{Condition, Store, Transacted, Write, item, keys, text},
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

/// A password, whatever was there.
pub(super) fn put_credential(uid: &UserId, credential: &Credential) -> Result<Write, Error> {
    Ok(Write::put(keys::credential(uid), item("credential", credential)?, None))
}

/// A password in the place of this one.
pub(super) fn replace_credential(uid: &UserId, credential: &Credential, before: &Phc) -> Result<Write, Error> {
    let before = serde_dynamo::to_attribute_value(before).map_err(Error::internal)?;
    let same = Condition::Equals("hash", before);
    Ok(Write::put(keys::credential(uid), item("credential", credential)?, Some(same)))
}

/// The password of a user.
pub(super) async fn credential(store: &Store, uid: &UserId) -> Result<Option<Credential>, Error> {
    store.get_as(keys::credential(uid)).await
}

/// Sets a password and uses the proof up, once. `false`: the proof is gone or another, or the user is being erased.
pub(crate) async fn set_password(
    store: &Store,
    phone: &E164,
    claim: &PhoneClaim,
    proof: &Proof,
    credential: &Credential,
    more: [Write; 2],
) -> Result<bool, Error> {
    let consumed =
        taken_without_proof(phone, &claim.uid).when(Condition::Equals("proof_token", text(proof.token.as_str())));
    let mut writes = vec![
        consumed.into(),
        Write::put(keys::credential(&claim.uid), item("credential", credential)?, None),
        sessions::next_epoch(&claim.uid),
    ];
    writes.extend(more);
    Ok(matches!(store.transact(writes).await?, Transacted::Done))
}
