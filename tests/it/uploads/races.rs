//! Several calls at one key.

use super::{GIF, PNG, claim, pictures, post, uid, unusable};
use crate::world::Api;
use local::Fault;
use shared::{
    Error,
    error::Unusable,
    store::Transacted,
    uploads::{self, Owner, Place},
};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_free_place_and_one_that_is_paid_for_one_wins() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    for round in 1..=6 {
        let key = api.pending(&ann.id, "picture", PNG).await;
        let post = post(&api);
        let free = api.uses_free(&ann, &key);
        let paid = api.uses_paid(&ann, &key, &post);
        let (free, paid) = if round % 2 == 0 {
            futures_util::join!(free, paid)
        } else {
            let (paid, free) = futures_util::join!(paid, free);
            (free, paid)
        };
        let refused = |outcome: &Result<(), Error>| matches!(outcome, Err(Error::Unusable(Unusable::File(0))));
        assert!(free.is_ok() != paid.is_ok() && (refused(&free) || refused(&paid)), "{free:?} {paid:?}");
        assert_eq!((api.row(&key).await, api.live_objects().await.len()), (Some(1), round));
    }
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn free_places_share_a_file_and_one_copy_of_it() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let key = api.pending(&ann.id, "picture", PNG).await;
    let all = futures_util::future::join_all((0..6).map(|_| api.uses_free(&ann, &key))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!((api.row(&key).await, api.live_objects().await.len()), (Some(6), 1));
    // Uses come and go at once: the file is there while one is left.
    let (coming, going) = (0..3)
        .map(|_| api.uses_free(&ann, &key))
        .zip((0..5).map(|_| api.releases(&key)))
        .unzip::<_, _, Vec<_>, Vec<_>>();
    futures_util::join!(futures_util::future::join_all(coming), futures_util::future::join_all(going));
    assert_eq!((api.row(&key).await, api.live_objects().await.len()), (Some(6), 1));
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_replaced_while_it_is_copied_is_not_used() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let key = api.pending(&ann.id, "picture", PNG).await;
    api.world.faults.strike("CopyObject", 1, &Fault::Delayed(Duration::from_millis(300)));
    let replaced = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        api.replace(&ann.id, "picture", &key, b"<script>").await;
    };
    let (used, ()) = futures_util::join!(api.uses_free(&ann, &key), replaced);
    assert_eq!(unusable(used), 0);
    assert!(api.live_objects().await.is_empty() && api.row(&key).await.is_none());
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_takes_its_own_copy_away_and_no_other() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let (key, other) = (api.pending(&ann.id, "picture", PNG).await, api.pending(&ann.id, "picture", GIF).await);
    let (uid, claim) = (uid(&ann), claim(&ann));
    let owner = Owner::new(&api.world.app, &uid, &claim);
    let wanted = pictures(&[&key, &other]);
    let prepare = async || uploads::prepare(&api.world.app, &owner, &wanted, Place::Free).await.unwrap();
    let (first, second) = (prepare().await, prepare().await);
    assert_eq!(api.live_objects().await.len(), 4);
    let transact =
        async |prepared: &uploads::Prepared| api.world.app.store.transact(prepared.writes().unwrap()).await.unwrap();
    assert!(matches!(transact(&first).await, Transacted::Done));
    assert!(matches!(transact(&second).await, Transacted::Refused { part: uploads::FILE, .. }));
    second.discard(&api.world.app).await;
    assert_eq!(api.live_objects().await.len(), 2);
    // The same transaction once more, as after an answer that was lost: it is refused by itself, and what it has made stays.
    assert!(matches!(transact(&first).await, Transacted::Refused { part: uploads::FILE, .. }));
    first.discard(&api.world.app).await;
    assert_eq!((api.row(&key).await, api.row(&other).await), (Some(1), Some(1)));
    assert_eq!(api.live_objects().await.len(), 2);
    api.world.shutdown().await;
}
