//! The one list of the packages that the product is made of. A new dialect is a line here, and in the manifest.

use kit::registry::{Function, Package};
use serde_json::Value;
use std::{io, path::Path};

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

/// The OpenAPI document of a package, with the answers that were recorded in `docs/api/answers/` as its examples.
///
/// # Errors
/// Answers that are not there, or cannot be read.
pub fn document(package: &Package) -> io::Result<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api/answers");
    let text = std::fs::read_to_string(folder.join(package.name).with_extension("json"))?;
    Ok(package.openapi(&serde_json::from_str(&text)?))
}
