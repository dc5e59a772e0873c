//! DynamoDB, and the only code that names an attribute.
//!
//! This module holds the craft that every aggregate uses: reading many items in a round, conditional writes that hand
//! back the item which refused, transactions that say which part refused and that ride out conflicts. One file per
//! aggregate holds its items.

mod batch;
mod expression;
pub mod keys;

pub mod accounts;
pub mod devices;
pub mod erasure;
pub mod guests;
pub mod lights;
pub mod limits;
pub mod media;
pub mod profiles;
pub mod questions;

pub use expression::Condition;
pub use keys::{Key, Table};

use crate::{Config, error::Error};
use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::{
        delete_item::DeleteItemError, put_item::PutItemError, transact_write_items::TransactWriteItemsError,
        update_item::UpdateItemError,
    },
    types::{
        AttributeValue, CancellationReason, ConditionCheck, Delete, Put, ReturnValue,
        ReturnValuesOnConditionCheckFailure as OnRefusal, TransactWriteItem, Update as TransactUpdate,
    },
};
use expression::{Changes, Placeholders};
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::HashMap, time::Duration};

/// An item as DynamoDB gives it.
pub type Item = HashMap<String, AttributeValue>;

/// How long a transaction that meets others at the same items is tried again.
const CONFLICT_PATIENCE: Duration = Duration::from_secs(2);

/// The tables.
#[derive(Clone, Debug)]
pub struct Store {
    client: Client,
    users: String,
    lights: String,
}

/// What became of a conditional write.
#[derive(Debug)]
pub enum Written {
    /// It happened. Holds the item afterwards where an update was asked for it.
    Done(Item),
    /// The condition did not hold. Holds the item as it is, empty when there is none.
    Refused(Item),
}

/// What became of a transaction.
#[derive(Debug)]
pub enum Transacted {
    /// All of it happened.
    Done,
    /// Nothing of it happened: the part at `part` refused (the first of them), because of `item` (empty: none there).
    Refused {
        /// Position in the list of writes.
        part: usize,
        /// The item as it is.
        item: Item,
    },
}

/// An update of one item, made attribute by attribute.
#[derive(Clone, Debug)]
pub struct Update {
    key: Key,
    changes: Changes,
    condition: Option<Condition>,
}

impl Update {
    /// Changes nothing yet.
    #[must_use]
    pub fn of(key: Key) -> Self {
        Self { key, changes: Changes::default(), condition: None }
    }

    /// Sets an attribute.
    #[must_use]
    pub fn set(mut self, attribute: &'static str, value: AttributeValue) -> Self {
        self.changes.set(attribute, value);
        self
    }

    /// Sets an attribute if there is a value; otherwise leaves it.
    #[must_use]
    pub fn set_some(self, attribute: &'static str, value: Option<AttributeValue>) -> Self {
        match value {
            Some(value) => self.set(attribute, value),
            None => self,
        }
    }

    /// Sets an attribute that is not there yet.
    #[must_use]
    pub fn set_if_absent(mut self, attribute: &'static str, value: AttributeValue) -> Self {
        self.changes.set_if_absent(attribute, value);
        self
    }

    /// Adds to a number (absent counts as 0) or members to a set.
    #[must_use]
    pub fn add(mut self, attribute: &'static str, value: AttributeValue) -> Self {
        self.changes.add(attribute, value);
        self
    }

    /// Removes an attribute.
    #[must_use]
    pub fn remove(mut self, attribute: &'static str) -> Self {
        self.changes.remove(attribute);
        self
    }

    /// Takes members out of a set.
    #[must_use]
    pub fn delete(mut self, attribute: &'static str, members: AttributeValue) -> Self {
        self.changes.delete(attribute, members);
        self
    }

    /// Only if this holds, and whatever was asked for before.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(match self.condition.take() {
            None => condition,
            Some(before) => before.and(condition),
        });
        self
    }
}

/// One part of a transaction.
#[derive(Clone, Debug)]
pub enum Write {
    /// Puts a whole item.
    Put(Key, Item, Option<Condition>),
    /// Updates an item.
    Update(Update),
    /// Deletes an item.
    Delete(Key, Option<Condition>),
    /// Writes nothing, but the condition must hold.
    Check(Key, Condition),
}

impl From<Update> for Write {
    fn from(update: Update) -> Self {
        Self::Update(update)
    }
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

/// The value of an item. An item that does not fit is our fault, not the caller's.
pub(crate) fn value<T: DeserializeOwned>(item: Item) -> Result<T, Error> {
    serde_dynamo::from_item(item).map_err(Error::internal)
}

impl Store {
    /// The tables that the settings name.
    #[must_use]
    pub fn new(client: Client, config: &Config) -> Self {
        Self { client, users: config.users_table.clone(), lights: config.lights_table.clone() }
    }

    /// Makes a connection by reading a key that is never there. What comes of it does not matter.
    pub(crate) async fn connect(&self) {
        let nobody = Key { table: Table::Users, pk: "WARM".into(), sk: "UP".into() };
        let _ = self.get(nobody).await;
    }

    fn table(&self, table: Table) -> &str {
        match table {
            Table::Users => &self.users,
            Table::Lights => &self.lights,
        }
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

    /// Puts a whole item.
    pub(crate) async fn put(&self, key: &Key, item: Item, condition: Option<Condition>) -> Result<Written, Error> {
        let mut placeholders = Placeholders::default();
        let condition = condition.map(|condition| placeholders.condition(&condition));
        let sent = self
            .client
            .put_item()
            .table_name(self.table(key.table))
            .set_item(Some(keyed(key, item)))
            .set_condition_expression(condition)
            .set_expression_attribute_names(non_empty(placeholders.names))
            .set_expression_attribute_values(non_empty(placeholders.values))
            .return_values_on_condition_check_failure(OnRefusal::AllOld)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Written::Done(Item::new())),
            Err(SdkError::ServiceError(error)) => match error.into_err() {
                PutItemError::ConditionalCheckFailedException(refusal) => {
                    Ok(Written::Refused(refusal.item.unwrap_or_default()))
                }
                PutItemError::TransactionConflictException(_) => Err(Error::Busy),
                other => Err(service_fault(other)),
            },
            Err(other) => Err(fault(other)),
        }
    }

    /// Updates an item and gives back what it is afterwards.
    ///
    /// A transaction in progress on the same item is ridden out with a jittered back-off.
    pub(crate) async fn update(&self, update: Update) -> Result<Written, Error> {
        retrying(|| self.update_once(&update)).await
    }

    async fn update_once(&self, update: &Update) -> Result<Option<Written>, Error> {
        let mut placeholders = Placeholders::default();
        let expression = update.changes.render(&mut placeholders);
        let condition = update.condition.as_ref().map(|condition| placeholders.condition(condition));
        let sent = self
            .client
            .update_item()
            .table_name(self.table(update.key.table))
            .set_key(Some(primary(&update.key)))
            .update_expression(expression)
            .set_condition_expression(condition)
            .set_expression_attribute_names(non_empty(placeholders.names))
            .set_expression_attribute_values(non_empty(placeholders.values))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(OnRefusal::AllOld)
            .send()
            .await;
        match sent {
            Ok(output) => Ok(Some(Written::Done(output.attributes.unwrap_or_default()))),
            Err(SdkError::ServiceError(error)) => match error.into_err() {
                UpdateItemError::ConditionalCheckFailedException(refusal) => {
                    Ok(Some(Written::Refused(refusal.item.unwrap_or_default())))
                }
                UpdateItemError::TransactionConflictException(_) => Ok(None),
                other => Err(service_fault(other)),
            },
            Err(other) => Err(fault(other)),
        }
    }

    /// Deletes an item, whether it is there or not.
    pub(crate) async fn delete(&self, key: Key) -> Result<(), Error> {
        retrying(|| async {
            let sent =
                self.client.delete_item().table_name(self.table(key.table)).set_key(Some(primary(&key))).send().await;
            match sent {
                Ok(_) => Ok(Some(())),
                Err(SdkError::ServiceError(error)) => match error.into_err() {
                    DeleteItemError::TransactionConflictException(_) => Ok(None),
                    other => Err(service_fault(other)),
                },
                Err(other) => Err(fault(other)),
            }
        })
        .await
    }

    /// Writes all or nothing; at most 100 parts, no two of them on the same item.
    ///
    /// Other transactions at the same items are ridden out with a jittered back-off; nothing was written by then.
    pub(crate) async fn transact(&self, writes: Vec<Write>) -> Result<Transacted, Error> {
        let items = writes.into_iter().map(|write| self.part(write)).collect::<Result<Vec<_>, _>>()?;
        retrying(|| self.transact_once(items.clone())).await
    }

    async fn transact_once(&self, items: Vec<TransactWriteItem>) -> Result<Option<Transacted>, Error> {
        match self.client.transact_write_items().set_transact_items(Some(items)).send().await {
            Ok(_) => Ok(Some(Transacted::Done)),
            Err(SdkError::ServiceError(error)) => match error.into_err() {
                TransactWriteItemsError::TransactionCanceledException(cancelled) => {
                    refused(cancelled.cancellation_reasons())
                }
                other => Err(service_fault(other)),
            },
            Err(other) => Err(fault(other)),
        }
    }

    fn part(&self, write: Write) -> Result<TransactWriteItem, Error> {
        let mut placeholders = Placeholders::default();
        let rendered = |placeholders: &mut Placeholders, condition: Option<Condition>| {
            condition.map(|condition| placeholders.condition(&condition))
        };
        let part = TransactWriteItem::builder();
        Ok(match write {
            Write::Put(key, item, condition) => {
                let condition = rendered(&mut placeholders, condition);
                let put = Put::builder()
                    .table_name(self.table(key.table))
                    .set_item(Some(keyed(&key, item)))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(non_empty(placeholders.names))
                    .set_expression_attribute_values(non_empty(placeholders.values))
                    .return_values_on_condition_check_failure(OnRefusal::AllOld);
                part.put(put.build().map_err(Error::internal)?)
            }
            Write::Update(update) => {
                let expression = update.changes.render(&mut placeholders);
                let condition = rendered(&mut placeholders, update.condition);
                let built = TransactUpdate::builder()
                    .table_name(self.table(update.key.table))
                    .set_key(Some(primary(&update.key)))
                    .update_expression(expression)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(non_empty(placeholders.names))
                    .set_expression_attribute_values(non_empty(placeholders.values))
                    .return_values_on_condition_check_failure(OnRefusal::AllOld);
                part.update(built.build().map_err(Error::internal)?)
            }
            Write::Delete(key, condition) => {
                let condition = rendered(&mut placeholders, condition);
                let delete = Delete::builder()
                    .table_name(self.table(key.table))
                    .set_key(Some(primary(&key)))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(non_empty(placeholders.names))
                    .set_expression_attribute_values(non_empty(placeholders.values))
                    .return_values_on_condition_check_failure(OnRefusal::AllOld);
                part.delete(delete.build().map_err(Error::internal)?)
            }
            Write::Check(key, condition) => {
                let condition = placeholders.condition(&condition);
                let check = ConditionCheck::builder()
                    .table_name(self.table(key.table))
                    .set_key(Some(primary(&key)))
                    .condition_expression(condition)
                    .set_expression_attribute_names(non_empty(placeholders.names))
                    .set_expression_attribute_values(non_empty(placeholders.values))
                    .return_values_on_condition_check_failure(OnRefusal::AllOld);
                part.condition_check(check.build().map_err(Error::internal)?)
            }
        }
        .build())
    }
}

/// Runs `attempt` until it has an outcome, with full jitter between 5 ms and a doubling ceiling, for two seconds.
async fn retrying<T, F: Future<Output = Result<Option<T>, Error>>>(attempt: impl Fn() -> F) -> Result<T, Error> {
    let started = tokio::time::Instant::now();
    let mut ceiling = 20;
    loop {
        if let Some(outcome) = attempt().await? {
            return Ok(outcome);
        }
        if started.elapsed() > CONFLICT_PATIENCE {
            return Err(Error::Busy);
        }
        let wait = fastrand::u64(5..=ceiling);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        ceiling = (ceiling * 2).min(200);
    }
}

/// Which part refused; `None` when none did and only conflicts stood in the way.
fn refused(reasons: &[CancellationReason]) -> Result<Option<Transacted>, Error> {
    let code = |reason: &CancellationReason| reason.code().unwrap_or_default().to_owned();
    if let Some(part) = reasons.iter().position(|reason| code(reason) == "ConditionalCheckFailed") {
        return Ok(Some(Transacted::Refused { part, item: reasons[part].item.clone().unwrap_or_default() }));
    }
    let passing = |code: &str| matches!(code, "TransactionConflict" | "ThrottlingError");
    let passing_by = |code: &str| passing(code) || code == "ProvisionedThroughputExceeded";
    if reasons.iter().any(|reason| passing_by(&code(reason))) {
        return Ok(None);
    }
    let codes: Vec<_> = reasons.iter().map(code).collect();
    Err(Error::internal(format!("transaction cancelled: {codes:?}")))
}

fn primary(key: &Key) -> HashMap<String, AttributeValue> {
    HashMap::from([("pk".into(), text(&key.pk)), ("sk".into(), text(&key.sk))])
}

fn keyed(key: &Key, mut item: Item) -> Item {
    item.extend(primary(key));
    item
}

fn non_empty<T>(map: HashMap<String, T>) -> Option<HashMap<String, T>> {
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
            tracing::warn!(kind = %error, "DynamoDB did not answer");
            Error::Unavailable
        }
        other => Error::internal(other.to_string()),
    }
}

fn service_fault<E>(error: E) -> Error
where
    E: std::error::Error + aws_sdk_dynamodb::error::ProvideErrorMetadata + Send + Sync + 'static,
{
    match error.code() {
        Some("ThrottlingException" | "ProvisionedThroughputExceededException" | "RequestLimitExceeded") => Error::Busy,
        Some("InternalServerError" | "ServiceUnavailable") => Error::Unavailable,
        _ => Error::internal(error),
    }
}
