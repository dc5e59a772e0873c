//! Phone claims, credentials and verification codes.

use super::{Condition, Item, Key, Store, Transacted, Update, Write, Written, item, keys, number, text, value};
use crate::{
    codes::Right,
    error::Error,
    passwords::Phc,
    values::{E164, TokenHash, UserId},
};
use serde::{Deserialize, Serialize};

/// `PHONE#<e164>`/`CLAIM`: the user of a proven number.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PhoneClaim {
    /// Whose number it is.
    pub uid: UserId,
    /// There is a password or a profile: the number cannot be registered again (contract C-7).
    #[serde(default)]
    pub taken: bool,
    /// What allows the password to be set.
    #[serde(flatten)]
    pub proof: Option<Proof>,
}

/// A fresh proof of a phone number (contract 3.5).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proof {
    /// The keyed hash of the address that proved it.
    #[serde(rename = "proof_address")]
    pub address: String,
    /// The token that was handed out with it.
    #[serde(rename = "proof_token")]
    pub token: TokenHash,
    /// Until when it counts, in seconds.
    #[serde(rename = "proof_until")]
    pub until: i64,
}

/// `USER#<uid>`/`CREDENTIAL`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credential {
    /// An Argon2id PHC string.
    pub hash: Phc,
    /// Seconds since 1970.
    pub changed_at: i64,
}

/// A code as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredCode {
    pub(crate) hash: String,
    pub(crate) salt: String,
    pub(crate) attempts: i64,
    pub(crate) sent_at: i64,
    /// Past this second the code is dead, whether the row is still there or not.
    pub(crate) expires_at: i64,
}

/// From now on the number cannot be registered again. Part of the transaction that sets a password or a nickname.
pub(crate) fn mark_taken(phone: &E164, uid: &UserId) -> Write {
    Update::of(keys::phone(phone))
        .set("taken", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
        .when(Condition::Equals("uid", text(uid.as_str())))
        .into()
}

/// A new claim, if there is none yet.
pub(crate) fn claim_phone(phone: &E164, claim: &PhoneClaim) -> Result<Write, Error> {
    Ok(Write::Put(keys::phone(phone), item("phone claim", claim)?, Some(Condition::Absent("pk"))))
}

/// Takes a number for its user, who has neither password nor profile yet. A proof that waits is void.
pub(crate) fn take(phone: &E164, uid: &UserId) -> Write {
    let free = Condition::Any(vec![
        Condition::Absent("taken"),
        Condition::Equals("taken", aws_sdk_dynamodb::types::AttributeValue::Bool(false)),
    ]);
    taken_without_proof(phone, uid).when(free).into()
}

/// Voids a proof that waits: a password was set in another way. The number is taken.
pub(crate) fn void_proof(phone: &E164, uid: &UserId) -> Write {
    taken_without_proof(phone, uid).into()
}

fn taken_without_proof(phone: &E164, uid: &UserId) -> Update {
    Update::of(keys::phone(phone))
        .set("taken", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
        .remove("proof_address")
        .remove("proof_token")
        .remove("proof_until")
        .when(Condition::Equals("uid", text(uid.as_str())))
}

/// A password, whatever was there.
pub(crate) fn put_credential(uid: &UserId, credential: &Credential) -> Result<Write, Error> {
    Ok(Write::Put(keys::credential(uid), item("credential", credential)?, None))
}

/// A password in the place of this one.
pub(crate) fn replace_credential(uid: &UserId, credential: &Credential, before: &Phc) -> Result<Write, Error> {
    let before = serde_dynamo::to_attribute_value(before).map_err(Error::internal)?;
    let same = Condition::Equals("hash", before);
    Ok(Write::Put(keys::credential(uid), item("credential", credential)?, Some(same)))
}

/// A new proof for a claimed number.
pub(crate) fn prove(phone: &E164, uid: &UserId, proof: &Proof) -> Write {
    Update::of(keys::phone(phone))
        .set("proof_address", text(&proof.address))
        .set("proof_token", text(proof.token.as_str()))
        .set("proof_until", number(proof.until))
        .when(Condition::Equals("uid", text(uid.as_str())))
        .into()
}

/// The end of a code, by whoever is the first to redeem it.
pub(crate) fn redeem(right: &Right) -> Write {
    Write::Delete(right.key.clone(), Some(Condition::Equals("hash", text(&right.hash))))
}

impl Store {
    /// Who has proven this number.
    pub(crate) async fn phone_claim(&self, phone: &E164) -> Result<Option<PhoneClaim>, Error> {
        self.get_as(keys::phone(phone)).await
    }

    /// The password of a user.
    pub(crate) async fn credential(&self, uid: &UserId) -> Result<Option<Credential>, Error> {
        self.get_as(keys::credential(uid)).await
    }

    /// Sets a password and uses the proof up, once. `false`: the proof is gone or another, or the user is being erased.
    pub(crate) async fn set_password(
        &self,
        phone: &E164,
        claim: &PhoneClaim,
        proof: &Proof,
        credential: &Credential,
    ) -> Result<bool, Error> {
        let consumed =
            taken_without_proof(phone, &claim.uid).when(Condition::Equals("proof_token", text(proof.token.as_str())));
        let writes = vec![
            consumed.into(),
            Write::Put(keys::credential(&claim.uid), item("credential", credential)?, None),
            super::profiles::next_epoch(&claim.uid),
        ];
        Ok(matches!(self.transact(writes).await?, Transacted::Done))
    }

    /// Puts a code in the place of the one before.
    pub(crate) async fn put_code(&self, key: &Key, code: &StoredCode) -> Result<(), Error> {
        self.put(key, item("code", code)?, None).await.map(drop)
    }

    /// Counts an attempt on a code that is alive and has fewer than `most`, and gives the code back; else `None`.
    pub(crate) async fn count_attempt(&self, key: &Key, most: u32, now: i64) -> Result<Option<StoredCode>, Error> {
        let attempt = Update::of(key.clone())
            .add("attempts", number(1))
            .when(Condition::Below("attempts", number(i64::from(most))))
            .when(Condition::AtLeast("expires_at", number(now + 1)));
        match self.update(attempt).await? {
            Written::Done(item) => Ok(Some(value::<StoredCode>(item)?)),
            Written::Refused(_) => Ok(None),
        }
    }
}

/// Whether a refused part of a transaction was about a claim that somebody else holds.
pub(crate) fn owner(item: &Item) -> Option<&str> {
    item.get("uid")?.as_s().ok().map(String::as_str)
}
