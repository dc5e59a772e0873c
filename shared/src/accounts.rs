//! Accounts: proving a phone number, signing in, passwords, and the end of an account (contract 3.1-3.5, 3.14).
//!
//! A number belongs to a user from the moment a code sent to it is redeemed: the claim is written in that transaction
//! and nowhere else. It is *taken* once there is a password or a profile (contract C-7).

use crate::{
    App,
    codes::{self, Code, Purpose},
    error::Error,
    limits::{self, Counted, Limit, keyed_hash},
    media::Classes,
    sessions::{Profile, REFRESHABLE},
    store::{
        Transacted, Write,
        accounts::{Credential, PhoneClaim, Proof, claim_phone, prove, redeem},
        keys, profiles,
    },
    values::{E164, Password, Token, UserId},
};
use std::fmt;

/// How long a proven number allows its password to be set, in seconds (contract 3.5).
pub const PROOF_LIFETIME: i64 = 900;

/// Where a request came from, as the network says; never a header. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Address(String);

impl Address {
    /// The text of an IP address.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    fn hash(&self, app: &App) -> String {
        keyed_hash(&app.config.hash_key, "proof-address", &self.0)
    }

    /// What limits count it by.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who it is.
    pub uid: UserId,
    /// The new token; the one before is dead.
    pub token: Token,
}

/// Sends a code to a number that is not taken (contract 3.1). Two rounds.
///
/// # Errors
/// [`Error::PhoneTaken`], [`Error::TooManyRequests`], [`Error::SmsFailed`], a number outside of the allowed regions.
pub async fn register(app: &App, address: &Address, phone: &E164) -> Result<(), Error> {
    let refuse = |claim: Option<PhoneClaim>| match claim {
        Some(claim) if claim.taken => Err(Error::PhoneTaken),
        _ => Ok(()),
    };
    send_code(app, address, phone, Purpose::Register, refuse).await
}

/// Sends a code to somebody who wants a new password (contract 3.4). Two rounds.
///
/// # Errors
/// [`Error::NotProven`] for a number that nobody has proven; else as [`register`].
pub async fn request_password_change(app: &App, address: &Address, phone: &E164) -> Result<(), Error> {
    let refuse = |claim: Option<PhoneClaim>| claim.map(drop).ok_or(Error::NotProven);
    send_code(app, address, phone, Purpose::ChangePassword, refuse).await
}

async fn send_code(
    app: &App,
    address: &Address,
    phone: &E164,
    purpose: Purpose,
    refuse: impl FnOnce(Option<PhoneClaim>) -> Result<(), Error>,
) -> Result<(), Error> {
    if !app.config.sms_regions.allow_number(phone) {
        return Err(Error::invalid("phone_number", "not a number of a region served here"));
    }
    let events = [
        (Limit::SendBurst, phone.as_str()),
        (Limit::SendDay, phone.as_str()),
        (Limit::SendAddress, address.subject()),
        (Limit::SmsBudget, ""),
    ];
    let (counted, claim) = futures_util::join!(limits::count(app, &events), app.store.phone_claim(phone));
    let counted = counted?;
    if let Err(refusal) = claim.and_then(refuse) {
        // Asking about numbers stays counted for the address; no message was sent, so nothing else does.
        counted.give_back_but(app, &[Limit::SendAddress]).await;
        return Err(refusal);
    }
    let code = Code::new(app);
    let text = format!("验证码：{}【亮灯】", code.digits());
    // Side by side: a message without its code cannot be used, a code without its message cannot be known.
    let (stored, sent) = futures_util::join!(codes::store(app, purpose, phone, code), app.sms.send(phone, &text));
    stored.and(sent)
}

/// Redeems a code: proves the number, signs the user in, and allows the password to be set (contract 3.2). Two rounds.
///
/// The first proof of a number makes the user and claims the number in one transaction.
///
/// # Errors
/// [`Error::WrongCode`], whatever was wrong, also when tried too often.
pub async fn redeem_code(
    app: &App,
    address: &Address,
    phone: &E164,
    purpose: Purpose,
    code: Code,
) -> Result<SignedIn, Error> {
    let tries = [(Limit::CheckAddress, address.subject())];
    let (counted, right, claim) = futures_util::join!(
        limits::count(app, &tries),
        codes::check(app, purpose, phone, code),
        app.store.phone_claim(phone)
    );
    let counted = counted.map_err(|error| if let Error::TooManyRequests = error { Error::WrongCode } else { error })?;
    let (right, mut claim) = (right?, claim?);
    // The code was right: that was no attempt at guessing.
    let signed_in = prove_number(app, address, phone, purpose, &right, &mut claim);
    let (signed_in, ()) = futures_util::join!(signed_in, counted.give_back(app));
    signed_in
}

/// Writes everything that follows from a right code, once.
async fn prove_number(
    app: &App,
    address: &Address,
    phone: &E164,
    purpose: Purpose,
    right: &codes::Right,
    claim: &mut Option<PhoneClaim>,
) -> Result<SignedIn, Error> {
    let token = Token::new(&app.random);
    loop {
        let uid = match (&claim, purpose) {
            (Some(claim), _) => claim.uid.clone(),
            (None, Purpose::Register) => UserId::new(&app.clock, &app.random),
            (None, Purpose::ChangePassword) => return Err(Error::WrongCode),
        };
        let writes = redemption(app, address, phone, purpose, &right.hash, claim.is_some(), &uid, &token)?;
        match app.store.transact(writes).await? {
            Transacted::Done => return Ok(SignedIn { uid, token }),
            Transacted::Refused { part: 0, .. } => return Err(Error::WrongCode),
            // Somebody else proved the number at the same moment, or its user is being erased.
            Transacted::Refused { .. } => {
                let now = app.store.phone_claim(phone).await?;
                if now.as_ref().map(|claim| &claim.uid) == claim.as_ref().map(|claim| &claim.uid) {
                    return Err(Error::Busy);
                }
                *claim = now;
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one transaction")]
fn redemption(
    app: &App,
    address: &Address,
    phone: &E164,
    purpose: Purpose,
    code_hash: &str,
    known: bool,
    uid: &UserId,
    token: &Token,
) -> Result<Vec<Write>, Error> {
    let now = app.clock.seconds();
    let proof = Proof { address: address.hash(app), token: token.hash(), until: now + PROOF_LIFETIME };
    let mut writes = vec![redeem(purpose, phone, code_hash)];
    if known {
        let session = profiles::new_session(uid, &token.hash(), now);
        writes.push(prove(phone, uid, &proof));
        writes.push(session.when(profiles::not_erasing()).into());
    } else {
        let claim = PhoneClaim { uid: uid.clone(), taken: false, proof: Some(proof) };
        writes.push(claim_phone(phone, &claim)?);
        writes.push(profiles::create(&new_profile(uid, phone, token, now))?);
    }
    if known && purpose == Purpose::Register {
        // A repeated registration draws new questions (decision 5).
        writes.push(Write::Delete(keys::drawn_questions(uid), None));
    }
    Ok(writes)
}

fn new_profile(uid: &UserId, phone: &E164, token: &Token, now: i64) -> Profile {
    Profile {
        uid: uid.clone(),
        phone: phone.clone(),
        created_at: now,
        media: Classes::default(),
        lightup_token: Some(token.hash()),
        lightup_issued: Some(now),
        ..Profile::default()
    }
}

/// Signs in with a password (contract 3.3). Three rounds and a hash.
///
/// Attempts are counted before the password is hashed and given back when it is right.
///
/// # Errors
/// [`Error::NoSuchUser`] when nobody has proven the number or there is no password; [`Error::WrongPassword`];
/// [`Error::TooManyRequests`].
pub async fn sign_in(
    app: &App,
    address: &Address,
    phone: &E164,
    password: &Password,
) -> Result<(Profile, Token), Error> {
    let (claim, counted) = attempt(app, address, phone).await?;
    let Some(claim) = claim else {
        app.hasher.matches(password, None).await?;
        return Err(Error::NoSuchUser);
    };
    let (credential, profile) =
        futures_util::try_join!(app.store.credential(&claim.uid), app.store.profile_for_session(&claim.uid))?;
    let stored = credential.map(|credential| credential.hash);
    let known = stored.is_some();
    let right = app.hasher.matches(password, stored).await?;
    let Some(profile) = profile.filter(|_| known) else { return Err(Error::NoSuchUser) };
    if !right {
        return Err(Error::WrongPassword);
    }
    let (token, now) = (Token::new(&app.random), app.clock.seconds());
    let hash = token.hash();
    let session = profiles::new_session(&claim.uid, &hash, now);
    // A password that was changed since it was read signs nobody in.
    let unchanged = profiles::same_epoch(profile.epoch);
    let replaced = app.store.replace_session(session, &hash, unchanged);
    let (replaced, ()) = futures_util::join!(replaced, counted.give_back(app));
    if replaced? { Ok((profile, token)) } else { Err(Error::WrongPassword) }
}

/// Signs in with a token that is at most 15 days old (contract 3.3, C-31). Two rounds.
///
/// # Errors
/// As [`sign_in`].
pub async fn sign_in_by_token(
    app: &App,
    address: &Address,
    phone: &E164,
    presented: &str,
) -> Result<(Profile, Token), Error> {
    let (claim, counted) = attempt(app, address, phone).await?;
    let claim = claim.ok_or(Error::NoSuchUser)?;
    let (token, now) = (Token::new(&app.random), app.clock.seconds());
    let presented = crate::values::TokenHash::of(presented);
    let session = profiles::new_session(&claim.uid, &token.hash(), now)
        .when(profiles::live_session(&presented, now - REFRESHABLE));
    let profile = app.store.update_profile(session).await?.ok_or(Error::WrongPassword)?;
    counted.give_back(app).await;
    Ok((profile, token))
}

/// Counts a sign-in and looks the number up, side by side.
async fn attempt(app: &App, address: &Address, phone: &E164) -> Result<(Option<PhoneClaim>, Counted), Error> {
    let pair = format!("{} {}", phone.as_str(), address.subject());
    let events = [
        (Limit::LoginPair, pair.as_str()),
        (Limit::LoginPhone, phone.as_str()),
        (Limit::LoginAddress, address.subject()),
    ];
    let (counted, claim) = futures_util::join!(limits::count(app, &events), app.store.phone_claim(phone));
    Ok((claim?, counted?))
}

/// Sets the password of a number that was proven a short while ago (contract 3.5). Two rounds and a hash.
///
/// The proof counts for the address that made it; a caller who sends the token that came with it may call from
/// anywhere, and one who sends another token from nowhere. It is used up by the first success. The Light Up session
/// stays; those of all other dialects end.
///
/// # Errors
/// [`Error::NotProven`], which changes nothing.
pub async fn set_password(
    app: &App,
    address: &Address,
    phone: &E164,
    password: &Password,
    presented: Option<&str>,
) -> Result<(), Error> {
    let claim = app.store.phone_claim(phone).await?.ok_or(Error::NotProven)?;
    let proof = claim.proof.clone().ok_or(Error::NotProven)?;
    let now = app.clock.seconds();
    let proven = match presented {
        Some(token) => crate::values::TokenHash::of(token) == proof.token,
        None => address.hash(app) == proof.address,
    };
    if !proven || proof.until < now {
        return Err(Error::NotProven);
    }
    let hash = app.hasher.hash(&app.random, password).await?;
    let credential = Credential { hash, changed_at: now };
    if app.store.set_password(phone, &claim, &proof, &credential).await? { Ok(()) } else { Err(Error::NotProven) }
}

/// Erases everything of a number's user, where the deployment allows it (contract 3.14, decision 11).
///
/// First nobody sees the user any more, last the number is free again; a call that died halfway is taken up by the
/// next.
///
/// # Errors
/// [`Error::NoSuchEndpoint`] where it is not allowed; [`Error::NoSuchUser`].
pub async fn erase(app: &App, phone: &E164) -> Result<(), Error> {
    if !app.config.allow_erase {
        return Err(Error::NoSuchEndpoint);
    }
    let claim = app.store.phone_claim(phone).await?.ok_or(Error::NoSuchUser)?;
    let nickname = app.store.start_erasing(&claim.uid).await?;
    app.store.erase_lights(&claim.uid, app.clock.seconds()).await?;
    let (pending, live) = (crate::media::pending_prefix(&claim.uid), crate::media::live_prefix(&claim.uid));
    futures_util::try_join!(
        app.storage.delete_prefix(&pending),
        app.storage.delete_prefix(&live),
        app.store.erase_devices(&claim.uid),
        app.store.erase_codes(phone),
    )?;
    app.store.erase_person(&claim.uid, phone, nickname.as_deref()).await
}
