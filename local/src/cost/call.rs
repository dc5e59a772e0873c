//! One call of a request, as far as the console shows it: what it touched, and neither bodies nor secrets.

use std::time::Duration;

/// So many calls of a request are kept.
pub(super) const KEPT: usize = 300;

/// So many items of all these calls together.
pub(super) const TOUCHED: usize = 1_000;

/// One attempt of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    /// The service: `DynamoDB`, `S3`, `SNS` or `API Gateway`.
    pub service: &'static str,
    /// The operation, by its name in the API of the service.
    pub operation: String,
    /// Items, objects or receivers, in the order of the request.
    pub touched: Vec<Touched>,
    /// How many more there were.
    pub more: usize,
    /// The round that the call was in: 1 for a call that waited for no other.
    pub round: u32,
    /// When it started, from the beginning of the request.
    pub began: Duration,
    /// How long it took; `None`: it had not ended when the request was answered.
    pub took: Option<Duration>,
    /// DynamoDB read units.
    pub read_units: f64,
    /// DynamoDB write units.
    pub write_units: f64,
    /// How the service refused it.
    pub failure: Option<String>,
}

/// An item, an object or a receiver that a call was about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// What is done: `get`, `put`, `update`, `delete`, `check`, `query` and so on.
    pub verb: &'static str,
    /// The table or bucket. Empty where there is none.
    pub place: String,
    /// The partition key, or the key of an object, or the receiver.
    pub key: String,
    /// The sort key, or what is asked of it. Empty where there is none.
    pub sort: String,
}

/// What a call says of itself before it is sent.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) service: &'static str,
    pub(crate) operation: String,
    pub(crate) touched: Vec<Touched>,
}

impl Told {
    pub(super) fn call(self, round: u32, began: Duration, room: usize) -> Call {
        let Self { service, operation, mut touched } = self;
        let more = touched.len().saturating_sub(room);
        touched.truncate(room);
        Call { service, operation, touched, more, round, began, ..Call::default() }
    }
}
