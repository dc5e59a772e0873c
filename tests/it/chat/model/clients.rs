//! Clients: two people who read over several connections each, and three who write to both.

use super::{
    calls,
    steps::{Socket, Steps, World},
};
use serde_json::{Value, json};
use shared::{
    inbox::{
        packet::{Message, Stored},
        rules::{CONNECTION_LIFE, Conn},
    },
    values::{ConnectionId, MessageId, PushId, UserId},
};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    ops::Bound::{Excluded, Included},
    rc::Rc,
};

const SENDERS: usize = 3;
const READERS: usize = 2;

fn user(number: usize) -> UserId {
    UserId::try_from(format!("{number:024x}")).unwrap()
}

/// Somebody who sends to one reader: one thing after the other was accepted.
struct Sender {
    uid: UserId,
    /// How many messages have been made up.
    made: Cell<u32>,
    /// Held by the calls that send something of theirs.
    pending: Rc<()>,
}

/// How a client acknowledges.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    /// Each frame, at once.
    AtOnce,
    /// Each frame, some time later.
    Later,
    /// One frame in four.
    Seldom,
}

/// A connection of a reader.
struct Client {
    who: usize,
    id: ConnectionId,
    opened: Rc<Cell<bool>>,
    started: bool,
    habit: Habit,
    /// How many acknowledgements it still wants to send.
    owes: Cell<u32>,
    /// What it has got since it started last, by sender and number.
    got: Vec<(String, u32)>,
    /// What was acknowledged when it heard that it had started first: whatever is behind that comes to it.
    heard_at: Option<i64>,
    /// The ids of what it has got since it was opened.
    ever_got: BTreeSet<String>,
}

/// Which messages somebody was sent and has read: by sender and number, with the id.
type Messages = BTreeMap<(String, u32), String>;

pub(super) struct Clients<'a> {
    steps: &'a Steps,
    world: Rc<World>,
    /// By reader and sender.
    senders: Vec<Vec<Sender>>,
    clients: RefCell<Vec<Client>>,
    accepted: Vec<Rc<RefCell<Messages>>>,
    read: RefCell<Vec<Messages>>,
    /// The ids of those that have been read.
    ids: RefCell<Vec<BTreeSet<String>>>,
    /// Up to which number acknowledgements have been looked at.
    checked: [Cell<i64>; READERS],
    made: Cell<u32>,
}

impl<'a> Clients<'a> {
    pub(super) fn new(steps: &'a Steps) -> Self {
        let sender = |number| Sender { uid: user(100 + number), made: Cell::new(0), pending: Rc::new(()) };
        let senders = (0..READERS).map(|_| (0..SENDERS).map(sender).collect()).collect();
        let accepted = (0..READERS).map(|_| Rc::default()).collect();
        let read = RefCell::new(vec![Messages::new(); READERS]);
        let (world, ids) = (Rc::clone(&steps.world), RefCell::new(vec![BTreeSet::new(); READERS]));
        let (clients, checked, made) = (RefCell::default(), Default::default(), Cell::new(0));
        Self { steps, world, senders, clients, accepted, read, ids, checked, made }
    }

    fn any(&self, count: usize) -> usize {
        usize::try_from(self.steps.within(0, u32::try_from(count).unwrap() - 1)).unwrap()
    }

    pub(super) fn do_something(&self) {
        let count = self.clients.borrow().len();
        match (self.steps.within(0, 99), count) {
            (0..=9, _) | (10..=44, 0) => self.open(self.any(READERS)),
            (10..=24, _) => self.start(self.any(count)),
            (25..=34, _) => self.drop(self.any(count)),
            (35..=39, _) => {
                let who = self.clients.borrow()[self.any(count)].who;
                self.steps.start(calls::heartbeat(Rc::clone(&self.world), who, PushId::of(&user(who))));
            }
            // Longer than a lease: whoever is in the middle of something has lost it.
            (40..=44, _) => self.sleep(),
            _ => self.send(self.any(READERS), self.any(SENDERS)),
        }
    }

    fn sleep(&self) {
        // What is on its way arrives within that time.
        let count = self.clients.borrow().len();
        for at in 0..count {
            while self.receive(at) {}
        }
        self.world.now.set(self.world.now.get() + 11_000);
    }

    fn open(&self, who: usize) {
        let (now, made) = (self.world.now.get(), self.made.get());
        self.made.set(made + 1);
        let id = ConnectionId::try_from(format!("c{made}")).unwrap();
        let entry = Conn::new(format!("a{made}"), false, now, now + CONNECTION_LIFE);
        let opened = Rc::new(Cell::new(false));
        self.world.sockets.borrow_mut().insert(id.clone(), Socket { alive: true, ..Socket::default() });
        let call = calls::open(Rc::clone(&self.world), who, id.clone(), entry, Rc::clone(&opened));
        self.steps.start(call);
        let habit = [Habit::AtOnce, Habit::AtOnce, Habit::Later, Habit::Seldom][self.any(4)];
        let (started, owes, got, heard_at, ever_got) = (false, Cell::new(0), Vec::new(), None, BTreeSet::new());
        let client = Client { who, id, opened, started, habit, owes, got, heard_at, ever_got };
        self.clients.borrow_mut().push(client);
    }

    fn start(&self, at: usize) {
        let mut clients = self.clients.borrow_mut();
        let Some(client) = clients.get_mut(at).filter(|client| client.opened.get()) else { return };
        client.started = true;
        // Who starts again is told everything again.
        client.got.clear();
        let (who, id) = (client.who, client.id.clone());
        for _ in 0..=self.steps.within(0, 9) / 9 {
            let (world, push_id) = (Rc::clone(&self.world), PushId::of(&user(who)));
            self.steps.start(calls::start(world, who, push_id, id.clone()));
        }
    }

    fn drop(&self, at: usize) {
        let client = self.clients.borrow_mut().swap_remove(at);
        if let Some(socket) = self.world.sockets.borrow_mut().get_mut(&client.id) {
            socket.alive = false;
            socket.wire.clear();
        }
        if self.steps.within(0, 1) == 0 {
            self.steps.start(calls::ended(Rc::clone(&self.world), client.who, client.id));
        }
    }

    fn send(&self, to: usize, from: usize) {
        let sender = &self.senders[to][from];
        // Nobody sends anything before they have heard of what they have sent before.
        if Rc::strong_count(&sender.pending) > 1 {
            return;
        }
        let count = self.steps.within(1, 5);
        let numbers: Vec<_> = (0..count).map(|number| sender.made.get() + number).collect();
        sender.made.set(sender.made.get() + count);
        let id = |number: u32| id(to, sender.uid.as_str(), number);
        let messages: Vec<_> =
            numbers.iter().map(|number| message(&sender.uid, &user(to), *number, &id(*number))).collect();
        let known: Vec<_> =
            numbers.iter().map(|number| ((sender.uid.to_string(), *number), id(*number).to_string())).collect();
        // API Gateway may hand a frame over twice.
        for _ in 0..=self.steps.within(0, 19) / 19 {
            let (pending, accepted, known) = (Rc::clone(&sender.pending), Rc::clone(&self.accepted[to]), known.clone());
            let hears = Box::new(move || {
                accepted.borrow_mut().extend(known);
                drop(pending);
            });
            let (world, push_id) = (Rc::clone(&self.world), PushId::of(&user(to)));
            self.steps.start(calls::send(world, to, push_id, messages.clone(), hears));
        }
    }

    /// Something arrives at a client, perhaps.
    pub(super) fn go_on(&self) {
        let count = self.clients.borrow().len();
        if count > 0 {
            self.receive(self.any(count));
            let clients = self.clients.borrow();
            let client = &clients[self.any(count)];
            if self.steps.within(0, 9) == 0 && client.owes.get() > 0 {
                client.owes.set(client.owes.get() - 1);
                self.acknowledge(client);
            }
        }
        self.nothing_is_lost();
        if self.steps.is_quiet() {
            for (who, queue) in self.world.queues.borrow().iter().enumerate() {
                let behind = queue.inbox.behind(self.world.now.get());
                assert_eq!(behind, None, "nobody posts what waits for {who}");
            }
        }
    }

    /// The next frame arrives at a client. `false`: there is none.
    fn receive(&self, at: usize) -> bool {
        let mut clients = self.clients.borrow_mut();
        let client = &mut clients[at];
        let frame = match self.world.sockets.borrow_mut().get_mut(&client.id) {
            Some(socket) => socket.wire.pop_front(),
            None => None,
        };
        let Some(frame) = frame else { return false };
        let packet: Value = serde_json::from_str(&frame).unwrap();
        assert_eq!(packet["pushId"], json!(PushId::of(&user(client.who)).to_string()));
        assert!(client.started, "nothing comes before a client has started");
        let Some(messages) = packet["message"].as_array() else {
            client.heard_at.get_or_insert(self.world.queues.borrow()[client.who].inbox.acked);
            return true;
        };
        for message in messages {
            assert_eq!(message["toId"], json!(user(client.who).to_string()), "somebody else's message");
            let number = message["createTime"].as_str().unwrap().parse().unwrap();
            let from = message["fromId"].as_str().unwrap().to_owned();
            let before = self.read.borrow_mut()[client.who].get(&(from.clone(), number)).cloned();
            let newest = client.got.iter().filter(|got| got.0 == from).map(|got| got.1).max();
            assert!(
                before.is_some() || newest.is_none_or(|newest| newest < number),
                "{from} has sent {number} before {newest:?}"
            );
            client.got.push((from.clone(), number));
            let id = message["msgId"].as_str().unwrap().to_owned();
            self.read.borrow_mut()[client.who].insert((from, number), id.clone());
            self.ids.borrow_mut()[client.who].insert(id.clone());
            client.ever_got.insert(id.clone());
            assert!(before.is_none_or(|before| before == id), "what comes twice has one id");
        }
        match client.habit {
            Habit::Later => client.owes.set(client.owes.get() + 1),
            Habit::Seldom if self.steps.within(0, 3) > 0 => {}
            Habit::AtOnce | Habit::Seldom => self.acknowledge(client),
        }
        true
    }

    /// API Gateway may hand an acknowledgement over twice.
    fn acknowledge(&self, client: &Client) {
        let (name, now) = (self.world.name(), self.world.now.get());
        for _ in 0..=self.steps.within(0, 19) / 19 {
            let (world, push_id) = (Rc::clone(&self.world), PushId::of(&user(client.who)));
            self.steps.start(calls::acknowledge(world, client.who, push_id, client.id.clone(), name.clone(), now));
        }
    }

    /// Where nothing has failed, nothing waits that could be posted, and whoever reads has everything that is not acknowledged, and
    /// everything that was not when they heard that they had started.
    pub(super) fn nothing_waits(&self) {
        let count = self.clients.borrow().len();
        for at in 0..count {
            while self.receive(at) {}
        }
        self.steps.end_well();
        for (who, queue) in self.world.queues.borrow().iter().enumerate() {
            let row = &queue.inbox;
            assert_eq!(row.behind(self.world.now.get()), None, "something waits for {who}");
            let clients = self.clients.borrow();
            let reading = clients.iter().filter(|client| client.who == who && client.started);
            for client in reading.filter(|client| row.conns.get(&client.id).is_some_and(|conn| conn.starts > 0)) {
                for (at, (letter, _)) in queue.letters.range((Excluded(row.acked), Included(row.seq))) {
                    for message in &letter.messages {
                        let got = client.got.iter().any(|(from, number)| id(who, from, *number) == message.id);
                        assert!(got, "{who} has not been told {at} again");
                    }
                }
                let behind =
                    client.heard_at.into_iter().flat_map(|at| queue.letters.range((Excluded(at), Included(row.seq))));
                for (at, (letter, _)) in behind {
                    let has_got = |message: &Stored| client.ever_got.contains(message.id.as_str());
                    assert!(letter.messages.iter().all(has_got), "{who} has read {at} over another connection only");
                }
            }
        }
    }

    /// What counts as acknowledged has been read.
    fn nothing_is_lost(&self) {
        for (who, queue) in self.world.queues.borrow().iter().enumerate() {
            let checked = self.checked[who].replace(queue.inbox.acked);
            for (at, (letter, _)) in queue.letters.range((Excluded(checked), Included(queue.inbox.acked))) {
                for message in &letter.messages {
                    let is_read = self.ids.borrow()[who].contains(message.id.as_str());
                    assert!(is_read, "{who} has acknowledged {at} unread");
                }
            }
        }
    }

    /// Everybody opens a new connection and reads to the end.
    pub(super) fn end_well(&self) {
        for who in 0..READERS {
            self.sleep();
            self.open(who);
            self.steps.end_well();
            let newest = self.clients.borrow().len() - 1;
            self.start(newest);
        }
        loop {
            self.steps.end_well();
            let mut arrived = false;
            let count = self.clients.borrow().len();
            for at in 0..count {
                arrived |= self.receive(at);
            }
            if !arrived {
                return;
            }
        }
    }

    pub(super) fn check(&self) {
        self.nothing_is_lost();
        let read = self.read.borrow();
        for (who, accepted) in self.accepted.iter().enumerate() {
            let accepted = accepted.borrow();
            let lost: BTreeSet<_> = accepted.iter().filter(|(which, _)| !read[who].contains_key(*which)).collect();
            assert!(lost.is_empty(), "{who} has never got {lost:?}");
            for (which, id) in read[who].iter() {
                assert!(accepted.get(which).is_none_or(|accepted| accepted == id));
            }
        }
    }
}

fn message(from: &UserId, to: &UserId, number: u32, id: &MessageId) -> Stored {
    let raw = |text: &str| serde_json::value::RawValue::from_string(text.to_owned()).unwrap();
    Stored::of(&Message {
        chat_id: "c",
        from_id: from,
        to_id: to.as_str(),
        r#type: &raw("1"),
        info: &raw("[]"),
        create_time: &number.to_string(),
        msg_id: id,
    })
    .unwrap()
}

/// What a message is called.
fn id(to: usize, from: &str, number: u32) -> MessageId {
    MessageId::try_from(format!("{to:08x}{}{number:08x}", &from[16..])).unwrap()
}
