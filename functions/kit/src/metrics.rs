//! What the domain has counted ([`shared::metrics`]), in CloudWatch's embedded metric format: a line of JSON on the standard output for
//! each request that has counted something, out of which CloudWatch makes metrics. A request that has counted nothing writes none, since
//! lines are paid for. The one dimension is the function.

use metrics_cloudwatch_embedded::{Builder, Collector};
use std::{
    io::{self, Write},
    sync::OnceLock,
};

/// Where lines go to.
type Lines = Box<dyn Fn(&[u8]) -> io::Result<()> + Send + Sync>;

static LISTENING: OnceLock<(&'static Collector, Lines)> = OnceLock::new();

/// Listens from now on. The first call in a process counts.
///
/// Lambda answers one event at a time, so what is counted between two events belongs to one of them.
pub fn start(namespace: String, function: String, lines: impl Fn(&[u8]) -> io::Result<()> + Send + Sync + 'static) {
    match Builder::new().cloudwatch_namespace(namespace).with_dimension("FunctionName", function).init() {
        Ok(collector) => {
            shared::metrics::describe();
            let _ = LISTENING.set((collector, Box::new(lines)));
        }
        Err(error) => tracing::warn!(%error, "nothing is counted"),
    }
}

/// The standard output, which is the log on Lambda. A line is written whole.
pub(crate) fn to_the_log(line: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(line)?;
    out.flush()
}

/// Writes down what has been counted since the last time, if anybody listens.
pub(crate) fn write() {
    let Some((collector, lines)) = LISTENING.get() else { return };
    let mut text = Vec::new();
    let written = collector.flush(&mut text).and_then(|()| if text.is_empty() { Ok(()) } else { lines(&text) });
    if let Err(error) = written {
        tracing::warn!(%error, "what was counted is lost");
    }
}
