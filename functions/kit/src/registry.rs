//! What a dialect's package says about itself, so that nothing outside of it has to name its functions.
//!
//! The local server, the tests of `template.yaml` and the documents go by these values. A Lambda function is started from
//! the same one: see [`run`].

use crate::{
    Call, Dialect, Endpoint, Routes, example, front, headers,
    log::{self, Entry},
    openapi, plain,
    request_id::answer_with_id,
    sockets::{Answer, Handlers, Service, Sockets},
};
use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
};
use lambda_http::lambda_runtime::{self, LambdaEvent, service_fn};
use serde_json::{Value, json};
use shared::{App, Error, config::Table};
use std::{collections::BTreeSet, fmt, sync::Arc};

/// The route of the HTTP API that takes every path which no other route takes.
pub const DEFAULT_ROUTE: &str = "$default";

/// A package of functions, which is a dialect or a part of the product that belongs to none.
#[derive(Clone, Debug)]
pub struct Package {
    /// The package's name: that of its crate, of its OpenAPI document and of its log target.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Its Lambda functions.
    pub functions: Vec<Function>,
    document: fn(&[Endpoint], &Value) -> Value,
}

impl Package {
    /// The package of a dialect, which has the dialect's name.
    #[must_use]
    pub fn of<D: Dialect>(functions: impl Into<Vec<Function>>) -> Self {
        let document = openapi::document::<D>;
        Self { name: D::NAME, title: D::TITLE, functions: functions.into(), document }
    }

    /// The operations of all of its functions, as data.
    #[must_use]
    pub fn endpoints(&self) -> Vec<Endpoint> {
        self.functions.iter().flat_map(|function| (function.endpoints)()).collect()
    }

    /// Its OpenAPI document, which is kept as `docs/api/<name>.json`. Its examples of answers are these
    /// ([`openapi::document`]).
    #[must_use]
    pub fn openapi(&self, answers: &Value) -> Value {
        (self.document)(&self.endpoints(), answers)
    }
}

/// A Lambda function.
#[derive(Clone)]
pub struct Function {
    /// The name of its binary.
    pub name: &'static str,
    /// The routes of the HTTP API that lead to it, as API Gateway writes them: a path, one that ends in `{proxy+}`, or
    /// [`DEFAULT_ROUTE`]. For a function of sockets: the path that clients open them at, which API Gateway does not know.
    pub paths: &'static [&'static str],
    /// The environment variables that it reads, those of its tables and of every function aside.
    pub settings: Vec<&'static str>,
    /// The tables that it uses.
    pub tables: &'static [Table],
    /// Makes the list of its operations as data. Nothing on Lambda asks for it.
    pub endpoints: Arc<dyn Fn() -> Vec<Endpoint> + Send + Sync>,
    /// Makes its router, without the answer to paths that belong to no function: see [`Function::router`].
    pub serve: Arc<dyn Fn(App) -> Router + Send + Sync>,
    /// What it does with WebSockets. A function either does this or has operations.
    pub handlers: Option<Handlers>,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").field("name", &self.name).field("paths", &self.paths).finish_non_exhaustive()
    }
}

impl Function {
    /// A function that answers these operations of a dialect. Its paths, settings and tables are still to be said:
    /// `Function { paths: .., ..Function::of(name, routes) }`.
    #[must_use]
    pub fn of<D: Dialect>(name: &'static str, routes: fn() -> Routes<D>) -> Self {
        Self {
            name,
            paths: &[],
            settings: Vec::new(),
            tables: &[],
            endpoints: Arc::new(move || routes().endpoints),
            serve: Arc::new(move |app| D::around(&app, routes().router(app.clone()))),
            handlers: None,
        }
    }

    /// A function that has the sockets of a dialect. Its path, settings and tables are still to be said, as with [`Function::of`].
    #[must_use]
    pub fn of_sockets<S: Sockets>(name: &'static str) -> Self {
        Self {
            name,
            paths: &[],
            settings: Vec::new(),
            tables: &[],
            endpoints: Arc::new(Vec::new),
            serve: Arc::new(|_| Router::new().fallback(not_found)),
            handlers: Some(Handlers::of::<S>()),
        }
    }

    /// Every environment variable that it reads.
    #[must_use]
    pub fn variables(&self) -> Vec<&'static str> {
        let tables = self.tables.iter().map(|table| table.setting());
        tables.chain(self.settings.iter().copied()).chain([front::SETTING]).collect()
    }

    /// The requests that the rows of its operations have as examples. Where several operations share the words of a path, by
    /// their methods or by what else the path names, each has its own name behind them.
    #[must_use]
    pub fn example_requests(&self) -> Vec<example::Request> {
        let endpoints = (self.endpoints)();
        let mut requests: Vec<_> = endpoints.iter().flat_map(|endpoint| endpoint.example_requests(self.name)).collect();
        let names: Vec<(String, &str)> =
            requests.iter().map(|request| (request.name.clone(), request.operation)).collect();
        for request in &mut requests {
            let alike = |(name, operation): &(String, &str)| *name == request.name && *operation != request.operation;
            if names.iter().any(alike) {
                request.name = format!("{}_{}", request.name, request.operation);
            }
        }
        requests
    }

    /// The router of the function, which reads no setting but those that it declares: it panics otherwise, here or at a
    /// request. A function with the default route is handed paths that belong to no function: it
    /// answers those whose first segment is not that of one of its routes with [`not_found`], before its dialect sees
    /// them. Every answer has the [id](crate::request_id) of its request.
    pub fn router(&self, app: &App) -> Router {
        let app = app.declaring(&self.variables());
        let mut router = (self.serve)(app.clone());
        if self.paths.contains(&DEFAULT_ROUTE) {
            let own = self.paths.iter().filter_map(|path| first_segment(path)).collect();
            router = router.layer(from_fn_with_state(Arc::new(own), only_own));
        }
        let router = router.layer(from_fn_with_state(app, front::unwrap));
        router.layer(from_fn(headers::add)).layer(from_fn(answer_with_id))
    }

    /// What answers the events of its sockets, if it has any, with the same settings as its router would have.
    #[must_use]
    pub fn sockets(&self, app: &App) -> Option<Service> {
        self.handlers.as_ref().map(|handlers| handlers.service(app.declaring(&self.variables())))
    }
}

fn first_segment(path: &str) -> Option<&str> {
    path.split('/').find(|segment| !segment.is_empty())
}

/// Hands a request on if its path begins like one of the function's own, whatever slashes it has too many.
async fn only_own(State(own): State<Arc<BTreeSet<&'static str>>>, request: Request, next: Next) -> Response {
    match first_segment(request.uri().path()) {
        Some(first) if !own.contains(first) => not_found(request).await,
        _ => next.run(request).await,
    }
}

/// The answer to a path that belongs to no function. The body is read all the same, because a client that is still
/// sending it sees the answer only then.
pub async fn not_found(request: Request) -> Response {
    let (call, _) = Call::read(request).await;
    let entry = Entry::start("none", &call.head);
    let mut response = plain::failure(plain::words(&Error::NoSuchEndpoint));
    let logged = entry.finish(None, response.status().as_u16(), Some(&Error::NoSuchEndpoint));
    response.extensions_mut().insert(logged);
    response
}

/// Runs a Lambda function until the runtime ends it.
///
/// # Errors
/// A setting that is missing or makes no sense, and what the Lambda runtime says.
pub async fn run(function: Function) -> Result<(), lambda_http::Error> {
    run_with(function, |_| {}).await
}

/// The same with what only this function has, such as the client of one more service, which `equip` gives to the application.
///
/// # Errors
/// As [`run`].
pub async fn run_with(function: Function, equip: impl FnOnce(&App)) -> Result<(), lambda_http::Error> {
    log::start();
    let app = App::from_env(&function.variables())?;
    equip(&app);
    app.warm_up();
    lambda_http::run(function.router(&app)).await
}

/// Runs a Lambda function of sockets until the runtime ends it. `equip` gives the application what only this function has, such as
/// the client that posts to sockets.
///
/// # Errors
/// A function without handlers of sockets, a setting that is missing or makes no sense, and what the Lambda runtime says.
pub async fn run_sockets(function: Function, equip: impl FnOnce(&App)) -> Result<(), lambda_http::Error> {
    log::start();
    let app = App::from_env(&function.variables())?;
    equip(&app);
    app.warm_up();
    let service = function.sockets(&app).ok_or("this function has no handlers of sockets")?;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| {
        let answer = service(event.payload);
        async move {
            match answer.await {
                // Only a call that fails is made again.
                Answer { again: true, .. } => Err(lambda_http::Error::from("the event is to be handed over again")),
                Answer { status, .. } => Ok(json!({ "statusCode": status })),
            }
        }
    }))
    .await
}
