//! Proving a number, and what the proof allows (`docs/dialects/lightup.md`).

use crate::{
    accounts::{
        SignedIn,
        ending::close_others,
        origin::Origin,
        rows::{self, Credential},
    },
    app::App,
    codes::{self, Code, Policy, Request, too_often, use_code},
    error::{Error, Limit},
    limits::{self, keyed_hash},
    person::{self, PhoneClaim, Profile, Proof, ProofToken, claim_phone, prove, prove_untaken},
    sessions,
    store::{Transacted, Write, keys},
    values::{Address, Classes, Dialect, E164, Password, Purpose, Token, TokenHash, UserId},
};

fn address_hash(app: &App, address: &Address) -> String {
    keyed_hash(&app.config.hash_key, "proof-address", address.exact())
}

/// How long a proven number allows its password to be set, in seconds (`docs/dialects/lightup.md#change_password`).
pub const PROOF_LIFETIME: i64 = 900;

/// Sends a code to a number that is not taken (`docs/dialects/lightup.md#register`). Two rounds.
///
/// # Errors
/// [`Error::PhoneTaken`], [`Error::TooManyRequests`], [`Error::SmsFailed`], a number outside of the allowed regions.
pub async fn register(app: &App, policy: &Policy<'_>, address: &Address, phone: &E164) -> Result<(), Error> {
    let untaken = async {
        let claim = person::phone_claim(&app.store, phone).await?;
        if claim.is_some_and(|claim| claim.taken) { Err(Error::PhoneTaken) } else { Ok(()) }
    };
    let request = Request { address, phone, purpose: Purpose::Register, captcha: None };
    codes::send(app, policy, &request, untaken).await.map(drop)
}

/// Sends a code to somebody who wants a new password (`docs/dialects/lightup.md#change_password_request`). Two rounds.
///
/// # Errors
/// [`Error::NotProven`] for a number that nobody has proven; else as [`register`].
pub async fn request_password_change(
    app: &App,
    policy: &Policy<'_>,
    address: &Address,
    phone: &E164,
) -> Result<(), Error> {
    let known = async { person::phone_claim(&app.store, phone).await?.map(drop).ok_or(Error::NotProven) };
    let request = Request { address, phone, purpose: Purpose::ChangePassword, captcha: None };
    codes::send(app, policy, &request, known).await.map(drop)
}

/// Redeems a code: proves the number, signs the user in, and allows the password to be set
/// (`docs/dialects/lightup.md#validate_sms`). Two rounds.
///
/// The first proof of a number makes the user and claims the number in one transaction.
///
/// # Errors
/// [`Error::NoCodeSent`], [`Error::CodeExpired`], [`Error::WrongCode`]; the last one also for an address that has tried
/// too often, and for a code to register a number that has been taken since.
pub async fn redeem_code(
    app: &App,
    policy: &Policy<'_>,
    address: &Address,
    phone: &E164,
    purpose: Purpose,
    code: Code,
) -> Result<SignedIn, Error> {
    let (tries, digits) = ([(Limit::CheckAddress, address.subject())], code.digits());
    let (counted, right, claim) = futures_util::join!(
        limits::count(app, &tries),
        codes::check(app, policy, purpose, phone, &digits, None),
        person::phone_claim(&app.store, phone)
    );
    let counted = counted.map_err(too_often)?;
    let (right, claim) = (right?, claim?);
    let redemption =
        Redemption { app, dialect: policy.dialect, address, phone, purpose, right, token: Token::new(&app.random) };
    // The code was right: that was no attempt at guessing.
    let (signed_in, ()) = futures_util::join!(redemption.run(claim), counted.give_back(app));
    signed_in
}

/// Everything that follows from a right code, once.
struct Redemption<'a> {
    app: &'a App,
    dialect: Dialect,
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
                (Some(claim), Purpose::Register) if claim.taken => return Err(Error::WrongCode),
                (Some(claim), _) => claim.uid.clone(),
                (None, Purpose::Register) => UserId::new(&self.app.clock, &self.app.random),
                (None, _) => return Err(Error::WrongCode),
            };
            match self.app.store.transact(self.writes(&uid, claim.is_some())?).await? {
                Transacted::Done => return Ok(SignedIn { uid, token: self.token }),
                Transacted::Refused { part: codes::PROOF, .. } => return Err(Error::WrongCode),
                // Somebody else proved or took the number at the same moment, or its user is being erased.
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
        let proven = match self.purpose {
            Purpose::Register => ProofToken::Register,
            _ => ProofToken::ChangePassword,
        };
        let proof = Proof { address, token: proven(token.clone()), until: now + PROOF_LIFETIME };
        let mut writes = vec![use_code(&self.right)];
        if known {
            let session = sessions::proven_session(self.dialect, uid, &token, now);
            let proven = match self.purpose {
                Purpose::Register => prove_untaken(self.phone, uid, &proof),
                _ => prove(self.phone, uid, &proof),
            };
            writes.push(proven.into());
            writes.push(session.when(person::not_erasing()).into());
        } else {
            let claim = PhoneClaim { uid: uid.clone(), taken: false, proof: Some(proof) };
            writes.push(claim_phone(self.phone, &claim)?);
            writes.push(person::create(&self.new_profile(uid, token, now))?);
        }
        if known && self.purpose == Purpose::Register {
            // A repeated registration draws new questions (`docs/dialects/lightup.md#when-a-number-is-taken`).
            writes.push(Write::delete(keys::drawn_questions(uid), None));
        }
        writes.extend(Origin::new(self.app, self.phone, self.address).succeed(uid)?);
        Ok(writes)
    }

    fn new_profile(&self, uid: &UserId, token: TokenHash, now: i64) -> Profile {
        let profile = Profile {
            uid: uid.clone(),
            phone: Some(self.phone.clone()),
            created_at: now,
            media: Classes::default(),
            ..Profile::default()
        };
        sessions::signed_in(self.dialect, profile, token, now)
    }
}

/// Sets the password of a number that was proven a short while ago (`docs/dialects/lightup.md#change_password`). Three
/// rounds and a hash.
///
/// The proof counts for the address that made it; a caller who sends the token that came with it may call from
/// anywhere, and one who sends another token from nowhere. It is used up by the first success. The session that began with
/// it stays, refreshed or not; all others end.
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
        Some(token) => TokenHash::of(token) == *proof.token.hash(),
        None => address_hash(app, address) == proof.address,
    };
    if !proven || proof.until < now {
        return Err(Error::NotProven);
    }
    let hash = app.hasher.hash(&app.random, password).await?;
    let credential = Credential { hash, changed_at: now };
    let succeeded = Origin::new(app, phone, address).succeed(&claim.uid)?;
    if rows::set_password(&app.store, phone, &claim, &proof, &credential, succeeded).await? {
        close_others(app, &claim.uid, None).await;
        Ok(())
    } else {
        Err(Error::NotProven)
    }
}
