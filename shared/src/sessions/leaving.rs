//! Who asks for the end of their own account. A call before may have begun with it: then nobody is signed in any more, and what
//! proved who they are proves only that they may ask for the same again.

use super::{Actor, Claim, SessionClaim, actor::Proof, devices::DeviceClaim, many, rows, verify};
use crate::{
    app::App,
    error::Error,
    store::keys::{self, Key},
    values::UserId,
};

/// Somebody who may end an account, which is theirs.
#[derive(Debug)]
pub(crate) struct Leaver {
    /// Who.
    pub(crate) uid: UserId,
    /// The rows of theirs that prove it: they go last, so that a call which is cut can be repeated.
    pub(crate) proof: Vec<Key>,
    /// The same person as long as nobody has begun; `None`: a call before has.
    pub(crate) actor: Option<Actor>,
}

/// Proves a claim, also that of somebody who is being erased. One round, two for a device; one more for somebody who is being erased.
///
/// # Errors
/// As [`verify`].
pub(crate) async fn leaver(app: &App, claim: &Claim) -> Result<Leaver, Error> {
    match verify(app, claim).await {
        Ok(actor) => {
            let uid = actor.uid().clone();
            let proof = match &actor.proof {
                Proof::Single { .. } => Vec::new(),
                Proof::Row { session, .. } => vec![keys::session(&uid, session)],
                Proof::Device { device, .. } => vec![keys::bound_device(&uid, device.as_str())],
            };
            Ok(Leaver { uid, proof, actor: Some(actor) })
        }
        Err(Error::SignedOut) => resumed(app, claim).await,
        Err(error) => Err(error),
    }
}

async fn resumed(app: &App, claim: &Claim) -> Result<Leaver, Error> {
    let claims = match claim {
        Claim::Session(claim) => std::slice::from_ref(claim),
        Claim::Several(several) => &several.claims,
        Claim::Device(device) => return resumed_by_device(app, device).await,
    };
    for claim in claims {
        if let Some(proof) = proof_of(app, claim).await? {
            return Ok(Leaver { uid: claim.uid.clone(), proof, actor: None });
        }
    }
    Err(Error::SignedOut)
}

/// What proves that a session was one of somebody who is being erased. `None`: nothing does.
async fn proof_of(app: &App, claim: &SessionClaim) -> Result<Option<Vec<Key>>, Error> {
    let SessionClaim { uid, token, dialect, .. } = claim;
    let (profile, row) = rows::leaving::profile_and_session(&app.store, uid, token).await?;
    let Some(profile) = profile else { return Ok(None) };
    if dialect.has_one_session() {
        let since = app.clock.seconds() - super::LIFETIME;
        let same = profile.token.as_ref() == Some(token) && profile.token_issued.is_some_and(|issued| issued >= since);
        return Ok(same.then(Vec::new));
    }
    let live = |row: &_| many::is_live(row, &profile, *dialect, app.clock.seconds()) && claim.is_true(row, &profile);
    Ok(row.filter(live).map(|_| vec![keys::session(uid, token)]))
}

async fn resumed_by_device(app: &App, claim: &DeviceClaim) -> Result<Leaver, Error> {
    let known = super::devices::read(app, claim).await?;
    let uid = known.row.uid.clone();
    let profile = rows::leaving::profile(&app.store, &uid).await?;
    profile.filter(|profile| known.row.is_of(profile)).ok_or(Error::SignedOut)?;
    let proof = vec![keys::bound_device(&uid, claim.device.as_str())];
    Ok(Leaver { uid, proof, actor: None })
}
