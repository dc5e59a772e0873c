//! What a person sets and what needs no fan-out (`docs/dialects/sealtalk.md`).

use crate::{
    app::App,
    error::Error,
    profiles::rows::{self, SettingsChange},
    sessions::{self, Claim},
    store::retrying,
    values::AccountName,
};

/// Gives the caller an account name (`docs/dialects/sealtalk.md#set_st_account`). Two rounds. The one they have already is fine, in any case of letters.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::AccountNameTaken`].
pub async fn set_account_name(app: &App, claim: &Claim, account: &AccountName) -> Result<(), Error> {
    retrying(|| async {
        let actor = sessions::verify(app, claim).await?;
        rows::set_account_name(&app.store, &actor, &account.0).await
    })
    .await
}

/// Changes the settings that are given. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn change_settings(app: &App, claim: &Claim, change: &SettingsChange) -> Result<(), Error> {
    let actor = sessions::verify(app, claim).await?;
    if rows::change_settings(&app.store, &actor, change).await? { Ok(()) } else { Err(Error::SignedOut) }
}
