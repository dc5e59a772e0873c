//! Sessions that are a row each: any number per user (`docs/dialects/sealtalk.md`).
//!
//! A token names its owner. What is stored is its hash, in the owner's partition, with the epoch of the owner's profile:
//! setting a password raises that, and every session of an earlier one is over at once. A session carries the hash of
//! one more token, the one that the client's push connection shows; it ends with the session.

use crate::{
    app::App,
    error::Error,
    person::Profile,
    sessions::{
        self, Actor, Claim, SessionClaim,
        actor::Proof,
        rows::{
            self,
            many::{self, SessionRow},
        },
    },
    store::Write,
    values::{Dialect, Token, TokenHash, UserId},
};
use futures_util::future::try_join_all;

/// How long a session lasts at most, in seconds (`docs/dialects/sealtalk.md#sessions`).
pub const ROW_LIFETIME: i64 = 2_592_000;

/// Whether a session counts for this person, here and now.
pub(crate) fn is_live(row: &SessionRow, profile: &Profile, dialect: Dialect, now: i64) -> bool {
    row.dialect == dialect && row.expires_at > now && row.epoch == profile.epoch
}

/// A session that is being opened.
pub(crate) struct Opened {
    /// For the client.
    pub(crate) token: Token,
    /// For the client's push connection.
    pub(crate) push_token: Token,
    /// What is stored.
    pub(crate) row: SessionRow,
}

impl Opened {
    /// The parts of the transaction that opens it for somebody who is there already.
    pub(crate) fn writes(&self, uid: &UserId) -> Result<Vec<Write>, Error> {
        many::open(uid, &self.token.hash(), &self.row)
    }
}

/// Makes a session of so many seconds for a user whose profile has this epoch. Nothing is written yet.
pub(crate) fn open(app: &App, dialect: Dialect, uid: &UserId, epoch: i64, lifetime: i64) -> Opened {
    let token = Token::of_user(uid, &app.random);
    let push_token = Token::of_session(uid, &token.hash(), &app.random);
    let issued_at = app.clock.seconds();
    let expires_at = issued_at + lifetime;
    let row = SessionRow { dialect, issued_at, expires_at, epoch, push_token: Some(push_token.hash()) };
    Opened { token, push_token, row }
}

/// Ends the session of a claim, or all of several; one that is over or never was is no error. A device speaks for nobody
/// after that. One round.
///
/// # Errors
/// Faults only.
pub(crate) async fn end(app: &App, claim: &Claim) -> Result<(), Error> {
    match claim {
        Claim::Session(claim) => rows::many::end_session(&app.store, &claim.uid, &claim.token, claim.dialect).await,
        Claim::Several(several) => {
            let end = |claim: &'_ SessionClaim| (claim.uid.clone(), claim.token.clone(), claim.dialect);
            let ends = several.claims.iter().map(end).map(|(uid, token, dialect)| async move {
                rows::many::end_session(&app.store, &uid, &token, dialect).await
            });
            try_join_all(ends).await.map(drop)
        }
        Claim::Device(claim) => rows::devices::unbind(&app.store, &claim.device).await,
    }
}

/// Gives the actor's session another push token; the one before is dead (`docs/dialects/sealtalk.md#get_token`). Two
/// rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn new_push_token(app: &App, claim: &Claim) -> Result<(Actor, Token), Error> {
    let actor = sessions::verify(app, claim).await?;
    let session = actor.row().ok_or(Error::SignedOut)?;
    let token = Token::of_session(actor.uid(), session, &app.random);
    if rows::many::set_push_token(&app.store, actor.uid(), session, &token.hash()).await? {
        Ok((actor, token))
    } else {
        Err(Error::SignedOut)
    }
}

/// Whose push connection shows this token. One round.
///
/// # Errors
/// [`Error::SignedOut`] for a token that is malformed, replaced, or of a session that is over.
pub async fn owner_of_push_token(app: &App, dialect: Dialect, token: &str) -> Result<UserId, Error> {
    by_push_token(app, dialect, token).await.map(|actor| actor.uid().clone())
}

/// The same, proven by that token. One round.
///
/// # Errors
/// As [`owner_of_push_token`].
pub async fn by_push_token(app: &App, dialect: Dialect, token: &str) -> Result<Actor, Error> {
    let parts = (token.get(..24), token.get(24..88));
    let (Some(uid), Some(session), 128) = (parts.0, parts.1, token.len()) else { return Err(Error::SignedOut) };
    let uid = UserId::try_from(uid.to_owned()).map_err(|_| Error::SignedOut)?;
    let session = TokenHash::parse(session).map_err(|_| Error::SignedOut)?;
    let (profile, row) = rows::many::profile_and_session(&app.store, &uid, &session).await?;
    let (profile, row) = profile.zip(row).ok_or(Error::SignedOut)?;
    let live = is_live(&row, &profile, dialect, app.clock.seconds());
    if live && row.push_token == Some(TokenHash::of(token)) {
        Ok(Actor::new(dialect, profile, Proof::Row { session, expires_at: row.expires_at }))
    } else {
        Err(Error::SignedOut)
    }
}
