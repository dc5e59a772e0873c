//! Accounts of devices: the device is the account, and nothing is proven but that the client knows what the device calls itself
//! (`docs/dialects/m_user.md#devices`).

use crate::{
    app::App,
    error::{Error, Limit},
    limits,
    person::{self, Profile},
    sessions::{
        self, Claim,
        devices::{self, DeviceClaim, Entered},
    },
    store::{Attempt, Transacted, Write, retrying_from},
    uploads::{self, Owner, Place, Wanted},
    values::{Address, Age, ClientApp, Dialect, FileKey, Gender, Kind, Nickname, UserId},
};

/// What an account of a device is made of.
#[derive(Debug)]
pub struct NewPerson {
    /// The nickname. Unset, it is one with six random digits.
    pub nickname: Option<Nickname>,
    /// What profiles show.
    pub gender: Gender,
    /// How old the person says they are.
    pub age: Age,
    /// The key of a picture that the device has uploaded.
    pub icon: Option<FileKey>,
}

/// Signs the user of a device in (`docs/dialects/m_user.md#log-in`). While the app that asks is being reviewed, only devices that
/// were made up for the review sign in. Two rounds.
///
/// # Errors
/// [`Error::ReviewOnly`]; [`Error::SignedOut`] for a device of nobody; [`Error::SessionNeeded`], [`Error::WrongSession`];
/// [`Error::TooManyRequests`].
pub async fn enter(app: &App, address: &Address, claim: &Claim, from: &ClientApp) -> Result<Entered, Error> {
    let device = device(claim)?;
    let limit = [(Limit::DeviceLogins, address.subject())];
    let (counted, known) = futures_util::join!(limits::count(app, &limit), devices::find(app, device));
    counted?;
    let known = known?;
    let reviewed = app.config.review.is_of(from.version.as_deref(), from.channel.as_deref());
    if reviewed && !known.as_ref().is_some_and(devices::Known::is_for_review) {
        return Err(Error::ReviewOnly);
    }
    devices::enter(app, device, known.ok_or(Error::SignedOut)?).await
}

/// Makes an account for a device, and signs its user in; a device that has one already is signed in and nothing of the account
/// changes (`docs/dialects/m_user.md#register`). Two rounds, four with a picture, and for a device that has one.
///
/// # Errors
/// [`Error::SessionNeeded`], [`Error::WrongSession`]; [`Error::TooManyRequests`];
/// [`Error::Unusable`] for a picture that cannot be used.
pub async fn create_for_device(
    app: &App,
    address: &Address,
    dialect: Dialect,
    claim: &Claim,
    new: &NewPerson,
) -> Result<Entered, Error> {
    let device = device(claim)?;
    let limit = [(Limit::NewDevices, address.subject())];
    let (counted, known) = futures_util::join!(limits::count(app, &limit), devices::find(app, device));
    let known = match known {
        Ok(None) if device.has_token() => Err(Error::WrongSession),
        known => known,
    };
    if let Ok(None) = known {
        counted?;
    } else {
        // Nobody registers: it is a sign-in, or refused.
        if let Ok(counted) = counted {
            counted.give_back(app).await;
        }
        limits::count(app, &[(Limit::DeviceLogins, address.subject())]).await?;
    }
    retrying_from(known?, |known| async move {
        let Some(known) = known else { return create(app, dialect, claim, device, new).await };
        devices::enter(app, device, known).await.map(Attempt::Done)
    })
    .await
}

fn device(claim: &Claim) -> Result<&DeviceClaim, Error> {
    match claim {
        Claim::Device(device) => Ok(device),
        Claim::Session(_) | Claim::Several(_) => Err(Error::SignedOut),
    }
}

/// Stale, with the device as it is: it has an account by now.
async fn create(
    app: &App,
    dialect: Dialect,
    claim: &Claim,
    device: &DeviceClaim,
    new: &NewPerson,
) -> Result<Attempt<Entered, Option<devices::Known>>, Error> {
    let nickname = match &new.nickname {
        Some(nickname) => nickname.clone(),
        None => default_nickname(app)?,
    };
    let uid = UserId::new(&app.clock, &app.random);
    let profile = Profile {
        uid: uid.clone(),
        created_at: app.clock.seconds(),
        nickname: Some(nickname),
        gender: Some(new.gender),
        age: Some(new.age),
        portrait: new.icon.as_ref().map(Profile::portrait_of_icon),
        dialects: vec![dialect],
        ..Profile::default()
    };
    let made = sessions::devices::new(app, device, &uid, profile.epoch)?;
    let wanted: Vec<Wanted> = new.icon.iter().map(|key| Wanted { key: key.clone(), kind: Kind::Picture }).collect();
    let owner = Owner::new(app, &uid, claim);
    let prepared = uploads::prepare(app, &owner, &wanted, Place::Free).await?;
    let mut writes: Vec<Write> = [person::create(&profile)?].into_iter().chain(made.writes).collect();
    writes.extend(prepared.writes()?);
    match app.store.transact(writes).await? {
        Transacted::Done => Ok(Attempt::Done(Entered { profile, session: made.session, push_token: made.push_token })),
        // Another call has made the account, or this one has, and its answer was lost; or it was at the picture.
        Transacted::Refused { .. } => {
            prepared.discard(app).await;
            Ok(Attempt::Stale(devices::find(app, device).await?))
        }
    }
}

/// The nickname of who chooses none (`docs/dialects/m_user.md#register`).
pub(super) fn default_nickname(app: &App) -> Result<Nickname, Error> {
    let digits = app.random.within(0..=999_999);
    Nickname::try_from(format!("用户{digits:06}")).map_err(Error::internal)
}
