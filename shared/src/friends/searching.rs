//! Finding people by their number, or by a part of their username (`docs/dialects/chat.md#searching`).

use crate::{
    app::App,
    error::{Error, Limit},
    friends::{
        Shown,
        rows::shown::{Looked, look_at},
    },
    grams::{self, Hit, Kind, Search, Show},
    limits, person,
    sessions::{self, Claim, Reader},
    values::{E164, FoldedName, UserId},
};

/// What people are looked for by.
#[derive(Clone, Debug)]
pub struct Sought<'a> {
    /// A part of their username.
    pub text: &'a str,
    /// The number that the text is, if it is one.
    pub phone: Option<E164>,
}

/// The person of a number, who lets others find them by it; where there is none, people whose usernames hold the text, in the order of
/// usernames, then of ids: a page of them, the first of which is 0. Oneself is found like others, and nobody across a block. Two
/// rounds for the first page of a text that is no number, and one more for others, mostly. Numbers are looked up 200 times an hour,
/// whoever is found.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::TooManyRequests`].
pub async fn search(app: &App, claim: &Claim, sought: &Sought<'_>, page: usize) -> Result<Vec<Shown>, Error> {
    let search = Search::new(Kind::People, sought.text, page);
    let reads = async |reader: &Reader| {
        futures_util::try_join!(owner(app, sought.phone.as_ref()), grams::begin(app, reader, &search))
    };
    let (actor, (owner, begun)) = sessions::verify_with(app, claim, reads).await?;
    if sought.phone.is_some() {
        let events = [(Limit::LookUps, actor.uid().as_str())];
        let (_, found) = futures_util::try_join!(limits::count(app, &events), by_number(app, &actor, owner.as_ref()))?;
        if let Some(found) = found {
            return Ok(if page == 0 { vec![found] } else { Vec::new() });
        }
    }
    grams::page(app, &actor, &search, begun, &People { app, reader: &actor }).await
}

/// Whose a number is: of who has proven it, or else of who has an account that was made with it.
async fn owner(app: &App, phone: Option<&E164>) -> Result<Option<UserId>, Error> {
    let Some(phone) = phone else { return Ok(None) };
    let claims = person::phone_claims(&app.store, phone).await?;
    Ok(claims.proven.map(|claim| claim.uid).or(claims.unproven))
}

/// The owner of a number, if the reader finds them by it.
async fn by_number(app: &App, reader: &Reader, owner: Option<&UserId>) -> Result<Option<Shown>, Error> {
    let mut people = look_at(&app.store, reader, owner).await?;
    let person = owner.and_then(|owner| people.remove(owner)).filter(Looked::is_found_by_number);
    Ok(person.and_then(|person| person.seen(reader)).map(Shown::with_number))
}

/// People as a reader sees them.
struct People<'a> {
    app: &'a App,
    reader: &'a Reader,
}

impl Show for People<'_> {
    type Shown = Shown;

    async fn show(&self, hits: Vec<Hit>) -> Result<Vec<Shown>, Error> {
        let named: Vec<(UserId, FoldedName)> =
            hits.into_iter().filter_map(|hit| Some((UserId::try_from(hit.id).ok()?, hit.name))).collect();
        let mut people = look_at(&self.app.store, self.reader, named.iter().map(|(uid, _)| uid)).await?;
        let shown = named.into_iter().filter_map(|(uid, name)| {
            let person = people.remove(&uid)?.seen(self.reader)?;
            // Somebody may have another username by now.
            (FoldedName::of(&person.name) == name).then_some(person)
        });
        Ok(shown.collect())
    }
}
