//! Why a value is refused.

/// Why something is not what it is given as. Which field it stood in is known to the dialect alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It has characters, or lacks parts, that such a value may not have or lack.
    #[error("not of the form that it has to have")]
    Form,
    /// It is too short or too long.
    #[error("too short or too long")]
    Length,
}
