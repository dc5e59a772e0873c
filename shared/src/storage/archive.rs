//! Objects that are made while they are written, of any size: in parts, so that no more than one of them is held.

use super::{Storage, failed, missing};
use crate::error::Error;
use aws_sdk_s3::{
    config::timeout::TimeoutConfig,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use std::time::Duration;

/// How large a part is, in bytes. S3 takes none below 5 MB, but for the last.
pub const PART: usize = 6 << 20;

/// A part takes as long as it is large, other calls do not.
const PART_TIMEOUT: Duration = Duration::from_secs(15);

/// An object that is being written. One that is not [finished](Parts::finish) is none; the bucket forgets its parts after a day.
#[derive(Debug)]
pub struct Parts<'a> {
    storage: &'a Storage,
    key: String,
    content_type: &'static str,
    /// What S3 calls the upload, once there is a part.
    upload: Option<String>,
    done: Vec<CompletedPart>,
}

impl Parts<'_> {
    /// Sends a part of at least [`PART`] bytes. One call, two for the first part.
    ///
    /// # Errors
    /// A call failed.
    pub async fn send(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        let upload = match &self.upload {
            Some(upload) => upload.clone(),
            None => {
                let begin = self.storage.client.create_multipart_upload().bucket(&self.storage.bucket).key(&self.key);
                let begun = begin.content_type(self.content_type).send().await.map_err(failed)?;
                let upload = begun.upload_id.ok_or_else(|| Error::internal("an upload without a name"))?;
                self.upload.insert(upload).clone()
            }
        };
        let number = i32::try_from(self.done.len() + 1).map_err(Error::internal)?;
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(PART_TIMEOUT).build();
        let part = self.storage.client.upload_part().bucket(&self.storage.bucket).key(&self.key).upload_id(upload);
        let part = part.part_number(number).body(ByteStream::from(bytes)).customize();
        let part = part.config_override(aws_sdk_s3::config::Builder::new().timeout_config(timeouts));
        let sent = part.send().await.map_err(failed)?;
        self.done.push(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build());
        Ok(())
    }

    /// Sends the rest, after which the object is there. One call, two if there were parts.
    ///
    /// # Errors
    /// A call failed.
    pub async fn finish(mut self, rest: Vec<u8>) -> Result<(), Error> {
        if self.upload.is_none() {
            return self.storage.put(&self.key, rest, self.content_type).await;
        }
        if !rest.is_empty() {
            self.send(rest).await?;
        }
        let Self { storage, key, upload, done, .. } = self;
        let parts = CompletedMultipartUpload::builder().set_parts(Some(done)).build();
        let complete = storage.client.complete_multipart_upload().bucket(&storage.bucket).key(key);
        complete.set_upload_id(upload).multipart_upload(parts).send().await.map(drop).map_err(failed)
    }

    /// Forgets the parts. None or one call.
    pub async fn abandon(self) {
        let Some(upload) = self.upload else { return };
        let abort = self.storage.client.abort_multipart_upload().bucket(&self.storage.bucket).key(self.key);
        if let Err(error) = abort.upload_id(upload).send().await {
            tracing::warn!(error = %failed(error), "parts of an object stay for a day");
        }
    }
}

impl Storage {
    /// An object to be written in parts. No call.
    #[must_use]
    pub fn parts(&self, key: String, content_type: &'static str) -> Parts<'_> {
        Parts { storage: self, key, content_type, upload: None, done: Vec::new() }
    }

    /// The bytes of an object, as they come. `None`: there is no such object. One call.
    ///
    /// # Errors
    /// The call failed.
    pub async fn read(&self, key: &str) -> Result<Option<ByteStream>, Error> {
        match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(found) => Ok(Some(found.body)),
            Err(error) if missing(&error) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }
}
