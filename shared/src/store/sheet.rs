//! Rows of a person as JSON, a page at a time, for the copy that they are given of their data.

use super::{
    Item, Store, fault,
    keys::{self, Key, Table},
    text,
};
use crate::{error::Error, values::UserId};
use serde_json::{Map, Value};

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
}

impl Sheet {
    /// All rows whose sort keys begin so, whole.
    pub(crate) const fn of(name: &'static str, table: Table, prefix: &'static str) -> Self {
        Self { name, table, prefix, key: None, without: &[], instead: None, owner: None }
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

    fn row(&self, uid: &UserId, own: &Key, item: Item) -> Result<Option<Value>, Error> {
        let whose = self.owner.map(|attribute| item.get(attribute) == Some(&text(uid.as_str())));
        if whose == Some(false) {
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

/// A page of rows, and where the next begins.
pub(crate) type Page = (Vec<Value>, Option<Item>);

impl Store {
    /// A page of somebody's rows, from where the one before has ended. One round, two where other rows are read instead.
    pub(crate) async fn sheet(&self, uid: &UserId, sheet: &Sheet, from: Option<Item>) -> Result<Page, Error> {
        let query = self
            .client
            .query()
            .table_name(self.table(sheet.table))
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(keys::partition(uid)))
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
                    rows.extend(sheet.row(uid, own, item)?);
                }
            }
            Some(named) => {
                let named: Vec<_> = own.iter().map(named).collect();
                let wanted: Vec<_> = named.iter().flatten().cloned().collect();
                let mut found = self.get_many(&wanted).await?;
                for (own, named) in own.iter().zip(&named) {
                    if let Some(item) = named.as_ref().and_then(|named| found.take(named)) {
                        rows.extend(sheet.row(uid, own, item)?);
                    }
                }
            }
        }
        Ok((rows, page.last_evaluated_key))
    }
}
