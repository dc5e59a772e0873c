//! Phone numbers.

use super::{Unfit, people::is_invisible};
use crate::regions;
use rlibphonenumber::{PhoneNumber, PhoneNumberFormat, PhoneNumberType};
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// A phone number in E.164 form: `+`, then the country calling code and the national number.
///
/// `Debug` shows nothing of it: numbers never reach a log.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct E164(String);

impl E164 {
    /// Joins a calling code and a national number.
    ///
    /// # Errors
    /// Other characters than ASCII digits, a code of other than 1 to 4 of them, a number of other than 5 to 15; for China
    /// anything but a mobile number.
    pub fn new(region: &str, national: &str) -> Result<Self, Unfit> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(region) || !digits(national) {
            return Err(Unfit::Form);
        }
        if !(1..=4).contains(&region.len()) {
            return Err(Unfit::Length);
        }
        possible(region, national)?;
        Ok(Self(format!("+{region}{national}")))
    }

    /// A number as somebody gave it to an API: the calling code of a region of the list, with or without `+`, and a
    /// phone, with signs around and between its digits as address books have them
    /// (`docs/dialects/sealtalk.md#phone-numbers`).
    ///
    /// # Errors
    /// What [`E164::written`] refuses; letters, control characters, digits of other scripts; a phone that begins with
    /// another calling code.
    pub fn dialled(region: &str, phone: &str) -> Result<Self, Unfit> {
        let region = plain(region);
        // In a query a `+` is read as a space.
        let region = region.trim_matches(' ');
        let code = abroad(region).unwrap_or(region);
        if !regions::known(code) || !phone.chars().all(is_tidy) {
            return Err(Unfit::Form);
        }
        let number = Self::written(phone, code)?;
        if number.0[1..].starts_with(code) { Ok(number) } else { Err(Unfit::Form) }
    }

    /// A number as address books have it, with whatever people write between the digits; without `+` or `00` it is one of
    /// the calling code `home`. Prefixes that are dialled inside of a country only are dropped, so that a number is the same
    /// however it is written (`docs/dialects/sealtalk.md#get_contacts_info`).
    ///
    /// # Errors
    /// Anything but 11 digits of a mobile number in China, or 5 to 15 digits of a region of the list.
    pub fn written(text: &str, home: &str) -> Result<Self, Unfit> {
        let signs: String = plain(text).chars().filter(|char| char.is_ascii_digit() || *char == '+').collect();
        let number = match abroad(&signs) {
            Some(digits) => parsed(digits)?,
            None => likeliest(&signs, home)?,
        };
        let number = Self(e164(&number));
        let (region, national) = number.split();
        if region.is_empty() {
            return Err(Unfit::Form);
        }
        possible(region, national)?;
        Ok(number)
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

    /// The calling code that messages to the number are paid by. Islands that share the `1` of North America have one of four
    /// digits each, whether the list of regions has it or not.
    #[must_use]
    pub fn calling_code(&self) -> &str {
        match self.split() {
            ("1", national) if national.len() > 3 && !matches!(self.country().as_deref(), None | Some("US" | "CA")) => {
                &self.0[1..5]
            }
            (code, _) => code,
        }
    }

    /// The country that the number belongs to, as two capital letters of ISO 3166, if it is known.
    #[must_use]
    pub fn country(&self) -> Option<String> {
        Some(parsed(&self.0[1..]).ok()?.get_region_code()?.to_string())
    }
}

/// Whether a country can have such a number: of China a mobile one (`1`, then `3` to `9`, 11 digits together), elsewhere
/// one of 5 to 15 digits.
fn possible(region: &str, national: &str) -> Result<(), Unfit> {
    let second = national.as_bytes().get(1);
    let mobile = national.len() == 11 && national.starts_with('1') && matches!(second, Some(b'3'..=b'9'));
    match region {
        "86" if !mobile => Err(Unfit::Form),
        _ if !(5..=15).contains(&national.len()) => Err(Unfit::Length),
        _ => Ok(()),
    }
}

/// A text with digits and signs of ordinary width, without the marks of direction that address books put around numbers
/// and whatever else cannot be seen. Control characters stay, to be refused.
fn plain(text: &str) -> String {
    text.nfkc().filter(|char| char.is_control() || !is_invisible(*char)).collect()
}

/// Whether a character is a digit of any width, or a sign. A sign may be made of letters, as `℡` is.
fn is_tidy(char: char) -> bool {
    let digits = || char.nfkc().all(|char| char.is_ascii_digit() || !char.is_alphanumeric());
    !char.is_control() && (!char.is_alphanumeric() || digits())
}

/// What follows the sign that a calling code comes next, if it is there.
fn abroad(text: &str) -> Option<&str> {
    text.strip_prefix('+').or_else(|| text.strip_prefix("00"))
}

/// Reads a number that has no sign of a calling code. It is a national one of `home`, or the calling code is there without
/// its sign. Where both readings make sense, the one that can receive an SMS is meant: an account is made by one.
fn likeliest(signs: &str, home: &str) -> Result<PhoneNumber, Unfit> {
    let national = parsed(&format!("{home}{signs}"));
    // The code of an island in North America is a `1` and an area code, which may be repeated without the `1`.
    let area = home.strip_prefix('1').filter(|area| !area.is_empty() && signs.starts_with(area));
    let repeated = signs.starts_with(home).then(|| signs.to_owned()).or_else(|| area.map(|_| format!("1{signs}")));
    let Some(repeated) = repeated.and_then(|digits| parsed(&digits).ok()) else { return national };
    match national {
        Ok(national) if rank(&national) >= rank(&repeated) => Ok(national),
        Err(unfit) if !repeated.is_valid() => Err(unfit),
        _ => Ok(repeated),
    }
}

/// How well a reading makes sense: a number that can receive an SMS before another valid one before one that is not assigned.
fn rank(number: &PhoneNumber) -> (bool, bool) {
    let receives = matches!(number.get_type(), PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile);
    (receives, number.is_valid())
}

/// Reads a calling code and a national number. The tables of all countries are unpacked at the first number that a process
/// reads.
fn parsed(digits: &str) -> Result<PhoneNumber, Unfit> {
    let number = looked_up(digits)?;
    Ok(renumbered(&e164(&number)).unwrap_or(number))
}

fn looked_up(digits: &str) -> Result<PhoneNumber, Unfit> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unfit::Form);
    }
    PhoneNumber::parse(format!("+{digits}"), None).map_err(|_| Unfit::Form)
}

fn e164(number: &PhoneNumber) -> String {
    number.format_as(PhoneNumberFormat::E164).into_owned()
}

/// A way to write national numbers of one country that the tables of the library do not read.
struct Habit {
    /// The calling code.
    code: &'static str,
    /// What the national number begins with.
    before: &'static str,
    /// What it begins with instead.
    now: &'static str,
    /// The digits of a national number as it is dialled from abroad. A number that has as many is left alone.
    digits: usize,
}

const HABITS: [Habit; 6] = [
    // Mexico gave up all its prefixes in 2019 and 2020. Numbers of before are still in address books: 1 for mobiles dialled
    // from abroad, 01 for other areas, 044 and 045 for mobiles dialled at home.
    Habit { code: "52", before: "1", now: "", digits: 10 },
    Habit { code: "52", before: "01", now: "", digits: 10 },
    Habit { code: "52", before: "044", now: "", digits: 10 },
    Habit { code: "52", before: "045", now: "", digits: 10 },
    // Argentina: a mobile number has a 9 before the area code when it is dialled from abroad, or a 15 behind it at home, which
    // the library reads. Many write neither, or both.
    Habit { code: "54", before: "", now: "9", digits: 11 },
    Habit { code: "54", before: "9", now: "", digits: 11 },
];

/// The number that one in E.164 form stands for by a habit of its country, if it does and that number can receive an SMS.
fn renumbered(number: &str) -> Option<PhoneNumber> {
    HABITS.iter().find_map(|habit| {
        let national = number.strip_prefix('+')?.strip_prefix(habit.code)?;
        let rest = national.strip_prefix(habit.before).filter(|_| national.len() != habit.digits)?;
        let number = looked_up(&format!("{}{}{rest}", habit.code, habit.now)).ok()?;
        let whole = e164(&number).len() == 1 + habit.code.len() + habit.digits;
        (whole && rank(&number).0).then_some(number)
    })
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("E164(..)")
    }
}
