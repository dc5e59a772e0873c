//! Who may read and write: permissions that only a proof of a claim gives.

use crate::{
    person::Profile,
    sessions::{anchor::Anchor, devices::DeviceHash, rows::one},
    store::Condition,
    values::{Dialect, TokenHash, UserId},
};
use std::ops::Deref;

/// Permission to read what does not depend on who reads, in the hands of whoever is proven, or whose result waits for the
/// proof. A read that takes this and no [`Reader`] can begin before it is known whose claim it is ([`verify_beside`](super::verify_beside)).
#[derive(Debug)]
pub struct AnyReader {
    pub(super) dialect: Dialect,
}

impl AnyReader {
    /// The dialect that the user is signed in to.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }
}

/// Permission to read on somebody's behalf: in the hands of whoever is proven, or whose result waits for the proof.
#[derive(Debug)]
pub struct Reader {
    pub(super) uid: UserId,
    pub(super) any: AnyReader,
}

impl Reader {
    /// The user.
    #[must_use]
    pub fn uid(&self) -> &UserId {
        &self.uid
    }
}

impl Deref for Reader {
    type Target = AnyReader;

    fn deref(&self) -> &AnyReader {
        &self.any
    }
}

/// Somebody whose session has been proven. Only `sessions` makes one.
#[derive(Debug)]
pub struct Actor {
    pub(super) reader: Reader,
    pub(super) profile: Profile,
    pub(super) proof: Proof,
}

/// What proved a session, for the condition of a write.
#[derive(Debug)]
pub(super) enum Proof {
    /// This token in the profile, issued then or later.
    Single { token: TokenHash, since: i64 },
    /// A row of this hash.
    Row { session: TokenHash, expires_at: i64 },
    /// A device that speaks for them, until this second if not for good.
    Device { device: DeviceHash, until: Option<i64> },
}

impl Deref for Actor {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Actor {
    pub(super) fn new(dialect: Dialect, profile: Profile, proof: Proof) -> Self {
        let reader = Reader { uid: profile.uid.clone(), any: AnyReader { dialect } };
        Self { reader, profile, proof }
    }

    /// What a socket of theirs hangs on. `None` where a person has one session, which no socket can be opened with.
    pub(crate) fn anchor(&self) -> Option<Anchor> {
        match &self.proof {
            Proof::Single { .. } => None,
            Proof::Row { session, .. } => Some(Anchor::session(self.dialect(), session.clone())),
            Proof::Device { device, .. } => Some(Anchor::device(self.dialect(), device.clone())),
        }
    }

    /// Past which second it counts no more, if that is known.
    pub(crate) fn ends_at(&self) -> Option<i64> {
        match &self.proof {
            Proof::Single { .. } => None,
            Proof::Row { expires_at, .. } => Some(*expires_at),
            Proof::Device { until, .. } => *until,
        }
    }

    /// The person as read with the session.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The condition, for a write to the actor's own profile, that the session is still the same, or at least that no
    /// password was set since it was proven.
    #[must_use]
    pub fn still_signed_in(&self) -> Condition {
        match &self.proof {
            Proof::Single { token, since } => one::live_session(token, *since),
            Proof::Row { .. } | Proof::Device { .. } => one::same_epoch(self.profile.epoch),
        }
    }

    /// The row of the session, where it is one.
    pub(crate) fn row(&self) -> Option<&TokenHash> {
        match &self.proof {
            Proof::Single { .. } | Proof::Device { .. } => None,
            Proof::Row { session, .. } => Some(session),
        }
    }
}
