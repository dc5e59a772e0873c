//! `VERIFYTOKEN#<hash>`: the numbers that codes have proven.

use crate::{
    codes::PROOF,
    error::Error,
    store::{
        Condition, Key, Store, Transacted, Update, Write, item,
        keys::{self, Table},
        number, value,
    },
    values::{Dialect, E164, TokenHash},
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
#[derive(Debug, Serialize, Deserialize)]
struct ExchangedToken {
    /// Whose code it was.
    dialect: Dialect,
    /// A keyed hash of the address that showed it.
    prover: String,
    /// When, in seconds.
    at: i64,
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

/// A new token, and the row that names it beside the code. `prover` is a keyed hash of the address that showed the code.
pub(in crate::codes) fn put_token(
    code: &Key,
    dialect: Dialect,
    prover: String,
    token: &TokenHash,
    proven: &ProvenNumber,
    at: i64,
) -> Result<[Write; 2], Error> {
    let named = ExchangedToken { dialect, prover, at, expires_at: proven.expires_at + NAMED_LONGER };
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

/// The newest token that a code of these was exchanged for in a dialect, by this prover and after `since`. One round.
pub(in crate::codes) async fn exchanged_from(
    store: &Store,
    codes: &str,
    dialect: Dialect,
    prover: &str,
    since: i64,
) -> Result<Option<TokenHash>, Error> {
    let rows = store.query(Table::Users, codes, keys::EXCHANGED_TOKENS, false, None).await?;
    let mut newest: Option<(i64, TokenHash)> = None;
    for row in rows {
        let token = keys::token_hash_of(&keys::of(Table::Users, &row)?);
        let exchanged: ExchangedToken = value(row)?;
        let fits = exchanged.dialect == dialect && exchanged.prover == prover && exchanged.at > since;
        let newer = newest.as_ref().is_none_or(|(at, _)| exchanged.at > *at);
        if let Some(token) = token.filter(|_| fits && newer) {
            newest = Some((exchanged.at, token));
        }
    }
    Ok(newest.map(|(_, token)| token))
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
