//! Files that people upload under a key and then use: as a picture of themselves, in a post, wherever a key is taken
//! (`docs/dialects/m_user.md#uploads`).
//!
//! | step | where the file is | what is stored of it |
//! |---|---|---|
//! | [`permits`]: a key is asked for | it may be uploaded to `pending/files/<owner>/<kind>/<key>` | nothing: whose the key is and of which kind stands in its path |
//! | [`prepare`], and the caller's transaction: the key is used | a copy at `media/files/<owner>/<key>/<copy>`, typed by its bytes | `FILE#<key>`: whose it is, where it lies, how often it is used, and the post that is paid for |
//! | [`release`], and the caller's transaction: it is used no more | the same | one use less |
//! | [`sweep`] | gone, if that was the last use | for three days, that the key was used, and by nobody |
//!
//! A form or a URL that uploads can be used again while it lives, and changes no more than the pending file. Each copy has a
//! name of its own, drawn for the call that makes it, so that a call which is refused takes its copy away and nobody else's.
//!
//! A file is either free or of one post that is paid for. [`url`] shows a free one to everybody and one of such a post to
//! its author, its buyers, and whoever has a [`ticket`].

mod erase;
mod permits;
mod rows;
mod rules;
mod showing;
mod tickets;
mod using;

pub use crate::values::{FileKey, Kind};
pub(crate) use erase::erase;
pub use permits::{MOST_PERMITS, Permit, permits};
pub use rows::FILE;
pub(crate) use rows::has_bought;
pub use rules::accepted;
pub use showing::url;
pub use tickets::{Named, ticket};
pub(crate) use using::try_to_sweep;
pub use using::{Prepared, exchange, prepare, release, sweep};

use crate::{
    app::App,
    limits::keyed_hash,
    sessions::{Claim, devices::DeviceHash},
    values::{PostId, UserId},
};

/// A key that somebody wants to use, as a file of this kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The key.
    pub key: FileKey,
    /// What the place takes.
    pub kind: Kind,
}

/// What a file is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// Where everybody may see it.
    Free,
    /// In this post, which is paid for. No other place can have the file.
    Paid(&'a PostId),
}

/// Whose keys may be used: a person's, and those that their device has asked for, as before it had a person.
#[derive(Debug)]
pub struct Owner<'a> {
    uid: &'a UserId,
    device: Option<String>,
}

impl<'a> Owner<'a> {
    /// Somebody whom the caller has a permission of ([`Actor`](crate::sessions::Actor) or
    /// [`Writer`](crate::sessions::Writer)) or is making an account for, with the device of the claim if it is of one.
    #[must_use]
    pub fn new(app: &App, uid: &'a UserId, claim: &Claim) -> Self {
        Self { uid, device: device_folder(app, claim) }
    }

    /// The folders in which their pending files are.
    fn folders(&self) -> impl Iterator<Item = &str> {
        [Some(self.uid.as_str()), self.device.as_deref()].into_iter().flatten()
    }
}

/// Where the files of a person lie: those that are used, and those that wait.
pub(crate) fn prefixes(uid: &UserId) -> [String; 2] {
    [rules::live_prefix(uid), rules::pending_prefix(uid.as_str())]
}

/// The folder of a device that has no person: 32 hex digits, where a person's has 24.
fn device_folder(app: &App, claim: &Claim) -> Option<String> {
    claim.device().map(|device| folder_of(app, device))
}

fn folder_of(app: &App, device: &DeviceHash) -> String {
    keyed_hash(&app.config.hash_key, "upload-folder", device.as_str())
}
