//! The end of a person among posts: theirs end as if they deleted them, and what they have done to those of others is taken back, with
//! its counts. Their files go with the rest of their files. Each step can be repeated.

use crate::{
    error::Error,
    posts::rows::{
        COUNTS, Counted, Row, count,
        ends::{self, end},
        marks,
    },
    store::{
        Condition, Part, Store, Transacted, Write,
        keys::{self, Key, Table},
        side_by_side,
    },
    values::{PostId, UserId},
};

/// So many things are taken back side by side: they may be of one post, whose counts are in few rows.
const WIDTH: usize = 8;

/// What is taken back.
const DONE: Part = Part::named("done");

/// Erases everything that somebody has published, liked, said of posts and bought. Nobody writes anything of it any more: each such
/// write checks that they are not being erased. The number of rounds grows with what there is.
pub(crate) async fn erase(store: &Store, uid: &UserId) -> Result<(), Error> {
    let own = own_rows(store, uid, keys::POSTS).await?;
    side_by_side(WIDTH, own.into_iter().map(|own| end_post(store, uid, own)).collect()).await?;
    for mark in own_rows(store, uid, keys::DELETED).await? {
        if let Some(post) = keys::about::<PostId>(&mark, keys::DELETED) {
            while !ends::sweep(store, &post).await? {}
        }
        store.delete(mark).await?;
    }
    let likes = own_rows(store, uid, keys::LIKES).await?;
    side_by_side(WIDTH, likes.into_iter().map(|like| take_like_back(store, uid, like)).collect()).await?;
    let comments = own_rows(store, uid, keys::COMMENTED).await?;
    side_by_side(WIDTH, comments.into_iter().map(|own| take_comment_back(store, uid, own)).collect()).await?;
    let mut rest = vec![keys::posts_of(uid)];
    for prefix in [keys::BOUGHT, keys::SHOWN] {
        rest.extend(own_rows(store, uid, prefix).await?);
    }
    side_by_side(WIDTH, rest.into_iter().map(|key| store.delete(key)).collect()).await
}

async fn own_rows(store: &Store, uid: &UserId, prefix: &str) -> Result<Vec<Key>, Error> {
    let items = store.query(Table::Social, &keys::partition(uid), prefix, false, None).await?;
    items.iter().map(|item| keys::of(Table::Social, item)).collect()
}

/// Ends a post, which leaves a mark until its comments are gone. The row that names it may be left of a call that was cut.
async fn end_post(store: &Store, uid: &UserId, own: Key) -> Result<(), Error> {
    if let Some(id) = keys::post_of_own(&own)
        && let Some(post) = store.get_as::<Row>(keys::post(&id)).await?
        && post.author == *uid
    {
        // Refused: it has ended meanwhile, and its rows with it.
        return store.transact(end(&post)?).await.map(drop);
    }
    store.delete(own).await
}

/// Takes something back that is counted with a post: `done`, and its count. Gives back whether it is done with: the post may be gone,
/// which has no counts then.
async fn take_back(
    store: &Store,
    post: &PostId,
    done: Vec<Write>,
    counted: Counted,
    shard: u32,
) -> Result<bool, Error> {
    let mut writes = done;
    writes.push(Write::from(count(post, shard, counted, -1)).named(COUNTS));
    match store.transact(writes).await? {
        Transacted::Done => Ok(true),
        Transacted::Refused { .. } => Ok(false),
    }
}

async fn take_like_back(store: &Store, uid: &UserId, like: Key) -> Result<(), Error> {
    let Some(post) = keys::about::<PostId>(&like, keys::LIKES) else { return store.delete(like).await };
    let done = Write::delete(like.clone(), Some(Condition::Present("pk"))).named(DONE);
    if take_back(store, &post, vec![done], Counted::Likes, marks::shard(uid)).await? {
        return Ok(());
    }
    store.delete(like).await
}

async fn take_comment_back(store: &Store, uid: &UserId, own: Key) -> Result<(), Error> {
    let Some((post, comment)) = keys::comment_of_own(&own) else { return store.delete(own).await };
    let there = Some(Condition::Present("pk"));
    let done = vec![Write::delete(comment.clone(), there).named(DONE), Write::delete(own.clone(), None)];
    if take_back(store, &post, done, Counted::Comments, marks::shard(uid)).await? {
        return Ok(());
    }
    // First the comment, which is found by the row that names it.
    store.delete(comment).await?;
    store.delete(own).await
}
