//! Finding people by what one knows of them: id, phone number, account name (`docs/dialects/sealtalk.md`).
//!
//! Who is found is decided by what they allow; friends and oneself are found in any case. A phone number is shown to
//! nobody else (`docs/dialects/sealtalk.md#phone-numbers-of-others`). Friends are those who are it from both sides.

use crate::{
    app::App,
    error::{Error, Limit},
    friends::rows::{self, Status, read::Tie},
    limits,
    person::Profile,
    sessions::{self, AnyReader, Claim, Reader},
    values::{AccountName, E164, Privacy, UserId},
    visibility,
};
use std::collections::{HashMap, HashSet};

/// So many people a call shows at most.
pub const BATCH: usize = 200;

/// So many numbers of an address book a call takes at most.
pub const CONTACTS: usize = 2_000;

/// Somebody as the caller sees them.
#[derive(Debug)]
pub struct Person {
    /// Who it is.
    pub profile: Profile,
    /// Whether it is the caller.
    pub own: bool,
    /// Whether the caller has them as a friend. They may have deleted or blocked the caller, who is not to know.
    pub friend: bool,
    /// Whether each has the other as a friend.
    pub mutual: bool,
}

impl Person {
    pub(crate) fn new(profile: Profile, reader: &UserId, tie: Option<&Tie>) -> Self {
        let own = profile.uid == *reader;
        let friend = tie.is_some_and(|tie| tie.edge.status == Status::Friends);
        Self { profile, own, friend, mutual: tie.is_some_and(|tie| tie.mutual) }
    }

    /// The number, for those who may see it.
    #[must_use]
    pub fn phone(&self) -> Option<&E164> {
        self.profile.phone.as_ref().filter(|_| self.own || self.mutual)
    }

    /// Whether the caller finds the person by something that they let others find them by, or not.
    fn is_found(&self, reader: &Reader, allowed: impl Fn(&Privacy) -> bool) -> bool {
        let seen = visibility::sees(reader, &self.profile) || self.mutual && visibility::is_there(&self.profile);
        seen && (self.own || self.mutual || allowed(&self.profile.privacy))
    }
}

/// What people are found by.
#[derive(Clone, Debug)]
pub enum By {
    /// The phone number.
    Phone(E164),
    /// The account name, in any case.
    AccountName(String),
}

/// Somebody by id (`docs/dialects/sealtalk.md#user-by-id`). One round.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`].
pub async fn get(app: &App, claim: &Claim, uid: &UserId) -> Result<Person, Error> {
    let uids = std::slice::from_ref(uid);
    let reads = async |reader: &Reader| rows::read::people_and_ties(&app.store, reader, uids).await;
    let (actor, mut found) = sessions::verify_with(app, claim, reads).await?;
    let (profile, edge) = found.remove(uid).ok_or(Error::NoSuchUser)?;
    let person = Person::new(profile, actor.uid(), edge.as_ref());
    Some(person).filter(|person| person.is_found(&actor, |_| true)).ok_or(Error::NoSuchUser)
}

/// People by id, in the order given, each once; who is unknown is left out (`docs/dialects/sealtalk.md#user-by-id`).
/// One round.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn get_many(app: &App, claim: &Claim, uids: &[UserId]) -> Result<Vec<Profile>, Error> {
    let mut seen = HashSet::new();
    let uids: Vec<UserId> = uids.iter().filter(|uid| seen.insert(*uid)).cloned().collect();
    let (actor, mut found) =
        sessions::verify_beside(app, claim, async |any| visibility::people(&app.store, any, &uids).await).await?;
    let people = uids.iter().filter_map(|uid| found.remove(uid));
    Ok(people.filter(|person| visibility::sees(&actor, person)).collect())
}

/// Somebody who lets others find them so (`docs/dialects/sealtalk.md#find-and-find_user`), up to 200 times an hour whoever
/// is found. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::TooManyRequests`]; [`Error::NoSuchUser`], also for those who do not.
pub async fn find(app: &App, claim: &Claim, by: &By) -> Result<Person, Error> {
    let reads = async |any: &AnyReader| match by {
        By::Phone(phone) => {
            let owners = rows::read::phone_owners(&app.store, any, std::slice::from_ref(phone)).await?;
            Ok(owners.into_iter().next().flatten())
        }
        // What cannot be an account name is nobody's, and may be too long for a key.
        By::AccountName(account) if AccountName::new(account.clone()).is_err() => Ok(None),
        By::AccountName(account) => {
            rows::read::account_name_owner(&app.store, any, &account.to_ascii_lowercase()).await
        }
    };
    let (actor, owner) = sessions::verify_beside(app, claim, reads).await?;
    let events = [(Limit::LookUps, actor.uid().as_str())];
    let counted = limits::count(app, &events);
    let (_, mut found) =
        futures_util::try_join!(counted, rows::read::people_and_ties(&app.store, &actor, owner.as_slice()))?;
    let (profile, edge) = owner.and_then(|owner| found.remove(&owner)).ok_or(Error::NoSuchUser)?;
    let person = Person::new(profile, actor.uid(), edge.as_ref());
    let allowed = |privacy: &Privacy| match by {
        By::Phone(_) => privacy.phone,
        By::AccountName(_) => privacy.account_name,
    };
    Some(person).filter(|person| person.is_found(&actor, allowed)).ok_or(Error::NoSuchUser)
}

/// Whose number it is, for whoever is signed in. One round.
pub(super) async fn owner(app: &App, claim: &Claim, phone: &E164) -> Result<Option<UserId>, Error> {
    let phones = std::slice::from_ref(phone);
    let reads = async |any: &AnyReader| rows::read::phone_owners(&app.store, any, phones).await;
    let (_, mut owners) = sessions::verify_beside(app, claim, reads).await?;
    Ok(owners.pop().flatten())
}

/// Who of a list of numbers is there and lets others find them by number; at most [`CONTACTS`] numbers, each counted once
/// against those of the day (`docs/dialects/sealtalk.md#get_contacts_info`). Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::TooManyRequests`].
pub async fn contacts(app: &App, claim: &Claim, phones: &[E164]) -> Result<HashMap<E164, Person>, Error> {
    let mut seen = HashSet::new();
    let phones: Vec<E164> = phones.iter().filter(|phone| seen.insert((*phone).clone())).cloned().collect();
    let reads = async |any: &AnyReader| rows::read::phone_owners(&app.store, any, &phones).await;
    let (actor, owners) = sessions::verify_beside(app, claim, reads).await?;
    let uids: Vec<UserId> = owners.iter().flatten().cloned().collect();
    let many = u32::try_from(phones.len()).map_err(Error::internal)?;
    let counted = limits::count_many(app, Limit::Contacts, actor.uid().as_str(), many);
    let ((), mut found) = futures_util::try_join!(counted, rows::read::people_and_ties(&app.store, &actor, &uids))?;
    let person = |(phone, owner): (E164, Option<UserId>)| {
        let (profile, edge) = found.remove(&owner?)?;
        let person = Person::new(profile, actor.uid(), edge.as_ref());
        person.is_found(&actor, |privacy| privacy.phone).then_some((phone, person))
    };
    Ok(phones.into_iter().zip(owners).filter_map(person).collect())
}
