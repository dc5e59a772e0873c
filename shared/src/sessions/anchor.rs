//! What an open socket hangs on: the session or the device that it was opened with. It is kept beside the socket, and proves what
//! is sent over it for as long as the session or the device counts.

use super::{
    Claim,
    claim::SessionClaim,
    devices::{DeviceClaim, DeviceHash},
};
use crate::values::{Dialect, TokenHash, UserId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The session or the device that somebody has shown once. It is no proof: [`Anchor::claim`] has to be proven each time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Where it counts.
    pub dialect: Dialect,
    #[serde(flatten)]
    of: Of,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    Session(TokenHash),
    Device(DeviceHash),
}

impl Anchor {
    /// A session that is a row.
    pub(crate) fn session(dialect: Dialect, session: TokenHash) -> Self {
        Self { dialect, of: Of::Session(session) }
    }

    /// A device.
    pub(crate) fn device(dialect: Dialect, device: DeviceHash) -> Self {
        Self { dialect, of: Of::Device(device) }
    }

    /// What the sender of whatever comes over the socket is said to be. A device needs no token beside it: one was shown, or a push
    /// token, when the socket was opened.
    #[must_use]
    pub fn claim(&self, uid: &UserId) -> Claim {
        let dialect = self.dialect;
        match &self.of {
            Of::Session(session) => Claim::Session(SessionClaim::of_hash(dialect, uid.clone(), session.clone())),
            Of::Device(device) => Claim::Device(DeviceClaim {
                device: device.clone(),
                dialect,
                token: None,
                is_open: true,
                owner: Arc::default(),
            }),
        }
    }

    /// By which sockets of one session or device are told from others: the beginning of its hash.
    #[must_use]
    pub fn mark(&self) -> String {
        let hash = match &self.of {
            Of::Session(session) => session.as_str(),
            Of::Device(device) => device.as_str(),
        };
        hash.chars().take(16).collect()
    }
}
