//! Pictures of people and groups, readable by everybody who has the URL (`docs/dialects/sealtalk.md#get_image_token`,
//! `docs/dialects/sealtalk.md#upload-form`).
//!
//! A picture lies at `images/<uid>/<16 hex>/<name>` and is read at `<base>/media/images/<uid>/<16 hex>/<name>`, which
//! redirects to a signed URL while its owner is there. Of what the client calls it, the name keeps what a URL can hold without
//! encoding: gateways and clients differ in what they encode. Shipped clients know Qiniu's way to upload: a token and a form
//! with `token`, `key` and `file`. The token made here has the same shape, says who may upload, and is taken by [`upload`];
//! new clients get a signed form beside it and send the bytes to the bucket themselves. With a Qiniu account the token is a
//! real one.

mod avatars;

pub use avatars::{Claimed, avatar_url, claim, upload_unclaimed};

use crate::{
    app::App,
    config::Qiniu,
    error::{Error, Unusable},
    limits::keyed_hash,
    media::FORM_LIFETIME,
    person,
    sessions::{self, Claim},
    storage::{Form, Upload, content_type, content_type_of},
    values::{Kind, SaveKey, UserId},
};
use base64::{Engine, engine::general_purpose::URL_SAFE};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How long an upload token can be used, in seconds (`docs/dialects/sealtalk.md#get_image_token`).
pub const TOKEN_LIFETIME: i64 = 3_600;

/// The types of pictures, with the endings of their names.
const ENDINGS: [(&str, &str); 6] = [
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/bmp", "bmp"),
    ("image/heif", "heic"),
];

/// Whose picture a URL is, if it is one of ours.
pub(crate) fn owner_in(url: &str) -> Option<UserId> {
    let (_, rest) = url.split_once("/media/images/")?;
    rest.split('/').next().and_then(|owner| UserId::try_from(owner.to_owned()).ok())
}

/// Permission to upload pictures.
#[derive(Debug)]
pub enum Ticket {
    /// To this project's own bucket.
    Own {
        /// In Qiniu's shape, for [`upload`].
        token: UploadToken,
        /// A form for exactly one picture.
        form: Form,
        /// Where that picture is read, behind the base URL.
        path: String,
    },
    /// To an account with Qiniu.
    Qiniu {
        /// A token of that account.
        token: UploadToken,
        /// Where its pictures are read.
        domain: String,
    },
}

/// A token that allows uploads. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct UploadToken(String);

impl UploadToken {
    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for UploadToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UploadToken(..)")
    }
}

/// A picture that has been uploaded.
#[derive(Debug)]
pub struct Uploaded {
    /// Of its bytes.
    pub hash: String,
    /// Where it is read, behind the base URL.
    pub path: String,
}

/// What a token says, as Qiniu's own do.
#[derive(Serialize, Deserialize)]
struct Policy {
    scope: String,
    deadline: i64,
}

/// Everything of a person lies under this prefix.
#[must_use]
pub fn prefix(uid: &UserId) -> String {
    format!("images/{uid}/")
}

/// Gives the caller permission to upload pictures; `name` is what the signed form is for. One round.
///
/// # Errors
/// [`Error::SignedOut`]; no credentials to sign with.
pub async fn ticket(app: &App, claim: &Claim, name: &SaveKey) -> Result<Ticket, Error> {
    let actor = sessions::verify(app, claim).await?;
    let uid = actor.uid();
    if let Some(qiniu) = &*app.config.qiniu {
        let token = qiniu_token(qiniu, uid, app.clock.seconds() + TOKEN_LIFETIME);
        return Ok(Ticket::Qiniu { token, domain: qiniu.domain.clone() });
    }
    let key = new_key(app, uid, &name.plain());
    let upload = Upload {
        key: &key,
        content_type: content_type(Kind::Picture, &name.relative()),
        max_bytes: app.config.upload_limit(Kind::Picture),
        valid: FORM_LIFETIME,
    };
    let form = app.storage.form(&upload).await?;
    Ok(Ticket::Own { token: own_token(app, uid), form, path: read_at(&key) })
}

fn new_key(app: &App, uid: &UserId, name: &str) -> String {
    format!("{}{}/{name}", prefix(uid), app.random.hex::<8>())
}

fn read_at(key: &str) -> String {
    format!("media/{key}")
}

fn own_token(app: &App, uid: &UserId) -> UploadToken {
    let scope = format!("{}:{}", app.config.media_bucket, prefix(uid));
    let policy = Policy { scope, deadline: app.clock.seconds() + TOKEN_LIFETIME };
    let policy = URL_SAFE.encode(json!(policy).to_string());
    UploadToken(format!("{uid}:{}:{policy}", own_signature(app, uid, &policy)))
}

fn own_signature(app: &App, uid: &UserId, policy: &str) -> String {
    keyed_hash(&app.config.hash_key, "image-upload", &format!("{uid}:{policy}"))
}

/// Whom a token of [`own_token`] allows to upload, now.
fn bearer(app: &App, token: &str) -> Option<UserId> {
    let mut parts = token.splitn(3, ':');
    let uid = UserId::try_from(parts.next()?.to_owned()).ok()?;
    let (signature, policy) = (parts.next()?, parts.next()?);
    let same = signature.as_bytes().ct_eq(own_signature(app, &uid, policy).as_bytes());
    let policy: Policy = serde_json::from_slice(&URL_SAFE.decode(policy).ok()?).ok()?;
    (bool::from(same) && policy.deadline > app.clock.seconds()).then_some(uid)
}

/// The type of a picture and the ending of its name, by its first bytes.
fn kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let kind = content_type_of(Kind::Picture, bytes)?;
    ENDINGS.into_iter().find(|(mime, _)| *mime == kind)
}

/// Takes a picture from whoever has a token (`docs/dialects/sealtalk.md#upload-form`). Two rounds.
///
/// Its type is that of its bytes. `name` is the client's; the folder is the token's owner's, whatever it says.
///
/// # Errors
/// [`Error::SignedOut`] for a token that is not ours or too old; [`Error::Unusable`] for bytes that are no picture;
/// [`Error::TooLarge`].
pub async fn upload(app: &App, token: &str, name: Option<&SaveKey>, bytes: Vec<u8>) -> Result<Uploaded, Error> {
    let uid = bearer(app, token).ok_or(Error::SignedOut)?;
    if bytes.len() as u64 > app.config.upload_limit(Kind::Picture) {
        return Err(Error::TooLarge);
    }
    let (mime, ending) = kind(&bytes).ok_or(Error::Unusable(Unusable::Picture))?;
    let hash = hex::encode(&Sha256::digest(&bytes)[..20]);
    let name = name.map_or_else(|| format!("{hash}.{ending}"), SaveKey::plain);
    let key = new_key(app, &uid, &name);
    app.storage.put(&key, bytes, mime).await?;
    // Looked at afterwards: an erasure that had passed the bucket by then has marked the person before.
    if person::profile_for_session(&app.store, &uid).await?.is_none() {
        app.storage.delete(&[key]).await?;
        return Err(Error::SignedOut);
    }
    Ok(Uploaded { hash, path: read_at(&key) })
}

/// A token for Qiniu: pictures only, of a limited size, under the user's own prefix, for an hour.
fn qiniu_token(qiniu: &Qiniu, uid: &UserId, deadline: i64) -> UploadToken {
    let policy = json!({
        "scope": format!("{}:{uid}", qiniu.bucket),
        "isPrefixalScope": 1,
        "saveKey": format!("{uid}/$(etag)"),
        "deadline": deadline,
        "insertOnly": 1,
        "fsizeLimit": 10 << 20,
        "mimeLimit": "image/jpeg;image/png;image/gif;image/webp",
    });
    let policy = URL_SAFE.encode(policy.to_string());
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha1>::new_from_slice(qiniu.secret_key.expose()).expect("any length");
    mac.update(policy.as_bytes());
    let signature = URL_SAFE.encode(mac.finalize().into_bytes());
    UploadToken(format!("{}:{signature}:{policy}", qiniu.access_key))
}
