//! Conditional writes and transactions.

use crate::{
    error::Error,
    store::{
        Item, Store,
        expression::{Condition, Placeholders, Update},
        fault, keyed,
        keys::Key,
        non_empty, primary,
        retry::{Attempt, retrying},
        service_fault,
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
    /// Nothing of it happened: a part refused, the first of them if several did.
    Refused {
        /// What the part is called; [`Part::UNNAMED`] for one without a name.
        part: Part,
        /// The key of the item that it was to write or check.
        key: Key,
        /// The item as it is; empty: there is none.
        item: Item,
    },
}

impl Written {
    /// A refused condition means that what was read has changed.
    #[must_use]
    pub fn attempt(self) -> Attempt<()> {
        match self {
            Self::Done(_) => Attempt::Done(()),
            Self::Refused(_) => Attempt::Stale(()),
        }
    }
}

impl Transacted {
    /// A part that refused means that what was read has changed.
    #[must_use]
    pub fn attempt(self) -> Attempt<()> {
        match self {
            Self::Done => Attempt::Done(()),
            Self::Refused { .. } => Attempt::Stale(()),
        }
    }
}

/// The name of a part of a transaction, by which whoever wrote it knows it again when it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part(&'static str);

impl Part {
    /// A part that nobody asks for by name.
    pub const UNNAMED: Self = Self("");

    /// A name, unique in its transaction.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }
}

/// One part of a transaction.
#[derive(Clone, Debug)]
pub struct Write {
    part: Part,
    action: Action,
}

#[derive(Clone, Debug)]
enum Action {
    Put(Key, Item, Option<Condition>),
    Update(Update),
    Delete(Key, Option<Condition>),
    Check(Key, Condition),
}

impl Write {
    /// Puts a whole item.
    #[must_use]
    pub fn put(key: Key, item: Item, condition: Option<Condition>) -> Self {
        Action::Put(key, item, condition).into()
    }

    /// Deletes an item.
    #[must_use]
    pub fn delete(key: Key, condition: Option<Condition>) -> Self {
        Action::Delete(key, condition).into()
    }

    /// Writes nothing, but the condition must hold.
    #[must_use]
    pub fn check(key: Key, condition: Condition) -> Self {
        Action::Check(key, condition).into()
    }

    /// Gives the part a name.
    #[must_use]
    pub fn named(mut self, part: Part) -> Self {
        self.part = part;
        self
    }

    fn key(&self) -> &Key {
        match &self.action {
            Action::Put(key, ..) | Action::Delete(key, _) | Action::Check(key, _) => key,
            Action::Update(update) => &update.key,
        }
    }
}

impl From<Action> for Write {
    fn from(action: Action) -> Self {
        Self { part: Part::UNNAMED, action }
    }
}

impl From<Update> for Write {
    fn from(update: Update) -> Self {
        Action::Update(update).into()
    }
}

impl Store {
    /// Puts a whole item. A transaction in progress on the same item is ridden out with a jittered back-off.
    pub(crate) async fn put(&self, key: &Key, item: Item, condition: Option<Condition>) -> Result<Written, Error> {
        retrying(|| self.put_once(key, item.clone(), condition.clone())).await
    }

    async fn put_once(&self, key: &Key, item: Item, condition: Option<Condition>) -> Result<Attempt<Written>, Error> {
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
            Ok(_) => Ok(Attempt::Done(Written::Done(Item::new()))),
            Err(SdkError::ServiceError(error)) => match error.into_err() {
                PutItemError::ConditionalCheckFailedException(refusal) => {
                    Ok(Attempt::Done(Written::Refused(refusal.item.unwrap_or_default())))
                }
                PutItemError::TransactionConflictException(_) => Ok(Attempt::Stale(())),
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

    async fn update_once(&self, update: &Update) -> Result<Attempt<Written>, Error> {
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
            Ok(output) => Ok(Attempt::Done(Written::Done(output.attributes.unwrap_or_default()))),
            Err(SdkError::ServiceError(error)) => match error.into_err() {
                UpdateItemError::ConditionalCheckFailedException(refusal) => {
                    Ok(Attempt::Done(Written::Refused(refusal.item.unwrap_or_default())))
                }
                UpdateItemError::TransactionConflictException(_) => Ok(Attempt::Stale(())),
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
                Ok(_) => Ok(Attempt::Done(())),
                Err(SdkError::ServiceError(error)) => match error.into_err() {
                    DeleteItemError::TransactionConflictException(_) => Ok(Attempt::Stale(())),
                    other => Err(service_fault(other)),
                },
                Err(other) => Err(fault(other)),
            }
        })
        .await
    }

    /// Writes all or nothing; at most 100 parts, no two of them on the same item.
    ///
    /// Other transactions at the same items, and throttling, are ridden out with a jittered back-off; nothing was written by
    /// then.
    pub async fn transact(&self, writes: Vec<Write>) -> Result<Transacted, Error> {
        let parts: Vec<_> = writes.iter().map(|write| (write.part, write.key().clone())).collect();
        let items = writes.into_iter().map(|write| self.part(write)).collect::<Result<Vec<_>, _>>()?;
        retrying(|| self.transact_once(&parts, items.clone())).await
    }

    async fn transact_once(
        &self,
        parts: &[(Part, Key)],
        items: Vec<TransactWriteItem>,
    ) -> Result<Attempt<Transacted>, Error> {
        match self.client.transact_write_items().set_transact_items(Some(items)).send().await {
            Ok(_) => Ok(Attempt::Done(Transacted::Done)),
            Err(SdkError::ServiceError(error)) => match error.into_err() {
                TransactWriteItemsError::TransactionCanceledException(cancelled) => {
                    refused(parts, cancelled.cancellation_reasons())
                }
                // The service is still at this very request, whose answer was lost: another attempt finds it done.
                TransactWriteItemsError::TransactionInProgressException(_) => Ok(Attempt::Stale(())),
                other => match service_fault(other) {
                    // The SDK's own patience is shorter than that for conflicts. Nothing was written.
                    Error::Busy => Ok(Attempt::Stale(())),
                    fault => Err(fault),
                },
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
        Ok(match write.action {
            Action::Put(key, item, condition) => {
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
            Action::Update(update) => {
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
            Action::Delete(key, condition) => {
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
            Action::Check(key, condition) => {
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

/// Which part refused; stale when none did and only conflicts stood in the way.
fn refused(parts: &[(Part, Key)], reasons: &[CancellationReason]) -> Result<Attempt<Transacted>, Error> {
    let code = |reason: &CancellationReason| reason.code().unwrap_or_default().to_owned();
    let failed = parts.iter().zip(reasons).find(|(_, reason)| code(reason) == "ConditionalCheckFailed");
    if let Some(((part, key), reason)) = failed {
        let item = reason.item.clone().unwrap_or_default();
        return Ok(Attempt::Done(Transacted::Refused { part: *part, key: key.clone(), item }));
    }
    let passing = |code: &str| matches!(code, "TransactionConflict" | "ThrottlingError");
    let passing_by = |code: &str| passing(code) || code == "ProvisionedThroughputExceeded";
    if reasons.iter().any(|reason| passing_by(&code(reason))) {
        return Ok(Attempt::Stale(()));
    }
    let codes: Vec<_> = reasons.iter().map(code).collect();
    Err(Error::internal(format!("transaction cancelled: {codes:?}")))
}
