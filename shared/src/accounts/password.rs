//! New passwords, by a proven number or by the one before (`docs/dialects/sealtalk.md#reset_password`,
//! `docs/dialects/sealtalk.md#change_password`).

use crate::{
    accounts::{
        ending::close_others,
        origin::Origin,
        rows::{self, Credential, PROFILE, put_credential, replace_credential},
    },
    app::App,
    codes::{self, TokenUse, proven_number, use_token},
    error::{Error, Limit},
    facets,
    limits::{self, Counted},
    passwords::Phc,
    person::{self, void_proof},
    sessions::{self, Actor, Claim},
    store::{Attempt, Transacted, Write, retrying},
    values::{Address, Password, UserId, VerificationToken},
};

/// Sets a password with a proven number, and ends all sessions in all dialects
/// (`docs/dialects/sealtalk.md#reset_password`). Four rounds and a hash. No failure of anybody stops it, and those at this
/// number and address are forgotten.
///
/// Without an account nothing changes, and the answer is the same.
///
/// # Errors
/// [`Error::UnknownVerification`] for a token that is unknown, too old, or was used for this before.
pub async fn reset_password(
    app: &App,
    address: &Address,
    password: &Password,
    token: &VerificationToken,
) -> Result<(), Error> {
    let token = &token.hash();
    let phone = &proven_number(app, token)
        .await
        .and_then(|proven| if proven.reset { Err(Error::UnknownVerification) } else { Ok(proven.phone) })?;
    let hash = &app.hasher.hash(&app.random, password).await?;
    let origin = &Origin::new(app, phone, address);
    let whose = retrying(|| async move {
        let now = app.clock.seconds();
        let claim = person::phone_claim(&app.store, phone).await?.filter(|claim| claim.taken);
        let mut writes = vec![use_token(token, TokenUse::ResetPassword, now)];
        if let Some(claim) = &claim {
            let credential = Credential { hash: hash.clone(), changed_at: now };
            writes.push(Write::from(sessions::end_all(&claim.uid)).named(PROFILE));
            writes.push(void_proof(phone, &claim.uid));
            writes.push(put_credential(&claim.uid, &credential)?);
            writes.extend(origin.succeed(&claim.uid)?);
        }
        match app.store.transact(writes).await? {
            Transacted::Done => Ok(Attempt::Done(claim.map(|claim| claim.uid))),
            Transacted::Refused { part: codes::PROOF, .. } => Err(Error::UnknownVerification),
            // Somebody who is being erased has no account any more.
            Transacted::Refused { part: PROFILE, item, .. } if person::is_erasing(&item) => {
                let spent = codes::spend_token(&app.store, token, TokenUse::ResetPassword, now).await?;
                if spent { Ok(Attempt::Done(None)) } else { Err(Error::UnknownVerification) }
            }
            Transacted::Refused { .. } => Ok(Attempt::Stale(())),
        }
    })
    .await?;
    if let Some(uid) = &whose {
        close_others(app, uid, None).await;
    }
    Ok(())
}

/// Sets a password with the one before. The session stays, all others in all dialects end
/// (`docs/dialects/sealtalk.md#change_password`). Five rounds and two hashes.
///
/// A wrong one counts as a failed sign-in too, but failed sign-ins stop nobody who has a session: strangers could cause
/// them.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Unusable`] for a common new password; [`Error::WrongPassword`], also when there is none;
/// [`Error::TooManyRequests`] after as many wrong ones as a sign-in allows.
pub async fn change_password(
    app: &App,
    address: &Address,
    claim: &Claim,
    old: &Password,
    new: &Password,
) -> Result<(), Error> {
    let actor = sessions::verify(app, claim).await?;
    // Before the try is counted: who knows the old password guesses nothing.
    app.hasher.accept(new)?;
    let (uid, epoch) = (actor.uid(), actor.profile().epoch);
    // Who has no number has no password either.
    let phone = actor.profile().phone.as_ref().ok_or(Error::WrongPassword)?;
    let origin = Origin::new(app, phone, address);
    let (stored, counted) = try_once(app, address, uid, Some(&origin), old, rows::credential(&app.store, uid)).await?;
    let hash = app.hasher.hash(&app.random, new).await?;
    let credential = Credential { hash, changed_at: app.clock.seconds() };
    let profile = sessions::end_sessions(uid, epoch);
    let mut writes: Vec<Write> =
        vec![profile.into(), replace_credential(uid, &credential, &stored)?, void_proof(phone, uid)];
    writes.extend(origin.succeed(uid)?);
    writes.extend(actor.row().map(|session| sessions::carry_over(uid, session, epoch + 1)));
    let (written, ()) = futures_util::join!(app.store.transact(writes), counted.give_back(app));
    match written? {
        Transacted::Done => {
            // A device was not carried over.
            let stays = actor.anchor().filter(|_| actor.row().is_some());
            close_others(app, uid, stays.map(|anchor| anchor.mark()).as_deref()).await;
            Ok(())
        }
        // Another password was set meanwhile, and this session is over with it; or it was ended itself.
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// Compares what somebody who is signed in says with their password, which is `stored`. A wrong one counts as a failed sign-in too. Gives
/// back the password and what was counted, to be given back. One round and a hash.
///
/// # Errors
/// [`Error::WrongPassword`]; [`Error::TooManyRequests`]; faults.
async fn try_once(
    app: &App,
    address: &Address,
    uid: &UserId,
    origin: Option<&Origin<'_>>,
    given: &Password,
    stored: impl Future<Output = Result<Option<Credential>, Error>>,
) -> Result<(Phc, Counted), Error> {
    let events = [(Limit::OldPassword, uid.as_str()), (Limit::LoginAddress, address.subject())];
    let pair = async {
        match origin {
            Some(origin) => limits::count_while_below(app, Limit::LoginPair, &origin.pair).await,
            None => Ok(None),
        }
    };
    let (counted, pair, stored) = futures_util::join!(limits::count(app, &events), pair, stored);
    let (counted, stored) = (counted?, stored?.map(|credential| credential.hash));
    if !app.hasher.matches(given, stored.clone()).await? {
        return Err(Error::WrongPassword);
    }
    let counted = counted.and(pair.ok().flatten().unwrap_or_default());
    Ok((stored.ok_or(Error::WrongPassword)?, counted))
}

/// Lets somebody who is signed in show once more who they are: by their password, if they have one. Two rounds and a hash; one where
/// there is none. Wrong passwords count as in [`change_password`].
///
/// # Errors
/// [`Error::WrongPassword`], also where none is given; [`Error::TooManyRequests`] after as many wrong ones as a sign-in allows;
/// faults.
pub(super) async fn show_again(
    app: &App,
    address: &Address,
    actor: &Actor,
    given: Option<&Password>,
) -> Result<(), Error> {
    let uid = actor.uid();
    let stored = rows::credential(&app.store, uid);
    let (stored, facet) = futures_util::try_join!(stored, facets::of_leaving(&app.store, uid))?;
    let Some(stored) = stored else { return Ok(()) };
    let given = given.ok_or(Error::WrongPassword)?;
    let phone = actor.profile().phone.as_ref().or(facet.0.phone.as_ref());
    let origin = phone.map(|phone| Origin::new(app, phone, address));
    let (_, counted) = try_once(app, address, uid, origin.as_ref(), given, async { Ok(Some(stored)) }).await?;
    counted.give_back(app).await;
    Ok(())
}
