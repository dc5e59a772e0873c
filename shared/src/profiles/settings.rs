//! What a person sets and nobody has to be told of (SealTalk 2.25-2.27, 2.29).

use crate::{
    App,
    error::Error,
    sessions::{self, Claim},
    store::{profiles::SettingsChange, retrying},
};

/// A SealTalk number: 6 to 20 characters, a letter first, then letters, digits, `_` and `-` (SealTalk 2.25).
#[derive(Clone, Debug)]
pub struct AccountName(String);

impl AccountName {
    /// Checks a text.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the documented text.
    pub fn new(text: String) -> Result<Self, Error> {
        let invalid = |reason: &'static str| Err(Error::invalid("stAccount", reason));
        if !(6..=20).contains(&text.chars().count()) {
            return invalid("Incorrect parameter length.");
        }
        let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if letters && text.starts_with(|first: char| first.is_ascii_alphabetic()) {
            Ok(Self(text))
        } else {
            invalid("Not letter beginning or invalid symbol.")
        }
    }
}

/// Gives the caller a SealTalk number. Two rounds. The one they have already is fine, in any case of letters.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::AccountNameTaken`].
pub async fn set_st_account(app: &App, claim: &Claim, account: &AccountName) -> Result<(), Error> {
    retrying(|| async {
        let actor = sessions::verify(app, claim).await?;
        Ok(app.store.set_st_account(&actor, &account.0).await?.then_some(()))
    })
    .await
}

/// Changes the settings that are given. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn change_settings(app: &App, claim: &Claim, change: &SettingsChange) -> Result<(), Error> {
    let actor = sessions::verify(app, claim).await?;
    if app.store.change_settings(&actor, change).await? { Ok(()) } else { Err(Error::SignedOut) }
}
