//! What an operator gives somebody for nothing: coins, and days of being VIP.

use crate::{
    app::App,
    error::Error,
    person::{self, Profile},
    store::{Attempt, Part, Transacted, Write, retrying},
    values::{Account, Amount, Note, RequestId, Unfit, UserId},
    wallet::{
        making::leaves_open,
        rows::{
            self, CREDIT, OWN_ENTRY,
            grants::{GRANT, NamedGrant},
            ledger::{self, Cause, Entry, Stamp},
        },
    },
};

/// So many coins one grant gives at most.
pub const MOST_GRANTED: u64 = 1_000_000_000;

/// So many days one grant gives at most: ten years.
pub const MOST_VIP_DAYS: u32 = 3_650;

/// So many seconds the id of a grant stands for this grant: 30 days.
pub const GRANT_REMEMBERED: i64 = 30 * 86_400;

/// The record of who is granted something, as a part of the transaction.
const PERSON: Part = Part::named("person");

/// What an operator gives somebody, and why. [`Grant::new`] checks it.
#[derive(Debug)]
pub struct Grant {
    coins: Option<Amount>,
    vip_days: Option<u32>,
    reason: Note,
    request: Option<RequestId>,
}

impl Grant {
    /// A grant of coins, 1 to [`MOST_GRANTED`], of days, 1 to [`MOST_VIP_DAYS`], or both; for a reason of 1 to 200 characters.
    /// `request` is what the operator calls it: the same grant under the same id is made once.
    ///
    /// # Errors
    /// [`Unfit::Length`] for a number or a reason outside of these; [`Unfit::Form`] for a grant of nothing, and for one of coins
    /// that has no id, because nobody could tell whether a second one is meant.
    pub fn new(
        coins: Option<u64>,
        vip_days: Option<u32>,
        reason: String,
        request: Option<RequestId>,
    ) -> Result<Self, Unfit> {
        let days_fit = vip_days.is_none_or(|days| (1..=MOST_VIP_DAYS).contains(&days));
        if !days_fit || coins.is_some_and(|coins| coins > MOST_GRANTED) || reason.trim().is_empty() {
            return Err(Unfit::Length);
        }
        let nothing = coins.is_none() && vip_days.is_none();
        if nothing || (coins.is_some() && request.is_none()) {
            return Err(Unfit::Form);
        }
        Ok(Self { coins: coins.map(Amount::new).transpose()?, vip_days, reason: reason.try_into()?, request })
    }

    /// What is granted, in one line; the reason, which may be anything, comes last.
    fn asked(&self, uid: &UserId) -> String {
        let (coins, days) = (self.coins.map_or(0, Amount::get), self.vip_days.unwrap_or_default());
        format!("grant {uid} {coins} {days} {}", self.reason.as_str())
    }

    /// The entry in the ledger of whom it is for. It is there for days alone as well, and moves no coins then.
    fn entry(&self) -> Entry {
        let entry = Entry::of(Account::Coins, Cause::Grant, self.coins.map_or(0, Amount::get));
        entry.noted(&self.reason).asked_for(self.request.as_ref()).vip(self.vip_days)
    }
}

/// Gives somebody, in any dialect, what an operator grants them. There is no session: who may call this is decided by who can
/// write to the tables. Coins come into the first row of the account, with an entry in the ledger; being VIP lasts from now, or from
/// when it would have ended, so many days longer. Two rounds, two more for each time that somebody else was at the person's
/// VIP days.
///
/// A grant that is made again under the same [`RequestId`] within [`GRANT_REMEMBERED`] seconds changes nothing.
///
/// # Errors
/// [`Error::NoSuchUser`], also for somebody who is being erased; [`Error::RequestIdReused`] if the id stands for a grant of
/// something else or to somebody else; [`Error::TooManyCoins`]; [`Error::Busy`] and other faults, after which it has not happened unless the
/// answer of the table was lost.
pub async fn grant(app: &App, uid: &UserId, grant: &Grant) -> Result<(), Error> {
    let (stamp, now) = (Stamp::new(app), app.clock.seconds());
    let named = grant.request.as_ref().map(|id| NamedGrant::new(id, &grant.asked(uid), now));
    let made = retrying(|| async {
        let person = person::profile_for_session(&app.store, uid).await?.ok_or(Error::NoSuchUser)?;
        let writes = writes(&person, grant, &stamp, named.as_ref(), now)?;
        outcome(app.store.transact(writes).await?, named.as_ref())
    });
    match made.await {
        Err(error) if leaves_open(&error) => {
            let made = ledger::is_there(&app.store, uid, &stamp).await.unwrap_or(false);
            if made { Ok(()) } else { Err(error) }
        }
        made => made,
    }
}

/// All parts of the transaction. The first that refuses is told, and a grant that was made is told by the first two.
fn writes(
    person: &Profile,
    grant: &Grant,
    stamp: &Stamp,
    named: Option<&NamedGrant<'_>>,
    now: i64,
) -> Result<Vec<Write>, Error> {
    let uid = &person.uid;
    let mut writes = Vec::new();
    if let Some(named) = named {
        writes.push(named.write(GRANT_REMEMBERED)?);
    }
    writes.push(grant.entry().write(uid, stamp)?);
    writes.extend(grant.coins.map(|coins| rows::add(uid, Account::Coins, None, coins).named(CREDIT)));
    writes.push(match grant.vip_days {
        Some(days) => Write::from(person::extend_vip(person, now, days)).named(PERSON),
        None => person::still_there(uid).named(PERSON),
    });
    Ok(writes)
}

/// What became of a transaction.
fn outcome(transacted: Transacted, named: Option<&NamedGrant<'_>>) -> Result<Attempt<()>, Error> {
    match transacted {
        // Its own entry: an attempt before this one was carried out and its answer lost.
        Transacted::Done | Transacted::Refused { part: OWN_ENTRY, .. } => Ok(Attempt::Done(())),
        Transacted::Refused { part: GRANT, item, .. } => match named {
            Some(named) if named.is(item)? => Ok(Attempt::Done(())),
            _ => Err(Error::RequestIdReused),
        },
        Transacted::Refused { part: CREDIT, item, .. } if rows::is_erased(&item) => Err(Error::NoSuchUser),
        Transacted::Refused { part: CREDIT, .. } => Err(Error::TooManyCoins),
        // Their VIP days are others by now, or they are being erased, which the next attempt reads.
        Transacted::Refused { .. } => Ok(Attempt::Stale(())),
    }
}
