//! The one list of the packages that the product is made of. A new dialect is a line here, and in the manifest.

use kit::registry::{Function, Package};

/// Every package.
#[must_use]
pub fn packages() -> Vec<Package> {
    vec![lightup::package(), sealtalk::package(), live::package(), m_user::package(), chat::package(), files::package()]
}

/// The Lambda functions of all packages.
#[must_use]
pub fn functions() -> Vec<Function> {
    packages().into_iter().flat_map(|package| package.functions).collect()
}
