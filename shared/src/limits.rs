//! Every attempt limit, in one table.
//!
//! A limit counts events of a subject in fixed windows of the application clock, before the event happens; what turns
//! out to be no attempt (a right password, say) is given back. Subjects are stored as keyed hashes.
//!
//! | limit | subject | number | window | when the counter is down |
//! |---|---|---|---|---|
//! | [`Limit::SendBurst`] | phone | 5 | 10 min | closed |
//! | [`Limit::SendDay`] | phone | 10 | 24 h | closed |
//! | [`Limit::SendAddress`] | address | 100 | 1 h | closed |
//! | [`Limit::SendGap`] | phone, in one API | 1 | 1 min | closed |
//! | [`Limit::SendHour`] | phone | 3 | 1 h | closed |
//! | [`Limit::VerificationAddress`] | address | `CODES_PER_ADDRESS` | 1 h | closed |
//! | [`Limit::HandleHour`] | phone | 5 | 1 h | closed |
//! | [`Limit::HandleAddress`] | address | 20 | 1 h | closed |
//! | [`Limit::SmsBudget`] | one of up to ten shards | its part of `SMS_DAILY_BUDGET` | 24 h | closed |
//! | [`Limit::CheckAddress`] | address | 100 | 15 min | closed |
//! | [`Limit::LoginPair`] | phone and address | 10 | 15 min | closed |
//! | [`Limit::LoginPhone`] | phone | 100 | 1 h | closed |
//! | [`Limit::LoginAddress`] | address | 100 | 15 min | closed |
//! | [`Limit::CheckPair`] | phone and address | 10 | 15 min | closed |
//! | [`Limit::OldPassword`] | user | 10 | 15 min | closed |
//! | [`Limit::LookUpAddress`] | address | 100 | 15 min | closed |
//! | [`Limit::CaptchaAddress`] | address | 60 | 15 min | closed |
//! | [`Limit::UploadAddress`] | address | 20 | 1 h | closed |
//! | [`Limit::LookUps`] | user | 200 | 1 h | closed |
//! | [`Limit::Searches`] | user | 30 | 1 min | closed |
//! | [`Limit::FriendRequests`] | user | 100 | 24 h | closed |
//! | [`Limit::Contacts`] | user | 3,000 numbers | 24 h | closed |
//! | [`Limit::NewDevices`] | address | 20 | 1 h | closed |
//! | [`Limit::NewUnproven`] | address | 100 | 1 h | closed |
//! | [`Limit::DeviceLogins`] | address | 120 | 1 h | closed |
//! | [`Limit::Gifts`] | user | 600 | 1 h | closed |
//! | [`Limit::FileKeys`] | user | 200 keys | 24 h | closed |
//! | [`Limit::DeviceFileKeys`] | device | 30 keys | 24 h | closed |
//! | [`Limit::AddressFileKeys`] | address | 100 keys | 1 h | closed |
//! | [`Limit::Attachments`] | user | 500 | 24 h | closed |
//! | [`Limit::Feedback`] | user | 10 | 24 h | closed |
//! | [`Limit::Reports`] | user | 20 | 24 h | closed |
//! | [`Limit::ReviewAddress`] | address | 5 | 15 min | closed |
//! | [`Limit::DeviceAddress`] | address | 60 | 1 h | open |
//! | [`Limit::Posts`] | user | 100 | 24 h | closed |
//! | [`Limit::Likes`] | user | 300 | 1 h | closed |
//! | [`Limit::Comments`] | user | 20 | 1 min | closed |
//! | [`Limit::Exports`] | user | 5 | 24 h | closed |
//! | [`Limit::FurtherArchives`] | user | 100 | 24 h | closed |

mod rows;

pub use crate::error::Limit;

use crate::{
    app::App,
    config::{Config, Secret},
    error::Error,
    store::{
        Part, Write,
        keys::{self, Key},
    },
};
use futures_util::future::join_all;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Over so many counters the day's SMS budget is spread at most: one item takes 500 sends a second.
pub const BUDGET_SHARDS: u32 = 10;

/// So much of the budget a counter has at least, so that chance does not close a small one early.
const SMALLEST_SHARD: u32 = 100;

const MINUTE: i64 = 60;

const HOUR: i64 = 60 * MINUTE;

const DAY: i64 = 24 * HOUR;

/// What happens to a request while its counter cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFault {
    /// It goes on.
    Open,
    /// It fails.
    Closed,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Part of the counter's key.
    pub scope: &'static str,
    /// So many in a window; of the SMS budget, over all shards.
    pub most: u32,
    /// Seconds.
    pub window: i64,
    /// Fail open or closed.
    pub on_fault: OnFault,
}

/// The table itself: what a limit allows.
#[must_use]
pub fn rule(limit: Limit, config: &Config) -> Rule {
    use OnFault::{Closed, Open};
    let (scope, most, window, on_fault) = match limit {
        Limit::SendBurst => ("send-burst", 5, 10 * MINUTE, Closed),
        Limit::SendDay => ("send-day", 10, DAY, Closed),
        Limit::SendAddress => ("send-address", 100, HOUR, Closed),
        Limit::SendGap => ("send-gap", 1, MINUTE, Closed),
        Limit::SendHour => ("send-hour", 3, HOUR, Closed),
        Limit::VerificationAddress => ("code-address", *config.codes_per_address, HOUR, Closed),
        Limit::HandleHour => ("handle-hour", 5, HOUR, Closed),
        Limit::HandleAddress => ("handle-address", 20, HOUR, Closed),
        Limit::SmsBudget => ("sms-budget", *config.sms_daily_budget, DAY, Closed),
        Limit::CheckAddress => ("check-address", 100, 15 * MINUTE, Closed),
        Limit::LoginPair => ("login-pair", 10, 15 * MINUTE, Closed),
        Limit::LoginPhone => ("login-phone", 100, HOUR, Closed),
        Limit::LoginAddress => ("login-address", 100, 15 * MINUTE, Closed),
        Limit::CheckPair => ("check-pair", 10, 15 * MINUTE, Closed),
        Limit::OldPassword => ("old-password", 10, 15 * MINUTE, Closed),
        Limit::LookUpAddress => ("look-up-address", 100, 15 * MINUTE, Closed),
        Limit::CaptchaAddress => ("captcha-address", 60, 15 * MINUTE, Closed),
        Limit::UploadAddress => ("upload-address", 20, HOUR, Closed),
        Limit::LookUps => ("look-ups", 200, HOUR, Closed),
        Limit::Searches => ("searches", 30, MINUTE, Closed),
        Limit::FriendRequests => ("friend-requests", 100, DAY, Closed),
        Limit::Contacts => ("contacts", 3_000, DAY, Closed),
        Limit::NewDevices => ("new-devices", 20, HOUR, Closed),
        Limit::NewUnproven => ("new-unproven", 100, HOUR, Closed),
        Limit::DeviceLogins => ("device-logins", 120, HOUR, Closed),
        Limit::Gifts => ("gifts", 600, HOUR, Closed),
        Limit::FileKeys => ("file-keys", 200, DAY, Closed),
        Limit::DeviceFileKeys => ("device-file-keys", 30, DAY, Closed),
        Limit::AddressFileKeys => ("address-file-keys", 100, HOUR, Closed),
        Limit::Attachments => ("attachments", 500, DAY, Closed),
        Limit::Feedback => ("feedback", 10, DAY, Closed),
        Limit::Reports => ("reports", 20, DAY, Closed),
        Limit::ReviewAddress => ("review-address", 5, 15 * MINUTE, Closed),
        Limit::DeviceAddress => ("device-address", 60, HOUR, Open),
        Limit::Posts => ("posts", 100, DAY, Closed),
        Limit::Likes => ("likes", 300, HOUR, Closed),
        Limit::Comments => ("comments", 20, MINUTE, Closed),
        Limit::Exports => ("exports", 5, DAY, Closed),
        Limit::FurtherArchives => ("further-archives", 100, DAY, Closed),
    };
    Rule { scope, most, window, on_fault }
}

/// Events that were counted and can be given back.
#[derive(Debug, Default)]
pub struct Counted(Vec<(Limit, Key)>);

/// A keyed hash of something personal: the same for the same text, and nothing to be read from it.
#[must_use]
pub fn keyed_hash(key: &Secret, context: &str, personal: &str) -> String {
    hex::encode(keyed_bytes(key, context, personal))
}

/// The same as bytes.
pub(crate) fn keyed_bytes(key: &Secret, context: &str, personal: &str) -> [u8; 16] {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose()).expect("any length");
    mac.update(context.as_bytes());
    mac.update(&[0]);
    mac.update(personal.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    bytes
}

/// Counts an event under all of these limits, side by side, or under none of them.
///
/// # Errors
/// [`Error::TooManyRequests`] when one is reached; faults of limits that fail closed.
pub async fn count(app: &App, events: &[(Limit, &str)]) -> Result<Counted, Error> {
    let now = app.clock.seconds();
    let counters: Vec<_> = events.iter().map(|(limit, subject)| counter(app, *limit, subject, now)).collect();
    let counting = counters.iter().map(|counter| rows::count(&app.store, counter, 1));
    let outcomes = join_all(counting).await;
    let (mut counted, mut refusal) = (Counted::default(), None);
    for (Counter { limit, key, .. }, outcome) in counters.into_iter().zip(outcomes) {
        match outcome {
            Ok(true) => counted.0.push((limit, key)),
            Ok(false) => refusal = Some(Error::TooManyRequests { limit }),
            Err(_) if rule(limit, &app.config).on_fault == OnFault::Open => {}
            Err(fault) => refusal = refusal.or(Some(fault)),
        }
    }
    match refusal {
        None => Ok(counted),
        Some(error) => {
            counted.give_back(app).await;
            Err(error)
        }
    }
}

/// Counts an event under a limit that stops nobody by itself. `None`: the limit is reached, nothing was counted.
///
/// # Errors
/// Faults of a limit that fails closed.
pub(crate) async fn count_while_below(app: &App, limit: Limit, subject: &str) -> Result<Option<Counted>, Error> {
    match count(app, &[(limit, subject)]).await {
        Ok(counted) => Ok(Some(counted)),
        Err(Error::TooManyRequests { .. }) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The part of a transaction that forgets what is counted for a subject in the present window.
pub(crate) fn forget(app: &App, limit: Limit, subject: &str) -> Write {
    Write::delete(counter(app, limit, subject, app.clock.seconds()).key, None)
}

/// The part of a transaction that counts an event.
pub(crate) const COUNTED: Part = Part::named("counted");

/// Counts an event as a part, [`COUNTED`], of the transaction by which it happens: what refuses that counts nothing, and
/// the limit refuses it. For a limit that fails closed.
pub(crate) fn counted(app: &App, limit: Limit, subject: &str) -> Write {
    counted_many(app, limit, subject, 1)
}

/// The same for so many events, which are no more than the limit allows, at once.
pub(crate) fn counted_many(app: &App, limit: Limit, subject: &str, many: u32) -> Write {
    Write::from(rows::counted(&counter(app, limit, subject, app.clock.seconds()), many)).named(COUNTED)
}

/// Counts so many events of a subject at once under a limit that fails closed, or none of them. They are not given back.
///
/// # Errors
/// [`Error::TooManyRequests`] when they are more than the window has left; faults.
pub async fn count_many(app: &App, limit: Limit, subject: &str, many: u32) -> Result<(), Error> {
    let counter = counter(app, limit, subject, app.clock.seconds());
    let counted = rows::count(&app.store, &counter, many).await?;
    if counted { Ok(()) } else { Err(Error::TooManyRequests { limit }) }
}

/// Where an event is counted, and up to what.
struct Counter {
    limit: Limit,
    key: Key,
    most: u32,
    /// When the row is of no use any more, in seconds.
    expires_at: i64,
}

fn counter(app: &App, limit: Limit, subject: &str, now: i64) -> Counter {
    let rule = self::rule(limit, &app.config);
    let (subject, most) = match limit {
        Limit::SmsBudget => {
            let shards = (rule.most / SMALLEST_SHARD).clamp(1, BUDGET_SHARDS);
            let shard = app.random.within(0..=shards - 1);
            // The parts add up to the budget.
            (shard.to_string(), rule.most / shards + u32::from(shard < rule.most % shards))
        }
        _ => (keyed_hash(&app.config.hash_key, rule.scope, subject), rule.most),
    };
    let window = now / rule.window;
    Counter { limit, key: keys::limit(rule.scope, &subject, window), most, expires_at: (window + 2) * rule.window }
}

impl Counted {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Takes everything back that was counted. A counter that cannot be reached keeps its count.
    pub async fn give_back(self, app: &App) {
        self.give_back_but(app, &[]).await;
    }

    /// The same, and forgets everything else that is counted under `forgotten`.
    pub(crate) async fn give_back_forgetting(mut self, app: &App, forgotten: Limit) {
        let counters = self.0.extract_if(.., |(limit, _)| *limit == forgotten).collect::<Vec<_>>();
        let forgetting = join_all(counters.into_iter().map(|(_, key)| async move {
            if let Err(error) = app.store.delete(key).await {
                tracing::warn!(%error, "failed attempts stay counted");
            }
        }));
        futures_util::join!(forgetting, self.give_back(app));
    }

    /// Takes everything back but what is counted under `kept`.
    pub async fn give_back_but(self, app: &App, kept: &[Limit]) {
        let going = self.0.into_iter().filter(|(limit, _)| !kept.contains(limit));
        join_all(going.map(|(_, key)| async move {
            if let Err(error) = rows::uncount(&app.store, &key).await {
                tracing::warn!(%error, "an attempt was not given back");
            }
        }))
        .await;
    }
}
