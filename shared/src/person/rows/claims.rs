//! Claims: rows that say whose a phone number or a name is. Each is written in one transaction with its owner's record.

use crate::{
    error::Error,
    person::rows::Profile,
    store::{
        Condition, Item, Store, Update, Write, item,
        keys::{self, Key},
        number, text,
    },
    values::{E164, TokenHash, UserId},
};
use serde::{Deserialize, Serialize};

/// The number and the names that are this person's alone, to be released with them.
pub(crate) fn claims(profile: &Profile) -> Vec<Key> {
    let phone = profile.phone.as_ref().map(keys::phone);
    let nickname = profile.nickname_claim.as_ref().map(|claim| keys::nickname(&claim.folded()));
    let account = profile.account_name.as_ref().map(|account| keys::account_name(&account.to_ascii_lowercase()));
    phone.into_iter().chain(nickname).chain(account).collect()
}

/// That a claim is the person's, or nobody's.
pub(crate) fn mine(uid: &UserId) -> Condition {
    Condition::Any(vec![Condition::Absent("pk"), Condition::Equals("uid", text(uid.as_str()))])
}

/// A nickname claim, or any other that names its owner.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) uid: UserId,
}

/// `PHONE#<e164>`/`CLAIM`: the user of a proven number.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PhoneClaim {
    /// Whose number it is.
    pub uid: UserId,
    /// There is a password or a profile: the number cannot be registered again
    /// (`docs/dialects/lightup.md#when-a-number-is-taken`).
    #[serde(default)]
    pub taken: bool,
    /// What allows the password to be set.
    #[serde(flatten)]
    pub proof: Option<Proof>,
}

/// A fresh proof of a phone number (`docs/dialects/lightup.md#change_password`).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proof {
    /// The keyed hash of the address that proved it.
    #[serde(rename = "proof_address")]
    pub address: String,
    /// The token that was handed out with it.
    #[serde(flatten)]
    pub token: ProofToken,
    /// Until when it counts, in seconds.
    #[serde(rename = "proof_until")]
    pub until: i64,
}

/// The token of a proof, under an attribute for what the proof is for: whoever takes the number removes the one and leaves
/// the other, without having to read which there is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ProofToken {
    /// To set a new password, whether the number is taken or not.
    #[serde(rename = "proof_token")]
    ChangePassword(TokenHash),
    /// To register a number that nobody has taken.
    #[serde(rename = "proof_register_token")]
    Register(TokenHash),
}

impl ProofToken {
    /// The token.
    #[must_use]
    pub fn hash(&self) -> &TokenHash {
        let (Self::ChangePassword(hash) | Self::Register(hash)) = self;
        hash
    }

    /// The attribute that has it, and the one that the other kind has.
    fn attributes(&self) -> (&'static str, &'static str) {
        match self {
            Self::ChangePassword(_) => (CHANGE_TOKEN, REGISTER_TOKEN),
            Self::Register(_) => (REGISTER_TOKEN, CHANGE_TOKEN),
        }
    }
}

const CHANGE_TOKEN: &str = "proof_token";

const REGISTER_TOKEN: &str = "proof_register_token";

/// From now on the number cannot be registered again. Part of the transaction that sets a password or a nickname.
pub(crate) fn mark_taken(phone: &E164, uid: &UserId) -> Write {
    taken(phone, uid).into()
}

/// A new claim, if there is none yet.
pub(crate) fn claim_phone(phone: &E164, claim: &PhoneClaim) -> Result<Write, Error> {
    Ok(Write::put(keys::phone(phone), item("phone claim", claim)?, Some(Condition::Absent("pk"))))
}

/// Takes a number for its user, who has neither password nor profile yet, and sets no password. A proof to register that
/// waits is void; one to set a new password is not.
pub(crate) fn take(phone: &E164, uid: &UserId) -> Write {
    taken(phone, uid).remove(REGISTER_TOKEN).when(untaken()).into()
}

/// The same with a password. Any proof that waits is void.
pub(crate) fn take_with_password(phone: &E164, uid: &UserId) -> Write {
    taken_without_proof(phone, uid).when(untaken()).into()
}

fn untaken() -> Condition {
    Condition::Any(vec![
        Condition::Absent("taken"),
        Condition::Equals("taken", aws_sdk_dynamodb::types::AttributeValue::Bool(false)),
    ])
}

/// Voids a proof that waits: a password was set in another way. The number is taken.
pub(crate) fn void_proof(phone: &E164, uid: &UserId) -> Write {
    taken_without_proof(phone, uid).into()
}

fn taken(phone: &E164, uid: &UserId) -> Update {
    Update::of(keys::phone(phone))
        .set("taken", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
        .when(Condition::Equals("uid", text(uid.as_str())))
}

fn taken_without_proof(phone: &E164, uid: &UserId) -> Update {
    let gone = ["proof_address", CHANGE_TOKEN, REGISTER_TOKEN, "proof_until"];
    gone.into_iter().fold(taken(phone, uid), Update::remove)
}

/// Uses a proof up, if it still waits. The number is taken.
pub(crate) fn use_proof(phone: &E164, uid: &UserId, proof: &Proof) -> Write {
    let (attribute, _) = proof.token.attributes();
    let waits = Condition::Equals(attribute, text(proof.token.hash().as_str()));
    taken_without_proof(phone, uid).when(waits).into()
}

/// A new proof for a claimed number, in the place of any other.
pub(crate) fn prove(phone: &E164, uid: &UserId, proof: &Proof) -> Update {
    let (attribute, other) = proof.token.attributes();
    Update::of(keys::phone(phone))
        .set("proof_address", text(&proof.address))
        .set(attribute, text(proof.token.hash().as_str()))
        .remove(other)
        .set("proof_until", number(proof.until))
        .when(Condition::Equals("uid", text(uid.as_str())))
}

/// The same for a number that is not taken.
pub(crate) fn prove_untaken(phone: &E164, uid: &UserId, proof: &Proof) -> Update {
    prove(phone, uid, proof).when(untaken())
}

/// Who has proven this number.
pub(crate) async fn phone_claim(store: &Store, phone: &E164) -> Result<Option<PhoneClaim>, Error> {
    store.get_as(keys::phone(phone)).await
}

/// Whose a number is: of who has proven it, and of who made an account with it without that.
#[derive(Debug)]
pub(crate) struct PhoneClaims {
    /// Who has proven it.
    pub(crate) proven: Option<PhoneClaim>,
    /// Whose account was made with it.
    pub(crate) unproven: Option<UserId>,
}

impl PhoneClaims {
    /// Whether no account can be made with it.
    pub(crate) fn is_taken(&self) -> bool {
        self.proven.is_some() || self.unproven.is_some()
    }
}

/// Both in one round.
pub(crate) async fn phone_claims(store: &Store, phone: &E164) -> Result<PhoneClaims, Error> {
    let keys = [keys::phone(phone), keys::unproven_phone(phone)];
    let mut found = store.get_many(&keys).await?;
    let unproven = found.take_as::<Owner>(&keys[1])?.map(|owner| owner.uid);
    Ok(PhoneClaims { proven: found.take_as(&keys[0])?, unproven })
}

/// The claim of a number, by whoever has proven it or not.
pub(crate) fn claim_of(phone: &E164, proven: bool) -> Key {
    if proven { keys::phone(phone) } else { keys::unproven_phone(phone) }
}

/// Claims a number that nobody has proven and nobody has made an account with.
pub(crate) fn claim_unproven(phone: &E164, uid: &UserId) -> Result<[Write; 2], Error> {
    let owner = item("unproven phone claim", &Owner { uid: uid.clone() })?;
    let unproven = Write::check(keys::phone(phone), Condition::Absent("pk"));
    Ok([Write::put(keys::unproven_phone(phone), owner, Some(Condition::Absent("pk"))), unproven])
}

/// Whether a refused part of a transaction was about a claim that somebody else holds.
pub(crate) fn owner(item: &Item) -> Option<&str> {
    item.get("uid")?.as_s().ok().map(String::as_str)
}
