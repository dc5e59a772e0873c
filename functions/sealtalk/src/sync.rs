//! What has changed (contract 2.21).

use crate::Routes;

pub(crate) fn routes() -> Routes {
    Routes::new()
}
