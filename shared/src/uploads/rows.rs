//! `FILE#<key>`/`FILE`: a file that is in use.

use crate::{
    error::Error,
    sessions::Reader,
    store::{self, Condition, Part, Store, Update, Write, Written, item, keys, number, text},
    uploads::{Place, Wanted, rules},
    values::{FileKey, Kind, PostId, UserId},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// The parts of a transaction that use files or release them. When one refuses, the file is not as it was read: it has to be
/// prepared again.
pub const FILE: Part = Part::named("file");

/// A file as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FileRow {
    /// Whose it is.
    pub(super) owner: UserId,
    kind: Kind,
    /// By its bytes.
    content_type: String,
    /// The name of the copy that is live: another copy of the same key has another.
    pub(super) copy: String,
    /// The post that is paid for, if it is of one. Never changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) post: Option<PostId>,
    /// How many places it is in.
    uses: i64,
    /// That it is being deleted.
    #[serde(default, skip_serializing_if = "is_false")]
    gone: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl FileRow {
    /// A file that is about to be used for the first time.
    pub(super) fn new(owner: &UserId, kind: Kind, content_type: &str, copy: String, place: Place<'_>) -> Self {
        let post = match place {
            Place::Free => None,
            Place::Paid(post) => Some(post.clone()),
        };
        let (owner, content_type) = (owner.clone(), content_type.to_owned());
        Self { owner, kind, content_type, copy, post, uses: 0, gone: false }
    }

    /// Whether somebody may use it once more.
    pub(super) fn usable(&self, owner: &UserId, wanted: &Wanted, place: Place<'_>) -> bool {
        let free = self.post.is_none() && place == Place::Free;
        free && self.owner == *owner && self.kind == wanted.kind && !self.gone
    }

    /// Whether it is of this kind.
    pub(super) fn is_of(&self, kind: Kind) -> bool {
        self.kind == kind
    }

    /// Whether anybody uses it.
    pub(super) fn in_use(&self) -> bool {
        self.uses > 0 && !self.gone
    }

    /// Where it lies.
    pub(super) fn live(&self, key: &FileKey) -> String {
        rules::live(&self.owner, key, &self.copy)
    }
}

/// A file by its key. One round.
pub(super) async fn read(store: &Store, key: &FileKey) -> Result<Option<FileRow>, Error> {
    store.get_as(keys::file(key)).await
}

/// Whether somebody has bought the post that a file is of. One round.
pub(crate) async fn has_bought(store: &Store, reader: &Reader, post: &PostId) -> Result<bool, Error> {
    Ok(store.get(keys::bought(post, reader.uid())).await?.is_some())
}

/// Several of them. One round.
pub(super) async fn read_all(store: &Store, keys: &[&FileKey]) -> Result<Vec<Option<FileRow>>, Error> {
    let keys: Vec<_> = keys.iter().map(|key| keys::file(key)).collect();
    let mut found = store.get_many(&keys).await?;
    keys.iter().map(|key| found.take_as(key)).collect()
}

/// Uses a file that nobody has used yet.
pub(super) fn first_use(key: &FileKey, row: &FileRow, uses: i64) -> Result<Write, Error> {
    let row = FileRow { uses, ..row.clone() };
    Ok(Write::put(keys::file(key), item("file", &row)?, Some(Condition::Absent("pk"))).named(FILE))
}

/// Uses a file so many times more, if it is the one that was read.
pub(super) fn use_again(key: &FileKey, row: &FileRow, uses: i64) -> Write {
    let same = Condition::Equals("copy", text(&row.copy)).and(Condition::Absent("gone"));
    Write::from(Update::of(keys::file(key)).add("uses", number(uses)).when(same)).named(FILE)
}

/// Takes away so many uses, if there are.
pub(super) fn take_back(key: &FileKey, uses: i64) -> Write {
    let used = Condition::AtLeast("uses", number(uses));
    Write::from(Update::of(keys::file(key)).add("uses", number(-uses)).when(used)).named(FILE)
}

/// Keeps a file that nobody uses from being used again, and gives it back; `None` for one that is in use or not there. The row expires:
/// until then it keeps the key from being used again, because what was uploaded under it may still wait, or be uploaded anew.
pub(super) async fn retire(store: &Store, key: &FileKey, expires_at: i64) -> Result<Option<FileRow>, Error> {
    let unused = Condition::Below("uses", number(1));
    let update = Update::of(keys::file(key)).set("gone", AttributeValue::Bool(true));
    let update = update.set("expires_at", number(expires_at)).when(unused);
    match store.update(update).await? {
        Written::Done(item) => store::value(item).map(Some),
        Written::Refused(_) => Ok(None),
    }
}

/// Takes the owner's name off the row of a file that was retired and is deleted.
pub(super) async fn forget(store: &Store, key: &FileKey) -> Result<(), Error> {
    let nobody = text(UserId::nobody().as_str());
    let update = Update::of(keys::file(key)).set("owner", nobody).remove("post").when(Condition::Present("gone"));
    store.update(update).await.map(drop)
}

/// So many rows are deleted side by side.
const WIDTH: usize = 16;

/// Deletes the rows of these files of somebody who is being erased, whatever uses them.
pub(super) async fn erase(store: &Store, owner: &UserId, files: &[FileKey]) -> Result<(), Error> {
    let mine = Condition::Equals("owner", text(owner.as_str()));
    let deleted = files.iter().map(|key| {
        let write = Write::delete(keys::file(key), Some(mine.clone()));
        // Refused: it is not there any more.
        async move { store.transact(vec![write]).await.map(drop) }
    });
    store::side_by_side(WIDTH, deleted.collect()).await
}
