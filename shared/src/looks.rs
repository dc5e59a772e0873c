//! The fan-out of a new nickname or portrait: every row about the person gets the new copy
//! (`person/rows/look.rs`), and its owner a new version. `changes.rs` says how a fan-out works.
//!
//! The subject is the person's profile. Nobody else changes it, so the write that does takes the lease. The person's
//! sign-in, sync and list of friends read the profile, and resume a fan-out that was cut.

mod rows;

pub(crate) use rows::LookChange;

use crate::{
    app::App,
    changes::{self, Delivery, Lease, Owed},
    error::Error,
    person::{self, Look, Profile},
    store::{Key, Store, keys},
    values::{GroupId, UserId},
};

/// A person whose look may be new.
struct NewLook<'a> {
    uid: &'a UserId,
}

/// How a person looks, and whose rows about them are known from the start.
struct News {
    look: Look,
    /// Who has an edge to them.
    owners: Vec<UserId>,
    /// The groups that they are or were in.
    groups: Vec<GroupId>,
}

impl Delivery for NewLook<'_> {
    type News = News;

    fn subject(&self) -> Key {
        keys::profile(self.uid)
    }

    async fn read(&self, store: &Store) -> Result<Option<(Owed, News)>, Error> {
        let (person, owners, groups) = futures_util::try_join!(
            person::profile_for_session(store, self.uid),
            rows::edge_owners(store, self.uid),
            rows::groups(store, self.uid),
        )?;
        let person = person.filter(|person| !person.owed.has_ended());
        Ok(person.map(|person| (person.owed.clone(), News { look: Look::of(&person), owners, groups })))
    }

    async fn deliver(&self, store: &Store, news: &News, millis: i64) -> Result<(), Error> {
        let members = rows::replace_in_groups(store, self.uid, &news.look, &news.groups);
        let relations = self.replace_in_relations(store, news, millis);
        let (members, relations) = futures_util::join!(members, relations);
        members.and(relations)
    }
}

impl NewLook<'_> {
    /// Replaces the copies in edges, and then those in blocks. Who blocks meanwhile copies the look of their edge: the
    /// block is either found here, or refused, since the edge is another by then.
    async fn replace_in_relations(&self, store: &Store, news: &News, millis: i64) -> Result<(), Error> {
        let edges = rows::replace_in_edges(store, self.uid, &news.look, &news.owners, millis).await;
        let blockers = rows::blockers(store, self.uid).await?;
        rows::replace_in_blocks(store, self.uid, &news.look, &blockers, millis).await?;
        edges
    }
}

/// Fans a person's new look out to everybody who has an edge to them or a block on them. A failure leaves the mark in
/// the profile, from which a later call resumes the fan-out.
pub(crate) async fn fan_out(app: &App, uid: &UserId, change: &LookChange) {
    changes::fan_out(&app.store, &NewLook { uid }, Lease::OfChange(change.version), app.clock.millis()).await;
}

/// Resumes the fan-out of a person's new look, if it was cut.
pub(crate) async fn resume(app: &App, person: &Profile) {
    let now = app.clock.millis();
    let cut = person.owed.is_cut(now).then_some(NewLook { uid: &person.uid });
    changes::resume(&app.store, cut, now).await;
}
