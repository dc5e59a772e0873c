//! The dialect itself: three operations, and all that a dialect has to say besides them.

use axum::{http::StatusCode, response::Response};
use kit::{
    Call, Caller, Context, Dialect,
    Sample::{Int, Str},
    Selector, Signed, decode, get,
    openapi::Session,
    post,
    registry::{Function, Package},
    routes::json,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;
use shared::{
    App, Error, ErrorKind,
    error::Why,
    sessions::{self, Claim, devices::DeviceHash},
    values,
};

/// A contract with two envelopes, whose clients are devices.
#[derive(Debug)]
pub enum Pocket {}

pub type Routes = kit::Routes<Pocket>;

/// Where a client says which device it is.
pub const DEVICE: &str = "x-device";
/// Clients of the second generation say so, and get the newer envelope.
pub const GENERATION: &str = "x-generation";

/// What a device is called in the domain.
pub fn device(app: &App, name: &str) -> DeviceHash {
    DeviceHash::of(app, values::Dialect::LightUp, name)
}

impl Dialect for Pocket {
    /// A code of this dialect.
    type Refusal = &'static str;

    const NAME: &'static str = "pocket";
    const TITLE: &'static str = "Pocket";
    const SESSION: Session = Session::Header(DEVICE, "phone");
    const BODIES: &'static [&'static str] = &["application/x-www-form-urlencoded"];
    const DECODE_FIRST: bool = false;

    fn claim(app: &App, call: &Call) -> Result<Claim, Error> {
        let name = call.head.headers.get(DEVICE).and_then(|value| value.to_str().ok()).ok_or(Error::SignedOut)?;
        Ok(Claim::of_device(values::Dialect::LightUp, device(app, name)))
    }

    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error> {
        let mut fields = decode::query(call)?;
        fields.extend(decode::fields(call)?);
        decode::value(fields)
    }

    fn encode<T: Serialize>(context: &Context<'_, Self>, outcome: Result<&T, &Error>) -> Response {
        let (status, code) = match outcome {
            Ok(_) => (StatusCode::OK, "0000"),
            Err(error) => (status(error), context.refusal(error).unwrap_or_else(|| code(error))),
        };
        let result = outcome.ok();
        if context.head.headers.get(GENERATION).is_some_and(|generation| generation == "2") {
            let date = context.app.clock.seconds();
            return json(status, &json!({"code": code, "result": result, "date": date}));
        }
        json(status, &json!({"result": code, "message": result}))
    }
}

/// What a failure is called wherever it happens.
fn code(error: &Error) -> &'static str {
    match error {
        Error::NoOperation => "0100",
        Error::SeveralOperations => "0101",
        Error::Invalid { why, .. } => match why {
            Why::Missing => "0201",
            Why::Twice => "0202",
            Why::Malformed => "0203",
            Why::TooLong => "0204",
            Why::Rule(_) => "0205",
        },
        other => match other.kind() {
            ErrorKind::Invalid => "0200",
            ErrorKind::NotFound => "0404",
            ErrorKind::Method => "0405",
            ErrorKind::SignedOut => "0011",
            ErrorKind::Forbidden | ErrorKind::Conflict | ErrorKind::TooMany => "0012",
            ErrorKind::Unavailable | ErrorKind::Internal => "0013",
        },
    }
}

fn status(error: &Error) -> StatusCode {
    match error.kind() {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Method => StatusCode::METHOD_NOT_ALLOWED,
        _ => StatusCode::OK,
    }
}

/// All operations.
pub fn routes() -> Routes {
    Routes::of([
        post("/pocket", "Greet")
            .about("Greets somebody")
            .chosen_by(Selector::Field("live", "1"))
            .example(&[("name", Str("Ann"))])
            .refusing(unlucky)
            .open(greet),
        post("/pocket", "Version").chosen_by(Selector::Has("code_v")).example(&[("code_v", Int(3))]).open(version),
        get("/pocket/me", "Me").example(&[("mark", Str("x"))]).checked(Mine::checked, me),
    ])
}

/// The function that would answer them.
pub fn function() -> Function {
    Function { paths: &["/pocket", "/pocket/{proxy+}"], ..Function::of("pocket", routes) }
}

/// What a package would say about itself.
pub fn package() -> Package {
    Package::of::<Pocket>([function()])
}

#[derive(Deserialize, JsonSchema)]
struct Greeted {
    name: String,
}

#[derive(Serialize, JsonSchema)]
struct Greeting {
    greeting: String,
}

fn unlucky(error: &Error) -> Option<&'static str> {
    matches!(error, Error::NoSuchUser).then_some("1313")
}

async fn greet(_: App, _: Caller, input: Greeted) -> Result<Greeting, Error> {
    match input.name.as_str() {
        "nobody" => Err(Error::NoSuchUser),
        "bug" => panic!("a bug in a handler"),
        name => Ok(Greeting { greeting: format!("Hello, {name}") }),
    }
}

#[derive(Deserialize, JsonSchema)]
struct Known {
    #[serde(deserialize_with = "decode::integer")]
    code_v: u32,
}

#[derive(Serialize, JsonSchema)]
struct Newest {
    newest: u32,
}

async fn version(_: App, _: Caller, input: Known) -> Result<Newest, Error> {
    Ok(Newest { newest: input.code_v.max(7) })
}

#[derive(Deserialize, JsonSchema)]
struct Mine {
    /// At most three characters.
    mark: String,
}

impl Mine {
    fn checked(self) -> Result<String, Error> {
        let fits = self.mark.chars().count() <= 3;
        if fits { Ok(self.mark) } else { Err(Error::Invalid { field: "mark".into(), why: Why::TooLong }) }
    }
}

#[derive(Serialize, JsonSchema)]
struct Myself {
    id: String,
    mark: String,
}

async fn me(app: App, signed: Signed, mark: String) -> Result<Myself, Error> {
    let actor = sessions::verify(&app, &signed.claim).await?;
    Ok(Myself { id: actor.uid().to_string(), mark })
}
