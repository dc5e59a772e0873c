//! Phone numbers.

use super::Unfit;
use crate::regions;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A phone number in E.164 form: `+`, then the country calling code and the national number.
///
/// `Debug` shows nothing of it: numbers never reach a log.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct E164(String);

impl E164 {
    /// Joins a calling code and a national number.
    ///
    /// # Errors
    /// Other characters than ASCII digits, a code of other than 1 to 4 of them, a number of other than 5 to 15.
    pub fn new(region: &str, national: &str) -> Result<Self, Unfit> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(region) || !digits(national) {
            return Err(Unfit::Form);
        }
        if !(1..=4).contains(&region.len()) || !(5..=15).contains(&national.len()) {
            return Err(Unfit::Length);
        }
        Ok(Self(format!("+{region}{national}")))
    }

    /// A number that can be dialled in a region of the list: 11 digits of a mobile number in China, 5 to 15 digits
    /// elsewhere (`docs/dialects/sealtalk.md#phone-numbers`).
    ///
    /// # Errors
    /// Anything else.
    pub fn dialled(region: &str, national: &str) -> Result<Self, Unfit> {
        let second = national.as_bytes().get(1);
        let mobile = national.len() == 11 && national.starts_with('1') && matches!(second, Some(b'3'..=b'9'));
        if regions::known(region) && (region != "86" || mobile) {
            Self::new(region, national)
        } else {
            Err(Unfit::Form)
        }
    }

    /// With `+`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The national digits of a number in China, or all digits of a number from elsewhere.
    #[must_use]
    pub fn national(&self) -> &str {
        self.0.strip_prefix("+86").unwrap_or(&self.0[1..])
    }

    /// Calling code and national number, both without `+`.
    #[must_use]
    pub fn split(&self) -> (&str, &str) {
        regions::split(&self.0[1..])
    }

    /// Whether the number is of this calling code.
    #[must_use]
    pub fn is_of(&self, region: &str) -> bool {
        self.0[1..].starts_with(region)
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("E164(..)")
    }
}
