//! The statuses of answers (`docs/dialects/chat.md#results`).

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// What an answer's `status` says. The documents' names are in the comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `FAILURE_STATUS`
    Failure = 0,
    /// `SUCCESS_STATUS`
    Success = 1,
    /// `NULL_PASSWORD`
    NoPassword = 6000,
    /// `NULL_USERNAME`
    NoUsername = 6001,
    /// `NULL_AVATAR`
    NoAvatar = 6002,
    /// `NULL_PHONE`
    NoPhone = 6003,
    /// `NULL_USER`
    NoUser = 6004,
    /// `NULL_DATA`
    NoData = 6005,
    /// `SAME_USERNAME`
    SameUsername = 7000,
    /// `SAME_PHONE`
    SamePhone = 7001,
    /// `FORMAT_ERROR_PHONE`
    PhoneForm = 8000,
    /// `FORMAT_ERROR_PHONE_LENGTH`
    PhoneLength = 8001,
    /// `FORMAT_ERROR_PASSWORD`
    PasswordForm = 8002,
    /// `FORMAT_ERROR_PASSWORD_LENGTH`
    PasswordLength = 8003,
    /// `FORMAT_ERROR_USER_LENGTH`
    NameLength = 8004,
    /// `FORMAT_ERROR_FILE`
    FileForm = 8005,
    /// `FORMAT_ERROR_AVATAR`
    AvatarForm = 8006,
    /// `ILLEGAL_USERNAME`
    UsernameForm = 9000,
    /// `ERROR_PASSWORD`
    WrongPassword = 10_000,
    /// `ERROR_REPEAT_LOGIN`
    RepeatedLogin = 11_000,
    /// `ERROR_NET`, `ERROR_SESSION`
    NoSession = 11_001,
    /// `EXIST_FRIENDS`
    AlreadyThere = 12_000,
}

impl Status {
    /// Its number.
    #[must_use]
    pub fn code(self) -> u16 {
        self as u16
    }

    /// The sentence that goes with it where nothing says it better.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Success | Self::NoData => "ok",
            Self::Failure => "failure",
            Self::NoPassword => "the password is missing",
            Self::NoUsername => "the name is missing",
            Self::NoAvatar => "the avatar is missing",
            Self::NoPhone => "the phone number is missing",
            Self::NoUser => "no such user",
            Self::SameUsername => "the username is taken",
            Self::SamePhone => "the phone number is registered",
            Self::PhoneForm => "not a phone number",
            Self::PhoneLength => "a phone number has 6 to 16 digits",
            Self::PasswordForm => "the password cannot be used",
            Self::PasswordLength => "the password is too short or too long",
            Self::NameLength => "the name is too long",
            Self::FileForm => "not a file that is taken",
            Self::AvatarForm => "not an uploaded picture",
            Self::UsernameForm => "the username has characters that it cannot have",
            Self::WrongPassword => "wrong password",
            Self::RepeatedLogin => "signed in already",
            Self::NoSession => "sign in first",
            Self::AlreadyThere => "there already",
        }
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.code())
    }
}

impl JsonSchema for Status {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "integer", "example": 1})
    }
}
