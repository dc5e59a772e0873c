//! Calls in steps: each call is a future that stops before each thing that it does outside of itself, and only one of them goes on at
//! a time. It may die there, or find its step done without hearing of it.

use futures_util::{FutureExt, future::LocalBoxFuture};
use shared::{
    inbox::{
        plan::{Known, Letter, PAGE},
        rules::Inbox,
    },
    values::ConnectionId,
};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

/// A step has failed, and nobody knows more.
#[derive(Debug)]
pub(super) struct Fault;

/// Half a step: what was asked for is done or not, and the answer comes or not.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Well,
    /// Nothing is done, and the caller hears of that.
    Fails,
    /// It is done twice: the answer to the first attempt was lost.
    Twice,
    /// It is done, and the caller hears that it has failed.
    DoneButFails,
}

/// What a post has come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Post {
    Sent,
    Gone,
    Failed,
}

/// The rows of a person.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) inbox: Inbox,
    pub(super) letters: BTreeMap<i64, (Letter, String)>,
    /// The name of the call that has written the row last.
    call: String,
}

/// A socket, as API Gateway has it.
#[derive(Default)]
pub(super) struct Socket {
    pub(super) alive: bool,
    /// What is on its way to the client.
    pub(super) wire: VecDeque<String>,
}

pub(super) struct World {
    /// The state of a small generator: thousands of runs need many numbers, and nobody has to be kept from guessing them.
    random: Cell<u64>,
    pub(super) now: Cell<i64>,
    pub(super) queues: RefCell<Vec<Queue>>,
    pub(super) sockets: RefCell<BTreeMap<ConnectionId, Socket>>,
    /// Whether anything goes wrong.
    faulty: Cell<bool>,
}

type Call = LocalBoxFuture<'static, ()>;

/// The world, and the calls that are running.
pub(super) struct Steps {
    pub(super) world: Rc<World>,
    calls: RefCell<Vec<Call>>,
}

/// Stops once.
struct Stop(bool);

impl Future for Stop {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Steps {
    pub(super) fn new(seed: u64, faulty: bool) -> Self {
        let queues = RefCell::new(vec![Queue::default(), Queue::default()]);
        let (now, faulty, sockets) = (Cell::new(1_800_000_000_000), Cell::new(faulty), RefCell::default());
        Self {
            world: Rc::new(World { random: Cell::new(seed), now, queues, sockets, faulty }),
            calls: RefCell::default(),
        }
    }

    pub(super) fn within(&self, least: u32, most: u32) -> u32 {
        self.world.within(least, most)
    }

    pub(super) fn start(&self, call: impl Future<Output = ()> + 'static) {
        self.calls.borrow_mut().push(call.boxed_local());
    }

    /// Lets one call go on by a step; sometimes it dies there.
    pub(super) fn go_on(&self) {
        self.world.now.set(self.world.now.get() + i64::from(self.within(0, 40)));
        let mut calls = self.calls.borrow_mut();
        let Some(last) = calls.len().checked_sub(1) else { return };
        let at = usize::try_from(self.within(0, u32::try_from(last).unwrap())).unwrap();
        let ended = calls[at].as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        if ended || self.world.is_faulty() && self.within(0, 199) == 0 {
            drop(calls.swap_remove(at));
        }
    }

    /// Whether nothing is running, in a run in which nothing fails.
    pub(super) fn is_quiet(&self) -> bool {
        !self.world.is_faulty() && self.calls.borrow().is_empty()
    }

    /// Nothing goes wrong any more: what is running ends.
    pub(super) fn end_well(&self) {
        self.world.faulty.set(false);
        self.settle();
    }

    /// What is running ends.
    pub(super) fn settle(&self) {
        for _ in 0..1_000_000 {
            if self.calls.borrow().is_empty() {
                return;
            }
            self.go_on();
        }
        panic!("calls do not end");
    }
}

impl World {
    pub(super) fn within(&self, least: u32, most: u32) -> u32 {
        least + u32::try_from(self.random() % u64::from(most - least + 1)).unwrap()
    }

    /// SplitMix64.
    fn random(&self) -> u64 {
        self.random.set(self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mixed = self.random.get();
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn is_faulty(&self) -> bool {
        self.faulty.get()
    }

    fn fate(&self) -> Fate {
        match (self.is_faulty(), self.within(0, 99)) {
            (true, 0..=1) => Fate::Fails,
            (true, 2..=3) => Fate::Twice,
            (true, 4) => Fate::DoneButFails,
            _ => Fate::Well,
        }
    }

    pub(super) fn name(&self) -> String {
        format!("{:016x}", self.random())
    }

    pub(super) async fn stop(&self) {
        Stop(false).await;
    }

    /// A write, which may happen twice.
    async fn write<T>(&self, mut write: impl FnMut() -> T) -> Result<T, Fault> {
        self.stop().await;
        match self.fate() {
            Fate::Well => Ok(write()),
            Fate::Fails => Err(Fault),
            Fate::Twice => {
                write();
                Ok(write())
            }
            Fate::DoneButFails => {
                write();
                Err(Fault)
            }
        }
    }

    pub(super) async fn read(&self, who: usize) -> Result<Inbox, Fault> {
        self.stop().await;
        if self.fate() == Fate::Fails { Err(Fault) } else { Ok(self.queues.borrow()[who].inbox.clone()) }
    }

    /// As `rows::take_numbers`.
    pub(super) async fn take_numbers(&self, who: usize, read: &Inbox, count: i64) -> Result<Inbox, Fault> {
        self.write(|| {
            let queue = &mut self.queues.borrow_mut()[who];
            queue.inbox.settled = queue.inbox.settled.max(read.settled_by(self.now.get()));
            queue.inbox.seq += count;
            queue.inbox.numbered_at = self.now.get();
            queue.inbox.clone()
        })
        .await
    }

    /// As `rows::replace`.
    #[expect(clippy::result_large_err, reason = "the row as it is now, whether it was written or not")]
    async fn replace(&self, who: usize, read: &Inbox, next: &Inbox, call: &str) -> Result<Result<Inbox, Inbox>, Fault> {
        self.write(|| {
            let queue = &mut self.queues.borrow_mut()[who];
            let row = &mut queue.inbox;
            let exact = next.seq > read.seq || read.lease.is_some() && next.lease.is_none();
            if row.turn != read.turn || exact && row.seq != read.seq {
                let own = queue.call == call && row.turn == next.turn;
                return if own { Ok(row.clone()) } else { Err(row.clone()) };
            }
            queue.call = call.to_owned();
            let taken = next.seq > read.seq;
            let (seq, numbered_at, settled) = (row.seq, row.numbered_at, row.settled);
            *row = next.clone();
            if !taken {
                (row.seq, row.numbered_at, row.settled) = (seq, numbered_at, settled);
            }
            Ok(row.clone())
        })
        .await
    }

    /// Once.
    pub(super) async fn try_to(&self, who: usize, read: &Inbox, next: &Inbox) -> Result<Result<Inbox, Inbox>, Fault> {
        let call = self.name();
        self.replace(who, read, next, &call).await
    }

    /// As `changing::apply`.
    pub(super) async fn apply<T>(
        &self,
        who: usize,
        mut read: Inbox,
        rule: impl Fn(&Inbox, i64) -> Option<(Inbox, T)>,
    ) -> Result<(Inbox, Option<T>), Fault> {
        let call = self.name();
        loop {
            let Some((next, said)) = rule(&read, self.now.get()) else { return Ok((read, None)) };
            match self.replace(who, &read, &next, &call).await? {
                Ok(row) => return Ok((row, Some(said))),
                Err(row) => read = row,
            }
        }
    }

    /// As `letters::put`.
    pub(super) async fn put(&self, who: usize, at: i64, letter: &Letter, call: &str) -> Result<bool, Fault> {
        self.write(|| {
            let letters = &mut self.queues.borrow_mut()[who].letters;
            letters.entry(at).or_insert_with(|| (letter.clone(), call.to_owned())).1 == call
        })
        .await
    }

    /// As `letters::after`.
    pub(super) async fn letters(&self, who: usize, after: i64, upto: i64) -> Result<Known, Fault> {
        self.stop().await;
        if self.fate() == Fate::Fails {
            return Err(Fault);
        }
        let queues = self.queues.borrow();
        let mut known = Known { from: after, to: upto, ..Known::default() };
        let page = usize::try_from(self.within(1, u32::try_from(PAGE).unwrap())).unwrap();
        let found: Vec<_> = queues[who].letters.range(after + 1..=upto).collect();
        if found.len() > page {
            known.to = *found[page - 1].0;
        }
        known.letters = found.iter().take(page).map(|(at, (letter, _))| (**at, letter.clone())).collect();
        Ok(known)
    }

    /// As `Push::post`.
    pub(super) async fn post(&self, id: &ConnectionId, text: &str) -> Post {
        self.stop().await;
        let mut sockets = self.sockets.borrow_mut();
        let Some(socket) = sockets.get_mut(id).filter(|socket| socket.alive) else {
            // The service may not know yet.
            return if self.is_faulty() && self.within(0, 9) == 0 { Post::Sent } else { Post::Gone };
        };
        match self.fate() {
            Fate::Fails => Post::Failed,
            Fate::DoneButFails => {
                socket.wire.push_back(text.to_owned());
                Post::Failed
            }
            Fate::Well | Fate::Twice => {
                socket.wire.push_back(text.to_owned());
                Post::Sent
            }
        }
    }
}
