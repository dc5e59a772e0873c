//! The page of a person: what they tell about themselves, what they have earned and been given, and their newest posts
//! (`docs/dialects/m_user.md#homepage`).
//!
//! Each room reads its own: what is the same for everybody in the first round, beside the read of who asks, and what depends on
//! that in the second. However much there is, each reads so many rows at most.

use crate::{
    app::App,
    error::Error,
    gifts::{self, Giver},
    person::Profile,
    posts::{self, ShownPost},
    profiles::about::{self, About},
    sessions::{self, AnyReader, Claim, Reader},
    values::UserId,
    visibility, wallet,
};

/// The page of a person.
#[derive(Debug)]
pub struct Homepage {
    /// Who it is.
    pub profile: Profile,
    /// What they tell.
    pub about: About,
    /// The coins that they have earned.
    pub earned: i64,
    /// Who has given them the most, and what.
    pub givers: Vec<Giver>,
    /// How many posts they have.
    pub post_count: i64,
    /// Their newest pictures and videos that the caller may see.
    pub posts: Vec<ShownPost>,
}

/// Reads the page of a person. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for somebody who is not there, not in the caller's dialect, or kept apart by a
/// block.
pub async fn homepage(app: &App, claim: &Claim, target: &UserId) -> Result<Homepage, Error> {
    let store = &app.store;
    let first = async |any: &AnyReader| {
        futures_util::try_join!(
            about::person_and_about_of(store, any, target),
            wallet::earned(store, any, target),
            gifts::given_to(store, any, target),
            posts::shown(store, any, target),
        )
    };
    let then = async |reader: &Reader, (person, earned, given, shown): (_, i64, Vec<_>, posts::Shown)| {
        let (apart, givers, bought) = futures_util::try_join!(
            visibility::are_apart(store, reader, target),
            gifts::givers(store, reader, given),
            posts::bought(store, reader, &shown),
        )?;
        let posts = shown.newest(app, reader, &bought);
        Ok((person, apart, earned, givers, shown.count, posts))
    };
    let (actor, found) = sessions::verify_in_two(app, claim, first, then).await?;
    let (person, apart, earned, givers, post_count, posts) = found;
    let person: Option<(Profile, About)> = person;
    let person = person.filter(|(person, _)| !apart && visibility::sees(&actor, person));
    let (profile, about) = person.ok_or(Error::NoSuchUser)?;
    Ok(Homepage { profile, about, earned, givers, post_count, posts })
}
