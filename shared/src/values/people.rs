//! What people say of themselves.

use super::Unfit;
use caseless::Caseless;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GraphemeClusterBreak, IndicSyllabicCategory},
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The URL of a portrait: http or https, 12 to 256 characters, no white space, `<`, `>`, `"` or `\`, a host with a dot, an
/// IP address or `localhost` (`docs/dialects/sealtalk.md#set_portrait_uri`). It is shown, never fetched.
#[derive(Clone, Debug)]
pub struct PortraitUrl(pub(crate) String);

impl PortraitUrl {
    /// Checks a text. The form comes before the length.
    ///
    /// # Errors
    /// What is wrong with it: dialects have words of their own for each.
    pub fn new(text: String) -> Result<Self, Unfit> {
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#', ':']).next()).unwrap_or_default();
        let letters = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
        let named = host == "localhost" || host.split('.').filter(|part| !part.is_empty()).count() > 1;
        let tidy = !text.chars().any(|char| char.is_whitespace() || char.is_control() || "<>\"\\".contains(char));
        if !(letters && named && tidy) {
            return Err(Unfit::Form);
        }
        if (12..=256).contains(&text.chars().count()) { Ok(Self(text)) } else { Err(Unfit::Length) }
    }

    /// The text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

/// An account name, by which people can be found: 6 to 20 characters, a letter first, then letters, digits, `_` and `-`
/// (`docs/dialects/sealtalk.md#set_st_account`).
#[derive(Clone, Debug)]
pub struct AccountName(pub(crate) String);

impl AccountName {
    /// Checks a text. The length comes before the form.
    ///
    /// # Errors
    /// What is wrong with it: dialects have words of their own for each.
    pub fn new(text: String) -> Result<Self, Unfit> {
        if !(6..=20).contains(&text.chars().count()) {
            return Err(Unfit::Length);
        }
        let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if letters && text.starts_with(|first: char| first.is_ascii_alphabetic()) {
            Ok(Self(text))
        } else {
            Err(Unfit::Form)
        }
    }
}

/// The longest nickname of any dialect, in characters (`docs/dialects/sealtalk.md#set_nickname`).
const LONGEST_NICKNAME: usize = 32;

/// The longest nickname that can be claimed, in characters: the longest one that can be written where nicknames are unique,
/// so that what is shown there can be posted back (`docs/dialects/lightup.md#nicknames`).
const LONGEST_CLAIM: usize = 30;

/// A nickname: 1 to 32 characters, none of them a control character, at least one that can be seen. A dialect may
/// have a lower limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Nickname(String);

impl Nickname {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether one person can have it alone: it has at most 30 characters (`docs/dialects/lightup.md#nicknames`).
    #[must_use]
    pub fn can_be_claimed(&self) -> bool {
        self.0.chars().count() <= LONGEST_CLAIM
    }

    /// What two nicknames are compared by: compatibility forms, case and invisible characters make no difference, and
    /// neither do spaces around. Folding it again changes nothing.
    #[must_use]
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

/// Unicode's compatibility caseless form (definition D146), without what cannot be seen, composed.
pub(super) fn folded(text: &str) -> String {
    let visible = text.chars().filter(|char| !is_invisible(*char));
    let folded: String = visible.nfd().default_case_fold().nfkd().default_case_fold().nfkc().collect();
    // Compatibility forms of some characters start with a space.
    folded.trim().to_owned()
}

/// Whether a character shows nothing: joiners, variation selectors, marks of direction and of format, fillers
/// (`docs/dialects/lightup.md#nicknames`).
pub(super) fn is_invisible(char: char) -> bool {
    // Grapheme_Cluster_Break=Control is what separates lines or formats text, but for the marks that enclose a number.
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(char)
        || CodePointMapData::<GraphemeClusterBreak>::new().get(char) == GraphemeClusterBreak::Control
        || is_joiner(char)
        || is_blank(char)
}

/// Whether a character only stacks or joins the letters or numbers around it, as in Khmer, Burmese and Brahmi, and shows
/// nothing of its own.
fn is_joiner(char: char) -> bool {
    let category = CodePointMapData::<IndicSyllabicCategory>::new().get(char);
    matches!(category, IndicSyllabicCategory::InvisibleStacker | IndicSyllabicCategory::NumberJoiner)
}

/// Whether a character is drawn as nothing and no property of Unicode says so, as of version 17: an empty cell of Braille,
/// the joiner of consonants in Tifinagh, the place of an object, a mirror and two blanks of hieroglyphs, the filler of
/// Khitan, a note without a head.
fn is_blank(char: char) -> bool {
    matches!(char, '\u{2800}' | '\u{2d7f}' | '\u{fffc}' | '\u{13440}'..='\u{13442}' | '\u{16fe4}' | '\u{1d159}')
}

impl TryFrom<String> for Nickname {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        if !(1..=LONGEST_NICKNAME).contains(&text.chars().count()) {
            return Err(Unfit::Length);
        }
        let visible = !text.chars().any(char::is_control) && !folded(&text).is_empty();
        if visible { Ok(Self(text)) } else { Err(Unfit::Form) }
    }
}

/// A person's sex, which decides whom they are shown to as a guest (`docs/dialects/lightup.md#field-rules`). Immutable once set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// `male`
    Male,
    /// `female`
    Female,
}

impl Sex {
    /// `male` or `female`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

/// Whom a person would like to meet (`docs/dialects/lightup.md#field-rules`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoveSex {
    /// `male`
    Male,
    /// `female`
    Female,
    /// `both`
    Both,
}

impl LoveSex {
    /// `male`, `female` or `both`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Both => "both",
        }
    }

    /// The sexes that it takes in.
    #[must_use]
    pub fn sexes(self) -> &'static [Sex] {
        match self {
            Self::Male => &[Sex::Male],
            Self::Female => &[Sex::Female],
            Self::Both => &[Sex::Male, Sex::Female],
        }
    }
}

/// A person's gender as profiles show it (`docs/dialects/sealtalk.md#set_gender`). It decides nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    /// `male`
    #[default]
    Male,
    /// `female`
    Female,
}

impl Gender {
    /// `male` or `female`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

/// Who may find and add a person (`docs/dialects/sealtalk.md#privacy`). All on unless switched off; each is an
/// attribute of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    /// Others find the person by phone number.
    #[serde(rename = "privacy_phone", default = "on")]
    pub phone: bool,
    /// Others find the person by account name.
    #[serde(rename = "privacy_account_name", default = "on")]
    pub account_name: bool,
    /// Requests of friendship wait for approval.
    #[serde(rename = "privacy_friends", default = "on")]
    pub friends: bool,
    /// Others may put the person into groups; else the person is asked.
    #[serde(rename = "privacy_groups", default = "on")]
    pub groups: bool,
    /// The person takes pokes (`docs/dialects/sealtalk.md#pokes`).
    #[serde(rename = "privacy_pokes", default = "on")]
    pub pokes: bool,
}

fn on() -> bool {
    true
}

impl Default for Privacy {
    fn default() -> Self {
        Self { phone: true, account_name: true, friends: true, groups: true, pokes: true }
    }
}
