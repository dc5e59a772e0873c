//! Moving coins from one user's account into another's: what a transfer is, and for whom it is made.

use crate::{
    app::App,
    error::Error,
    person,
    sessions::{self, Claim, Profile, Reader, Writer},
    store::{Part, Store, Write},
    values::{Account, Amount, E164, Note, RequestId, UserId},
    visibility,
    wallet::{
        Balance,
        making::{Made, Settled},
        payer::Payer,
        rows,
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

/// A transfer that the client has a name for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The name.
    pub id: &'a RequestId,
    /// What the client asks for. The name stands for a transfer of this, of the same kind, between the same accounts and to the
    /// same receiver, and for no other.
    pub what: &'a str,
}

/// Coins that go from the caller to somebody.
#[derive(Debug)]
pub struct Transfer<'a> {
    /// Why.
    pub kind: Kind,
    /// The account of the caller that they are taken from.
    pub from_account: Account,
    /// The account of the receiver that they come into.
    pub to_account: Account,
    /// How many.
    pub amount: Amount,
    /// What is written to it, in both ledgers.
    pub note: &'a Note,
    /// What the client calls it.
    pub asked: Option<Asked<'a>>,
    /// What else belongs into the transaction: up to 90 parts, which must not be refused by a second attempt.
    pub also: Vec<Write>,
}

impl Transfer<'_> {
    /// What is asked for, in one line; the words of the client, which may be anything, come last.
    pub(super) fn line(&self, to: &UserId, what: &str) -> String {
        let (kind, from, into) = (self.kind.as_str(), self.from_account.as_str(), self.to_account.as_str());
        format!("{kind} {from} {into} {to} {what}")
    }
}

/// Moves coins from the caller to somebody whom the caller can see: one debit, one credit, and an entry for each. Two
/// rounds, three if the receiver is found by a number; two more for each time that others have spent the coins in between.
///
/// # Errors
/// Those of [`give`](super::give).
pub async fn transfer(app: &App, claim: &Claim, to: Receiver<'_>, transfer: &Transfer<'_>) -> Result<Balance, Error> {
    let reads = async |reader: &Reader| {
        let receiver = to.read(&app.store, reader);
        futures_util::try_join!(receiver, rows::held(&app.store, reader))
    };
    let (actor, (receiver, held)) = sessions::verify_with(app, claim, reads).await?;
    let (to, person) = receiver.ok_or(Error::NoSuchUser)?;
    let made = Made::new(app, transfer, &to, Payer::Proven(&actor));
    let settled = match visibility::other(&actor, &to, person) {
        Ok(_) => made.make(app, Some(held)).await?,
        Err(refusal) => made.refused(app, refusal).await?,
    };
    match settled {
        Settled::Done(Some(balance)) => Ok(balance),
        Settled::Done(None) => Err(Error::internal("a transfer that does not know its answer")),
        Settled::Refused(part) => Err(Error::internal(format!("{part:?} of a transfer was refused"))),
    }
}

/// What became of a payment that nothing but a part of `also` stood in the way of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paid {
    /// It was made.
    Done,
    /// This part has refused, and nothing happened.
    Refused(Part),
}

/// The same for somebody whose proof is a part of the transaction, to a receiver whom the caller of this function has read, or
/// whose account is there as surely as what is paid for. That no block keeps the two apart is a part of it too. One round; two
/// more if the coins are spread over several rows, were received from others, or are not there.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Apart`]; [`Error::NoSuchUser`] for a receiver who is being erased; else those of
/// [`give`](super::give).
pub(crate) async fn pay(app: &App, writer: &Writer, to: &UserId, transfer: &Transfer<'_>) -> Result<Paid, Error> {
    if writer.uid() == to {
        return Err(Error::Oneself);
    }
    let made = Made::new(app, transfer, to, Payer::Writes(writer));
    Ok(match made.make(app, None).await? {
        Settled::Done(_) => Paid::Done,
        Settled::Refused(part) => Paid::Refused(part),
    })
}
