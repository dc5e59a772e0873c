//! What a request costs: how many AWS calls it makes, how many of them have to wait for another, and the capacity that
//! DynamoDB reports.
//!
//! A call is one attempt, so a retry by the SDK is one more. Rounds are the longest chain of calls each of which started
//! after the one before had ended: three calls at once are one round. A call starts when the SDK hands it to the HTTP
//! client and ends when its answer is read. Calls are attributed to the task that makes them: domain code joins futures
//! and does not spawn, else its calls are nobody's. DynamoDB reports no capacity with an error, so refused conditions
//! count as calls and as 0 units.
//!
//! What each call did is kept as well ([`Call`]), for the console.

mod call;

pub(crate) use call::Told;
pub use call::{Call, Touched};

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue};
use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use tokio::time::Instant;

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

/// What one request has cost, and by which calls. It is an extension of the answer that the headers stand on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bill {
    /// The sums.
    pub cost: Cost,
    /// The calls in the order in which they started: the first [`call::KEPT`] of them.
    pub calls: Vec<Call>,
}

/// Runs a future and tells what it cost.
pub async fn measured<F: Future>(future: F) -> (F::Output, Cost) {
    let (output, bill) = billed(future).await;
    (output, bill.cost)
}

/// Runs a future and tells what it cost, and by which calls.
pub async fn billed<F: Future>(future: F) -> (F::Output, Bill) {
    let tally = Arc::new(Tally::default());
    let output = TALLY.scope(Arc::clone(&tally), future).await;
    (output, tally.bill())
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
    let (mut response, bill) = billed(next.run(request)).await;
    let cost = bill.cost;
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
    response.extensions_mut().insert(bill);
    response
}

/// The running count of one request.
#[derive(Debug)]
pub(crate) struct Tally {
    began: Instant,
    count: Mutex<Count>,
}

impl Default for Tally {
    fn default() -> Self {
        Self { began: Instant::now(), count: Mutex::default() }
    }
}

#[derive(Debug, Default)]
struct Count {
    bill: Bill,
    /// The longest chain of calls that have all ended: a call that starts now continues it.
    ended: u32,
    /// How many items of calls have been kept.
    touched: usize,
}

impl Tally {
    /// The count of the request that this task works for.
    pub(crate) fn current() -> Option<Arc<Self>> {
        TALLY.try_with(Arc::clone).ok()
    }

    fn bill(&self) -> Bill {
        self.with(|count| count.bill.clone())
    }

    fn with<T>(&self, change: impl FnOnce(&mut Count) -> T) -> T {
        change(&mut self.count.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One attempt of a call, from start to end. It ends with the value at the latest, so a call that is given up ends too.
#[derive(Debug)]
pub(crate) struct Attempt {
    tally: Arc<Tally>,
    /// How long a chain this call is the end of, from its start to its end.
    chain: Mutex<Option<u32>>,
    /// Where the call is kept, if it is.
    kept: OnceLock<usize>,
}

impl Attempt {
    pub(crate) fn new(tally: Arc<Tally>) -> Self {
        Self { tally, chain: Mutex::new(None), kept: OnceLock::new() }
    }

    /// The call is handed to the HTTP client. What it does is told only where it is kept.
    pub(crate) fn start(&self, told: impl FnOnce() -> Told) {
        let began = self.tally.began.elapsed();
        let (chain, kept) = self.tally.with(|count| {
            let chain = count.ended + 1;
            let cost = &mut count.bill.cost;
            cost.calls += 1;
            cost.rounds = cost.rounds.max(chain);
            let kept = count.bill.calls.len();
            if kept < call::KEPT {
                let call = told().call(chain, began, call::TOUCHED.saturating_sub(count.touched));
                count.touched += call.touched.len();
                count.bill.calls.push(call);
            }
            (chain, kept)
        });
        let _ = self.kept.set(kept);
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = Some(chain);
    }

    /// The answer has been read, or nobody waits for it any longer.
    pub(crate) fn end(&self) {
        if let Some(chain) = self.chain.lock().unwrap_or_else(PoisonError::into_inner).take() {
            self.tally.with(|count| count.ended = count.ended.max(chain));
            let until = self.tally.began.elapsed();
            self.note(|call| call.took = Some(until.saturating_sub(call.began)));
        }
    }

    pub(crate) fn add_read_units(&self, units: f64) {
        self.tally.with(|count| count.bill.cost.read_units += units);
        self.note(|call| call.read_units += units);
    }

    pub(crate) fn add_write_units(&self, units: f64) {
        self.tally.with(|count| count.bill.cost.write_units += units);
        self.note(|call| call.write_units += units);
    }

    /// The service has refused the call, for this reason.
    pub(crate) fn fail(&self, reason: String) {
        self.note(|call| call.failure = Some(reason));
    }

    fn note(&self, change: impl FnOnce(&mut Call)) {
        let Some(kept) = self.kept.get() else { return };
        self.tally.with(|count| count.bill.calls.get_mut(*kept).map(change));
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.end();
    }
}
