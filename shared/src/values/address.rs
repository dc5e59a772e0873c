//! Network addresses of callers.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// Where a request came from, as the network says; never a header. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Address {
    exact: String,
    subject: String,
}

/// The part of an IPv6 address that names its network: whoever has one of its addresses has all of them.
const NETWORK: u128 = u128::MAX << 64;

impl Address {
    /// The text of an IP address.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let exact = text.into();
        let subject = exact.parse().map_or_else(|_| exact.clone(), subject);
        Self { exact, subject }
    }

    /// What limits count it by (`docs/dialects/lightup.md#limits`): an IPv4 address, or the network of an IPv6 address, its
    /// first 64 bits.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// This address and no other.
    #[must_use]
    pub fn exact(&self) -> &str {
        &self.exact
    }
}

fn subject(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}
