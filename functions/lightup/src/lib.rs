//! The Light Up dialect: forms with some fields as JSON, `{data,status}` or `{error}` (`docs/dialects/lightup.md`).
//!
//! | module | operations | Lambda function |
//! |---|---|---|
//! | [`account`] | `/v1/account/*` | account |
//! | [`media`] | `/v1/media/*` | media |
//! | [`procedure`] | `/v1/procedure/*` | procedure |
//! | [`functions`] | the Lambda functions, as the registry knows them | |
//! | [`wire`] | the fields and answers that they share | |

pub mod account;
pub mod functions;
pub mod media;
pub mod procedure;
pub mod wire;

pub use functions::{all, functions, package};

use axum::{
    Router,
    http::{Method, StatusCode, header},
    response::Response,
};
use kit::{
    Call, Dialect, decode,
    openapi::{Session, document},
    routes::json,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::{App, Error, ErrorKind, sessions::Claim, values::UserId};
use tower_http::cors::{Any, CorsLayer};

/// The Light Up contract.
#[derive(Debug)]
pub enum LightUp {}

/// Light Up's operations.
pub type Routes = kit::Routes<LightUp>;

/// The operations by name; failures of some have words of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the operation of that name in section 2 of the contract")]
pub enum Op {
    Register,
    ValidateSms,
    Login,
    ChangePasswordRequest,
    ChangePassword,
    ChangePersonalInfo,
    RefreshAccessToken,
    GetUserInfo,
    UploadPortraitRequest,
    UploadPortraitConfirm,
    RefreshDeviceToken,
    RefreshDeviceTokenLib,
    GetQuestions,
    DeleteUser,
    GetRandomQuestions,
    GetUserIdByLoveSex,
    GetUserIdsByLoveSex,
    GetMedia,
    LightUp,
    LogHaveSeen,
    GetMessage,
    UploadRequest,
    Confirm,
    UploadMedia,
    DeleteMedia,
}

#[derive(Deserialize)]
struct Credentials {
    user_id: UserId,
    access_token: String,
}

impl Dialect for LightUp {
    type Op = Op;

    const NAME: &'static str = "lightup";
    const SESSION: Session = Session::Fields(&["user_id", "access_token"]);
    const BODIES: &'static [&'static str] =
        &["application/x-www-form-urlencoded", "multipart/form-data", "application/json"];
    /// Form validation comes first (contract 1.5).
    const DECODE_FIRST: bool = true;

    fn claim(_: &App, call: &Call) -> Result<Claim, Error> {
        let Credentials { user_id, access_token } = Self::decode(call)?;
        Ok(Claim::new(user_id, &access_token))
    }

    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error> {
        let fields = decode::fields(call)?;
        decode::value(fields.into_iter().map(|(name, value)| (name, decode::lenient(value))).collect())
    }

    fn encode<T: Serialize>(op: Option<Op>, outcome: Result<&T, &Error>) -> Response {
        match outcome {
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => {
                let (status, error) = refusal(op, error);
                json(status, &Failure { error })
            }
        }
    }
}

/// A failure is an object with only `error` (contract 1.2).
#[derive(Serialize)]
struct Failure {
    error: &'static str,
}

/// The error catalogue (contract 1.3). A failure is never 2xx, 401 is for credentials only, 403 for quotas only.
fn refusal(op: Option<Op>, error: &Error) -> (StatusCode, &'static str) {
    let batch = op == Some(Op::GetUserIdsByLoveSex);
    match error {
        Error::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "invalid request"),
        Error::NoSuchUser if op == Some(Op::DeleteUser) => (StatusCode::BAD_REQUEST, "No such user"),
        Error::NoSuchUser => (StatusCode::BAD_REQUEST, "no such user"),
        Error::WrongPassword => (StatusCode::BAD_REQUEST, "phone_number and password don't match"),
        Error::WrongCode => (StatusCode::BAD_REQUEST, "validate code not right"),
        Error::NoSuchMedia => (StatusCode::BAD_REQUEST, "No such media"),
        Error::NothingPending => (StatusCode::BAD_REQUEST, "You haven't sent this request"),
        Error::NotProven => (StatusCode::UNAUTHORIZED, "you haven't prove yourself"),
        Error::SegmentQuota if batch => (StatusCode::FORBIDDEN, "Your guests have reach uplimit in this time segment"),
        Error::SegmentQuota => (StatusCode::FORBIDDEN, "This segment limit number has been reached"),
        Error::GuestQuota => {
            let text = "Your cant only get these guests because you havent complete your media info";
            (StatusCode::FORBIDDEN, text)
        }
        Error::LightQuota => (StatusCode::FORBIDDEN, "Your light up time is more than the limit"),
        Error::PhoneTaken => (StatusCode::CONFLICT, "This user has already exist"),
        Error::NicknameTaken => (StatusCode::CONFLICT, "This nickname has already been used"),
        Error::NoGuests if batch => (StatusCode::NOT_FOUND, "no more guests"),
        Error::NoGuests => (StatusCode::NOT_FOUND, "No guests"),
        other => match other.kind() {
            ErrorKind::Invalid => (StatusCode::BAD_REQUEST, "invalid request"),
            ErrorKind::NotFound => (StatusCode::NOT_FOUND, "not found"),
            ErrorKind::Method => (StatusCode::METHOD_NOT_ALLOWED, "method not allowed"),
            ErrorKind::SignedOut => (StatusCode::UNAUTHORIZED, "You haven't logined"),
            ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            ErrorKind::Conflict => (StatusCode::CONFLICT, "conflict"),
            ErrorKind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too many requests"),
            ErrorKind::Unavailable | ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "server error"),
        },
    }
}

/// A router of these operations. Pages from anywhere may call it: who somebody is stands in the body, never in a
/// cookie. `delete_user` is there only where the deployment allows it (contract 3.14).
pub fn serve(app: App, routes: Routes) -> Router {
    let routes = if app.config.allow_erase { routes } else { routes.without(Op::DeleteUser) };
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST, Method::GET])
        .allow_headers([header::CONTENT_TYPE]);
    routes.router(app).layer(cors)
}

/// The dialect's OpenAPI document: `docs/api/lightup.json`.
#[must_use]
pub fn openapi() -> serde_json::Value {
    let failure = serde_json::json!({
        "type": "object", "required": ["error"], "properties": {"error": {"type": "string"}},
    });
    document("Light Up", &failure, &all())
}
