//! What stands at a row: the handler of an operation, and how it answers a request.

use super::{At, Context};
use crate::{
    Call, Caller, Dialect, Endpoint, Reply, Signed,
    log::Entry,
    origin,
    routes::{Route, Schemas, Serve},
};
use axum::{http::Method, response::Response};
use futures_util::FutureExt;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use shared::{
    App, Error,
    sessions::{self, Claim},
};
use std::{panic::AssertUnwindSafe, sync::Arc};

/// What kind of handler stands at a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Signed,
    Raw,
}

impl<D: Dialect> At<D> {
    /// An operation that anyone may call.
    #[must_use]
    pub fn open<I, O, F>(self, handler: fn(App, Caller, I) -> F) -> Route<D>
    where
        I: DeserializeOwned + JsonSchema + Send + 'static,
        O: Reply,
        F: Future<Output = Result<O, Error>> + Send + 'static,
    {
        let operation = Some(self.operation);
        self.answering::<I, O::Body, _>(Kind::Open, move |app, call| async move {
            let outcome = match D::decode(&call) {
                Ok(input) => guarded(handler(app.clone(), call.caller, input)).await,
                Err(error) => Err(error),
            };
            encode(&Context::<D> { app: &app, head: &call.head, operation }, outcome)
        })
    }

    /// An operation for somebody signed in: the handler gets a claim, and the domain does nothing for it unproven.
    #[must_use]
    pub fn signed<I, O, F>(self, handler: fn(App, Signed, I) -> F) -> Route<D>
    where
        I: DeserializeOwned + JsonSchema + Send + 'static,
        O: Reply,
        F: Future<Output = Result<O, Error>> + Send + 'static,
    {
        self.checked(Ok, handler)
    }

    /// The same for a form with rules that no type of a single field can hold: the handler gets what `check` makes of it.
    /// Whether whoever has no session hears of that or of the form is the dialect's [`DECODE_FIRST`].
    ///
    /// [`DECODE_FIRST`]: Dialect::DECODE_FIRST
    #[must_use]
    pub fn checked<I, T, O, F>(self, check: fn(I) -> Result<T, Error>, handler: fn(App, Signed, T) -> F) -> Route<D>
    where
        I: DeserializeOwned + JsonSchema + Send + 'static,
        T: Send + 'static,
        O: Reply,
        F: Future<Output = Result<O, Error>> + Send + 'static,
    {
        let operation = Some(self.operation);
        self.answering::<I, O::Body, _>(Kind::Signed, move |app, call| async move {
            let outcome = match signed::<D, I, T>(&app, &call, check).await {
                Ok((signed, input)) => guarded(handler(app.clone(), signed, input)).await,
                Err(error) => Err(error),
            };
            encode(&Context::<D> { app: &app, head: &call.head, operation }, outcome)
        })
    }

    /// An operation for whoever says who they are, which may be nobody yet: the handler gets a claim, and a wrong form is refused
    /// whether it holds or not.
    #[must_use]
    pub fn claimed<I, O, F>(self, handler: fn(App, Signed, I) -> F) -> Route<D>
    where
        I: DeserializeOwned + JsonSchema + Send + 'static,
        O: Reply,
        F: Future<Output = Result<O, Error>> + Send + 'static,
    {
        let operation = Some(self.operation);
        self.answering::<I, O::Body, _>(Kind::Signed, move |app, call| async move {
            let input = D::claim(&app, &call).and_then(|claim| Ok((claim, D::decode(&call)?)));
            let outcome = match input {
                Ok((claim, input)) => guarded(handler(app.clone(), Signed { claim, caller: call.caller }, input)).await,
                Err(error) => Err(error),
            };
            encode(&Context::<D> { app: &app, head: &call.head, operation }, outcome)
        })
    }

    /// An operation that anyone may call, who may be somebody signed in. It takes no fields: nothing that is sent can
    /// be wrong.
    #[must_use]
    pub fn optional<O, F>(self, handler: fn(App, Option<Claim>) -> F) -> Route<D>
    where
        O: Reply,
        F: Future<Output = Result<O, Error>> + Send + 'static,
    {
        let operation = Some(self.operation);
        self.answering::<(), O::Body, _>(Kind::Open, move |app, call| async move {
            let claim = D::claim(&app, &call).ok();
            let outcome = guarded(handler(app.clone(), claim)).await;
            encode(&Context::<D> { app: &app, head: &call.head, operation }, outcome)
        })
    }

    /// An operation whose input or answer is no JSON of the dialect; its refusals are. `I` is the form that it takes, `O`
    /// what it answers.
    #[must_use]
    pub fn raw<I, O, F>(self, handler: fn(App, Call) -> F) -> Route<D>
    where
        I: JsonSchema,
        O: JsonSchema,
        F: Future<Output = Result<Response, Error>> + Send + 'static,
    {
        let operation = Some(self.operation);
        self.answering::<I, O, _>(Kind::Raw, move |app, call| async move {
            let head = call.head.clone();
            match guarded(handler(app.clone(), call)).await {
                Ok(response) => (response, None),
                Err(error) => encode::<D, ()>(&Context { app: &app, head: &head, operation }, Err(error)),
            }
        })
    }

    fn answering<I: JsonSchema, O: JsonSchema, F>(
        self,
        kind: Kind,
        answer: impl Fn(App, Call) -> F + Clone + Send + Sync + 'static,
    ) -> Route<D>
    where
        F: Future<Output = (Response, Option<Error>)> + Send + 'static,
    {
        let Self { methods, path, selector, about, examples, operation, changes, present, holds } = self;
        let reads = methods.contains(&Method::GET);
        let serve: Serve = Arc::new(move |app: App, call: Call| {
            let answer = answer.clone();
            async move {
                let entry = Entry::start(D::NAME, &call.head);
                let call = if reads || D::QUERY_IN_WRITES { call } else { call.without_query() };
                let refused = |error: Error| {
                    let context = Context::<D> { app: &app, head: &call.head, operation: Some(operation) };
                    encode::<D, ()>(&context, Err(error))
                };
                let (mut response, error) = if !holds(&app) {
                    refused(Error::NoSuchEndpoint)
                } else if changes && origin::is_foreign(&call.head) {
                    refused(Error::ForeignOrigin)
                } else if changes && call.head.method == Method::HEAD {
                    refused(Error::MethodNotAllowed)
                } else {
                    answer(app, call).await
                };
                let logged = entry.finish(Some(operation.name), response.status().as_u16(), error.as_ref());
                response.extensions_mut().insert(logged);
                response
            }
            .boxed()
        });
        let endpoint = Endpoint {
            method: Method::GET,
            path,
            selector,
            operation: operation.name,
            about,
            signed: kind == Kind::Signed,
            changes,
            raw: kind == Kind::Raw,
            session: D::SESSION,
            bodies: D::BODIES,
            usual: false,
            examples,
            present,
            schemas: Schemas::of::<I, O>(),
        };
        Route::new(each(methods, &endpoint), serve)
    }
}

/// The endpoint at each of the methods.
fn each(methods: Vec<Method>, endpoint: &Endpoint) -> Vec<Endpoint> {
    let each = |(position, method)| Endpoint { method, usual: position == 0, ..endpoint.clone() };
    methods.into_iter().enumerate().map(each).collect()
}

/// The claim and the checked form of a request, in the order in which the dialect refuses them.
async fn signed<D: Dialect, I: DeserializeOwned, T>(
    app: &App,
    call: &Call,
    check: fn(I) -> Result<T, Error>,
) -> Result<(Signed, T), Error> {
    if D::DECODE_FIRST {
        let input = D::decode(call)?;
        let signed = Signed { claim: D::claim(app, call)?, caller: call.caller.clone() };
        return Ok((signed, check(input)?));
    }
    let signed = Signed { claim: D::claim(app, call)?, caller: call.caller.clone() };
    match D::decode(call).and_then(check) {
        Ok(input) => Ok((signed, input)),
        // Only a form that is refused costs a read of the session here; otherwise the domain's call makes it.
        Err(error) => Err(sessions::verify(app, &signed.claim).await.err().unwrap_or(error)),
    }
}

fn encode<D: Dialect, O: Reply>(context: &Context<'_, D>, outcome: Result<O, Error>) -> (Response, Option<Error>) {
    match outcome.and_then(Reply::split) {
        Ok((body, headers)) => {
            let mut response = D::encode(context, Ok(&body));
            response.headers_mut().extend(headers);
            (response, None)
        }
        Err(error) => (D::encode::<()>(context, Err(&error)), Some(error)),
    }
}

/// A panic is an internal error of the operation that it happened in.
pub(crate) async fn guarded<O>(work: impl Future<Output = Result<O, Error>>) -> Result<O, Error> {
    let caught = AssertUnwindSafe(work).catch_unwind().await;
    caught.unwrap_or_else(|_| Err(Error::internal("a panic")))
}
