//! Uploading pictures (contract 2.18, C12).

use crate::Routes;

pub(crate) fn routes() -> Routes {
    Routes::new()
}
