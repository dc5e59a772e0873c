//! Push tokens (`docs/dialects/lightup.md`). A token belongs to whoever registered it last.

mod rows;

use crate::{
    app::App,
    error::{Error, Limit},
    limits,
    sessions::{self, Claim},
    store::retrying_from,
    values::{Address, TokenHash, UserId},
};
pub(crate) use rows::EXPORT;

/// How long a token is remembered after it was last registered, in seconds.
pub const LIFETIME: i64 = 365 * 86_400;

/// Registers a token for the caller, whoever had it before. Three rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn register(app: &App, claim: &Claim, token: &str) -> Result<(), Error> {
    let hash = TokenHash::of(token);
    let reads = async |any: &sessions::AnyReader| rows::device_owner(&app.store, any, &hash).await;
    let (actor, owner) = sessions::verify_beside(app, claim, reads).await?;
    let expires_at = app.clock.seconds() + LIFETIME;
    // Two users may register the same token at once.
    let (actor, hash) = (&actor, &hash);
    let attempt = async |owner: Option<UserId>| {
        rows::put_device(&app.store, actor, hash, token, owner.as_ref(), expires_at).await
    };
    retrying_from(owner, attempt).await
}

/// Registers a token for a caller who may have no session (`docs/dialects/lightup.md#refresh_device_token_lib`).
///
/// # Errors
/// As [`register`] with a claim, as [`register_anonymous`] without.
pub async fn register_for(app: &App, claim: Option<&Claim>, address: &Address, token: &str) -> Result<(), Error> {
    match claim {
        Some(claim) => register(app, claim, token).await,
        None => register_anonymous(app, address, token).await,
    }
}

/// Registers a token that nobody owns; one that somebody owns stays theirs. One round after the limit's.
///
/// # Errors
/// [`Error::TooManyRequests`].
pub async fn register_anonymous(app: &App, address: &Address, token: &str) -> Result<(), Error> {
    limits::count(app, &[(Limit::DeviceAddress, address.subject())]).await?;
    let expires_at = app.clock.seconds() + LIFETIME;
    rows::put_anonymous_device(&app.store, &TokenHash::of(token), expires_at).await
}
