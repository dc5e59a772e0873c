//! The transaction that completes an account where people have usernames.

use crate::{
    error::Error,
    facets::{self, Completed, Facet},
    grams,
    looks::LookChange,
    person::set_icon,
    sessions::Actor,
    store::{Attempt, Store, Transacted, Update, Write, keys, number},
    values::Username,
};

/// The portrait that somebody is to have, as it is stored.
#[derive(Debug)]
pub(in crate::profiles) struct NewPicture(pub(in crate::profiles) Option<String>);

/// Completes the actor's facet, claims the username, and changes the portrait where there is another. Stale: something has
/// changed, read again.
///
/// # Errors
/// [`Error::UsernameTaken`]; faults.
pub(in crate::profiles) async fn complete(
    store: &Store,
    actor: &Actor,
    before: &Facet,
    completed: &Completed<'_>,
    change: Option<(&NewPicture, &LookChange)>,
) -> Result<Attempt<()>, Error> {
    let profile = keys::profile(actor.uid());
    let mut writes = facets::complete(actor.uid(), before, completed)?;
    // The facet's own part holds that the username is still the one before.
    let (old, new) = (before.username.as_ref().map(Username::as_str), Some(completed.username.as_str()));
    writes.extend(grams::changed(grams::Kind::People, actor.uid().as_str(), old, new));
    match change {
        None => writes.push(Write::check(profile, actor.still_signed_in())),
        Some((NewPicture(portrait), look_change)) => {
            let update = set_icon(look_change.mark(Update::of(profile)), portrait.as_deref());
            let update = update.set("updated_at", number(look_change.version / 1_000));
            writes.push(update.when(actor.still_signed_in()).into());
            writes.push(look_change.advance(actor.uid()));
        }
    }
    match store.transact(writes).await? {
        Transacted::Done => Ok(Attempt::Done(())),
        Transacted::Refused { part: facets::USERNAME, .. } => Err(Error::UsernameTaken),
        Transacted::Refused { .. } => Ok(Attempt::Stale(())),
    }
}
