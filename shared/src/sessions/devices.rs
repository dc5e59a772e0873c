//! Devices that stand for a person: somebody who has signed in lets a device speak for them, and from then on a client
//! shows nothing but the device.
//!
//! The claim of a device names nobody, so the row `DEVICE#<hash>`/`CLAIM` is read first: it says whose device it is. It
//! counts like a session: in its dialect, until it expires, and until a password is set (the profile's epoch). The
//! hash is keyed, because what devices call themselves can be guessed.

use super::{Actor, ROW_LIFETIME};
use crate::{
    App,
    error::Error,
    limits::keyed_hash,
    sessions::Profile,
    store::{Key, Transacted, Write, item, keys},
    values::{Dialect, UserId},
};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    sync::{Arc, OnceLock},
};

/// A device as stored: a keyed hash of what it calls itself.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceHash(String);

impl fmt::Debug for DeviceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceHash(..)")
    }
}

impl DeviceHash {
    /// Hashes the name of a device, for one dialect.
    #[must_use]
    pub fn of(app: &App, dialect: Dialect, name: &str) -> Self {
        Self(keyed_hash(&app.config.hash_key, "device", &format!("{}\0{name}", dialect.as_str())))
    }

    fn key(&self) -> Key {
        keys::device_claim(&self.0)
    }
}

/// The claim of a device. Whose it is stays unknown until it is proven.
#[derive(Clone, Debug)]
pub struct DeviceClaim {
    pub(super) device: DeviceHash,
    pub(super) dialect: Dialect,
    pub(super) owner: Arc<OnceLock<UserId>>,
}

/// Whose device it is, as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct DeviceRow {
    pub(super) uid: UserId,
    dialect: Dialect,
    /// Past this second it counts no more, whether the row is still there or not.
    expires_at: i64,
    /// The profile's when the device was bound: it counts no more once that is another.
    epoch: i64,
}

impl DeviceRow {
    /// Whether the device counts for this person, here and now.
    pub(super) fn is_live(&self, profile: &Profile, dialect: Dialect, now: i64) -> bool {
        self.dialect == dialect && self.expires_at > now && self.epoch == profile.epoch
    }
}

/// Lets a device speak for the actor in a dialect; whoever it spoke for before, it speaks for no longer. One round.
///
/// # Errors
/// [`Error::SignedOut`] if the session is over by now; faults.
pub async fn bind(app: &App, actor: &Actor, dialect: Dialect, device: &DeviceHash) -> Result<(), Error> {
    let expires_at = app.clock.seconds() + ROW_LIFETIME;
    let row = DeviceRow { uid: actor.uid().clone(), dialect, expires_at, epoch: actor.profile().epoch };
    let person = keys::profile(actor.uid());
    let writes = vec![
        Write::Check(person, actor.still_signed_in()),
        Write::Put(device.key(), item("device_claim", &row)?, None),
    ];
    match app.store.transact(writes).await? {
        Transacted::Done => Ok(()),
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// Whose device it says it is. One round.
pub(super) async fn read(app: &App, device: &DeviceHash) -> Result<Option<DeviceRow>, Error> {
    app.store.get_as(device.key()).await
}

/// Lets a device speak for nobody. One round.
pub(super) async fn unbind(app: &App, device: &DeviceHash) -> Result<(), Error> {
    app.store.delete(device.key()).await
}
