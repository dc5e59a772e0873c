//! Likes (`docs/dialects/m_user.md#likes`).

use crate::{
    app::App,
    error::{Error, Limit},
    limits,
    posts::{making::writer_and_post, rows},
    sessions::Claim,
    values::PostId,
};

/// Lets the caller like a post. Nothing moves, and nothing is counted, if they do already. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchPost`]; [`Error::Apart`]; [`Error::TooManyRequests`] after 300 likes in an hour; faults.
pub async fn like(app: &App, claim: &Claim, id: &PostId) -> Result<(), Error> {
    let (writer, post) = writer_and_post(app, claim, id).await?;
    let counted = limits::counted(app, Limit::Likes, writer.uid().as_str());
    rows::settled(rows::marks::like(&app.store, &writer, id, &post.author, counted).await?, Limit::Likes)
}

/// Lets the caller like a post no more, also across a block. Nothing moves if they do not. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchPost`]; faults.
pub async fn unlike(app: &App, claim: &Claim, id: &PostId) -> Result<(), Error> {
    let (writer, _) = writer_and_post(app, claim, id).await?;
    rows::settled(rows::marks::unlike(&app.store, &writer, id).await?, Limit::Likes)
}
