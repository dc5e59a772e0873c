//! The pump: posts what waits to those who read, for as long as the call holds the lease (`inbox.rs`).

use super::{
    changing::{apply, take},
    connections,
    plan::{Frame, Known, Plan, plan},
    rows::letters,
    rules::{Done, Inbox, Outcome},
};
use crate::{
    app::App,
    error::Error,
    metrics::Measure,
    push::Posted,
    store::side_by_side,
    values::{PushId, UserId},
};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::time::Instant;

/// So long a call posts at most, in seconds: it has to end before Lambda ends it. What is left then is posted by the next that
/// comes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A letter whose number was given is waited for: so many looks, each pause twice as long as the one before. Two thirds of a
/// second in all.
const LOOKS: u32 = 7;
const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// So many failures of posts are not the end: the frames are posted again.
const FAILURES: u32 = 3;

/// What a call holds while it posts.
#[derive(Debug)]
pub(super) struct Held {
    /// The turn by which it took the lease.
    pub(super) lease: i64,
    /// The row since.
    pub(super) inbox: Inbox,
    /// The letters that it knows already.
    pub(super) known: Known,
}

/// Posts until nothing is left. A failure is for the log only: what is not marked as posted is posted again. The future is on the heap: it
/// is a part of many others, which would be as large.
pub(super) async fn pump(app: &App, uid: &UserId, held: Held) {
    if let Err(error) = Box::pin(pumped(app, uid, held)).await {
        tracing::warn!(%error, "letters wait for whoever comes next");
    }
}

/// The same for whoever has found that something waits: if another call posts, it is left to that.
pub(super) async fn pump_if_free(app: &App, uid: &UserId, read: Inbox) {
    match take(app, uid, read).await {
        Ok((inbox, Some(lease))) => pump(app, uid, Held { lease, inbox, known: Known::default() }).await,
        Ok((_, None)) => {}
        Err(error) => tracing::warn!(%error, "letters wait for whoever comes next"),
    }
}

async fn pumped(app: &App, uid: &UserId, held: Held) -> Result<(), Error> {
    let Held { lease, mut inbox, mut known } = held;
    let (push_id, started, mut looks, mut failures) = (PushId::of(uid), Instant::now(), 0, 0);
    while inbox.is_held_by(lease) {
        if started.elapsed() > PATIENCE {
            return release(app, uid, inbox, lease).await;
        }
        let step = plan(&inbox, &push_id, &known, app.clock.millis());
        let frames = match step {
            Plan::Post(frames) => {
                measure_age(&inbox, &known, app.clock.seconds());
                frames
            }
            Plan::Nothing => Vec::new(),
            Plan::Read(_) | Plan::Wait(_) => match letters_of(app, uid, &inbox, step, &mut looks).await {
                Ok(read) => {
                    known = read;
                    continue;
                }
                // Nothing has been posted since the last mark.
                Err(error) => {
                    release(app, uid, inbox, lease).await?;
                    return Err(error);
                }
            },
        };
        looks = 0;
        let done = join_all(frames.into_iter().map(|frame| post(app, frame, failures < FAILURES))).await;
        if done.iter().any(|done| matches!(done.outcome, Outcome::Failed { .. })) {
            failures += 1;
        }
        let marked = apply(app, uid, inbox, |inbox, now| inbox.mark(lease, &done, now).map(|next| (next, ()))).await?;
        inbox = marked.0;
        let gone = done.iter().filter(|done| done.outcome == Outcome::Gone).map(|done| &done.connection);
        connections::forget(app, gone).await;
    }
    Ok(())
}

/// For how long the oldest letter has waited that somebody has not read, where that is long.
fn measure_age(inbox: &Inbox, known: &Known, now: i64) {
    let mut unread = known.letters.range(inbox.floor() + 1..).map(|(_, letter)| letter);
    let oldest = unread.find(|letter| !letter.messages.is_empty());
    let waited = oldest.map(|letter| now - (letter.expires_at - letters::LIFETIME)).filter(|waited| *waited > 0);
    if let Some(waited) = waited.and_then(|waited| u32::try_from(waited).ok()) {
        Measure::QueueAge.is(waited.into());
    }
}

/// Reads what is missing. A letter that does not come has its number taken away.
async fn letters_of(app: &App, uid: &UserId, inbox: &Inbox, step: Plan, looks: &mut u32) -> Result<Known, Error> {
    let after = match step {
        Plan::Read(after) => after,
        Plan::Wait(numbers) => {
            if *looks < LOOKS {
                tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(*looks)).await;
                *looks += 1;
            } else {
                let now = app.clock.millis();
                let given_up = numbers.iter().map(|number| letters::give_up(&app.store, uid, *number, now));
                side_by_side(numbers.len(), given_up.collect()).await?;
            }
            numbers.first().map_or(0, |first| first - 1)
        }
        Plan::Post(_) | Plan::Nothing => return Ok(Known::default()),
    };
    letters::after(&app.store, uid, after, inbox.seq).await
}

async fn post(app: &App, frame: Frame, again: bool) -> Done {
    let Frame { connection, starts, end, text } = frame;
    let outcome = match text {
        None => Outcome::Posted { end, sent: false },
        Some(text) => match app.push.post(&connection, &text).await {
            Ok(Posted::Sent) => Outcome::Posted { end, sent: true },
            Ok(Posted::Gone) => Outcome::Gone,
            Err(_) => Outcome::Failed { again },
        },
    };
    Done { connection, starts, outcome }
}

async fn release(app: &App, uid: &UserId, inbox: Inbox, lease: i64) -> Result<(), Error> {
    apply(app, uid, inbox, |inbox, _| inbox.release(lease).map(|next| (next, ()))).await.map(drop)
}

/// Gives a lease back under which nothing has been posted. For the log only if that fails: it runs out.
pub(super) async fn give_back(app: &App, uid: &UserId, held: Held) {
    if let Err(error) = release(app, uid, held.inbox, held.lease).await {
        tracing::warn!(%error, "nobody posts until a lease has run out");
    }
}
