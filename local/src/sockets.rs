//! API Gateway's WebSocket API: sockets are kept open here, and functions see one event at a time of them.
//!
//! | module | what it holds |
//! |---|---|
//! | `opening` | the request that opens a socket, and `$connect` |
//! | `connection` | one socket, from its first frame to `$disconnect` |
//! | `management` | `/@connections/{id}`: what functions post to sockets |
//! | `lines` | the open sockets by their names |
//!
//! Sizes, times and close codes are those of API Gateway, by the machine's clock. Where API Gateway may hand several texts of a socket
//! to functions at once, here one follows the other, so that what happens can be told.

mod connection;
mod lines;
mod management;
mod opening;

pub use lines::SocketLimits;
pub(crate) use lines::{Host, Lines, Open};

use axum::Router;
use kit::registry::Function;
use opening::Door;
use shared::App;

/// The paths of sockets and of `@connections`. Everything else is left to the other routes.
pub(crate) fn routes(lines: &Lines, app: &App, functions: &[Function]) -> Router {
    let opening = functions.iter().filter_map(|function| Some((function, function.sockets(app)?)));
    let opening = opening.flat_map(|(function, service)| {
        function.paths.iter().map(move |path| (*path, Door::new(lines.clone(), function.name, service.clone())))
    });
    opening.fold(management::routes(lines.clone()), |router, (path, door)| router.merge(opening::routes(path, door)))
}
