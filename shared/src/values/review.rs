//! The accounts of those who review apps for a store.

use super::Unfit;

/// The name of such an account: 1 to 64 characters, none of them a control character. Case makes no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewAccount(String);

impl ReviewAccount {
    /// What two names are compared by.
    #[must_use]
    pub fn lower(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ReviewAccount {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        if !(1..=64).contains(&text.chars().count()) {
            return Err(Unfit::Length);
        }
        if text.chars().any(char::is_control) { Err(Unfit::Form) } else { Ok(Self(text.to_lowercase())) }
    }
}

impl std::str::FromStr for ReviewAccount {
    type Err = Unfit;

    fn from_str(text: &str) -> Result<Self, Unfit> {
        Self::try_from(text.to_owned())
    }
}
