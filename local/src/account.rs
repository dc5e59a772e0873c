//! By what calls of AWS are signed.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use std::fmt;

/// The access key of everything local.
pub(crate) const ACCESS_KEY: &str = "local";
/// Its secret, which is none.
pub(crate) const SECRET_KEY: &str = "local";
/// The region that signatures name. No stand-in looks at it.
const REGION: &str = "us-east-1";

/// By what calls are signed.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
    pub(crate) region: String,
}

/// The secret stays out.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Account {
    /// That of the stand-ins.
    pub(crate) fn local() -> Self {
        Self { id: ACCESS_KEY.to_owned(), secret: SECRET_KEY.to_owned(), token: None, region: REGION.to_owned() }
    }

    /// The same for the SDK.
    pub(crate) fn credentials(&self) -> SharedCredentialsProvider {
        let Self { id, secret, token, .. } = self;
        SharedCredentialsProvider::new(Credentials::new(id, secret, token.clone(), None, "local"))
    }
}
