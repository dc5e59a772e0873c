//! Whether a nickname that somebody gets becomes theirs alone (`docs/dialects/lightup.md#nicknames`). One rule for every
//! way to a nickname that others may have as well: registering, and renaming.

use crate::{error::Error, person::Profile, profiles::rows::move_claim, store::Write, values::Nickname};

/// A nickname that is about to be set. Whoever sets one tries [`claiming`](Naming::claiming) first. If that fails with
/// [`Error::NicknameTaken`], nothing has changed, and [`unclaimed`](Naming::unclaimed) comes next: a round more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Naming<'a> {
    /// What others see where people may have the same one.
    pub(crate) nickname: &'a Nickname,
    /// Whether the transaction that sets it claims it too. Else the person keeps the claim that they have.
    pub(super) claims: bool,
}

impl<'a> Naming<'a> {
    /// The nickname with its claim, if it is one that can be claimed.
    pub(crate) fn claiming(nickname: &'a Nickname) -> Self {
        Self { nickname, claims: nickname.can_be_claimed() }
    }

    /// The nickname alone: somebody else has claimed it.
    pub(crate) fn unclaimed(nickname: &'a Nickname) -> Self {
        Self { nickname, claims: false }
    }

    /// What the person has claimed afterwards.
    pub(crate) fn claimed(&self, before: &'a Profile) -> Option<&'a Nickname> {
        if self.claims { Some(self.nickname) } else { before.nickname_claim.as_ref() }
    }

    /// What belongs into the transaction for the claim. If one of these parts is refused, the name is somebody else's.
    pub(crate) fn writes(&self, before: &Profile) -> Result<Vec<Write>, Error> {
        if self.claims { move_claim(before, self.nickname) } else { Ok(Vec::new()) }
    }
}
