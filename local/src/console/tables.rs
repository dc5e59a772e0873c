//! Rows of the tables, a page at a time.

use aws_sdk_dynamodb::{Client, error::DisplayErrorContext, types::AttributeValue};
use serde::Deserialize;
use shared::config::{Table, Tables as Names};
use std::collections::{BTreeMap, HashMap};

/// Rows that are looked at in one call of a scan.
const LOOKED_AT: i32 = 1_000;

/// Calls of a scan for one page. What is not found by then is found on the next.
const CALLS: usize = 20;

/// A row: its attributes by their names.
pub(super) type Row = BTreeMap<String, AttributeValue>;

/// Behind which row a page begins. Both parts are empty for the first page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct After {
    pub(super) pk: String,
    pub(super) sk: String,
}

/// Rows, and where the next page begins if there may be one.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) rows: Vec<Row>,
    pub(super) next: Option<After>,
}

/// Reads the tables.
#[derive(Clone, Debug)]
pub(crate) struct Tables {
    client: Client,
    names: Names,
}

impl Tables {
    pub(crate) fn new(client: Client, names: Names) -> Self {
        Self { client, names }
    }

    /// The name of a table.
    pub(super) fn name(&self, table: Table) -> &str {
        self.names.name(table)
    }

    /// One partition of a table, in the order of its sort keys; those behind `after`, if they are to begin there.
    pub(super) async fn partition(&self, table: Table, pk: &str, after: &After, many: i32) -> Result<Page, String> {
        let asked = self.client.query().table_name(self.name(table)).limit(many);
        let asked = asked.key_condition_expression("pk = :pk").expression_attribute_values(":pk", text(pk));
        let answer = asked.set_exclusive_start_key(start(after)).send().await;
        let answer = answer.map_err(|error| DisplayErrorContext(error).to_string())?;
        let next = answer.last_evaluated_key.map(|key| after_key(&key.into_iter().collect()));
        let rows = answer.items.unwrap_or_default().into_iter().map(|row| row.into_iter().collect());
        Ok(Page { rows: rows.collect(), next })
    }

    /// One row of a table.
    pub(super) async fn one(&self, table: Table, pk: &str, sk: &str) -> Result<Option<Row>, String> {
        let asked = self.client.get_item().table_name(self.name(table)).key("pk", text(pk)).key("sk", text(sk));
        let answer = asked.send().await.map_err(|error| DisplayErrorContext(error).to_string())?;
        Ok(answer.item.map(|row| row.into_iter().collect()))
    }

    /// The rows of a table that fit, wherever they are.
    pub(super) async fn scan(
        &self,
        table: Table,
        after: &After,
        many: usize,
        fits: impl Fn(&Row) -> bool,
    ) -> Result<Page, String> {
        let (mut page, mut start_key) = (Page::default(), start(after));
        for _ in 0..CALLS {
            let asked = self.client.scan().table_name(self.name(table)).limit(LOOKED_AT);
            let answer = asked.set_exclusive_start_key(start_key).send().await;
            let answer = answer.map_err(|error| DisplayErrorContext(error).to_string())?;
            for row in answer.items.unwrap_or_default() {
                let row: Row = row.into_iter().collect();
                if !fits(&row) {
                    continue;
                }
                if page.rows.len() == many {
                    page.next = page.rows.last().map(after_key);
                    return Ok(page);
                }
                page.rows.push(row);
            }
            start_key = answer.last_evaluated_key;
            page.next = start_key.clone().map(|key| after_key(&key.into_iter().collect()));
            if start_key.is_none() {
                break;
            }
        }
        Ok(page)
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn start(after: &After) -> Option<HashMap<String, AttributeValue>> {
    let key = || HashMap::from([("pk".to_owned(), text(&after.pk)), ("sk".to_owned(), text(&after.sk))]);
    (!after.pk.is_empty()).then(key)
}

fn after_key(row: &Row) -> After {
    let part = |name: &str| word(row, name).unwrap_or_default().to_owned();
    After { pk: part("pk"), sk: part("sk") }
}

/// An attribute that is a text.
pub(super) fn word<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.get(name)?.as_s().ok().map(String::as_str)
}

/// An attribute that is a whole number.
pub(super) fn whole(row: &Row, name: &str) -> Option<i64> {
    row.get(name)?.as_n().ok()?.parse().ok()
}
