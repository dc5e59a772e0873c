//! Of an erased person no room is left, and none appears.

use super::Streamer;
use crate::{crowd::text, world::Api};
use local::Fault;
use shared::{
    Error,
    config::Table,
    rooms::hooks::{self, Publisher},
};
use std::time::Duration;

/// Erases somebody of a crowd.
pub(super) async fn erase(api: &Api, who: &Streamer) {
    claimed(api, who).await;
    let deleted = api.form("/v1/account/delete_user", &[("phone_number", &who.person.phone)]).await;
    assert_eq!(deleted.status, 200, "{deleted:?}");
}

/// Their number is theirs, which people of a crowd do without.
async fn claimed(api: &Api, who: &Streamer) {
    let claim = [("uid", Some(text(&who.person.id))), ("type", Some(text("phone claim")))];
    api.amend(&format!("PHONE#+86{}", who.person.phone), "CLAIM", &claim).await;
}

async fn nothing_is_left(api: &Api, who: &Streamer) {
    let rows = api.rows(api.app().config.tables.name(Table::Users)).await;
    assert!(rows.iter().all(|row| !format!("{row:?}").contains(&who.person.id)), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_room_is_erased() {
    let api = Api::start().await;
    let (ann, bob) = (api.streamer().await, api.streamer().await);
    let stream = api.open(&ann, "one").await.unwrap();
    let kept = api.open(&bob, "two").await.unwrap();
    erase(&api, &ann).await;
    nothing_is_left(&api, &ann).await;
    let publisher = |stream: &shared::rooms::Stream| (stream.title.clone(), stream.publish_key.clone());
    for (stream, allowed) in [(publisher(&stream), false), (publisher(&kept), true)] {
        let asked = Publisher { secret: "local-hook-secret", title: &stream.0, key: &stream.1, connection: "1" };
        assert_eq!(hooks::publish(api.app(), &asked).await.unwrap(), allowed);
    }
    assert!(matches!(api.open(&ann, "three").await, Err(Error::SignedOut)));
    api.fits_together(&bob).await;
}

/// The write arrives when the person has been erased.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_that_opens_too_late_is_refused() {
    for opened_before in [false, true] {
        let api = Api::start().await;
        let ann = api.streamer().await;
        if opened_before {
            api.open(&ann, "one").await.unwrap();
        }
        claimed(&api, &ann).await;
        api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::from_millis(1_500)));
        let erasure = async {
            while api.world.faults.left("TransactWriteItems") > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            erase(&api, &ann).await;
        };
        let (opened, ()) = tokio::join!(api.open(&ann, "late"), erasure);
        assert!(matches!(opened, Err(Error::SignedOut)), "{opened:?}");
        nothing_is_left(&api, &ann).await;
    }
}

/// A publisher who comes or goes while their person is being erased leaves nothing either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hooks_beside_an_erasure_leave_nothing() {
    let api = Api::start().await;
    let ann = api.streamer().await;
    let stream = api.open(&ann, "one").await.unwrap();
    let asked =
        Publisher { secret: "local-hook-secret", title: &stream.title, key: &stream.publish_key, connection: "1" };
    for operation in ["TransactWriteItems", "UpdateItem"] {
        api.world.faults.strike(operation, 1, &Fault::Delayed(Duration::from_millis(1_000)));
    }
    let erasure = async {
        while api.world.faults.left("UpdateItem") > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        erase(&api, &ann).await;
    };
    let (came, gone, ()) =
        tokio::join!(hooks::publish(api.app(), &asked), hooks::publish_done(api.app(), &asked), erasure);
    assert!(came.is_ok() && gone.is_ok(), "{came:?} {gone:?}");
    nothing_is_left(&api, &ann).await;
}
