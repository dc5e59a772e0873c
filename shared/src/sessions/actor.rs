//! Who may read and write: permissions that only a proof of a claim gives.

use crate::{
    person::Profile,
    sessions::rows::one,
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
    Row { session: TokenHash },
    /// A device that speaks for them.
    Device,
}

impl Deref for Actor {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Actor {
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
            Proof::Row { .. } | Proof::Device => one::same_epoch(self.profile.epoch),
        }
    }

    /// The row of the session, where it is one.
    pub(crate) fn row(&self) -> Option<&TokenHash> {
        match &self.proof {
            Proof::Single { .. } | Proof::Device => None,
            Proof::Row { session } => Some(session),
        }
    }
}
