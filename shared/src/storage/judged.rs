//! Looking at an object before it is copied to where others read it, and copying exactly what was looked at.

use super::{COPY_TIMEOUT, Storage, failed, missing, percent_encoded};
use crate::error::Error;
use aws_sdk_s3::{
    config::timeout::TimeoutConfig,
    error::{ProvideErrorMetadata, SdkError},
    types::MetadataDirective,
};

/// What was read of an object.
#[derive(Clone, PartialEq, Eq)]
pub struct Beginning {
    /// Its first bytes.
    pub bytes: Vec<u8>,
    /// The size of all of it, in bytes.
    pub size: u64,
    /// Stands for its contents: other contents have another.
    etag: String,
}

impl std::fmt::Debug for Beginning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Beginning").field("size", &self.size).finish_non_exhaustive()
    }
}

/// What became of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// It is there.
    Done,
    /// The object has been replaced or deleted since it was looked at. Nothing was copied.
    Changed,
}

impl Storage {
    /// The first `most` bytes of an object and how large it is. `None`: there is no such object. One call.
    ///
    /// S3 says so only to those who may list the bucket; to others a missing object is a refusal.
    ///
    /// # Errors
    /// The call failed.
    pub async fn beginning(&self, key: &str, most: u16) -> Result<Option<Beginning>, Error> {
        let range = format!("bytes=0-{}", most.saturating_sub(1));
        let found = match self.client.get_object().bucket(&self.bucket).key(key).range(range).send().await {
            Ok(found) => found,
            Err(error) if missing(&error) => return Ok(None),
            // Of an empty object there are no first bytes.
            Err(error) if error.code() == Some("InvalidRange") => {
                return Ok(Some(Beginning { bytes: Vec::new(), size: 0, etag: String::new() }));
            }
            Err(error) => return Err(failed(error)),
        };
        let all = found.content_range().and_then(|range| range.rsplit_once('/')?.1.parse().ok());
        let size = all.or(found.content_length().and_then(|length| u64::try_from(length).ok()));
        let size = size.ok_or_else(|| Error::internal("S3 does not say how large an object is"))?;
        let etag = found.e_tag().unwrap_or_default().to_owned();
        let bytes = found.body.collect().await.map_err(|_| Error::Unavailable)?.to_vec();
        Ok(Some(Beginning { bytes, size, etag }))
    }

    /// Copies an object that was looked at, if it is still the same, and gives the copy this content type; up to 5 GB. One call.
    ///
    /// # Errors
    /// The call failed.
    pub async fn copy_judged(
        &self,
        from: &str,
        judged: &Beginning,
        to: &str,
        content_type: &str,
    ) -> Result<Copied, Error> {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(COPY_TIMEOUT).build();
        let request = self.client.copy_object().bucket(&self.bucket).key(to);
        let request = request.copy_source(format!("{}/{}", self.bucket, percent_encoded(from)));
        let request = request.copy_source_if_match(&judged.etag).content_type(content_type);
        let request = request.metadata_directive(MetadataDirective::Replace).customize();
        let copied = request.config_override(aws_sdk_s3::config::Builder::new().timeout_config(timeouts)).send().await;
        match copied {
            Ok(_) => Ok(Copied::Done),
            Err(error) if missing(&error) || changed(&error) => Ok(Copied::Changed),
            Err(error) => Err(failed(error)),
        }
    }
}

fn changed<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.code() == Some("PreconditionFailed")
}
