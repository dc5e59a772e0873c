//! `/_local/...`: what only a laptop has. Nothing of it is in a Lambda binary.
//!
//! | method and path | answer |
//! |---|---|
//! | `GET /_local/health` | `{"status":"ok","dynamodb":URL,"s3":URL,"sns":URL}` |
//! | `GET /_local/events` | what happens, as Server-Sent Events, for the [console](crate::console) |
//! | `GET /_local/sms?phone=15172354423` | the messages to numbers that end so, oldest first; all without `phone` |
//! | `GET /_local/notices` | what operators were told, oldest first: `[{"topic","message","sent_at"}]` |
//! | `POST /_local/live {"fails":true}` | lets the provider of live streams fail from now on, or work again with `false`: the same object |
//! | `POST /_local/clock {"advance_seconds":900}` | moves the application clock forward: `{"now":"RFC 3339"}` |
//! | `GET /_local/sockets` | how many WebSockets are open: `{"open":n}` |
//! | `POST /_local/sockets {"drop":"push id"}` | ends the WebSockets of a person as a network does that fails: nobody is told. `{"dropped":n}` |
//! | `POST /_local/receipts {"amount":100}` | issues a receipt for 10, 50 or 100 yuan: `{"receipt":"32 hex digits"}` |
//! | `POST /_local/grants {"user_id":ID,"coins":10,"vip_days":30,"reason":TEXT,"request_id":ID}` | grants somebody coins, or VIP days, or both: `{}`; coins need a `request_id` |
//! | `POST /_local/audit {"account":"reviewer","password":"8 characters or more"}` | makes an account for the reviewers of app stores, or gives it another password, and lets reviewers sign in from now on: `{"user_id":"24 hex digits"}` |
//! | `POST /_local/review {"on":true,"app_version":"iOS/1.2","channel_id":"appstore"}` | says which apps are being reviewed, those without a version or a channel by leaving these out; with `"on":false` none: the same object |

use crate::{
    clients::Endpoints,
    guard::own_pages,
    news::{News, Wire},
    sns::{Outbox, Sms},
    sockets::Lines,
    tasks,
};
use axum::{
    Router,
    body::Bytes,
    extract::{RawQuery, State},
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::{
    App, Error, ErrorKind, accounts,
    config::ReviewClient,
    values::{Dialect, Password, PushId, RequestId, ReviewAccount, Unfit, UserId, Yuan},
    wallet::{self, Grant},
};

/// The furthest that one request moves the clock: ten years, in seconds.
const FURTHEST: u32 = 315_360_000;

#[derive(Clone, Debug)]
pub(crate) struct Admin {
    pub(crate) endpoints: Endpoints,
    pub(crate) outbox: Outbox,
    pub(crate) app: App,
    pub(crate) sockets: Lines,
    pub(crate) wire: Wire,
}

/// The routes under `/_local`, complete: whatever else lies there is answered 404.
pub(crate) fn routes(admin: Admin) -> Router {
    Router::new()
        .route("/_local/health", get(health).fallback(wrong_method))
        .route("/_local/sms", get(sms).fallback(wrong_method))
        .route("/_local/clock", post(clock).fallback(wrong_method))
        .route("/_local/receipts", post(receipts).fallback(wrong_method))
        .route("/_local/grants", post(grants).fallback(wrong_method))
        .route("/_local/live", post(live).fallback(wrong_method))
        .route("/_local/sockets", get(sockets).post(drop_sockets).fallback(wrong_method))
        .route("/_local/notices", get(notices).fallback(wrong_method))
        .route("/_local/audit", post(audit).fallback(wrong_method))
        .route("/_local/review", post(review).fallback(wrong_method))
        .route("/_local", any(unknown))
        .route("/_local/", any(unknown))
        .route("/_local/{*rest}", any(unknown))
        .with_state(admin)
        .layer(from_fn(own_pages))
}

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(text) => (status, [(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn refusal(status: StatusCode, text: &str) -> Response {
    json(status, &json!({ "error": text }))
}

async fn unknown() -> Response {
    let paths = "there is only /_local/health, /_local/events, /_local/sms, /_local/notices, /_local/clock, /_local/live, /_local/sockets, \
                 /_local/receipts, /_local/grants, /_local/audit and /_local/review";
    refusal(StatusCode::NOT_FOUND, paths)
}

async fn wrong_method() -> Response {
    refusal(StatusCode::METHOD_NOT_ALLOWED, "this path has another method")
}

async fn health(State(admin): State<Admin>) -> Response {
    let Endpoints { dynamodb, s3, sns } = admin.endpoints;
    json(StatusCode::OK, &json!({ "status": "ok", "dynamodb": dynamodb, "s3": s3, "sns": sns }))
}

#[derive(Deserialize)]
struct Filter {
    phone: Option<String>,
}

async fn sms(State(admin): State<Admin>, RawQuery(query): RawQuery) -> Response {
    let Ok(Filter { phone }) = serde_html_form::from_str(query.as_deref().unwrap_or_default()) else {
        return refusal(StatusCode::BAD_REQUEST, "phone may be given once");
    };
    let messages: Vec<Sms> = match phone.filter(|phone| !phone.is_empty()) {
        Some(phone) => admin.outbox.to(&phone),
        None => admin.outbox.all(),
    };
    json(StatusCode::OK, &messages)
}

async fn notices(State(admin): State<Admin>) -> Response {
    json(StatusCode::OK, &admin.outbox.notices())
}

/// A body that is a JSON object of these fields. serde would take a list of their values as well.
fn object<T: serde::de::DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok().filter(|_| body.trim_ascii_start().starts_with(b"{"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u32,
}

async fn clock(State(admin): State<Admin>, body: Bytes) -> Response {
    match object(&body) {
        Some(Advance { advance_seconds }) if advance_seconds <= FURTHEST => {
            let now = admin.app.clock.advance(advance_seconds);
            admin.wire.tell(News::Clock);
            json(StatusCode::OK, &json!({ "now": now }))
        }
        _ => refusal(
            StatusCode::BAD_REQUEST,
            "wanted {\"advance_seconds\": n}, a whole number from 0 to 315360000 (ten years)",
        ),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Issue {
    amount: u64,
}

async fn receipts(State(admin): State<Admin>, body: Bytes) -> Response {
    let asked = object(&body).and_then(|Issue { amount }| Yuan::try_from(amount).ok());
    let Some(yuan) = asked else {
        return refusal(StatusCode::BAD_REQUEST, "wanted {\"amount\": n}, which is 10, 50 or 100");
    };
    match wallet::issue_receipt(&admin.app, yuan).await {
        Ok(receipt) => json(StatusCode::OK, &json!({ "receipt": receipt.expose() })),
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Granted {
    user_id: String,
    coins: Option<u64>,
    vip_days: Option<u32>,
    reason: String,
    request_id: Option<String>,
}

impl Granted {
    fn grant(self) -> Result<Grant, Unfit> {
        let request = self.request_id.map(RequestId::try_from).transpose()?;
        Grant::new(self.coins, self.vip_days, self.reason, request)
    }
}

async fn grants(State(admin): State<Admin>, body: Bytes) -> Response {
    let asked = object(&body).and_then(|asked: Granted| {
        let uid = UserId::try_from(asked.user_id.clone()).unwrap_or_else(|_| UserId::nobody());
        Some((uid, asked.grant().ok()?))
    });
    let Some((uid, grant)) = asked else {
        let wanted = "wanted {\"user_id\", \"coins\": 1 to 1000000000, \"vip_days\": 1 to 3650, \"reason\", \"request_id\"}; \
                      one of coins and vip_days is enough, and coins need a request_id";
        return refusal(StatusCode::BAD_REQUEST, wanted);
    };
    match wallet::grant(&admin.app, &uid, &grant).await {
        Ok(()) => json(StatusCode::OK, &json!({})),
        Err(error) => refusal(status(&error), &error.to_string()),
    }
}

/// The status of what the domain refuses.
fn status(error: &Error) -> StatusCode {
    match error.kind() {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict | ErrorKind::Forbidden => StatusCode::CONFLICT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Live {
    fails: bool,
}

async fn live(State(admin): State<Admin>, body: Bytes) -> Response {
    match object(&body) {
        Some(Live { fails }) => {
            admin.app.streams.let_fail(fails);
            json(StatusCode::OK, &json!({ "fails": fails }))
        }
        None => refusal(StatusCode::BAD_REQUEST, "wanted {\"fails\": true} or {\"fails\": false}"),
    }
}

async fn sockets(State(admin): State<Admin>) -> Response {
    json(StatusCode::OK, &json!({ "open": admin.sockets.count() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dropped {
    drop: String,
}

async fn drop_sockets(State(admin): State<Admin>, body: Bytes) -> Response {
    let whose = object(&body).and_then(|Dropped { drop }| PushId::try_from(drop.as_str()).ok());
    match whose {
        Some(push_id) => json(StatusCode::OK, &json!({ "dropped": admin.sockets.drop_of(push_id.uid()) })),
        None => refusal(StatusCode::BAD_REQUEST, "wanted {\"drop\": the push id of a person}"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reviewer {
    account: String,
    password: String,
}

async fn audit(State(admin): State<Admin>, body: Bytes) -> Response {
    let asked = object(&body).and_then(|Reviewer { account, password }| {
        let password = Password::new(&password, tasks::REVIEW_PASSWORD).ok()?;
        Some((ReviewAccount::try_from(account).ok()?, password))
    });
    let Some((account, password)) = asked else {
        let wanted = "wanted {\"account\": 1 to 64 characters, \"password\": 8 to 128 characters}";
        return refusal(StatusCode::BAD_REQUEST, wanted);
    };
    match accounts::set_review_account(&admin.app, Dialect::MUser, &account, &password).await {
        Ok(uid) => {
            admin.app.config.review.let_in(true);
            json(StatusCode::OK, &json!({ "user_id": uid }))
        }
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Reviewed {
    on: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel_id: Option<String>,
}

async fn review(State(admin): State<Admin>, body: Bytes) -> Response {
    let Some(asked) = object::<Reviewed>(&body) else {
        let wanted =
            "wanted {\"on\": true or false, \"app_version\": text, \"channel_id\": text}, the last two optional";
        return refusal(StatusCode::BAD_REQUEST, wanted);
    };
    let client = ReviewClient { version: asked.app_version.clone(), channel: asked.channel_id.clone() };
    admin.app.config.review.is_now_of(if asked.on { vec![client] } else { Vec::new() });
    json(StatusCode::OK, &asked)
}
