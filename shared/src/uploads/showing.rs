//! Where a file is at the moment (`docs/dialects/m_user.md#media-urls`).

use crate::{
    app::App,
    error::{Error, ErrorKind},
    person,
    sessions::{self, Claim, Reader},
    storage::{Access, REDIRECT},
    uploads::{Named, rows},
    values::{PostId, UserId},
};

/// Where the file of a name is at the moment, while its owner is there. `claim` is who the request says it is from, if it says
/// it: only a file of a post that is paid for asks, where no ticket answers. Two rounds; for that question one more, or two
/// where a claim costs two.
///
/// # Errors
/// [`Error::NoSuchMedia`] for a name of another form, a file that nobody uses, one whose owner is being erased or never was, and one that
/// the request may not see.
pub async fn url(app: &App, name: &str, claim: Option<&Claim>, access: Access) -> Result<String, Error> {
    let named = Named::parse(name).ok_or(Error::NoSuchMedia)?;
    let file = rows::read(&app.store, &named.key).await?;
    let file = file.filter(rows::FileRow::in_use).ok_or(Error::NoSuchMedia)?;
    let shown = async {
        match (&file.post, claim) {
            (None, _) => Ok(true),
            (Some(post), _) if named.is_let_in(app, post) => Ok(true),
            (Some(post), Some(claim)) => may_see(app, claim, &file.owner, post).await,
            (Some(_), None) => Ok(false),
        }
    };
    let owner = person::profile_for_session(&app.store, &file.owner);
    let (owner, shown) = futures_util::try_join!(owner, shown)?;
    match owner.filter(|_| shown) {
        Some(_) => app.storage.url_for(access, &file.live(&named.key), REDIRECT).await,
        None => Err(Error::NoSuchMedia),
    }
}

/// Whether a request is from the author of a post or from somebody who has bought it. A claim that does not hold is nobody's.
async fn may_see(app: &App, claim: &Claim, author: &UserId, post: &PostId) -> Result<bool, Error> {
    let reads = async |reader: &Reader| rows::has_bought(&app.store, reader, post).await;
    match sessions::verify_reading(app, claim, reads).await {
        Ok((actor, bought)) => Ok(bought || actor.uid() == author),
        Err(error) if matches!(error.kind(), ErrorKind::SignedOut | ErrorKind::Forbidden) => Ok(false),
        Err(fault) => Err(fault),
    }
}
