//! Trying again what met others, and doing much side by side.

use crate::error::Error;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::time::Duration;

/// How long a transaction that meets others at the same items is tried again. Thirty who write about one person at
/// once need a second or two.
const CONFLICT_PATIENCE: Duration = Duration::from_secs(6);

/// What came of an attempt at something that others may be at as well.
#[derive(Debug)]
pub enum Attempt<T, S = ()> {
    /// It is settled.
    Done(T),
    /// Nothing has happened: what it was made on is another by now. Holds what the next attempt is made on.
    Stale(S),
}

impl<T, S> Attempt<T, S> {
    /// With another outcome.
    pub fn map<U>(self, outcome: impl FnOnce(T) -> U) -> Attempt<U, S> {
        match self {
            Self::Done(value) => Attempt::Done(outcome(value)),
            Self::Stale(now) => Attempt::Stale(now),
        }
    }
}

/// Runs `attempt` until it has an outcome, with full jitter between 5 ms and a doubling ceiling, for six seconds.
pub(crate) async fn retrying<T, F: Future<Output = Result<Attempt<T>, Error>>>(
    attempt: impl Fn() -> F,
) -> Result<T, Error> {
    retrying_from((), |()| attempt()).await
}

/// The same for so long: for a caller who waits longer rather than be refused.
pub(crate) async fn retrying_for<T, F: Future<Output = Result<Attempt<T>, Error>>>(
    patience: Duration,
    attempt: impl Fn() -> F,
) -> Result<T, Error> {
    retrying_from_for(patience, (), |()| attempt()).await
}

/// The same for an attempt on something that was read: one without an outcome says what the next is made on.
pub(crate) async fn retrying_from<S, T, F: Future<Output = Result<Attempt<T, S>, Error>>>(
    read: S,
    attempt: impl Fn(S) -> F,
) -> Result<T, Error> {
    retrying_from_for(CONFLICT_PATIENCE, read, attempt).await
}

/// The same for so long.
pub(crate) async fn retrying_from_for<S, T, F: Future<Output = Result<Attempt<T, S>, Error>>>(
    patience: Duration,
    mut read: S,
    attempt: impl Fn(S) -> F,
) -> Result<T, Error> {
    let started = tokio::time::Instant::now();
    let mut ceiling = 20;
    loop {
        match attempt(read).await? {
            Attempt::Done(outcome) => return Ok(outcome),
            Attempt::Stale(now) => read = now,
        }
        if started.elapsed() > patience {
            return Err(Error::Busy);
        }
        let wait = fastrand::u64(5..=ceiling);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        ceiling = (ceiling * 2).min(200);
    }
}

/// Runs writes that have nothing to do with each other, `width` at a time. Ends with the first that fails.
pub(crate) async fn side_by_side<F: Future<Output = Result<(), Error>>>(
    width: usize,
    writes: Vec<F>,
) -> Result<(), Error> {
    stream::iter(writes).buffer_unordered(width).try_collect().await
}
