//! What becomes of a person's queue: pure rules. Each takes the row `INBOX` as it was read and gives back what it is to be, or
//! `None` where nothing changes. The rows write that on condition that the row is as it was read (`rows.rs`).
//!
//! | rule | who | what |
//! |---|---|---|
//! | [`Inbox::send`] | a sender | takes numbers and the lease at once, where everybody who reads is up to date |
//! | [`Inbox::take`] | whoever finds something to post | takes the lease, if it is free or has run out |
//! | [`Inbox::mark`] | the holder | says what was posted, and gives the lease back where nothing is left |
//! | [`Inbox::open`], [`Inbox::start`] | a client | its connection is there; it is posted to from then on |
//! | [`Inbox::ack`] | a client | what has arrived need not be posted again |
//! | [`Inbox::without`] | anybody | connections that have ended |
//! | [`Inbox::release`] | the holder | gives the lease back because its call cannot go on |
//! | [`Inbox::objects`] | a sender | their connection is posted single objects instead of lists of one |
//! | [`Inbox::trimmed`] | who has sent | the oldest letters go where more than 5,000 wait |

mod conn;

pub use conn::{ARRIVED, Conn, Posting};

use crate::values::ConnectionId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How long a call holds the lease of a queue, in milliseconds. A call that has died keeps others from posting for so long.
pub const LEASE: i64 = 10_000;

/// So many connections a person has at most; the oldest goes.
pub const MOST_CONNECTIONS: usize = 10;

/// So many letters wait for a person at most; the oldest go.
pub const MOST_WAITING: i64 = 5_000;

/// API Gateway ends a connection after so many milliseconds: two hours.
pub const CONNECTION_LIFE: i64 = 7_200_000;

/// A number that was given so many milliseconds ago, and whose letter is not there, has none any more: an hour. No call lives so long.
pub const SETTLED: i64 = 3_600_000;

/// `USER#<uid>`/`INBOX`: how far a person's queue has come, and who reads it. Times are milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// The number of the newest letter.
    #[serde(default)]
    pub seq: i64,
    /// When that was given.
    #[serde(default)]
    pub numbered_at: i64,
    /// Numbers up to this one were given more than [`SETTLED`] ago.
    #[serde(default)]
    pub settled: i64,
    /// Everything up to this number is acknowledged.
    #[serde(default)]
    pub acked: i64,
    /// How many letters went unread because too many waited.
    #[serde(default)]
    pub dropped: i64,
    /// How often the row was changed otherwise than by giving a number.
    #[serde(default)]
    pub turn: i64,
    /// The call that posts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// Who reads.
    #[serde(default)]
    pub conns: BTreeMap<ConnectionId, Conn>,
    /// What the person has said to groups and may not have reached everybody.
    #[serde(default)]
    pub owes: Vec<String>,
    /// When somebody opened a connection last, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<i64>,
}

/// That a call posts to the connections of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The turn by which it was taken: no two leases have the same.
    pub by: i64,
    /// Past this time others take it over.
    pub until: i64,
}

/// What came of posting to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has everything up to this number. `sent`: a frame was sent for it.
    Posted {
        /// The number.
        end: i64,
        /// Whether there was anything to send.
        sent: bool,
    },
    /// There is no such connection any more.
    Gone,
    /// Nobody knows whether the frame has been sent.
    Failed {
        /// Whether the call tries it once more.
        again: bool,
    },
}

/// What a holder of the lease has done for a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Which.
    pub connection: ConnectionId,
    /// How often its client had started by then.
    pub starts: i64,
    /// What came of it.
    pub outcome: Outcome,
}

impl Inbox {
    /// Nothing up to this number is read any more.
    #[must_use]
    pub fn floor(&self) -> i64 {
        self.acked.max(self.seq - MOST_WAITING)
    }

    /// The connections that are posted to.
    pub fn readers(&self, now: i64) -> impl Iterator<Item = (&ConnectionId, &Conn)> {
        self.conns.iter().filter(move |(_, conn)| conn.reads(now))
    }

    /// From which number on the next letter of a connection is looked for.
    #[must_use]
    pub fn reached(&self, conn: &Conn) -> i64 {
        conn.posted.max(self.seq - MOST_WAITING)
    }

    /// The number behind which there is something for somebody who reads.
    #[must_use]
    pub fn behind(&self, now: i64) -> Option<i64> {
        self.readers(now).map(|(_, conn)| self.reached(conn)).min().filter(|reached| *reached < self.seq)
    }

    /// Whether a call posts, as far as is known.
    #[must_use]
    pub fn is_leased(&self, now: i64) -> bool {
        self.lease.as_ref().is_some_and(|lease| now < lease.until)
    }

    /// Whether the lease is still the one that was taken by this turn.
    #[must_use]
    pub fn is_held_by(&self, lease: i64) -> bool {
        self.lease.as_ref().is_some_and(|held| held.by == lease)
    }

    /// Up to which number no letter is on its way any more: one that is not there never was, or has expired.
    #[must_use]
    pub fn settled_by(&self, now: i64) -> i64 {
        if now - self.numbered_at > SETTLED { self.seq } else { self.settled }
    }

    /// The same a turn later.
    fn changed(&self) -> Self {
        Self { turn: self.turn + 1, ..self.clone() }
    }

    fn lease(&mut self, now: i64) {
        self.lease = Some(Lease { by: self.turn, until: now + LEASE });
    }

    /// Counts what went unread because too many waited.
    fn trim(&mut self) {
        let floor = self.floor();
        self.dropped += floor - self.acked;
        self.acked = floor;
    }

    /// Takes so many numbers, and the lease with them, where somebody reads and everybody who does has everything: so whoever sends
    /// posts it at once. Otherwise the numbers are taken without a condition, and what the row is then decides who posts.
    #[must_use]
    pub fn send(&self, letters: i64, now: i64) -> Option<Self> {
        let reads = self.readers(now).next().is_some();
        if !reads || self.lease.is_some() || self.behind(now).is_some() {
            return None;
        }
        let mut next = self.changed();
        next.settled = self.settled_by(now);
        next.seq += letters;
        next.numbered_at = now;
        next.lease(now);
        Some(next)
    }

    /// Takes the lease, if there is something to post and nobody is at it. Whoever let it run out may have sent a frame to any
    /// connection that was behind: an acknowledgement of it would look like one of the next.
    #[must_use]
    pub fn take(&self, now: i64) -> Option<Self> {
        self.behind(now)?;
        if self.is_leased(now) {
            return None;
        }
        let mut next = self.changed();
        next.doubt(now);
        next.lease(now);
        Some(next)
    }

    /// What a call without an answer may have left.
    fn doubt(&mut self, now: i64) {
        if self.lease.take().is_some() {
            let seq = self.seq;
            for conn in self.conns.values_mut().filter(|conn| conn.starts > 0 && conn.posted < seq) {
                conn.push(conn.posted, now);
            }
            self.settle();
        }
    }

    fn settle(&mut self) {
        let acked = self.conns.values_mut().map(Conn::settle).max().unwrap_or_default();
        self.acked = self.acked.max(acked);
    }

    /// Says what was posted. The lease stays, for as long again, where something is left for a connection that has not failed; else it is
    /// given back. A call that has lost its lease only says which connections are gone: whoever took it over posts anew.
    #[must_use]
    pub fn mark(&self, lease: i64, done: &[Done], now: i64) -> Option<Self> {
        let gone = done.iter().filter(|done| done.outcome == Outcome::Gone).map(|done| &done.connection);
        let gone: BTreeSet<_> = gone.filter(|id| self.conns.contains_key(*id)).collect();
        if !self.is_held_by(lease) {
            return self.without(gone);
        }
        let mut next = self.changed();
        next.conns.retain(|id, _| !gone.contains(id));
        let mut failed = BTreeSet::new();
        for Done { connection, starts, outcome } in done {
            let Some(conn) = next.conns.get_mut(connection) else { continue };
            match outcome {
                Outcome::Posted { end, sent } => {
                    if *sent {
                        conn.push(*end, now);
                    }
                    // Who has started again meanwhile is given everything anew.
                    if conn.starts == *starts {
                        conn.posted = conn.posted.max(*end);
                    }
                }
                Outcome::Failed { again } => {
                    conn.push(conn.posted, now);
                    if !again {
                        failed.insert(connection);
                    }
                }
                Outcome::Gone => {}
            }
        }
        next.settle();
        let left = |(id, conn): (&ConnectionId, &Conn)| !failed.contains(id) && next.reached(conn) < next.seq;
        if next.readers(now).any(left) {
            if let Some(lease) = &mut next.lease {
                lease.until = now + LEASE;
            }
        } else {
            next.lease = None;
        }
        Some(next)
    }

    /// Gives the lease back before anything was posted.
    #[must_use]
    pub fn release(&self, lease: i64) -> Option<Self> {
        self.is_held_by(lease).then(|| Self { lease: None, ..self.changed() })
    }

    /// With a connection more, which is not posted to yet. Gives back which were too many.
    #[must_use]
    pub fn open(&self, id: &ConnectionId, conn: Conn, now: i64) -> (Self, Vec<ConnectionId>) {
        let mut next = self.changed();
        next.opened_at = Some(now / 1_000);
        next.conns.retain(|_, conn| now < conn.until);
        next.conns.entry(id.clone()).or_insert(conn);
        let mut oldest: Vec<_> = next.conns.iter().map(|(id, conn)| (conn.opened_at, id.clone())).collect();
        oldest.sort_unstable();
        oldest.retain(|(_, other)| other != id);
        oldest.truncate((oldest.len() + 1).saturating_sub(MOST_CONNECTIONS));
        let too_many: Vec<_> = oldest.into_iter().map(|(_, id)| id).collect();
        next.conns.retain(|id, _| !too_many.contains(id));
        (next, too_many)
    }

    /// From now on a connection is posted to, beginning with what is not acknowledged. Its client was told so after the row was
    /// `read`: what another connection has acknowledged since then comes to this one all the same, and so does what could not be
    /// posted to it before. Whoever starts takes the lease if nobody has it; else the holder sees, when it marks, that there is more
    /// to post. `None`: the connection was taken out. It never comes back, because with it went what is known of its
    /// acknowledgements.
    #[must_use]
    pub fn start(&self, id: &ConnectionId, read: &Self, now: i64) -> Option<Self> {
        let mut next = self.changed();
        next.trim();
        let newest = next.floor();
        let conn = next.conns.get_mut(id).filter(|conn| now < conn.until)?;
        let is_first = read.conns.get(id).is_none_or(|conn| conn.starts == 0);
        let told = is_first.then(|| read.floor());
        let posted = (conn.starts > 0).then_some(conn.posted);
        conn.posted = [told, posted].into_iter().flatten().fold(newest, i64::min);
        conn.starts += 1;
        if next.behind(now).is_some() && !next.is_leased(now) {
            next.doubt(now);
            next.lease(now);
        }
        Some(next)
    }

    /// What a connection's client acknowledges at the time `at`, by an acknowledgement of this name. It has one for each frame, so
    /// the oldest frame that has none is the one that it is for.
    #[must_use]
    pub fn ack(&self, id: &ConnectionId, name: &str, at: i64) -> Option<Self> {
        let mut next = self.changed();
        let (seq, is_posting) = (next.seq, next.lease.is_some());
        let conn = next.conns.get_mut(id).filter(|conn| conn.starts > 0)?;
        let acked = conn.acknowledge(name, at, is_posting && conn.posted < seq)?;
        next.acked = next.acked.max(acked);
        Some(next)
    }

    /// Remembers that a connection's client wants single objects.
    #[must_use]
    pub fn objects(&self, id: &ConnectionId) -> Option<Self> {
        let mut next = self.changed();
        let conn = next.conns.get_mut(id).filter(|conn| !conn.object)?;
        conn.object = true;
        Some(next)
    }

    /// Without these connections.
    #[must_use]
    pub fn without<'a>(&self, ids: impl IntoIterator<Item = &'a ConnectionId>) -> Option<Self> {
        let mut next = self.changed();
        for id in ids {
            next.conns.remove(id);
        }
        (next.conns.len() < self.conns.len()).then_some(next)
    }

    /// With the letters that too many others have followed counted as gone.
    #[must_use]
    pub fn trimmed(&self) -> Option<Self> {
        let mut next = self.changed();
        next.trim();
        (next.dropped > self.dropped).then_some(next)
    }
}
