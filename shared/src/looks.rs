//! The fan-out of a new nickname or portrait: the row of every friend about the person gets the new copy
//! (`person/rows/look.rs`), and its owner a new version. `changes.rs` says how a fan-out works.
//!
//! Friends are those who have each other as one. A request that waits or was ignored, and an edge that was deleted or
//! blocked, keeps the copy that it has, and so does a block. Who becomes a friend again is shown the new look with that
//! (`friends/rows.rs`).
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
    /// Whom they have as friends.
    friends: Vec<UserId>,
    /// The groups that they are or were in.
    groups: Vec<GroupId>,
}

impl Delivery for NewLook<'_> {
    type News = News;

    fn subject(&self) -> Key {
        keys::profile(self.uid)
    }

    async fn read(&self, store: &Store) -> Result<Option<(Owed, News)>, Error> {
        let (person, friends, groups) = futures_util::try_join!(
            person::profile_for_session(store, self.uid),
            rows::friends(store, self.uid),
            rows::groups(store, self.uid),
        )?;
        let person = person.filter(|person| !person.owed.has_ended());
        Ok(person.map(|person| (person.owed.clone(), News { look: Look::of(&person), friends, groups })))
    }

    async fn deliver(&self, store: &Store, news: &News, millis: i64) -> Result<(), Error> {
        let members = rows::replace_in_groups(store, self.uid, &news.look, &news.groups);
        let edges = rows::replace_in_edges(store, self.uid, &news.look, &news.friends, millis);
        let (members, edges) = futures_util::join!(members, edges);
        members.and(edges)
    }
}

/// Fans a person's new look out to their friends. A failure leaves the mark in the profile, from which a later call
/// resumes the fan-out.
pub(crate) async fn fan_out(app: &App, uid: &UserId, change: &LookChange) {
    changes::fan_out(&app.store, &NewLook { uid }, Lease::OfChange(change.version), app.clock.millis()).await;
}

/// Resumes the fan-out of a person's new look, if it was cut.
pub(crate) async fn resume(app: &App, person: &Profile) {
    let now = app.clock.millis();
    let cut = person.owed.is_cut(now).then_some(NewLook { uid: &person.uid });
    changes::resume(&app.store, cut, now).await;
}
