//! What belongs to no dialect: the stable URLs of media, `/media/*`, which redirect to where the file is at the moment and stand in the
//! answers of every dialect, and the OpenAPI documents of all of them, `/openapi/*`. A refusal is an object with only `error`.

mod documents;
mod picture;

use axum::{Router, http::StatusCode, response::Response};
use kit::{
    Call, Context, Dialect, Example,
    Sample::Str,
    decode, device, get,
    openapi::Session,
    plain,
    registry::{Function, Package},
    routes::{access, json, redirect},
};
use serde::{Serialize, de::DeserializeOwned};
use shared::{App, Error, config::Table, media, sessions::Claim, values};

/// The wire of these URLs.
#[derive(Debug)]
pub enum Files {}

/// The operations on files.
pub type Routes = kit::Routes<Files>;

impl Dialect for Files {
    type Refusal = ();

    const NAME: &'static str = "files";
    const TITLE: &'static str = "Files";
    const SESSION: Session = Session::Fields(&[]);
    const BODIES: &'static [&'static str] = &[];
    const DECODE_FIRST: bool = true;

    /// Nobody has to be signed in here: a file's URL is all that its reader needs.
    fn claim(_: &App, _: &Call) -> Result<Claim, Error> {
        Err(Error::SignedOut)
    }

    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error> {
        decode::value(decode::query(call)?)
    }

    fn encode<T: Serialize>(_: &Context<'_, Self>, outcome: Result<&T, &Error>) -> Response {
        match outcome {
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => plain::failure(plain::words(error)),
        }
    }

    /// Pages from anywhere may follow a file's URL.
    fn around(_: &App, router: Router) -> Router {
        router.layer(plain::any_origin())
    }
}

/// All operations of the package.
fn routes() -> Routes {
    const PATH: &str = "5702a4a5589613964cafdc76/0f1e2d3c4b5a6978/portrait/5702a4a5589613964cafdc76-1460000000.png";
    const KEY: &str = "0b8e9a54-7c1d-4f6a-9b0e-2d3c4b5a6978";
    const EXAMPLES: &[Example] = &[
        Example { name: Some("file"), fields: &[("path", Str(PATH))], ..Example::PLAIN },
        Example { name: Some("key"), fields: &[("path", Str(KEY))], ..Example::PLAIN },
    ];
    Routes::of([
        get("/media/{*path}", "File").about("Leads to a file").examples(EXAMPLES).raw::<(), (), _>(file),
        get("/openapi/{name}", "Document")
            .about("Gives the OpenAPI document of an API")
            .example(&[("name", Str("lightup.json"))])
            .raw::<(), (), _>(document),
    ])
}

/// What the package says about itself.
#[must_use]
pub fn package() -> Package {
    Package::of::<Files>([files()])
}

/// The function `files`.
#[must_use]
pub fn files() -> Function {
    Function {
        paths: &["/media/{proxy+}", "/openapi/{proxy+}"],
        settings: vec!["MEDIA_BUCKET", "HASH_KEY"],
        tables: &[Table::Users, Table::Social],
        ..Function::of("files", routes)
    }
}

async fn file(app: App, call: Call) -> Result<Response, Error> {
    // As it came: a gateway may or may not have taken the percent-encoding of the file's name away.
    let path = call.head.uri.path().strip_prefix("/media/").ok_or(Error::NoSuchMedia)?;
    if path == picture::PATH {
        return Ok(picture::default(&call.head.headers));
    }
    // Of a device alone, and only for a file that is paid for: any other is shown whatever else the request says.
    let claim = device::claim(&app, &call, values::Dialect::MUser).ok();
    let method = &call.head.method;
    redirect(method, media::file_url(&app, path, claim.as_ref(), access(method)).await?)
}

async fn document(_: App, call: Call) -> Result<Response, Error> {
    let name = call.path.get("name").map_or("", String::as_str);
    documents::document(name, &call.head.headers)
}
