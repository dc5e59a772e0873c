//! The operations of a dialect: a list that tests and documents read, and the axum router made of it.

use crate::{Call, Caller, Dialect, Reply, Signed, log::Entry};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, Method, Uri, header},
    response::Response,
    routing::{MethodFilter, MethodRouter, on},
};
use futures_util::{FutureExt, future::BoxFuture};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};
use shared::{App, Error, sessions::Claim};
use std::{borrow::Cow, collections::BTreeMap, marker::PhantomData, panic::AssertUnwindSafe, sync::Arc};

/// What can be said about an operation without calling it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path, in axum's notation.
    pub path: &'static str,
    /// The operation's name.
    pub operation: String,
    /// Whether it is for somebody signed in.
    pub signed: bool,
    /// Whether it takes a form with a file, or answers something else than JSON of the dialect.
    pub raw: bool,
    /// The schema of its input.
    pub input: fn(&mut SchemaGenerator) -> Schema,
    /// The schema of its output.
    pub output: fn(&mut SchemaGenerator) -> Schema,
}

/// Who may call, and what they get.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Signed,
    Raw,
}

type Serve = Arc<dyn Fn(App, Call) -> BoxFuture<'static, Response> + Send + Sync>;

/// The operations of one dialect, or of one function of it.
pub struct Routes<D> {
    served: Vec<Serve>,
    /// The operations as data.
    pub endpoints: Vec<Endpoint>,
    dialect: PhantomData<D>,
}

impl<D: Dialect> Default for Routes<D> {
    fn default() -> Self {
        Self { served: Vec::new(), endpoints: Vec::new(), dialect: PhantomData }
    }
}

impl<D: Dialect> Routes<D> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An operation that anyone may call.
    #[must_use]
    pub fn open<I, O, F>(self, method: Method, path: &'static str, op: D::Op, handler: fn(App, Caller, I) -> F) -> Self
    where
        I: DeserializeOwned + JsonSchema + Send + 'static,
        O: Reply,
        F: Future<Output = Result<O, Error>> + Send + 'static,
    {
        self.add::<I, O::Body, _>(method, path, op, Kind::Open, move |app, call| async move {
            let outcome = match D::decode(&call) {
                Ok(input) => guarded(handler(app, call.caller, input)).await,
                Err(error) => Err(error),
            };
            encode::<D, O>(op, outcome)
        })
    }

    /// An operation for somebody signed in: the handler gets a claim, and the domain does nothing for it unproven.
    #[must_use]
    pub fn signed<I, O, F>(
        self,
        method: Method,
        path: &'static str,
        op: D::Op,
        handler: fn(App, Signed, I) -> F,
    ) -> Self
    where
        I: DeserializeOwned + JsonSchema + Send + 'static,
        O: Reply,
        F: Future<Output = Result<O, Error>> + Send + 'static,
    {
        self.add::<I, O::Body, _>(method, path, op, Kind::Signed, move |app, call| async move {
            let outcome = match signed::<D, I>(&app, &call).await {
                Ok((signed, input)) => guarded(handler(app, signed, input)).await,
                Err(error) => Err(error),
            };
            encode::<D, O>(op, outcome)
        })
    }

    /// An operation that anyone may call, who may be somebody signed in. It takes no fields: nothing that is sent can
    /// be wrong.
    #[must_use]
    pub fn optional<O, F>(
        self,
        method: Method,
        path: &'static str,
        op: D::Op,
        handler: fn(App, Option<Claim>) -> F,
    ) -> Self
    where
        O: Reply,
        F: Future<Output = Result<O, Error>> + Send + 'static,
    {
        self.add::<(), O::Body, _>(method, path, op, Kind::Open, move |app, call| async move {
            let claim = D::claim(&app, &call).ok();
            encode::<D, O>(op, guarded(handler(app, claim)).await)
        })
    }

    /// An operation whose input or answer is no JSON of the dialect; its refusals are. `I` is the form that it takes, `O`
    /// what it answers.
    #[must_use]
    pub fn raw<I, O, F>(self, method: Method, path: &'static str, op: D::Op, handler: fn(App, Call) -> F) -> Self
    where
        I: JsonSchema,
        O: JsonSchema,
        F: Future<Output = Result<Response, Error>> + Send + 'static,
    {
        self.add::<I, O, _>(method, path, op, Kind::Raw, move |app, call| async move {
            match guarded(handler(app, call)).await {
                Ok(response) => (response, None),
                Err(error) => encode::<D, ()>(op, Err(error)),
            }
        })
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.served.extend(others.served);
        self.endpoints.extend(others.endpoints);
        self
    }

    /// These but for an operation, as if there were no such path.
    #[must_use]
    pub fn without(self, op: D::Op) -> Self {
        let name = format!("{op:?}");
        let kept = self.served.into_iter().zip(self.endpoints).filter(|(_, endpoint)| endpoint.operation != name);
        let (served, endpoints) = kept.unzip();
        Self { served, endpoints, dialect: PhantomData }
    }

    fn add<I: JsonSchema, O: JsonSchema, F>(
        mut self,
        method: Method,
        path: &'static str,
        op: D::Op,
        kind: Kind,
        answer: impl Fn(App, Call) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = (Response, Option<Error>)> + Send + 'static,
    {
        let serve = move |app: App, call: Call| {
            let answer = answer.clone();
            async move {
                let entry = Entry::start(D::NAME, &call.head);
                let (response, error) = answer(app, call).await;
                entry.finish(Some(&op), response.status().as_u16(), error.as_ref());
                response
            }
            .boxed()
        };
        self.served.push(Arc::new(serve));
        self.endpoints.push(Endpoint {
            method,
            path,
            operation: format!("{op:?}"),
            signed: kind == Kind::Signed,
            raw: kind == Kind::Raw,
            input: SchemaGenerator::subschema_for::<I>,
            output: SchemaGenerator::subschema_for::<O>,
        });
        self
    }

    /// The router of these operations. 404 and 405 wear the dialect's envelope too; empty path segments and one
    /// trailing slash do not matter.
    pub fn router(self, app: App) -> Router {
        let mut paths: BTreeMap<&str, MethodRouter<App>> = BTreeMap::new();
        for (endpoint, serve) in self.endpoints.iter().zip(self.served) {
            let routes = paths.entry(endpoint.path).or_insert_with(|| {
                MethodRouter::new().fallback(|request: Request| refuse::<D>(request, Error::MethodNotAllowed))
            });
            #[expect(clippy::expect_used, reason = "the routes are fixed; a wrong one stops every start")]
            let filter = MethodFilter::try_from(endpoint.method.clone()).expect("a standard method");
            let handler = on(filter, async move |State(app): State<App>, request: Request| {
                let (call, readable) = Call::read(request).await;
                match readable {
                    Ok(()) => serve(app, call).await,
                    Err(error) => refusal::<D>(&call, &error),
                }
            });
            *routes = std::mem::take(routes).merge(handler);
        }
        let inner = paths
            .into_iter()
            .fold(Router::new(), |router, (path, routes)| router.route(path, routes))
            .fallback(|request: Request| refuse::<D>(request, Error::NoSuchEndpoint))
            .with_state(app);
        let tidied = tower::util::MapRequest::new(inner, tidy);
        Router::new().fallback_service(tidied)
    }
}

async fn signed<D: Dialect, I: DeserializeOwned>(app: &App, call: &Call) -> Result<(Signed, I), Error> {
    if D::DECODE_FIRST {
        let input = D::decode(call)?;
        return Ok((Signed { claim: D::claim(app, call)?, caller: call.caller.clone() }, input));
    }
    let signed = Signed { claim: D::claim(app, call)?, caller: call.caller.clone() };
    let input = signed.checked(app, D::decode(call)).await?;
    Ok((signed, input))
}

fn encode<D: Dialect, O: Reply>(op: D::Op, outcome: Result<O, Error>) -> (Response, Option<Error>) {
    match outcome.and_then(Reply::split) {
        Ok((body, headers)) => {
            let mut response = D::encode(Some(op), Ok(&body));
            response.headers_mut().extend(headers);
            (response, None)
        }
        Err(error) => (D::encode::<()>(Some(op), Err(&error)), Some(error)),
    }
}

/// A panic is an internal error of the operation that it happened in.
async fn guarded<O>(work: impl Future<Output = Result<O, Error>>) -> Result<O, Error> {
    let caught = AssertUnwindSafe(work).catch_unwind().await;
    caught.unwrap_or_else(|_| Err(Error::internal("a panic")))
}

/// A refusal before any operation is reached. The body is read all the same: whoever sends it waits for the answer
/// only then.
async fn refuse<D: Dialect>(request: Request, error: Error) -> Response {
    let (call, _) = Call::read(request).await;
    refusal::<D>(&call, &error)
}

fn refusal<D: Dialect>(call: &Call, error: &Error) -> Response {
    let entry = Entry::start(D::NAME, &call.head);
    let response = D::encode::<()>(None, Err(error));
    entry.finish(None, response.status().as_u16(), Some(error));
    response
}

/// `/user//logout/` is `/user/logout`.
fn tidy(mut request: Request) -> Request {
    let path = request.uri().path();
    if path.contains("//") || (path.len() > 1 && path.ends_with('/')) {
        let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        let tidied: Cow<'_, str> = format!("/{}{query}", segments.join("/")).into();
        if let Ok(uri) = tidied.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// JSON with a status, never cached: answers hold personal things and tokens.
#[must_use]
pub fn json<T: Serialize>(status: axum::http::StatusCode, body: &T) -> Response {
    let (status, text) = match serde_json::to_vec(body) {
        Ok(text) => (status, text),
        Err(_) => (axum::http::StatusCode::INTERNAL_SERVER_ERROR, b"{}".to_vec()),
    };
    let mut response = Response::new(axum::body::Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
