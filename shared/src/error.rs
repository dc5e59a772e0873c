//! Everything that can go wrong, once, without a word about HTTP.
//!
//! A dialect maps the variants that its contract has codes for and then matches [`Error::kind`] without a wildcard. The
//! `Display` text is safe to show to anybody; the cause of an [`Error::Internal`] is for the log only.

mod kind;
mod limit;
mod unusable;

pub use kind::ErrorKind;
pub use limit::Limit;
use std::error::Error as StdError;
pub use unusable::Unusable;

/// What a domain function gives back.
pub type Result<T> = std::result::Result<T, Error>;

/// A refusal or a fault.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A field is missing or breaks its rule.
    #[error("{field}: {why}")]
    Invalid {
        /// The field as the API names it: it is logged, so never a name that a client has made up.
        field: String,
        /// What is wrong with it.
        why: Why,
    },
    /// An input has its form, but cannot be used.
    #[error("{0}")]
    Unusable(Unusable),
    /// The body is larger than the API takes.
    #[error("the body is too large")]
    TooLarge,
    /// No operation has this path.
    #[error("no such endpoint")]
    NoSuchEndpoint,
    /// The path exists, but not with this method.
    #[error("this endpoint does not take that method")]
    MethodNotAllowed,
    /// A web page of an origin that may not call wanted to change something.
    #[error("this origin may not call")]
    ForeignOrigin,
    /// Several operations share the path and the method, and no field says which of them is meant.
    #[error("no operation is chosen")]
    NoOperation,
    /// Several operations share the path and the method, and the fields choose more than one of them.
    #[error("more than one operation is chosen")]
    SeveralOperations,
    /// The session is unknown, expired or ended.
    #[error("sign in first")]
    SignedOut,
    /// The device has a session, and the request shows none (`docs/dialects/m_user.md#session-upgrade`).
    #[error("this device has to show its session")]
    SessionNeeded,
    /// The request shows a session that is not the device's, or is over (`docs/dialects/m_user.md#session-upgrade`).
    #[error("not a session of this device")]
    WrongSession,
    /// The app is being reviewed, and the device is not one of the review (`docs/dialects/m_user.md#store-review`).
    #[error("sign in with the account for the review")]
    ReviewOnly,
    /// The request is not signed by the app, or its signature has been used (`docs/dialects/m_user.md#signatures`).
    #[error("wrong signature")]
    BadSignature,
    /// A password was to be set without a fresh proof of the phone number.
    #[error("the phone number has not been proven")]
    NotProven,
    /// The verification code is wrong, used, expired or dead.
    #[error("wrong verification code")]
    WrongCode,
    /// No code was sent to this number within a day (`docs/dialects/sealtalk.md#verification-codes`).
    #[error("no code was sent to this number")]
    NoCodeSent,
    /// The code is too old, used, or was tried too often (`docs/dialects/sealtalk.md#verification-codes`).
    #[error("the verification code has expired")]
    CodeExpired,
    /// The verification code has been tried as often as it may (`docs/dialects/live.md#check-a-code`).
    #[error("the verification code was tried too often")]
    TriedTooOften,
    /// The token of a proven number is unknown, too old or used (`docs/dialects/sealtalk.md#verification-tokens`).
    #[error("unknown verification token")]
    UnknownVerification,
    /// The captcha was not solved (`docs/dialects/sealtalk.md#captchas`).
    #[error("wrong captcha")]
    WrongCaptcha,
    /// No SMS are sent to this region.
    #[error("this region is not served")]
    RegionNotServed,
    /// Phone number and secret do not belong together.
    #[error("wrong password")]
    WrongPassword,
    /// Nobody of that name can be seen by the caller.
    #[error("no such user")]
    NoSuchUser,
    /// Nobody of that name is a friend of the caller, or not in the state that the operation needs.
    #[error("no such friend")]
    NoSuchFriend,
    /// Only friends may.
    #[error("not a friend")]
    NotFriends,
    /// Only oneself may do that to oneself.
    #[error("somebody else")]
    NotYourself,
    /// Somebody means themselves where only somebody else can be meant.
    #[error("oneself cannot be meant")]
    Oneself,
    /// A block keeps the two apart.
    #[error("a block keeps the two apart")]
    Apart,
    /// The two are friends already; this is the id of the other.
    #[error("already a friend")]
    AlreadyFriends(String),
    /// The phone number belongs to an account already.
    #[error("this phone number is taken")]
    PhoneTaken,
    /// The nickname belongs to somebody else.
    #[error("this nickname is taken")]
    NicknameTaken,
    /// The username belongs to somebody else.
    #[error("this username is taken")]
    UsernameTaken,
    /// One session is all that there may be, and there is one.
    #[error("signed in already")]
    SignedInAlready,
    /// The account name belongs to somebody else.
    #[error("this account name is taken")]
    AccountNameTaken,
    /// An attempt limit is reached (`limits.rs`).
    #[error("too many requests")]
    TooManyRequests {
        /// Which.
        limit: Limit,
    },
    /// The guests of this segment have been seen (`docs/dialects/lightup.md#quotas-of-guests`).
    #[error("no more guests in this segment")]
    SegmentQuota,
    /// An incomplete user has seen the guests of this day (`docs/dialects/lightup.md#quotas-of-guests`).
    #[error("no more guests today without a complete profile")]
    GuestQuota,
    /// An incomplete user has lit the lights of this day (`docs/dialects/lightup.md#quota-of-lights`).
    #[error("no more lights today without a complete profile")]
    LightQuota,
    /// Nobody is left to be shown.
    #[error("no more guests")]
    NoGuests,
    /// There is no such group, or not any more.
    #[error("no such group")]
    NoSuchGroup,
    /// The caller is not in the group.
    #[error("not in the group")]
    NotAMember,
    /// The caller is in the group already.
    #[error("in the group already")]
    AlreadyAMember,
    /// Somebody whom the call is about is not in the group.
    #[error("not a member of the group")]
    NoSuchMember,
    /// Only the creator of a group may do that.
    #[error("not the group's creator")]
    NotGroupCreator,
    /// Only the creator and the managers of a group may do that.
    #[error("not a manager of the group")]
    NotGroupManager,
    /// Nobody may do that to the creator of a group.
    #[error("the group's creator")]
    GroupCreator,
    /// The group has as many members as a group may have.
    #[error("the group is full")]
    GroupFull,
    /// The caller is in as many groups as anybody may be in.
    #[error("in too many groups")]
    TooManyGroups,
    /// The group is among the caller's favourites already.
    #[error("a favourite already")]
    AlreadyFavourite,
    /// The group has no bulletin.
    #[error("no bulletin")]
    NoBulletin,
    /// As many wait to be let into the group as may.
    #[error("too many wishes")]
    TooManyWishes,
    /// The group has as many managers as a group may have.
    #[error("too many managers")]
    TooManyManagers,
    /// There is no such invitation, or it has been answered.
    #[error("no such notice")]
    NoSuchNotice,
    /// There is no such message in the caller's list.
    #[error("no such message")]
    NoSuchMessage,
    /// There is no such post, or not any more, or a block keeps its author and the caller apart.
    #[error("no such post")]
    NoSuchPost,
    /// The post is somebody else's.
    #[error("somebody else's post")]
    NotOwnPost,
    /// There is no such comment.
    #[error("no such comment")]
    NoSuchComment,
    /// There is no such report, or not any more.
    #[error("no such report")]
    NoSuchReport,
    /// Operators have decided something else about the report.
    #[error("something else has been decided about this report")]
    DecidedAlready,
    /// There is no live media of that kind.
    #[error("no such media")]
    NoSuchMedia,
    /// Nothing is waiting to be confirmed.
    #[error("nothing is pending")]
    NothingPending,
    /// There are fewer coins in the account than were to be taken from it.
    #[error("not enough coins")]
    NotEnoughCoins,
    /// An account would hold more coins than it can.
    #[error("too many coins")]
    TooManyCoins,
    /// Coins are given for a receipt only, and none was shown.
    #[error("a receipt is needed")]
    ReceiptMissing,
    /// There is no such receipt, or it is too old.
    #[error("no such receipt")]
    ReceiptUnknown,
    /// The receipt has been used.
    #[error("the receipt has been used")]
    ReceiptUsed,
    /// The receipt is for another amount.
    #[error("the receipt is for another amount")]
    ReceiptMismatch,
    /// The same user has asked for something else under this id.
    #[error("this request id stands for another request")]
    RequestIdReused,
    /// There is no live room to close.
    #[error("not live")]
    NotLive,
    /// Who takes and plays live streams has refused or did not answer. Nothing has changed.
    #[error("the streaming provider failed")]
    ProviderFailed,
    /// Somebody other than the publishing server asked what only that may.
    #[error("this server may not ask")]
    ForeignServer,
    /// The SMS could not be handed over.
    #[error("the message could not be sent")]
    SmsFailed,
    /// Too many writes met at the same item; a later try may work.
    #[error("busy, try again")]
    Busy,
    /// A service did not answer.
    #[error("temporarily unavailable")]
    Unavailable,
    /// A bug or a broken record.
    #[error("internal error")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

/// What is wrong with a field. Never holds the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// It is not there, and has to be.
    #[error("is missing")]
    Missing,
    /// It is there more than once.
    #[error("is given twice")]
    Twice,
    /// It is not of the form that the field has.
    #[error("is not what it should be")]
    Malformed,
    /// It is longer than the field may be.
    #[error("is too long")]
    TooLong,
    /// It breaks the rule that this text states.
    #[error("{0}")]
    Rule(&'static str),
}

/// An error and what is behind it, in one line for the log.
///
/// Only what errors say of themselves. The `Debug` of an SDK's error, which `DisplayErrorContext` of AWS adds, shows
/// the body of the answer that could not be read, and with it people's data.
#[must_use]
pub fn causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl Error {
    /// A fault with its cause.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// A field that breaks the rule that the text states.
    pub fn invalid(field: impl Into<String>, rule: &'static str) -> Self {
        Self::Invalid { field: field.into(), why: Why::Rule(rule) }
    }

    /// A field that is not there.
    pub fn missing(field: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), why: Why::Missing }
    }

    /// A field that is there more than once.
    pub fn twice(field: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), why: Why::Twice }
    }

    /// A field that is not of its form.
    pub fn malformed(field: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), why: Why::Malformed }
    }
}
