//! What failures say (`docs/dialects/chat.md#results`, `docs/dialects/chat.md#results-of-failures`).

use crate::{
    status::Status,
    wire::{Account, Answer, Group, User},
};
use axum::{http::StatusCode, response::Response};
use kit::routes;
use serde_json::value::{RawValue, to_raw_value};
use shared::{
    App, Error, ErrorKind,
    error::{Unusable, Why},
};

/// A failure as it is told.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    http: StatusCode,
    status: Status,
    message: &'static str,
    result: Template,
}

/// What stands in the place of a result, so that clients find the type that they expect
/// (`docs/dialects/chat.md#results-of-failures`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    Account,
    User,
    Group,
    List,
    Path,
    Upload,
    Ticket,
    Export,
    Text,
}

impl Template {
    /// As JSON whose fields stand in the order of a success.
    fn result(self, app: &App) -> Box<RawValue> {
        let json = match self {
            Self::Account => to_raw_value(&Account::nobody(app)),
            Self::User => to_raw_value(&User::nobody(app)),
            Self::Group => to_raw_value(&Group::nothing(app)),
            Self::Path => RawValue::from_string(r#"{"path":""}"#.to_owned()),
            Self::Upload => RawValue::from_string(r#"{"path":"","url":"","headers":{}}"#.to_owned()),
            Self::Ticket => RawValue::from_string(r#"{"ticket":""}"#.to_owned()),
            Self::Export => RawValue::from_string(r#"{"urls":[],"more":false,"next":""}"#.to_owned()),
            Self::List => RawValue::from_string("[]".to_owned()),
            Self::Text => RawValue::from_string(r#""""#.to_owned()),
        };
        json.unwrap_or_default()
    }
}

impl Refusal {
    /// With another sentence.
    pub(crate) fn saying(self, message: &'static str) -> Self {
        Self { message, ..self }
    }

    /// With what stands in the place of the operation's result.
    pub(crate) fn with(self, result: Template) -> Self {
        Self { result, ..self }
    }

    /// The refusal as an answer.
    pub(crate) fn response(self, app: &App) -> Response {
        routes::json(self.http, &Answer::refused(app, self.status, self.message, self.result.result(app)))
    }
}

/// A failure with this status.
pub(crate) fn refused(status: Status) -> Refusal {
    Refusal { http: StatusCode::OK, status, message: status.message(), result: Template::Text }
}

/// What a failure says where the operation has no words of its own for it.
pub(crate) fn anywhere(error: &Error) -> Refusal {
    match error {
        Error::Invalid { field, why } => invalid(field, *why),
        Error::TooLarge => transport(StatusCode::PAYLOAD_TOO_LARGE).saying("the request is too large"),
        Error::NoSuchEndpoint => transport(StatusCode::NOT_FOUND).saying("no such path"),
        Error::PhoneTaken => refused(Status::SamePhone),
        Error::UsernameTaken => refused(Status::SameUsername),
        Error::WrongPassword => refused(Status::WrongPassword),
        Error::SignedInAlready => refused(Status::RepeatedLogin),
        Error::AlreadyFriends(_) => refused(Status::AlreadyThere),
        Error::Unusable(Unusable::Password) => refused(Status::PasswordForm).saying("the password is too common"),
        Error::Unusable(Unusable::Picture) => refused(Status::AvatarForm),
        Error::Unusable(Unusable::Size | Unusable::File(_)) => refused(Status::FileForm),
        other => of_kind(other.kind()),
    }
}

/// What is wrong with a field, by its name.
fn invalid(field: &str, why: Why) -> Refusal {
    let missing = why == Why::Missing;
    let long = matches!(why, Why::TooLong | Why::Rule(_));
    refused(match field {
        _ if why == Why::Twice => return transport(StatusCode::BAD_REQUEST).saying("a field is given twice"),
        "body" => return transport(StatusCode::BAD_REQUEST).saying("the request cannot be read"),
        "password" if missing => Status::NoPassword,
        "password" if long => Status::PasswordLength,
        "password" => Status::PasswordForm,
        "phone" if missing => Status::NoPhone,
        "phone" if long => Status::PhoneLength,
        "phone" => Status::PhoneForm,
        "username" if missing => Status::NoUsername,
        "username" if long => Status::NameLength,
        "username" => Status::UsernameForm,
        "alias" if long => Status::NameLength,
        "avatar" if missing => Status::NoAvatar,
        "avatar" => Status::AvatarForm,
        "name" | "content" | "size" => Status::FileForm,
        _ => Status::Failure,
    })
}

/// A request that no operation can answer.
fn transport(http: StatusCode) -> Refusal {
    Refusal { http, ..refused(Status::Failure) }
}

fn of_kind(kind: ErrorKind) -> Refusal {
    match kind {
        ErrorKind::NotFound => refused(Status::NoUser),
        ErrorKind::Method => transport(StatusCode::METHOD_NOT_ALLOWED).saying("method not allowed"),
        ErrorKind::SignedOut => refused(Status::NoSession),
        ErrorKind::TooMany => refused(Status::Failure).saying("too many requests"),
        ErrorKind::Unavailable | ErrorKind::Internal => refused(Status::NoSession).saying("try again"),
        ErrorKind::Invalid | ErrorKind::Forbidden | ErrorKind::Conflict => refused(Status::Failure),
    }
}
