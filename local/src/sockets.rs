//! API Gateway's WebSocket API: sockets are kept open here, and functions see one event at a time of them.
//!
//! | module | what it holds |
//! |---|---|
//! | `opening` | the request that opens a socket, and `$connect` |
//! | `connection` | one socket, from its first frame to `$disconnect` |
//! | `management` | `/@connections/{id}`: what functions post to sockets |
//! | `schedules` | EventBridge Scheduler's `/schedules/{name}`: when functions are told that a session has ended |
//! | `lines` | the open sockets by their names |
//!
//! Sizes, times and close codes are those of API Gateway, by the machine's clock. Where API Gateway may hand several texts of a socket
//! to functions at once, here one follows the other, so that what happens can be told.

mod connection;
mod lines;
mod management;
mod opening;
mod schedules;

pub use lines::SocketLimits;
pub(crate) use lines::{Host, Lines, Open};

use crate::guard::own_pages;
use axum::{Router, middleware};
use kit::registry::Function;
use opening::Door;
use schedules::Schedules;
use shared::App;

/// The paths of sockets, of `@connections` and of schedules. Everything else is left to the other routes. Pages of others can open
/// sockets, as far as the function lets them, but reach nothing else.
pub(crate) fn routes(lines: &Lines, app: &App, functions: &[Function]) -> Router {
    let services: Vec<_> = functions.iter().filter_map(|function| Some((function, function.sockets(app)?))).collect();
    let called = services.iter().map(|(function, service)| (function.name, service.clone()));
    let schedules = Schedules::new(lines.clone(), called.collect());
    let of_functions = management::routes(lines.clone()).merge(schedules::routes(schedules));
    let opening = services.iter().flat_map(|(function, service)| {
        function.paths.iter().map(move |path| (*path, Door::new(lines.clone(), function.name, service.clone())))
    });
    let of_functions = of_functions.layer(middleware::from_fn(own_pages));
    opening.fold(of_functions, |router, (path, door)| router.merge(opening::routes(path, door)))
}
