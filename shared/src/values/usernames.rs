//! Usernames: names that are one person's alone and that searches find them by.

use super::{Unfit, people::is_invisible};
use caseless::Caseless;
use icu_properties::{
    CodePointMapData,
    props::{GeneralCategory, GeneralCategoryGroup},
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The longest username, in characters.
const LONGEST: usize = 15;

/// A username: 1 to 15 characters, each a letter or a digit of any script, a mark on one, or one of `@ . + - _`
/// (`docs/dialects/chat.md#complete-account`). It is kept in Unicode's composed form (NFC).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Username(String);

impl Username {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two usernames are compared by, and what searches look at: case and compatibility forms make no difference.
    #[must_use]
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

/// Unicode's compatibility caseless form of a text, composed. Folding it again changes nothing.
#[must_use]
pub fn folded(text: &str) -> String {
    text.nfd().default_case_fold().nfkd().default_case_fold().nfkc().collect()
}

impl TryFrom<String> for Username {
    type Error = Unfit;

    /// The length comes before the form.
    fn try_from(text: String) -> Result<Self, Unfit> {
        let text: String = text.nfc().collect();
        if !(1..=LONGEST).contains(&text.chars().count()) {
            return Err(Unfit::Length);
        }
        let category = CodePointMapData::<GeneralCategory>::new();
        let is_mark = |char| GeneralCategoryGroup::Mark.contains(category.get(char));
        let fits = |char: char| (char.is_alphanumeric() && !is_invisible(char)) || "@.+-_".contains(char);
        // What joins the letters of Indic scripts shows nothing, but belongs to them.
        let begins = text.chars().next().is_some_and(|first| fits(first) && !is_mark(first));
        if begins && text.chars().all(|char| fits(char) || is_mark(char)) { Ok(Self(text)) } else { Err(Unfit::Form) }
    }
}
