//! A person, as a request names them.

use super::{E164, UserId};

/// A person, as a request names them. That it names somebody is known once it was looked up.
#[derive(Clone, Debug)]
pub enum Whom {
    /// By their id.
    Id(UserId),
    /// By their number, which they have proven.
    Number(E164),
}
