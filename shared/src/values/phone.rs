//! Phone numbers.

use crate::{error::Error, regions};
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
    pub fn new(region: &str, national: &str) -> Result<Self, Error> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=4).contains(&region.len()) || !digits(region) {
            return Err(Error::invalid("region", "not a country calling code"));
        }
        if !(5..=15).contains(&national.len()) || !digits(national) {
            return Err(Error::invalid("phone_number", "not a phone number"));
        }
        Ok(Self(format!("+{region}{national}")))
    }

    /// A Light Up number: 11 digits in China, whatever they are (`docs/dialects/lightup.md#field-rules`).
    ///
    /// # Errors
    /// Anything but 11 ASCII digits.
    pub fn lightup(digits: &str) -> Result<Self, Error> {
        if digits.len() == 11 { Self::new("86", digits) } else { Err(Error::invalid("phone_number", "not 11 digits")) }
    }

    /// With `+`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As Light Up shows it: without `+86`, or all digits of a number from elsewhere.
    #[must_use]
    pub fn national(&self) -> &str {
        self.0.strip_prefix("+86").unwrap_or(&self.0[1..])
    }

    /// A SealTalk number: a code of the region list, 11 digits of a mobile number in China, 5 to 15 elsewhere
    /// (`docs/dialects/sealtalk.md#phone-numbers`).
    ///
    /// # Errors
    /// Anything else.
    pub fn sealtalk(region: &str, phone: &str) -> Result<Self, Error> {
        let region = region.strip_prefix('+').unwrap_or(region);
        let mobile = phone.len() == 11 && phone.starts_with('1') && matches!(phone.as_bytes()[1], b'3'..=b'9');
        if regions::known(region) && (region != "86" || mobile) {
            Self::new(region, phone)
        } else {
            Err(Error::invalid("phone", "not a phone number"))
        }
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
