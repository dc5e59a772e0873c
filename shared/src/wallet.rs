//! Coins. Every user has two accounts: coins, which can be spent, and profit, which only grows.
//!
//! | module | what it holds |
//! |---|---|
//! | this one | what an account holds, buying coins, giving them away |
//! | `transfer` | moving coins from one user's account into another's, for whom and to whom |
//! | `making` | how that is done, and what a call is answered whose outcome is not plain |
//! | `payer` | whose coins are taken |
//! | `grants` | what an operator gives for nothing: coins, and days of being VIP |
//! | `receipts` | what an operator issues, and coins are given for |
//! | `rules` | sums and limits, without I/O |
//! | `rows` | balances, ledgers, requests and receipts as they are stored; the end of a wallet |
//!
//! A movement of coins is one transaction of balances and ledger entries: an entry for each account that it changes. So the
//! entries of an account add up to its balance, and what one user loses another gains. Coins come into the world by refills
//! and grants alone and leave it when their owner is erased, which is an entry too.
//!
//! A balance is spread over several rows, so that many can pay one user at the same time. The user's own movements are on
//! the first row, whose number may be below zero. What others pay goes to one of [`SHARES`] other rows at random; these only
//! grow. So whoever has read the shares knows the least that they hold, and a payment needs one condition, on the first row:
//! that it has at least what the shares do not cover.
//!
//! A movement happens once. Its entry in the ledger of the user who asks for it has an id that is made once for a call, and is
//! put on condition that it is not there: a second attempt of the call, after an answer that was lost, is refused by it. Where
//! the client names its request ([`RequestId`]), a row says for [`REMEMBERED`] seconds what was asked for under this name and
//! what was answered.
//!
//! A function that moves coins declares the tables users, friends and wallet, `STAGE`, and the settings of
//! [`config::Wallet`](crate::config::Wallet).

mod grants;
mod making;
mod payer;
mod receipts;
mod rows;
mod rules;
mod transfer;

pub use grants::{GRANT_REMEMBERED, Grant, MOST_GRANTED, MOST_VIP_DAYS, grant};
pub use receipts::{VALID, issue_receipt};
pub(crate) use rows::EXPORT;
pub(crate) use rows::erase::{erase_wallet, receivers_of_gifts};
pub use rules::{Balance, SHARES};
pub use transfer::{Asked, Kind, Receiver, Transfer, transfer};
pub(crate) use transfer::{Paid, pay};

use crate::{
    app::App,
    error::Error,
    sessions::{self, AnyReader, Claim, Reader},
    store::Store,
    values::{Account, Amount, Note, RequestId, UserId, Yuan},
};

/// So many seconds the id of a request stands for this request: a day.
pub const REMEMBERED: i64 = 86_400;

/// Coins that somebody buys.
#[derive(Debug)]
pub struct Refill<'a> {
    /// What is paid for them.
    pub yuan: Yuan,
    /// The receipt that says so. Only looked at where receipts are asked for.
    pub receipt: Option<&'a str>,
    /// What the client calls this refill.
    pub request: Option<RequestId>,
}

/// Coins that somebody gives away.
#[derive(Debug)]
pub struct Gift<'a> {
    /// To whom.
    pub to: Receiver<'a>,
    /// How many.
    pub amount: Amount,
    /// What the giver writes to it.
    pub note: Note,
    /// What the client calls this gift.
    pub request: Option<RequestId>,
}

/// What the caller's accounts hold. One round.
///
/// While others pay, it is what the accounts held at some moment of the call, give or take what was being moved then.
///
/// # Errors
/// [`Error::SignedOut`]; faults.
pub async fn balance(app: &App, claim: &Claim) -> Result<Balance, Error> {
    let reads = async |reader: &Reader| rows::held(&app.store, reader).await;
    let (_, held) = sessions::verify_with(app, claim, reads).await?;
    Ok(held.balance())
}

/// What anybody has earned with gifts and sales: their profit, of which nothing is ever taken. One round.
///
/// # Errors
/// Faults only.
pub async fn earned(store: &Store, reader: &AnyReader, uid: &UserId) -> Result<i64, Error> {
    rows::earned(store, reader, uid).await
}

/// Gives the caller coins for a receipt, or for the asking where the deployment says so. Two rounds. Gives back what the
/// caller's accounts hold afterwards.
///
/// A receipt is for an amount, is good once and for a year ([`VALID`]), and is still good after a refill that failed. A refill
/// that is repeated under the same [`RequestId`] within [`REMEMBERED`] seconds has the answer of the first; one that failed is
/// not remembered. Gifts and refills share the ids of a user.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::ReceiptMissing`], [`Error::ReceiptUnknown`], [`Error::ReceiptUsed`],
/// [`Error::ReceiptMismatch`]; [`Error::RequestIdReused`]; [`Error::TooManyCoins`]; [`Error::Busy`] and other faults, after
/// which it has not happened unless the answer of the table was lost.
pub async fn refill(app: &App, claim: &Claim, refill: &Refill<'_>) -> Result<Balance, Error> {
    let reads = async |reader: &Reader| rows::held(&app.store, reader).await;
    let (actor, held) = sessions::verify_with(app, claim, reads).await?;
    receipts::redeem(app, &actor, &held, refill).await
}

/// Moves coins of the caller to somebody whom the caller can see. Two rounds, three if the receiver is found by a number; more
/// while other calls spend the same coins. Gives
/// back what the caller's accounts hold afterwards.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for a receiver who is unknown, not seen in the caller's dialect, being erased or
/// kept apart from the caller by a block; [`Error::Oneself`]; [`Error::NotEnoughCoins`]; [`Error::TooManyCoins`];
/// [`Error::RequestIdReused`]; [`Error::Busy`] and other faults, after which it has not happened unless the answer of the table
/// was lost.
pub async fn give(app: &App, claim: &Claim, gift: &Gift<'_>) -> Result<Balance, Error> {
    let what = format!("{} {}", gift.amount.get(), gift.note.as_str());
    let transfer = Transfer {
        kind: Kind::Gift,
        from_account: Account::Coins,
        to_account: Account::Coins,
        amount: gift.amount,
        note: &gift.note,
        asked: gift.request.as_ref().map(|id| Asked { id, what: &what }),
        also: Vec::new(),
    };
    transfer::transfer(app, claim, gift.to, &transfer).await
}
