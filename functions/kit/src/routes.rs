//! The operations of a dialect: a list that tests and documents read, and the axum router made of it.

use crate::{Call, Context, Dialect, Selector, example::Examples, log::Entry, openapi::Session, selector::chosen};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::Response,
    routing::{MethodFilter, MethodRouter},
};
use futures_util::future::BoxFuture;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use shared::{App, Error, storage::Access};
use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData, sync::Arc};

/// What can be said about an operation without calling it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path, in axum's notation.
    pub path: &'static str,
    /// Which requests it takes, of those with this method and path.
    pub selector: Selector,
    /// The operation's name.
    pub operation: &'static str,
    /// What it does, in a short sentence.
    pub about: &'static str,
    /// Whether it is for somebody signed in.
    pub signed: bool,
    /// Whether a call of it changes something although its method says that it only reads. Then pages of foreign origins may
    /// not make it, as with any other method ([`crate::origin`]).
    pub changes: bool,
    /// Whether it takes a form with a file, or answers something else than JSON of the dialect.
    pub raw: bool,
    /// Where its clients say who they are.
    pub session: Session,
    /// The content types that it takes, the usual one first.
    pub bodies: &'static [&'static str],
    /// Whether clients usually send this one of the operation's methods: it is the first of the row.
    pub usual: bool,
    /// What clients send.
    pub examples: Examples,
    /// Whether this deployment has the operation.
    pub present: fn(&App) -> bool,
    /// What makes the schemas of its input and its output. Absent in the functions on Lambda, where nobody asks for a
    /// document: they are built without the feature `documents`, and a twentieth smaller for it.
    pub schemas: Option<Schemas>,
}

/// What makes the schemas of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Schemas {
    /// Of its input.
    pub input: fn(&mut SchemaGenerator) -> Schema,
    /// Of its output.
    pub output: fn(&mut SchemaGenerator) -> Schema,
}

impl Schemas {
    pub(crate) fn of<I: JsonSchema, O: JsonSchema>() -> Option<Self> {
        let (input, output) = (SchemaGenerator::subschema_for::<I>, SchemaGenerator::subschema_for::<O>);
        cfg!(feature = "documents").then_some(Self { input, output })
    }
}

/// How an operation answers a request.
pub(crate) type Serve = Arc<dyn Fn(App, Call) -> BoxFuture<'static, Response> + Send + Sync>;

/// The operations that share a method of one path.
type Shared = (Method, Vec<(Selector, Serve)>);

/// A row of the list: an operation, its handler, and an endpoint for each of its methods.
pub struct Route<D> {
    endpoints: Vec<Endpoint>,
    serve: Serve,
    dialect: PhantomData<D>,
}

impl<D> Route<D> {
    pub(crate) fn new(endpoints: Vec<Endpoint>, serve: Serve) -> Self {
        Self { endpoints, serve, dialect: PhantomData }
    }
}

impl<D> fmt::Debug for Route<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}

/// The operations of one dialect, or of one function of it.
pub struct Routes<D> {
    served: Vec<Serve>,
    /// The operations as data.
    pub endpoints: Vec<Endpoint>,
    dialect: PhantomData<D>,
}

impl<D: Dialect> Routes<D> {
    /// The operations of these rows.
    #[must_use]
    pub fn of(rows: impl IntoIterator<Item = Route<D>>) -> Self {
        let mut all = Self { served: Vec::new(), endpoints: Vec::new(), dialect: PhantomData };
        for Route { endpoints, serve, .. } in rows {
            all.served.extend(endpoints.iter().map(|_| serve.clone()));
            all.endpoints.extend(endpoints);
        }
        all
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.served.extend(others.served);
        self.endpoints.extend(others.endpoints);
        self
    }

    /// The router of those of these operations that the deployment has. 404 and 405 wear the dialect's envelope too; empty
    /// path segments and one trailing slash do not matter.
    ///
    /// # Panics
    /// When two operations have the same method and path and one of them has no selector: the list is fixed, and a wrong
    /// one stops every start.
    pub fn router(self, app: App) -> Router {
        let mut paths: BTreeMap<&str, Vec<Shared>> = BTreeMap::new();
        let rows = self.endpoints.iter().zip(self.served);
        for (endpoint, serve) in rows.filter(|(endpoint, _)| (endpoint.present)(&app)) {
            let methods = paths.entry(endpoint.path).or_default();
            let row = (endpoint.selector, serve);
            match methods.iter_mut().find(|(method, _)| *method == endpoint.method) {
                Some((_, rows)) => rows.push(row),
                None => methods.push((endpoint.method.clone(), vec![row])),
            }
        }
        let inner = paths
            .into_iter()
            .fold(Router::new(), |router, (path, methods)| router.route(path, shared_path::<D>(methods)))
            .fallback(|State(app): State<App>, request: Request| refuse::<D>(app, request, Error::NoSuchEndpoint))
            .with_state(app);
        let tidied = tower::util::MapRequest::new(inner, tidy);
        Router::new().fallback_service(tidied)
    }
}

/// The operations of one path.
fn shared_path<D: Dialect>(methods: Vec<Shared>) -> MethodRouter<App> {
    let other = MethodRouter::new()
        .fallback(|State(app): State<App>, request: Request| refuse::<D>(app, request, Error::MethodNotAllowed));
    methods.into_iter().fold(other, |router, (method, rows)| {
        let (selectors, served): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let alone = selectors.len() == 1;
        assert!(alone || !selectors.contains(&Selector::Always), "operations of one path without a selector");
        #[expect(clippy::expect_used, reason = "the routes are fixed; a wrong one stops every start")]
        let filter = MethodFilter::try_from(method).expect("a standard method");
        let rows = Arc::new((selectors, served));
        router.on(filter, async move |State(app): State<App>, request: Request| {
            let (call, readable) = Call::read(request).await;
            let (selectors, served) = &*rows;
            match readable.and_then(|()| chosen(selectors, &call)) {
                Ok(position) => served[position](app, call).await,
                Err(error) => refusal::<D>(&app, &call, &error),
            }
        })
    })
}

/// A refusal before any operation is reached. The body is read all the same: whoever sends it waits for the answer
/// only then.
pub(crate) async fn refuse<D: Dialect>(app: App, request: Request, error: Error) -> Response {
    let (call, _) = Call::read(request).await;
    refusal::<D>(&app, &call, &error)
}

fn refusal<D: Dialect>(app: &App, call: &Call, error: &Error) -> Response {
    let entry = Entry::start(D::NAME, &call.head);
    let mut response = D::encode::<()>(&Context { app, head: &call.head, operation: None }, Err(error));
    let logged = entry.finish(None, response.status().as_u16(), Some(error));
    response.extensions_mut().insert(logged);
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

/// 302 to where a file is at the moment. S3 takes a signed URL for one method only, so HEAD has one of its own, which nobody
/// may keep for a GET.
///
/// # Errors
/// A URL that no header can hold.
pub fn redirect(method: &Method, url: String) -> Result<Response, Error> {
    let kept = if *method == Method::HEAD { "no-store" } else { "private, max-age=300" };
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(header::LOCATION, HeaderValue::try_from(url).map_err(Error::internal)?);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    Ok(response)
}

/// What a method asks of a file.
#[must_use]
pub fn access(method: &Method) -> Access {
    if *method == Method::HEAD { Access::Describe } else { Access::Read }
}

/// JSON with a status, never cached: answers hold personal things and tokens.
#[must_use]
pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    let (status, text) = match serde_json::to_vec(body) {
        Ok(text) => (status, text),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, b"{}".to_vec()),
    };
    let mut response = Response::new(axum::body::Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
