//! What is said of posts (`docs/dialects/m_user.md#comments`).

use crate::{
    app::App,
    error::{Error, Limit},
    limits,
    paging::{Asked, Page, Place},
    posts::{
        Author,
        making::writer_and_post,
        rows::{self, SHARDS, comments as stored},
    },
    sessions::{self, AnyReader, Claim, Reader},
    values::{CommentId, FreeText, PostId},
};

/// A comment as it is shown.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// Who has written it.
    pub author: Author,
    /// What it says.
    pub content: FreeText,
    /// When it was written, in seconds.
    pub created_at: i64,
}

/// Writes a comment of the caller's on a post. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchPost`]; [`Error::Apart`]; [`Error::TooManyRequests`] after 20 comments in a minute;
/// faults, after which it has not been written unless the answer of the table was lost.
pub async fn write(app: &App, claim: &Claim, post: &PostId, content: FreeText) -> Result<CommentId, Error> {
    let (writer, post) = writer_and_post(app, claim, post).await?;
    let (id, millis) = (CommentId::new(&app.clock, &app.random), app.clock.millis());
    let comment = stored::Comment { id, author: writer.uid().clone(), content, millis };
    let shard = app.random.within(0..=SHARDS - 1);
    let counted = limits::counted(app, Limit::Comments, writer.uid().as_str());
    rows::settled(stored::write(&app.store, &writer, &post, &comment, shard, counted).await?, Limit::Comments)?;
    Ok(comment.id)
}

/// The comments on a post, newest first, and how many there are now. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchPost`], also where a block keeps its author and the caller apart;
/// [`Error::Unusable`] for the cursor or the offset; faults.
pub async fn list(app: &App, claim: &Claim, post: &PostId, asked: &Asked<'_>) -> Result<(i64, Page<Comment>), Error> {
    let place = Place::of(app, format!("comments on {post}"), asked);
    let first = async |any: &AnyReader| {
        let place = place?;
        let comments = stored::page(&app.store, any, post, &place, place.skip + asked.limit);
        let (total, comments) = futures_util::try_join!(stored::total(&app.store, any, post), comments)?;
        let (author, total) = total.ok_or(Error::NoSuchPost)?;
        let comments: Vec<_> = comments.into_iter().skip(place.skip).collect();
        Ok((place, author, total, comments))
    };
    let then = async |reader: &Reader, (place, author, total, comments): (Place, _, _, Vec<stored::Comment>)| {
        let people = stored::people(&app.store, reader, &author, &comments).await?.ok_or(Error::NoSuchPost)?;
        Ok((place, total, comments, people))
    };
    let (_, (place, total, comments, people)) = sessions::verify_in_two(app, claim, first, then).await?;
    let last = comments.last().map(stored::Comment::at);
    let shown = |comment: stored::Comment| Comment {
        author: Author { profile: people.get(&comment.author).cloned(), uid: comment.author },
        id: comment.id,
        content: comment.content,
        created_at: comment.millis / 1_000,
    };
    Ok((total, place.page(app, comments.into_iter().map(shown).collect(), last)))
}
