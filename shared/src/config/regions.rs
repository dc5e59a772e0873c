//! Where SMS may be sent to.

use crate::{config::BadConfig, values::E164};
use std::str::FromStr;

/// The regions that SMS may be sent to: a list with commas of `all`, calling codes (`86`) and calling codes that are narrowed to a
/// country (`1-US`). What stands after a `!` is left out of the others. By default there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Regions {
    served: Vec<Area>,
    excluded: Vec<Area>,
}

/// An entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Area {
    Everywhere,
    /// All countries of a calling code.
    Code(String),
    /// One of them, by its two letters.
    Country(String, String),
}

impl Regions {
    /// Every country.
    #[must_use]
    pub fn all() -> Self {
        Self { served: vec![Area::Everywhere], excluded: Vec::new() }
    }

    /// Whether SMS may be sent to this number.
    #[must_use]
    pub fn allow_number(&self, phone: &E164) -> bool {
        let any = |areas: &[Area]| areas.iter().any(|area| area.has(phone));
        any(&self.served) && !any(&self.excluded)
    }
}

impl Area {
    fn has(&self, phone: &E164) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Code(code) => phone.calling_code() == code,
            Self::Country(code, country) => {
                phone.as_str()[1..].starts_with(code) && phone.country().as_ref() == Some(country)
            }
        }
    }
}

impl FromStr for Regions {
    type Err = BadConfig;

    fn from_str(list: &str) -> Result<Self, BadConfig> {
        let mut regions = Self::default();
        for entry in list.split(',').map(str::trim) {
            match entry.strip_prefix('!') {
                Some(entry) => regions.excluded.push(entry.parse()?),
                None => regions.served.push(entry.parse()?),
            }
        }
        Ok(regions)
    }
}

impl FromStr for Area {
    type Err = BadConfig;

    fn from_str(entry: &str) -> Result<Self, BadConfig> {
        let is_code = |code: &str| (1..=4).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
        let is_country = |name: &str| name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_uppercase());
        match entry.split_once('-') {
            None if entry == "all" => Ok(Self::Everywhere),
            None if is_code(entry) => Ok(Self::Code(entry.to_owned())),
            Some((code, name)) if is_code(code) && is_country(name) => {
                Ok(Self::Country(code.to_owned(), name.to_owned()))
            }
            _ => Err(BadConfig { variable: "SMS_REGIONS", reason: "is no list such as 86,1-US,!1-CA" }),
        }
    }
}
