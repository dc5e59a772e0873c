//! Wallets: coins are bought, given and withdrawn, each movement once, and none is ever lost. These tests call the domain,
//! which has more of it than the APIs use.

pub mod books;
mod costs;
mod erasing;
mod gifts;
mod grants;
mod races;
mod random;
mod receipts;
mod storm;

use crate::world::{Api, Person};
use local::Options;
use shared::{
    Error,
    config::RefillMode,
    sessions::Claim,
    values::{Account, Amount, Dialect, Note, RequestId, UserId, Yuan},
    wallet::{self, Asked, Balance, Gift, Kind, Receiver, Refill, Transfer},
};

/// A request id.
fn id(text: &str) -> Option<RequestId> {
    Some(RequestId::try_from(text.to_owned()).unwrap())
}

fn uid(who: &Person) -> UserId {
    UserId::try_from(who.id.clone()).unwrap()
}

fn claim(who: &Person) -> Claim {
    Claim::new(Dialect::LightUp, uid(who), &who.token)
}

/// A world where coins are given for the asking.
async fn sandbox() -> Api {
    Api::with(Options::ephemeral().config(|config| config.wallet.refill_mode = RefillMode::Sandbox)).await
}

impl Api {
    async fn balance(&self, who: &Person) -> Balance {
        wallet::balance(&self.world.app, &claim(who)).await.unwrap()
    }

    async fn coins(&self, who: &Person) -> i64 {
        self.balance(who).await.coins
    }

    async fn refill(
        &self,
        who: &Person,
        yuan: Yuan,
        receipt: Option<&str>,
        request: Option<RequestId>,
    ) -> Result<Balance, Error> {
        wallet::refill(&self.world.app, &claim(who), &Refill { yuan, receipt, request }).await
    }

    /// A receipt of an operator.
    async fn receipt(&self, yuan: Yuan) -> String {
        wallet::issue_receipt(&self.world.app, yuan).await.unwrap().expose().to_owned()
    }

    /// Buys coins for 10 yuan, with a receipt.
    async fn ten_coins(&self, who: &Person) {
        let receipt = self.receipt(Yuan::Ten).await;
        self.refill(who, Yuan::Ten, Some(&receipt), None).await.unwrap();
    }

    async fn give(
        &self,
        from: &Person,
        to: &Person,
        coins: u64,
        note: &str,
        request: Option<RequestId>,
    ) -> Result<Balance, Error> {
        let (to, note) = (uid(to), Note::try_from(note.to_owned()).unwrap());
        let gift = Gift { to: Receiver::Id(&to), amount: Amount::new(coins).unwrap(), note, request };
        wallet::give(&self.world.app, &claim(from), &gift).await
    }

    /// Pays coins into the profit of somebody.
    async fn pay(
        &self,
        from: &Person,
        to: &Person,
        coins: u64,
        kind: Kind,
        request: Option<RequestId>,
    ) -> Result<Balance, Error> {
        let (to, note) = (uid(to), Note::default());
        let what = coins.to_string();
        let transfer = Transfer {
            kind,
            from_account: Account::Coins,
            to_account: Account::Profit,
            amount: Amount::new(coins).unwrap(),
            note: &note,
            asked: request.as_ref().map(|id| Asked { id, what: &what }),
            also: Vec::new(),
        };
        wallet::transfer(&self.world.app, &claim(from), Receiver::Id(&to), &transfer).await
    }
}
