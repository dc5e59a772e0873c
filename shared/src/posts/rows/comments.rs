//! `POST#<post>`/`COMMENT#<ms>#<id>`, and `USER#<uid>`/`COMMENTED#..`, which names it where its author's erasure looks.

use crate::{
    error::Error,
    paging::{At, Place},
    posts::rows::{COUNTS, Counted, Counts, Row, Written, count, refused, shards},
    sessions::{AnyReader, Profile, Reader, Writer},
    store::{
        self, Condition, Part, Store, Write, item,
        keys::{self, Key, Table},
        text, value,
    },
    values::{CommentId, FreeText, PostId, UserId},
    visibility,
};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// The write of the comment itself.
const COMMENT: Part = Part::named("comment");

/// A comment as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::posts) struct Comment {
    pub(in crate::posts) id: CommentId,
    pub(in crate::posts) author: UserId,
    pub(in crate::posts) content: FreeText,
    /// When it was written.
    pub(in crate::posts) millis: i64,
}

impl Comment {
    /// Its place in its list.
    pub(in crate::posts) fn at(&self) -> At {
        At { millis: self.millis, id: self.id.to_string() }
    }

    /// The rows of it.
    pub(super) fn keys(&self, post: &PostId) -> [Key; 2] {
        let named = keys::commented(&self.author, post, self.millis, &self.id);
        [named, keys::comment(post, self.millis, &self.id)]
    }
}

/// Writes a comment on a post of `author`, counted in that part of the post's counts; `limited` counts it for its writer.
pub(in crate::posts) async fn write(
    store: &Store,
    writer: &Writer,
    post: &Row,
    comment: &Comment,
    shard: u32,
    limited: Write,
) -> Result<Option<Part>, Error> {
    let [named, key] = comment.keys(&post.id);
    let trace = store::Item::from([("type".into(), text("commented"))]);
    let written = Write::put(key, item("comment", comment)?, Some(Condition::Absent("pk"))).named(COMMENT);
    let counted = Write::from(count(&post.id, shard, Counted::Comments, 1)).named(COUNTS);
    let mut writes = vec![writer.proof(), written, counted, Write::put(named, trace, None), limited];
    writes.extend(visibility::unblocked(writer.uid(), &post.author));
    // The id is new: where it is there, an attempt before this one has written it, and its answer was lost.
    refused(store, writes, COMMENT).await
}

/// The comments on a post from a place on, newest first. One round.
pub(in crate::posts) async fn page(
    store: &Store,
    _: &AnyReader,
    post: &PostId,
    place: &Place,
    most: usize,
) -> Result<Vec<Comment>, Error> {
    let partition = keys::post_partition(post);
    let items = store.query_before(Table::Social, &partition, keys::COMMENTS, &place.bound(), most).await?;
    items.into_iter().map(value).collect()
}

/// A comment on a post by its id, which says in which second it was written; the row may say the next. One round.
pub(crate) async fn comment_on(
    store: &Store,
    _: &AnyReader,
    post: &PostId,
    id: &CommentId,
) -> Result<Option<Written>, Error> {
    let partition = keys::post_partition(post);
    let Some(second) = id.second() else { return Ok(None) };
    let prefixes = [second, second + 1].map(|second| format!("{}{second:010}", keys::COMMENTS));
    let queries = prefixes.iter().map(|prefix| store.query(Table::Social, &partition, prefix, false, None));
    let found = futures_util::future::try_join_all(queries).await?;
    let comments = found.into_iter().flatten().map(value).collect::<Result<Vec<Comment>, _>>()?;
    let written = |it: Comment| Written { author: it.author, content: Some(it.content), files: Vec::new() };
    Ok(comments.into_iter().find(|comment| comment.id == *id).map(written))
}

/// Whose post it is, and how many comments it has. One round. `None`: it is gone.
pub(in crate::posts) async fn total(
    store: &Store,
    _: &AnyReader,
    post: &PostId,
) -> Result<Option<(UserId, i64)>, Error> {
    let key = keys::post(post);
    let wanted: Vec<Key> = shards(post).chain([key.clone()]).collect();
    let mut found = store.get_many(&wanted).await?;
    let (row, counts) = (found.take_as::<Row>(&key)?, Counts::take(&mut found, post)?);
    Ok(row.zip(counts).map(|(row, counts)| (row.author, counts.comments)))
}

/// Who has written these comments on a post of `author`; nobody is in it who is gone. `None`: a block keeps the reader and
/// `author` apart. One round.
pub(in crate::posts) async fn people(
    store: &Store,
    reader: &Reader,
    author: &UserId,
    comments: &[Comment],
) -> Result<Option<HashMap<UserId, Profile>>, Error> {
    let writers: HashSet<&UserId> = comments.iter().map(|comment| &comment.author).collect();
    let mut wanted = visibility::blocks_between(reader.uid(), author);
    wanted.extend(writers.iter().map(|uid| keys::profile(uid)));
    let mut found = store.get_many(&wanted).await?;
    if visibility::take_apart(&mut found, reader.uid(), author) {
        return Ok(None);
    }
    let mut people = HashMap::new();
    for uid in writers {
        let profile: Option<Profile> = found.take_as(&keys::profile(uid))?;
        people.extend(profile.filter(visibility::is_there).map(|profile| (uid.clone(), profile)));
    }
    Ok(Some(people))
}
