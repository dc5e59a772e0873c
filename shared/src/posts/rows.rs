//! `POST#<post>`/`POST`, the counts beside it, and what a reader has to do with it. Lists, comments and the end of a post are
//! in the folder.

pub(super) mod comments;
pub(super) mod ends;
pub(super) mod erase;
pub(super) mod lists;
pub(super) mod marks;

use crate::{
    error::{Error, Limit},
    limits::COUNTED,
    sessions::{Actor, AnyReader, PROVEN, Profile, Reader, Writer},
    store::{
        self, Condition, Part, Sheet, Store, Transacted, Update, Write, item,
        keys::{self, Key, Table},
        number, text,
    },
    time::utc_day,
    values::{FileKey, FreeText, PostId, PostType, Price, UserId},
    visibility::{self, UNBLOCKED},
};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Over so many rows the counts of a post are spread, so that as many can like it at the same time.
pub const SHARDS: u32 = 4;

/// The write of the post itself.
const POST: Part = Part::named("post");

/// The write of a post's counts. It refuses where the post is gone.
const COUNTS: Part = Part::named("counts");

/// A file of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Its key.
    pub key: FileKey,
    /// How long it is, in seconds, where its author has said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<u32>,
}

/// A post as it is stored. It never changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) id: PostId,
    pub(super) author: UserId,
    pub(super) kind: PostType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<FreeText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) media: Vec<Media>,
    pub(super) price: Price,
    /// When it was published.
    pub(super) millis: i64,
}

/// What others have done to a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Counts {
    #[serde(default)]
    pub(super) likes: i64,
    #[serde(default)]
    pub(super) clicks: i64,
    #[serde(default)]
    pub(super) comments: i64,
}

/// What is counted of a post.
#[derive(Clone, Copy, Debug)]
pub(super) enum Counted {
    Likes,
    Clicks,
    Comments,
}

impl Counted {
    fn attribute(self) -> &'static str {
        match self {
            Self::Likes => "likes",
            Self::Clicks => "clicks",
            Self::Comments => "comments",
        }
    }
}

impl Counts {
    /// Takes the sum out of what was read, for which [`shards`] were asked. `None`: the post is gone.
    fn take(found: &mut store::Found, id: &PostId) -> Result<Option<Self>, Error> {
        let mut sum = Self::default();
        for key in shards(id) {
            let Some(shard) = found.take_as::<Self>(&key)? else { return Ok(None) };
            sum.likes += shard.likes;
            sum.clicks += shard.clicks;
            sum.comments += shard.comments;
        }
        Ok(Some(sum))
    }
}

/// The rows over which the counts of a post are spread.
fn shards(id: &PostId) -> impl Iterator<Item = Key> {
    (0..SHARDS).map(|shard| keys::post_count(id, shard))
}

/// Counts one more or one less of a post, if it is still there.
pub(super) fn count(id: &PostId, shard: u32, counted: Counted, change: i64) -> Update {
    let update = Update::of(keys::post_count(id, shard)).add(counted.attribute(), number(change));
    update.when(Condition::Present("pk"))
}

/// What a write about a post is answered, of which this part has refused; `None`: it has happened. `limit` is what such writes
/// count under.
pub(super) fn settled(refused: Option<Part>, limit: Limit) -> Result<(), Error> {
    match refused {
        None => Ok(()),
        Some(PROVEN) => Err(Error::SignedOut),
        Some(COUNTS) => Err(Error::NoSuchPost),
        Some(UNBLOCKED) => Err(Error::Apart),
        Some(COUNTED) => Err(Error::TooManyRequests { limit }),
        Some(other) => Err(Error::internal(format!("{other:?} of a write about a post was refused"))),
    }
}

/// Writes what is written about a post. `Some`: that part has refused, and nothing happened; but where it is `before`, an attempt
/// before this one was carried out.
async fn refused(store: &Store, writes: Vec<Write>, before: Part) -> Result<Option<Part>, Error> {
    Ok(match store.transact(writes).await? {
        Transacted::Refused { part, .. } if part != before => Some(part),
        Transacted::Done | Transacted::Refused { .. } => None,
    })
}

impl Row {
    /// Where it stands among the posts of its author.
    fn moment(&self) -> String {
        keys::moment(self.millis, self.id.as_str())
    }

    /// Everything that is there as long as the post is, as its author publishes it.
    fn writes(&self) -> Result<Vec<Write>, Error> {
        let mut post = item("post", self)?;
        post.insert("feed_day".into(), text(utc_day(self.millis)));
        post.insert("feed_at".into(), text(lists::feed_at(self)));
        let mut writes = vec![Write::put(keys::post(&self.id), post, Some(Condition::Absent("pk"))).named(POST)];
        let counts = store::Item::from([("type".into(), text("post_count"))]);
        writes.extend(shards(&self.id).map(|key| Write::put(key, counts.clone(), None)));
        let own = store::Item::from([("type".into(), text("own_post"))]);
        writes.push(Write::put(keys::own_post(&self.author, self.millis, &self.id), own, None));
        if self.kind.is_seen() {
            let key = keys::shown_post(&self.author, self.millis, &self.id);
            // A homepage shows no words.
            writes.push(Write::put(key, item("shown_post", &Self { content: None, ..self.clone() })?, None));
        }
        writes.push(lists::count_posts(&self.author, 1).into());
        Ok(writes)
    }
}

/// Publishes a post, in one transaction with `also`. `Some`: that part has refused, and nothing was published.
pub(super) async fn publish(
    store: &Store,
    writer: &Writer,
    row: &Row,
    counted: Write,
    also: Vec<Write>,
) -> Result<Option<Part>, Error> {
    let mut writes = row.writes()?;
    writes.extend([writer.proof(), counted]);
    writes.extend(also);
    // The id is new: where the post is there, an attempt before this one has published it, and its answer was lost.
    refused(store, writes, POST).await
}

/// A post, for whoever does something to it. One round.
pub(super) async fn post(store: &Store, _: &AnyReader, id: &PostId) -> Result<Option<Row>, Error> {
    store.get_as(keys::post(id)).await
}

/// What somebody has published or said: who, in which words, and with which files.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) author: UserId,
    pub(crate) content: Option<FreeText>,
    pub(crate) files: Vec<FileKey>,
}

/// What a post says, for whoever keeps a copy of it. One round.
pub(crate) async fn post_written(store: &Store, any: &AnyReader, id: &PostId) -> Result<Option<Written>, Error> {
    let written = |row: Row| Written {
        author: row.author,
        content: row.content,
        files: row.media.into_iter().map(|media| media.key).collect(),
    };
    Ok(post(store, any, id).await?.map(written))
}

/// A post with all that a reader is shown of it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) row: Row,
    /// `None`: they are gone.
    pub(super) author: Option<Profile>,
    pub(super) counts: Counts,
    pub(super) is_liked: bool,
    /// Whether the reader has bought it.
    pub(super) is_sold: bool,
}

/// A post that a list names.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) id: PostId,
    pub(super) author: UserId,
    pub(super) millis: i64,
}

/// What there is of some posts.
#[derive(Debug)]
pub(super) struct FoundPosts {
    pub(super) posts: Vec<Found>,
    /// Whether some are left out because a block keeps their author and the reader apart.
    pub(super) apart: bool,
}

/// Posts with all that the reader is shown of them, in the order given. Those that are gone, and those whose author and the
/// reader are kept apart by a block, are left out. One round, and ten items a post at most.
pub(super) async fn find(store: &Store, reader: &Reader, names: &[Name]) -> Result<FoundPosts, Error> {
    let authors: HashSet<&UserId> = names.iter().map(|name| &name.author).collect();
    let mut wanted: Vec<Key> = Vec::new();
    for author in &authors {
        wanted.push(keys::profile(author));
        wanted.extend(visibility::blocks_between(reader.uid(), author));
    }
    for Name { id, author, .. } in names {
        wanted.extend([keys::post(id), keys::like(reader.uid(), id)]);
        wanted.extend(shards(id));
        wanted.extend(Some(keys::bought(id, reader.uid())).filter(|_| author != reader.uid()));
    }
    let mut found = store.get_many(&wanted).await?;
    let mut people: HashMap<UserId, Option<Profile>> = HashMap::new();
    let mut apart = false;
    for author in authors {
        let profile: Option<Profile> = found.take_as(&keys::profile(author))?;
        if visibility::take_apart(&mut found, reader.uid(), author) {
            apart = true;
        } else {
            people.insert(author.clone(), profile.filter(visibility::is_there));
        }
    }
    let mut posts = Vec::new();
    for Name { id, author, .. } in names {
        let (row, counts) = (found.take_as::<Row>(&keys::post(id))?, Counts::take(&mut found, id)?);
        let is_liked = found.take(&keys::like(reader.uid(), id)).is_some();
        let is_sold = found.take(&keys::bought(id, reader.uid())).is_some();
        if let (Some(row), Some(counts), Some(author)) = (row, counts, people.get(author)) {
            posts.push(Found { row, author: author.clone(), counts, is_liked, is_sold });
        }
    }
    Ok(FoundPosts { posts, apart })
}

/// Those of the posts whose authors no block keeps apart from the reader. One round.
pub(super) async fn not_apart(store: &Store, reader: &Reader, names: Vec<Name>) -> Result<Vec<Name>, Error> {
    let authors: HashSet<UserId> = names.iter().map(|name| name.author.clone()).collect();
    let blocks: Vec<Key> = authors.iter().flat_map(|author| visibility::blocks_between(reader.uid(), author)).collect();
    let mut found = store.get_many(&blocks).await?;
    let apart: HashSet<UserId> =
        authors.into_iter().filter(|author| visibility::take_apart(&mut found, reader.uid(), author)).collect();
    Ok(names.into_iter().filter(|name| !apart.contains(&name.author)).collect())
}

/// Counts that the actor has opened a post of somebody else's.
pub(super) async fn click(store: &Store, _: &Actor, id: &PostId, shard: u32) -> Result<(), Error> {
    store.update(count(id, shard, Counted::Clicks, 1)).await.map(drop)
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 4] = [
    Sheet::of("posts", Table::Social, keys::POSTS)
        .instead(keys::row_of_own_post)
        .owned_by("author")
        .without(&["feed_day", "feed_at"]),
    Sheet::of("comments", Table::Social, keys::COMMENTED).instead(keys::row_of_own_comment).keyed("on"),
    Sheet::of("likes", Table::Social, keys::LIKES).keyed("post"),
    Sheet::of("purchases", Table::Social, keys::BOUGHT).keyed("post"),
];
