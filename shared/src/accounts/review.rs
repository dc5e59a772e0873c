//! Accounts of those who review apps for a store (`docs/dialects/m_user.md#store-review`). An operator makes them, with a password
//! and a person of their own. Whoever signs in is given a device that nobody else has.

use crate::{
    accounts::{
        devices::default_nickname,
        rows::review::{self as rows, PERSON, ReviewRow},
    },
    app::App,
    error::{Error, Limit},
    limits,
    person::{self, Profile},
    sessions::{
        self, ROW_LIFETIME,
        devices::{Entered, make_up},
    },
    store::{Attempt, Transacted, retrying},
    values::{Address, Age, Dialect, Gender, Password, ReviewAccount, Token, UserId},
};

/// How old the person of such an account says they are.
const AGE: i64 = 30;

/// Signs a reviewer in: makes a device up that speaks for the account's person for 30 days, and gives back what it calls itself.
/// Three rounds and a hash.
///
/// # Errors
/// [`Error::NoSuchEndpoint`] where reviewers are not let in, before anything else; [`Error::TooManyRequests`] after failures from an
/// address; [`Error::WrongPassword`], also for an account that is not there, after as long.
pub async fn sign_in_for_review(
    app: &App,
    address: &Address,
    dialect: Dialect,
    account: &ReviewAccount,
    password: &Password,
) -> Result<(Token, Entered), Error> {
    if !app.config.review.lets_in() {
        return Err(Error::NoSuchEndpoint);
    }
    let limit = [(Limit::ReviewAddress, address.subject())];
    let (counted, row) = futures_util::join!(limits::count(app, &limit), rows::read(&app.store, account));
    let (counted, row) = (counted?, row?);
    let hash = row.as_ref().map(|row| row.hash.clone());
    let right = app.hasher.matches(password, hash).await?;
    let Some(row) = row.filter(|_| right) else { return Err(Error::WrongPassword) };
    let until = app.clock.seconds() + ROW_LIFETIME;
    // The device is there only if the password is still the one that was compared.
    let same = rows::same_password(account, &row)?;
    let (made, ()) = futures_util::join!(make_up(app, dialect, &row.uid, until, same), counted.give_back(app));
    match made {
        Err(Error::SignedOut) => Err(Error::WrongPassword),
        made => made,
    }
}

/// Makes an account for reviewers and a person for it, or gives the account another password, which ends the devices that were
/// made up for it. For operators. Two rounds and a hash.
///
/// # Errors
/// [`Error::Unusable`] for a common password, where these are refused; faults.
pub async fn set_review_account(
    app: &App,
    dialect: Dialect,
    account: &ReviewAccount,
    password: &Password,
) -> Result<UserId, Error> {
    let hash = app.hasher.hash(&app.random, password).await?;
    retrying(|| async {
        let before = rows::read(&app.store, account).await?;
        let row = |uid: &UserId| ReviewRow { uid: uid.clone(), hash: hash.clone(), changed_at: app.clock.seconds() };
        if let Some(before) = &before {
            let mut writes = Vec::from(rows::put(account, &row(&before.uid), Some(before))?);
            writes.push(rows::person(sessions::end_all(&before.uid)));
            match app.store.transact(writes).await? {
                Transacted::Done => return Ok(Attempt::Done(before.uid.clone())),
                Transacted::Refused { part: PERSON, .. } => {}
                Transacted::Refused { .. } => return Ok(Attempt::Stale(())),
            }
        }
        // There is no account yet, or its person is gone.
        let person = new_person(app, dialect)?;
        let mut writes = Vec::from(rows::put(account, &row(&person.uid), before.as_ref())?);
        writes.push(person::create(&person)?);
        Ok(match app.store.transact(writes).await? {
            Transacted::Done => Attempt::Done(person.uid),
            Transacted::Refused { .. } => Attempt::Stale(()),
        })
    })
    .await
}

/// The name of the account is a part of what lets a reviewer in, so nobody is shown it.
fn new_person(app: &App, dialect: Dialect) -> Result<Profile, Error> {
    Ok(Profile {
        uid: UserId::new(&app.clock, &app.random),
        created_at: app.clock.seconds(),
        nickname: Some(default_nickname(app)?),
        gender: Some(Gender::default()),
        age: Some(Age::try_from(AGE).map_err(Error::internal)?),
        dialects: vec![dialect],
        ..Profile::default()
    })
}
