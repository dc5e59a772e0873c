//! Receipts: an operator issues one for an amount in yuan, and whoever shows it first is given the coins.

use crate::{
    app::App,
    config::RefillMode,
    error::Error,
    sessions::Actor,
    values::{Account, Amount, Token, TokenHash, Yuan},
    wallet::{
        Balance, Refill,
        making::{Settled, settled},
        payer::Payer,
        rows::{
            self, CREDIT,
            ledger::{Cause, Entry, Stamp},
            receipts::{RECEIPT, Shown},
            requests::Request,
        },
        rules::Held,
    },
};

/// A receipt is good for so many seconds: a year.
pub const VALID: i64 = 365 * 86_400;

/// Issues a receipt and gives it back: 32 hex digits of chance, which only its hash is stored of. One round.
///
/// # Errors
/// Faults only.
pub async fn issue_receipt(app: &App, yuan: Yuan) -> Result<Token, Error> {
    let (receipt, now) = (Token::new(&app.random), app.clock.seconds());
    rows::receipts::issue(&app.store, &receipt.hash(), yuan, now, now + VALID).await?;
    Ok(receipt)
}

/// What is asked for, in one line.
fn asked(refill: &Refill<'_>, receipt: Option<&TokenHash>) -> String {
    format!("refill {} {}", refill.yuan.get(), receipt.map_or("-", TokenHash::as_str))
}

/// The coins of a refill, if they can be counted.
fn coins(app: &App, yuan: Yuan) -> Result<Amount, Error> {
    let coins = u64::from(yuan.get()) * u64::from(app.config.wallet.coins_per_yuan);
    Amount::new(coins).map_err(|_| Error::TooManyCoins)
}

/// Uses the receipt up, where one is asked for, and gives its coins to the actor. One round.
pub(super) async fn redeem(app: &App, actor: &Actor, held: &Held, refill: &Refill<'_>) -> Result<Balance, Error> {
    let receipt = match app.config.wallet.refill_mode {
        RefillMode::Sandbox => None,
        RefillMode::Receipt => Some(TokenHash::of(refill.receipt.ok_or(Error::ReceiptMissing)?)),
    };
    let (amount, now) = (coins(app, refill.yuan)?, app.clock.seconds());
    let stamp = Stamp::new(app);
    let request = refill.request.as_ref().map(|id| Request::new(id, &asked(refill, receipt.as_ref()), now));
    let answer = held.balance().with(Account::Coins, amount.get());
    let entry = Entry::of(Account::Coins, Cause::Refill, amount.get())
        .asked_for(refill.request.as_ref())
        .paid_by(receipt.as_ref());

    // A part that comes first is the one that is said to have refused: a repeated call is told by the first two.
    let mut writes = Vec::new();
    if let Some(request) = &request {
        writes.push(request.write(Payer::Proven(actor), Some(answer))?);
    }
    writes.push(entry.write(actor.uid(), &stamp)?);
    let shown = receipt.as_ref().map(|receipt| Shown { receipt, yuan: refill.yuan, now });
    writes.extend(shown.as_ref().map(|shown| shown.use_up(actor)));
    writes.push(rows::add(actor.uid(), Account::Coins, None, amount).named(CREDIT));

    let done = rows::commit(&app.store, writes, |part, item| match part {
        RECEIPT => Some(shown.as_ref().map_or(Error::ReceiptUnknown, |shown| shown.refusal(item))),
        CREDIT if rows::is_erased(item) => Some(Error::SignedOut),
        CREDIT => Some(Error::TooManyCoins),
        _ => None,
    });
    match settled(app, Payer::Proven(actor), &stamp, request.as_ref(), done.await, Some(answer)).await? {
        Settled::Done(Some(balance)) => Ok(balance),
        Settled::Done(None) => Err(Error::internal("a refill that does not know its answer")),
        Settled::Refused(part) => Err(Error::internal(format!("{part:?} of a refill was refused"))),
    }
}
