//! Whether a nickname that somebody gets becomes theirs alone (`docs/dialects/lightup.md#nicknames`). One rule for every
//! way to a nickname that others may have as well: registering, and renaming.

use crate::{
    error::Error,
    person::Profile,
    profiles::rows::move_claim,
    store::Write,
    values::{Gender, Nickname},
};

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

/// What somebody says of themselves when their account is made. What is absent stays as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Introduction<'a> {
    pub(super) naming: Option<Naming<'a>>,
    pub(super) gender: Option<Gender>,
    /// As it is stored.
    pub(super) portrait: Option<&'a str>,
}

impl<'a> Introduction<'a> {
    /// All of it. The nickname is claimed, if it can be.
    pub(crate) fn of(nickname: Option<&'a Nickname>, gender: Option<Gender>, portrait: Option<&'a str>) -> Self {
        Self { naming: nickname.map(Naming::claiming), gender, portrait }
    }

    /// A nickname alone.
    pub(crate) fn named(nickname: &'a Nickname) -> Self {
        Self::of(Some(nickname), None, None)
    }

    /// The same without claiming the nickname, which is somebody else's.
    pub(crate) fn unclaimed(self) -> Self {
        Self { naming: self.naming.map(|naming| Naming::unclaimed(naming.nickname)), ..self }
    }

    /// Whether friends see something of it.
    pub(crate) fn is_seen(&self) -> bool {
        self.naming.is_some() || self.portrait.is_some()
    }

    /// The nickname that the person has claimed afterwards.
    pub(crate) fn claimed(&self, before: &'a Profile) -> Option<&'a Nickname> {
        match &self.naming {
            Some(naming) => naming.claimed(before),
            None => before.nickname_claim.as_ref(),
        }
    }

    /// What belongs into the transaction for the claim of the nickname.
    pub(crate) fn claim(&self, before: &Profile) -> Result<Vec<Write>, Error> {
        self.naming.map_or_else(|| Ok(Vec::new()), |naming| naming.writes(before))
    }

    /// The person as they are afterwards.
    pub(crate) fn applied(&self, before: Profile) -> Profile {
        let nickname_claim = self.claimed(&before).cloned();
        Profile {
            nickname: self.naming.map(|naming| naming.nickname.clone()).or(before.nickname),
            gender: self.gender.or(before.gender),
            portrait: self.portrait.map(str::to_owned).or(before.portrait),
            nickname_claim,
            ..before
        }
    }
}
