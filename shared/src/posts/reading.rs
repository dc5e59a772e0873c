//! One post, the posts of a person, and everybody's.

use crate::{
    app::App,
    error::Error,
    paging::{Asked, Page, Place},
    posts::{
        Post, as_shown,
        rows::{self, Found, Name, SHARDS, lists},
    },
    sessions::{self, AnyReader, Claim, Reader},
    values::{PostId, UserId},
};

/// A post as the caller is shown it. Two rounds; one more for somebody else's, to count that it was opened. What is shown is the
/// count before.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchPost`], also for one whose author and the caller are kept apart by a block; faults.
pub async fn get(app: &App, claim: &Claim, id: &PostId) -> Result<Post, Error> {
    let first = async |any: &AnyReader| rows::post(&app.store, any, id).await;
    let then = async |reader: &Reader, row: Option<rows::Row>| {
        let name = row.as_ref().map(Name::of);
        rows::find(&app.store, reader, name.as_slice()).await
    };
    let (actor, found) = sessions::verify_in_two(app, claim, first, then).await?;
    let post = as_shown(app, &actor, found.posts).pop().ok_or(Error::NoSuchPost)?;
    if post.author.uid != *actor.uid() {
        let shard = app.random.within(0..=SHARDS - 1);
        if let Err(error) = rows::click(&app.store, &actor, &post.id, shard).await {
            tracing::warn!(%error, "that a post was opened is not counted");
        }
    }
    Ok(post)
}

/// Where a page has nothing that the reader is shown, so many of the next posts are looked through at a time, and so often; behind
/// that the list ends.
const AHEAD: usize = 500;
const LOOKS: usize = 7;

/// Where the names of a list's posts come from.
#[derive(Clone, Copy)]
enum List<'a> {
    Everybody,
    Person(&'a UserId),
}

impl List<'_> {
    /// What cursors call it.
    fn name(self) -> String {
        match self {
            Self::Everybody => "feed".into(),
            Self::Person(author) => format!("posts of {author}"),
        }
    }

    /// The posts from a place on; those that are to be passed over have been.
    async fn names(self, app: &App, any: &AnyReader, place: &Place, limit: usize) -> Result<Vec<Name>, Error> {
        let most = place.skip + limit;
        let names = match self {
            Self::Everybody => lists::feed(&app.store, any, place, most).await?,
            Self::Person(author) => lists::of_person(&app.store, any, author, place, most).await?,
        };
        Ok(names.into_iter().skip(place.skip).collect())
    }
}

/// Everybody's posts, newest first, as far as neither the author nor the reader has blocked the other. Two rounds; three where
/// the two newest days of the page have too few, and three more for each 500 posts in a row that the reader is not shown. Behind some
/// 3,500 of these the feed ends.
///
/// The feed goes 32 days back. A new post is in it a moment after it was published. What is passed over
/// ([`Asked::offset`]) is counted with the posts that the reader is not shown, so that nothing is left out that way.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Unusable`] for the cursor or the offset; faults.
pub async fn feed(app: &App, claim: &Claim, asked: &Asked<'_>) -> Result<Page<Post>, Error> {
    page(app, claim, List::Everybody, asked).await
}

/// The posts of a person, newest first; none if nobody has this id, or if a block keeps them and the caller apart. Two rounds.
///
/// # Errors
/// As [`feed`].
pub async fn of_person(app: &App, claim: &Claim, author: &UserId, asked: &Asked<'_>) -> Result<Page<Post>, Error> {
    page(app, claim, List::Person(author), asked).await
}

async fn page(app: &App, claim: &Claim, list: List<'_>, asked: &Asked<'_>) -> Result<Page<Post>, Error> {
    let (limit, place) = (asked.limit, Place::of(app, list.name(), asked));
    let first = async |any: &AnyReader| {
        let place = place?;
        let names = list.names(app, any, &place, limit).await?;
        Ok((place, names))
    };
    let then = async |reader: &Reader, (place, names): (Place, Vec<Name>)| {
        let found = visible(app, reader, list, &place, limit, names).await?;
        Ok((place, found))
    };
    let (actor, (place, found)) = sessions::verify_in_two(app, claim, first, then).await?;
    let last = found.last().map(|post| Name::of(&post.row).at());
    Ok(place.page(app, as_shown(app, &actor, found), last))
}

/// Those of the posts that the reader is shown, or of the next in the list of which there are any.
async fn visible(
    app: &App,
    reader: &Reader,
    list: List<'_>,
    place: &Place,
    limit: usize,
    mut names: Vec<Name>,
) -> Result<Vec<Found>, Error> {
    let mut last = names.last().cloned();
    for looks in 0..=LOOKS {
        let found = rows::find(&app.store, reader, &names).await?;
        // Of a person all posts are kept apart or none.
        let over = !found.posts.is_empty() || matches!(list, List::Person(_)) && found.apart;
        let Some(end) = last.filter(|_| !over && looks < LOOKS) else { return Ok(found.posts) };
        let ahead = list.names(app, reader, &place.behind(end.at()), AHEAD).await?;
        last = ahead.last().cloned();
        names = rows::not_apart(&app.store, reader, ahead).await?;
        if names.len() > limit {
            names.truncate(limit);
            last = names.last().cloned();
        }
    }
    Ok(Vec::new())
}
