//! Coins (`docs/dialects/live.md#coins`).

use super::client::Way;
use crate::world::{Answer, Api};
use local::Options;
use serde_json::{Value, json};
use shared::config::RefillMode;

const ANN: &str = "13800000001";
const BOB: &str = "13800000002";
const REFUSED: &str = r#"{"result":"0013","message":"update failed"}"#;

/// Two people with wallets.
struct Two {
    api: Api,
    way: Way,
    ann: String,
    bob: String,
}

impl Two {
    async fn with(way: Way, mode: RefillMode) -> Self {
        let options = Options::ephemeral().config(move |config| config.wallet.refill_mode = mode);
        let api = Api::with(options).await;
        api.account(ANN, "Ann").await;
        api.account(BOB, "Bob").await;
        let (ann, bob) = (api.live_token(ANN).await, api.live_token(BOB).await);
        Self { api, way, ann, bob }
    }

    async fn golden(&self, token: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = [fields, &[("token", token)]].concat();
        self.api.live_by(self.way, "/golden", &fields).await
    }

    async fn refill(&self, token: &str, money: &str) -> Answer {
        self.golden(token, &[("refill", "1"), ("money", money)]).await
    }

    async fn give(&self, token: &str, value: &str, to: &str) -> Answer {
        self.golden(token, &[("send_gift", "1"), ("value", value), ("object", to), ("description", "rose")]).await
    }

    async fn coins(&self, token: &str) -> i64 {
        self.golden(token, &[("balance", "1")]).await.message()["coins"].as_i64().unwrap()
    }

    async fn both(&self) -> (i64, i64) {
        (self.coins(&self.ann).await, self.coins(&self.bob).await)
    }

    async fn receipt(&self, amount: u32) -> String {
        let answer = self.api.http.post(self.api.url("/_local/receipts")).json(&json!({"amount": amount}));
        let body: Value = answer.send().await.unwrap().json().await.unwrap();
        body["receipt"].as_str().unwrap().to_owned()
    }
}

async fn coins_are_bought_and_given(way: Way) {
    let two = Two::with(way, RefillMode::Sandbox).await;
    two.golden(&two.ann, &[("balance", "1")]).await.is(200, r#"{"result":"0000","message":{"coins":0}}"#);
    two.refill(&two.ann, "10").await.is(200, r#"{"result":"0000","message":null,"coins":10}"#);
    for money in ["11", "0", "-10", "abc", "", "10.0", "1e1", "+10", "010", "10元元"] {
        two.refill(&two.ann, money).await.is(200, REFUSED);
    }
    two.give(&two.ann, "4", BOB).await.is(200, r#"{"result":"0000","message":null,"coins":6}"#);
    assert_eq!(two.both().await, (6, 4));
    for value in ["7", "-1", "0", "1.5", "1e3", "1000001", "10000000", "01", "+1", " 1", ""] {
        two.give(&two.ann, value, BOB).await.is(200, REFUSED);
    }
    for to in [ANN, "13899999999", "1380000000", ""] {
        two.give(&two.ann, "1", to).await.is(200, REFUSED);
    }
    let long = "长".repeat(201);
    for description in ["", &long] {
        let fields = [("send_gift", "1"), ("value", "1"), ("object", BOB), ("description", description)];
        two.golden(&two.ann, &fields).await.is(200, REFUSED);
    }
    assert_eq!(two.both().await, (6, 4));
    let gifts = futures_util::future::join_all((0..20).map(|_| two.give(&two.ann, "1", BOB))).await;
    assert_eq!(gifts.iter().filter(|gift| gift.code() == "0000").count(), 6);
    assert_eq!(two.both().await, (0, 10));
    for money in ["50", "100元", " 10 元 "] {
        assert_eq!(two.refill(&two.bob, money).await.code(), "0000", "{money}");
    }
    assert_eq!(two.both().await, (0, 170));
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_are_bought_and_given_by_form() {
    coins_are_bought_and_given(Way::Form).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_are_bought_and_given_by_query() {
    coins_are_bought_and_given(Way::Query).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_are_bought_and_given_by_multipart() {
    coins_are_bought_and_given(Way::Multipart).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_are_bought_and_given_by_json() {
    coins_are_bought_and_given(Way::Json).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_worth_its_amount_once() {
    for way in Way::ALL {
        one_receipt(way).await;
    }
}

async fn one_receipt(way: Way) {
    let two = Two::with(way, RefillMode::Receipt).await;
    let unpaid = two.refill(&two.ann, "10").await;
    unpaid.is(200, r#"{"result":"0013","message":"payment required"}"#);
    let receipt = two.receipt(50).await;
    let refill = async |token: &str, money: &str| {
        two.golden(token, &[("refill", "1"), ("money", money), ("receipt", &receipt)]).await
    };
    refill(&two.ann, "10").await.is(200, REFUSED);
    refill(&two.ann, "50").await.is(200, r#"{"result":"0000","message":null,"coins":50}"#);
    refill(&two.ann, "50").await.is(200, REFUSED);
    refill(&two.bob, "50").await.is(200, REFUSED);
    let unknown = [("refill", "1"), ("money", "10"), ("receipt", "x")];
    two.golden(&two.ann, &unknown).await.is(200, REFUSED);
    assert_eq!(two.both().await, (50, 0));
}

/// The same id with the same payload is the same request, whatever path it takes.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_an_id_happens_once() {
    let two = Two::with(Way::Form, RefillMode::Sandbox).await;
    let refill = [("refill", "1"), ("money", "10"), ("requestId", "a-1"), ("token", &two.ann)];
    for path in ["/golden", "/friend", "/golden"] {
        two.api.form(path, &refill).await.is(200, r#"{"result":"0000","message":null,"coins":10}"#);
    }
    let gift = |value: &'static str| {
        [("send_gift", "1"), ("value", value), ("object", BOB), ("description", "rose"), ("requestId", "a-2")]
    };
    for path in ["/friend", "/golden"] {
        let fields = [&gift("3")[..], &[("token", &two.ann)]].concat();
        two.api.form(path, &fields).await.is(200, r#"{"result":"0000","message":null,"coins":7}"#);
    }
    two.golden(&two.ann, &gift("4")).await.is(200, REFUSED);
    let other = [("refill", "1"), ("money", "10"), ("requestId", "a-2")];
    two.golden(&two.ann, &other).await.is(200, REFUSED);
    for id in ["a b", "a/b", &"a".repeat(65)] {
        two.golden(&two.ann, &[("refill", "1"), ("money", "10"), ("requestId", id)]).await.is(200, REFUSED);
    }
    assert_eq!(two.both().await, (7, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_are_for_who_is_signed_in() {
    let two = Two::with(Way::Form, RefillMode::Sandbox).await;
    two.golden("", &[("balance", "1")]).await.please_sign_up();
    two.refill("x.1.y", "10").await.please_sign_up();
    two.give("", "0", BOB).await.please_sign_up();
    two.golden(&two.ann, &[]).await.is(404, r#"{"result":"0006","message":"unknown operation"}"#);
}

/// A database that fails or does not answer is a refusal, and no coin is lost or doubled.
#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_database() {
    let two = Two::with(Way::Form, RefillMode::Sandbox).await;
    two.refill(&two.ann, "10").await;
    let faults = &two.api.world.faults;
    for operation in ["TransactWriteItems", "BatchGetItem"] {
        faults.strike(operation, 30, &local::Fault::Unreachable);
        two.give(&two.ann, "1", BOB).await.is(200, REFUSED);
        faults.clear();
        assert_eq!(two.both().await, (10, 0));
    }
    // Carried out, and the answer lost on its way: done once.
    faults.strike("TransactWriteItems", 1, &local::Fault::AnswerLost);
    two.give(&two.ann, "1", BOB).await.is(200, r#"{"result":"0000","message":null,"coins":9}"#);
    assert_eq!(two.both().await, (9, 1));
    faults.strike("TransactWriteItems", 1, &local::Fault::AnswerLost);
    two.refill(&two.ann, "10").await.is(200, r#"{"result":"0000","message":null,"coins":19}"#);
    assert_eq!(two.both().await, (19, 1));
}
