//! S3: one private bucket. Clients upload with signed forms, those that know only another
//! service's form through `put`, and download with signed URLs.

mod archive;
mod judged;
mod policy;
mod put;
mod tags;
mod types;

pub use archive::{PART, Parts};
pub use judged::{Beginning, Copied};
pub use policy::{Form, Upload, sign};
pub use put::SignedPut;
pub use tags::Tag;
pub use types::{content_type, content_type_of};

use crate::{
    clients::{Clients, OnDemand},
    config::Config,
    error::{Error, causes},
    time::Clock,
};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_s3::{
    Client,
    config::timeout::TimeoutConfig,
    error::{ProvideErrorMetadata, SdkError},
    presigning::PresigningConfig,
    types::{Delete, Object, ObjectIdentifier},
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use std::{fmt, time::Duration};

/// What S3 lists and deletes in one call.
const PAGE: usize = 1000;

/// How long the signed URL works that a file's stable one leads to. Clients may keep the redirect for 300 s.
pub const REDIRECT: Duration = Duration::from_secs(900);

/// A copy takes as long as the object is large, other calls do not.
const COPY_TIMEOUT: Duration = Duration::from_secs(15);

/// An object that a listing has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// How large it is, in bytes.
    pub size: u64,
}

/// A page of a listing.
#[derive(Debug)]
pub struct Listing {
    /// The objects, in the order of their keys.
    pub objects: Vec<Listed>,
    more: bool,
}

impl Listing {
    /// The last key, if there is a page behind it.
    #[must_use]
    pub fn last(&self) -> Option<String> {
        self.objects.last().filter(|_| self.more).map(|object| object.key.clone())
    }
}

/// What a signed URL is for: S3 takes it for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading the object.
    Read,
    /// Asking for its type and size alone.
    Describe,
}

/// The media bucket. `Debug` shows no credentials.
pub struct Storage {
    client: OnDemand<Client>,
    credentials: SharedCredentialsProvider,
    region: String,
    bucket: String,
    upload_url: String,
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Storage").field("bucket", &self.bucket).field("region", &self.region).finish_non_exhaustive()
    }
}

impl Storage {
    /// The bucket of the settings. Does no I/O.
    #[must_use]
    pub fn new(clients: &Clients, config: &Config) -> Self {
        Self {
            client: clients.s3.clone(),
            credentials: clients.credentials.clone(),
            region: clients.region.clone(),
            bucket: config.media_bucket.clone(),
            upload_url: clients.upload_url.clone(),
        }
    }

    /// A form for exactly one object, signed here: no call (`docs/dialects/lightup.md#upload-forms`).
    ///
    /// # Errors
    /// There are no credentials to sign with.
    pub async fn form(&self, upload: &Upload<'_>) -> Result<Form, Error> {
        let credentials = self.credentials.provide_credentials().await.map_err(Error::internal)?;
        let fields = sign(&credentials, &self.region, &self.bucket, Clock::wall(), upload);
        Ok(Form { url: self.upload_url.clone(), fields })
    }

    /// Stores a small object in one call.
    ///
    /// # Errors
    /// The call failed.
    pub async fn put(&self, key: &str, bytes: Vec<u8>, content_type: &str) -> Result<(), Error> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        request.body(bytes.into()).send().await.map(drop).map_err(failed)
    }

    /// Whether there is an object.
    ///
    /// S3 says so only to those who may list the bucket; to others a missing object is a refusal.
    ///
    /// # Errors
    /// The call failed.
    pub async fn exists(&self, key: &str) -> Result<bool, Error> {
        match self.client.head_object().bucket(&self.bucket).key(key).send().await {
            Ok(_) => Ok(true),
            Err(error) if missing(&error) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// A URL that anybody may read the object with for as long as `valid` (1 s to 7 days, whole seconds). No call; the
    /// object need not exist.
    ///
    /// # Errors
    /// A life outside of these limits, no credentials.
    pub async fn url(&self, key: &str, valid: Duration) -> Result<String, Error> {
        self.url_for(Access::Read, key, valid).await
    }

    /// The same for what its bearer may do.
    ///
    /// # Errors
    /// As [`Storage::url`].
    pub async fn url_for(&self, access: Access, key: &str, valid: Duration) -> Result<String, Error> {
        let life = PresigningConfig::expires_in(valid).map_err(Error::internal)?;
        let request = match access {
            Access::Read => {
                self.client.get_object().bucket(&self.bucket).key(key).presigned(life).await.map_err(failed)?
            }
            Access::Describe => {
                self.client.head_object().bucket(&self.bucket).key(key).presigned(life).await.map_err(failed)?
            }
        };
        Ok(request.uri().to_owned())
    }

    /// Copies an object with its content type; up to 5 GB. `Ok(false)` when there is nothing at `from`.
    ///
    /// S3 says so only to those who may list the bucket; to others a missing object is a refusal.
    ///
    /// # Errors
    /// Everything but a missing source.
    pub async fn copy(&self, from: &str, to: &str) -> Result<bool, Error> {
        let source = format!("{}/{}", self.bucket, percent_encoded(from));
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(COPY_TIMEOUT).build();
        let copied = self
            .client
            .copy_object()
            .bucket(&self.bucket)
            .key(to)
            .copy_source(source)
            .customize()
            .config_override(aws_sdk_s3::config::Builder::new().timeout_config(timeouts))
            .send()
            .await;
        match copied {
            Ok(_) => Ok(true),
            Err(error) if missing(&error) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// For each of the names the newest object `<prefix><one segment>/<name>`, by the time of its upload (to the
    /// second). `prefix` ends with `/`. Only the first 1,000 keys under the prefix are looked at: one call.
    ///
    /// # Errors
    /// The listing failed.
    pub async fn newest(&self, prefix: &str, names: &[&str]) -> Result<Vec<Option<String>>, Error> {
        let (objects, _) = self.page(prefix, None).await?;
        let of = |name: &str| {
            let matching = objects.iter().filter(|object| {
                let rest = object.key().and_then(|key| key.strip_prefix(prefix));
                rest.and_then(|rest| rest.split_once('/')).is_some_and(|(_, found)| found == name)
            });
            let newest = matching.max_by_key(|object| object.last_modified().map(|at| (at.secs(), at.subsec_nanos())));
            newest.and_then(|object| object.key.clone())
        };
        Ok(names.iter().map(|name| of(name)).collect())
    }

    /// The objects under a prefix that come behind a key, up to 1,000 of them. One call.
    ///
    /// # Errors
    /// The call failed.
    pub async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Listing, Error> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let output = request.set_start_after(after.map(str::to_owned)).send().await.map_err(failed)?;
        let more = output.is_truncated().unwrap_or_default();
        let listed = |object: Object| {
            let size = object.size().and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
            object.key.map(|key| Listed { key, size })
        };
        Ok(Listing { objects: output.contents.unwrap_or_default().into_iter().filter_map(listed).collect(), more })
    }

    /// Deletes everything under a prefix, which ends with `/`: two calls for each 1,000 objects. A repeated call goes
    /// on where a failed one stopped.
    ///
    /// # Errors
    /// A prefix that does not end with `/` (an empty one would mean the whole bucket), or a call failed.
    pub async fn delete_prefix(&self, prefix: &str) -> Result<(), Error> {
        if !prefix.ends_with('/') {
            return Err(Error::internal("refused to delete a prefix that does not end with a slash"));
        }
        let mut token = None;
        loop {
            let (objects, next) = self.page(prefix, token).await?;
            let keys: Vec<String> = objects.into_iter().filter_map(|object| object.key).collect();
            self.delete(&keys).await?;
            match next {
                Some(_) => token = next,
                None => return Ok(()),
            }
        }
    }

    /// Deletes objects, 1,000 a call. One that does not exist is as good as deleted.
    ///
    /// # Errors
    /// A call failed, or S3 kept one of the objects.
    pub async fn delete(&self, keys: &[String]) -> Result<(), Error> {
        for batch in keys.chunks(PAGE) {
            let objects: Result<Vec<_>, _> =
                batch.iter().map(|key| ObjectIdentifier::builder().key(key).build()).collect();
            let delete = Delete::builder().set_objects(Some(objects.map_err(Error::internal)?)).quiet(true);
            let delete = delete.build().map_err(Error::internal)?;
            let request = self.client.delete_objects().bucket(&self.bucket).delete(delete);
            let output = request.send().await.map_err(failed)?;
            if let Some(kept) = output.errors().first() {
                return Err(Error::internal(format!("S3 kept an object: {}", kept.code().unwrap_or("no reason"))));
            }
        }
        Ok(())
    }

    /// At most 1,000 objects and how to go on.
    async fn page(&self, prefix: &str, token: Option<String>) -> Result<(Vec<Object>, Option<String>), Error> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let output = request.set_continuation_token(token).send().await.map_err(failed)?;
        Ok((output.contents.unwrap_or_default(), output.next_continuation_token))
    }
}

/// What S3 wants in `x-amz-copy-source`: everything but unreserved characters and slashes as `%XX` of its UTF-8 bytes.
fn percent_encoded(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    for byte in key.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Whether S3 says that there is no such object.
fn missing<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    matches!(error.code(), Some("NoSuchKey" | "NotFound"))
}

/// Something that a later try may mend is distinguished from a bug.
fn failed<E>(error: SdkError<E, HttpResponse>) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    let later = match &error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
        SdkError::ServiceError(service) => matches!(service.raw().status().as_u16(), 429 | 500 | 502..=504),
        _ => false,
    };
    if later {
        tracing::warn!(cause = causes(&error), "S3 does not answer");
        Error::Unavailable
    } else {
        Error::internal(error)
    }
}
