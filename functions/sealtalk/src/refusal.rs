//! What every failure says (contract 1.1, 1.3, section 2).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use kit::routes::json;
use serde::Serialize;
use shared::{Error, ErrorKind, error::Why};

/// The operations by name; failures of some have words of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the operation of that name in sections 2 and 3 of the contract")]
pub enum Op {
    // account
    RegionList,
    SendCode,
    SendCodeYp,
    VerifyCode,
    VerifyCodeYp,
    CheckPhoneAvailable,
    Register,
    Login,
    Logout,
    ResetPassword,
    ChangePassword,
    GetToken,
    VerifyCodeRegister,
    GetSmsImgCode,
    PicCode,
    // profile
    SetNickname,
    SetPortraitUri,
    SetStAccount,
    SetGender,
    SetPrivacy,
    GetPrivacy,
    SetPoke,
    GetPoke,
    // people
    Find,
    FindUser,
    User,
    Batch,
    GetContactsInfo,
    // friends
    Blacklist,
    AddToBlacklist,
    RemoveFromBlacklist,
    Invite,
    Agree,
    Ignore,
    DeleteFriend,
    BatchDelete,
    SetFriendDisplayName,
    AllFriends,
    FriendProfile,
    SetFriendDescription,
    GetFriendDescription,
    // groups
    Groups,
    FavGroups,
    CreateGroup,
    AddMembers,
    JoinGroup,
    QuitGroup,
    KickMembers,
    DismissGroup,
    TransferGroup,
    RenameGroup,
    SetGroupPortrait,
    SetMemberDisplayName,
    FavGroup,
    UnfavGroup,
    Group,
    GroupMembers,
    NoticeInfo,
    AgreeNotice,
    ClearNotice,
    SetCertification,
    SetManager,
    RemoveManager,
    MuteAll,
    SetBulletin,
    GetBulletin,
    SetMemberInfo,
    GetMemberInfo,
    SetMemberProtection,
    // images
    GetImageToken,
    UploadImage,
    // sync
    Sync,
    // misc
    ClientVersion,
    MobileVersion,
    DemoSquare,
    Ping,
}

/// A failure never has a `result`: clients type it strictly.
#[derive(Serialize)]
struct Failure<'a> {
    code: u16,
    message: &'a str,
}

/// The one 403 that carries code 10000: iOS signs out on it (contract 1.3).
#[derive(Serialize)]
struct SignedOut {
    code: u16,
    msg: &'static str,
    message: &'static str,
}

const SIGNED_OUT: &str = "Not loged in.";

/// A page of an origin that is not allowed wanted to change something.
pub(crate) fn foreign_origin() -> Response {
    private(transport(StatusCode::FORBIDDEN, "Origin not allowed."))
}

/// Nothing here is for anybody else's cache (contract 1.1).
pub(crate) fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
    response
}

/// A failure that is an HTTP status too.
pub(crate) fn transport(status: StatusCode, message: &str) -> Response {
    json(status, &Failure { code: status.as_u16(), message })
}

/// A failure of the business: HTTP 200, and a code of its own.
pub(crate) fn business(code: u16, message: &str) -> Response {
    json(StatusCode::OK, &Failure { code, message })
}

/// The answer to a failed operation; without an operation, to a request that reached none.
pub(crate) fn answer(op: Option<Op>, error: &Error) -> Response {
    special(op, error).unwrap_or_else(|| general(error))
}

/// What an operation, or a failure wherever it happens, says in words of its own.
fn special(op: Option<Op>, error: &Error) -> Option<Response> {
    let own = op.and_then(|op| {
        let accounts = crate::account::refusal(op, error);
        accounts.or_else(|| crate::friends::refusal(op, error)).or_else(|| crate::groups::refusal(op, error))
    });
    own.or_else(|| anywhere(error))
}

fn anywhere(error: &Error) -> Option<Response> {
    Some(match error {
        Error::Invalid { field, why } => transport(StatusCode::BAD_REQUEST, &invalid(field, *why)),
        Error::AccountNameTaken => business(1_000, "ST account exists."),
        Error::TooLarge => transport(StatusCode::PAYLOAD_TOO_LARGE, "Body too large."),
        Error::NoSuchUser => transport(StatusCode::NOT_FOUND, "Unknown user."),
        _ => return None,
    })
}

/// What a flag hears that is neither 0 nor 1 (contract 2.27, 2.29).
const ILLEGAL: &str = "Illegal parameter .";

/// A form that is wrong. The rules of this dialect are stated in the documented sentences, which clients get to see; those
/// of the kit and of the domain are not.
fn invalid(field: &str, why: Why) -> String {
    match why {
        Why::Missing if field == "pokeStatus" => ILLEGAL.to_owned(),
        Why::Missing => format!("Empty {field}."),
        Why::Malformed if field.ends_with("Verify") || field == "pokeStatus" => ILLEGAL.to_owned(),
        Why::Rule(sentence) if sentence.ends_with('.') => sentence.to_owned(),
        Why::Twice | Why::Malformed | Why::TooLong | Why::Rule(_) => format!("Invalid {field}."),
    }
}

fn general(error: &Error) -> Response {
    match error.kind() {
        ErrorKind::Invalid => transport(StatusCode::BAD_REQUEST, "Invalid request."),
        ErrorKind::NotFound => transport(StatusCode::NOT_FOUND, "Not found."),
        ErrorKind::Method => transport(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed."),
        ErrorKind::SignedOut => {
            json(StatusCode::FORBIDDEN, &SignedOut { code: 10_000, msg: SIGNED_OUT, message: SIGNED_OUT })
        }
        ErrorKind::Forbidden => transport(StatusCode::FORBIDDEN, "Forbidden."),
        ErrorKind::Conflict => transport(StatusCode::CONFLICT, "Conflict."),
        ErrorKind::TooMany => transport(StatusCode::TOO_MANY_REQUESTS, "Too many requests."),
        ErrorKind::Unavailable | ErrorKind::Internal => {
            transport(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error.")
        }
    }
}
