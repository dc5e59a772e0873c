//! Likes (`docs/dialects/m_user.md#likes`).

use crate::{
    app::App,
    error::{Error, Limit},
    limits,
    posts::{making::proven, rows},
    sessions::{self, AnyReader, Claim, Writer},
    values::PostId,
};

/// Lets the caller like a post. Nothing moves, and nothing is counted, if they do already. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchPost`]; [`Error::Apart`]; [`Error::TooManyRequests`] after 300 likes in an hour; faults.
pub async fn like(app: &App, claim: &Claim, id: &PostId) -> Result<(), Error> {
    let (writer, post) = writer_and_post(app, claim, id).await?;
    let counted = limits::counted(app, Limit::Likes, writer.uid().as_str());
    match rows::marks::like(&app.store, &writer, id, &post.author, counted).await? {
        None => Ok(()),
        Some(limits::COUNTED) => Err(Error::TooManyRequests { limit: Limit::Likes }),
        Some(part) => Err(Error::internal(format!("{part:?} of a like was refused"))),
    }
}

/// Lets the caller like a post no more, also across a block. Nothing moves if they do not. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchPost`]; faults.
pub async fn unlike(app: &App, claim: &Claim, id: &PostId) -> Result<(), Error> {
    let (writer, _) = writer_and_post(app, claim, id).await?;
    match rows::marks::unlike(&app.store, &writer, id).await? {
        None => Ok(()),
        Some(part) => Err(Error::internal(format!("{part:?} of a like was refused"))),
    }
}

/// Who writes about a post, and the post. One round.
pub(super) async fn writer_and_post(app: &App, claim: &Claim, id: &PostId) -> Result<(Writer, rows::Row), Error> {
    let reads = async |any: &AnyReader| rows::post(&app.store, any, id).await;
    match sessions::writer_beside(app, claim, reads).await? {
        (writer, Some(post)) => Ok((writer, post)),
        (_, None) => Err(proven(app, claim, Error::NoSuchPost).await),
    }
}
