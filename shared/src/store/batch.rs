//! Reading several items or a partition.

use crate::{
    error::Error,
    store::{
        self, Attempt, Item, Store, fault,
        keys::{Key, Table},
        primary, retrying, text,
    },
};
use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, KeysAndAttributes},
};
use std::{collections::HashMap, sync::Mutex};

/// DynamoDB takes so many keys in one BatchGetItem.
const BATCH: usize = 100;

/// Items by their keys.
#[derive(Debug, Default)]
pub(crate) struct Found(HashMap<Key, Item>);

impl Found {
    /// Takes an item out.
    pub(crate) fn take(&mut self, key: &Key) -> Option<Item> {
        self.0.remove(key)
    }

    /// Takes an item out as a value.
    pub(crate) fn take_as<T: serde::de::DeserializeOwned>(&mut self, key: &Key) -> Result<Option<T>, Error> {
        self.take(key).map(store::value).transpose()
    }
}

impl Store {
    /// Any number of items of any table, strongly consistent, 100 a call and the calls side by side.
    pub(crate) async fn get_many(&self, keys: &[Key]) -> Result<Found, Error> {
        let calls = keys.chunks(BATCH).map(|some| self.get_batch(some));
        let found = futures_util::future::try_join_all(calls).await?;
        Ok(Found(found.into_iter().flatten().collect()))
    }

    async fn get_batch(&self, keys: &[Key]) -> Result<HashMap<Key, Item>, Error> {
        let mut wanted: HashMap<Table, Vec<HashMap<String, AttributeValue>>> = HashMap::new();
        for key in keys {
            wanted.entry(key.table).or_default().push(primary(key));
        }
        let mut requests = HashMap::new();
        for (table, keys) in wanted {
            let request = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
            requests.insert(self.table(table).to_owned(), request.map_err(Error::internal)?);
        }
        // What a call leaves unprocessed is asked for again, after a pause.
        let (open, found) = (Mutex::new(requests), Mutex::new(HashMap::new()));
        retrying(|| async {
            let requests = std::mem::take(&mut *lock(&open));
            let answer = self.client.batch_get_item().set_request_items(Some(requests)).send().await.map_err(fault)?;
            for (name, items) in answer.responses.unwrap_or_default() {
                let Some(table) = self.tables.named(&name) else { continue };
                lock(&found)
                    .extend(items.into_iter().filter_map(|item| Some((super::keys::of(table, &item).ok()?, item))));
            }
            let rest = answer.unprocessed_keys.unwrap_or_default();
            let done = rest.is_empty();
            *lock(&open) = rest;
            Ok(if done { Attempt::Done(()) } else { Attempt::Stale(()) })
        })
        .await?;
        let found = std::mem::take(&mut *lock(&found));
        Ok(found)
    }

    /// The items of one partition in the index `ranking` that have the highest rank, the highest first, strongly consistent: up to
    /// `limit` of them.
    pub(crate) async fn query_ranking(&self, table: Table, pk: &str, limit: usize) -> Result<Vec<Item>, Error> {
        let query = self.client.query().table_name(self.table(table)).index_name("ranking").scan_index_forward(false);
        let query = query.key_condition_expression("pk = :pk").expression_attribute_values(":pk", text(pk));
        pages(query, i32::try_from(limit).ok()).await
    }

    /// Items of one partition whose sort key starts with `prefix`, strongly consistent: up to `limit` of them, or all.
    pub(crate) async fn query(
        &self,
        table: Table,
        pk: &str,
        prefix: &str,
        newest_first: bool,
        limit: Option<i32>,
    ) -> Result<Vec<Item>, Error> {
        let query = self.client.query().table_name(self.table(table)).scan_index_forward(!newest_first);
        let query = if prefix.is_empty() {
            query.key_condition_expression("pk = :pk")
        } else {
            query
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":prefix", text(prefix))
        };
        pages(query.expression_attribute_values(":pk", text(pk)), limit).await
    }

    /// Up to `limit` items of one partition whose sort key starts with `prefix`, newest first, strongly consistent: those
    /// that come before the key `prefix` and `before`, whether there is such an item or not.
    pub(crate) async fn query_before(
        &self,
        table: Table,
        pk: &str,
        prefix: &str,
        before: &str,
        limit: usize,
    ) -> Result<Vec<Item>, Error> {
        let query = self
            .client
            .query()
            .table_name(self.table(table))
            .scan_index_forward(false)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":prefix", text(prefix));
        let from = primary(&Key { table, pk: pk.to_owned(), sk: format!("{prefix}{before}") });
        pages_from(query, Some(from), i32::try_from(limit).ok()).await
    }
}

impl Store {
    /// Up to `limit` items of one partition behind the sort key `after`, in order, strongly consistent, whether there is such an item or not.
    pub(crate) async fn query_after(
        &self,
        table: Table,
        pk: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Item>, Error> {
        let query = self.client.query().table_name(self.table(table)).key_condition_expression("pk = :pk");
        let from = after.map(|after| primary(&Key { table, pk: pk.to_owned(), sk: after.to_owned() }));
        pages_from(query.expression_attribute_values(":pk", text(pk)), from, i32::try_from(limit).ok()).await
    }
}

/// What a call of [`Store::query_holding`] gives: the items, and the sort key of the last one that it looked at, `None` at the end of
/// the partition.
type Holding = (Vec<Item>, Option<String>);

impl Store {
    /// Looks at the next `limit` items of one partition behind the sort key `after`, in order, and gives those whose attribute holds a
    /// text. Eventually consistent, at half the price. It gives up to `limit` items, and none of them may hold it.
    pub(crate) async fn query_holding(
        &self,
        table: Table,
        pk: &str,
        after: Option<&str>,
        limit: usize,
        (attribute, held): (&str, &str),
    ) -> Result<Holding, Error> {
        let from = after.map(|after| primary(&Key { table, pk: pk.to_owned(), sk: after.to_owned() }));
        let query = self.client.query().table_name(self.table(table)).set_exclusive_start_key(from);
        let query = query
            .key_condition_expression("pk = :pk")
            .filter_expression("contains(#held, :held)")
            .projection_expression("pk, sk")
            .expression_attribute_names("#held", attribute)
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":held", text(held))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let page = query.send().await.map_err(fault)?;
        let last = page.last_evaluated_key.as_ref().map(|key| super::keys::of(table, key)).transpose()?;
        Ok((page.items.unwrap_or_default(), last.map(|key| key.sk)))
    }
}

/// All that a query finds, strongly consistent, a page after the other; or the first `limit` items.
pub(crate) async fn pages(query: QueryFluentBuilder, limit: Option<i32>) -> Result<Vec<Item>, Error> {
    pages_from(query, None, limit).await
}

/// The same of what comes after a key.
async fn pages_from(query: QueryFluentBuilder, from: Option<Item>, limit: Option<i32>) -> Result<Vec<Item>, Error> {
    let (mut items, mut from) = (Vec::new(), from);
    loop {
        let left = limit.map(|limit| limit.saturating_sub(i32::try_from(items.len()).unwrap_or(limit)));
        let page = query.clone().consistent_read(true).set_limit(left).set_exclusive_start_key(from);
        let page = page.send().await.map_err(fault)?;
        items.extend(page.items.unwrap_or_default());
        from = page.last_evaluated_key;
        let enough = limit.is_some_and(|limit| items.len() >= usize::try_from(limit).unwrap_or_default());
        if from.is_none() || enough {
            return Ok(items);
        }
    }
}

/// Never held over an await.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
