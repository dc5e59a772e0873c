//! The end of a user's room.

use super::rows;
use crate::{app::App, error::Error, values::UserId};

/// Ends the room of a user who is being erased: the publishing server finds it no longer, and their channel goes. The room itself
/// goes with the user's other rows. Can be repeated.
///
/// A channel that cannot be deleted stays with the service, where nobody is led to it: the log names it.
pub(crate) async fn erase_room(app: &App, uid: &UserId) -> Result<(), Error> {
    let room = rows::of_user(&app.store, uid).await?;
    if let Some(channel) = &room.channel {
        let removed = match app.streams.channels() {
            Some(channels) => channels.remove(&channel.arn).await.is_ok(),
            None => false,
        };
        if !removed {
            tracing::warn!(channel = channel.arn, "the channel of an erased person stays");
        }
    }
    rows::forget_title(&app.store, &room).await
}
