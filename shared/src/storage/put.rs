//! Signed URLs that upload one object by PUT, for clients that know no forms.

use super::{Storage, failed};
use crate::error::Error;
use aws_sdk_s3::presigning::PresigningConfig;
use std::{collections::BTreeMap, fmt, time::Duration};

/// A PUT of the file itself to `url`, with exactly these headers. It bounds the size only where one of them does: else
/// that is looked at before the object is used. `Debug` shows neither: whoever has the URL may upload.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedPut {
    /// Where to send it.
    pub url: String,
    /// What has to be sent with it, the header `Host` aside.
    pub headers: BTreeMap<String, String>,
}

impl fmt::Debug for SignedPut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedPut(..)")
    }
}

impl Storage {
    /// A URL that uploads this object with this content type for as long as `valid` (whole seconds), as often as somebody
    /// does. No call.
    ///
    /// # Errors
    /// No credentials to sign with.
    pub async fn signed_put(&self, key: &str, content_type: &str, valid: Duration) -> Result<SignedPut, Error> {
        self.signed(key, content_type, None, valid).await
    }

    /// The same for exactly so many bytes, and only while there is no such object.
    ///
    /// # Errors
    /// As [`Storage::signed_put`].
    pub async fn signed_put_of(
        &self,
        key: &str,
        content_type: &str,
        size: u64,
        valid: Duration,
    ) -> Result<SignedPut, Error> {
        self.signed(key, content_type, Some(i64::try_from(size).map_err(Error::internal)?), valid).await
    }

    async fn signed(
        &self,
        key: &str,
        content_type: &str,
        size: Option<i64>,
        valid: Duration,
    ) -> Result<SignedPut, Error> {
        let life = PresigningConfig::expires_in(valid).map_err(Error::internal)?;
        let request = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        let request = if size.is_some() { request.if_none_match("*") } else { request };
        let signed = request.set_content_length(size).presigned(life).await.map_err(failed)?;
        let headers = signed.headers().filter(|(name, _)| !name.eq_ignore_ascii_case("host"));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(SignedPut { url: signed.uri().to_owned(), headers })
    }
}
