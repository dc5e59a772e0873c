//! `USER#<uid>`/`DELETED#<post>`: the end of a post. One transaction takes it away with everything by which it is found; its
//! comments, which may be many, go after that.

use crate::{
    error::Error,
    posts::rows::{POST, Row, comments::Comment, lists, refused, shards},
    sessions::Writer,
    store::{
        self, Condition, Part, Store, Write,
        keys::{self, Table},
        side_by_side, text, value,
    },
    values::{PostId, UserId},
};

/// So many comments are deleted side by side, and so many are read at once.
const WIDTH: usize = 32;
const PAGE: usize = 100;

/// So many pages of the comments on a post a call deletes. The next call goes on.
const PAGES: usize = 10;

/// So many posts whose end was cut short a call ends.
const MARKS: i32 = 10;

/// Takes a post of the writer's away, in one transaction with `also`. `Some`: that part has refused, and nothing happened.
pub(in crate::posts) async fn delete(
    store: &Store,
    writer: &Writer,
    row: &Row,
    also: Vec<Write>,
) -> Result<Option<Part>, Error> {
    let there = Some(Condition::Present("pk"));
    let mark = store::Item::from([("type".into(), text("deleted_post"))]);
    let mut writes = vec![
        Write::delete(keys::post(&row.id), there).named(POST),
        writer.proof(),
        Write::put(keys::deleted_post(&row.author, &row.id), mark, None),
        Write::delete(keys::own_post(&row.author, row.millis, &row.id), None),
        Write::delete(keys::shown_post(&row.author, row.millis, &row.id), None),
        lists::count_posts(&row.author, -1).into(),
    ];
    writes.extend(shards(&row.id).map(|key| Write::delete(key, None)));
    writes.extend(also);
    // It was there when it was read, so where it is not, its author has deleted it meanwhile.
    refused(store, writes, POST).await
}

/// Deletes the comments of a post that is gone, and then the mark that says that some may be left. Many take more than one
/// call.
pub(in crate::posts) async fn sweep(store: &Store, author: &UserId, post: &PostId) -> Result<(), Error> {
    let partition = keys::post_partition(post);
    for _ in 0..PAGES {
        let limit = i32::try_from(PAGE).ok();
        let items = store.query(Table::Social, &partition, keys::COMMENTS, false, limit).await?;
        let last = items.len() < PAGE;
        let comments = items.into_iter().map(value).collect::<Result<Vec<Comment>, _>>()?;
        side_by_side(WIDTH, comments.iter().map(|comment| forget(store, post, comment)).collect()).await?;
        if last {
            return store.delete(keys::deleted_post(author, post)).await;
        }
    }
    Ok(())
}

/// Deletes a comment, and first the row by which its author's erasure finds it, which can be found again by it.
async fn forget(store: &Store, post: &PostId, comment: &Comment) -> Result<(), Error> {
    for key in comment.keys(post) {
        store.delete(key).await?;
    }
    Ok(())
}

/// Posts of the writer's that are gone and some of whose comments may be left. One round.
pub(in crate::posts) async fn unswept(store: &Store, writer: &Writer) -> Result<Vec<PostId>, Error> {
    let partition = keys::partition(writer.uid());
    let marks = store.query(Table::Social, &partition, keys::DELETED, false, Some(MARKS)).await?;
    let post = |mark: &store::Item| keys::about(&keys::of(Table::Social, mark).ok()?, keys::DELETED);
    Ok(marks.iter().filter_map(post).collect())
}
