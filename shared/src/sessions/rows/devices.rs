//! `DEVICE#<hash>`/`CLAIM`: for whom a device speaks.

use crate::{
    error::Error,
    person::Profile,
    sessions::{Actor, devices::DeviceHash},
    store::{Store, Transacted, Write, item, keys},
    values::{Dialect, UserId},
};
use serde::{Deserialize, Serialize};

/// Whose device it is, as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::sessions) struct DeviceRow {
    pub(in crate::sessions) uid: UserId,
    dialect: Dialect,
    /// Past this second it counts no more, whether the row is still there or not.
    expires_at: i64,
    /// The profile's when the device was bound: it counts no more once that is another.
    epoch: i64,
}

impl DeviceRow {
    /// Whether the device counts for this person, here and now.
    pub(in crate::sessions) fn is_live(&self, profile: &Profile, dialect: Dialect, now: i64) -> bool {
        self.dialect == dialect && self.expires_at > now && self.epoch == profile.epoch
    }
}

/// Lets a device speak for the actor.
///
/// # Errors
/// [`Error::SignedOut`] if the session is over by now; faults.
pub(in crate::sessions) async fn bind(
    store: &Store,
    actor: &Actor,
    dialect: Dialect,
    device: &DeviceHash,
    expires_at: i64,
) -> Result<(), Error> {
    let row = DeviceRow { uid: actor.uid().clone(), dialect, expires_at, epoch: actor.profile().epoch };
    let writes = vec![
        Write::check(keys::profile(actor.uid()), actor.still_signed_in()),
        Write::put(device.key(), item("device_claim", &row)?, None),
    ];
    match store.transact(writes).await? {
        Transacted::Done => Ok(()),
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// Whose device it says it is. One round.
pub(in crate::sessions) async fn read(store: &Store, device: &DeviceHash) -> Result<Option<DeviceRow>, Error> {
    store.get_as(device.key()).await
}

/// Lets a device speak for nobody. One round.
pub(in crate::sessions) async fn unbind(store: &Store, device: &DeviceHash) -> Result<(), Error> {
    store.delete(device.key()).await
}
