//! Receipts: what they are good for, and how they are issued.

use super::{id, sandbox};
use crate::{
    passed_over::{LooksAt, passed_over},
    world::{Api, Person},
};
use local::{Fault, Options, tasks::Task};
use shared::{
    Config, Error,
    config::{RefillMode, Wallet},
    values::Yuan,
    wallet::VALID,
};

async fn one() -> (Api, Person) {
    let api = Api::start().await;
    let ann = api.crowd(1, "female").await.remove(0);
    (api, ann)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_is_good_once_and_for_its_amount() {
    let (api, ann) = one().await;
    let receipt = api.receipt(Yuan::Fifty).await;
    assert!(matches!(api.refill(&ann, Yuan::Fifty, None, None).await, Err(Error::ReceiptMissing)));
    for unknown in ["", "x", &"0".repeat(32), &format!("{receipt} "), &receipt.to_uppercase()] {
        let refused = api.refill(&ann, Yuan::Fifty, Some(unknown), None).await;
        assert!(matches!(refused, Err(Error::ReceiptUnknown)), "{unknown}: {refused:?}");
    }
    for other in [Yuan::Ten, Yuan::Hundred] {
        assert!(matches!(api.refill(&ann, other, Some(&receipt), id("r")).await, Err(Error::ReceiptMismatch)));
    }
    assert_eq!(api.coins(&ann).await, 0);
    // It was kept, and the id too.
    assert_eq!(api.refill(&ann, Yuan::Fifty, Some(&receipt), id("r")).await.unwrap().coins, 50);
    assert_eq!(api.refill(&ann, Yuan::Fifty, Some(&receipt), id("r")).await.unwrap().coins, 50);
    for yuan in Yuan::ALL {
        assert!(matches!(api.refill(&ann, yuan, Some(&receipt), None).await, Err(Error::ReceiptUsed)));
    }
    let books = api.books().await;
    books.are_true();
    assert_eq!(books.issued(), 50);
    assert!(!format!("{:?}", books.rows).contains(&receipt), "only its hash is stored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_is_good_for_a_year() {
    for (age, good) in [(VALID - 60, true), (VALID, false)] {
        let api = Api::start().await;
        let receipt = api.receipt(Yuan::Ten).await;
        api.advance(u32::try_from(age).unwrap());
        let ann = api.crowd(1, "female").await.remove(0);
        let refilled = api.refill(&ann, Yuan::Ten, Some(&receipt), None).await;
        assert_eq!(refilled.is_ok(), good, "{refilled:?}");
        assert!(good || matches!(refilled, Err(Error::ReceiptUnknown)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_yuan_is_worth_what_the_deployment_says() {
    let api = Api::with(Options::ephemeral().config(|config| config.wallet.coins_per_yuan = 7)).await;
    let ann = api.crowd(1, "female").await.remove(0);
    let receipt = api.receipt(Yuan::Hundred).await;
    assert_eq!(api.refill(&ann, Yuan::Hundred, Some(&receipt), None).await.unwrap().coins, 700);
    let sandbox = sandbox().await;
    let bob = sandbox.crowd(1, "male").await.remove(0);
    assert_eq!(sandbox.refill(&bob, Yuan::Ten, None, None).await.unwrap().coins, 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_outlasts_a_refill_that_failed() {
    let (api, ann) = one().await;
    let receipt = api.receipt(Yuan::Ten).await;
    api.world.faults.strike("TransactWriteItems", 3, &Fault::Internal);
    assert!(api.refill(&ann, Yuan::Ten, Some(&receipt), None).await.is_err());
    assert_eq!(api.refill(&ann, Yuan::Ten, Some(&receipt), None).await.unwrap().coins, 10);
    // Carried out, and nobody ever hears of it from the table: what is stored says so.
    let receipt = api.receipt(Yuan::Ten).await;
    for request in [None, id("r")] {
        let coins = api.coins(&ann).await;
        let receipt = if request.is_some() { api.receipt(Yuan::Ten).await } else { receipt.clone() };
        api.world.faults.strike("TransactWriteItems", 3, &Fault::AnswerLost);
        assert_eq!(api.refill(&ann, Yuan::Ten, Some(&receipt), request).await.unwrap().coins, coins + 10);
        assert_eq!((api.world.faults.left("TransactWriteItems"), api.coins(&ann).await), (0, coins + 10));
        api.world.faults.clear();
    }
    api.books().await.are_true();
}

#[test]
fn coins_for_the_asking_are_impossible_in_prod() {
    let declared = ["STAGE", "REFILL_MODE", "COINS_PER_YUAN"];
    let read = |stage: &str, mode: &str, rate: &str| {
        let value = |name: &str| match name {
            "STAGE" => Some(stage.to_owned()),
            "REFILL_MODE" => Some(mode.to_owned()),
            _ => Some(rate.to_owned()),
        };
        Config::read(&declared, &value).map(|config| Wallet::clone(&config.wallet))
    };
    for stage in ["local", "dev", "staging", "prod"] {
        let sandbox = read(stage, "sandbox", "");
        assert_eq!(sandbox.is_ok(), stage != "prod", "{stage}");
        assert!(sandbox.is_ok_and(|wallet| wallet.refill_mode == RefillMode::Sandbox) || stage == "prod");
        let default = read(stage, "", "").unwrap();
        assert_eq!((default.refill_mode, default.coins_per_yuan), (RefillMode::Receipt, 1));
    }
    assert!(read("dev", "free", "").is_err());
    assert_eq!(read("prod", "receipt", "1000000").unwrap().coins_per_yuan, 1_000_000);
    for rate in ["0", "1000001", "-1", "1.5", "x"] {
        assert_eq!(read("dev", "receipt", rate).unwrap_err().variable, "COINS_PER_YUAN", "{rate}");
    }
    // A function that does not know its stage takes itself for prod.
    let sandbox = Config::read(&["REFILL_MODE"], &|_| Some("sandbox".to_owned()));
    assert_eq!(sandbox.unwrap_err().variable, "REFILL_MODE");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_local_server_issues_receipts() {
    let (api, ann) = one().await;
    let issue = async |body: &str| api.bytes("/_local/receipts", None, body.to_owned()).await;
    for (amount, yuan) in [(10, Yuan::Ten), (50, Yuan::Fifty), (100, Yuan::Hundred)] {
        let issued = issue(&format!("{{\"amount\":{amount}}}")).await;
        assert_eq!(issued.status, 200, "{issued:?}");
        let body = issued.json();
        assert_eq!(body.as_object().unwrap().len(), 1);
        let receipt = body["receipt"].as_str().unwrap();
        assert!(receipt.len() == 32 && receipt.bytes().all(|byte| byte.is_ascii_hexdigit()), "{receipt}");
        api.refill(&ann, yuan, Some(receipt), None).await.unwrap();
    }
    assert_eq!(api.coins(&ann).await, 160);
    for body in
        ["", "{}", "10", "[10]", r#"{"amount":0}"#, r#"{"amount":11}"#, r#"{"amount":-10}"#, r#"{"amount":"10"}"#]
    {
        assert_eq!(issue(body).await.status, 400, "{body}");
    }
    for body in [r#"{"amount":10.5}"#, r#"{"amount":null}"#, r#"{"amount":10,"more":1}"#] {
        assert_eq!(issue(body).await.status, 400, "{body}");
    }
    assert_eq!(api.get("/_local/receipts").await.status, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_issues_receipts_in_a_stack() {
    let (api, ann) = one().await;
    let Ok(Task::Receipt(asked)) = Task::parse(&["receipt", "50"]) else { panic!("a receipt") };
    let deployed = api.operator_of_a_deployed_stack(asked.task).await.unwrap();
    for (receipt, yuan) in [(api.operator(&["receipt", "100"]).await.unwrap(), Yuan::Hundred), (deployed, Yuan::Fifty)]
    {
        api.refill(&ann, yuan, Some(receipt.trim_end()), None).await.unwrap();
    }
    assert_eq!(api.coins(&ann).await, 150);
    assert!(Task::parse(&["receipt", "20"]).is_err());
}

/// A server says where its stand-ins are, and where none answers that is said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_asks_the_server_of_a_port() {
    if passed_over(LooksAt::StandIn) {
        return;
    }
    let (api, ann) = one().await;
    let port = |url: &str| url.rsplit_once(':').unwrap().1.to_owned();
    let issue = async |port: &str| {
        let mut out = Vec::new();
        let done = Task::parse(&["receipt", "10", "--port", port]).unwrap().run(None, &mut out).await;
        done.map(|()| String::from_utf8(out).unwrap())
    };
    let issued = issue(&port(&api.world.url)).await.unwrap();
    api.refill(&ann, Yuan::Ten, Some(issued.trim_end()), None).await.unwrap();
    let other = port(&api.world.endpoints.dynamodb);
    let refused = issue(&other).await.unwrap_err();
    assert!(refused.to_string().starts_with(&format!("no server answers at port {other}: ")), "{refused}");
    assert_eq!(refused.exit_code(), 1);
}
