//! Transactions that meet. On AWS a transaction holds its items for some milliseconds, and another that comes to one of them
//! meanwhile is cancelled; the stand-in carries them out one after the other, in no time.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::Value;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Which items are held by transactions. Off until [`Contention::hold_for`]. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contention(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    time: Option<Duration>,
    held: HashSet<String>,
}

/// The items of a transaction, free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    all: Contention,
    items: Vec<String>,
    /// How long the transaction takes.
    pub(crate) time: Duration,
}

/// What becomes of a transaction.
#[derive(Debug)]
pub(crate) enum Met {
    /// Nobody has one of its items.
    Nobody(Hold),
    /// Another transaction has one.
    Another,
}

impl Contention {
    /// From now on a transaction takes so long, and holds its items meanwhile.
    pub(crate) fn hold_for(&self, time: Duration) {
        self.state().time = Some(time);
    }

    /// Takes the items of a transaction; `None`: it is none, or transactions hold nothing here.
    pub(crate) fn meet(&self, operation: &str, request: &HttpRequest) -> Option<Met> {
        let mut state = self.state();
        let time = state.time.filter(|_| operation == "TransactWriteItems")?;
        let items = items(request);
        if items.iter().any(|item| state.held.contains(item)) {
            return Some(Met::Another);
        }
        state.held.extend(items.iter().cloned());
        Some(Met::Nobody(Hold { all: self.clone(), items, time }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.all.state();
        for item in &self.items {
            state.held.remove(item);
        }
    }
}

/// The keys of a transaction's items, as text.
fn items(request: &HttpRequest) -> Vec<String> {
    let body: Value = request.body().bytes().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
    let parts = body.get("TransactItems").and_then(Value::as_array).into_iter().flatten();
    let actions = parts.filter_map(Value::as_object).flat_map(|part| part.values());
    let key = |action: &Value| {
        let keyed = action.get("Key").or_else(|| action.get("Item")).unwrap_or(&Value::Null);
        format!("{} {} {}", action["TableName"], keyed["pk"], keyed["sk"])
    };
    actions.map(key).collect()
}
