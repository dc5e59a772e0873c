//! Opening and closing, one call after the other.

use super::claim_of;
use crate::{
    passed_over::{LooksAt, passed_over},
    world::Api,
};
use local::{Fault, cost::measured};
use serde_json::json;
use shared::{
    Error,
    config::{LiveProvider, Table},
    rooms::{self, LIFETIME},
};

fn hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_room_has_a_stream_and_is_shown() {
    let api = Api::start().await;
    let ann = api.streamer().await;
    assert!(!api.live(&ann).await);
    let before = api.world.clock.millis();
    let stream = api.open(&ann, "hello").await.unwrap();
    assert!(hex(&stream.title, 24) && hex(&stream.publish_key, 16), "{} {}", stream.title, stream.publish_key);
    let (title, key) = (&stream.title, &stream.publish_key);
    assert_eq!((&*stream.hub, stream.id.clone()), ("live", format!("z1.live.{title}")));
    assert_eq!(stream.room_title.as_deref(), Some("hello"));
    assert!((before..=api.world.clock.millis()).contains(&stream.created_at));
    assert_eq!(stream.updated_at, stream.created_at);
    assert_eq!(stream.expires_at - stream.created_at, 16 * 86_400 * 1_000);
    assert_eq!(stream.publish_url, format!("rtmp://127.0.0.1:1935/live/{title}?key={key}"));
    assert_eq!(stream.play.origin, format!("rtmp://127.0.0.1:1935/live/{title}"));
    assert_eq!(stream.play.hls, Some(format!("http://127.0.0.1:8080/live/{title}.m3u8")));
    let hosts = &stream.hosts;
    assert_eq!([&*hosts.publish, &*hosts.rtmp], ["127.0.0.1:1935"; 2]);
    assert_eq!([&*hosts.http, &*hosts.flv], ["127.0.0.1:8080"; 2]);
    let record = api.record(&ann).await;
    assert_eq!(record.playing(api.world.clock.seconds()), Some(&stream.play));
    api.fits_together(&ann).await;
    // Nothing that lets anybody publish is shown by accident.
    assert!(!format!("{stream:?}").contains(key));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opening_again_gives_the_same_stream_another_title() {
    let api = Api::start().await;
    let ann = api.streamer().await;
    let first = api.open(&ann, "one").await.unwrap();
    api.advance(60);
    let second = api.open(&ann, "two").await.unwrap();
    assert!(second.updated_at >= first.updated_at + 60_000);
    assert_eq!(second.room_title.as_deref(), Some("two"));
    assert_eq!(
        shared::rooms::Stream { updated_at: first.updated_at, room_title: first.room_title.clone(), ..second },
        first
    );
    let untitled = rooms::open(api.app(), &ann.claim, None).await.unwrap();
    assert_eq!((untitled.title, untitled.room_title), (first.title, None));
    api.fits_together(&ann).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_room_is_gone_and_the_next_has_another_stream() {
    let api = Api::start().await;
    let ann = api.streamer().await;
    assert!(matches!(api.close(&ann).await, Err(Error::NotLive)));
    let first = api.open(&ann, "one").await.unwrap();
    api.close(&ann).await.unwrap();
    assert!(!api.live(&ann).await);
    assert!(api.room(&ann).await.is_none());
    api.fits_together(&ann).await;
    assert!(matches!(api.close(&ann).await, Err(Error::NotLive)));
    let second = api.open(&ann, "one").await.unwrap();
    assert_ne!((second.title, second.publish_key), (first.title, first.publish_key));
    api.fits_together(&ann).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_after_sixteen_days() {
    let api = Api::start().await;
    let ann = api.streamer().await;
    let first = api.open(&ann, "one").await.unwrap();
    api.advance(u32::try_from(LIFETIME).unwrap() - 60);
    let ann = api.signed_in_again(&ann).await;
    assert!(api.live(&ann).await);
    assert_eq!(api.open(&ann, "one").await.unwrap().title, first.title);
    api.advance(60);
    assert!(!api.live(&ann).await);
    assert!(matches!(api.close(&ann).await, Err(Error::NotLive)));
    let second = api.open(&ann, "two").await.unwrap();
    assert_ne!(second.title, first.title);
    assert!(api.live(&ann).await);
    assert_eq!(api.titles().await, [second.title]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_provider_changes_nothing() {
    let api = Api::start().await;
    let ann = api.streamer().await;
    let table = api.app().config.tables.name(Table::Users);
    let lets = async |body: serde_json::Value| api.bytes("/_local/live", None, body.to_string()).await;
    lets(json!({"fails": true})).await.is(200, r#"{"fails":true}"#);
    let before = api.rows(table).await;
    assert!(matches!(api.open(&ann, "one").await, Err(Error::ProviderFailed)));
    assert_eq!(api.rows(table).await, before);
    lets(json!({"fails": false})).await.is(200, r#"{"fails":false}"#);
    let stream = api.open(&ann, "one").await.unwrap();
    api.app().streams.let_fail(true);
    let before = api.rows(table).await;
    assert!(matches!(api.close(&ann).await, Err(Error::ProviderFailed)));
    assert_eq!(api.rows(table).await, before);
    // What is open needs no provider.
    assert_eq!(api.open(&ann, "two").await.unwrap().title, stream.title);
    api.app().streams.let_fail(false);
    api.close(&ann).await.unwrap();
    for wrong in [json!({}), json!({"fails": 1}), json!({"fails": true, "more": 1}), json!("fails")] {
        assert_eq!(lets(wrong).await.status, 400);
    }
    assert_eq!(api.get("/_local/live").await.status, 405);
}

/// The session's end wins, also when it comes while a room is being opened or closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_signed_out_opens_and_closes_nothing() {
    let api = Api::start().await;
    let ann = api.streamer().await;
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(std::time::Duration::from_millis(800)));
    let ended = async {
        while api.world.faults.left("TransactWriteItems") > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        api.renewed(&ann.person).await
    };
    let (opened, renewed) = tokio::join!(api.open(&ann, "late"), ended);
    assert!(matches!(opened, Err(Error::SignedOut)), "{opened:?}");
    let again = super::Streamer { claim: claim_of(&renewed), person: renewed };
    assert!(api.room(&again).await.is_none());
    api.fits_together(&again).await;
    api.open(&again, "now").await.unwrap();
    for refused in [api.open(&ann, "late").await.map(drop), api.close(&ann).await] {
        assert!(matches!(refused, Err(Error::SignedOut)));
    }
    assert!(api.live(&again).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_rooms_cost() {
    if passed_over(LooksAt::Units) {
        return;
    }
    let api = Api::start().await;
    let ann = api.streamer().await;
    let opening = || measured(api.open(&ann, "one"));
    // Session and room at once; then record, room and title in one transaction.
    let (opened, cost) = opening().await;
    assert!(opened.is_ok());
    assert_eq!((cost.rounds, cost.calls, cost.read_units, cost.write_units), (2, 3, 2.0, 6.0));
    let (opened, cost) = opening().await;
    assert!(opened.is_ok());
    assert_eq!((cost.rounds, cost.calls, cost.read_units, cost.write_units), (2, 3, 2.0, 4.0));
    let (closed, cost) = measured(api.close(&ann)).await;
    assert!(closed.is_ok());
    assert_eq!((cost.rounds, cost.calls, cost.read_units, cost.write_units), (2, 3, 2.0, 6.0));
    let (refused, cost) = measured(api.close(&ann)).await;
    assert!(refused.is_err());
    assert_eq!((cost.rounds, cost.write_units), (1, 0.0));
}

#[test]
fn times_of_a_stream() {
    use shared::time::rfc3339_china;
    assert_eq!(rfc3339_china(1_480_000_000_007, false), "2016-11-24T23:06:40.007+08:00");
    assert_eq!(rfc3339_china(1_480_000_000_000, true), "2016-11-24T23:06:40.000000000+08:00");
    assert_eq!(rfc3339_china(-1, false), "1970-01-01T07:59:59.999+08:00");
}

/// Which of the settings a publishing server needs, and what stands for those that are not set.
#[test]
fn settings() {
    use shared::{Config, config::Streaming};
    let read = |given: &[(&str, &str)], stage: &str| {
        let given: Vec<_> = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let stage = stage.to_owned();
        let lookup = move |name: &str| match name {
            "STAGE" => Some(stage.clone()),
            name => given.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
        };
        let declared: Vec<_> = Streaming::SETTINGS.into_iter().chain(["STAGE"]).collect();
        Config::read(&declared, &lookup).map(|config| Streaming::clone(&config.streaming)).map_err(|bad| bad.variable)
    };
    let provider = |name| ("LIVE_PROVIDER", name);
    let (publish, hls) = (("RTMP_PUBLISH_HOST", "in.example"), ("HLS_HOST", "out.example"));
    let secret = ("RTMP_HOOK_SECRET", "0123456789abcdef");
    assert_eq!(read(&[], "dev").err(), Some("LIVE_PROVIDER"));
    assert_eq!(read(&[provider("qiniu")], "dev").err(), Some("LIVE_PROVIDER"));
    assert_eq!(read(&[provider("fake")], "prod").err(), Some("LIVE_PROVIDER"));
    assert_eq!(read(&[provider("fake")], "dev").unwrap().provider, LiveProvider::Fake);
    assert_eq!(read(&[provider("ivs")], "prod").unwrap().provider, LiveProvider::Ivs);
    assert_eq!(read(&[provider("rtmp"), publish, secret], "dev").err(), Some("RTMP_PUBLISH_HOST, HLS_HOST"));
    assert_eq!(read(&[provider("rtmp"), publish, hls], "dev").err(), Some("RTMP_HOOK_SECRET"));
    assert_eq!(read(&[provider("ivs"), ("RTMP_HOOK_SECRET", "short")], "dev").err(), Some("RTMP_HOOK_SECRET"));
    let server = read(&[provider("rtmp"), publish, hls, secret], "prod").unwrap().server.unwrap();
    assert_eq!([&*server.app, &*server.play_host, &*server.flv_host], ["live", "in.example", "out.example"]);
}
