//! Tags of objects, which the bucket's lifecycle rules go by.

use super::{Storage, failed, missing};
use crate::error::Error;
use aws_sdk_s3::types::{self, Tagging};

/// What every tag says that is there: its name alone means something.
const SET: &str = "true";

/// A tag of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// The object belongs to nobody yet; the bucket forgets it after a week.
    Unclaimed,
}

impl Tag {
    fn name(self) -> &'static str {
        match self {
            Self::Unclaimed => "unclaimed",
        }
    }
}

impl Storage {
    /// Stores a small object with a tag in one call.
    ///
    /// # Errors
    /// The call failed.
    pub async fn put_tagged(&self, key: &str, bytes: Vec<u8>, content_type: &str, tag: Tag) -> Result<(), Error> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        let tagging = format!("{}={SET}", tag.name());
        request.tagging(tagging).body(bytes.into()).send().await.map(drop).map_err(failed)
    }

    /// Whether there is an object with this tag. One call.
    ///
    /// # Errors
    /// The call failed.
    pub async fn is_tagged(&self, key: &str, tag: Tag) -> Result<bool, Error> {
        match self.client.get_object_tagging().bucket(&self.bucket).key(key).send().await {
            Ok(tags) => Ok(tags.tag_set().iter().any(|one| one.key() == tag.name() && one.value() == SET)),
            Err(error) if missing(&error) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// Gives an object this tag and no other. One call.
    ///
    /// # Errors
    /// The call failed, or there is no such object.
    pub async fn tag(&self, key: &str, tag: Tag) -> Result<(), Error> {
        let set = types::Tag::builder().key(tag.name()).value(SET).build().map_err(Error::internal)?;
        let tagging = Tagging::builder().tag_set(set).build().map_err(Error::internal)?;
        let request = self.client.put_object_tagging().bucket(&self.bucket).key(key).tagging(tagging);
        request.send().await.map(drop).map_err(failed)
    }

    /// Takes an object's tags away. `Ok(false)` when there is no such object. One call.
    ///
    /// # Errors
    /// The call failed.
    pub async fn untag(&self, key: &str) -> Result<bool, Error> {
        match self.client.delete_object_tagging().bucket(&self.bucket).key(key).send().await {
            Ok(_) => Ok(true),
            Err(error) if missing(&error) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }
}
