//! A connection, and what it was posted: which acknowledgement is for what (`inbox.rs` says why).

use serde::{Deserialize, Serialize};

/// Any acknowledgement is also one of frames that were posted so many milliseconds before it.
pub const ARRIVED: i64 = 10_000;

/// So many frames of a connection are remembered apart until they are acknowledged.
const MOST_FRAMES: usize = 16;

/// So many acknowledgements are remembered, by which one that is handed over twice is known.
const MOST_ACKS: usize = 4;

/// A connection that reads a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conn {
    /// Which session or device it was opened with: the beginning of a hash.
    pub anchor: String,
    /// When it was opened.
    pub opened_at: i64,
    /// Past this time it is over, whatever has been heard of it.
    pub until: i64,
    /// How often its client has started to read; 0: not yet, and nothing is posted to it.
    #[serde(default)]
    pub starts: i64,
    /// Its client wants single objects where others get a list of one.
    #[serde(default)]
    pub object: bool,
    /// Everything up to this number has been posted to it since its last start.
    #[serde(default)]
    pub posted: i64,
    /// What was posted to it and is not acknowledged, the oldest first.
    #[serde(default)]
    pub frames: Vec<Posting>,
    /// How many acknowledgements came before their frames were marked; below 0: how many are to come for frames that count as
    /// acknowledged already.
    #[serde(default)]
    pub credit: i64,
    /// The newest acknowledgements, by what API Gateway calls them.
    #[serde(default)]
    pub acks: Vec<String>,
}

/// A frame that was posted to a connection, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The number of the last letter that it completes.
    pub end: i64,
    /// How many frames it stands for: so many acknowledgements come for it.
    pub count: i64,
    /// When it was posted.
    pub at: i64,
}

impl Conn {
    /// One whose client has not started yet.
    #[must_use]
    pub fn new(anchor: String, object: bool, opened_at: i64, until: i64) -> Self {
        let (frames, acks) = (Vec::new(), Vec::new());
        Self { anchor, opened_at, until, starts: 0, object, posted: 0, frames, credit: 0, acks }
    }

    /// Whether it is posted to.
    #[must_use]
    pub fn reads(&self, now: i64) -> bool {
        self.starts > 0 && now < self.until
    }

    /// Remembers a frame. Where too many are, the newest two stand together: that delays an acknowledgement and makes none too
    /// early.
    pub(super) fn push(&mut self, end: i64, at: i64) {
        self.frames.push(Posting { end, count: 1, at });
        if self.frames.len() > MOST_FRAMES
            && let (Some(last), Some(before)) = (self.frames.pop(), self.frames.last_mut())
        {
            *before = Posting { end: last.end, count: before.count + last.count, at: last.at };
        }
    }

    /// Takes out the frames that have been acknowledged. Gives back the number up to which that is everything.
    pub(super) fn settle(&mut self) -> i64 {
        let mut acked = 0;
        while let Some(first) = self.frames.first().filter(|first| first.count <= self.credit) {
            self.credit -= first.count;
            acked = acked.max(first.end);
            self.frames.remove(0);
        }
        acked
    }

    /// Takes out the frames that were posted long before an acknowledgement, which has counted already. Those of these frames that
    /// are still to come acknowledge nothing else.
    fn settle_before(&mut self, time: i64) -> i64 {
        let mut acked = 0;
        while let Some(first) = self.frames.first().filter(|first| first.at <= time) {
            self.credit -= first.count;
            acked = acked.max(first.end);
            self.frames.remove(0);
        }
        acked
    }

    /// Counts an acknowledgement of this name, which came at the time `at`; `posts`: a frame may be on its way that is not marked. Gives back
    /// the number up to which that is everything. `None`: it says nothing new.
    pub(super) fn acknowledge(&mut self, name: &str, at: i64, posts: bool) -> Option<i64> {
        if self.acks.iter().any(|ack| ack == name) {
            return None;
        }
        let before = (self.frames.clone(), self.credit);
        self.acks.push(name.to_owned());
        let oldest = self.acks.len().saturating_sub(MOST_ACKS);
        self.acks.drain(..oldest);
        self.credit += 1;
        let counted = self.settle();
        let acked = counted.max(self.settle_before(at - ARRIVED));
        if self.frames.is_empty() {
            // At most one frame is on its way without a mark.
            self.credit = self.credit.min(i64::from(posts));
        }
        (before != (self.frames.clone(), self.credit)).then_some(acked)
    }
}
