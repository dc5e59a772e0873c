//! Failures on demand, as the SDK sees them.

use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::{put_item::PutItemError, transact_write_items::TransactWriteItemsError, update_item::UpdateItemError},
    types::{AttributeValue, Put, TransactWriteItem},
};
use local::{Fault, Options, World};
use std::{collections::HashMap, time::Duration};
use tokio::time::Instant;

const TABLE: &str = "UsersTable";

fn item(pk: &str) -> HashMap<String, AttributeValue> {
    let text = |value: &str| AttributeValue::S(value.into());
    HashMap::from([("pk".into(), text(pk)), ("sk".into(), text("x"))])
}

async fn world() -> World {
    World::start(Options::ephemeral().without_questions()).await.unwrap()
}

async fn put(client: &Client, pk: &str) -> Result<(), SdkError<PutItemError>> {
    client.put_item().table_name(TABLE).set_item(Some(item(pk))).send().await.map(drop)
}

async fn count(client: &Client) -> Result<i64, SdkError<UpdateItemError>> {
    let update = client.update_item().table_name(TABLE).set_key(Some(item("counter"))).update_expression("ADD n :one");
    let update = update.expression_attribute_values(":one", AttributeValue::N("1".into()));
    let output = update.return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew).send().await?;
    Ok(output.attributes.unwrap()["n"].as_n().unwrap().parse().unwrap())
}

async fn there(client: &Client, pk: &str) -> bool {
    client.get_item().table_name(TABLE).set_key(Some(item(pk))).send().await.unwrap().item.is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conflicts() {
    let world = world().await;
    let (db, faults) = (&world.clients.dynamodb, &world.faults);
    let part = |pk| {
        let put = Put::builder().table_name(TABLE).set_item(Some(item(pk))).build().unwrap();
        TransactWriteItem::builder().put(put).build()
    };
    let transaction = || db.transact_write_items().transact_items(part("a")).transact_items(part("b")).send();
    faults.strike("TransactWriteItems", 1, &Fault::Conflict);
    let TransactWriteItemsError::TransactionCanceledException(cancelled) =
        transaction().await.unwrap_err().into_service_error()
    else {
        panic!("another error")
    };
    let codes: Vec<_> = cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect();
    assert_eq!(codes, ["TransactionConflict", "None"]);
    assert!(!there(db, "a").await);
    transaction().await.unwrap();

    faults.strike("UpdateItem", 1, &Fault::Conflict);
    let error = count(db).await.unwrap_err().into_service_error();
    assert!(matches!(error, UpdateItemError::TransactionConflictException(_)), "{error:?}");
    assert_eq!(count(db).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_that_meet_at_an_item_are_cancelled_but_for_one() {
    let world = world().await;
    world.faults.transactions_take(Duration::from_millis(200));
    let transact = |keys: [&'static str; 2]| {
        let put = |key| Put::builder().table_name(TABLE).set_item(Some(item(key))).build().unwrap();
        let parts = keys.map(|key| TransactWriteItem::builder().put(put(key)).build());
        world.clients.dynamodb.transact_write_items().set_transact_items(Some(parts.into())).send()
    };
    let apart = tokio::join!(transact(["a", "b"]), transact(["c", "d"]));
    assert!(apart.0.is_ok() && apart.1.is_ok(), "{apart:?}");
    let met = tokio::join!(transact(["a", "e"]), transact(["f", "a"]), transact(["a", "g"]));
    let errors: Vec<_> = [met.0, met.1, met.2].into_iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 2);
    for error in errors {
        let error = error.into_service_error();
        assert!(matches!(error, TransactWriteItemsError::TransactionCanceledException(_)), "{error:?}");
    }
    transact(["a", "e"]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_sdk_retries() {
    let world = world().await;
    let (db, faults) = (&world.clients.dynamodb, &world.faults);
    for fault in [Fault::Throttled, Fault::Internal, Fault::Unreachable] {
        faults.strike("PutItem", 2, &fault);
        put(db, "a").await.unwrap();
        assert_eq!(faults.left("PutItem"), 0);
    }
    faults.strike("PutItem", 4, &Fault::Throttled);
    let error = put(db, "b").await.unwrap_err().into_service_error();
    assert!(matches!(error, PutItemError::ProvisionedThroughputExceededException(_)), "{error:?}");
    assert_eq!(faults.left("PutItem"), 1);
    faults.clear();
    faults.strike("PutItem", 3, &Fault::Internal);
    assert_eq!(put(db, "b").await.unwrap_err().code(), Some("InternalServerError"));
    faults.strike("PutItem", 3, &Fault::Unreachable);
    assert!(matches!(put(db, "b").await.unwrap_err(), SdkError::DispatchFailure(_)));
    assert!(!there(db, "b").await);
    // Only the operation asked for.
    faults.strike("DeleteItem", 1, &Fault::Internal);
    put(db, "c").await.unwrap();
    assert_eq!(faults.left("DeleteItem"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_lost_is_still_an_update() {
    let world = world().await;
    let db = &world.clients.dynamodb;
    world.faults.strike("UpdateItem", 1, &Fault::AnswerLost);
    assert_eq!(count(db).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delay_changes_nothing_else() {
    let world = world().await;
    let (db, faults) = (&world.clients.dynamodb, &world.faults);
    faults.strike("PutItem", 1, &Fault::Delayed(Duration::from_millis(150)));
    let started = Instant::now();
    put(db, "a").await.unwrap();
    assert!(started.elapsed() >= Duration::from_millis(150));
    assert!(there(db, "a").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_services_fail_in_their_own_words() {
    let world = world().await;
    let (s3, sns, faults) = (&world.clients.s3, &world.clients.sns, &world.faults);
    let publish = || sns.publish().phone_number("+8615172354423").message("m").send();
    faults.strike("Publish", 1, &Fault::Refused { status: 400, code: "InvalidParameter" });
    assert!(publish().await.unwrap_err().into_service_error().is_invalid_parameter_exception());
    faults.strike("Publish", 3, &Fault::Throttled);
    assert_eq!(publish().await.unwrap_err().code(), Some("Throttling"));
    faults.strike("Publish", 3, &Fault::Internal);
    assert!(publish().await.unwrap_err().into_service_error().is_internal_error_exception());
    assert!(world.outbox.all().is_empty());
    publish().await.unwrap();
    assert_eq!(world.outbox.last_to("15172354423").unwrap().message, "m");

    faults.strike("ListObjectsV2", 1, &Fault::Refused { status: 403, code: "AccessDenied" });
    let list = || s3.list_objects_v2().bucket("media").send();
    assert_eq!(list().await.unwrap_err().code(), Some("AccessDenied"));
    faults.strike("ListObjectsV2", 1, &Fault::Throttled);
    list().await.unwrap();
    assert_eq!(faults.left("ListObjectsV2"), 0);
}
