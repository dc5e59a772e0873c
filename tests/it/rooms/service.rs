//! Amazon IVS as the provider, against a stand-in that keeps its rules: a channel has one key, a stream that nobody publishes
//! cannot be stopped, and a channel to which somebody publishes cannot be deleted.

use super::Streamer;
use crate::world::Api;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use futures_util::future::join_all;
use local::{Options, cost::measured};
use serde_json::{Value, json};
use shared::{Error, config::LiveProvider, rooms::LIFETIME};
use shared_ivs::Ivs;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// What the service has, and what it was asked.
#[derive(Default)]
struct Service {
    /// The key of each channel.
    channels: BTreeMap<String, Option<String>>,
    /// Channels to which somebody publishes.
    publishing: Vec<String>,
    made: usize,
    calls: Vec<(String, Value)>,
    /// An operation that fails.
    failing: Option<&'static str>,
}

type Shared = Arc<Mutex<Service>>;

fn refusal(status: u16, code: &str) -> Response {
    let body = Json(json!({"exceptionMessage": "injected"}));
    (StatusCode::from_u16(status).unwrap(), [("x-amzn-errortype", code)], body).into_response()
}

fn gone() -> Response {
    refusal(404, "ResourceNotFoundException")
}

fn arn(kind: &str, nth: usize) -> String {
    format!("arn:aws:ivs:us-east-1:123456789012:{kind}/Abcdefgh{nth:04}")
}

impl Service {
    fn key(&mut self, channel: &str) -> Value {
        self.made += 1;
        let key = arn("stream-key", self.made);
        self.channels.insert(channel.to_owned(), Some(key.clone()));
        json!({"arn": key, "channelArn": channel, "value": format!("sk_us-east-1_{:022}", self.made), "tags": {}})
    }

    fn answer(&mut self, operation: &str, body: &Value) -> Response {
        self.calls.push((operation.to_owned(), body.clone()));
        if self.failing == Some(operation) {
            return refusal(403, "PendingVerification");
        }
        let given = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let (named, channel) = (given("arn"), given("channelArn"));
        match operation {
            "CreateChannel" => {
                let channel = arn("channel", self.channels.len() + 1);
                let key = self.key(&channel);
                let described = json!({
                    "arn": channel, "name": "", "latencyMode": "LOW", "type": "STANDARD", "authorized": false,
                    "insecureIngest": true, "recordingConfigurationArn": "", "tags": {}, "preset": "",
                    "ingestEndpoint": "a1b2c3d4e5f6.global-contribute.live-video.net",
                    "playbackUrl": format!("https://a1b2c3d4e5f6.us-east-1.playback.live-video.net/api/video/v1/us-east-1.123456789012.channel.{}.m3u8", &channel[44..]),
                });
                Json(json!({"channel": described, "streamKey": key})).into_response()
            }
            "DeleteChannel" if self.publishing.contains(&named) => refusal(409, "ConflictException"),
            "DeleteChannel" => match self.channels.remove(&named) {
                Some(_) => StatusCode::NO_CONTENT.into_response(),
                None => gone(),
            },
            "ListStreamKeys" => match self.channels.get(&channel) {
                Some(key) => {
                    let keys: Vec<_> =
                        key.iter().map(|key| json!({"arn": key, "channelArn": channel, "tags": {}})).collect();
                    Json(json!({"streamKeys": keys})).into_response()
                }
                None => gone(),
            },
            "CreateStreamKey" => match self.channels.get(&channel) {
                Some(Some(_)) => refusal(402, "ServiceQuotaExceededException"),
                Some(None) => Json(json!({"streamKey": self.key(&channel)})).into_response(),
                None => gone(),
            },
            "DeleteStreamKey" => {
                let found = self.channels.values_mut().find(|key| key.as_ref() == Some(&named));
                match found.and_then(Option::take) {
                    Some(_) => StatusCode::NO_CONTENT.into_response(),
                    None => gone(),
                }
            }
            "StopStream" => match self.publishing.iter().position(|one| *one == channel) {
                Some(at) => {
                    self.publishing.remove(at);
                    Json(json!({})).into_response()
                }
                None => refusal(404, "ChannelNotBroadcasting"),
            },
            other => panic!("nobody asks for {other}"),
        }
    }
}

async fn asked(State(service): State<Shared>, Path(operation): Path<String>, Json(body): Json<Value>) -> Response {
    service.lock().unwrap().answer(&operation, &body)
}

/// A world whose rooms are at the service.
struct AtService {
    api: Api,
    service: Shared,
}

impl AtService {
    async fn start() -> Self {
        let service = Shared::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/{operation}", post(asked)).with_state(Arc::clone(&service));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let options = Options::ephemeral().config(|config| config.streaming.provider = LiveProvider::Ivs);
        let api = Api::with(options).await;
        api.app().streams.attach(Ivs::new(api.app().streams.sdk(), Some(url)));
        Self { api, service }
    }

    fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap()
    }

    /// What the service was asked since this was last asked.
    fn calls(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.service().calls)
    }

    fn operations(&self) -> Vec<String> {
        self.calls().into_iter().map(|(operation, _)| operation).collect()
    }

    /// There is no row by title, and the room is shown while it has a stream.
    async fn fits_together(&self, who: &Streamer) {
        let room = self.api.room(who).await;
        let key = room.as_ref().and_then(|room| room.get("key")).map(|key| key.as_s().unwrap().clone());
        let keys: Vec<_> = self.service().channels.values().flatten().cloned().collect();
        assert_eq!(keys, Vec::from_iter(key.clone()), "the key of the room is the only one");
        assert!(room.is_none_or(|room| !room.contains_key("turn")));
        assert_eq!(self.api.record(who).await.live.is_some(), key.is_some());
        assert!(self.api.titles().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_keeps_a_channel_and_each_session_has_a_key() {
    let at = AtService::start().await;
    let ann = at.api.streamer().await;
    let (first, cost) = measured(at.api.open(&ann, "one")).await;
    let first = first.unwrap();
    assert_eq!(cost.rounds, 3);
    let channel = arn("channel", 1);
    assert_eq!(at.calls(), [("CreateChannel".to_owned(), json!({"insecureIngest": true, "authorized": false}))]);
    assert_eq!((&*first.id, &*first.hub), ("ivs.app.Abcdefgh0001", "app"));
    assert_eq!(first.title, "sk_us-east-1_0000000000000000000001");
    assert_eq!(first.publish_key.len(), 16);
    assert_eq!(
        first.publish_url,
        format!("rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app/{}", first.title)
    );
    let playback = "https://a1b2c3d4e5f6.us-east-1.playback.live-video.net/";
    assert!(first.play.origin.starts_with(playback) && first.play.hls.is_none(), "{:?}", first.play);
    let hosts = &first.hosts;
    assert_eq!(hosts.publish, "a1b2c3d4e5f6.global-contribute.live-video.net");
    assert_eq!([&*hosts.rtmp, &*hosts.http, &*hosts.flv], ["a1b2c3d4e5f6.us-east-1.playback.live-video.net"; 3]);
    assert_eq!(at.api.record(&ann).await.playing(at.api.world.clock.seconds()), Some(&first.play));
    // The title is a secret here.
    assert!(!format!("{first:?}").contains(&first.title));
    at.fits_together(&ann).await;

    assert_eq!(at.api.open(&ann, "two").await.unwrap().title, first.title);
    assert!(at.calls().is_empty());

    at.service().publishing.push(channel.clone());
    let (closed, cost) = measured(at.api.close(&ann)).await;
    closed.unwrap();
    assert_eq!(cost.rounds, 3);
    let deleted = ("DeleteStreamKey".to_owned(), json!({"arn": arn("stream-key", 1)}));
    assert_eq!(at.calls(), [deleted, ("StopStream".to_owned(), json!({"channelArn": channel}))]);
    assert!(at.service().publishing.is_empty());
    at.fits_together(&ann).await;
    assert!(matches!(at.api.close(&ann).await, Err(Error::NotLive)));

    let second = at.api.open(&ann, "three").await.unwrap();
    assert_eq!((&second.id, &*second.title), (&first.id, "sk_us-east-1_0000000000000000000002"));
    let listed = ("ListStreamKeys".to_owned(), json!({"channelArn": channel, "maxResults": 50}));
    assert_eq!(at.calls(), [listed, ("CreateStreamKey".to_owned(), json!({"channelArn": channel}))]);
    // Nobody publishes: there is nothing to stop.
    at.api.close(&ann).await.unwrap();
    at.fits_together(&ann).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_a_dead_call_has_left_is_replaced() {
    let at = AtService::start().await;
    let ann = at.api.streamer().await;
    at.api.open(&ann, "one").await.unwrap();
    at.api.close(&ann).await.unwrap();
    let channel = arn("channel", 1);
    at.service().key(&channel);
    at.calls();
    at.api.open(&ann, "two").await.unwrap();
    assert_eq!(at.operations(), ["ListStreamKeys", "DeleteStreamKey", "CreateStreamKey"]);
    at.fits_together(&ann).await;
    // A channel that somebody has deleted by hand is made anew.
    at.api.close(&ann).await.unwrap();
    at.service().channels.clear();
    at.calls();
    at.api.open(&ann, "three").await.unwrap();
    assert_eq!(at.operations(), ["ListStreamKeys", "CreateChannel"]);
    at.fits_together(&ann).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_expires_gets_another_key() {
    let at = AtService::start().await;
    let ann = at.api.streamer().await;
    let first = at.api.open(&ann, "one").await.unwrap();
    at.service().publishing.push(arn("channel", 1));
    at.api.advance(u32::try_from(LIFETIME).unwrap());
    let ann = at.api.signed_in_again(&ann).await;
    assert!(!at.api.live(&ann).await);
    assert_ne!(at.api.open(&ann, "two").await.unwrap().title, first.title);
    assert!(at.service().publishing.is_empty());
    at.fits_together(&ann).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_service_changes_nothing() {
    let at = AtService::start().await;
    let ann = at.api.streamer().await;
    at.service().failing = Some("CreateChannel");
    assert!(matches!(at.api.open(&ann, "one").await, Err(Error::ProviderFailed)));
    at.fits_together(&ann).await;
    at.service().failing = None;
    let stream = at.api.open(&ann, "one").await.unwrap();
    for operation in ["DeleteStreamKey", "StopStream"] {
        at.service().failing = Some(operation);
        assert!(matches!(at.api.close(&ann).await, Err(Error::ProviderFailed)));
        assert!(at.api.live(&ann).await);
        assert_eq!(at.api.open(&ann, "one").await.unwrap().title, stream.title);
    }
    // What was half done is done again.
    at.service().failing = None;
    at.api.close(&ann).await.unwrap();
    for operation in ["ListStreamKeys", "CreateStreamKey"] {
        at.service().failing = Some(operation);
        assert!(matches!(at.api.open(&ann, "two").await, Err(Error::ProviderFailed)));
        at.fits_together(&ann).await;
    }
}

#[tokio::test]
async fn a_function_without_the_service_opens_nothing() {
    let api = Api::with(Options::ephemeral().config(|config| config.streaming.provider = LiveProvider::Ivs)).await;
    let ann = api.streamer().await;
    assert!(matches!(api.open(&ann, "one").await, Err(Error::ProviderFailed)));
    assert!(api.room(&ann).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_at_once_leave_one_key() {
    let at = AtService::start().await;
    let ann = at.api.streamer().await;
    for _ in 0..4 {
        let opened = join_all((0..3).map(|_| at.api.open(&ann, "one"))).await;
        let streams: Vec<_> = opened.into_iter().map(Result::unwrap).collect();
        assert!(streams.iter().all(|stream| stream.title == streams[0].title), "{streams:?}");
        at.fits_together(&ann).await;
        let (opened, closed) = tokio::join!(
            join_all((0..2).map(|_| at.api.open(&ann, "one"))),
            join_all((0..3).map(|_| at.api.close(&ann)))
        );
        assert!(opened.iter().all(Result::is_ok), "{opened:?}");
        assert!(closed.iter().all(|outcome| matches!(outcome, Ok(()) | Err(Error::NotLive))), "{closed:?}");
        at.fits_together(&ann).await;
    }
    assert_eq!(at.service().channels.len(), 1);
}

/// The turn of a call that died is over after half a minute. Until then nobody else is at the service.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_call_keeps_its_turn_for_a_while() {
    let at = AtService::start().await;
    let ann = at.api.streamer().await;
    at.api.open(&ann, "one").await.unwrap();
    at.api.close(&ann).await.unwrap();
    let until = at.api.world.clock.seconds() + 30;
    let turn = [("turn", Some(crate::crowd::text("dead"))), ("turn_until", Some(crate::crowd::number(until)))];
    at.api.amend(&format!("USER#{}", ann.person.id), "ROOM", &turn).await;
    at.calls();
    assert!(matches!(at.api.open(&ann, "two").await, Err(Error::Busy)));
    assert!(at.calls().is_empty());
    at.api.advance(31);
    at.api.open(&ann, "two").await.unwrap();
    at.fits_together(&ann).await;
}

/// The session ends while the service works: what it has made is taken back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_made_for_nobody_is_taken_back() {
    for kept in [false, true] {
        let at = AtService::start().await;
        let ann = at.api.streamer().await;
        if kept {
            at.api.open(&ann, "one").await.unwrap();
            at.api.close(&ann).await.unwrap();
        }
        at.calls();
        let faults = &at.api.world.faults;
        faults.strike("TransactWriteItems", 1, &local::Fault::Delayed(std::time::Duration::ZERO));
        faults.strike("TransactWriteItems", 1, &local::Fault::Delayed(std::time::Duration::from_millis(800)));
        let ended = async {
            while faults.left("TransactWriteItems") > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            at.api.renewed(&ann.person).await
        };
        let (opened, renewed) = tokio::join!(at.api.open(&ann, "late"), ended);
        assert!(matches!(opened, Err(Error::SignedOut)), "{opened:?}");
        let undone = if kept { "DeleteStreamKey" } else { "DeleteChannel" };
        assert_eq!(at.operations().last().map(String::as_str), Some(undone));
        assert!(at.service().channels.values().all(Option::is_none));
        let again = Streamer { claim: super::claim_of(&renewed), person: renewed };
        assert!(at.api.record(&again).await.live.is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_person_has_no_channel() {
    let at = AtService::start().await;
    let ann = at.api.streamer().await;
    at.api.open(&ann, "one").await.unwrap();
    at.service().publishing.push(arn("channel", 1));
    super::erasing::erase(&at.api, &ann).await;
    assert!(at.service().channels.is_empty());
    assert!(at.api.room(&ann).await.is_none());
    // A service that fails does not keep anybody from being erased.
    let bob = at.api.streamer().await;
    at.api.open(&bob, "one").await.unwrap();
    at.service().failing = Some("DeleteChannel");
    super::erasing::erase(&at.api, &bob).await;
    assert!(at.api.room(&bob).await.is_none());
}
