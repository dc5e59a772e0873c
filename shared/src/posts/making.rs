//! Publishing a post and taking it back.

use crate::{
    app::App,
    error::{Error, Limit},
    limits,
    posts::{
        Media,
        rows::{self, Row, ends::Ended},
    },
    sessions::{self, AnyReader, Claim, Writer},
    store::{Attempt, Part, retrying},
    uploads::{self, Owner, Place, Wanted},
    values::{FreeText, PostId, PostType, Price},
};
use futures_util::future::try_join_all;

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

/// Publishes a post of the caller's. Two rounds; three with files that are in use, four with ones that are used for the first time. In the feed it is a moment
/// later.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Unusable`] for a file, with its position; [`Error::TooManyRequests`] after a hundred posts in a
/// day; faults, after which it has not been published unless the answer of the table was lost.
pub async fn create(app: &App, claim: &Claim, post: NewPost) -> Result<PostId, Error> {
    let (writer, ()) = sessions::writer_beside(app, claim, async |_: &AnyReader| Ok(())).await?;
    let NewPost { kind, content, media, price } = post;
    let (id, author) = (PostId::new(&app.clock, &app.random), writer.uid().clone());
    let row = Row { id, author, kind, content, media, price, millis: app.clock.millis() };
    let owner = Owner::new(app, writer.uid(), claim);
    let refused = retrying(async || publish(app, &writer, &owner, &row).await).await?;
    rows::settled(refused, Limit::Posts)?;
    Ok(row.id)
}

/// Gets the files of a post ready and publishes it. Stale where another call was at one of the files.
async fn publish(app: &App, writer: &Writer, owner: &Owner<'_>, row: &Row) -> Result<Attempt<Option<Part>>, Error> {
    let files = row.kind.file().into_iter().flat_map(|kind| row.media.iter().map(move |file| (kind, file)));
    let wanted: Vec<_> = files.map(|(kind, file)| Wanted { key: file.key.clone(), kind }).collect();
    let place = if row.price.get() > 0 { Place::Paid(&row.id) } else { Place::Free };
    let prepared = uploads::prepare(app, owner, &wanted, place).await?;
    let counted = limits::counted(app, Limit::Posts, writer.uid().as_str());
    let refused = rows::publish(&app.store, writer, row, counted, prepared.writes()?).await?;
    if refused.is_some() {
        prepared.discard(app).await;
    }
    Ok(if refused == Some(uploads::FILE) { Attempt::Stale(()) } else { Attempt::Done(refused) })
}

/// Takes a post of the caller's away, with everything that belongs to it: whoever has bought it does not see it any more
/// either. Four rounds, and more where it has files or comments.
///
/// The post is gone after the second. What cannot be deleted then, because the call is cut short or there are more than a
/// thousand comments, is shown to nobody; the next time that the author deletes a post, this one's rest goes too.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchPost`]; [`Error::NotOwnPost`]; faults.
pub async fn delete(app: &App, claim: &Claim, id: &PostId) -> Result<(), Error> {
    let (writer, post) = writer_and_post(app, claim, id).await?;
    if post.author != *writer.uid() {
        return Err(proven(app, claim, Error::NotOwnPost).await);
    }
    let ended = Ended::of(&post);
    let released = uploads::release(&ended.files).writes()?;
    let refused = rows::ends::delete(&app.store, &writer, &post, released).await?;
    rows::settled(refused, Limit::Posts)?;
    if let Err(error) = sweep_all(app, &writer, &ended).await {
        tracing::warn!(%error, "the rest of a deleted post stays until its author deletes another");
    }
    Ok(())
}

/// Deletes what is left of a post, and of those before it whose end was cut short.
async fn sweep_all(app: &App, writer: &Writer, ended: &Ended) -> Result<(), Error> {
    let others = async {
        let unswept = rows::ends::unswept(&app.store, writer).await?;
        let others = unswept.iter().filter(|other| other.id != ended.id);
        try_join_all(others.map(|other| sweep(app, writer, other))).await.map(drop)
    };
    // One that fails keeps the other from nothing.
    let (own, others) = futures_util::join!(sweep(app, writer, ended), others);
    own.and(others)
}

async fn sweep(app: &App, writer: &Writer, ended: &Ended) -> Result<(), Error> {
    let comments = rows::ends::sweep(&app.store, &ended.id);
    let (comments, files) = futures_util::join!(comments, uploads::try_to_sweep(app, &ended.files));
    files?;
    if comments? { rows::ends::settle(&app.store, writer, &ended.id).await } else { Ok(()) }
}

/// Who writes about a post, and the post. One round.
pub(super) async fn writer_and_post(app: &App, claim: &Claim, id: &PostId) -> Result<(Writer, Row), Error> {
    let reads = async |any: &AnyReader| rows::post(&app.store, any, id).await;
    match sessions::writer_beside(app, claim, reads).await? {
        (writer, Some(post)) => Ok((writer, post)),
        (_, None) => Err(proven(app, claim, Error::NoSuchPost).await),
    }
}

/// What a caller is told who is told of no write, which would prove them: that it is refused, once they are proven, or that
/// they have to sign in.
async fn proven(app: &App, claim: &Claim, refusal: Error) -> Error {
    sessions::verify(app, claim).await.err().unwrap_or(refusal)
}
