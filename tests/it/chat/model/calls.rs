//! What calls do, step by step, as `shared::inbox` does it: the rules and the plan are the real ones.

use super::steps::{Fault, Post, World};
use futures_util::future::join_all;
use shared::{
    inbox::{
        packet::{self, Stored},
        plan::{Frame, Known, Letter, Plan, plan},
        rules::{Conn, Done, Inbox, Outcome},
    },
    values::{ConnectionId, PushId},
};
use std::{cell::Cell, rc::Rc};

/// What a call knows while it holds the lease.
struct Held {
    lease: i64,
    inbox: Inbox,
    known: Known,
}

/// Sends messages to somebody in letters of one or two; `accepted` hears of it once they are stored.
pub(super) async fn send(
    world: Rc<World>,
    who: usize,
    push_id: PushId,
    messages: Vec<Stored>,
    accepted: Box<dyn FnOnce()>,
) {
    let _ = try_to_send(&world, who, &push_id, messages, accepted).await;
}

async fn try_to_send(
    world: &World,
    who: usize,
    push_id: &PushId,
    messages: Vec<Stored>,
    accepted: Box<dyn FnOnce()>,
) -> Result<(), Fault> {
    let mut inbox = world.read(who).await?;
    let letters: Vec<_> = messages.chunks(2).map(<[Stored]>::to_vec).collect();
    let (mut left, mut held, mut known, call) = (&letters[..], None, Known::default(), world.name());
    while !left.is_empty() {
        let count = i64::try_from(left.len()).unwrap();
        let first = match number(world, who, &mut inbox, &mut held, count).await {
            Ok(last) => last - count + 1,
            Err(fault) => return failed(world, who, inbox, held, fault).await,
        };
        let mut at = first;
        while let Some((messages, rest)) = left.split_first() {
            let letter = Letter { messages: messages.clone(), expires_at: world.now.get() / 1_000 + 2_592_000 };
            match world.put(who, at, &letter, &call).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(fault) => return failed(world, who, inbox, held, fault).await,
            }
            known.letters.insert(at, letter);
            (left, at) = (rest, at + 1);
        }
        (known.from, known.to) = (first - 1, at - 1);
    }
    accepted();
    match held {
        Some(lease) => pump(world, who, push_id, Held { lease, inbox, known }).await,
        None => pump_if_free(world, who, push_id, inbox).await,
    }
}

async fn number(
    world: &World,
    who: usize,
    inbox: &mut Inbox,
    held: &mut Option<i64>,
    count: i64,
) -> Result<i64, Fault> {
    if held.is_none()
        && let Some(next) = inbox.send(count, world.now.get())
    {
        match world.try_to(who, inbox, &next).await? {
            Ok(row) => {
                *held = Some(next.turn);
                *inbox = row;
                return Ok(next.seq);
            }
            Err(row) => *inbox = row,
        }
    }
    *inbox = world.take_numbers(who, inbox, count).await?;
    Ok(inbox.seq)
}

async fn failed(world: &World, who: usize, inbox: Inbox, held: Option<i64>, fault: Fault) -> Result<(), Fault> {
    if let Some(lease) = held {
        world.apply(who, inbox, |inbox, _| inbox.release(lease).map(|next| (next, ()))).await?;
    }
    Err(fault)
}

async fn pump_if_free(world: &World, who: usize, push_id: &PushId, read: Inbox) -> Result<(), Fault> {
    let rule = |inbox: &Inbox, now| inbox.take(now).map(|next| (next.clone(), next.turn));
    match world.apply(who, read, rule).await? {
        (inbox, Some(lease)) => pump(world, who, push_id, Held { lease, inbox, known: Known::default() }).await,
        (_, None) => Ok(()),
    }
}

async fn pump(world: &World, who: usize, push_id: &PushId, held: Held) -> Result<(), Fault> {
    let Held { lease, mut inbox, mut known } = held;
    let mut looks = 0;
    while inbox.is_held_by(lease) {
        let step = plan(&inbox, push_id, &known, world.now.get());
        let frames = match step {
            Plan::Post(frames) => frames,
            Plan::Nothing => Vec::new(),
            Plan::Read(_) | Plan::Wait(_) => match letters_of(world, who, &inbox, step, &mut looks).await {
                Ok(read) => {
                    known = read;
                    continue;
                }
                Err(fault) => return failed(world, who, inbox, Some(lease), fault).await,
            },
        };
        looks = 0;
        let done = join_all(frames.into_iter().map(|frame| post(world, frame))).await;
        let rule = |inbox: &Inbox, now| inbox.mark(lease, &done, now).map(|next| (next, ()));
        inbox = world.apply(who, inbox, rule).await?.0;
    }
    Ok(())
}

async fn letters_of(world: &World, who: usize, inbox: &Inbox, step: Plan, looks: &mut u32) -> Result<Known, Fault> {
    let after = match step {
        Plan::Read(after) => after,
        Plan::Wait(numbers) => {
            *looks += 1;
            if *looks > 3 {
                let nothing = Letter { messages: Vec::new(), expires_at: i64::MAX / 1_000 };
                for number in &numbers {
                    world.put(who, *number, &nothing, "").await?;
                }
            }
            numbers[0] - 1
        }
        Plan::Post(_) | Plan::Nothing => unreachable!(),
    };
    world.letters(who, after, inbox.seq).await
}

async fn post(world: &World, frame: Frame) -> Done {
    let Frame { connection, starts, end, text } = frame;
    let outcome = match text {
        None => Outcome::Posted { end, sent: false },
        Some(text) => match world.post(&connection, &text).await {
            Post::Sent => Outcome::Posted { end, sent: true },
            Post::Gone => Outcome::Gone,
            Post::Failed => Outcome::Failed { again: world.within(0, 1) == 0 },
        },
    };
    Done { connection, starts, outcome }
}

/// A client's connection is there.
pub(super) async fn open(world: Rc<World>, who: usize, id: ConnectionId, entry: Conn, opened: Rc<Cell<bool>>) {
    let rule = |inbox: &Inbox, now| Some(inbox.open(&id, entry.clone(), now));
    if let Ok((_, too_many)) = world.apply(who, Inbox::default(), rule).await {
        opened.set(true);
        close(&world, too_many.unwrap_or_default());
    }
}

fn close(world: &World, ids: Vec<ConnectionId>) {
    for id in ids {
        if let Some(socket) = world.sockets.borrow_mut().get_mut(&id) {
            socket.alive = false;
            socket.wire.clear();
        }
    }
}

/// A client starts.
pub(super) async fn start(world: Rc<World>, who: usize, push_id: PushId, id: ConnectionId) {
    let _ = try_to_start(&world, who, &push_id, &id).await;
}

async fn try_to_start(world: &World, who: usize, push_id: &PushId, id: &ConnectionId) -> Result<(), Fault> {
    let read = world.read(who).await?;
    if world.post(id, &packet::ok(push_id)).await != Post::Sent {
        return Err(Fault);
    }
    let before = read.clone();
    let known =
        if read.floor() < read.seq { world.letters(who, read.floor(), read.seq).await? } else { Known::default() };
    let rule = |inbox: &Inbox, now| {
        let next = inbox.start(id, &before, now)?;
        let lease = next.is_held_by(next.turn).then_some(next.turn);
        Some((next, lease))
    };
    match world.apply(who, read, rule).await? {
        (_, None) => close(world, vec![id.clone()]),
        (inbox, Some(Some(lease))) => pump(world, who, push_id, Held { lease, inbox, known }).await?,
        (inbox, Some(None)) => pump_if_free(world, who, push_id, inbox).await?,
    }
    Ok(())
}

/// A client acknowledges.
pub(super) async fn acknowledge(
    world: Rc<World>,
    who: usize,
    push_id: PushId,
    id: ConnectionId,
    name: String,
    at: i64,
) {
    let acknowledged = async {
        let read = world.read(who).await?;
        let rule = |inbox: &Inbox, _| inbox.ack(&id, &name, at).map(|next| (next, ()));
        let (inbox, _) = world.apply(who, read, rule).await?;
        pump_if_free(&world, who, &push_id, inbox).await
    };
    let _: Result<(), Fault> = acknowledged.await;
}

/// A client says that it is still there.
pub(super) async fn heartbeat(world: Rc<World>, who: usize, push_id: PushId) {
    if let Ok(read) = world.read(who).await {
        let _ = pump_if_free(&world, who, &push_id, read).await;
    }
}

/// API Gateway says that a connection has ended.
pub(super) async fn ended(world: Rc<World>, who: usize, id: ConnectionId) {
    if let Ok(read) = world.read(who).await {
        let _ = world.apply(who, read, |inbox, _| inbox.without([&id]).map(|next| (next, ()))).await;
    }
}
