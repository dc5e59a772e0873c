//! Devices that stand for a person: somebody who has signed in lets a device speak for them, and from then on a client
//! shows nothing but the device.
//!
//! The claim of a device names nobody, so the row `DEVICE#<hash>`/`CLAIM` is read first: it says whose device it is. It
//! counts like a session: in its dialect, until it expires, and until a password is set (the profile's epoch). The
//! hash is keyed, because what devices call themselves can be guessed.

use super::{Actor, ROW_LIFETIME, rows::devices as rows};
use crate::{
    app::App,
    error::Error,
    limits::keyed_hash,
    store::keys::{self, Key},
    values::{Dialect, UserId},
};
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

    /// 32 hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn key(&self) -> Key {
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

/// Lets a device speak for the actor in a dialect; whoever it spoke for before, it speaks for no longer. One round.
///
/// # Errors
/// [`Error::SignedOut`] if the session is over by now; faults.
pub async fn bind(app: &App, actor: &Actor, dialect: Dialect, device: &DeviceHash) -> Result<(), Error> {
    let expires_at = app.clock.seconds() + ROW_LIFETIME;
    rows::bind(&app.store, actor, dialect, device, expires_at).await
}
