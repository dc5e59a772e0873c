//! DynamoDB: items, conditions, transactions. It knows no capability; each room's `rows.rs` names the attributes of its
//! own items.
//!
//! | module | what it holds |
//! |---|---|
//! | this one | the tables, one item, attributes as values, faults |
//! | `batch` | many items in a round, a partition |
//! | `write` | conditional writes that hand back the item which refused; transactions that say which part refused |
//! | `retry` | attempts that are made again while others are at the same items; writes side by side |
//! | `sheet` | rows of a person as JSON |
//! | `expression` | conditions and updates as values |
//! | [`keys`] | every key |

mod batch;
mod expression;
pub mod keys;
mod retry;
mod sheet;
mod write;

pub(crate) use batch::{Found, pages};
pub use expression::{Condition, Update};
pub use keys::{Key, Table};
pub use retry::Attempt;
pub(crate) use retry::{retrying, retrying_for, retrying_from, retrying_from_for, side_by_side};
pub use sheet::Sheet;
pub(crate) use sheet::{Apart, Keeps, Owner};
pub use write::{Part, Transacted, Write, Written};

use crate::{
    config::{Config, Tables},
    error::{Error, causes},
};
use aws_sdk_dynamodb::{Client, error::SdkError, types::AttributeValue};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashMap;

/// An item as DynamoDB gives it.
pub type Item = HashMap<String, AttributeValue>;

/// The tables.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) client: Client,
    tables: Tables,
}

/// A string attribute.
#[must_use]
pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute.
#[must_use]
pub fn number(value: impl Into<i64>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}

/// A set of one string.
#[must_use]
pub fn member(value: impl Into<String>) -> AttributeValue {
    AttributeValue::Ss(vec![value.into()])
}

/// The item of a serialisable value. `kind` goes into the attribute `type`.
pub(crate) fn item<T: Serialize>(kind: &'static str, value: &T) -> Result<Item, Error> {
    let mut item: Item = serde_dynamo::to_item(value).map_err(Error::internal)?;
    item.insert("type".into(), text(kind));
    Ok(item)
}

/// A serialisable value as one attribute.
pub(crate) fn nested<T: Serialize>(value: &T) -> Result<AttributeValue, Error> {
    serde_dynamo::to_attribute_value(value).map_err(Error::internal)
}

/// The value of an item. An item that does not fit is our fault, not the caller's.
pub(crate) fn value<T: DeserializeOwned>(item: Item) -> Result<T, Error> {
    serde_dynamo::from_item(item).map_err(Error::internal)
}

impl Store {
    /// The tables that the settings name.
    #[must_use]
    pub fn new(client: Client, config: &Config) -> Self {
        Self { client, tables: config.tables.clone() }
    }

    /// Makes a connection by reading a key that is never there. What comes of it does not matter.
    pub(crate) async fn connect(&self) {
        let _ = self.get(keys::nothing()).await;
    }

    pub(crate) fn table(&self, table: Table) -> &str {
        self.tables.name(table)
    }

    /// One item, strongly consistent.
    pub(crate) async fn get(&self, key: Key) -> Result<Option<Item>, Error> {
        let output = self
            .client
            .get_item()
            .table_name(self.table(key.table))
            .set_key(Some(primary(&key)))
            .consistent_read(true)
            .send()
            .await
            .map_err(fault)?;
        Ok(output.item)
    }

    /// One item as a value.
    pub(crate) async fn get_as<T: DeserializeOwned>(&self, key: Key) -> Result<Option<T>, Error> {
        self.get(key).await?.map(value).transpose()
    }
}

pub(crate) fn primary(key: &Key) -> HashMap<String, AttributeValue> {
    HashMap::from([("pk".into(), text(&key.pk)), ("sk".into(), text(&key.sk))])
}

pub(crate) fn keyed(key: &Key, mut item: Item) -> Item {
    item.extend(primary(key));
    item
}

pub(crate) fn non_empty<T>(map: HashMap<String, T>) -> Option<HashMap<String, T>> {
    (!map.is_empty()).then_some(map)
}

/// A fault of the service or of the way to it. The SDK has retried what is worth it by then.
pub(crate) fn fault<E>(error: SdkError<E>) -> Error
where
    E: std::error::Error + aws_sdk_dynamodb::error::ProvideErrorMetadata + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(error) => service_fault(error.into_err()),
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            tracing::warn!(cause = causes(&error), "DynamoDB did not answer");
            Error::Unavailable
        }
        other => Error::internal(causes(&other)),
    }
}

pub(crate) fn service_fault<E>(error: E) -> Error
where
    E: std::error::Error + aws_sdk_dynamodb::error::ProvideErrorMetadata + Send + Sync + 'static,
{
    match error.code() {
        Some("ThrottlingException" | "ProvisionedThroughputExceededException" | "RequestLimitExceeded") => Error::Busy,
        Some("InternalServerError" | "ServiceUnavailable") => Error::Unavailable,
        _ => Error::internal(error),
    }
}
