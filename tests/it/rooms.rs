//! Live rooms, at the domain itself: what is opened is one stream, shown live until it ends, and left nowhere after that.

mod erasing;
mod hooks;
mod opening;
mod races;
mod service;

use crate::{
    crowd::Item,
    world::{Api, Person},
};
use shared::{
    App, Error,
    config::Table,
    rooms::{self, Stream},
    sessions::{self, Claim, Profile},
    values::{Dialect, UserId},
};

/// Somebody signed in, and the claim of their session.
struct Streamer {
    person: Person,
    claim: Claim,
}

fn claim_of(person: &Person) -> Claim {
    Claim::new(Dialect::LightUp, UserId::try_from(person.id.clone()).unwrap(), &person.token)
}

impl Api {
    fn app(&self) -> &App {
        &self.world.app
    }

    async fn streamer(&self) -> Streamer {
        let person = self.crowd(1, "female").await.remove(0);
        Streamer { claim: claim_of(&person), person }
    }

    /// The same person with a session that is young, after the clock was moved.
    async fn signed_in_again(&self, who: &Streamer) -> Streamer {
        let now = crate::crowd::number(self.world.clock.seconds());
        self.amend(&format!("USER#{}", who.person.id), "PROFILE", &[("token_issued", Some(now))]).await;
        Streamer { person: who.person.clone(), claim: who.claim.clone() }
    }

    async fn open(&self, who: &Streamer, title: &str) -> Result<Stream, Error> {
        rooms::open(self.app(), &who.claim, Some(title)).await
    }

    async fn close(&self, who: &Streamer) -> Result<(), Error> {
        rooms::close(self.app(), &who.claim).await
    }

    async fn record(&self, who: &Streamer) -> Profile {
        sessions::verify(self.app(), &who.claim).await.unwrap().profile().clone()
    }

    /// Whether everybody sees that they are live.
    async fn live(&self, who: &Streamer) -> bool {
        self.record(who).await.is_live(self.world.clock.seconds())
    }

    async fn room(&self, who: &Streamer) -> Option<Item> {
        self.item(self.app().config.tables.name(Table::Users), &format!("USER#{}", who.person.id), "ROOM").await
    }

    /// The titles by which the publishing server finds rooms.
    async fn titles(&self) -> Vec<String> {
        let rows = self.rows(self.app().config.tables.name(Table::Users)).await;
        let keys = rows.iter().map(|row| row["pk"].as_s().unwrap());
        keys.filter_map(|key| key.strip_prefix("STREAM#")).map(str::to_owned).collect()
    }

    /// A room that is open is shown, and found by its title; one that is closed is neither.
    async fn fits_together(&self, who: &Streamer) {
        let stream = self.room(who).await.and_then(|mut room| room.remove("stream"));
        let title = stream.map(|stream| stream.as_m().unwrap()["title"].as_s().unwrap().clone());
        assert_eq!(self.titles().await, Vec::from_iter(title.clone()));
        assert_eq!(self.record(who).await.live.is_some(), title.is_some());
    }
}
