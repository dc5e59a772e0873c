//! What calls cost: rounds, as `x-cost-rounds` counts them, and units.

use crate::world::{Answer, Api};
use serde_json::json;

const ANN: &str = "13800000001";
const BOB: &str = "13800000002";

fn unit(answer: &Answer, name: &str) -> f64 {
    answer.headers[name].parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_of_each_operation() {
    let api = Api::start().await;
    api.account(ANN, "Ann").await;
    api.account(BOB, "Bob").await;
    let (ann, bob) = (api.live_token(ANN).await, api.live_token(BOB).await);
    let costs = async |rounds: u32, path: &str, fields: &[(&str, &str)]| {
        let answer = api.form(path, fields).await;
        assert_eq!(answer.code(), "0000", "{path} {fields:?}: {answer:?}");
        assert!(answer.rounds() <= rounds, "{path} {fields:?}: {} rounds", answer.rounds());
    };
    costs(3, "/log", &[("userId", ANN), ("password", "abc12345")]).await;
    costs(3, "/friend", &[("add", "1"), ("userId", BOB), ("token", &ann)]).await;
    costs(2, "/list", &[("messagelist", "1"), ("token", &bob)]).await;
    let accept = [("dealMessage", "1"), ("userId", ANN), ("behaviour", "accept"), ("token", &bob)];
    costs(3, "/friend", &accept).await;
    costs(2, "/friend", &[("search", "1"), ("userId", BOB), ("token", &ann)]).await;
    costs(2, "/list", &[("friendlist", "1"), ("token", &bob)]).await;
    costs(2, "/room", &[("live", "1"), ("token", &ann)]).await;
    costs(2, "/room", &[("live", "1"), ("token", &ann)]).await;
    costs(2, "/room", &[("leave", "1"), ("token", &ann)]).await;
    let receipt = api.http.post(api.url("/_local/receipts")).json(&json!({"amount": 10})).send().await.unwrap();
    let receipt: serde_json::Value = receipt.json().await.unwrap();
    let receipt = receipt["receipt"].as_str().unwrap();
    costs(2, "/golden", &[("refill", "1"), ("money", "10"), ("receipt", receipt), ("token", &ann)]).await;
    let gift = [("send_gift", "1"), ("value", "1"), ("object", BOB), ("description", "rose"), ("token", &ann)];
    costs(3, "/golden", &gift).await;
    costs(1, "/golden", &[("balance", "1"), ("token", &ann)]).await;
}

/// A list costs two rounds, whoever else there is: a hundred people who asked cost none more.
#[tokio::test(flavor = "multi_thread")]
async fn lists_take_two_rounds_of_any_length() {
    let api = Api::start().await;
    api.account(ANN, "Ann").await;
    let ann = api.live_token(ANN).await;
    let list = async |name: &str| {
        let answer = api.form("/list", &[(name, "1"), ("token", &ann)]).await;
        assert_eq!(answer.code(), "0000");
        answer
    };
    let empty = list("friendlist").await;
    assert_eq!((empty.rounds(), unit(&empty, "x-cost-wru")), (1, 0.0));
    for nth in 0..3 {
        let phone = format!("1380000001{nth}");
        api.account(&phone, "Someone").await;
        let token = api.live_token(&phone).await;
        for (token, other) in [(&token, ANN), (&ann, &phone)] {
            let fields = [("add", "1"), ("userId", other), ("token", token)];
            assert_eq!(api.form("/friend", &fields).await.code(), "0000");
        }
    }
    for name in ["friendlist", "messagelist"] {
        let answer = list(name).await;
        assert_eq!((answer.rounds(), unit(&answer, "x-cost-wru")), (2, 0.0), "{name}");
    }
}
