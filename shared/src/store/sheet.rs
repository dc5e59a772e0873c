//! Rows of a person as JSON, a page at a time, for the copy that they are given of their data.

use super::{
    Item, Store, fault,
    keys::{self, Key, Table},
    text,
};
use crate::{error::Error, values::UserId};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// So many rows are read at once.
const PAGE: i32 = 200;

/// What no copy has: what an item is, and where it is.
const NEVER: [&str; 3] = ["pk", "sk", "type"];

/// The rows of one kind that a person is given a copy of. They lie in the person's partition.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    /// What they are called in the copy.
    pub(crate) name: &'static str,
    /// The table.
    pub(crate) table: Table,
    /// How their sort keys begin.
    pub(crate) prefix: &'static str,
    /// What follows of the sort key, and says something to the person: a name for it in the copy.
    pub(crate) key: Option<&'static str>,
    /// Attributes that are left out: secrets, their hashes, and what is there for the machinery alone. `stream.key` is `key` in `stream`.
    pub(crate) without: &'static [&'static str],
    /// The row that is copied instead, where the person's own only names it.
    pub(crate) instead: Option<fn(&Key) -> Option<Key>>,
    /// The attribute that says whose that row is; if it is somebody else's, it is left out.
    pub(crate) owner: Option<&'static str>,
    /// The attribute that names somebody else: a row about somebody whom a block keeps apart from the person is left out.
    pub(crate) about: Option<(&'static str, Keeps)>,
}

/// Which blocks keep two people apart.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keeps {
    /// Every block, also what deleting a friend leaves behind.
    AnyBlock,
    /// Those that somebody has made as such.
    MadeBlock,
}

/// The ids of those whom a block keeps apart from somebody, whoever of the two has made it.
#[derive(Debug, Default)]
pub(crate) struct Apart {
    /// By any block.
    pub(crate) any: BTreeSet<String>,
    /// By one that was made as such.
    pub(crate) made: BTreeSet<String>,
}

impl Sheet {
    /// All rows whose sort keys begin so, whole.
    pub(crate) const fn of(name: &'static str, table: Table, prefix: &'static str) -> Self {
        Self { name, table, prefix, key: None, without: &[], instead: None, owner: None, about: None }
    }

    /// With what follows of the sort key under this name.
    pub(crate) const fn keyed(self, name: &'static str) -> Self {
        Self { key: Some(name), ..self }
    }

    /// Without these attributes.
    pub(crate) const fn without(self, attributes: &'static [&'static str]) -> Self {
        Self { without: attributes, ..self }
    }

    /// With the rows that these name in their place.
    pub(crate) const fn instead(self, named: fn(&Key) -> Option<Key>) -> Self {
        Self { instead: Some(named), ..self }
    }

    /// With those alone of which this attribute says that they are the person's.
    pub(crate) const fn owned_by(self, attribute: &'static str) -> Self {
        Self { owner: Some(attribute), ..self }
    }

    /// Without those about whom this attribute names, if a block keeps the two apart.
    pub(crate) const fn about(self, attribute: &'static str, keeps: Keeps) -> Self {
        Self { about: Some((attribute, keeps)), ..self }
    }

    /// What they are called in the copy.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it is about rows with this key, which lie in a person's partition.
    #[must_use]
    pub fn covers(&self, table: Table, sk: &str) -> bool {
        self.table == table && sk.starts_with(self.prefix)
    }

    fn row(&self, owner: &Owner<'_>, own: &Key, item: Item) -> Result<Option<Value>, Error> {
        let whose = self.owner.map(|attribute| item.get(attribute) == Some(&text(owner.uid.as_str())));
        let apart = |(attribute, keeps): (&str, Keeps)| {
            let Some(Ok(other)) = item.get(attribute).map(AttributeValue::as_s) else { return false };
            match keeps {
                Keeps::AnyBlock => owner.apart.any.contains(other),
                Keeps::MadeBlock => owner.apart.made.contains(other),
            }
        };
        if whose == Some(false) || self.about.is_some_and(apart) {
            return Ok(None);
        }
        let mut row: Map<String, Value> = serde_dynamo::from_item(item).map_err(Error::internal)?;
        for left in NEVER.iter().chain(self.without) {
            match left.split_once('.') {
                None => drop(row.remove(*left)),
                Some((outer, inner)) => {
                    row.get_mut(outer).and_then(Value::as_object_mut).map(|outer| outer.remove(inner));
                }
            }
        }
        if let (Some(name), Some(rest)) = (self.key, own.sk.strip_prefix(self.prefix)) {
            row.insert(name.to_owned(), rest.into());
        }
        Ok(Some(Value::Object(row)))
    }
}

/// Whose rows are read.
pub(crate) struct Owner<'a> {
    pub(crate) uid: &'a UserId,
    pub(crate) apart: &'a Apart,
}

/// A page of rows, and where the next begins.
pub(crate) type Page = (Vec<Value>, Option<Item>);

impl Store {
    /// A page of somebody's rows, from where the one before has ended. One round, two where other rows are read instead.
    pub(crate) async fn sheet(&self, owner: &Owner<'_>, sheet: &Sheet, from: Option<Item>) -> Result<Page, Error> {
        let query = self
            .client
            .query()
            .table_name(self.table(sheet.table))
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(keys::partition(owner.uid)))
            .expression_attribute_values(":prefix", text(sheet.prefix))
            .consistent_read(true)
            .limit(PAGE)
            .set_exclusive_start_key(from);
        let page = query.send().await.map_err(fault)?;
        let items = page.items.unwrap_or_default();
        let own = items.iter().map(|item| keys::of(sheet.table, item)).collect::<Result<Vec<_>, _>>()?;
        let mut rows = Vec::new();
        match sheet.instead {
            None => {
                for (own, item) in own.iter().zip(items) {
                    rows.extend(sheet.row(owner, own, item)?);
                }
            }
            Some(named) => {
                let named: Vec<_> = own.iter().map(named).collect();
                let wanted: Vec<_> = named.iter().flatten().cloned().collect();
                let mut found = self.get_many(&wanted).await?;
                for (own, named) in own.iter().zip(&named) {
                    if let Some(item) = named.as_ref().and_then(|named| found.take(named)) {
                        rows.extend(sheet.row(owner, own, item)?);
                    }
                }
            }
        }
        Ok((rows, page.last_evaluated_key))
    }
}
