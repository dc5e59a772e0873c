//! Groups and their members (contract 2.20, 2.24, 3.2, 3.4).

use crate::{Op, Routes};
use axum::response::Response;
use shared::Error;

pub(crate) fn routes() -> Routes {
    Routes::new()
}

/// What these operations say in words of their own.
pub(crate) fn refusal(_op: Op, _error: &Error) -> Option<Response> {
    None
}
