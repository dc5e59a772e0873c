//! The end of sessions, and of the sockets that were opened with them (`docs/dialects/chat.md#ended-sessions`).
//!
//! The session ends first: whoever shows it from then on is refused, over a socket too. Then its sockets are closed. If the call dies in
//! between, or a socket is being opened at that moment, what stays open ends with the next thing that its client says.

use crate::{
    app::App,
    error::Error,
    inbox::{self, Which},
    sessions::{self, Claim},
    values::UserId,
};
use futures_util::future::join_all;

/// Ends the session of a claim, or all of several; one that is over or never was is no error. A device speaks for nobody
/// after that. Two rounds, one more for a device, and two where sockets are open.
///
/// # Errors
/// Faults only.
pub async fn end_session(app: &App, claim: &Claim) -> Result<(), Error> {
    if claim.device().is_some() {
        // Nobody shows a device whose claim does not hold.
        if let Err(fault @ (Error::Unavailable | Error::Internal(_))) = sessions::verify(app, claim).await {
            return Err(fault);
        }
    }
    sessions::end(app, claim).await?;
    close_sockets(app, claim).await;
    Ok(())
}

/// The same for a session that has to be there. Three rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn end_proven_session(app: &App, claim: &Claim) -> Result<(), Error> {
    sessions::verify(app, claim).await?;
    sessions::end(app, claim).await?;
    close_sockets(app, claim).await;
    Ok(())
}

/// Closes the sockets of a session that has ended. One round, and two where there are some.
pub(super) async fn close_sockets(app: &App, claim: &Claim) {
    let marks = claim.marks();
    join_all(marks.iter().map(|(uid, mark)| inbox::close_of(app, uid, Which::Of(mark)))).await;
}

/// Closes all sockets of somebody whose sessions have ended but for one, if it stays. One round, and two where there are some.
pub(super) async fn close_others(app: &App, uid: &UserId, stays: Option<&str>) {
    inbox::close_of(app, uid, Which::AllBut(stays)).await;
}
