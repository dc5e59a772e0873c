//! Signatures by which a request shows that it comes from the app of this product: the MD5 of a secret in the app, a nonce and
//! the time (`docs/dialects/m_user.md#signatures`).
//!
//! They prove little. What is signed is neither the path nor the body nor the sender, and the secret is in every copy of the
//! app. So nothing else depends on them, and a deployment may leave them out, look at them for its log, or insist on them.
//!
//! A nonce is good once. It is remembered as a keyed hash for as long as its time can still be right.

mod rows;

use crate::{
    app::App,
    config::{Secret, SignMode},
    error::Error,
    limits::keyed_hash,
};
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

/// So many seconds the time of a signature may be away from the application's, either way.
pub const SKEW: i64 = 300;

/// So many seconds a nonce is remembered: a signature whose time is [`SKEW`] ahead is good for so long.
pub const NONCE_LIFETIME: i64 = 2 * SKEW;

/// The longest nonce, in bytes.
const LONGEST_NONCE: usize = 128;

/// What a request brings as its signature. Nothing of it is checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signature<'a> {
    /// A text of the app's choice, which no other request has.
    pub nonce: Option<&'a str>,
    /// When it was signed: whole seconds since 1970 in decimal digits.
    pub timestamp: Option<&'a str>,
    /// The lower-case hex MD5 of secret, nonce and time, one behind the other.
    pub sign: Option<&'a str>,
}

/// Checks a signature as far as the deployment wants it. No round where nobody looks, and none for a signature that is wrong;
/// else one.
///
/// # Errors
/// [`Error::BadSignature`] where signatures are insisted on, for one that is missing, wrong, made more than [`SKEW`] seconds
/// away, or whose nonce has been used; faults. Where they are only looked at, none: a refusal is logged.
pub async fn check(app: &App, signature: &Signature<'_>) -> Result<(), Error> {
    let Some(secret) = &app.config.signing.secret else { return Ok(()) };
    match app.config.signing.mode {
        SignMode::Off => Ok(()),
        SignMode::Enforce => proven(app, secret, signature).await,
        SignMode::Log => {
            if let Err(error) = proven(app, secret, signature).await {
                tracing::warn!(%error, "a request would be refused for its signature");
            }
            Ok(())
        }
    }
}

async fn proven(app: &App, secret: &Secret, signature: &Signature<'_>) -> Result<(), Error> {
    let now = app.clock.seconds();
    let nonce = signed_nonce(secret, signature, now).ok_or(Error::BadSignature)?;
    let nonce = keyed_hash(&app.config.hash_key, "nonce", nonce);
    if rows::use_up(&app.store, &nonce, &app.random.hex::<8>(), now).await? { Ok(()) } else { Err(Error::BadSignature) }
}

/// The nonce, if the signature is right and made now.
fn signed_nonce<'a>(secret: &Secret, signature: &Signature<'a>, now: i64) -> Option<&'a str> {
    let (nonce, timestamp, sign) = (signature.nonce?, signature.timestamp?, signature.sign?);
    let digits = (1..=11).contains(&timestamp.len()) && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let at: i64 = timestamp.parse().ok().filter(|_| digits)?;
    let mut hash = Md5::new();
    hash.update(secret.expose());
    hash.update(nonce);
    hash.update(timestamp);
    let right = bool::from(hex::encode(hash.finalize()).as_bytes().ct_eq(sign.as_bytes()));
    let fits = (1..=LONGEST_NONCE).contains(&nonce.len()) && (now - at).abs() <= SKEW;
    (right && fits).then_some(nonce)
}
