//! How a transfer is made, and what a call is answered whose outcome is not plain.

use crate::{
    app::App,
    error::Error,
    sessions::PROVEN,
    store::{Attempt, Part, Write, retrying_from},
    values::UserId,
    visibility::{self, UNBLOCKED},
    wallet::{
        Balance,
        payer::Payer,
        rows::{
            self, CREDIT, Committed, DEBIT,
            ledger::{Entry, Stamp},
            requests::{Remembered, Request},
        },
        rules::{Held, SHARES},
        transfer::Transfer,
    },
};

/// A transfer of a call: the same in each attempt.
pub(super) struct Made<'a> {
    transfer: &'a Transfer<'a>,
    to: &'a UserId,
    payer: Payer<'a>,
    stamp: Stamp,
    request: Option<Request<'a>>,
    share: u32,
}

/// What became of a movement.
#[derive(Debug)]
pub(super) enum Settled {
    /// It was made, now or by an earlier call of the same request. Holds the answer, where what the payer had was read before.
    Done(Option<Balance>),
    /// This part has refused, and nothing happened.
    Refused(Part),
}

impl<'a> Made<'a> {
    /// Makes it up; nothing is written yet.
    pub(super) fn new(app: &App, transfer: &'a Transfer<'a>, to: &'a UserId, payer: Payer<'a>) -> Self {
        let now = app.clock.seconds();
        let request = transfer.asked.map(|asked| Request::new(asked.id, &transfer.line(to, asked.what), now));
        let (stamp, share) = (Stamp::new(app), app.random.within(0..=SHARES - 1));
        Self { transfer, to, payer, stamp, request, share }
    }

    /// The payer's accounts afterwards, if they are as they were read.
    fn answer(&self, held: Option<Held>) -> Option<Balance> {
        held.map(|held| held.balance().with(self.transfer.from_account, -self.transfer.amount.get()))
    }

    /// All parts of the transaction. A part that comes first is the one that is said to have refused: nobody is told anything
    /// who is not proven, and a repeated call is told by the request and the payer's own entry.
    fn writes(&self, held: Option<Held>) -> Result<Vec<Write>, Error> {
        let Transfer { kind, from_account, to_account, amount, note, asked, .. } = *self.transfer;
        let (to, uid, asked) = (self.to, self.payer.uid(), asked.map(|asked| asked.id));
        let given = Entry::of(from_account, kind.into(), -amount.get()).with(to).noted(note).asked_for(asked);
        let received = Entry::of(to_account, kind.into(), amount.get()).with(uid).noted(note);
        let read = held.unwrap_or_default().of(from_account);
        let mut writes: Vec<Write> = self.payer.proof().into_iter().collect();
        if let Some(request) = &self.request {
            writes.push(request.write(self.payer, self.answer(held))?);
        }
        writes.push(given.write(uid, &self.stamp)?);
        if let Payer::Writes(_) = self.payer {
            writes.extend(visibility::unblocked(uid, to));
        }
        writes.push(rows::add(to, to_account, Some(self.share), amount).named(CREDIT));
        writes.push(rows::take(self.payer, from_account, amount, read).named(DEBIT));
        writes.push(received.write(to, &self.stamp)?.named(rows::OTHER_ENTRY));
        writes.extend(self.transfer.also.iter().cloned());
        Ok(writes)
    }

    /// Makes the transfer, if the payer's account still has the coins; else gives back what it has now. Where nobody has read yet
    /// what it has, only the first row counts.
    async fn attempt(
        &self,
        app: &App,
        held: Option<Held>,
    ) -> Result<Attempt<(Committed, Option<Balance>), Option<Held>>, Error> {
        let amount = self.transfer.amount.get();
        if held.is_some_and(|held| held.of(self.transfer.from_account).sum() < amount) {
            return Err(Error::NotEnoughCoins);
        }
        let committed = rows::commit(&app.store, self.writes(held)?, |part, item| match part {
            PROVEN => Some(Error::SignedOut),
            UNBLOCKED => Some(Error::Apart),
            CREDIT if rows::is_erased(item) => Some(Error::NoSuchUser),
            CREDIT => Some(Error::TooManyCoins),
            DEBIT if rows::is_erased(item) => Some(Error::SignedOut),
            _ => None,
        });
        match committed.await? {
            Committed::Refused(DEBIT) => Ok(Attempt::Stale(Some(rows::held(&app.store, self.payer.reader()).await?))),
            committed => Ok(Attempt::Done((committed, self.answer(held)))),
        }
    }

    /// Makes the transfer. `held` is what the payer's accounts have, if that was read beside the proof.
    pub(super) async fn make(&self, app: &App, held: Option<Held>) -> Result<Settled, Error> {
        let done = retrying_from(held, |held| self.attempt(app, held)).await;
        let (done, answer) = match done {
            Ok((committed, answer)) => (Ok(committed), answer),
            Err(error) => (Err(error), self.answer(held)),
        };
        settled(app, self.payer, &self.stamp, self.request.as_ref(), done, answer).await
    }

    /// What is answered to somebody who was proven and whom something has refused before anything was written.
    pub(super) async fn refused(&self, app: &App, refusal: Error) -> Result<Settled, Error> {
        settled(app, self.payer, &self.stamp, self.request.as_ref(), Err(refusal), None).await
    }
}

/// What a call is answered. Where it was refused, or where nobody knows what became of it, what is stored decides: the call,
/// or an earlier one of the same request, may have been carried out all the same.
pub(super) async fn settled(
    app: &App,
    payer: Payer<'_>,
    stamp: &Stamp,
    request: Option<&Request<'_>>,
    done: Result<Committed, Error>,
    answer: Option<Balance>,
) -> Result<Settled, Error> {
    let error = match done {
        Ok(Committed::Done) => return Ok(Settled::Done(answer)),
        Ok(Committed::Before(remembered)) => return remembered.answer(request).map(Settled::Done),
        // Its own entry: an attempt before this one was carried out and its answer lost.
        Ok(Committed::Refused(rows::OWN_ENTRY)) => return Ok(Settled::Done(answer)),
        Ok(Committed::Refused(part)) => return Ok(Settled::Refused(part)),
        // Nobody is told of requests who is not proven.
        Err(Error::SignedOut) => return Err(Error::SignedOut),
        Err(error) => error,
    };
    match request {
        Some(asked) => match Remembered::read(&app.store, payer, asked).await {
            Ok(Some(remembered)) => remembered.answer(request).map(Settled::Done),
            _ => Err(error),
        },
        None if leaves_open(&error) => {
            let made = rows::ledger::is_there(&app.store, payer.uid(), stamp).await.unwrap_or(false);
            if made { Ok(Settled::Done(answer)) } else { Err(error) }
        }
        None => Err(error),
    }
}

/// Whether it may have happened although this was answered: the answer of the table may have been lost.
pub(super) fn leaves_open(error: &Error) -> bool {
    matches!(error, Error::Busy | Error::Unavailable | Error::Internal(_))
}
