//! Accounts that are made with a proven number and a password, and are entered afterwards: a nickname and all else are the
//! person's choice (`docs/dialects/live.md#create-an-account`).
//!
//! Here a number is taken once its user has a password. Who has none, and was elsewhere by codes alone, becomes the account.

use crate::{
    accounts::{
        account::{Account, Entrance},
        origin::Origin,
        rows,
    },
    app::App,
    codes::{self, Handle, Policy, Request, TokenUse, proven_number, use_token},
    error::{Error, ErrorKind},
    images,
    person::{self, PhoneClaim},
    profiles::Introduction,
    store::{Attempt, retrying_from},
    values::{Address, E164, Gender, Nickname, Password, Purpose, TokenHash, VerificationToken},
};

/// What an account is made of.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// The number.
    pub phone: &'a E164,
    /// The password.
    pub password: &'a Password,
    /// What proves the number. Unset, the address does from which the code was shown.
    pub ticket: Option<&'a VerificationToken>,
    /// The nickname.
    pub nickname: Option<&'a Nickname>,
    /// What profiles show.
    pub gender: Option<Gender>,
    /// The path of an uploaded portrait.
    pub portrait: Option<&'a str>,
}

/// Sends a code to a number that nobody has an account with, and gives back what stands for the code
/// (`docs/dialects/live.md#send-a-code`). Three rounds.
///
/// # Errors
/// [`Error::PhoneTaken`]; as [`codes::send`].
pub async fn prove_number(app: &App, policy: &Policy<'_>, address: &Address, phone: &E164) -> Result<Handle, Error> {
    let request = Request { address, phone, purpose: Purpose::Any, captcha: None };
    let free = async { untaken(app, phone).await.map(drop) };
    let handle = codes::send(app, policy, &request, free).await?;
    handle.ok_or_else(|| Error::internal("codes of this API have no handle"))
}

/// Makes an account (`docs/dialects/live.md#create-an-account`). Three rounds and a hash; one more without a ticket, and if
/// somebody else has the nickname where nicknames are unique; two more with a portrait. The person appears in the dialect, and
/// is signed in nowhere.
///
/// # Errors
/// [`Error::UnknownVerification`] if the number is not proven; [`Error::PhoneTaken`], also for whoever loses a race;
/// [`Error::Unusable`] for a common password, and for a portrait that is no upload which waits for its account.
pub async fn create(app: &App, policy: &Policy<'_>, address: &Address, new: &NewAccount<'_>) -> Result<(), Error> {
    let token = &match new.ticket {
        Some(ticket) => ticket.hash(),
        None => codes::proven_from(app, policy, address, new.phone).await?,
    };
    // Nothing is hashed for a token that nobody has.
    let free = proven_and_untaken(app, token, new.phone).await?;
    let hash = &app.hasher.hash(&app.random, new.password).await?;
    let portrait = match new.portrait {
        Some(path) => Some(images::claim(app, path).await?),
        None => None,
    };
    let path = portrait.as_ref().map(images::Claimed::path);
    let introduction = Introduction::of(new.nickname, new.gender, path.as_deref());
    let made = retrying_from(free, |claim| async move {
        let account = Account {
            app,
            dialect: policy.dialect,
            origin: &Origin::new(app, new.phone, address),
            phone: new.phone,
            hash: Some(hash),
            consumed: use_token(token, TokenUse::Register, app.clock.seconds()),
            entrance: Entrance::WithoutPassword,
        };
        Ok(match account.make(claim, introduction).await? {
            Attempt::Done(_) => Attempt::Done(()),
            Attempt::Stale(()) => Attempt::Stale(proven_and_untaken(app, token, new.phone).await?),
        })
    })
    .await;
    if let (Err(refusal), Some(portrait)) = (&made, portrait) {
        // After a fault nobody knows whether the account was made.
        let fault = matches!(refusal.kind(), ErrorKind::Unavailable | ErrorKind::Internal);
        if !fault {
            portrait.give_back(app, new.phone).await;
        }
    }
    made
}

/// Whose number it is, if they have no password.
async fn untaken(app: &App, phone: &E164) -> Result<Option<PhoneClaim>, Error> {
    let claim = person::phone_claim(&app.store, phone).await?;
    let credential = match &claim {
        Some(claim) => rows::credential(&app.store, &claim.uid).await?,
        None => None,
    };
    if credential.is_some() { Err(Error::PhoneTaken) } else { Ok(claim) }
}

async fn proven_and_untaken(app: &App, token: &TokenHash, phone: &E164) -> Result<Option<PhoneClaim>, Error> {
    let (proven, claim) = futures_util::join!(proven_number(app, token), untaken(app, phone));
    let proven = proven?;
    let claim = claim?;
    // The account that was made with it is gone, or it is of another number.
    if proven.registered || proven.phone != *phone { Err(Error::UnknownVerification) } else { Ok(claim) }
}
