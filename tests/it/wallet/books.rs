//! The table of wallets as an auditor reads it.

use crate::{
    crowd::{Item, count},
    world::{Api, Person},
};
use shared::config::Table;
use std::collections::BTreeMap;

/// Everything in the table.
pub struct Books {
    pub rows: Vec<Item>,
}

fn word<'a>(row: &'a Item, name: &str) -> &'a str {
    row.get(name).map_or("", |value| value.as_s().unwrap())
}

impl Books {
    /// The ledger entries, whosoever they are.
    pub fn entries(&self) -> impl Iterator<Item = &Item> {
        self.rows.iter().filter(|row| word(row, "sk").starts_with("ENTRY#"))
    }

    /// The entries of somebody.
    pub fn ledger(&self, who: &Person) -> Vec<&Item> {
        let partition = format!("USER#{}", who.id);
        self.entries().filter(|row| word(row, "pk") == partition).collect()
    }

    /// The sum of the entries of a kind.
    fn sum(&self, kind: &str) -> i64 {
        self.entries().filter(|row| word(row, "type") == "entry" && word(row, "kind") == kind).map(amount).sum()
    }

    /// All coins that ever came into the world: they were bought or granted.
    pub fn issued(&self) -> i64 {
        self.sum("refill") + self.sum("grant")
    }

    /// All coins that users have.
    pub fn held(&self) -> i64 {
        self.rows.iter().map(|row| count(Some(row), "balance")).sum()
    }

    /// That every account is as its ledger says and none below zero, that every gift and every sale is one debit and one credit
    /// of the same kind, that profit only grows while its owner is there, and that nothing was lost.
    #[track_caller]
    pub fn are_true(&self) {
        let mut accounts: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
        let mut moved: BTreeMap<&str, Vec<(&str, i64)>> = BTreeMap::new();
        for row in &self.rows {
            let account = accounts.entry((word(row, "pk"), word(row, "account"))).or_default();
            match word(row, "type") {
                "balance" => account.0 += count(Some(row), "balance"),
                "entry" => account.1 += amount(row),
                _ => {}
            }
            let kind = word(row, "kind");
            if ["gift", "sale"].contains(&kind) {
                moved.entry(word(row, "sk")).or_default().push((kind, amount(row)));
            }
            let spent = word(row, "account") == "profit" && amount(row) < 0 && kind != "withdrawn";
            assert!(!spent, "profit that was taken: {row:?}");
            let shrunk = row.contains_key("share") && count(Some(row), "balance") < 0;
            assert!(!shrunk, "a share below zero: {row:?}");
        }
        for (account, (balance, ledger)) in accounts {
            assert_eq!(balance, ledger, "{account:?}");
            assert!(balance >= 0, "{account:?}: {balance}");
        }
        for (name, sides) in moved {
            let [(one_kind, one), (other_kind, other)] = sides[..] else { panic!("{name}: {sides:?}") };
            assert!(one_kind == other_kind && one + other == 0 && one != 0, "{name}: {sides:?}");
        }
        assert_eq!(self.issued(), self.held() - self.sum("withdrawn"));
    }
}

/// What an entry has moved.
pub fn amount(entry: &Item) -> i64 {
    count(Some(entry), "amount")
}

/// What the giver has written.
pub fn note(entry: &Item) -> &str {
    word(entry, "note")
}

/// The request that an entry was made for.
pub fn request(entry: &Item) -> &str {
    word(entry, "request")
}

impl Api {
    /// The books as they are now. Nothing may be moved meanwhile.
    pub async fn books(&self) -> Books {
        Books { rows: self.rows(self.world.app.config.tables.name(Table::Wallet)).await }
    }
}
