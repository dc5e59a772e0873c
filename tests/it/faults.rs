//! Failures of AWS: what is ridden out, what is answered when it cannot be, and what stays as it was.

use crate::{
    lightup::LIT,
    world::{Answer, Api, Person},
};
use local::Fault;
use shared::config::Table;
use std::time::Duration;

const SERVER_ERROR: &str = "server error";
/// So many attempts the SDK makes.
const ATTEMPTS: usize = 3;

impl Api {
    fn strike(&self, operation: &str, times: usize, fault: &Fault) {
        self.world.faults.strike(operation, times, fault);
    }

    /// The failure strikes after so many calls that nothing happens to.
    fn strike_after(&self, calls: usize, operation: &str, fault: &Fault) {
        self.strike(operation, calls, &Fault::Delayed(Duration::ZERO));
        self.strike(operation, 1, fault);
    }

    /// That all failures have struck.
    #[track_caller]
    fn all_struck(&self, operation: &str) {
        assert_eq!(self.world.faults.left(operation), 0, "{operation} was not called so often");
    }

    /// A request of which one call is carried out without an answer, after so many that are answered. It succeeds.
    async fn unanswered(&self, operation: &str, calls: usize, request: impl Future<Output = Answer>) -> Answer {
        self.strike_after(calls, operation, &Fault::AnswerLost);
        let answer = request.await;
        self.all_struck(operation);
        assert_eq!(answer.status, 200, "{operation}: {answer:?}");
        answer
    }

    async fn refresh(&self, who: &Person) -> Answer {
        self.signed(who, "account/refresh_access_token", &[]).await
    }

    async fn login_with(&self, who: &Person, kind: &str, secret: &str) -> Answer {
        let fields = [("phone_number", &*who.phone), ("login_type", kind), (kind, secret)];
        self.form("/v1/account/login", &fields).await
    }

    /// That the token of an answer works.
    async fn works(&self, who: &Person, answer: &Answer) -> Person {
        let token = answer.data()["access_token"].as_str().unwrap().to_owned();
        let who = Person { token, ..who.clone() };
        assert_eq!(self.signed(&who, "procedure/get_message", &[]).await.status, 200);
        who
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_meets_others_is_tried_again() {
    let api = Api::start().await;
    let (who, target) = (&api.candidates(1, "male").await[0], &api.crowd(1, "female").await[0]);
    for (order, times) in [(1, 1), (3, 2)] {
        api.strike("TransactWriteItems", times, &Fault::Conflict);
        api.light(who, &target.id, order, true).await.is(200, LIT);
        api.all_struck("TransactWriteItems");
    }
    assert_eq!(api.received(target).await, [1, 0, 1]);
    // Throttling that outlasts the SDK's attempts.
    api.strike("TransactWriteItems", 3 * ATTEMPTS, &Fault::Throttled);
    api.light(who, &target.id, 1, false).await.is(200, LIT);
    api.all_struck("TransactWriteItems");
    assert_eq!(api.received(target).await, [0, 0, 1]);
    // A single write meets a transaction too.
    api.strike("UpdateItem", 2, &Fault::Conflict);
    let refreshed = api.refresh(who).await;
    api.all_struck("UpdateItem");
    api.works(who, &refreshed).await;
    let phone = "15172354423";
    api.strike("UpdateItem", 2, &Fault::Conflict);
    assert_eq!(api.register(phone).await.status, 200);
    api.all_struck("UpdateItem");
    api.validated(phone, "register").await;
    api.strike("PutItem", 2, &Fault::Conflict);
    api.get("/user/pic_code").await.json();
    api.all_struck("PutItem");
    api.strike("DeleteItem", 2, &Fault::Conflict);
    let deleted = api.form("/v1/account/delete_user", &[("phone_number", phone)]).await;
    assert_eq!(deleted.status, 200);
    api.all_struck("DeleteItem");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conflicts_without_end_are_an_error_that_changes_nothing() {
    let api = Api::start().await;
    let (who, target) = (&api.crowd(1, "male").await[0], &api.crowd(1, "female").await[0]);
    api.strike("TransactWriteItems", 10_000, &Fault::Conflict);
    let answer = tokio::time::timeout(Duration::from_secs(9), api.light(who, &target.id, 3, true)).await;
    answer.expect("an answer while somebody still waits for it").fails(500, SERVER_ERROR);
    api.world.faults.clear();
    assert!(api.lights_rows(who, "").await.is_empty() && api.lights_rows(target, "").await.is_empty());
    api.light(who, &target.id, 3, true).await.is(200, LIT);
    assert_eq!(api.received(target).await, [0, 0, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passing_failures_of_dynamodb_are_ridden_out() {
    let api = Api::start().await;
    let mut who = api.crowd(1, "male").await.remove(0);
    for fault in [Fault::Throttled, Fault::Internal, Fault::Unreachable] {
        api.strike("UpdateItem", ATTEMPTS - 1, &fault);
        let refreshed = api.refresh(&who).await;
        api.all_struck("UpdateItem");
        who = api.works(&who, &refreshed).await;
        api.strike("GetItem", ATTEMPTS - 1, &fault);
        api.signed(&who, "procedure/get_message", &[]).await.is(200, r#"{"data":{"logs":[]}}"#);
        api.all_struck("GetItem");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lasting_failures_of_dynamodb_are_server_errors() {
    let reads = [
        ("GetItem", "procedure/get_message"),
        ("Query", "procedure/get_message"),
        ("GetItem", "account/get_user_info"),
        ("BatchGetItem", "account/get_user_info"),
        ("Query", "procedure/get_user_id_by_love_sex"),
        ("BatchGetItem", "procedure/get_user_ids_by_love_sex"),
        ("Query", "procedure/get_random_questions"),
        ("GetItem", "procedure/log_have_seen"),
        ("BatchGetItem", "procedure/light_up"),
    ];
    for fault in [Fault::Internal, Fault::Throttled, Fault::Unreachable] {
        let api = Api::start().await;
        let (who, target) = (&api.candidates(1, "male").await[0], &api.candidates(1, "female").await[0]);
        let fields = [
            ("target_id", &*target.id),
            ("love_sex", "female"),
            ("class", "basic_info"),
            ("limit", "3"),
            ("order", "1"),
            ("light_status", "1"),
        ];
        for (operation, name) in reads {
            // Enough for calls that run side by side.
            api.strike(operation, 4 * ATTEMPTS, &fault);
            api.signed(who, name, &fields).await.fails(500, SERVER_ERROR);
            api.world.faults.clear();
        }
        api.strike("UpdateItem", ATTEMPTS, &fault);
        api.refresh(who).await.fails(500, SERVER_ERROR);
        api.all_struck("UpdateItem");
        api.signed(who, "procedure/get_message", &[]).await.is(200, r#"{"data":{"logs":[]}}"#);
        assert!(api.lights_rows(who, "").await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_sms_that_is_not_sent_is_an_error_and_a_later_one_works() {
    let api = Api::start().await;
    let phone = "15172354423";
    let register = async || api.form("/v1/account/register", &[("phone_number", phone)]).await;
    api.strike("Publish", 1, &Fault::Refused { status: 400, code: "InvalidParameter" });
    register().await.fails(500, SERVER_ERROR);
    api.strike("Publish", ATTEMPTS, &Fault::Internal);
    register().await.fails(500, SERVER_ERROR);
    api.all_struck("Publish");
    assert!(api.sms(phone).await.is_empty());
    api.strike("Publish", ATTEMPTS - 1, &Fault::Throttled);
    register().await.is(200, r#"{"status":"new a user, sms sent successfully","data":{}}"#);
    assert_eq!(api.sms(phone).await.len(), 1);
    let who = api.validated(phone, "register").await;
    assert_eq!(api.signed(&who, "procedure/get_message", &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_that_cannot_be_counted_are_closed_but_for_anonymous_devices() {
    let api = Api::start().await;
    let who = api.person("15172354423", "Tony", "male").await;
    let sent = api.sms(&who.phone).await.len();
    for (path, fields) in [
        ("/v1/account/login", vec![("login_type", "password"), ("password", "secret12")]),
        ("/v1/account/change_password_request", vec![]),
    ] {
        api.strike("UpdateItem", 100, &Fault::Internal);
        let fields = [vec![("phone_number", &*who.phone)], fields].concat();
        api.form(path, &fields).await.fails(500, SERVER_ERROR);
        api.world.faults.clear();
    }
    assert_eq!(api.sms(&who.phone).await.len(), sent);
    api.strike("UpdateItem", ATTEMPTS, &Fault::Internal);
    let registered = api.form("/v1/account/refresh_device_token_lib", &[("device_token", "a device")]).await;
    registered.is(200, r#"{"status":"update device_token successfully","data":{}}"#);
    api.all_struck("UpdateItem");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_loses_no_session() {
    let api = Api::start().await;
    let who = api.person("15172354423", "Tony", "male").await;
    let refreshed = api.unanswered("UpdateItem", 0, api.refresh(&who)).await;
    let who = api.works(&who, &refreshed).await;
    let signed_in = api.unanswered("TransactWriteItems", 0, api.login_with(&who, "password", "secret12")).await;
    let who = api.works(&who, &signed_in).await;
    // Three limits are counted before a sign-in.
    let signed_in = api.unanswered("UpdateItem", 3, api.login_with(&who, "access_token", &who.token)).await;
    api.works(&who, &signed_in).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_done_without_an_answer_is_done_once() {
    let api = Api::start().await;
    let (phone, target) = ("15172354423", &api.crowd(1, "female").await[0]);
    assert_eq!(api.form("/v1/account/register", &[("phone_number", phone)]).await.status, 200);
    api.strike("TransactWriteItems", 1, &Fault::AnswerLost);
    let who = &api.validated(phone, "register").await;
    api.all_struck("TransactWriteItems");
    let password = [("phone_number", phone), ("password", "secret12")];
    api.unanswered("TransactWriteItems", 0, api.form("/v1/account/change_password", &password)).await;
    let change = async |operation: &str, info: &str| {
        let fields = [("personal_info", info)];
        api.unanswered(operation, 0, api.signed(who, "account/change_personal_info", &fields)).await;
    };
    change("TransactWriteItems", r#"{"nickname":"Tony"}"#).await;
    change("UpdateItem", r#"{"sex":"male","location":"here"}"#).await;
    let info = api.signed(who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
    assert_eq!((&info["nickname"], &info["sex"], &info["location"]), (&"Tony".into(), &"male".into(), &"here".into()));

    api.unanswered("TransactWriteItems", 0, api.light(who, &target.id, 3, true)).await;
    assert_eq!(api.received(target).await, [0, 0, 1]);
    api.unanswered("TransactWriteItems", 0, api.light(who, &target.id, 3, false)).await;
    api.light(who, &target.id, 1, true).await.is(200, LIT);
    api.light(who, &target.id, 2, true).await.is(200, LIT);
    assert_eq!(api.received(target).await, [1, 1, 0], "two slots of two, one was given back");
    let fields = [("target_id", &*target.id)];
    api.unanswered("UpdateItem", 0, api.signed(who, "procedure/log_have_seen", &fields)).await;
    let draw = async || api.signed(who, "account/get_questions", &[("class", "basic_info")]).await;
    let drawn = api.unanswered("TransactWriteItems", 0, draw()).await;
    draw().await.is(200, &drawn.text);

    let form = api.unanswered("TransactWriteItems", 0, api.request_video(who, "value_concept")).await.data();
    api.unanswered("TransactWriteItems", 0, api.confirm(who, &form)).await;
    api.confirm(who, &form).await.fails(400, "invalid request");
    let fields = [("phone_number", phone)];
    api.unanswered("TransactWriteItems", 0, api.form("/v1/account/delete_user", &fields)).await;
    assert_eq!(api.received(target).await, [0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_that_failed_can_be_repeated() {
    let api = Api::start().await;
    let who = &api.crowd(1, "female").await[0];
    let form = api.request_video(who, "value_concept").await.data();
    assert_eq!(api.upload(&form, b"a value").await, 204);
    let play = async || {
        let fields = [("target_id", &*who.id), ("class", "value_concept"), ("file_type", "video")];
        api.signed(who, "procedure/get_media", &fields).await
    };
    for (operation, fault) in
        [("CopyObject", Fault::Internal), ("TransactWriteItems", Fault::Internal), ("GetItem", Fault::Unreachable)]
    {
        api.strike(operation, 2 * ATTEMPTS, &fault);
        api.confirm(who, &form).await.fails(500, SERVER_ERROR);
        api.world.faults.clear();
        play().await.fails(400, "No such media");
    }
    api.confirm(who, &form).await.is(200, r#"{"status":"operate successfully","data":{}}"#);
    let url = play().await.data()["save_key"].as_str().unwrap().to_owned();
    assert_eq!(api.http.get(url).send().await.unwrap().bytes().await.unwrap(), &b"a value"[..]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_died_halfway_is_taken_up() {
    let api = Api::start().await;
    let viewer = &api.candidates(1, "male").await[0];
    let steps = [("Query", 0), ("Query", 1), ("TransactWriteItems", 0), ("ListObjectsV2", 0), ("DeleteItem", 2)];
    for ((operation, after), number) in steps.into_iter().zip(0..) {
        let phone = &format!("1517235442{number}");
        let delete = async || api.form("/v1/account/delete_user", &[("phone_number", phone)]).await;
        let who = api.complete(phone, "Tony", "male").await;
        api.light(&who, &viewer.id, 3, true).await.is(200, LIT);
        api.light(viewer, &who.id, 3, true).await.is(200, LIT);
        api.strike(operation, after, &Fault::Delayed(Duration::ZERO));
        api.strike(operation, 100, &Fault::Internal);
        delete().await.fails(500, SERVER_ERROR);
        api.world.faults.clear();
        // Nobody sees any of it, whatever is still there.
        let seen = api.signed(viewer, "account/get_user_info", &[("target_id", &who.id)]).await;
        seen.fails(400, "no such user");
        api.login_with(&who, "password", "secret12").await.fails(400, "no such user");
        api.refresh(&who).await.fails(401, "You haven't logined");
        assert_eq!(api.register(phone).await.status, 409, "the number is free at the end only");
        delete().await.is(200, r#"{"status":"remove account successfully","data":{}}"#);
        assert_eq!(api.received(viewer).await, [0, 0, 0]);
        for table in [api.world.app.config.tables.name(Table::Users), api.world.app.config.tables.name(Table::Lights)] {
            for row in api.rows(table).await {
                let tombstone = row["sk"].as_s().is_ok_and(|sk| sk == "RECEIVED");
                assert!(tombstone || !format!("{row:?}").contains(&who.id), "{row:?}");
            }
        }
    }
}
