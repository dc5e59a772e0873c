//! Codes as SealTalk has them, and the tokens that they are exchanged for (`docs/dialects/sealtalk.md`).
//!
//! A code has one purpose: it proves a number. Whoever has it gets a token, and with that an account or a password.

pub(super) mod rows;

use crate::{
    app::App,
    captcha::{self, Answer},
    codes::{
        ATTEMPTS, Code,
        verification::rows::{ProvenNumber, SentCode, Tried, put_token, use_code},
    },
    error::{Error, Limit},
    limits::{self, keyed_hash},
    store::{
        Transacted,
        keys::{self, Key},
    },
    values::{Address, E164, TokenHash, VerificationToken},
};
use subtle::ConstantTimeEq;

/// How long a code lives, in seconds (`docs/dialects/sealtalk.md#verification-codes`).
pub const CODE_LIFETIME: i64 = 120;

/// How long a token lives, in seconds (`docs/dialects/sealtalk.md#verification-tokens`).
pub const TOKEN_LIFETIME: i64 = 1_800;

/// How long a dead code is distinguished from one that was never sent, in seconds
/// (`docs/dialects/sealtalk.md#verification-codes`).
const REMEMBERED: i64 = 86_400;

/// So long a number waits for its next code, in seconds (`docs/dialects/sealtalk.md#limits-of-codes`).
const GAP: i64 = 60;

/// Where the code of a number is. The number itself does not stand in the table.
fn key(app: &App, phone: &E164) -> Key {
    keys::verification(&keyed_hash(&app.config.hash_key, "verification-phone", phone.as_str()))
}

fn hash(app: &App, phone: &E164, salt: &str, code: Code) -> String {
    let text = format!("{}\0{salt}\0{}", phone.as_str(), code.digits());
    keyed_hash(&app.config.hash_key, "verification-code", &text)
}

/// Sends a code to any number of a region that is served (`docs/dialects/sealtalk.md#verification-codes`,
/// `docs/dialects/sealtalk.md#limits-of-codes`). Three rounds, a captcha is one more.
///
/// A message that the gateway did not take is not counted for the number, and the code before it stays.
///
/// # Errors
/// [`Error::RegionNotServed`]; [`Error::WrongCaptcha`] where one is required; [`Error::TooManyRequests`];
/// [`Error::SmsFailed`].
pub async fn send_verification(
    app: &App,
    address: &Address,
    phone: &E164,
    answer: Option<&Answer>,
) -> Result<(), Error> {
    if !app.config.sms_regions.allow_number(phone) {
        return Err(Error::RegionNotServed);
    }
    if app.config.sealtalk.captcha_required {
        captcha::check(app, answer.ok_or(Error::WrongCaptcha)?).await?;
    }
    // Of several limits that are reached the answer names the last one.
    let events = [
        (Limit::SmsBudget, ""),
        (Limit::VerificationAddress, address.subject()),
        (Limit::SendDay, phone.as_str()),
        (Limit::SendHour, phone.as_str()),
    ];
    let gap = [(Limit::SendGap, phone.as_str())];
    let key = key(app, phone);
    // By itself and first: of many at once, those whom it refuses would hold places under the other limits for a
    // moment, and keep the one that it lets through from going out.
    let (counted, before) = futures_util::join!(limits::count(app, &gap), rows::sent_code(&app.store, &key));
    let now = app.clock.seconds();
    let before = match before {
        // The limit counts in fixed windows; this is to the second.
        Ok(Some(before)) if before.sent_at + GAP > now => Err(Error::TooManyRequests { limit: Limit::SendGap }),
        other => other,
    };
    let (counted, before) = match (counted, before) {
        (Ok(counted), Ok(before)) => (counted, before),
        (Err(error), Ok(_)) => return Err(error),
        (counted, Err(error)) => {
            counted.unwrap_or_default().give_back(app).await;
            return Err(error);
        }
    };
    let counted = match limits::count(app, &events).await {
        Ok(others) => counted.and(others),
        Err(error) => {
            counted.give_back(app).await;
            return Err(error);
        }
    };
    let sending = Sending { app, phone, key: &key, before: before.as_ref(), now };
    let sent = sending.run().await;
    if let Err(Error::SmsFailed) = sent {
        counted.give_back_but(app, &[Limit::VerificationAddress, Limit::SmsBudget]).await;
    }
    sent
}

struct Sending<'a> {
    app: &'a App,
    phone: &'a E164,
    key: &'a Key,
    before: Option<&'a SentCode>,
    now: i64,
}

impl Sending<'_> {
    async fn run(self) -> Result<(), Error> {
        let Self { app, phone, key, before, now } = self;
        let (code, salt) = (Code::new(app), app.random.hex::<8>());
        let stored = SentCode {
            hash: Some(hash(app, phone, &salt, code)),
            salt,
            attempts: 0,
            sent_at: now,
            dead_at: now + CODE_LIFETIME,
            expires_at: now + CODE_LIFETIME + REMEMBERED,
            tokens: Vec::new(),
        };
        let keep_tokens = before.is_some_and(|before| before.dead_at + TOKEN_LIFETIME > now);
        let text = format!("验证码：{}，两分钟内有效。【SealTalk】", code.digits());
        // Side by side: a message without its code cannot be used, a code without its message cannot be known.
        let (stored_it, sent) = futures_util::join!(
            rows::replace_code(&app.store, key, before, &stored, keep_tokens),
            app.sms.send(phone, &text)
        );
        if sent.is_err() {
            if let Err(error) = rows::take_code_back(&app.store, key, before, &stored).await {
                tracing::warn!(%error, "a code that was not sent stays until it expires");
            }
            return sent;
        }
        if stored_it? { Ok(()) } else { Err(Error::TooManyRequests { limit: Limit::SendGap }) }
    }
}

/// A code that was right. Used up in the transaction that acts on it, by whoever comes first.
#[derive(Debug)]
pub(crate) struct RightCode {
    pub(crate) key: Key,
    pub(crate) hash: String,
}

/// Counts a try and compares, in constant time. One round.
///
/// # Errors
/// [`Error::NoCodeSent`], [`Error::CodeExpired`], [`Error::WrongCode`], in this order.
pub(crate) async fn check_code(app: &App, phone: &E164, presented: &str) -> Result<RightCode, Error> {
    let key = key(app, phone);
    let code = match rows::try_code(&app.store, &key, ATTEMPTS, app.clock.seconds()).await? {
        Tried::NeverSent => return Err(Error::NoCodeSent),
        Tried::Dead => return Err(Error::CodeExpired),
        Tried::Alive(code) => code,
    };
    let stored = code.hash.ok_or(Error::CodeExpired)?;
    if app.config.sealtalk.test_code.as_ref().is_some_and(|test| test.is(presented)) {
        return Ok(RightCode { key, hash: stored });
    }
    let presented = Code::parse(presented).map_err(|_| Error::WrongCode)?;
    let presented = hash(app, phone, &code.salt, presented);
    if bool::from(presented.as_bytes().ct_eq(stored.as_bytes())) {
        Ok(RightCode { key, hash: stored })
    } else {
        Err(Error::WrongCode)
    }
}

/// Exchanges a code for a token (`docs/dialects/sealtalk.md#verification-codes`,
/// `docs/dialects/sealtalk.md#verification-tokens`). Two rounds.
///
/// # Errors
/// [`Error::NoCodeSent`], [`Error::CodeExpired`], [`Error::WrongCode`], in this order; the last one also for an address
/// that has tried too often.
pub async fn verify_number(
    app: &App,
    address: &Address,
    phone: &E164,
    presented: &str,
) -> Result<VerificationToken, Error> {
    let tries = [(Limit::CheckAddress, address.subject())];
    let (counted, right) = futures_util::join!(limits::count(app, &tries), check_code(app, phone, presented));
    let counted = counted.map_err(too_often)?;
    let right = right?;
    let token = VerificationToken::new(&app.random);
    let proven = ProvenNumber {
        phone: phone.clone(),
        expires_at: app.clock.seconds() + TOKEN_LIFETIME,
        registered: false,
        reset: false,
    };
    let hash = token.hash();
    let writes = vec![use_code(&right.key, &right.hash, Some(&hash)), put_token(&hash, &proven)?];
    // The code was right: that was no attempt at guessing.
    let (written, ()) = futures_util::join!(app.store.transact(writes), counted.give_back(app));
    match written? {
        Transacted::Done => Ok(token),
        Transacted::Refused { .. } => Err(Error::CodeExpired),
    }
}

/// The answer after too many tries is that the code is wrong.
pub(crate) fn too_often(error: Error) -> Error {
    if let Error::TooManyRequests { .. } = error { Error::WrongCode } else { error }
}

/// The number that a token was given out for.
///
/// # Errors
/// [`Error::UnknownVerification`] for a token that is unknown or too old.
pub(crate) async fn proven_number(app: &App, token: &TokenHash) -> Result<ProvenNumber, Error> {
    let proven = rows::proven_number(&app.store, token, app.clock.seconds()).await?;
    proven.ok_or(Error::UnknownVerification)
}

/// Deletes the code of a number and its tokens.
pub(crate) async fn erase_verification(app: &App, phone: &E164) -> Result<(), Error> {
    rows::erase_verification(&app.store, &key(app, phone)).await
}
