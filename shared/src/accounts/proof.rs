//! Proving a number, and what the proof allows (`docs/dialects/lightup.md`).

use crate::{
    accounts::{
        SignedIn,
        rows::{self, Credential},
    },
    app::App,
    codes::{self, Code, redeem},
    error::{Error, Limit},
    limits::{self, keyed_hash},
    person::{self, PhoneClaim, Profile, Proof, claim_phone, prove},
    sessions,
    store::{Transacted, Write, keys},
    values::{Address, Classes, E164, Password, Purpose, Token, TokenHash, UserId},
};

fn address_hash(app: &App, address: &Address) -> String {
    keyed_hash(&app.config.hash_key, "proof-address", address.subject())
}

/// How long a proven number allows its password to be set, in seconds (`docs/dialects/lightup.md#change_password`).
pub const PROOF_LIFETIME: i64 = 900;

/// Sends a code to a number that is not taken (`docs/dialects/lightup.md#register`). Two rounds.
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

/// Sends a code to somebody who wants a new password (`docs/dialects/lightup.md#change_password_request`). Two rounds.
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
    let (counted, claim) = futures_util::join!(limits::count(app, &events), person::phone_claim(&app.store, phone));
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

/// Redeems a code: proves the number, signs the user in, and allows the password to be set
/// (`docs/dialects/lightup.md#validate_sms`). Two rounds.
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
        person::phone_claim(&app.store, phone)
    );
    let counted =
        counted.map_err(|error| if let Error::TooManyRequests { .. } = error { Error::WrongCode } else { error })?;
    let (right, claim) = (right?, claim?);
    let redemption = Redemption { app, address, phone, purpose, right, token: Token::new(&app.random) };
    // The code was right: that was no attempt at guessing.
    let (signed_in, ()) = futures_util::join!(redemption.run(claim), counted.give_back(app));
    signed_in
}

/// Everything that follows from a right code, once.
struct Redemption<'a> {
    app: &'a App,
    address: &'a Address,
    phone: &'a E164,
    purpose: Purpose,
    right: codes::Right,
    token: Token,
}

impl Redemption<'_> {
    async fn run(self, mut claim: Option<PhoneClaim>) -> Result<SignedIn, Error> {
        loop {
            let uid = match (&claim, self.purpose) {
                (Some(claim), _) => claim.uid.clone(),
                (None, Purpose::Register) => UserId::new(&self.app.clock, &self.app.random),
                (None, Purpose::ChangePassword) => return Err(Error::WrongCode),
            };
            match self.app.store.transact(self.writes(&uid, claim.is_some())?).await? {
                Transacted::Done => return Ok(SignedIn { uid, token: self.token }),
                Transacted::Refused { part: codes::PROOF, .. } => return Err(Error::WrongCode),
                // Somebody else proved the number at the same moment, or its user is being erased.
                Transacted::Refused { .. } => {
                    let now = person::phone_claim(&self.app.store, self.phone).await?;
                    if now.as_ref().map(|claim| &claim.uid) == claim.as_ref().map(|claim| &claim.uid) {
                        return Err(Error::WrongCode);
                    }
                    claim = now;
                }
            }
        }
    }

    /// The end of the code first; then a new session and proof for the user, or the user.
    fn writes(&self, uid: &UserId, known: bool) -> Result<Vec<Write>, Error> {
        let now = self.app.clock.seconds();
        let (address, token) = (address_hash(self.app, self.address), self.token.hash());
        let proof = Proof { address, token: token.clone(), until: now + PROOF_LIFETIME };
        let mut writes = vec![redeem(&self.right)];
        if known {
            let session = sessions::new_session(uid, &token, now);
            writes.push(prove(self.phone, uid, &proof));
            writes.push(session.when(person::not_erasing()).into());
        } else {
            let claim = PhoneClaim { uid: uid.clone(), taken: false, proof: Some(proof) };
            writes.push(claim_phone(self.phone, &claim)?);
            writes.push(person::create(&new_profile(uid, self.phone, token, now))?);
        }
        if known && self.purpose == Purpose::Register {
            // A repeated registration draws new questions (`docs/dialects/lightup.md#when-a-number-is-taken`).
            writes.push(Write::delete(keys::drawn_questions(uid), None));
        }
        Ok(writes)
    }
}

fn new_profile(uid: &UserId, phone: &E164, token: TokenHash, now: i64) -> Profile {
    let profile = Profile {
        uid: uid.clone(),
        phone: phone.clone(),
        created_at: now,
        media: Classes::default(),
        ..Profile::default()
    };
    sessions::signed_in(profile, token, now)
}

/// Sets the password of a number that was proven a short while ago (`docs/dialects/lightup.md#change_password`). Two
/// rounds and a hash.
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
    let claim = person::phone_claim(&app.store, phone).await?.ok_or(Error::NotProven)?;
    let proof = claim.proof.clone().ok_or(Error::NotProven)?;
    let now = app.clock.seconds();
    let proven = match presented {
        Some(token) => TokenHash::of(token) == proof.token,
        None => address_hash(app, address) == proof.address,
    };
    if !proven || proof.until < now {
        return Err(Error::NotProven);
    }
    let hash = app.hasher.hash(&app.random, password).await?;
    let credential = Credential { hash, changed_at: now };
    if rows::set_password(&app.store, phone, &claim, &proof, &credential).await? {
        Ok(())
    } else {
        Err(Error::NotProven)
    }
}
