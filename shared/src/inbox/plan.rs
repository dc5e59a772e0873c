//! What the holder of a lease posts next: pure. A connection gets one frame at a time, with as many letters as fit, in the order of
//! their numbers and without a gap.

use super::{
    packet::{self, Stored},
    rules::Inbox,
};
use crate::values::{ConnectionId, PushId};
use std::collections::BTreeMap;

/// A frame has so many bytes at most: API Gateway counts by 32 KB.
pub const FRAME: usize = 30_000;

/// So many letters are read at once.
pub const PAGE: usize = 60;

/// What lies under a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What was sent in one packet, in its order; empty where the number was given up, or everything in it has been read.
    pub messages: Vec<Stored>,
    /// Past this second it is gone.
    pub expires_at: i64,
}

/// Letters by their numbers, as they were read.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Those that are there.
    pub letters: BTreeMap<i64, Letter>,
    /// Above this number and up to [`Known::to`], whatever is not among them was not there.
    pub from: i64,
    /// See [`Known::from`].
    pub to: i64,
}

/// A frame for a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Which.
    pub connection: ConnectionId,
    /// How often its client had started.
    pub starts: i64,
    /// The number up to which the connection has everything then.
    pub end: i64,
    /// What is sent. `None`: there is nothing to say, only numbers to pass over.
    pub text: Option<String>,
}

/// What the holder of a lease does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It posts these side by side. Never empty.
    Post(Vec<Frame>),
    /// It waits for the letters of these numbers, and gives the numbers up if they do not come.
    Wait(Vec<i64>),
    /// It reads on, behind this number.
    Read(i64),
    /// There is nothing to do.
    Nothing,
}

/// How far one connection comes with the letters that are known.
enum Reach {
    /// Up to this number, with these messages.
    To(i64, Vec<Stored>),
    /// To nowhere, because this letter is not there.
    Hole(i64),
    /// To nowhere, because nobody has read behind this number.
    Unread(i64),
}

/// What comes next for those who read this queue.
#[must_use]
pub fn plan(inbox: &Inbox, push_id: &PushId, known: &Known, now: i64) -> Plan {
    let (mut frames, mut holes, mut unread) = (Vec::new(), Vec::new(), None::<i64>);
    for (id, conn) in inbox.readers(now).filter(|(_, conn)| inbox.reached(conn) < inbox.seq) {
        match reach(inbox, inbox.reached(conn), known, now) {
            Reach::To(end, messages) => {
                let text = (!messages.is_empty()).then(|| packet::messages(push_id, &messages, conn.object));
                frames.push(Frame { connection: id.clone(), starts: conn.starts, end, text });
            }
            Reach::Hole(number) => holes.push(number),
            Reach::Unread(after) => unread = Some(unread.map_or(after, |other| other.min(after))),
        }
    }
    match (frames.is_empty(), unread, holes.into_iter().min()) {
        (false, ..) => Plan::Post(frames),
        (true, Some(after), _) => Plan::Read(after),
        (true, None, Some(first)) => Plan::Wait(missing(inbox, first, known)),
        (true, None, None) => Plan::Nothing,
    }
}

fn reach(inbox: &Inbox, reached: i64, known: &Known, now: i64) -> Reach {
    let settled = inbox.settled_by(now);
    let (mut end, mut messages, mut bytes) = (reached, Vec::new(), packet::ENVELOPE);
    if reached < known.from {
        return Reach::Unread(reached);
    }
    for number in reached + 1..=inbox.seq {
        let letter = known.letters.get(&number);
        let is_gone = letter.is_none() && (number <= known.to && number <= settled);
        match letter {
            Some(letter) if letter.expires_at * 1_000 > now => {
                let size: usize = letter.messages.iter().map(|message| message.size() + 1).sum();
                if bytes + size > FRAME && !messages.is_empty() {
                    break;
                }
                bytes += size;
                messages.extend(letter.messages.iter().cloned());
            }
            Some(_) => {}
            None if is_gone => {}
            None if end > reached => break,
            None if number > known.to => return Reach::Unread(reached),
            None => return Reach::Hole(number),
        }
        end = number;
    }
    Reach::To(end, messages)
}

/// The numbers from a hole on that have no letter, up to the next that has one; some at a time.
fn missing(inbox: &Inbox, first: i64, known: &Known) -> Vec<i64> {
    let numbers = (first..=inbox.seq.min(known.to)).take_while(|number| !known.letters.contains_key(number));
    numbers.take(PAGE).collect()
}
