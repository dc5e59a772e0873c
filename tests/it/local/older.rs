//! The tests over an older DynamoDB: what it lacks is made up for. Here a service that plays one stands before that of another world.

use crate::world::Api;
use aws_sdk_dynamodb::{
    Client,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, ConditionCheck, Put, ReturnValuesOnConditionCheckFailure as OnRefusal, TransactWriteItem},
};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, response::IntoResponse};
use futures_util::future::join_all;
use local::{AccessKey, Elsewhere, Fault, Options, World};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The table of these tests.
const TABLE: &str = "SocialTable";

/// A DynamoDB before that of another world.
#[derive(Clone)]
struct Service {
    url: String,
    is_older: bool,
    calls: Arc<AtomicUsize>,
}

/// Answers as DynamoDB Local 1.11 does: it takes ten parts and no empty text, and does not look at a parameter that it does not know.
async fn older(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let mut body: Value = serde_json::from_slice(&body).unwrap();
    service.calls.fetch_add(1, Ordering::Relaxed);
    let large = body["TransactItems"].as_array().is_some_and(|parts| parts.len() > 10);
    let bad = [
        (large, "Member must have length less than or equal to 10"),
        (body.to_string().contains(r#"{"S":""}"#), "An AttributeValue may not contain an empty string"),
    ];
    if let Some((_, why)) = bad.into_iter().find(|(is_so, _)| *is_so && service.is_older) {
        let refused = json!({ "__type": "com.amazon.coral.validate#ValidationException", "message": why });
        return (axum::http::StatusCode::BAD_REQUEST, refused.to_string());
    }
    if service.is_older {
        body.as_object_mut().unwrap().remove("ReturnValuesOnConditionCheckFailure");
    }
    let mut sent = reqwest::Client::new().post(service.url).body(body.to_string());
    for name in ["authorization", "content-type", "x-amz-date", "x-amz-target"] {
        sent = sent.header(name, headers[name].to_str().unwrap());
    }
    let answer = sent.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// A world over an older DynamoDB, which is that of the other world.
async fn worlds() -> (Api, World) {
    let (api, other, _) = worlds_over(true).await;
    (api, other)
}

/// The same over an older or a current one, with how many calls have reached it.
async fn worlds_over(is_older: bool) -> (Api, World, Arc<AtomicUsize>) {
    let there = Options::ephemeral().without_questions().elsewhere(Elsewhere::default());
    let other = World::start(there).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dynamodb = Some(format!("http://{}", listener.local_addr().unwrap()));
    let service = Service { url: other.endpoints.dynamodb.clone(), is_older, calls: Arc::default() };
    let calls = Arc::clone(&service.calls);
    let service = Router::new().fallback(older).with_state(service);
    tokio::spawn(async move { axum::serve(listener, service).await });
    let elsewhere = Elsewhere { dynamodb, access_key: Some(AccessKey::named("tests")), ..Elsewhere::default() };
    (Api::with(Options::ephemeral().without_questions().elsewhere(elsewhere)).await, other, calls)
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// Puts an item that must not be there yet.
fn put(sk: u32, says: &str) -> TransactWriteItem {
    let put = Put::builder().table_name(TABLE).item("pk", text("p")).item("sk", text(sk.to_string()));
    let put = put.item("says", text(says)).condition_expression("attribute_not_exists(#pk) OR #says = :never");
    let put = put.expression_attribute_names("#pk", "pk").expression_attribute_names("#says", "says");
    let put = put.expression_attribute_values(":never", text("never"));
    let put = put.return_values_on_condition_check_failure(OnRefusal::AllOld).build().unwrap();
    TransactWriteItem::builder().put(put).build()
}

/// An item must be there.
fn check(sk: u32) -> TransactWriteItem {
    let check = ConditionCheck::builder().table_name(TABLE).key("pk", text("p")).key("sk", text(sk.to_string()));
    let check = check.condition_expression("attribute_exists(pk)").build().unwrap();
    TransactWriteItem::builder().condition_check(check).build()
}

/// What is said in which item, in the order of their sort keys as numbers.
async fn said(client: &Client) -> Vec<(u32, String)> {
    let found = client.query().table_name(TABLE).key_condition_expression("pk = :pk").consistent_read(true);
    let found = found.expression_attribute_values(":pk", text("p")).send().await.unwrap();
    let one = |item: &std::collections::HashMap<String, AttributeValue>| {
        (item["sk"].as_s().unwrap().parse().unwrap(), item["says"].as_s().unwrap().clone())
    };
    let mut said: Vec<_> = found.items().iter().map(one).collect();
    said.sort();
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_wants_it_gets_the_item_that_failed_a_single_write() {
    let (api, other) = worlds().await;
    let db = &api.world.clients.dynamodb;
    let key = [("pk", text("p")), ("sk", text("1"))].map(|(name, value)| (name.to_owned(), value));
    let write = |says: &str| {
        let write = db.update_item().table_name(TABLE).set_key(Some(key.clone().into()));
        let write =
            write.update_expression("SET says = :says, tries = :one").expression_attribute_values(":says", text(says));
        let write = write.expression_attribute_values(":one", AttributeValue::N("1".into()));
        let write = write.condition_expression("attribute_not_exists(pk)");
        write.return_values_on_condition_check_failure(OnRefusal::AllOld).send()
    };
    // One of several at once wins, and the others are told what it wrote.
    let written = join_all((0..6).map(|n| write(["a", "b", "c", "d", "e", "f"][n]))).await;
    let won: Vec<_> = (0..6).filter(|n| written[*n].is_ok()).map(|n| ["a", "b", "c", "d", "e", "f"][n]).collect();
    let [won] = won[..] else { panic!("{won:?}") };
    for refused in written.into_iter().filter_map(Result::err) {
        let error = refused.into_service_error();
        let aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException(error) = error
        else {
            panic!("{error:?}")
        };
        assert_eq!(error.item.unwrap()["says"], text(won));
    }
    // Codes and sessions live on that.
    let ann = api.person("15172354423", "Ann", "female").await;
    assert_eq!(
        api.form("/v1/account/login", &[("phone_number", &ann.phone), ("password", "wrong123")]).await.status,
        400
    );
    api.world.shutdown().await;
    other.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_transaction_happens_whole_or_not_at_all_and_once() {
    let (api, other) = worlds().await;
    let db = &api.world.clients.dynamodb;
    let transact = |parts: Vec<TransactWriteItem>| db.transact_write_items().set_transact_items(Some(parts)).send();
    transact(vec![put(3, "first"), put(25, "first")]).await.unwrap();
    // Two parts of thirty refuse: nothing is written, and each reason is in its part's place.
    let parts = (0..29).map(|n| put(n, "second")).chain([check(99)]).collect();
    let refused = transact(parts).await.expect_err("refused").into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(refused) = refused else { panic!("{refused:?}") };
    let reasons = refused.cancellation_reasons();
    let codes: Vec<_> = reasons.iter().map(|reason| reason.code().unwrap()).collect();
    let failed: Vec<_> = (0..30).filter(|n| codes[*n] == "ConditionalCheckFailed").collect();
    assert_eq!((failed, codes.iter().filter(|code| **code == "None").count()), (vec![3, 25, 29], 27));
    assert_eq!(reasons[25].item().unwrap()["says"], text("first"));
    assert_eq!(reasons[29].item(), None, "nobody asked for it");
    assert_eq!(said(db).await, [(3, "first".to_owned()), (25, "first".to_owned())]);
    // The answer of one that is written is lost, and the SDK sends it again.
    api.world.faults.strike("TransactWriteItems", 1, &Fault::AnswerLost);
    let parts = (30..59).map(|n| put(n, "third")).chain([check(3)]).collect();
    transact(parts).await.unwrap();
    assert_eq!(said(db).await.len(), 31);
    api.world.shutdown().await;
    other.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_text_is_one_when_it_is_read() {
    let (api, other) = worlds().await;
    let db = &api.world.clients.dynamodb;
    let key = [("pk", text("p")), ("sk", text("1"))].map(|(name, value)| (name.to_owned(), value));
    let write = |condition: &str, before: &str| {
        let write = db.put_item().table_name(TABLE).set_item(Some(key.clone().into())).item("says", text(""));
        write
            .item("all", AttributeValue::L(vec![text(""), text("x")]))
            .condition_expression(condition)
            .expression_attribute_values(":before", text(before))
            .send()
    };
    write("attribute_not_exists(pk) OR says = :before", "x").await.unwrap();
    write("says = :before", "").await.unwrap();
    write("says = :before", "x").await.expect_err("it says nothing");
    let read = db.get_item().table_name(TABLE).set_key(Some(key.clone().into())).send().await.unwrap().item.unwrap();
    assert_eq!((&read["says"], &read["all"]), (&text(""), &AttributeValue::L(vec![text(""), text("x")])));
    assert_eq!(said(db).await, [(1, String::new())]);
    api.world.shutdown().await;
    other.shutdown().await;
}

/// Of several that have one item in common one is written, all of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_transactions_come_one_after_the_other() {
    let (api, other) = worlds().await;
    let db = &api.world.clients.dynamodb;
    let transact = |begin: u32, says: &'static str| {
        let parts = (begin..begin + 14).chain([100]).map(|n| put(n, says)).collect();
        db.transact_write_items().set_transact_items(Some(parts)).send()
    };
    let written = tokio::join!(transact(0, "a"), transact(20, "b"), transact(40, "c"));
    assert_eq!([written.0.is_ok(), written.1.is_ok(), written.2.is_ok()].iter().filter(|won| **won).count(), 1);
    let said = said(db).await;
    assert_eq!((said.len(), said.iter().filter(|(_, says)| *says == said[0].1).count()), (15, 15));
    api.world.shutdown().await;
    other.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_current_service_is_used_as_it_is() {
    for (is_older, many) in [(true, 6), (false, 1)] {
        let (api, other, calls) = worlds_over(is_older).await;
        let before = calls.load(Ordering::Relaxed);
        let parts = (0..25).map(|n| put(n, "all")).collect();
        api.world.clients.dynamodb.transact_write_items().set_transact_items(Some(parts)).send().await.unwrap();
        assert_eq!(calls.load(Ordering::Relaxed) - before, many);
        api.world.shutdown().await;
        other.shutdown().await;
    }
}
