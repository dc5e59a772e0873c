//! Sums of balances, and their limits.

use crate::values::{Account, Amount};
use serde::{Deserialize, Serialize};

/// Over so many rows the payments of others into one account are spread.
pub const SHARES: u32 = 8;

/// What the accounts of a user hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// What can be spent.
    pub coins: i64,
    /// What has been earned.
    pub profit: i64,
}

impl Balance {
    /// The same with another number of coins in an account.
    pub(super) fn with(self, account: Account, more: i64) -> Self {
        let sum = |held: i64| held.saturating_add(more).max(0);
        match account {
            Account::Coins => Self { coins: sum(self.coins), ..self },
            Account::Profit => Self { profit: sum(self.profit), ..self },
        }
    }
}

/// The rows of one account, as they were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    /// The first row, on which the owner's own movements are. May be below zero.
    pub(super) own: i64,
    /// The sum of the shares. It never gets smaller.
    pub(super) shares: i64,
}

impl Rows {
    /// What the account holds. Rows that were read while coins were moved may not fit together: never below zero.
    pub(super) fn sum(self) -> i64 {
        self.own.saturating_add(self.shares).max(0)
    }

    /// What the first row must have at least for an amount to be taken from it, however much the shares grow meanwhile.
    pub(super) fn own_at_least(self, amount: Amount) -> i64 {
        amount.get().saturating_sub(self.shares)
    }
}

/// The accounts of a user, as they were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) coins: Rows,
    pub(super) profit: Rows,
}

impl Held {
    pub(super) fn of(&self, account: Account) -> Rows {
        match account {
            Account::Coins => self.coins,
            Account::Profit => self.profit,
        }
    }

    pub(super) fn of_mut(&mut self, account: Account) -> &mut Rows {
        match account {
            Account::Coins => &mut self.coins,
            Account::Profit => &mut self.profit,
        }
    }

    pub(super) fn balance(&self) -> Balance {
        Balance { coins: self.coins.sum(), profit: self.profit.sum() }
    }
}
