//! `DEVICE#<hash>`/`CLAIM`: for whom a device speaks, and the tokens of its client; `USER#<uid>`/`BOUND#<hash>`: that there is such
//! a row, by which the erasure of its user finds it.

use crate::{
    error::Error,
    person::{self, Profile},
    sessions::{
        Actor,
        devices::{DeviceHash, PUSH_TOKEN_LIFETIME, TOKEN_LIFETIME},
    },
    store::{
        Condition, Store, Transacted, Write, Written, item,
        keys::{self, Table},
        number,
    },
    values::{Dialect, Token, TokenHash, UserId},
};
use serde::{Deserialize, Serialize};

/// So many tokens, and so many push tokens, a device has at most; the oldest goes.
const MOST_TOKENS: usize = 5;

/// That a token was shown is written once in so many seconds.
const TOUCHED: i64 = 86_400;

/// Rows are deleted so many seconds after they have stopped to count.
const SLACK: i64 = 86_400;

/// Whose device it is, as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::sessions) struct DeviceRow {
    pub(in crate::sessions) uid: UserId,
    dialect: Dialect,
    /// Past this second it counts no more, whether the row is still there or not. Absent: it never ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    /// The profile's when the device was bound: it counts no more once that is another.
    epoch: i64,
    /// When its client signed in last, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_in_at: Option<i64>,
    /// It was made up for the review of an app.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    review: bool,
    /// The client has shown a token, so that the device alone counts no more while any of them is good.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    shown: bool,
    /// The one that was given or shown the longest time ago first.
    tokens: Vec<DeviceToken>,
    /// The oldest first.
    push_tokens: Vec<PushToken>,
    /// How often the row was changed.
    changes: i64,
}

/// A token of a device's client.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct DeviceToken {
    hash: TokenHash,
    until: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct PushToken {
    hash: TokenHash,
    until: i64,
}

/// Keeps the newest, and room for one more.
fn make_room<T>(tokens: &mut Vec<T>) {
    let most = MOST_TOKENS - 1;
    tokens.drain(..tokens.len().saturating_sub(most));
}

impl DeviceRow {
    pub(in crate::sessions) fn new(uid: &UserId, dialect: Dialect, epoch: i64, until: Option<i64>) -> Self {
        Self {
            uid: uid.clone(),
            dialect,
            until,
            expires_at: until.map(|until| until + SLACK),
            epoch,
            signed_in_at: None,
            review: false,
            shown: false,
            tokens: Vec::new(),
            push_tokens: Vec::new(),
            changes: 0,
        }
    }

    /// One that may sign in where only such devices may.
    pub(in crate::sessions) fn for_review(self) -> Self {
        Self { review: true, ..self }
    }

    pub(in crate::sessions) fn is_for_review(&self) -> bool {
        self.review
    }

    /// Whether the device counts, as far as its row says.
    pub(in crate::sessions) fn counts(&self, dialect: Dialect, now: i64) -> bool {
        self.dialect == dialect && self.until.is_none_or(|until| until > now)
    }

    /// Whether the device counts for this person: no password has been set since.
    pub(in crate::sessions) fn is_of(&self, profile: &Profile) -> bool {
        self.epoch == profile.epoch
    }

    /// Until which second it counts, if it does not for good.
    pub(in crate::sessions) fn until(&self) -> Option<i64> {
        self.until
    }

    /// The profile's epoch when the device was bound.
    pub(in crate::sessions) fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Holds what a client shows beside the device against the tokens. Gives back the row with that token as the newest, and
    /// whether it has to be written for that: the token is shown for the first time, or for the first time in a day.
    ///
    /// # Errors
    /// [`Error::SessionNeeded`] if nothing is shown, one was, and any is still good; [`Error::WrongSession`].
    pub(in crate::sessions) fn shown(mut self, token: Option<&TokenHash>, now: i64) -> Result<(Self, bool), Error> {
        self.tokens.retain(|token| token.until > now);
        self.shown &= !self.tokens.is_empty();
        let Some(token) = token else {
            return if self.shown { Err(Error::SessionNeeded) } else { Ok((self, false)) };
        };
        let place = self.tokens.iter().position(|one| one.hash == *token).ok_or(Error::WrongSession)?;
        let mut one = self.tokens.remove(place);
        let lately = self.shown && one.until > now + TOKEN_LIFETIME - TOUCHED;
        if !lately {
            one.until = now + TOKEN_LIFETIME;
        }
        self.tokens.push(one);
        Ok((Self { shown: true, ..self }, !lately))
    }

    /// With a token more, and that its client signs in.
    pub(in crate::sessions) fn with_token(mut self, token: &Token, now: i64) -> Self {
        make_room(&mut self.tokens);
        self.tokens.push(DeviceToken { hash: token.hash(), until: now + TOKEN_LIFETIME });
        Self { signed_in_at: Some(now), ..self }
    }

    /// With a push token more.
    pub(in crate::sessions) fn with_push_token(mut self, token: &Token, now: i64) -> Self {
        self.push_tokens.retain(|token| token.until > now);
        make_room(&mut self.push_tokens);
        self.push_tokens.push(PushToken { hash: token.hash(), until: now + PUSH_TOKEN_LIFETIME });
        self
    }

    /// Whether a push token is good.
    pub(in crate::sessions) fn has_push_token(&self, token: &TokenHash, now: i64) -> bool {
        self.push_tokens.iter().any(|one| one.hash == *token && one.until > now)
    }
}

/// Whose device it says it is. One round.
pub(in crate::sessions) async fn read(store: &Store, device: &DeviceHash) -> Result<Option<DeviceRow>, Error> {
    store.get_as(device.key()).await
}

/// Puts a changed row in the place of the one that was read. `false`: somebody else has changed it in between.
pub(in crate::sessions) async fn replace(store: &Store, device: &DeviceHash, row: &DeviceRow) -> Result<bool, Error> {
    let as_read = Condition::Equals("changes", number(row.changes));
    let row = DeviceRow { changes: row.changes + 1, ..row.clone() };
    let written = store.put(&device.key(), item("device_claim", &row)?, Some(as_read)).await?;
    Ok(matches!(written, Written::Done(_)))
}

/// Lets a device speak for a user, unless it speaks for somebody already. Parts of a transaction in which the user is checked
/// to be there.
pub(in crate::sessions) fn bind(device: &DeviceHash, row: &DeviceRow, now: i64) -> Result<Vec<Write>, Error> {
    let free = Condition::Any(vec![Condition::Absent("pk"), Condition::Below("until", number(now + 1))]);
    Ok(vec![Write::put(device.key(), item("device_claim", row)?, Some(free)), found_by_owner(device, row)?])
}

/// By which the erasure of its user finds the row of the device.
fn found_by_owner(device: &DeviceHash, row: &DeviceRow) -> Result<Write, Error> {
    /// It has nothing but its key, and is deleted with the device's own row.
    #[derive(Serialize)]
    struct Bound {
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_at: Option<i64>,
    }

    let bound = Bound { expires_at: row.expires_at };
    Ok(Write::put(keys::bound_device(&row.uid, device.as_str()), item("bound_device", &bound)?, None))
}

/// The same in a transaction of its own.
///
/// # Errors
/// [`Error::SignedOut`] if the user is gone by now, or has another password; faults.
pub(in crate::sessions) async fn bind_checked(
    store: &Store,
    profile: &Profile,
    device: &DeviceHash,
    row: &DeviceRow,
    now: i64,
    allowed: Write,
) -> Result<(), Error> {
    let mut writes = vec![person::still_there(&profile.uid), allowed];
    writes.extend(bind(device, row, now)?);
    match store.transact(writes).await? {
        Transacted::Done => Ok(()),
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// Lets a device speak for the actor, whoever it spoke for before.
///
/// # Errors
/// [`Error::SignedOut`] if the session is over by now; faults.
pub(in crate::sessions) async fn rebind(
    store: &Store,
    actor: &Actor,
    device: &DeviceHash,
    row: &DeviceRow,
) -> Result<(), Error> {
    let writes = vec![
        Write::check(keys::profile(actor.uid()), actor.still_signed_in()),
        Write::put(device.key(), item("device_claim", row)?, None),
        found_by_owner(device, row)?,
    ];
    match store.transact(writes).await? {
        Transacted::Done => Ok(()),
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// Lets a device speak for nobody. One round.
pub(in crate::sessions) async fn unbind(store: &Store, device: &DeviceHash) -> Result<(), Error> {
    store.delete(device.key()).await
}

/// The devices that speak for a person, in any API, by the rows that say so. Two rounds.
pub(in crate::sessions) async fn of_person(store: &Store, uid: &UserId) -> Result<Vec<DeviceHash>, Error> {
    let bound = store.query(Table::Users, &keys::partition(uid), keys::BOUND_DEVICES, false, None).await?;
    let bound = bound.iter().map(|item| keys::of(Table::Users, item)).collect::<Result<Vec<_>, _>>()?;
    let claims: Vec<_> = bound.iter().filter_map(keys::claim_of_bound_device).collect();
    let mut found = store.get_many(&claims).await?;
    let mut devices = Vec::new();
    for (bound, claim) in bound.iter().zip(&claims) {
        // It may speak for somebody else by now.
        let theirs = found.take_as::<DeviceRow>(claim)?.is_some_and(|row| row.uid == *uid);
        devices.extend(keys::about::<String>(bound, keys::BOUND_DEVICES).filter(|_| theirs).map(DeviceHash::stored));
    }
    Ok(devices)
}
