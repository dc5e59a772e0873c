//! Accounts that are made with a proven number, a nickname and a password, or with a code alone
//! (`docs/dialects/sealtalk.md`).

use crate::{
    accounts::{
        origin::Origin,
        rows::{Credential, put_credential},
        sign_in::NewSession,
    },
    app::App,
    codes::{self, Policy, TokenUse, proven_number, too_often, use_code, use_token},
    error::{Error, Limit},
    limits, looks,
    passwords::Phc,
    person::{self, PhoneClaim, Profile, claim_phone, place, take, take_with_password},
    profiles::{self, Naming},
    sessions,
    store::{Attempt, Transacted, Write, retrying_from},
    values::{Address, Classes, Dialect, E164, Nickname, Password, Purpose, TokenHash, UserId, VerificationToken},
};

/// Whether a number belongs to an account (`docs/dialects/sealtalk.md#check_phone_available`). One round.
///
/// # Errors
/// [`Error::TooManyRequests`].
pub async fn is_taken(app: &App, address: &Address, phone: &E164) -> Result<bool, Error> {
    let asked = [(Limit::LookUpAddress, address.subject())];
    let (counted, claim) = futures_util::join!(limits::count(app, &asked), person::phone_claim(&app.store, phone));
    counted?;
    Ok(claim?.is_some_and(|claim| claim.taken))
}

/// Makes an account and signs in (`docs/dialects/sealtalk.md#register`). Three rounds and a hash, and
/// a round more if somebody else has the nickname where nicknames are unique.
///
/// A user who has proven the number elsewhere and has neither password nor profile becomes this account; what they
/// were signed in to ends.
///
/// # Errors
/// [`Error::UnknownVerification`]; [`Error::PhoneTaken`], also for whoever loses a race.
pub async fn register_with_token(
    app: &App,
    address: &Address,
    dialect: Dialect,
    nickname: &Nickname,
    password: &Password,
    token: &VerificationToken,
) -> Result<NewSession, Error> {
    let token = token.hash();
    // Nothing is hashed for a token that nobody has.
    let free = free_number(app, &token).await?;
    let hash = app.hasher.hash(&app.random, password).await?;
    let (token, hash) = (&token, &hash);
    retrying_from(free, |(phone, claim)| async move {
        let consumed = use_token(token, TokenUse::Register, app.clock.seconds());
        let origin = &Origin::new(app, &phone, address);
        let account = Account { app, dialect, origin, phone: &phone, hash: Some(hash), consumed };
        Ok(match account.make(claim, nickname).await? {
            Attempt::Done(session) => Attempt::Done(session),
            Attempt::Stale(()) => Attempt::Stale(free_number(app, token).await?),
        })
    })
    .await
}

/// The number of a token, and its user, if it is free.
async fn free_number(app: &App, token: &TokenHash) -> Result<(E164, Option<PhoneClaim>), Error> {
    let proven = proven_number(app, token).await?;
    let claim = person::phone_claim(&app.store, &proven.phone).await?;
    match claim {
        Some(claim) if claim.taken => Err(Error::PhoneTaken),
        // The account that was made with it is gone.
        _ if proven.registered => Err(Error::UnknownVerification),
        claim => Ok((proven.phone, claim)),
    }
}

/// Signs in with a code; whoever has no account gets one with a nickname of the number's last four digits
/// (`docs/dialects/sealtalk.md#verify_code_register`). Three rounds.
///
/// Failed sign-ins with a password do not stop it: whoever has the code has the number.
///
/// # Errors
/// As [`codes::exchange`]; [`Error::WrongCode`] also for somebody who is being erased.
pub async fn sign_in_by_code(
    app: &App,
    policy: &Policy<'_>,
    address: &Address,
    dialect: Dialect,
    phone: &E164,
    presented: &str,
) -> Result<NewSession, Error> {
    let origin = &Origin::new(app, phone, address);
    let here = address.subject();
    let events = [(Limit::CheckPair, &*origin.pair), (Limit::LoginAddress, here), (Limit::CheckAddress, here)];
    let (counted, right, claim) = futures_util::join!(
        limits::count(app, &events),
        codes::check(app, policy, Purpose::Any, phone, presented, None),
        person::phone_claim(&app.store, phone)
    );
    let counted = counted.map_err(too_often)?;
    let (right, claim) = (&right?, claim?);
    let nickname = &default_nickname(phone)?;
    let signed_in = retrying_from(claim, |claim| async move {
        let consumed = use_code(right);
        let session = match claim {
            Some(claim) if claim.taken => enter(app, dialect, origin, &claim, consumed).await?,
            claim => Account { app, dialect, origin, phone, hash: None, consumed }.make(claim, nickname).await?,
        };
        Ok(match session {
            Attempt::Done(session) => Attempt::Done(session),
            Attempt::Stale(()) => Attempt::Stale(person::phone_claim(&app.store, phone).await?),
        })
    });
    let (signed_in, ()) = futures_util::join!(signed_in, counted.give_back(app));
    if let Ok(session) = &signed_in {
        looks::resume(app, &session.profile).await;
    }
    signed_in.map_err(|error| match error {
        Error::UnknownVerification => Error::CodeExpired,
        Error::PhoneTaken => Error::WrongCode,
        other => other,
    })
}

fn default_nickname(phone: &E164) -> Result<Nickname, Error> {
    let digits = phone.as_str();
    Nickname::try_from(format!("user{}", &digits[digits.len() - 4..])).map_err(Error::internal)
}

/// Opens a session of somebody with an account. Stale: something has changed, read again.
async fn enter(
    app: &App,
    dialect: Dialect,
    origin: &Origin<'_>,
    claim: &PhoneClaim,
    consumed: Write,
) -> Result<Attempt<NewSession>, Error> {
    let profile = person::profile_for_session(&app.store, &claim.uid).await?.ok_or(Error::WrongCode)?;
    let opened = sessions::open(app, dialect, &profile.uid, profile.epoch);
    let mut writes = vec![consumed];
    writes.extend(opened.writes(&profile.uid)?);
    writes.extend(origin.succeed(&profile.uid)?);
    outcome(&app.store.transact(writes).await?, NewSession::of(profile, opened))
}

/// Stale when the user has changed; a refused proof is a code or token that somebody else has used.
fn outcome(transacted: &Transacted, session: NewSession) -> Result<Attempt<NewSession>, Error> {
    match transacted {
        Transacted::Done => Ok(Attempt::Done(session)),
        Transacted::Refused { part: codes::PROOF, .. } => Err(Error::UnknownVerification),
        Transacted::Refused { .. } => Ok(Attempt::Stale(())),
    }
}

/// An account to be made, once.
struct Account<'a> {
    app: &'a App,
    dialect: Dialect,
    origin: &'a Origin<'a>,
    phone: &'a E164,
    hash: Option<&'a Phc>,
    /// What proves the number is used up: a part of the transaction.
    consumed: Write,
}

impl Account<'_> {
    /// Stale: something has changed, read again.
    async fn make(&self, claim: Option<PhoneClaim>, nickname: &Nickname) -> Result<Attempt<NewSession>, Error> {
        let before = match claim {
            None => None,
            // Whoever is being erased keeps the number until the end.
            Some(claim) => {
                let profile = person::profile_for_session(&self.app.store, &claim.uid).await?;
                Some(profile.ok_or(Error::PhoneTaken)?)
            }
        };
        match self.named(before.as_ref(), Naming::claiming(nickname)).await {
            Err(Error::NicknameTaken) => self.named(before.as_ref(), Naming::unclaimed(nickname)).await,
            done => done,
        }
    }

    async fn named(&self, before: Option<&Profile>, naming: Naming<'_>) -> Result<Attempt<NewSession>, Error> {
        match before {
            None => self.create(naming).await,
            Some(before) => self.adopt(before, naming).await,
        }
    }

    async fn create(&self, naming: Naming<'_>) -> Result<Attempt<NewSession>, Error> {
        let uid = UserId::new(&self.app.clock, &self.app.random);
        let before = Profile {
            uid: uid.clone(),
            phone: self.phone.clone(),
            created_at: self.app.clock.seconds(),
            media: Classes::default(),
            dialects: vec![self.dialect],
            ..Profile::default()
        };
        let name = naming.writes(&before)?;
        let profile = with_name(before, naming);
        let opened = sessions::open(self.app, self.dialect, &uid, profile.epoch);
        let claim = PhoneClaim { uid: uid.clone(), taken: true, proof: None };
        let mut writes = vec![self.consumed.clone(), claim_phone(self.phone, &claim)?, person::create(&profile)?];
        writes.push(sessions::put(&uid, &opened.token.hash(), &opened.row)?);
        writes.extend(self.credential(&uid)?);
        writes.extend(self.origin.succeed(&uid)?);
        writes.extend(name);
        self.finish(writes, NewSession::of(profile, opened)).await
    }

    /// Nobody has seen the user yet: there is no profile.
    async fn adopt(&self, before: &Profile, naming: Naming<'_>) -> Result<Attempt<NewSession>, Error> {
        let (app, uid) = (self.app, before.uid.clone());
        let sex = before.sex.or(before.form_sex);
        let place = place(app, before, before.media, sex, naming.claimed(before));
        let update = profiles::name(before, &naming, place, app.clock.seconds(), self.dialect);
        let (update, epoch) = match self.hash {
            Some(_) => (sessions::end_others(update, before.epoch), before.epoch + 1),
            None => (update.when(sessions::same_epoch(before.epoch)), before.epoch),
        };
        let opened = sessions::open(app, self.dialect, &uid, epoch);
        let taken = if self.hash.is_some() { take_with_password } else { take };
        let mut writes = vec![self.consumed.clone(), taken(self.phone, &uid), update.into()];
        writes.push(sessions::put(&uid, &opened.token.hash(), &opened.row)?);
        writes.extend(self.credential(&uid)?);
        writes.extend(self.origin.succeed(&uid)?);
        writes.extend(naming.writes(before)?);
        let profile = with_name(Profile { epoch, ..before.clone() }, naming);
        self.finish(writes, NewSession::of(profile, opened)).await
    }

    fn credential(&self, uid: &UserId) -> Result<Option<Write>, Error> {
        let changed_at = self.app.clock.seconds();
        self.hash.map(|hash| put_credential(uid, &Credential { hash: hash.clone(), changed_at })).transpose()
    }

    /// Somebody else may have used the token at the same moment: then what there is now decides, not that.
    /// A refused name has changed nothing.
    async fn finish(&self, writes: Vec<Write>, session: NewSession) -> Result<Attempt<NewSession>, Error> {
        let transacted = self.app.store.transact(writes).await?;
        if let Transacted::Refused { part: profiles::NAME, .. } = &transacted {
            return Err(Error::NicknameTaken);
        }
        if let (Transacted::Refused { part: codes::PROOF, .. }, Some(_)) = (&transacted, self.hash) {
            return Ok(Attempt::Stale(()));
        }
        outcome(&transacted, session)
    }
}

/// The person as they are once they have the nickname.
fn with_name(before: Profile, naming: Naming<'_>) -> Profile {
    let nickname_claim = naming.claimed(&before).cloned();
    Profile { nickname: Some(naming.nickname.clone()), nickname_claim, ..before }
}

impl NewSession {
    fn of(profile: Profile, opened: sessions::Opened) -> Self {
        Self { profile, token: opened.token, push_token: opened.push_token }
    }
}
