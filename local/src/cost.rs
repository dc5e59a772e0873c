//! What a request costs: how many AWS calls it makes, how many of them have to wait for another, and the capacity that
//! DynamoDB reports.
//!
//! A call is one attempt, so a retry by the SDK is one more. Rounds are the longest chain of calls each of which started
//! after the one before had ended: three calls at once are one round. A call starts when the SDK hands it to the HTTP
//! client and ends when its answer is read. Calls are attributed to the task that makes them: domain code joins futures
//! and does not spawn, else its calls are nobody's. DynamoDB reports no capacity with an error, so refused conditions
//! count as calls and as 0 units.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

tokio::task_local! {
    static TALLY: Arc<Tally>;
}

/// What one request has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// The longest chain of calls that waited for each other.
    pub rounds: u32,
    /// All calls, retries included.
    pub calls: u32,
    /// DynamoDB read units.
    pub read_units: f64,
    /// DynamoDB write units.
    pub write_units: f64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, calls, read_units, write_units } = self;
        write!(f, "{calls} calls in {rounds} rounds, {read_units} read units, {write_units} write units")
    }
}

/// Runs a future and tells what it cost.
pub async fn measured<F: Future>(future: F) -> (F::Output, Cost) {
    let tally = Arc::new(Tally::default());
    let output = TALLY.scope(Arc::clone(&tally), future).await;
    (output, tally.cost())
}

/// Starts a future that the request under way does not wait for, and that goes on when it is given up. Its calls are the
/// request's.
pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    match Tally::current() {
        Some(tally) => tokio::spawn(TALLY.scope(tally, future)),
        None => tokio::spawn(future),
    };
}

/// An axum middleware that writes the cost of each request on its answer.
pub async fn headers(request: Request, next: Next) -> Response {
    let (mut response, cost) = measured(next.run(request)).await;
    for (name, value) in [
        ("x-cost-rounds", cost.rounds.to_string()),
        ("x-cost-calls", cost.calls.to_string()),
        ("x-cost-rru", cost.read_units.to_string()),
        ("x-cost-wru", cost.write_units.to_string()),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// The running count of one request.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Count>);

#[derive(Debug, Default)]
struct Count {
    cost: Cost,
    /// The longest chain of calls that have all ended: a call that starts now continues it.
    ended: u32,
}

impl Tally {
    /// The count of the request that this task works for.
    pub(crate) fn current() -> Option<Arc<Self>> {
        TALLY.try_with(Arc::clone).ok()
    }

    pub(crate) fn add_read_units(&self, units: f64) {
        self.with(|count| count.cost.read_units += units);
    }

    pub(crate) fn add_write_units(&self, units: f64) {
        self.with(|count| count.cost.write_units += units);
    }

    fn cost(&self) -> Cost {
        self.with(|count| count.cost)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Count) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One attempt of a call, from start to end. It ends with the value at the latest, so a call that is given up ends too.
#[derive(Debug)]
pub(crate) struct Attempt {
    tally: Arc<Tally>,
    /// How long a chain this call is the end of, from its start to its end.
    chain: Mutex<Option<u32>>,
}

impl Attempt {
    pub(crate) fn new(tally: Arc<Tally>) -> Self {
        Self { tally, chain: Mutex::new(None) }
    }

    pub(crate) fn start(&self) {
        let chain = self.tally.with(|count| {
            let chain = count.ended + 1;
            count.cost.calls += 1;
            count.cost.rounds = count.cost.rounds.max(chain);
            chain
        });
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = Some(chain);
    }

    pub(crate) fn end(&self) {
        if let Some(chain) = self.chain.lock().unwrap_or_else(PoisonError::into_inner).take() {
            self.tally.with(|count| count.ended = count.ended.max(chain));
        }
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.end();
    }
}
