//! Search by parts of names (`docs/dialects/chat.md#searching`).
//!
//! | module | what it holds |
//! |---|---|
//! | this one | a page of a search |
//! | `finding` | which names hold a text, from a place on, at a bounded cost |
//! | `rows` | a name under each of its grams, and where pages begin |
//!
//! A name lies under each of its characters and each of its pairs of neighbours, its grams: at most 39 rows for what is searched of
//! it ([`FoldedName`]). The rows are parts of the transaction that gives the name ([`changed`]), so that a name is found if and only
//! if it is there. A text is looked for under one of its pairs, or under its one character, and the other names there are passed over.
//!
//! The rows are read eventually consistent, and whoever has them read looks again at what they name before it is shown.
//!
//! Pages are in the order of names, then of ids. A page begins behind the last name of the one before: where that is, is
//! remembered for who searches ([`REMEMBERED`]). So the fortieth page costs what the first does, and somebody who goes from page to page
//! sees each name once, whatever is added or taken away meanwhile. Whoever asks for a page whose beginning is not known goes
//! there from the nearest one that is, over names alone.

mod finding;
mod rows;

pub use rows::Kind;
pub(crate) use rows::{changed, erase};

use crate::{app::App, error::Error, limits::keyed_hash, sessions::Reader, values::FoldedName};
use finding::find;
use rows::Found;

/// So many are on a page.
pub const PAGE: usize = 10;

/// So many pages a search has at most.
pub const PAGES: usize = 50;

/// So many seconds it is remembered where a page begins.
pub const REMEMBERED: i64 = 600;

/// So often somebody looks for what a page shows at most, where few names hold the text, or some of what was found may not be shown.
const LOOKS: usize = 3;

/// Whom or what a name belongs to, as it was found: it may have another name by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The name.
    pub(crate) name: FoldedName,
    /// The id.
    pub(crate) id: String,
}

/// What somebody looks for.
#[derive(Debug)]
pub(crate) struct Search {
    kind: Kind,
    /// `None`: no name holds it.
    text: Option<FoldedName>,
    page: usize,
}

impl Search {
    /// A page, the first of which is 0, of the names that hold a text.
    pub(crate) fn new(kind: Kind, text: &str, page: usize) -> Self {
        Self { kind, text: FoldedName::sought(text).filter(|_| page < PAGES), page }
    }
}

/// The names with which a page begins, before anybody has looked again at whom they belong to.
#[derive(Debug, Default)]
pub(crate) struct Begun {
    found: Found,
    /// Whether it is remembered where the next page begins, rightly or not.
    next_is_known: bool,
}

/// Looks again at what a search has found.
pub(crate) trait Show {
    /// What is shown of it.
    type Shown;

    /// Those of them, in this order, that are called so and may be shown.
    fn show(&self, hits: Vec<Hit>) -> impl Future<Output = Result<Vec<Self::Shown>, Error>> + Send;
}

/// What a search is called where its pages are remembered: nobody reads the text in it.
fn hash(app: &App, text: &FoldedName) -> String {
    keyed_hash(&app.config.hash_key, "search", text.as_str())
}

/// Finds the names with which a page begins. One round for the first, mostly, and one more for others. Reads only, so that it can run
/// beside the proof of a claim.
pub(crate) async fn begin(app: &App, reader: &Reader, search: &Search) -> Result<Begun, Error> {
    let (Some(text), page) = (&search.text, search.page) else { return Ok(Begun::default()) };
    let hash = hash(app, text);
    let known = rows::known(&app.store, reader, search.kind, &hash, page + 1, app.clock.seconds());
    if page == 0 {
        let first = find(&app.store, search.kind, text, None, PAGE + 1);
        let (known, found) = futures_util::try_join!(known, first)?;
        return Ok(Begun { found, next_is_known: known.iter().any(|begin| begin.page == 1) });
    }
    let known = known.await?;
    let next_is_known = known.iter().any(|begin| begin.page == page + 1);
    let nearest = known.into_iter().find(|begin| begin.page <= page);
    let (from, after) = nearest.map_or((0, None), |begin| (begin.page, Some(begin.after)));
    let skipped = (page - from) * PAGE;
    let mut found = find(&app.store, search.kind, text, after, skipped + PAGE + 1).await?;
    found.hits.drain(..skipped.min(found.hits.len()));
    Ok(Begun { found, next_is_known })
}

/// The page that has been begun, by someone whose claim is proven. One
/// round and those of `show`, mostly; more where some are not shown.
pub(crate) async fn page<S: Show>(
    app: &App,
    reader: &Reader,
    search: &Search,
    begun: Begun,
    show: &S,
) -> Result<Vec<S::Shown>, Error> {
    let Begun { found: Found { mut hits, mut rest }, mut next_is_known } = begun;
    let (mut shown, mut last, mut hidden) = (Vec::with_capacity(PAGE), None, false);
    for look in 0..LOOKS {
        let missing = PAGE - shown.len();
        if let (Some(text), Some(after), true) = (&search.text, &rest, look > 0 && hits.len() <= missing) {
            let more = find(&app.store, search.kind, text, Some(after.clone()), missing + 1).await?;
            hits.extend(more.hits);
            rest = more.rest;
        }
        let later = hits.split_off(hits.len().min(missing));
        last = hits.last().map(Hit::place).or(last);
        let (next, many) = (if later.is_empty() { rest.clone() } else { last.clone() }, hits.len());
        let remembering = remember(app, reader, search, next, next_is_known);
        let (seen, remembered) = futures_util::join!(show.show(hits), remembering);
        let seen = seen?;
        hidden |= seen.len() < many;
        shown.extend(seen);
        (hits, next_is_known) = (later, remembered);
        if shown.len() >= PAGE || hits.is_empty() && rest.is_none() {
            break;
        }
    }
    if hidden && hits.is_empty() && rest.is_none() {
        // Whoever asks for the next page would go there over as many names as are on one, and this one is longer.
        remember(app, reader, search, last, next_is_known).await;
    }
    Ok(shown)
}

/// Remembers where the next page begins, or forgets it; whether it is known by then. A page is shown also where that fails: the
/// next is found by going there.
async fn remember(app: &App, reader: &Reader, search: &Search, next: Option<String>, is_known: bool) -> bool {
    let Some(text) = &search.text else { return false };
    let (hash, page) = (hash(app, text), search.page + 1);
    let until = app.clock.seconds() + REMEMBERED;
    let written = match next {
        Some(after) if page < PAGES => {
            rows::remember(&app.store, reader, search.kind, &hash, rows::Begin { page, after }, until)
                .await
                .map(|()| true)
        }
        _ if is_known => rows::forget(&app.store, reader, search.kind, &hash, page).await.map(|()| false),
        _ => Ok(false),
    };
    written.unwrap_or_else(|error| {
        tracing::warn!(%error, "it is not remembered where a page begins");
        is_known
    })
}
