//! `USER#<uid>`/`LIKE#<post>` and `BOUGHT#<post>`: what somebody has to do with a post. Both lie with them, so that their
//! erasure finds them; a post that is deleted leaves them behind, where they show nothing.

use crate::{
    error::Error,
    posts::rows::{COUNTS, Counted, SHARDS, count, refused},
    sessions::Writer,
    store::{self, Condition, Part, Store, Write, keys, text},
    values::{PostId, UserId},
    visibility,
};

/// The write of the like itself.
const LIKE: Part = Part::named("like");

/// That the post is bought.
pub(in crate::posts) const BOUGHT: Part = Part::named("bought");

/// Where the likes of a user are counted: always in the same part, so that each is taken back where it was counted.
pub(super) fn shard(uid: &UserId) -> u32 {
    // The last digits of an id are random.
    uid.as_str().bytes().last().map_or(0, |digit| u32::from(digit) % SHARDS)
}

fn counted(writer: &Writer, post: &PostId, change: i64) -> Write {
    Write::from(count(post, shard(writer.uid()), Counted::Likes, change)).named(COUNTS)
}

/// Lets the writer like a post, unless they do; `limited` counts it. Nothing moves where they do. `Some`: that part has refused.
pub(in crate::posts) async fn like(
    store: &Store,
    writer: &Writer,
    post: &PostId,
    author: &UserId,
    limited: Write,
) -> Result<Option<Part>, Error> {
    let row = store::Item::from([("type".into(), text("like"))]);
    let like = Write::put(keys::like(writer.uid(), post), row, Some(Condition::Absent("pk"))).named(LIKE);
    let mut writes = vec![writer.proof(), counted(writer, post, 1)];
    writes.extend(visibility::unblocked(writer.uid(), author));
    writes.extend([like, limited]);
    refused(store, writes, LIKE).await
}

/// Lets the writer like a post no more. Nothing moves where they do not. `Some`: that part has refused.
pub(in crate::posts) async fn unlike(store: &Store, writer: &Writer, post: &PostId) -> Result<Option<Part>, Error> {
    let like = Write::delete(keys::like(writer.uid(), post), Some(Condition::Present("pk"))).named(LIKE);
    refused(store, vec![writer.proof(), counted(writer, post, -1), like], LIKE).await
}

/// That a post is the writer's now, and that it is still there: parts of the transaction that pays for it.
pub(in crate::posts) fn sell(writer: &Writer, post: &PostId) -> Vec<Write> {
    let row = store::Item::from([("type".into(), text("bought"))]);
    let bought = Write::put(keys::bought(post, writer.uid()), row, Some(Condition::Absent("pk"))).named(BOUGHT);
    let there = keys::post_count(post, shard(writer.uid()));
    vec![Write::check(there, Condition::Present("pk")).named(COUNTS), bought]
}
