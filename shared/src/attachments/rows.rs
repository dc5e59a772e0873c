//! `ATTACHMENT#<name>`/`OWNER` and `USER#<uid>`/`ATTACHMENT#<name>`: whose the name of a file is.

use crate::{
    error::Error,
    sessions::Reader,
    store::{
        Condition, Sheet, Store, Write, item,
        keys::{self, Table},
    },
    values::{AttachmentName, UserId},
};
use serde::{Deserialize, Serialize};

/// Whose a name is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct NameOwner {
    /// The owner.
    uid: UserId,
    /// Whether the bytes were found to be a picture when the file was stored.
    pub(super) is_picture: bool,
}

/// Both rows of a new name, as parts of a transaction.
pub(super) fn put(uid: &UserId, name: &AttachmentName, is_picture: bool) -> Result<Vec<Write>, Error> {
    let row = item("attachment", &NameOwner { uid: uid.clone(), is_picture })?;
    let absent = Some(Condition::Absent("pk"));
    Ok(vec![
        Write::put(keys::attachment(name), row.clone(), absent),
        Write::put(keys::own_attachment(uid, name), row, None),
    ])
}

/// Whose a name is. One round.
pub(super) async fn owner(store: &Store, name: &AttachmentName) -> Result<Option<UserId>, Error> {
    let row: Option<NameOwner> = store.get_as(keys::attachment(name)).await?;
    Ok(row.map(|row| row.uid))
}

/// The reader's row of a name, if it is theirs. One round.
pub(crate) async fn own(store: &Store, reader: &Reader, name: &AttachmentName) -> Result<Option<NameOwner>, Error> {
    store.get_as(keys::own_attachment(reader.uid(), name)).await
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 1] = [Sheet::of("attachments", Table::Users, keys::ATTACHMENTS).keyed("name")];
