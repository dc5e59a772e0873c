//! `VERIFY#<subject>` and `VERIFYTOKEN#<hash>`: the newest code of a number, and the tokens that codes are exchanged
//! for.

use crate::{
    codes::PROOF,
    error::Error,
    store::{
        self, Condition, Store, Transacted, Update, Write, Written, item,
        keys::{self, Key},
        number, text, value,
    },
    values::{E164, TokenHash},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// `VERIFY#<subject>`/`CODE`: the newest code of a number. Names nobody: the subject is a keyed hash.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SentCode {
    /// A keyed hash of the code; absent once it has been used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hash: Option<String>,
    /// Part of what is hashed. Another for each code, so that it also distinguishes two of them.
    pub(crate) salt: String,
    /// Tries so far.
    pub(crate) attempts: i64,
    /// Seconds since 1970.
    pub(crate) sent_at: i64,
    /// From this second on the code is dead.
    pub(crate) dead_at: i64,
    /// From this second on it is as if no code had ever been sent.
    pub(crate) expires_at: i64,
    /// The tokens that codes of this number were exchanged for a short while ago.
    #[serde(default, skip_serializing)]
    pub(crate) tokens: Vec<TokenHash>,
}

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

/// What became of a try at a code.
pub(crate) enum Tried {
    /// No code was sent to this number within a day.
    NeverSent,
    /// It is too old, used, or was tried too often.
    Dead,
    /// It may be compared.
    Alive(SentCode),
}

/// What a token may be used for, once each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenUse {
    /// To make an account.
    Register,
    /// To set a new password.
    ResetPassword,
}

/// The end of a code, by whoever is the first to use it, and the token that it is exchanged for, if any.
pub(crate) fn use_code(key: &Key, hash: &str, token: Option<&TokenHash>) -> Write {
    let used = Update::of(key.clone()).remove("hash").when(Condition::Equals("hash", text(hash)));
    let used = match token {
        Some(token) => used.add("tokens", store::member(token.as_str())),
        None => used,
    };
    Write::from(used).named(PROOF)
}

/// A new token.
pub(super) fn put_token(token: &TokenHash, proven: &ProvenNumber) -> Result<Write, Error> {
    Ok(Write::put(keys::verification_token(token), item("verification token", proven)?, None))
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

/// The newest code of a number.
pub(super) async fn sent_code(store: &Store, key: &Key) -> Result<Option<SentCode>, Error> {
    store.get_as(key.clone()).await
}

/// Puts a code in the place of `before`, and leaves the tokens that still count. `false`: it is another by now.
pub(super) async fn replace_code(
    store: &Store,
    key: &Key,
    before: Option<&SentCode>,
    code: &SentCode,
    keep_tokens: bool,
) -> Result<bool, Error> {
    let as_read = Condition::as_read("salt", before.map(|before| text(&before.salt)));
    let update = with_code(Update::of(key.clone()), code).when(as_read);
    let update = if keep_tokens { update } else { update.remove("tokens") };
    Ok(matches!(store.update(update).await?, Written::Done(_)))
}

/// Takes a code back that never left, if it is still the newest.
pub(super) async fn take_code_back(
    store: &Store,
    key: &Key,
    before: Option<&SentCode>,
    code: &SentCode,
) -> Result<(), Error> {
    let newest = Condition::Equals("salt", text(&code.salt));
    let write = match before {
        Some(before) => with_code(Update::of(key.clone()), before).when(newest).into(),
        None => Write::delete(key.clone(), Some(newest)),
    };
    store.transact(vec![write]).await.map(drop)
}

/// Counts a try, if the code is alive and has fewer than `most`.
pub(super) async fn try_code(store: &Store, key: &Key, most: u32, now: i64) -> Result<Tried, Error> {
    let attempt = Update::of(key.clone())
        .add("attempts", number(1))
        .when(Condition::Present("hash"))
        .when(Condition::Below("attempts", number(i64::from(most))))
        .when(Condition::AtLeast("dead_at", number(now + 1)));
    Ok(match store.update(attempt).await? {
        Written::Done(item) => Tried::Alive(value(item)?),
        Written::Refused(item) if item.is_empty() => Tried::NeverSent,
        Written::Refused(item) if value::<SentCode>(item.clone())?.expires_at <= now => Tried::NeverSent,
        Written::Refused(_) => Tried::Dead,
    })
}

/// What a token stands for, while it counts.
pub(crate) async fn proven_number(store: &Store, token: &TokenHash, now: i64) -> Result<Option<ProvenNumber>, Error> {
    let proven: Option<ProvenNumber> = store.get_as(keys::verification_token(token)).await?;
    Ok(proven.filter(|proven| proven.expires_at > now))
}

/// The code of a number and the tokens that it was exchanged for.
pub(crate) async fn erase_verification(store: &Store, key: &Key) -> Result<(), Error> {
    let Some(code) = sent_code(store, key).await? else { return Ok(()) };
    let tokens = code.tokens.iter().map(|token| store.delete(keys::verification_token(token)));
    futures_util::future::try_join_all(tokens).await?;
    store.delete(key.clone()).await
}

/// Uses a token up that changes nothing. `false`: it was used before.
pub(crate) async fn spend_token(store: &Store, token: &TokenHash, usage: TokenUse, now: i64) -> Result<bool, Error> {
    Ok(matches!(store.transact(vec![use_token(token, usage, now)]).await?, Transacted::Done))
}

fn with_code(update: Update, code: &SentCode) -> Update {
    let update = match &code.hash {
        Some(hash) => update.set("hash", text(hash)),
        None => update.remove("hash"),
    };
    update
        .set("type", text("sent code"))
        .set("salt", text(&code.salt))
        .set("attempts", number(code.attempts))
        .set("sent_at", number(code.sent_at))
        .set("dead_at", number(code.dead_at))
        .set("expires_at", number(code.expires_at))
}
