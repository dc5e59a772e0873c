//! The settings of a picture store outside of AWS.

use crate::config::{BadConfig, Secret, Variables};

/// An account with Qiniu, which the shipped apps upload to by themselves (`docs/dialects/sealtalk.md#get_image_token`).
#[derive(Clone, Debug)]
pub struct Qiniu {
    /// `QINIU_ACCESS_KEY`.
    pub access_key: String,
    /// `QINIU_SECRET_KEY`.
    pub secret_key: Secret,
    /// `QINIU_BUCKET`.
    pub bucket: String,
    /// `QINIU_DOMAIN`: where the bucket's objects are read, without a scheme.
    pub domain: String,
}

impl Qiniu {
    /// The environment variables of these settings.
    pub const SETTINGS: [&'static str; 4] = ["QINIU_ACCESS_KEY", "QINIU_SECRET_KEY", "QINIU_BUCKET", "QINIU_DOMAIN"];

    pub(super) fn read(variables: &Variables<'_>) -> Result<Option<Self>, BadConfig> {
        let Some(access_key) = variables.get("QINIU_ACCESS_KEY") else { return Ok(None) };
        let given = |name| variables.required(name)?.ok_or(BadConfig { variable: name, reason: "is not declared" });
        Ok(Some(Self {
            access_key,
            secret_key: Secret::new(given("QINIU_SECRET_KEY")?),
            bucket: given("QINIU_BUCKET")?,
            domain: given("QINIU_DOMAIN")?,
        }))
    }
}
