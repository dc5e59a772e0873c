//! The same as the model, with the real code and real rows: senders, readers that come and go, and failures of AWS at every kind of
//! call. Sockets are the test's own, so that it knows what arrives.

use super::socket::Someone;
use crate::world::Api;
use futures_util::future::{BoxFuture, FutureExt, join_all};
use local::Fault;
use serde_json::Value;
use shared::{
    App, Error,
    chat::{self, Kind, Received, Said},
    inbox::{self, Key, Wishes},
    push::{Connections, Failed, Posted},
    random::Random,
    sessions::Claim,
    values::{ConnectionId, Dialect},
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

/// Sockets that are open, with what is on its way to their clients.
#[derive(Clone, Debug, Default)]
struct Wires(Arc<Mutex<BTreeMap<ConnectionId, VecDeque<String>>>>);

/// Posts to the sockets; every now and then nobody hears how that has ended.
#[derive(Debug)]
struct Gateway {
    wires: Wires,
    random: Random,
}

impl Connections for Gateway {
    fn post<'a>(&'a self, connection: &'a ConnectionId, text: &'a str) -> BoxFuture<'a, Result<Posted, Failed>> {
        let mut wires = self.wires.0.lock().unwrap();
        let fate = self.random.within(0..=19);
        let posted = match wires.get_mut(connection) {
            None => Ok(Posted::Gone),
            Some(_) if fate == 0 => Err(Failed),
            Some(wire) => {
                wire.push_back(text.to_owned());
                if fate == 1 { Err(Failed) } else { Ok(Posted::Sent) }
            }
        };
        std::future::ready(posted).boxed()
    }

    fn close<'a>(&'a self, connection: &'a ConnectionId) -> BoxFuture<'a, Result<(), Failed>> {
        self.wires.0.lock().unwrap().remove(connection);
        std::future::ready(Ok(())).boxed()
    }
}

/// A client of the reader's.
struct Client<'a> {
    app: &'a App,
    wires: Wires,
    id: ConnectionId,
    said: u32,
}

impl<'a> Client<'a> {
    /// A new connection, which is open in any case once that has succeeded.
    async fn open(app: &'a App, wires: &Wires, name: String, claim: &Claim) -> Result<Self, Error> {
        let id = ConnectionId::try_from(name).unwrap();
        wires.0.lock().unwrap().insert(id.clone(), VecDeque::new());
        let opened = inbox::open(app, &id, &Key::Session(claim.clone()), Wishes::default()).await;
        opened.map(|_| Self { app, wires: wires.clone(), id, said: 0 })
    }

    async fn says<T>(&mut self, say: impl AsyncFnOnce(&App, &Received<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.said += 1;
        let of = inbox::connection(self.app, &self.id).await?;
        let name = format!("{}-{}", self.id, self.said);
        let received = Received { connection: &self.id, of: &of, name: &name, at: self.app.clock.millis() };
        say(self.app, &received).await
    }

    async fn start(&mut self) -> Result<(), Error> {
        self.says(async |app, received| chat::start(app, received).await).await
    }

    /// Takes what has arrived: the messages by their content, with their ids, frame by frame.
    fn arrived(&self) -> Vec<Vec<(String, String)>> {
        let mut wires = self.wires.0.lock().unwrap();
        let texts = wires.get_mut(&self.id).map(std::mem::take).unwrap_or_default();
        let packets = texts.iter().map(|text| serde_json::from_str::<Value>(text).unwrap()["message"].clone());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let frame = |packet: Value| {
            let messages = packet.as_array()?.iter();
            Some(messages.map(|it| (text(&it["info"][0]["content"]), text(&it["msgId"]))).collect())
        };
        packets.filter_map(frame).collect()
    }

    fn drop(&self) {
        self.wires.0.lock().unwrap().remove(&self.id);
    }
}

fn said(from: &Someone, to: &Someone, text: &str) -> Said {
    let raw = |json: Value| serde_json::value::to_raw_value(&json).unwrap();
    Said {
        chat: "c".into(),
        from: from.id.clone(),
        to: to.id.clone(),
        kind: Kind::Ordinary,
        written_kind: raw(1.into()),
        info: raw(serde_json::json!([{ "category": 0, "content": text }])),
        is_object: false,
        at: String::new(),
    }
}

fn claim(who: &Someone) -> Claim {
    Claim::of_token(Dialect::Chat, &who.session).unwrap()
}

/// What the reader has got: by content, with the ids.
type Got = BTreeMap<String, BTreeSet<String>>;

/// What is sent to whom while everything fails now and then. Gives back what was accepted.
async fn sending(app: &App, wires: &Wires, from: &Someone, to: &Someone, number: u64) -> Vec<String> {
    let mut client = loop {
        let name = format!("s{number}-{}", from.id);
        if let Ok(client) = Client::open(app, wires, name, &claim(from)).await {
            break client;
        }
    };
    let mut accepted = Vec::new();
    for place in 0..12 {
        let text = format!("{number} {place:02}");
        let message = said(from, to, &text);
        if client.says(async |app, received| chat::send(app, received, &[message]).await).await.is_ok() {
            accepted.push(text);
        }
    }
    client.drop();
    accepted
}

/// A reader whose connections come and go; some of what arrives is acknowledged.
async fn reading(app: &App, wires: &Wires, who: &Someone, number: u64, random: &Random) -> Got {
    let mut got = Got::new();
    for turn in 0..6 {
        let opened = Client::open(app, wires, format!("r{number}-{}-{turn}", who.id), &claim(who)).await;
        let Ok(mut client) = opened else { continue };
        // A fault may keep it from starting: it tries again.
        for _ in 0..5 {
            if client.start().await.is_ok() {
                break;
            }
        }
        for _ in 0..random.within(1..=6) {
            tokio::time::sleep(std::time::Duration::from_millis(u64::from(random.within(0..=30)))).await;
            for frame in client.arrived() {
                got.extend_all(frame);
                let _ = client.says(async |app, received| chat::acknowledge(app, received).await).await;
            }
        }
        client.drop();
    }
    got
}

trait ExtendAll {
    fn extend_all(&mut self, frame: Vec<(String, String)>);
}

impl ExtendAll for Got {
    fn extend_all(&mut self, frame: Vec<(String, String)>) {
        for (text, id) in frame {
            self.entry(text).or_default().insert(id);
        }
    }
}

/// One run with failures of its own.
async fn run(api: &Api, people: &[Someone], seed: u64) {
    let random = Random::seeded(seed);
    let wires = Wires::default();
    let app = App::new(
        shared::Config::clone(&api.world.app.config),
        api.world.clients.clone(),
        api.world.clock.clone(),
        Random::system(),
    );
    app.push.attach(Gateway { wires: wires.clone(), random: Random::seeded(seed) });
    let (readers, senders) = people.split_at(2);
    let calls = ["UpdateItem", "PutItem", "GetItem", "BatchGetItem", "Query"];
    for _ in 0..random.within(5..=30) {
        let call = calls[random.within(0..=4) as usize];
        let fault = [Fault::AnswerLost, Fault::Internal, Fault::Throttled][random.within(0..=2) as usize].clone();
        // A failure strikes some call behind others; three in a row reach the caller.
        let calm = Fault::Delayed(std::time::Duration::from_millis(u64::from(random.within(0..=3))));
        api.world.faults.strike(call, random.within(0..=12) as usize, &calm);
        api.world.faults.strike(call, random.within(1..=3) as usize, &fault);
    }
    let pairs = senders.iter().flat_map(|from| readers.iter().map(move |to| (from, to)));
    // A connection for each pair: what a client sends it sends one after the other.
    let sending = pairs.zip(seed * 100..).map(|((from, to), number)| {
        let (app, wires) = (&app, &wires);
        async move { (to.id.clone(), sending(app, wires, from, to, number).await) }
    });
    let sending = join_all(sending);
    let reading = join_all(readers.iter().map(|who| reading(&app, &wires, who, seed, &random)));
    let (sent, mut got) = futures_util::join!(sending, reading);
    api.world.faults.clear();
    // Leases of calls that have failed run out, and everybody reads to the end.
    api.advance(11);
    for (who, got) in readers.iter().zip(&mut got) {
        let mut client = Client::open(&app, &wires, format!("e{seed}-{}", who.id), &claim(who)).await.unwrap();
        for _ in 0..3 {
            let _ = client.start().await;
            for frame in client.arrived() {
                got.extend_all(frame);
            }
            api.advance(11);
        }
        let accepted = sent.iter().filter(|(to, _)| *to == who.id).flat_map(|(_, accepted)| accepted);
        for text in accepted {
            assert!(got.contains_key(text), "seed {seed}: {} has never got {text}", who.id);
        }
        for (text, ids) in got.iter() {
            assert_eq!(ids.len(), 1, "seed {seed}: {text} came under several ids");
        }
        client.drop();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_with_rows_that_fail() {
    let api = Api::start().await;
    let mut people = Vec::new();
    for number in 0..5 {
        people.push(Someone::register(&api, &format!("138000002{number:02}")).await);
    }
    let runs = super::model::variable("STORED_RUNS").unwrap_or(12);
    for seed in 0..runs {
        run(&api, &people, seed).await;
    }
    api.world.shutdown().await;
}
