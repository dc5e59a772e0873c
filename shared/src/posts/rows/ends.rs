//! `USER#<uid>`/`DELETED#<post>`: the end of a post. One transaction takes it away with everything by which it is found; its
//! comments, which may be many, and its files go after that.

use crate::{
    error::Error,
    posts::rows::{POST, Row, comments::Comment, lists, refused, shards},
    sessions::Writer,
    store::{
        Condition, Item, Part, Store, Write, item,
        keys::{self, Table},
        side_by_side, value,
    },
    values::{FileKey, PostId},
};
use serde::{Deserialize, Serialize};

/// So many comments are deleted side by side, and so many are read at once.
const WIDTH: usize = 32;
const PAGE: usize = 100;

/// So many pages of the comments on a post a call deletes. The next call goes on.
const PAGES: usize = 10;

/// So many posts whose end was cut short a call ends.
const MARKS: i32 = 10;

/// A post that is gone, and may have left something.
#[derive(Debug)]
pub(in crate::posts) struct Ended {
    pub(in crate::posts) id: PostId,
    /// Its files, which others may use as well.
    pub(in crate::posts) files: Vec<FileKey>,
}

/// The same as it is stored, under its id.
#[derive(Serialize, Deserialize)]
struct Mark {
    files: Vec<FileKey>,
}

impl Ended {
    /// What is left when a post is deleted.
    pub(in crate::posts) fn of(row: &Row) -> Self {
        Self { id: row.id.clone(), files: row.media.iter().map(|file| file.key.clone()).collect() }
    }

    fn of_mark(item: Item) -> Result<Option<Self>, Error> {
        let id = keys::about(&keys::of(Table::Social, &item)?, keys::DELETED);
        let Mark { files } = value(item)?;
        Ok(id.map(|id| Self { id, files }))
    }
}

/// Takes a post of the writer's away, in one transaction with `also`. `Some`: that part has refused, and nothing happened.
pub(in crate::posts) async fn delete(
    store: &Store,
    writer: &Writer,
    row: &Row,
    also: Vec<Write>,
) -> Result<Option<Part>, Error> {
    let mut writes = end(row)?;
    writes.push(writer.proof());
    writes.extend(also);
    // It was there when it was read, so where it is not, its author has deleted it meanwhile.
    refused(store, writes, POST).await
}

/// The parts of a transaction that take a post away, with everything by which it is found.
pub(super) fn end(row: &Row) -> Result<Vec<Write>, Error> {
    let there = Some(Condition::Present("pk"));
    let mark = item("deleted_post", &Mark { files: Ended::of(row).files })?;
    let mut writes = vec![
        Write::delete(keys::post(&row.id), there).named(POST),
        Write::put(keys::deleted_post(&row.author, &row.id), mark, None),
        Write::delete(keys::own_post(&row.author, row.millis, &row.id), None),
        Write::delete(keys::shown_post(&row.author, row.millis, &row.id), None),
        lists::count_posts(&row.author, -1).into(),
    ];
    writes.extend(shards(&row.id).map(|key| Write::delete(key, None)));
    Ok(writes)
}

/// Deletes the comments of a post that is gone. `false`: there are more, for the next call.
pub(in crate::posts) async fn sweep(store: &Store, post: &PostId) -> Result<bool, Error> {
    let partition = keys::post_partition(post);
    for _ in 0..PAGES {
        let limit = i32::try_from(PAGE).ok();
        let items = store.query(Table::Social, &partition, keys::COMMENTS, false, limit).await?;
        let last = items.len() < PAGE;
        let comments = items.into_iter().map(value).collect::<Result<Vec<Comment>, _>>()?;
        side_by_side(WIDTH, comments.iter().map(|comment| forget(store, post, comment)).collect()).await?;
        if last {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes the mark of a post away of which nothing is left.
pub(in crate::posts) async fn settle(store: &Store, writer: &Writer, post: &PostId) -> Result<(), Error> {
    store.delete(keys::deleted_post(writer.uid(), post)).await
}

/// Deletes a comment, and first the row by which its author's erasure finds it, which can be found again by it.
async fn forget(store: &Store, post: &PostId, comment: &Comment) -> Result<(), Error> {
    for key in comment.keys(post) {
        store.delete(key).await?;
    }
    Ok(())
}

/// Posts of the writer's that are gone and may have left something. One round.
pub(in crate::posts) async fn unswept(store: &Store, writer: &Writer) -> Result<Vec<Ended>, Error> {
    let partition = keys::partition(writer.uid());
    let marks = store.query(Table::Social, &partition, keys::DELETED, false, Some(MARKS)).await?;
    marks.into_iter().filter_map(|mark| Ended::of_mark(mark).transpose()).collect()
}
