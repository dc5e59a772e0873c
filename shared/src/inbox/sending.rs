//! Sending: a number, a letter, and what is posted of it.

use super::{
    packet::Stored,
    plan::{FRAME, Known, Letter},
    pump::{self, Held},
    rows::{self, letters},
    rules::{Inbox, MOST_WAITING},
};
use crate::{app::App, error::Error, metrics::Count, store::Attempt, values::UserId};

/// A message has so many bytes at most, and a letter: so it fits into a frame. What is longer is several letters.
pub const LARGEST: usize = FRAME - 200;

/// What has been stored for somebody and may have to be posted.
#[derive(Debug)]
#[must_use]
pub struct Due {
    uid: UserId,
    inbox: Inbox,
    held: Option<i64>,
    known: Known,
}

/// Stores messages for somebody, whose queue has been read: from then on they get them. Two rounds.
///
/// They get all of them or none, unless they are too many for one frame.
///
/// # Errors
/// [`Error::NoSuchUser`] for somebody who is erased; faults. Then nobody knows whether they have been stored.
pub async fn store(app: &App, uid: &UserId, read: &Inbox, messages: Vec<Stored>) -> Result<Due, Error> {
    let parts = in_letters(messages);
    let mut due = Due { uid: uid.clone(), inbox: read.clone(), held: None, known: Known::default() };
    let stored = store_all(app, &mut due, &parts).await;
    if let (Err(_), Some(lease)) = (&stored, due.held) {
        let Due { uid, inbox, known, .. } = due;
        pump::give_back(app, &uid, Held { lease, inbox, known }).await;
        return Err(stored.err().unwrap_or(Error::Unavailable));
    }
    stored.map(|()| due)
}

async fn store_all(app: &App, due: &mut Due, parts: &[Vec<Stored>]) -> Result<(), Error> {
    let (mut left, call) = (parts, app.random.hex::<8>());
    while !left.is_empty() {
        let count = i64::try_from(left.len()).unwrap_or(i64::MAX);
        let first = number(app, due, count).await? - count + 1;
        let mut at = first;
        while let Some((messages, rest)) = left.split_first() {
            let now = app.clock.millis();
            if !letters::put(&app.store, &due.uid, at, messages.clone(), &call, now).await? {
                // Whoever posts has waited too long for this letter: it and those behind it take other numbers.
                break;
            }
            let expires_at = now.div_euclid(1_000) + letters::LIFETIME;
            due.known.letters.insert(at, Letter { messages: messages.clone(), expires_at });
            (left, at) = (rest, at + 1);
        }
        (due.known.from, due.known.to) = (first - 1, at - 1);
    }
    Ok(())
}

/// Takes numbers, and the lease with them where that is possible. Gives back the last of the numbers. One round, two where others
/// are at the queue.
async fn number(app: &App, due: &mut Due, count: i64) -> Result<i64, Error> {
    let now = app.clock.millis();
    if due.held.is_none()
        && let Some(next) = due.inbox.send(count, now)
    {
        let call = app.random.hex::<8>();
        match rows::replace(&app.store, &due.uid, &due.inbox, &next, &call, now).await? {
            Attempt::Done(inbox) => {
                due.held = Some(next.turn);
                due.inbox = inbox;
                return Ok(next.seq);
            }
            Attempt::Stale(inbox) => due.inbox = inbox,
        }
    }
    due.inbox = rows::take_numbers(&app.store, &due.uid, &due.inbox, count, now).await?;
    Ok(due.inbox.seq)
}

/// As many messages a letter as fit, in their order.
fn in_letters(messages: Vec<Stored>) -> Vec<Vec<Stored>> {
    let mut parts: Vec<Vec<Stored>> = Vec::new();
    let mut bytes = usize::MAX;
    for message in messages {
        let size = message.size() + 1;
        if bytes.saturating_add(size) > LARGEST {
            parts.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        if let Some(part) = parts.last_mut() {
            part.push(message);
        }
    }
    parts
}

impl Due {
    /// Posts what has been stored, unless another call posts, which then finds it. Two rounds and more where somebody reads, else
    /// none.
    pub async fn post(self, app: &App) {
        let Self { uid, inbox, held, known } = self;
        let waiting = inbox.seq - inbox.acked;
        if waiting > MOST_WAITING && inbox.seq % COUNTED == 0 {
            count_dropped(app, &uid, inbox.clone()).await;
        }
        match held {
            Some(lease) => pump::pump(app, &uid, Held { lease, inbox, known }).await,
            None => pump::pump_if_free(app, &uid, inbox).await,
        }
    }
}

/// What too many others have followed is counted once for so many letters.
const COUNTED: i64 = 100;

async fn count_dropped(app: &App, uid: &UserId, read: Inbox) {
    let rule = |inbox: &Inbox, _| inbox.trimmed().map(|next| (next.clone(), next.dropped - inbox.dropped));
    match super::changing::apply(app, uid, read, rule).await {
        Ok((_, Some(dropped))) => {
            tracing::warn!(dropped, "letters went unread because too many waited");
            Count::LettersDropped.times(u64::try_from(dropped).unwrap_or_default());
        }
        Ok((_, None)) => {}
        Err(error) => tracing::warn!(%error, "letters that went unread are counted later"),
    }
}
