//! Friends and the blacklist (contract 2.14-2.16, 3.1).

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
