//! Many people at the price of a row each, the tables behind the API, and the time of day.

use crate::world::{Api, Person};
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use shared::config::Table;
use shared::values::TokenHash;
use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::{AtomicU64, Ordering},
};

/// An item as DynamoDB gives it.
pub type Item = HashMap<String, AttributeValue>;

/// DynamoDB takes so many items in one BatchWriteItem.
const BATCH: usize = 25;

/// Numbers of people are used once in the whole run.
static NUMBER: AtomicU64 = AtomicU64::new(1);

pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A number of an item; 0 where there is none.
pub fn count(item: Option<&Item>, attribute: &str) -> i64 {
    let value = item.and_then(|item| item.get(attribute));
    value.map_or(0, |value| value.as_n().unwrap().parse().unwrap())
}

/// The members of a set, none where there is none.
pub fn members(item: Option<&Item>, attribute: &str) -> Vec<String> {
    let value = item.and_then(|item| item.get(attribute));
    value.map(|value| value.as_ss().unwrap().clone()).unwrap_or_default()
}

impl Api {
    /// So many people signed in, with a profile and nothing else.
    pub async fn crowd(&self, many: usize, sex: &str) -> Vec<Person> {
        self.write_people(many, sex, |_, _| {}).await
    }

    /// So many people signed in, with live media of all classes, and candidates of their sex.
    pub async fn candidates(&self, many: usize, sex: &str) -> Vec<Person> {
        let pool = format!("{sex}#0");
        self.write_people(many, sex, |nth, item| {
            // Consecutive multiples of this number lie spread evenly over the whole range.
            let rank = nth.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            item.insert("media".into(), number(7));
            item.insert("guest_pool".into(), text(&pool));
            item.insert("guest_rank".into(), text(format!("{rank:016x}")));
        })
        .await
    }

    /// The same with other rows: `more` is shown each, and how manieth it is.
    pub async fn write_people(&self, many: usize, sex: &str, more: impl Fn(u64, &mut Item)) -> Vec<Person> {
        let (mut people, mut items) = (Vec::new(), Vec::new());
        for nth in 1..=many as u64 {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let person = Person {
                phone: format!("199{number:08}"),
                id: format!("{number:024x}"),
                token: format!("{number:032x}"),
            };
            let mut item = self.profile_row(&person, sex);
            more(nth, &mut item);
            items.push(item);
            people.push(person);
        }
        self.write(self.world.app.config.tables.name(Table::Users), items).await;
        people
    }

    fn profile_row(&self, person: &Person, sex: &str) -> Item {
        let now = self.world.clock.seconds();
        let number_of = &person.id[14..];
        Item::from([
            ("pk".into(), text(format!("USER#{}", person.id))),
            ("sk".into(), text("PROFILE")),
            ("type".into(), text("profile")),
            ("dialects".into(), AttributeValue::Ss(vec!["lightup".into()])),
            ("uid".into(), text(&person.id)),
            ("phone".into(), text(format!("+86{}", person.phone))),
            ("created_at".into(), number(now)),
            ("nickname".into(), text(format!("crowd {number_of}"))),
            ("nickname_claim".into(), text(format!("crowd {number_of}"))),
            ("sex".into(), text(sex)),
            ("media".into(), number(0)),
            ("epoch".into(), number(0)),
            ("token".into(), text(TokenHash::of(&person.token).as_str())),
            ("token_issued".into(), number(now)),
        ])
    }

    /// Puts items into a table.
    pub async fn write(&self, table: &str, items: Vec<Item>) {
        for some in items.chunks(BATCH) {
            let put = |item: &Item| PutRequest::builder().set_item(Some(item.clone())).build().unwrap();
            let writes = some.iter().map(|item| WriteRequest::builder().put_request(put(item)).build()).collect();
            let sent =
                self.world.clients.dynamodb.batch_write_item().request_items(table, writes).send().await.unwrap();
            assert!(sent.unprocessed_items.unwrap_or_default().is_empty());
        }
    }

    /// Sets attributes of an item of the table `users`, and removes those that are `None`.
    pub async fn amend(&self, pk: &str, sk: &str, changes: &[(&str, Option<AttributeValue>)]) {
        let table = self.world.app.config.tables.name(Table::Users);
        let mut item = self.item(table, pk, sk).await.unwrap_or_default();
        item.extend([("pk".into(), text(pk)), ("sk".into(), text(sk))]);
        for (attribute, value) in changes {
            match value {
                Some(value) => drop(item.insert((*attribute).to_owned(), value.clone())),
                None => drop(item.remove(*attribute)),
            }
        }
        self.write(table, vec![item]).await;
    }

    /// An item of a table.
    pub async fn item(&self, table: &str, pk: &str, sk: &str) -> Option<Item> {
        let get = self.world.clients.dynamodb.get_item().table_name(table).consistent_read(true);
        get.key("pk", text(pk)).key("sk", text(sk)).send().await.unwrap().item
    }

    /// The items of a user in the table `lights` whose sort key starts with `prefix`, by sort key.
    pub async fn lights_rows(&self, who: &Person, prefix: &str) -> BTreeMap<String, Item> {
        let query = self.world.clients.dynamodb.query().table_name(self.world.app.config.tables.name(Table::Lights));
        let query = query.consistent_read(true).key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query.expression_attribute_values(":pk", text(format!("USER#{}", who.id)));
        let pages = query.expression_attribute_values(":prefix", text(prefix)).into_paginator().items().send();
        let items = pages.collect::<Result<Vec<Item>, _>>().await.unwrap();
        items.into_iter().map(|item| (item["sk"].as_s().unwrap().clone(), item)).collect()
    }

    /// Moves the clock to the next time that it is so late in UTC+8.
    ///
    /// A test that counts in segments, days or the windows of limits starts so: none of them may end while it runs.
    pub fn until(&self, hour: i64, minute: i64, second: i64) {
        const DAY: i64 = 86_400;
        let now = self.world.clock.seconds() + 8 * 3_600;
        let wanted = (hour * 60 + minute) * 60 + second;
        self.advance(u32::try_from((wanted - now).rem_euclid(DAY)).unwrap());
    }

    /// The same person with a new token.
    pub async fn renewed(&self, who: &Person) -> Person {
        let data = self.signed(who, "account/refresh_access_token", &[]).await.data();
        Person { token: data["access_token"].as_str().unwrap().to_owned(), ..who.clone() }
    }
}
