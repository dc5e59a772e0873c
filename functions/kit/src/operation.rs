//! One operation from its row in the list to its answer: read, claim, decode, check, call, encode, log.

use crate::{
    Call, Caller, Dialect, Endpoint, Reply, Selector, Signed,
    example::{Example, Examples, Samples},
    log::Entry,
    origin,
    routes::{Route, Schemas, Serve},
};
use axum::{
    http::{Method, request::Parts},
    response::Response,
};
use futures_util::FutureExt;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use shared::{
    App, Error,
    sessions::{self, Claim},
};
use std::{fmt, panic::AssertUnwindSafe, sync::Arc};

/// The name of an operation, and the failures that it answers in words of its own.
pub struct Operation<D: Dialect> {
    /// What logs and documents call it.
    pub name: &'static str,
    refusals: fn(&Error) -> Option<D::Refusal>,
}

impl<D: Dialect> Clone for Operation<D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Dialect> Copy for Operation<D> {}

impl<D: Dialect> fmt::Debug for Operation<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What an answer may depend on besides its outcome: the request's head, the settings and the clock, the operation.
pub struct Context<'a, D: Dialect> {
    /// The application, for its settings and its clock.
    pub app: &'a App,
    /// Method, URI and headers of the request.
    pub head: &'a Parts,
    /// Absent when no operation was reached: a 404, a 405, a body that could not be read, no selector that fits.
    pub operation: Option<Operation<D>>,
}

impl<D: Dialect> fmt::Debug for Context<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl<D: Dialect> Context<'_, D> {
    /// What the operation says to this failure in words of its own.
    #[must_use]
    pub fn refusal(&self, error: &Error) -> Option<D::Refusal> {
        (self.operation?.refusals)(error)
    }
}

/// A row of the list that still lacks its handler.
pub struct At<D: Dialect> {
    methods: Vec<Method>,
    path: &'static str,
    selector: Selector,
    examples: Examples,
    operation: Operation<D>,
    changes: bool,
    present: fn(&App) -> bool,
    holds: fn(&App) -> bool,
}

impl<D: Dialect> fmt::Debug for At<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("At").field("path", &self.path).field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// Starts a row: the operation of this name answers these methods at this path, which is in axum's notation.
///
/// With GET among them it is a read, by any of them. Others are writes: their handler sees no query.
#[must_use]
pub fn at<D: Dialect>(methods: impl Into<Vec<Method>>, path: &'static str, name: &'static str) -> At<D> {
    let operation = Operation { name, refusals: |_| None };
    let (selector, examples) = (Selector::Always, Examples::One(&[]));
    At {
        methods: methods.into(),
        path,
        selector,
        examples,
        operation,
        changes: false,
        present: |_| true,
        holds: |_| true,
    }
}

/// The row of an operation that is called with POST.
#[must_use]
pub fn post<D: Dialect>(path: &'static str, name: &'static str) -> At<D> {
    at([Method::POST], path, name)
}

/// The row of an operation that is called with GET.
#[must_use]
pub fn get<D: Dialect>(path: &'static str, name: &'static str) -> At<D> {
    at([Method::GET], path, name)
}

/// The row of a read that clients call with GET, and that may be called with POST as well.
#[must_use]
pub fn read<D: Dialect>(path: &'static str, name: &'static str) -> At<D> {
    at([Method::GET, Method::POST], path, name)
}

/// What kind of handler stands at a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Signed,
    Raw,
}

impl<D: Dialect> At<D> {
    /// The failures that this operation answers in words of its own; all others are answered as anywhere.
    #[must_use]
    pub fn refusing(mut self, refusals: fn(&Error) -> Option<D::Refusal>) -> Self {
        self.operation.refusals = refusals;
        self
    }

    /// Says that a GET changes something too: a token that is handed out anew, a limit that counts it. Pages of foreign
    /// origins are refused it then ([`crate::origin`]).
    #[must_use]
    pub fn changing(self) -> Self {
        Self { changes: true, ..self }
    }

    /// Lets the operation be there only where the deployment wants it; anywhere else there is no such path.
    #[must_use]
    pub fn only_if(self, present: fn(&App) -> bool) -> Self {
        Self { present, ..self }
    }

    /// Lets the operation be there only while this holds: otherwise every call is answered as one of a path that is not there,
    /// before anything of it is looked at.
    #[must_use]
    pub fn only_while(self, holds: fn(&App) -> bool) -> Self {
        Self { holds, ..self }
    }

    /// Which requests are meant, where several operations share a path and a method.
    #[must_use]
    pub fn chosen_by(self, selector: Selector) -> Self {
        Self { selector, ..self }
    }

    /// The fields of a request that clients send: the payload in `events/` and the example in the OpenAPI document. They
    /// are sent by the first method of the row.
    #[must_use]
    pub fn example(self, fields: Samples) -> Self {
        Self { examples: Examples::One(fields), ..self }
    }

    /// The same where there are several, or where one is sent in an unusual way.
    #[must_use]
    pub fn examples(self, examples: &'static [Example]) -> Self {
        Self { examples: Examples::Several(examples), ..self }
    }

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
        let Self { methods, path, selector, examples, operation, changes, present, holds } = self;
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
                let (response, error) = if !holds(&app) {
                    refused(Error::NoSuchEndpoint)
                } else if changes && origin::is_foreign(&call.head) {
                    refused(Error::ForeignOrigin)
                } else {
                    answer(app, call).await
                };
                entry.finish(Some(operation.name), response.status().as_u16(), error.as_ref());
                response
            }
            .boxed()
        });
        let endpoint = Endpoint {
            method: Method::GET,
            path,
            selector,
            operation: operation.name,
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
async fn guarded<O>(work: impl Future<Output = Result<O, Error>>) -> Result<O, Error> {
    let caught = AssertUnwindSafe(work).catch_unwind().await;
    caught.unwrap_or_else(|_| Err(Error::internal("a panic")))
}
