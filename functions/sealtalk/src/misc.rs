//! What has to do with nobody (contract 3.3, 3.4).

use crate::Routes;

pub(crate) fn routes() -> Routes {
    Routes::new()
}
