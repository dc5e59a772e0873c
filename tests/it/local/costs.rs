//! The cost headers: calls, rounds and capacity, for each request alone.

use crate::{
    passed_over::{LooksAt, passed_over},
    world::Answer,
};
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, KeysAndAttributes, Put, TransactWriteItem},
};
use axum::{Router, extract::Path, middleware, routing::get};
use futures_util::future::join_all;
use local::{
    Fault, Options, World,
    cost::{self, Cost},
};
use std::{collections::HashMap, time::Duration};

const TABLE: &str = "UsersTable";

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn key(pk: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([("pk".into(), text(pk)), ("sk".into(), text("x"))])
}

async fn read(client: &Client, pk: &str) {
    client.get_item().table_name(TABLE).set_key(Some(key(pk))).consistent_read(true).send().await.unwrap();
}

async fn write(client: &Client, pk: &str) {
    client.put_item().table_name(TABLE).set_item(Some(key(pk))).send().await.unwrap();
}

async fn world() -> World {
    World::start(Options::ephemeral().without_questions()).await.unwrap()
}

fn cost(rounds: u32, calls: u32, read_units: f64, write_units: f64) -> Cost {
    Cost { rounds, calls, read_units, write_units }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chains_and_joined_calls() {
    let world = world().await;
    let db = &world.clients.dynamodb;
    assert_eq!(cost::measured(async {}).await.1, cost(0, 0, 0.0, 0.0));
    assert_eq!(cost::measured(read(db, "a")).await.1, cost(1, 1, 1.0, 0.0));
    let two = async {
        read(db, "a").await;
        write(db, "a").await;
    };
    assert_eq!(cost::measured(two).await.1, cost(2, 2, 1.0, 1.0));
    // Often enough that a stand-in would answer too soon at least once.
    for _ in 0..100 {
        let three = async { tokio::join!(read(db, "a"), read(db, "b"), read(db, "c")) };
        assert_eq!(cost::measured(three).await.1, cost(1, 3, 3.0, 0.0));
    }
    // A short branch beside a long one.
    let branches = async {
        let chain = async {
            read(db, "a").await;
            read(db, "b").await;
            write(db, "c").await;
        };
        tokio::join!(chain, read(db, "d"));
        write(db, "e").await;
    };
    assert_eq!(cost::measured(branches).await.1, cost(4, 5, 3.0, 2.0));
    let many = async { join_all((0..60).map(|n| async move { read(db, &n.to_string()).await })).await };
    assert_eq!(cost::measured(many).await.1, cost(1, 60, 60.0, 0.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn capacity_of_every_operation() {
    if passed_over(LooksAt::Units) {
        return;
    }
    let world = world().await;
    let db = &world.clients.dynamodb;
    let batch = async {
        let keys = KeysAndAttributes::builder().keys(key("a")).keys(key("b")).build().unwrap();
        db.batch_get_item().request_items(TABLE, keys).send().await.unwrap();
    };
    assert_eq!(cost::measured(batch).await.1, cost(1, 1, 1.0, 0.0));
    let query = async {
        let query = db.query().table_name(TABLE).key_condition_expression("pk = :pk");
        query.expression_attribute_values(":pk", text("a")).send().await.unwrap();
    };
    assert_eq!(cost::measured(query).await.1, cost(1, 1, 0.5, 0.0));
    let update = async {
        let update = db.update_item().table_name(TABLE).set_key(Some(key("u"))).update_expression("ADD n :one");
        update.expression_attribute_values(":one", AttributeValue::N("1".into())).send().await.unwrap();
        db.delete_item().table_name(TABLE).set_key(Some(key("u"))).send().await.unwrap();
    };
    assert_eq!(cost::measured(update).await.1, cost(2, 2, 0.0, 2.0));
    let transaction = async {
        let put = |pk| Put::builder().table_name(TABLE).set_item(Some(key(pk))).build().unwrap();
        let part = |pk| TransactWriteItem::builder().put(put(pk)).build();
        db.transact_write_items().transact_items(part("t")).transact_items(part("u")).send().await.unwrap();
    };
    assert_eq!(cost::measured(transaction).await.1, cost(1, 1, 0.0, 4.0));
    let refused = async {
        let put = db.put_item().table_name(TABLE).set_item(Some(key("t")));
        put.condition_expression("attribute_not_exists(pk)").send().await.unwrap_err();
    };
    assert_eq!(cost::measured(refused).await.1, cost(1, 1, 0.0, 0.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_services_retries_and_calls_given_up() {
    let world = world().await;
    let (db, s3, sns) = (&world.clients.dynamodb, &world.clients.s3, &world.clients.sns);
    let others = async {
        sns.publish().phone_number("+8615172354423").message("m").send().await.unwrap();
        s3.head_bucket().bucket("media").send().await.unwrap();
    };
    assert_eq!(cost::measured(others).await.1, cost(2, 2, 0.0, 0.0));
    for _ in 0..50 {
        let joined = async {
            let put = s3.put_object().bucket("media").key("k").body(b"body".to_vec().into());
            let list = s3.list_objects_v2().bucket("media");
            let publish = sns.publish().phone_number("+8615172354423").message("m");
            let (put, list, publish, ()) = tokio::join!(put.send(), list.send(), publish.send(), read(db, "a"));
            (put.unwrap(), list.unwrap(), publish.unwrap())
        };
        assert_eq!(cost::measured(joined).await.1, cost(1, 4, 1.0, 0.0));
    }
    let signing = async {
        let life = aws_sdk_s3::presigning::PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
        s3.get_object().bucket("media").key("k").presigned(life).await.unwrap();
    };
    assert_eq!(cost::measured(signing).await.1, cost(0, 0, 0.0, 0.0));

    world.faults.strike("GetItem", 2, &Fault::Throttled);
    assert_eq!(cost::measured(read(db, "a")).await.1, cost(3, 3, 1.0, 0.0));

    world.faults.strike("GetItem", 1, &Fault::Delayed(Duration::from_secs(60)));
    let given_up = async {
        assert!(tokio::time::timeout(Duration::from_millis(50), read(db, "a")).await.is_err());
        write(db, "a").await;
    };
    assert_eq!(cost::measured(given_up).await.1, cost(2, 2, 0.0, 1.0));
}

/// `/sequential/joined`: so many calls one after the other, then so many at once.
fn routes(client: Client) -> Router {
    let handler = move |Path((sequential, joined)): Path<(u32, u32)>| async move {
        for n in 0..sequential {
            write(&client, &n.to_string()).await;
        }
        join_all((0..joined).map(|n| {
            let client = client.clone();
            async move { read(&client, &n.to_string()).await }
        }))
        .await;
    };
    Router::new().route("/{sequential}/{joined}", get(handler)).layer(middleware::from_fn(cost::headers))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_requests_at_once_are_told_apart() {
    let world = world().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(axum::serve(listener, routes(world.clients.dynamodb.clone())).into_future());
    let client = reqwest::Client::new();
    let requests = (0..50u32).map(|n| {
        let (sequential, joined) = (n % 4, n % 5);
        let client = client.clone();
        async move {
            for _ in 0..4 {
                let url = format!("http://{address}/{sequential}/{joined}");
                let answer = Answer::of(client.get(url).send().await.unwrap()).await;
                let found =
                    ["rounds", "calls", "rru", "wru"].map(|name| answer.headers[&format!("x-cost-{name}")].clone());
                let rounds = sequential + joined.min(1);
                let wanted = [rounds, sequential + joined, joined, sequential].map(|number| number.to_string());
                assert_eq!(found, wanted, "{sequential} in a row, {joined} at once");
            }
        }
    });
    join_all(requests).await;
    server.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_counts_outside_of_a_request() {
    let world = world().await;
    let ((), inside) = cost::measured(async {
        let db = world.clients.dynamodb.clone();
        // A task of its own is nobody's.
        tokio::spawn(async move { read(&db, "a").await }).await.unwrap();
    })
    .await;
    assert_eq!(inside, Cost::default());
    read(&world.clients.dynamodb, "a").await;
}
