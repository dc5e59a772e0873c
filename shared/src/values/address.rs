//! Network addresses of callers.

use std::fmt;

/// Where a request came from, as the network says; never a header. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Address(String);

impl Address {
    /// The text of an IP address.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What limits count it by.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}
