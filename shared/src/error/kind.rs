//! The kinds of failure.

use super::Error;

/// The few kinds of failure, for everything that a dialect has no special code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request is wrong as it stands.
    Invalid,
    /// What was asked for is not there.
    NotFound,
    /// Another method is needed.
    Method,
    /// The caller has to sign in.
    SignedOut,
    /// The caller may not, now.
    Forbidden,
    /// Somebody else has it.
    Conflict,
    /// Too often.
    TooMany,
    /// Later, perhaps.
    Unavailable,
    /// Our fault.
    Internal,
}

impl Error {
    /// The kind, for dialects and logs.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoOperation | Self::SeveralOperations | Self::Oneself => ErrorKind::Invalid,
            Self::NoSuchMember | Self::GroupFull | Self::TooManyManagers => ErrorKind::Invalid,
            Self::Invalid { .. } | Self::Unusable(_) => ErrorKind::Invalid,
            Self::TooLarge | Self::WrongCode | Self::WrongPassword | Self::NothingPending => ErrorKind::Invalid,
            Self::CodeExpired | Self::TriedTooOften | Self::WrongCaptcha | Self::RegionNotServed => ErrorKind::Invalid,
            Self::NoCodeSent | Self::UnknownVerification | Self::NoSuchFriend => ErrorKind::NotFound,
            Self::NoSuchEndpoint | Self::NoSuchUser | Self::NoGuests | Self::NoSuchMedia => ErrorKind::NotFound,
            Self::MethodNotAllowed => ErrorKind::Method,
            Self::SignedOut | Self::NotProven | Self::BadSignature => ErrorKind::SignedOut,
            Self::SessionNeeded | Self::WrongSession | Self::ReviewOnly | Self::NotYourself => ErrorKind::Forbidden,
            Self::SegmentQuota | Self::GuestQuota | Self::LightQuota | Self::NotFriends => ErrorKind::Forbidden,
            Self::PhoneTaken | Self::NicknameTaken | Self::AccountNameTaken | Self::AlreadyFriends(_) => {
                ErrorKind::Conflict
            }
            Self::NoSuchGroup | Self::NoBulletin | Self::NoSuchNotice | Self::NoSuchMessage | Self::NotLive => {
                ErrorKind::NotFound
            }
            Self::ReceiptUnknown | Self::NoSuchPost | Self::NoSuchComment | Self::NoSuchReport => ErrorKind::NotFound,
            Self::ReceiptMissing | Self::ReceiptMismatch => ErrorKind::Invalid,
            Self::ReceiptUsed | Self::RequestIdReused | Self::DecidedAlready => ErrorKind::Conflict,
            Self::NotEnoughCoins | Self::TooManyCoins => ErrorKind::Forbidden,
            Self::Apart | Self::NotOwnPost => ErrorKind::Forbidden,
            Self::NotAMember | Self::NotGroupCreator | Self::NotGroupManager => ErrorKind::Forbidden,
            Self::GroupCreator | Self::TooManyGroups | Self::ForeignOrigin | Self::ForeignServer => {
                ErrorKind::Forbidden
            }
            Self::AlreadyFavourite | Self::AlreadyAMember => ErrorKind::Conflict,
            Self::UsernameTaken | Self::SignedInAlready => ErrorKind::Conflict,
            Self::TooManyRequests { .. } | Self::TooManyWishes => ErrorKind::TooMany,
            Self::Busy | Self::Unavailable | Self::ProviderFailed => ErrorKind::Unavailable,
            Self::SmsFailed | Self::Internal(_) => ErrorKind::Internal,
        }
    }
}
