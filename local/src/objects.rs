//! Objects as files: `s3s-fs` under names that every file system takes.
//!
//! S3 allows any key of 1,024 bytes. As paths, long ones do not fit, `a//b` and `a/b` are the same file, and `a` cannot
//! be there beside `a/b`. So an object's file is named by the SHA-256 of its key, and a small file in `.names` holds the
//! key itself. All keys are also kept in memory, in order: a listing walks no folders. Tags are files of their own as well.

mod keys;
mod tags;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, Method, Uri};
use keys::Keys;
use s3s::{
    S3, S3Request, S3Response, S3Result,
    dto::{
        AbortMultipartUploadInput, AbortMultipartUploadOutput, CommonPrefix, CompleteMultipartUploadInput,
        CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput, CopySource, CreateMultipartUploadInput,
        CreateMultipartUploadOutput, DeleteObjectInput, DeleteObjectOutput, DeleteObjectTaggingInput,
        DeleteObjectTaggingOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, GetObjectInput,
        GetObjectOutput, GetObjectTaggingInput, GetObjectTaggingOutput, HeadBucketInput, HeadBucketOutput,
        HeadObjectInput, HeadObjectOutput, ListBucketsInput, ListBucketsOutput, ListObjectsV2Input,
        ListObjectsV2Output, Object, PutObjectInput, PutObjectOutput, PutObjectTaggingInput, PutObjectTaggingOutput,
        TaggingDirective, UploadPartInput, UploadPartOutput,
    },
    s3_error,
};
use s3s_fs::FileSystem;
use sha2::{Digest, Sha256};
use std::{
    io,
    path::{Path, PathBuf},
};
use tags::Tags;
use tokio::sync::Mutex;

/// Buckets in a folder.
#[derive(Debug)]
pub(crate) struct Objects {
    files: FileSystem,
    root: PathBuf,
    keys: Keys,
    tags: Tags,
    /// Held while a key appears or goes, so that the file, its name, its tags and `keys` agree.
    changing: Mutex<()>,
}

/// The name of a key's file.
fn file_name(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

impl Objects {
    /// Makes the buckets that are missing and reads the keys of all.
    pub(crate) fn open(root: &Path, buckets: &[String]) -> Result<Self, String> {
        let keys = Keys::open(root, buckets).map_err(|error| error.to_string())?;
        let files = FileSystem::new(root).map_err(|error| format!("{error:?}"))?;
        let (root, tags) = (root.to_owned(), Tags::below(root));
        Ok(Self { files, root, keys, tags, changing: Mutex::new(()) })
    }

    async fn appeared(&self, bucket: &str, key: &str, tags: &tags::Set) -> S3Result<()> {
        let _changing = self.changing.lock().await;
        self.tags.set(bucket, &file_name(key), tags).await?;
        let written = tokio::fs::write(self.keys.name_path(bucket, key), key).await;
        written.map_err(|error| s3_error!(error, InternalError))?;
        self.keys.insert(bucket, key);
        Ok(())
    }

    /// Gives an object that is there these tags and no others.
    async fn retag(&self, bucket: &str, key: &str, tags: &tags::Set) -> S3Result<()> {
        self.keys.check(bucket, key)?;
        let _changing = self.changing.lock().await;
        if self.keys.has(bucket, key) {
            self.tags.set(bucket, &file_name(key), tags).await
        } else {
            Err(s3_error!(NoSuchKey))
        }
    }

    /// Deletes an object and all that `s3s-fs` leaves of it. No error if there is none.
    async fn remove(&self, bucket: &str, key: &str) -> S3Result<()> {
        self.keys.check(bucket, key)?;
        let _changing = self.changing.lock().await;
        let name = file_name(key);
        let encoded = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let beside = format!(".bucket-{}.object-{}", encoded(bucket), encoded(&name));
        for path in [
            self.root.join(bucket).join(&name),
            self.root.join(format!("{beside}.metadata.json")),
            self.root.join(format!("{beside}.internal.json")),
            self.keys.name_path(bucket, key),
        ] {
            match tokio::fs::remove_file(path).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(s3_error!(error, InternalError)),
                _ => {}
            }
        }
        self.tags.set(bucket, &file_name(key), &tags::Set::new()).await?;
        self.keys.remove(bucket, key);
        Ok(())
    }

    async fn described(&self, bucket: &str, key: String) -> Option<Object> {
        let input = HeadObjectInput { bucket: bucket.to_owned(), key: file_name(&key), ..HeadObjectInput::default() };
        // An object that has gone since is no part of the listing.
        let found = self.files.head_object(internal(input)).await.ok()?.output;
        Some(Object {
            key: Some(key),
            size: found.content_length,
            last_modified: found.last_modified,
            e_tag: found.e_tag,
            ..Object::default()
        })
    }
}

fn internal<T>(input: T) -> S3Request<T> {
    S3Request {
        input,
        method: Method::HEAD,
        uri: Uri::default(),
        headers: HeaderMap::new(),
        extensions: http::Extensions::new(),
        credentials: None,
        region: None,
        service: None,
        trailing_headers: None,
    }
}

#[async_trait::async_trait]
impl S3 for Objects {
    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
        self.keys.check(&bucket, &key)?;
        let tags = tags::in_header(request.input.tagging.as_deref())?;
        let request = request.map_input(|input| PutObjectInput { key: file_name(&key), tagging: None, ..input });
        let response = self.files.put_object(request).await?;
        self.appeared(&bucket, &key, &tags).await?;
        Ok(response)
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        self.keys.check(&request.input.bucket, &request.input.key)?;
        let request = request.map_input(|input| GetObjectInput { key: file_name(&input.key), ..input });
        self.files.get_object(request).await
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        self.keys.check(&request.input.bucket, &request.input.key)?;
        let request = request.map_input(|input| HeadObjectInput { key: file_name(&input.key), ..input });
        self.files.head_object(request).await
    }

    async fn copy_object(&self, request: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
        self.keys.check(&bucket, &key)?;
        let CopySource::Bucket { bucket: from, key: source, version_id } = request.input.copy_source.clone() else {
            return Err(s3_error!(NotImplemented));
        };
        self.keys.check(&from, &source)?;
        // A copy has the tags of its source, unless the request says others.
        let own =
            request.input.tagging_directive.as_ref().map(TaggingDirective::as_str) == Some(TaggingDirective::REPLACE);
        let tags = match own {
            true => tags::in_header(request.input.tagging.as_deref())?,
            false => self.tags.of(&from, &file_name(&source)).await?,
        };
        let source = CopySource::Bucket { bucket: from, key: file_name(&source).into(), version_id };
        let request = request.map_input(|input| CopyObjectInput { key: file_name(&key), copy_source: source, ..input });
        let response = self.files.copy_object(request).await?;
        self.appeared(&bucket, &key, &tags).await?;
        Ok(response)
    }

    async fn get_object_tagging(
        &self,
        request: S3Request<GetObjectTaggingInput>,
    ) -> S3Result<S3Response<GetObjectTaggingOutput>> {
        let GetObjectTaggingInput { bucket, key, .. } = request.input;
        self.keys.check(&bucket, &key)?;
        if !self.keys.has(&bucket, &key) {
            return Err(s3_error!(NoSuchKey));
        }
        let tag_set = tags::listed(self.tags.of(&bucket, &file_name(&key)).await?);
        Ok(S3Response::new(GetObjectTaggingOutput { tag_set, version_id: None }))
    }

    async fn put_object_tagging(
        &self,
        request: S3Request<PutObjectTaggingInput>,
    ) -> S3Result<S3Response<PutObjectTaggingOutput>> {
        let PutObjectTaggingInput { bucket, key, tagging, .. } = request.input;
        self.retag(&bucket, &key, &tags::in_body(tagging.tag_set)?).await?;
        Ok(S3Response::new(PutObjectTaggingOutput::default()))
    }

    async fn delete_object_tagging(
        &self,
        request: S3Request<DeleteObjectTaggingInput>,
    ) -> S3Result<S3Response<DeleteObjectTaggingOutput>> {
        let DeleteObjectTaggingInput { bucket, key, .. } = request.input;
        self.retag(&bucket, &key, &tags::Set::new()).await?;
        Ok(S3Response::new(DeleteObjectTaggingOutput::default()))
    }

    async fn delete_object(&self, request: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.remove(&request.input.bucket, &request.input.key).await?;
        Ok(S3Response::new(DeleteObjectOutput::default()))
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let DeleteObjectsInput { bucket, delete, .. } = request.input;
        let mut deleted = Vec::with_capacity(delete.objects.len());
        for object in delete.objects {
            self.remove(&bucket, &object.key).await?;
            deleted.push(DeletedObject { key: Some(object.key), ..DeletedObject::default() });
        }
        let deleted = (delete.quiet != Some(true)).then_some(deleted);
        Ok(S3Response::new(DeleteObjectsOutput { deleted, ..DeleteObjectsOutput::default() }))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        let token = input.continuation_token.as_deref().map(continued).transpose()?;
        let page = self.keys.page(&input, token.as_deref().or(input.start_after.as_deref()))?;
        let mut contents = Vec::with_capacity(page.keys.len());
        for key in page.keys {
            contents.extend(self.described(&input.bucket, key).await);
        }
        let prefix = |prefix| CommonPrefix { prefix: Some(prefix) };
        Ok(S3Response::new(ListObjectsV2Output {
            key_count: i32::try_from(contents.len() + page.groups.len()).ok(),
            is_truncated: Some(page.more),
            next_continuation_token: page.last.filter(|_| page.more).map(hex::encode),
            contents: Some(contents),
            common_prefixes: Some(page.groups.into_iter().map(prefix).collect()),
            max_keys: input.max_keys,
            continuation_token: input.continuation_token,
            delimiter: input.delimiter,
            encoding_type: input.encoding_type,
            name: Some(input.bucket),
            prefix: input.prefix,
            start_after: input.start_after,
            ..ListObjectsV2Output::default()
        }))
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.keys.check(&request.input.bucket, &request.input.key)?;
        let request = request.map_input(|input| CreateMultipartUploadInput { key: file_name(&input.key), ..input });
        self.files.create_multipart_upload(request).await
    }

    async fn upload_part(&self, request: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        let request = request.map_input(|input| UploadPartInput { key: file_name(&input.key), ..input });
        self.files.upload_part(request).await
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
        let request = request.map_input(|input| CompleteMultipartUploadInput { key: file_name(&input.key), ..input });
        let response = self.files.complete_multipart_upload(request).await?;
        self.appeared(&bucket, &key, &tags::Set::new()).await?;
        Ok(response)
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let request = request.map_input(|input| AbortMultipartUploadInput { key: file_name(&input.key), ..input });
        self.files.abort_multipart_upload(request).await
    }

    async fn head_bucket(&self, request: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        self.files.head_bucket(request).await
    }

    async fn list_buckets(&self, request: S3Request<ListBucketsInput>) -> S3Result<S3Response<ListBucketsOutput>> {
        self.files.list_buckets(request).await
    }
}

/// The key in a continuation token.
fn continued(token: &str) -> S3Result<String> {
    let bytes = hex::decode(token).map_err(|error| s3_error!(error, InvalidToken))?;
    String::from_utf8(bytes).map_err(|error| s3_error!(error, InvalidArgument))
}
