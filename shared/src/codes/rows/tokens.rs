//! `VERIFYTOKEN#<hash>`: the numbers that codes have proven.

use crate::{
    codes::PROOF,
    error::Error,
    store::{Condition, Key, Store, Transacted, Update, Write, item, keys, number},
    values::{E164, TokenHash},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// `VERIFYTOKEN#<hash>`/`TOKEN`: a number that was proven a short while ago.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ProvenNumber {
    /// Which.
    pub(crate) phone: E164,
    /// From this second on the token is unknown.
    pub(crate) expires_at: i64,
    /// An account was made with it.
    #[serde(default)]
    pub(crate) registered: bool,
    /// A password was reset with it.
    #[serde(default)]
    pub(crate) reset: bool,
}

/// How much longer than a token the row that names it is kept, in seconds. DynamoDB deletes what has expired within days, in
/// any order: by then the token is gone.
const NAMED_LONGER: i64 = 604_800;

/// `CODE#<subject>`/`TOKEN#<hash>`: that a token stands for the number of these codes. By it an erasure finds the token, which
/// holds the number.
#[derive(Debug, Serialize)]
struct ExchangedToken {
    /// When DynamoDB may delete it.
    expires_at: i64,
}

/// What a token may be used for, once each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenUse {
    /// To make an account.
    Register,
    /// To set a new password.
    ResetPassword,
}

/// A new token, and the row that names it beside the code.
pub(in crate::codes) fn put_token(code: &Key, token: &TokenHash, proven: &ProvenNumber) -> Result<[Write; 2], Error> {
    let named = ExchangedToken { expires_at: proven.expires_at + NAMED_LONGER };
    Ok([
        Write::put(keys::verification_token(token), item("verification token", proven)?, None),
        Write::put(keys::exchanged_token(code, token), item("exchanged token", &named)?, None),
    ])
}

/// The end of a token for this use, by whoever is the first.
pub(crate) fn use_token(token: &TokenHash, usage: TokenUse, now: i64) -> Write {
    let (attribute, yes) = match usage {
        TokenUse::Register => ("registered", AttributeValue::Bool(true)),
        TokenUse::ResetPassword => ("reset", AttributeValue::Bool(true)),
    };
    let unused = Condition::Equals(attribute, AttributeValue::Bool(false));
    let alive = Condition::AtLeast("expires_at", number(now + 1));
    Write::from(Update::of(keys::verification_token(token)).set(attribute, yes).when(unused).when(alive)).named(PROOF)
}

/// Uses a token up that changes nothing. `false`: it was used before.
pub(crate) async fn spend_token(store: &Store, token: &TokenHash, usage: TokenUse, now: i64) -> Result<bool, Error> {
    Ok(matches!(store.transact(vec![use_token(token, usage, now)]).await?, Transacted::Done))
}

/// What a token stands for, while it counts.
pub(in crate::codes) async fn proven_number(
    store: &Store,
    token: &TokenHash,
    now: i64,
) -> Result<Option<ProvenNumber>, Error> {
    let proven: Option<ProvenNumber> = store.get_as(keys::verification_token(token)).await?;
    Ok(proven.filter(|proven| proven.expires_at > now))
}
