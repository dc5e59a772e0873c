//! Tickets: what stands for a session for a minute, once, where a client can show no header and had better not show the session
//! itself (`docs/dialects/chat.md#tickets`).

use crate::{
    app::App,
    error::Error,
    sessions::{
        self, Claim, SessionClaim,
        rows::tickets::{self, Ticket},
    },
    values::{Token, TokenHash, UserId},
};

/// How long a ticket counts, in seconds.
pub const TICKET_LIFETIME: i64 = 60;

/// Gives the session of a claim a ticket. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn issue_ticket(app: &App, claim: &Claim) -> Result<Token, Error> {
    let actor = sessions::verify(app, claim).await?;
    // A device shows itself.
    let session = actor.row().ok_or(Error::SignedOut)?;
    let token = Token::of_user(actor.uid(), &app.random);
    let expires_at = app.clock.seconds() + TICKET_LIFETIME;
    let ticket = Ticket { session: session.clone(), dialect: actor.dialect(), expires_at };
    tickets::put(&app.store, &actor, &token.hash(), &ticket).await?;
    Ok(token)
}

/// Takes a ticket for the claim of the session that has asked for it; whether that session still holds is for a proof of the claim
/// to say. Of several calls with one ticket one succeeds. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`] for a ticket that is none, too old or used.
pub async fn redeem_ticket(app: &App, ticket: &str) -> Result<Claim, Error> {
    let uid = ticket.get(..24).filter(|_| ticket.len() == 64).unwrap_or_default();
    let uid = UserId::try_from(uid.to_owned()).map_err(|_| Error::SignedOut)?;
    let taken = tickets::take(&app.store, &uid, &TokenHash::of(ticket)).await?;
    let Ticket { session, dialect, expires_at } = taken.ok_or(Error::SignedOut)?;
    if expires_at <= app.clock.seconds() {
        return Err(Error::SignedOut);
    }
    Ok(Claim::Session(SessionClaim::of_hash(dialect, uid, session)))
}
