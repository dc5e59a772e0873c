//! `USER#<uid>`/`REQUEST#<id>`: what a user has asked for under an id of their own, and what they were answered.

use crate::{
    error::Error,
    store::{self, Condition, Store, Write, keys, number},
    values::{RequestId, TokenHash},
    wallet::{Balance, REMEMBERED, payer::Payer, rows::REQUEST},
};
use serde::{Deserialize, Serialize};

/// Items are deleted so many seconds after they have stopped to count.
const SLACK: i64 = 3_600;

/// A request of this call.
#[derive(Debug)]
pub(in crate::wallet) struct Request<'a> {
    id: &'a RequestId,
    /// A hash of what is asked for.
    payload: TokenHash,
    now: i64,
}

/// A request that was carried out.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::wallet) struct Remembered {
    payload: TokenHash,
    /// Until when it counts, in seconds.
    until: i64,
    /// Absent where what the user had was not read.
    #[serde(flatten)]
    answer: Option<Balance>,
    expires_at: i64,
}

impl<'a> Request<'a> {
    /// A request for what the line says.
    pub(in crate::wallet) fn new(id: &'a RequestId, asked: &str, now: i64) -> Self {
        Self { id, payload: TokenHash::of(asked), now }
    }

    /// Remembers it and its answer, if its id does not stand for a request of the last [`REMEMBERED`] seconds.
    pub(in crate::wallet) fn write(&self, payer: Payer<'_>, answer: Option<Balance>) -> Result<Write, Error> {
        let until = self.now + REMEMBERED;
        let row = Remembered { payload: self.payload.clone(), until, answer, expires_at: until + SLACK };
        let free = Condition::Any(vec![Condition::Absent("pk"), Condition::Below("until", number(self.now + 1))]);
        let item = store::item("request", &row)?;
        Ok(Write::put(keys::request(payer.uid(), self.id), item, Some(free)).named(REQUEST))
    }
}

impl Remembered {
    /// The row of a request's id, while it counts.
    pub(in crate::wallet) async fn read(
        store: &Store,
        payer: Payer<'_>,
        request: &Request<'_>,
    ) -> Result<Option<Self>, Error> {
        let row: Option<Self> = store.get_as(keys::request(payer.uid(), request.id)).await?;
        Ok(row.filter(|row| row.until > request.now))
    }

    /// What the request was answered.
    ///
    /// # Errors
    /// [`Error::RequestIdReused`]: the id stands for another one.
    pub(in crate::wallet) fn answer(&self, request: Option<&Request<'_>>) -> Result<Option<Balance>, Error> {
        let same = request.is_some_and(|request| request.payload == self.payload);
        if same { Ok(self.answer) } else { Err(Error::RequestIdReused) }
    }
}
