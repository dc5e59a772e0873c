//! Finding groups by parts of their names (`docs/dialects/chat.md#searching`).

use crate::{
    app::App,
    error::Error,
    grams::{self, Hit, Kind, Search, Show},
    groups::rows::{self, Group},
    sessions::{self, Claim, Reader},
};

/// Groups whose names hold a text, in the order of their names, and whether the caller is in them: a page of them, the first of which is 0. Of the
/// groups that were made where they can be found so, those that are there. Two rounds for the first page and three for others,
/// mostly.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn search(app: &App, claim: &Claim, text: &str, page: usize) -> Result<Vec<(Group, bool)>, Error> {
    let search = Search::new(Kind::Groups, text, page);
    let begin = async |reader: &Reader| grams::begin(app, reader, &search).await;
    let (actor, begun) = sessions::verify_with(app, claim, begin).await?;
    grams::page(app, &actor, &search, begun, &Groups { app, reader: &actor }).await
}

/// Groups as a reader sees them.
struct Groups<'a> {
    app: &'a App,
    reader: &'a Reader,
}

impl Show for Groups<'_> {
    type Shown = (Group, bool);

    async fn show(&self, hits: Vec<Hit>) -> Result<Vec<(Group, bool)>, Error> {
        rows::read::found(&self.app.store, self.reader, &hits).await
    }
}
