//! Gifts with a price: each is paid for, counted for its giver and earned by its receiver, once and together. These tests call the
//! domain; what m_user makes of it is in `m_user::gifts`.

mod given;
mod prices;
mod storms;

use crate::{
    crowd::{Item, count, text},
    world::{Api, Person},
};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::{
    Error,
    config::Table,
    gifts::{self, Giver},
    sessions::Claim,
    values::{Dialect, GiftCode, RequestId, UserId},
    wallet::{self, Grant},
};

const LOLLY: GiftCode = GiftCode::Lolly;
const ROSE: GiftCode = GiftCode::Rose;

fn id(text: &str) -> Option<RequestId> {
    Some(RequestId::try_from(text.to_owned()).unwrap())
}

fn uid(who: &Person) -> UserId {
    UserId::try_from(who.id.clone()).unwrap()
}

fn claim(who: &Person) -> Claim {
    Claim::new(Dialect::LightUp, uid(who), &who.token)
}

/// What somebody has given, as codes and counts.
fn shown(givers: &[Giver]) -> Vec<(String, Vec<(&'static str, u32)>)> {
    let gifts = |giver: &Giver| giver.gifts.iter().map(|(code, count)| (code.as_str(), *count)).collect();
    givers.iter().map(|giver| (giver.uid.to_string(), gifts(giver))).collect()
}

impl Api {
    /// Gives somebody coins to spend.
    async fn coins_for(&self, who: &Person, coins: u64) {
        let grant = Grant::new(Some(coins), None, "a test".into(), id(&format!("{}-{coins}", who.id))).unwrap();
        wallet::grant(&self.world.app, &uid(who), &grant).await.unwrap();
    }

    async fn gift(&self, from: &Person, to: &Person, code: GiftCode, request: Option<RequestId>) -> Result<(), Error> {
        gifts::give(&self.world.app, &claim(from), &uid(to), code, request.as_ref()).await
    }

    async fn gifts_of(&self, reader: &Person, whom: &Person) -> Vec<Giver> {
        gifts::received(&self.world.app, &claim(reader), &uid(whom)).await.unwrap()
    }

    /// What somebody can spend, and what they have earned.
    async fn wealth(&self, who: &Person) -> (i64, i64) {
        let balance = wallet::balance(&self.world.app, &claim(who)).await.unwrap();
        (balance.coins, balance.profit)
    }

    /// The rows of what was given.
    async fn gift_rows(&self) -> Vec<Item> {
        self.rows(self.world.app.config.tables.name(Table::Social)).await
    }

    /// That one of two people blocks the other, or does so no more.
    async fn blocks(&self, owner: &Person, other: &Person, active: bool) {
        let row = Item::from([
            ("pk".into(), text(format!("USER#{}", owner.id))),
            ("sk".into(), text(format!("BLOCK#{}", other.id))),
            ("active".into(), AttributeValue::Bool(active)),
        ]);
        self.write(self.world.app.config.tables.name(Table::Friends), vec![row]).await;
    }

    /// That the books are true, that everybody has been given what the ledgers of the givers say, and that each profit is what was
    /// given.
    async fn gifts_are_true(&self, people: &[Person]) {
        let books = self.books().await;
        books.are_true();
        let rows = self.gift_rows().await;
        for who in people {
            let ledger = books.ledger(who);
            let paid: i64 =
                ledger.iter().filter(|entry| entry["kind"] == text("gift")).map(|e| count(Some(e), "amount")).sum();
            let given = |row: &&Item| row["sk"] == text(format!("GIFTS#{}", who.id));
            let received = |row: &&Item| row["pk"] == text(format!("USER#{}", who.id));
            let value = |rows: Vec<&Item>| rows.into_iter().map(|row| count(Some(row), "rank")).sum::<i64>();
            let (spent, earned) =
                (value(rows.iter().filter(given).collect()), value(rows.iter().filter(received).collect()));
            assert_eq!(paid, earned - spent, "{}", who.id);
            assert_eq!(self.wealth(who).await.1, earned, "{}", who.id);
            // Whoever erases the giver finds every row by the ledger.
            for row in rows.iter().filter(given) {
                let receiver = row["pk"].as_s().unwrap().trim_start_matches("USER#");
                let named = ledger.iter().filter(|entry| count(Some(entry), "amount") < 0);
                assert!(named.into_iter().any(|entry| entry["other"] == text(receiver)), "{} {receiver}", who.id);
            }
        }
        for row in &rows {
            let prices = self.world.app.config.gifts.prices();
            let worth: i64 =
                prices.iter().map(|(code, price)| count(Some(row), code.as_str()) * i64::from(*price)).sum();
            assert_eq!(count(Some(row), "rank"), worth, "{row:?}");
        }
    }
}
