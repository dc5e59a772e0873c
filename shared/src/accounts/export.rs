//! A copy of all that is stored of a person (`docs/dialects/lightup.md#export_account`).

use crate::{
    accounts::{password::show_again, rows},
    app::App,
    error::{Error, Limit},
    exports::{self, Export},
    limits, person,
    sessions::{self, Claim},
    values::{Address, Password, UserId},
};

/// Makes an archive of the caller's data, who has to give their password if they have one: the first one, or where `after` is the
/// `next` of the one before, that which goes on there. The number of rounds grows with what there is.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::WrongPassword`], also where none is given; [`Error::TooManyRequests`] after five exports in a day, a
/// hundred further archives, or as many wrong passwords as a sign-in allows; [`Error::Unusable`] for an `after` that was not given
/// out; faults, which are not counted.
pub async fn export_own(
    app: &App,
    address: &Address,
    claim: &Claim,
    given: Option<&Password>,
    after: Option<&str>,
) -> Result<Export, Error> {
    let actor = sessions::verify(app, claim).await?;
    show_again(app, address, &actor, given).await?;
    let limit = if after.is_none() { Limit::Exports } else { Limit::FurtherArchives };
    let counted = limits::count(app, &[(limit, actor.uid().as_str())]).await?;
    let made = Box::pin(exports::make(app, actor.profile(), &rows::EXPORT, after)).await;
    if made.is_err() {
        counted.give_back(app).await;
    }
    made
}

/// The same for an operator, who knows the user's id (`docs/operations.md#export-and-erasure`).
///
/// # Errors
/// [`Error::NoSuchUser`]; faults.
pub async fn export_person(app: &App, uid: &UserId, after: Option<&str>) -> Result<Export, Error> {
    let profile = person::profile_for_session(&app.store, uid).await?.ok_or(Error::NoSuchUser)?;
    Box::pin(exports::make(app, &profile, &rows::EXPORT, after)).await
}
