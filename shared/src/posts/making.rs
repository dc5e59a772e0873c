//! Publishing a post and taking it back.

use crate::{
    app::App,
    error::{Error, Limit},
    limits,
    posts::{
        Media,
        rows::{self, Row},
    },
    sessions::{self, AnyReader, Claim, Writer},
    store::{Part, Write},
    values::{FreeText, PostId, PostType, Price},
};

/// A post that somebody publishes.
#[derive(Clone, Debug)]
pub struct NewPost {
    /// What it is.
    pub kind: PostType,
    /// What is written in it.
    pub content: Option<FreeText>,
    /// Its files: as many as its type has ([`PostType::files`]).
    pub media: Vec<Media>,
    /// What its files cost.
    pub price: Price,
}

/// What the files of a new post add to its transaction.
struct Attached {
    media: Vec<Media>,
    writes: Vec<Write>,
}

impl Attached {
    /// What it means that a part of them has refused.
    fn refusal(&self, part: Part) -> Error {
        Error::internal(format!("{part:?} of a new post was refused"))
    }
}

/// Makes the files of a new post its own.
async fn attach(_app: &App, _writer: &Writer, _id: &PostId, post: NewPost) -> Result<Attached, Error> {
    Ok(Attached { media: post.media, writes: Vec::new() })
}

/// Publishes a post of the caller's. Two rounds without files. In the feed it is a moment later.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::TooManyRequests`] after a hundred posts in a day; faults, after which it has not been
/// published unless the answer of the table was lost.
pub async fn create(app: &App, claim: &Claim, post: NewPost) -> Result<PostId, Error> {
    let (writer, ()) = sessions::writer_beside(app, claim, async |_: &AnyReader| Ok(())).await?;
    let id = PostId::new(&app.clock, &app.random);
    let (kind, content, price) = (post.kind, post.content.clone(), post.price);
    let attached = attach(app, &writer, &id, post).await?;
    let media = attached.media.clone();
    let row = Row { id, author: writer.uid().clone(), kind, content, media, price, millis: app.clock.millis() };
    let counted = limits::counted(app, Limit::Posts, writer.uid().as_str());
    match rows::publish(&app.store, &writer, &row, counted, attached.writes.clone()).await? {
        None => Ok(row.id),
        Some(limits::COUNTED) => Err(Error::TooManyRequests { limit: Limit::Posts }),
        Some(part) => Err(attached.refusal(part)),
    }
}

/// Takes a post of the caller's away, with everything that belongs to it: whoever has bought it does not see it any more
/// either. Four rounds, and more where it has comments.
///
/// The post is gone after the second. What cannot be deleted then, because the call is cut short or there are more than a
/// thousand comments, nobody can reach; the next time that the author deletes a post, this one's rest goes too.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchPost`]; [`Error::NotOwnPost`]; faults.
pub async fn delete(app: &App, claim: &Claim, id: &PostId) -> Result<(), Error> {
    let reads = async |any: &AnyReader| rows::post(&app.store, any, id).await;
    let (writer, post) = sessions::writer_beside(app, claim, reads).await?;
    let Some(post) = post else { return Err(proven(app, claim, Error::NoSuchPost).await) };
    if post.author != *writer.uid() {
        return Err(proven(app, claim, Error::NotOwnPost).await);
    }
    if let Some(part) = rows::ends::delete(&app.store, &writer, &post, Vec::new()).await? {
        return Err(Error::internal(format!("{part:?} of a deleted post was refused")));
    }
    if let Err(error) = sweep(app, &writer, &post).await {
        tracing::warn!(%error, "comments on a deleted post stay until its author deletes another");
    }
    Ok(())
}

/// Deletes what is left of a post, and of those before it.
async fn sweep(app: &App, writer: &Writer, post: &Row) -> Result<(), Error> {
    let others = async {
        let unswept = rows::ends::unswept(&app.store, writer).await?;
        let others = unswept.iter().filter(|id| **id != post.id);
        let swept = others.map(|id| rows::ends::sweep(&app.store, writer.uid(), id));
        futures_util::future::try_join_all(swept).await.map(drop)
    };
    futures_util::try_join!(rows::ends::sweep(&app.store, writer.uid(), &post.id), others).map(drop)
}

/// What a caller is told who is told of no write, which would prove them: that it is refused, once they are proven, or that
/// they have to sign in.
pub(super) async fn proven(app: &App, claim: &Claim, refusal: Error) -> Error {
    sessions::verify(app, claim).await.err().unwrap_or(refusal)
}
