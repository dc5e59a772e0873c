//! The fan-out itself (`shared/src/changes.rs`), with a post that is only a test's: it goes to two batches of three
//! people. Calls die between the batches, meet, and are overtaken.

use crate::{
    crowd::{Item, count, members, number, text},
    world::Api,
};
use aws_sdk_dynamodb::types::AttributeValue;
use local::Fault;
use shared::{
    Error,
    changes::{self, Delivery, Lease, Owed},
    config::Table,
    store::{Key, Store, Update},
    values::UserId,
};
use tokio::sync::Semaphore;

const AUTHOR: usize = 0;
const READERS: [[usize; 3]; 2] = [[1, 2, 3], [4, 5, 6]];

fn uid(nth: usize) -> UserId {
    UserId::try_from(format!("{nth:024x}")).unwrap()
}

fn key(pk: impl Into<String>, sk: &str) -> Key {
    Key { table: Table::Friends, pk: pk.into(), sk: sk.into() }
}

fn subject() -> Key {
    key("POST#1", "META")
}

/// The row of a reader.
fn row(reader: &UserId) -> Key {
    key(format!("USER#{reader}"), "POST#1")
}

/// A post as one call fans it out.
struct Post<'a> {
    api: &'a Api,
    author: UserId,
    /// A permit for each batch after which the call goes on.
    may_go_on: Semaphore,
    /// A permit for each batch that was delivered.
    delivered: Semaphore,
}

impl Delivery for Post<'_> {
    type News = i64;

    fn subject(&self) -> Key {
        subject()
    }

    fn author(&self) -> Option<&UserId> {
        Some(&self.author)
    }

    async fn read(&self, _: &Store) -> Result<Option<(Owed, i64)>, Error> {
        let owed = self.api.owed().await;
        Ok(Some((owed.clone(), owed.changes)))
    }

    async fn deliver(&self, store: &Store, newest: &i64, millis: i64) -> Result<(), Error> {
        for batch in READERS {
            let write = async |reader| {
                let row = changes::deliver_newer(Update::of(row(reader)), *newest);
                changes::deliver_row(store, reader, None, millis, row).await
            };
            changes::to_each(&batch.map(uid), write).await?;
            self.delivered.add_permits(1);
            self.may_go_on.acquire().await.unwrap().forget();
        }
        Ok(())
    }
}

impl Post<'_> {
    /// Runs the fan-out to its end.
    async fn fan_out(&self, lease: Lease) {
        changes::fan_out(&self.api.world.app.store, self, lease, self.api.world.clock.millis()).await;
    }

    async fn has_delivered(&self, batches: u32) {
        self.delivered.acquire_many(batches).await.unwrap().forget();
    }
}

impl Api {
    /// A call that goes on after so many batches.
    fn post(&self, batches: usize) -> Post<'_> {
        let (may_go_on, delivered) = (Semaphore::new(batches), Semaphore::new(0));
        Post { api: self, author: uid(AUTHOR), may_go_on, delivered }
    }

    /// Changes the post for the `nth` time, and nothing else of it, as one write with both marks.
    async fn change_post(&self, nth: i64) {
        let table = self.world.app.config.tables.name(Table::Friends);
        let set = |key: Key, expression: &str, values: Vec<(&str, AttributeValue)>| {
            let update = self.world.clients.dynamodb.update_item().table_name(table).update_expression(expression);
            let update = update.key("pk", text(key.pk)).key("sk", text(key.sk));
            values.into_iter().fold(update, |update, (name, value)| update.expression_attribute_values(name, value))
        };
        let marks = vec![(":changes", number(nth)), (":since", number(self.world.clock.millis()))];
        set(subject(), "SET changes = :changes, owed_since = :since", marks).send().await.unwrap();
        let mark = vec![(":post", AttributeValue::Ss(vec![subject().pk]))];
        set(key(format!("USER#{}", uid(AUTHOR)), "VERSION"), "ADD fan_outs :post", mark).send().await.unwrap();
    }

    async fn at_key(&self, key: &Key) -> Option<Item> {
        self.item(self.world.app.config.tables.name(Table::Friends), &key.pk, &key.sk).await
    }

    /// What the post says of its fan-out.
    async fn owed(&self) -> Owed {
        let row = self.at_key(&subject()).await;
        let time = |name| row.as_ref().is_some_and(|row| row.contains_key(name)).then(|| count(row.as_ref(), name));
        let (owed_since, lease_until) = (time("owed_since"), time("lease_until"));
        Owed { changes: count(row.as_ref(), "changes"), owed_since, lease_until }
    }

    /// The newest change that every reader has, and the version that they have it with.
    async fn read_by_all(&self) -> Vec<(i64, i64)> {
        let mut read = Vec::new();
        for reader in READERS.concat() {
            let row = self.at_key(&row(&uid(reader))).await;
            read.push((count(row.as_ref(), "delivered"), count(row.as_ref(), "version")));
        }
        read
    }

    async fn delivered_to_all(&self) -> Vec<i64> {
        self.read_by_all().await.into_iter().map(|(delivered, _)| delivered).collect()
    }

    /// That no mark and no lease is left.
    async fn nothing_is_owed(&self) {
        let owed = self.owed().await;
        assert_eq!((owed.owed_since, owed.lease_until), (None, None));
        let version = self.at_key(&key(format!("USER#{}", uid(AUTHOR)), "VERSION")).await;
        assert_eq!(members(version.as_ref(), "fan_outs"), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_call_that_dies_leaves_is_resumed_by_another() {
    let api = Api::start().await;
    api.change_post(1).await;
    // The call dies between the batches: it is dropped where it waits.
    let dying = api.post(0);
    tokio::select! {
        () = dying.fan_out(Lease::IfFree) => panic!("it cannot end"),
        () = dying.has_delivered(1) => {}
    }
    let read = api.read_by_all().await;
    assert_eq!(api.delivered_to_all().await, [1, 1, 1, 0, 0, 0]);
    // For all that one knows the call may be at it still.
    let now = api.world.clock.millis();
    assert!(api.owed().await.lease_until.is_some_and(|until| until > now) && !api.owed().await.is_cut(now));
    changes::resume(&api.world.app.store, [api.post(2)], now).await;
    assert_eq!(api.read_by_all().await, read);
    // The lease runs out by the application's clock.
    api.advance(11);
    let now = api.world.clock.millis();
    assert!(api.owed().await.is_cut(now));
    changes::resume(&api.world.app.store, [api.post(2)], now).await;
    assert_eq!(api.delivered_to_all().await, [1; 6]);
    assert_eq!(api.read_by_all().await[..3], read[..3], "nobody gets it twice");
    api.nothing_is_owed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_calls_one_holds_the_lease_and_delivers_for_both() {
    let api = Api::start().await;
    api.change_post(1).await;
    let (first, second) = (api.post(0), api.post(4));
    let others = async {
        first.has_delivered(1).await;
        api.change_post(2).await;
        second.fan_out(Lease::IfFree).await;
        assert_eq!(second.delivered.available_permits(), 0);
        assert_eq!(api.delivered_to_all().await, [1, 1, 1, 0, 0, 0]);
        first.may_go_on.add_permits(4);
    };
    tokio::join!(first.fan_out(Lease::IfFree), others);
    assert_eq!(api.delivered_to_all().await, [2; 6]);
    api.nothing_is_owed().await;
    // Where nothing is owed, a call takes its author's mark away and delivers nothing.
    second.fan_out(Lease::IfFree).await;
    assert_eq!(second.delivered.available_permits(), 0);
}

/// A call that is slow, or whose lease another takes over, ends nothing that is not its own any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_lost_the_lease_leaves_the_marks_of_others() {
    let api = Api::start().await;
    for (nth, lease) in [(1, Lease::TakenOver), (3, Lease::IfFree)] {
        api.change_post(nth).await;
        let (slow, other) = (api.post(0), api.post(4));
        let others = async {
            slow.has_delivered(1).await;
            // In the same millisecond the two leases would be one.
            api.advance(if lease == Lease::IfFree { 11 } else { 1 });
            other.fan_out(lease).await;
            assert_eq!(api.delivered_to_all().await, [nth; 6]);
            api.nothing_is_owed().await;
            api.change_post(nth + 1).await;
            slow.may_go_on.add_permits(4);
        };
        tokio::join!(slow.fan_out(Lease::IfFree), others);
        assert!(!api.owed().await.has_ended());
        assert_eq!(api.delivered_to_all().await, [nth; 6]);
        api.post(2).fan_out(Lease::IfFree).await;
        assert_eq!(api.delivered_to_all().await, [nth + 1; 6]);
        api.nothing_is_owed().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_fails_gives_the_lease_back_and_leaves_the_marks() {
    let api = Api::start().await;
    api.change_post(1).await;
    // Each of three tries of the SDK for three readers.
    api.world.faults.strike("TransactWriteItems", 1_000, &Fault::Internal);
    api.post(2).fan_out(Lease::IfFree).await;
    api.world.faults.clear();
    let owed = api.owed().await;
    assert_eq!((owed.has_ended(), owed.lease_until), (false, None));
    assert!(!owed.is_cut(api.world.clock.millis()), "it is too new for a reader");
    api.post(2).fan_out(Lease::IfFree).await;
    assert_eq!(api.delivered_to_all().await, [1; 6]);
    api.nothing_is_owed().await;
}

/// All is delivered when the slow call comes to its end, but it is the other one's to say so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_holder_of_the_lease_ends_a_fan_out() {
    let api = Api::start().await;
    api.change_post(1).await;
    let (slow, other) = (api.post(0), api.post(0));
    let first = async {
        slow.fan_out(Lease::IfFree).await;
        let owed = api.owed().await;
        assert!(!owed.has_ended() && owed.lease_until.is_some(), "{owed:?}");
        other.may_go_on.add_permits(2);
    };
    let second = async {
        slow.has_delivered(1).await;
        api.advance(11);
        let go_on = async {
            other.has_delivered(1).await;
            slow.may_go_on.add_permits(2);
        };
        tokio::join!(other.fan_out(Lease::IfFree), go_on);
    };
    tokio::join!(first, second);
    assert_eq!(api.delivered_to_all().await, [1; 6]);
    api.nothing_is_owed().await;
}
