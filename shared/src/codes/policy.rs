//! What the codes of an API are like.

use crate::{
    config::{CodeText, TestCode},
    error::Limit,
    values::Dialect,
};

/// What the codes of one API are like. The API's package has the value.
#[derive(Clone, Debug)]
pub struct Policy<'a> {
    /// Whose codes they are: one does not count in another dialect.
    pub dialect: Dialect,
    /// How many digits a code has, 1 to 9.
    pub digits: u32,
    /// How long a code lives, in seconds.
    pub lifetime: i64,
    /// How long a dead code is distinguished from one that was never sent, in seconds after the end of its life.
    pub remembered: i64,
    /// The limit that keeps a number waiting for its next code, where the API has one. The limit counts in fixed
    /// windows; beside it the time of the code before is compared, so that the gap holds to the second across windows.
    pub gap: Option<Limit>,
    /// What codes to a number are counted under. Of several that are reached the answer names the last one.
    pub per_number: &'static [Limit],
    /// What codes that an address asks for are counted under, whether they could be sent or not.
    pub per_address: Limit,
    /// Whether a code is sent only with a solved captcha.
    pub captcha: bool,
    /// Whether who asks for a code gets a handle that stands for it, by which it is checked.
    pub handles: bool,
    /// The text message.
    pub text: &'a CodeText,
    /// A code that is right for every number that was sent one.
    pub test_code: Option<&'a TestCode>,
}
