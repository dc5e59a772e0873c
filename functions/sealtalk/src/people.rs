//! Finding people (contract 2.22, 2.23, 3.1, 3.3).

use crate::Routes;

pub(crate) fn routes() -> Routes {
    Routes::new()
}
