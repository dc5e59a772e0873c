//! Where the lines of the log go: to stderr, and while there is a bar of progress above it.

use indicatif::ProgressBar;
use std::{
    io::{self, Write},
    sync::{Arc, PoisonError, RwLock},
};
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// Clones write to the same place.
#[derive(Clone, Debug)]
pub struct Log {
    bar: Arc<RwLock<Option<ProgressBar>>>,
    everything: bool,
}

impl Log {
    /// `everything`: beside a bar too, where otherwise warnings and errors alone are written. A demo makes some thousand requests, each
    /// with a line of its own.
    #[must_use]
    pub fn new(everything: bool) -> Self {
        Self { bar: Arc::default(), everything }
    }

    /// From now on lines are written above this bar; with `None` as ever.
    pub fn beside(&self, bar: Option<ProgressBar>) {
        *self.bar.write().unwrap_or_else(PoisonError::into_inner) = bar;
    }

    fn line(&self, wanted: bool) -> Line {
        let bar = self.bar.read().unwrap_or_else(PoisonError::into_inner).clone();
        Line { dropped: bar.is_some() && !wanted && !self.everything, bar }
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        self.line(true)
    }

    fn make_writer_for(&'a self, of: &Metadata<'_>) -> Line {
        self.line(*of.level() <= Level::WARN)
    }
}

/// Where one line goes.
#[derive(Debug)]
pub struct Line {
    bar: Option<ProgressBar>,
    dropped: bool,
}

impl Write for Line {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        match &self.bar {
            _ if self.dropped => Ok(text.len()),
            Some(bar) => bar.suspend(|| io::stderr().write(text)),
            None => io::stderr().write(text),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
