//! What the publishing server asks and says.

use super::Streamer;
use crate::world::Api;
use local::cost::measured;
use shared::{
    Error,
    rooms::{
        LIFETIME, Stream,
        hooks::{self, GRACE, Publisher},
    },
};

const SECRET: &str = "local-hook-secret";

/// A publisher with the key that they were given.
fn publisher<'a>(stream: &'a Stream, connection: &'a str) -> Publisher<'a> {
    Publisher { secret: SECRET, title: &stream.title, key: &stream.publish_key, connection }
}

impl Api {
    async fn may(&self, publisher: &Publisher<'_>) -> bool {
        hooks::publish(self.app(), publisher).await.unwrap()
    }

    async fn done(&self, publisher: &Publisher<'_>) {
        hooks::publish_done(self.app(), publisher).await.unwrap();
    }
}

fn grace() -> u32 {
    u32::try_from(GRACE).unwrap()
}

/// The world, somebody who is live, and their stream.
async fn live() -> (Api, Streamer, Stream) {
    let api = Api::start().await;
    let ann = api.streamer().await;
    let stream = api.open(&ann, "one").await.unwrap();
    (api, ann, stream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_the_key_of_an_open_room_may_publish() {
    let (api, ann, stream) = live().await;
    let other = api.open(&api.streamer().await, "two").await.unwrap();
    let right = publisher(&stream, "1");
    let (allowed, cost) = measured(hooks::publish(api.app(), &right)).await;
    assert!(allowed.unwrap());
    assert_eq!((cost.rounds, cost.read_units, cost.write_units), (3, 2.0, 1.0));
    assert!(api.may(&Publisher { connection: "", ..right.clone() }).await);
    assert!(api.live(&ann).await);
    let upper = stream.publish_key.to_uppercase();
    for key in
        ["", "0123456789abcdef", &stream.publish_key[..15], &format!("{}0", stream.publish_key), &other.publish_key]
    {
        assert!(!api.may(&Publisher { key, ..right.clone() }).await, "{key}");
    }
    assert_eq!(api.may(&Publisher { key: &upper, ..right.clone() }).await, upper == stream.publish_key);
    let long = "a".repeat(4_000);
    for title in ["", "0123456789abcdef01234567", &stream.id, &other.title, &long, "../../etc/passwd12345678"] {
        assert!(!api.may(&Publisher { title, ..right.clone() }).await, "{title}");
    }
    for secret in ["", "local", "local-hook-secre", "local-hook-secret0"] {
        let stranger = Publisher { secret, ..right.clone() };
        assert!(matches!(hooks::publish(api.app(), &stranger).await, Err(Error::ForeignServer)), "{secret}");
        assert!(matches!(hooks::publish_done(api.app(), &stranger).await, Err(Error::ForeignServer)), "{secret}");
    }
    assert!(api.live(&ann).await);
    api.close(&ann).await.unwrap();
    assert!(!api.may(&right).await);
    let next = api.open(&ann, "three").await.unwrap();
    assert!(!api.may(&right).await);
    assert!(api.may(&publisher(&next, "2")).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_publishes_to_an_expired_stream() {
    let (api, _, stream) = live().await;
    api.advance(u32::try_from(LIFETIME).unwrap() - 60);
    assert!(api.may(&publisher(&stream, "1")).await);
    api.advance(60);
    assert!(!api.may(&publisher(&stream, "1")).await);
}

#[tokio::test]
async fn without_a_secret_no_server_is_known() {
    let api = Api::with(local::Options::ephemeral().config(|config| config.streaming.hook_secret = None)).await;
    let ann = api.streamer().await;
    let stream = api.open(&ann, "one").await.unwrap();
    for secret in ["", SECRET] {
        let asked = Publisher { secret, ..publisher(&stream, "1") };
        assert!(matches!(hooks::publish(api.app(), &asked).await, Err(Error::ForeignServer)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_closes_a_minute_after_its_publisher_has_stopped() {
    let (api, ann, stream) = live().await;
    let ours = publisher(&stream, "1");
    assert!(api.may(&ours).await);
    api.done(&ours).await;
    assert!(api.live(&ann).await);
    api.advance(grace() / 2);
    // Said twice, it is not later.
    api.done(&ours).await;
    assert!(api.live(&ann).await);
    api.advance(grace() / 2);
    assert!(!api.live(&ann).await);
    assert!(!api.may(&ours).await);
    assert!(matches!(api.close(&ann).await, Err(Error::NotLive)));
    let next = api.open(&ann, "two").await.unwrap();
    assert_ne!(next.title, stream.title);
    assert_eq!(api.titles().await, std::slice::from_ref(&next.title));
    // What is said late is about the session before.
    api.done(&ours).await;
    api.advance(grace());
    assert!(api.live(&ann).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_in_time_stays_live() {
    let (api, ann, stream) = live().await;
    api.done(&publisher(&stream, "")).await;
    api.advance(grace() / 2);
    assert!(api.may(&publisher(&stream, "2")).await);
    // The end of the connection before is said after the next has begun.
    api.done(&publisher(&stream, "1")).await;
    api.advance(grace());
    assert!(api.live(&ann).await);
    assert_eq!(api.record(&ann).await.live.unwrap().until, stream.expires_at / 1_000);
    // Opening again is coming back, too.
    api.done(&publisher(&stream, "2")).await;
    assert_eq!(api.open(&ann, "one").await.unwrap().title, stream.title);
    api.advance(grace());
    assert!(api.live(&ann).await);
    // So is closing the room by hand in the meantime no mistake.
    api.done(&publisher(&stream, "2")).await;
    api.close(&ann).await.unwrap();
    api.fits_together(&ann).await;
    assert!(api.room(&ann).await.is_none());
}

/// A server asks about a second publisher, turns them away because the first is there, and says that they have stopped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_turned_away_does_not_end_what_somebody_publishes() {
    let (api, ann, stream) = live().await;
    for connection in ["1", "2", "3"] {
        assert!(api.may(&publisher(&stream, connection)).await);
    }
    for connection in ["2", "3", "3", "4"] {
        api.done(&publisher(&stream, connection)).await;
    }
    api.advance(grace());
    assert!(api.live(&ann).await);
    api.done(&publisher(&stream, "1")).await;
    api.advance(grace());
    assert!(!api.live(&ann).await);
}

/// Names of connections that never end do not add up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_connections_are_remembered() {
    let (api, ann, stream) = live().await;
    let long = "9".repeat(3_000);
    for nth in 0..20 {
        assert!(api.may(&publisher(&stream, &format!("{nth}-{long}"))).await);
    }
    let room = api.room(&ann).await.unwrap();
    let names: Vec<_> = room["connections"].as_l().unwrap().iter().map(|name| name.as_s().unwrap()).collect();
    assert_eq!(names.len(), 8);
    assert!(names.iter().all(|name| name.len() == 64) && names[7].starts_with("19-"));
    for nth in 0..20 {
        api.done(&publisher(&stream, &format!("{nth}-{long}"))).await;
    }
    api.advance(grace());
    assert!(!api.live(&ann).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_else_ends_a_room() {
    let (api, ann, stream) = live().await;
    let ours = publisher(&stream, "1");
    assert!(api.may(&ours).await);
    for key in ["", "0123456789abcdef"] {
        api.done(&Publisher { key, ..ours.clone() }).await;
    }
    api.done(&Publisher { connection: "2", ..ours.clone() }).await;
    api.done(&Publisher { title: "0123456789abcdef01234567", ..ours.clone() }).await;
    api.advance(grace());
    assert!(api.live(&ann).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coming_and_going_at_once_leaves_what_fits_together() {
    let (api, ann, stream) = live().await;
    for _ in 0..10 {
        let ours = publisher(&stream, "1");
        let asked = [hooks::publish(api.app(), &ours), hooks::publish(api.app(), &ours)];
        let said = [hooks::publish_done(api.app(), &ours), hooks::publish_done(api.app(), &ours)];
        let (asked, said, _) = tokio::join!(
            futures_util::future::join_all(asked),
            futures_util::future::join_all(said),
            api.open(&ann, "one")
        );
        assert!(asked.into_iter().all(|allowed| allowed.is_ok_and(|allowed| allowed)));
        assert!(said.into_iter().all(|said| said.is_ok()));
        let room = api.room(&ann).await.unwrap();
        let stopped = room.get("stopped_until").map(|until| until.as_n().unwrap().parse::<i64>().unwrap());
        let shown = api.record(&ann).await.live.unwrap().until;
        assert_eq!(shown, stopped.unwrap_or(stream.expires_at / 1_000));
    }
}
