//! Permission to upload files (`docs/dialects/m_user.md#uploads`).

use crate::{
    app::App,
    error::{Error, Limit},
    limits,
    sessions::{self, Claim},
    storage::{Form, SignedPut, Upload},
    store::{Part, Transacted},
    uploads::{FileKey, Kind, device_folder, rules},
    values::Address,
};
use futures_util::future::try_join_all;
use std::time::Duration;

/// The most that are given at once.
pub const MOST_PERMITS: u32 = 9;

/// How long a file can be uploaded, as often as somebody does.
const LIFETIME: Duration = Duration::from_secs(600);

/// What every file is uploaded as. What it is read as its bytes say, when it is used.
const CONTENT_TYPE: &str = "application/octet-stream";

/// The counter of the address, where another one counts too.
const ADDRESS: Part = Part::named("address");

/// Permission to upload one file, in either of two ways.
#[derive(Debug)]
pub struct Permit {
    /// Under which key the file can be used.
    pub key: FileKey,
    /// A PUT of the file. It takes files of any size.
    pub put: SignedPut,
    /// A form, which takes none that is empty or too large to be used.
    pub form: Form,
}

/// Permits to upload so many files of a kind, at most [`MOST_PERMITS`], which whoever asks may use; a device that speaks for
/// nobody yet is given some too, for the account to come. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`] for a claim that is of nobody and of no device; other errors of a proof; [`Error::TooManyRequests`].
pub async fn permits(app: &App, claim: &Claim, address: &Address, kind: Kind, many: u32) -> Result<Vec<Permit>, Error> {
    debug_assert!(many <= MOST_PERMITS);
    let folder = counted(app, claim, address, many).await?;
    try_join_all((0..many).map(|_| permit(app, &folder, kind))).await
}

/// Counts the keys for whoever asks, and says which their folder is.
async fn counted(app: &App, claim: &Claim, address: &Address, many: u32) -> Result<String, Error> {
    let count = |limit, subject| limits::counted_many(app, limit, subject, many);
    let (limit, writes, folder) = match sessions::writer_beside(app, claim, async |_| Ok(())).await {
        Ok((writer, ())) => {
            let counter = count(Limit::FileKeys, writer.uid().as_str());
            (Limit::FileKeys, vec![writer.proof(), counter], writer.uid().to_string())
        }
        Err(Error::SignedOut) => {
            let folder = device_folder(app, claim).ok_or(Error::SignedOut)?;
            if claim.shows_token() {
                return Err(Error::WrongSession);
            }
            let by_address = count(Limit::AddressFileKeys, address.subject()).named(ADDRESS);
            (Limit::DeviceFileKeys, vec![count(Limit::DeviceFileKeys, &folder), by_address], folder)
        }
        Err(error) => return Err(error),
    };
    match app.store.transact(writes).await? {
        Transacted::Done => Ok(folder),
        Transacted::Refused { part: sessions::PROVEN, .. } => Err(Error::SignedOut),
        Transacted::Refused { part: ADDRESS, .. } => Err(Error::TooManyRequests { limit: Limit::AddressFileKeys }),
        Transacted::Refused { .. } => Err(Error::TooManyRequests { limit }),
    }
}

async fn permit(app: &App, folder: &str, kind: Kind) -> Result<Permit, Error> {
    let key = FileKey::new(&app.random);
    let object = rules::pending(folder, kind, &key);
    let put = app.storage.signed_put(&object, CONTENT_TYPE, LIFETIME).await?;
    let max_bytes = app.config.upload_limit(kind);
    let upload = Upload { key: &object, content_type: CONTENT_TYPE, max_bytes, valid: LIFETIME };
    let form = app.storage.form(&upload).await?;
    Ok(Permit { key, put, form })
}
