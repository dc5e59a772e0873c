//! Gifts: something with a price is bought with the giver's coins and given at once. The receiver earns the price, and keeps what
//! was given, by giver.
//!
//! | module | what it holds |
//! |---|---|
//! | this one | the prices, giving, and what somebody was given |
//! | `rows` | what one person has given another, as it is stored |
//!
//! A gift is a payment of `wallet` from the giver's coins into the receiver's profit, with one part more: a row of the receiver
//! that counts what this giver has given. So what is shown as given has been paid, exactly once, and there is no list of single
//! gifts beside the two ledgers.
//!
//! A function that has gifts declares the tables users, friends, wallet and social, `HASH_KEY`, and the settings of
//! [`config::Gifts`](crate::config::Gifts).

mod rows;

pub(crate) use rows::EXPORT;
pub use rows::Given;

use crate::{
    app::App,
    error::Error,
    limits::{self, COUNTED, Limit},
    sessions::{self, AnyReader, Claim, Profile, Reader},
    store::Store,
    values::{Account, Amount, GiftCode, Note, RequestId, UserId},
    visibility,
    wallet::{self, Asked, Kind, Paid, Transfer},
};

/// So many givers are shown of those who have given somebody the most.
pub const MOST_GIVERS: usize = 20;

/// Somebody who has given something, and what.
#[derive(Clone, Debug)]
pub struct Giver {
    /// Who.
    pub uid: UserId,
    /// Their record. `None`: they are not there any more.
    pub person: Option<Profile>,
    /// What, and how many of each, in the order of the list of prices.
    pub gifts: Vec<(GiftCode, u32)>,
}

/// The gifts and their prices in coins (`docs/dialects/m_user.md#gifts`). One round, two for a device.
///
/// # Errors
/// [`Error::SignedOut`]; faults.
pub async fn prices(app: &App, claim: &Claim) -> Result<Vec<(GiftCode, u32)>, Error> {
    sessions::verify(app, claim).await?;
    Ok(app.config.gifts.prices())
}

/// Gives somebody a gift for the caller's coins (`docs/dialects/m_user.md#gifts`). Two rounds, also for a device; two more if the
/// coins that the caller has were received from others, or are not there.
///
/// Under the same [`RequestId`] the same gift to the same person is given once within [`wallet::REMEMBERED`] seconds, whatever
/// it costs by then.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for a receiver who is unknown, not seen in the caller's dialect or being erased;
/// [`Error::Oneself`]; [`Error::Apart`]; [`Error::NotEnoughCoins`]; [`Error::TooManyRequests`]; [`Error::RequestIdReused`];
/// [`Error::TooManyCoins`]; [`Error::Busy`] and other faults, after which it has not happened unless the answer of the table was lost.
pub async fn give(
    app: &App,
    claim: &Claim,
    to: &UserId,
    code: GiftCode,
    request: Option<&RequestId>,
) -> Result<(), Error> {
    let reads = async |reader: &AnyReader| visibility::profile(&app.store, reader, to).await;
    let (writer, receiver) = sessions::writer_beside(app, claim, reads).await?;
    if let Err(refusal) = visibility::other(writer.reader(), to, receiver) {
        // Nobody is told of others who is not proven.
        sessions::verify(app, claim).await?;
        return Err(refusal);
    }
    let amount = Amount::new(u64::from(app.config.gifts.price(code))).map_err(Error::internal)?;
    let note = Note::try_from(code.as_str().to_owned()).map_err(Error::internal)?;
    let limit = Limit::Gifts;
    let transfer = Transfer {
        kind: Kind::Gift,
        from_account: Account::Coins,
        to_account: Account::Profit,
        amount,
        note: &note,
        asked: request.map(|id| Asked { id, what: code.as_str() }),
        also: vec![rows::give(to, writer.uid(), code, amount), limits::counted(app, limit, writer.uid().as_str())],
    };
    match wallet::pay(app, &writer, to, &transfer).await? {
        Paid::Done => Ok(()),
        Paid::Refused(COUNTED) => Err(Error::TooManyRequests { limit }),
        Paid::Refused(part) => Err(Error::internal(format!("{part:?} of a gift was refused"))),
    }
}

/// Who has given somebody the most, and what (`docs/dialects/m_user.md#gifts`): at most [`MOST_GIVERS`], those who have spent the
/// most first. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for somebody who is unknown, not seen in the caller's dialect, or kept apart from the
/// caller by a block; faults.
pub async fn received(app: &App, claim: &Claim, whom: &UserId) -> Result<Vec<Giver>, Error> {
    let first = async |reader: &AnyReader| given_to(&app.store, reader, whom).await;
    let then = async |reader: &Reader, given: Vec<Given>| {
        let person = visibility::person(&app.store, reader, whom);
        futures_util::try_join!(person, givers(&app.store, reader, given))
    };
    let (actor, (person, givers)) = sessions::verify_in_two(app, claim, first, then).await?;
    person.filter(|person| visibility::sees(&actor, person)).ok_or(Error::NoSuchUser)?;
    Ok(givers)
}

/// What each of those has given somebody who have given them the most: at most [`MOST_GIVERS`]. One round. Whoever shows it asks for
/// the [`givers`] beside their next reads.
///
/// # Errors
/// Faults only.
pub async fn given_to(store: &Store, reader: &AnyReader, whom: &UserId) -> Result<Vec<Given>, Error> {
    rows::given_to(store, reader, whom, MOST_GIVERS).await
}

/// The people who have given that. One round.
///
/// # Errors
/// Faults only.
pub async fn givers(store: &Store, reader: &AnyReader, given: Vec<Given>) -> Result<Vec<Giver>, Error> {
    let uids: Vec<UserId> = given.iter().map(|given| given.giver.clone()).collect();
    let mut people = visibility::people(store, reader, &uids).await?;
    let giver = |Given { giver, gifts }| {
        let person = people.remove(&giver).filter(visibility::is_there);
        Giver { uid: giver, person, gifts }
    };
    Ok(given.into_iter().map(giver).collect())
}

/// Takes the name of somebody who is being erased off what they have given others. It is found by their ledger, which has to be there
/// still. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase_given(store: &Store, giver: &UserId) -> Result<(), Error> {
    rows::erase_given(store, giver, wallet::receivers_of_gifts(store, giver).await?).await
}

/// Deletes what was given to somebody who is being erased and whose account is closed. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase_received(store: &Store, receiver: &UserId) -> Result<(), Error> {
    rows::erase_received(store, receiver).await
}
