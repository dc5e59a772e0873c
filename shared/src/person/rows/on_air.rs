//! That somebody is live, where everybody who is shown the person reads it: in the record. It is written in one transaction
//! with the room that it is about.

use crate::{
    error::Error,
    store::{self, Update, keys},
    values::{OnAir, UserId},
};

/// Lets the person be seen live.
pub(crate) fn on_air(uid: &UserId, live: &OnAir) -> Result<Update, Error> {
    Ok(Update::of(keys::profile(uid)).set("live", store::nested(live)?))
}

/// Lets nobody see them live any more.
pub(crate) fn off_air(uid: &UserId) -> Update {
    Update::of(keys::profile(uid)).remove("live")
}
