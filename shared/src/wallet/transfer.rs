//! Moving coins from one user's account into another's, and what a call is answered whose outcome is not plain.

use crate::{
    app::App,
    error::Error,
    person,
    sessions::{self, Actor, Claim, Profile, Reader},
    store::{Attempt, Store, Write, retrying_from},
    values::{Account, Amount, E164, Note, RequestId, UserId},
    visibility,
    wallet::{
        Balance,
        rows::{
            self, CREDIT, Committed, DEBIT,
            ledger::{Entry, Stamp},
            requests::{Remembered, Request},
        },
        rules::{Held, SHARES},
    },
};

/// Who is to have coins.
#[derive(Clone, Copy, Debug)]
pub enum Receiver<'a> {
    /// This user.
    Id(&'a UserId),
    /// Whoever has this number; they are found one round later.
    Number(&'a E164),
}

impl Receiver<'_> {
    /// The receiver, as the reader can see them. One round, two by a number. `None`: nobody has the number.
    async fn read(&self, store: &Store, reader: &Reader) -> Result<Option<(UserId, Option<Profile>)>, Error> {
        let uid = match self {
            Self::Id(uid) => Some((*uid).clone()),
            Self::Number(number) => person::phone_claim(store, number).await?.map(|claim| claim.uid),
        };
        let Some(uid) = uid else { return Ok(None) };
        let person = visibility::person(store, reader, &uid).await?;
        Ok(Some((uid, person)))
    }
}

/// Why coins go from one user to another. The entries of both say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// They are given.
    Gift,
    /// They are paid for something that the other sells.
    Sale,
}

impl Kind {
    /// As requests are told apart by it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Gift => "gift",
            Self::Sale => "sale",
        }
    }
}

/// Coins that go from the caller to somebody.
#[derive(Debug)]
pub struct Transfer<'a> {
    /// Why.
    pub kind: Kind,
    /// To whom.
    pub to: Receiver<'a>,
    /// The account of the caller that they are taken from.
    pub from_account: Account,
    /// The account of the receiver that they come into.
    pub to_account: Account,
    /// How many.
    pub amount: Amount,
    /// What the caller writes to it.
    pub note: &'a Note,
    /// What the client calls it.
    pub request: Option<&'a RequestId>,
    /// What else belongs into the transaction: up to 90 parts, which must not be refused by a second attempt.
    pub also: Vec<Write>,
}

impl Transfer<'_> {
    /// What is asked for, in one line; the note, which may be anything, comes last.
    fn asked(&self, to: &UserId) -> String {
        let Self { kind, from_account, to_account, amount, note, .. } = self;
        let (kind, from, into) = (kind.as_str(), from_account.as_str(), to_account.as_str());
        format!("{kind} {from} {into} {to} {} {}", amount.get(), note.as_str())
    }
}

/// A transfer of a call: the same in each attempt.
struct Made<'a> {
    transfer: &'a Transfer<'a>,
    to: &'a UserId,
    actor: &'a Actor,
    stamp: &'a Stamp,
    request: Option<&'a Request<'a>>,
    share: u32,
}

impl Made<'_> {
    /// The caller's accounts afterwards, if they are as they were read.
    fn answer(&self, held: &Held) -> Balance {
        held.balance().with(self.transfer.from_account, -self.transfer.amount.get())
    }

    /// All parts of the transaction. A part that comes first is the one that is said to have refused: a repeated call is
    /// told by the request and the caller's own entry.
    fn writes(&self, held: &Held) -> Result<Vec<Write>, Error> {
        let Transfer { kind, from_account, to_account, amount, note, request, .. } = *self.transfer;
        let to = self.to;
        let given = Entry::of(from_account, kind.into(), -amount.get()).with(to).noted(note).asked_for(request);
        let received = Entry::of(to_account, kind.into(), amount.get()).with(self.actor.uid()).noted(note);
        let mut writes = Vec::new();
        if let Some(request) = self.request {
            writes.push(request.write(self.actor, &self.answer(held))?);
        }
        writes.push(given.write(self.actor.uid(), self.stamp)?);
        writes.push(rows::add(to, to_account, Some(self.share), amount).named(CREDIT));
        writes.push(rows::take(self.actor, from_account, amount, held.of(from_account)).named(DEBIT));
        writes.push(received.write(to, self.stamp)?.named(rows::OTHER_ENTRY));
        writes.extend(self.transfer.also.iter().cloned());
        Ok(writes)
    }

    /// Makes the transfer, if the caller's account still has the coins; else gives back what it has now.
    async fn attempt(&self, app: &App, held: Held) -> Result<Attempt<(Committed, Balance), Held>, Error> {
        if held.of(self.transfer.from_account).sum() < self.transfer.amount.get() {
            return Err(Error::NotEnoughCoins);
        }
        let committed = rows::commit(&app.store, self.writes(&held)?, |part, item| match part {
            CREDIT if rows::is_erased(item) => Some(Error::NoSuchUser),
            CREDIT => Some(Error::TooManyCoins),
            DEBIT if rows::is_erased(item) => Some(Error::SignedOut),
            _ => None,
        });
        match committed.await? {
            Committed::Refused(DEBIT) => Ok(Attempt::Stale(rows::held(&app.store, self.actor).await?)),
            committed => Ok(Attempt::Done((committed, self.answer(&held)))),
        }
    }
}

/// Moves coins from the caller to somebody whom the caller can see: one debit, one credit, and an entry for each. Two
/// rounds, three if the receiver is found by a number; two more for each time that others have spent the coins in between.
///
/// # Errors
/// Those of [`give`](super::give).
pub async fn transfer(app: &App, claim: &Claim, transfer: &Transfer<'_>) -> Result<Balance, Error> {
    let reads = async |reader: &Reader| {
        let receiver = transfer.to.read(&app.store, reader);
        futures_util::try_join!(receiver, rows::held(&app.store, reader))
    };
    let (actor, (receiver, held)) = sessions::verify_with(app, claim, reads).await?;
    let (to, person) = receiver.ok_or(Error::NoSuchUser)?;
    let stamp = Stamp::new(app);
    let request = transfer.request.map(|id| Request::new(id, &transfer.asked(&to), app.clock.seconds()));
    let share = app.random.within(0..=SHARES - 1);
    let made = Made { transfer, to: &to, actor: &actor, stamp: &stamp, request: request.as_ref(), share };
    let done = match visibility::other(&actor, &to, person) {
        Ok(_) => retrying_from(held, |held| made.attempt(app, held)).await,
        Err(refusal) => Err(refusal),
    };
    let (done, answer) = match done {
        Ok((committed, answer)) => (Ok(committed), answer),
        Err(error) => (Err(error), made.answer(&held)),
    };
    settled(app, &actor, &stamp, request.as_ref(), done, answer).await
}

/// What a call is answered. Where it was refused, or where nobody knows what became of it, what is stored decides: the call,
/// or an earlier one of the same request, may have been carried out all the same.
pub(super) async fn settled(
    app: &App,
    actor: &Actor,
    stamp: &Stamp,
    request: Option<&Request<'_>>,
    done: Result<Committed, Error>,
    answer: Balance,
) -> Result<Balance, Error> {
    let error = match done {
        Ok(Committed::Done) => return Ok(answer),
        Ok(Committed::Before(remembered)) => return remembered.answer(request),
        // Its own entry: an attempt before this one was carried out and its answer lost.
        Ok(Committed::Refused(rows::OWN_ENTRY)) => return Ok(answer),
        Ok(Committed::Refused(part)) => Error::internal(format!("{part:?} of a movement was refused")),
        Err(error) => error,
    };
    match request {
        Some(asked) => match Remembered::read(&app.store, actor, asked).await {
            Ok(Some(remembered)) => remembered.answer(request),
            _ => Err(error),
        },
        None if leaves_open(&error)
            && rows::ledger::is_there(&app.store, actor.uid(), stamp).await.unwrap_or(false) =>
        {
            Ok(answer)
        }
        None => Err(error),
    }
}

/// Whether it may have happened although this was answered: the answer of the table may have been lost.
pub(super) fn leaves_open(error: &Error) -> bool {
    matches!(error, Error::Busy | Error::Unavailable | Error::Internal(_))
}
