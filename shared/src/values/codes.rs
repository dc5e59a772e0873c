//! What a verification code is for.

/// What a code may be used for (`docs/dialects/lightup.md#verification-codes`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To prove a number that is not taken.
    Register,
    /// To set a new password.
    ChangePassword,
    /// Whatever a proven number allows.
    Any,
}

impl Purpose {
    /// As the key has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::ChangePassword => "change_password",
            Self::Any => "any",
        }
    }
}
