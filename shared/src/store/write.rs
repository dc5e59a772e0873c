//! Conditional writes and transactions, and the retries of both.

use crate::{
    error::Error,
    store::{
        Item, Store,
        expression::{Condition, Placeholders, Update},
        fault, keyed,
        keys::Key,
        non_empty, primary, service_fault,
    },
};
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure as OnRefusal;
use aws_sdk_dynamodb::types::Update as TransactUpdate;
use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{
        delete_item::DeleteItemError, put_item::PutItemError, transact_write_items::TransactWriteItemsError,
        update_item::UpdateItemError,
    },
    types::{CancellationReason, ConditionCheck, Delete, Put, ReturnValue, TransactWriteItem},
};
use futures_util::{StreamExt, TryFutureExt, TryStreamExt, stream};
use std::{ops::ControlFlow, time::Duration};

/// How long a transaction that meets others at the same items is tried again. Thirty who write about one person at
/// once need a second or two.
const CONFLICT_PATIENCE: Duration = Duration::from_secs(6);

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

impl Store {
    /// Puts a whole item. A transaction in progress on the same item is ridden out with a jittered back-off.
    pub(crate) async fn put(&self, key: &Key, item: Item, condition: Option<Condition>) -> Result<Written, Error> {
        retrying(|| self.put_once(key, item.clone(), condition.clone())).await
    }

    async fn put_once(&self, key: &Key, item: Item, condition: Option<Condition>) -> Result<Option<Written>, Error> {
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
            Ok(_) => Ok(Some(Written::Done(Item::new()))),
            Err(SdkError::ServiceError(error)) => match error.into_err() {
                PutItemError::ConditionalCheckFailedException(refusal) => {
                    Ok(Some(Written::Refused(refusal.item.unwrap_or_default())))
                }
                PutItemError::TransactionConflictException(_) => Ok(None),
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
        let expression = update.render(&mut placeholders);
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
                let expression = update.render(&mut placeholders);
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

/// Runs `attempt` until it has an outcome, with full jitter between 5 ms and a doubling ceiling, for six seconds.
pub(crate) async fn retrying<T, F: Future<Output = Result<Option<T>, Error>>>(
    attempt: impl Fn() -> F,
) -> Result<T, Error> {
    let outcome = |outcome: Option<T>| outcome.map_or(ControlFlow::Continue(()), ControlFlow::Break);
    retrying_from((), |()| attempt().map_ok(outcome)).await
}

/// The same for an attempt on something that was read: one without an outcome says what the next is made on.
pub(crate) async fn retrying_from<S, T, F: Future<Output = Result<ControlFlow<T, S>, Error>>>(
    mut read: S,
    attempt: impl Fn(S) -> F,
) -> Result<T, Error> {
    let started = tokio::time::Instant::now();
    let mut ceiling = 20;
    loop {
        match attempt(read).await? {
            ControlFlow::Break(outcome) => return Ok(outcome),
            ControlFlow::Continue(now) => read = now,
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

/// Runs writes that have nothing to do with each other, `width` at a time. Ends with the first that fails.
pub(crate) async fn side_by_side<F: Future<Output = Result<(), Error>>>(
    width: usize,
    writes: Vec<F>,
) -> Result<(), Error> {
    stream::iter(writes).buffer_unordered(width).try_collect().await
}
