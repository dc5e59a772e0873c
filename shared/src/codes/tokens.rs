//! The tokens that codes are exchanged for. A token proves a number for [`TOKEN_LIFETIME`], once for each [`TokenUse`].
//!
//! [`TokenUse`]: super::TokenUse

use crate::{
    app::App,
    codes::{
        Policy, check,
        rows::{
            tokens::{self, ProvenNumber, put_token},
            use_code,
        },
        too_often,
    },
    error::{Error, Limit},
    limits,
    store::Transacted,
    values::{Address, E164, Purpose, TokenHash, VerificationToken},
};

/// How long a token lives, in seconds (`docs/dialects/sealtalk.md#verification-tokens`).
pub const TOKEN_LIFETIME: i64 = 1_800;

/// Exchanges a code for a token (`docs/dialects/sealtalk.md#verification-codes`,
/// `docs/dialects/sealtalk.md#verification-tokens`). Two rounds.
///
/// # Errors
/// [`Error::NoCodeSent`], [`Error::CodeExpired`], [`Error::WrongCode`], in this order; the last one also for an address
/// that has tried too often.
pub async fn exchange(
    app: &App,
    policy: &Policy<'_>,
    address: &Address,
    phone: &E164,
    presented: &str,
) -> Result<VerificationToken, Error> {
    let tries = [(Limit::CheckAddress, address.subject())];
    let (counted, right) =
        futures_util::join!(limits::count(app, &tries), check(app, policy, Purpose::Any, phone, presented));
    let counted = counted.map_err(too_often)?;
    let right = right?;
    let token = VerificationToken::new(&app.random);
    let expires_at = app.clock.seconds() + TOKEN_LIFETIME;
    let proven = ProvenNumber { phone: phone.clone(), expires_at, registered: false, reset: false };
    let hash = token.hash();
    let writes = vec![use_code(&right, Some(&hash)), put_token(&hash, &proven)?];
    // The code was right: that was no attempt at guessing.
    let (written, ()) = futures_util::join!(app.store.transact(writes), counted.give_back(app));
    match written? {
        Transacted::Done => Ok(token),
        Transacted::Refused { .. } => Err(Error::CodeExpired),
    }
}

/// The number that a token was given out for.
///
/// # Errors
/// [`Error::UnknownVerification`] for a token that is unknown or too old.
pub(crate) async fn proven_number(app: &App, token: &TokenHash) -> Result<ProvenNumber, Error> {
    let proven = tokens::proven_number(&app.store, token, app.clock.seconds()).await?;
    proven.ok_or(Error::UnknownVerification)
}
