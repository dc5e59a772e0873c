//! Store review: accounts of reviewers, and apps that only they sign in to (`docs/dialects/m_user.md#store-review`).

use super::client::{Body, Device, Said};
use crate::world::Api;
use futures_util::future::join_all;
use local::tasks::{OfStack, ReviewerArguments};
use serde_json::{Value, json};
use shared::{
    App, Error, accounts,
    error::Unusable,
    values::{Dialect, Password, ReviewAccount, UserId},
};

impl Api {
    async fn reviewer(&self, account: &str, password: &str) -> Value {
        let form = json!({"account": account, "password": password}).to_string();
        let made = self.bytes("/_local/audit", Some("application/json"), form).await;
        assert_eq!(made.status, 200, "{}", made.text);
        made.json()["user_id"].clone()
    }

    /// A reviewer's sign-in by a client that has no device yet.
    async fn audit_login(&self, body: Body, form: &Value) -> Said {
        self.m_send(&Device::new("", body), self.http.post(self.url("/m_user/audit_login")), form).await
    }

    async fn under_review(&self, form: Value) {
        assert_eq!(self.bytes("/_local/review", None, form.to_string()).await.status, 200);
    }
}

fn pair(account: &str, password: &str) -> Value {
    json!({"account": account, "password": password})
}

fn is_wrong(said: &Said) {
    said.fails(401, 1102, "wrong account or password");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reviewer_is_given_a_device_where_the_deployment_lets_them_in() {
    let api = Api::start().await;
    for body in Body::BOTH {
        api.world.app.config.review.let_in(false);
        for form in [pair("Store", "abc12345"), json!({}), json!("x")] {
            api.audit_login(body, &form).await.not_found();
        }
        let id = api.reviewer("Store", "abc12345").await;
        for (form, field) in [
            (json!({}), "account"),
            (json!({"account": "Store"}), "password"),
            (json!({"password": "x"}), "account"),
            (pair("", "x"), "account"),
            (pair(&"x".repeat(65), "x"), "account"),
            (pair("Store", &"x".repeat(129)), "password"),
        ] {
            api.audit_login(body, &form).await.wrong(field);
        }
        is_wrong(&api.audit_login(body, &pair("Store", "abc12346")).await);
        is_wrong(&api.audit_login(body, &pair("Stor", "abc12345")).await);

        let said = api.audit_login(body, &pair("store", "abc12345")).await;
        let let_in = said.ok();
        let (name, user) = (let_in["device_id"].as_str().unwrap(), &let_in["user"]);
        assert!(name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        assert_eq!((&user["id"], &user["age"], &user["is_vip"]), (&id, &json!(30), &json!(false)));
        let nickname = user["nickname"].as_str().unwrap();
        assert!(!nickname.to_lowercase().contains("store"), "the name of the account is shown to nobody: {nickname}");
        assert_eq!(said.answer.headers["x-session-token"].len(), 64);
        // Each sign-in is a device of its own, and a device is a user like any other.
        let other = api.audit_login(body, &pair("STORE", "abc12345")).await.ok();
        assert_ne!(other["device_id"], let_in["device_id"]);
        for name in [&let_in["device_id"], &other["device_id"]] {
            let device = Device::new(name.as_str().unwrap(), body);
            assert_eq!(api.m_post(&device, "/m_user/login", Value::Null).await.ok()["id"], id);
            api.m_post(&device, "/m_user/feedbacks", json!({"content": "hi"})).await.done();
        }

        // Another password ends them, and the person stays.
        assert_eq!(api.reviewer("store", "xyz12345").await, id);
        let device = Device::new(name, body);
        api.m_post(&device, "/m_user/login", Value::Null).await.fails(401, 1001, "user not registered");
        api.m_get(&device, "/m_user/im_token").await.fails(401, 1001, "user not registered");
        is_wrong(&api.audit_login(body, &pair("store", "abc12345")).await);
        let again = api.audit_login(body, &pair("store", "xyz12345")).await.ok();
        let device = Device::new(again["device_id"].as_str().unwrap(), body);
        api.m_get(&device, "/m_user/im_token").await.ok();
        // A device is good for 30 days, whether it is used or not.
        api.advance(30 * 86_400 - 60);
        api.m_get(&device, "/m_user/im_token").await.ok();
        api.advance(60);
        api.m_get(&device, "/m_user/im_token").await.fails(401, 1001, "user not registered");
        api.m_post(&device, "/m_user/login", Value::Null).await.fails(401, 1001, "user not registered");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_failures_from_an_address_are_too_many() {
    let api = Api::start().await;
    api.reviewer("store", "abc12345").await;
    let log_in = |password: &'static str| async { api.audit_login(Body::Bare, &pair("store", password)).await };
    // Right ones are not counted.
    for _ in 0..4 {
        log_in("abc12345").await.ok();
    }
    let all = join_all((0..8).map(|_| log_in("wrong"))).await;
    let of = |status: u16| all.iter().filter(|said| said.answer.status == status).count();
    assert_eq!((of(401), of(429)), (5, 3));
    // The right one as well, until the window is over.
    log_in("abc12345").await.fails(429, 729, "too many requests");
    api.advance(900);
    let said = log_in("abc12345").await;
    said.ok();
    // The account and the count, the person, the device.
    assert_eq!(said.answer.rounds(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_is_reviewed_lets_reviewers_alone_sign_in() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let ann = api.person_of(&format!("dev-{body:?}-0001"), body).await;
        let nobody = Device::new(&format!("dev-{body:?}-0002"), body);
        api.reviewer("store", "abc12345").await;
        let let_in = api.audit_login(body, &pair("store", "abc12345")).await.ok();
        let reviewer = Device::new(let_in["device_id"].as_str().unwrap(), body);
        let log_in = async |device: &Device, version: Option<&str>, channel: Option<&str>| {
            let request = api.http.post(api.url("/m_user/login")).header("x-device-id", &device.name);
            let request = version.into_iter().fold(request, |it, version| it.header("x-app-version", version));
            let request = channel.into_iter().fold(request, |it, channel| it.header("x-channel-id", channel));
            api.m_send(device, request, &Value::Null).await
        };
        let only_reviewers = |said: &Said| said.fails(403, 1101, "please log in with the review account");

        api.under_review(json!({"on": true, "app_version": "iOS/1.2", "channel_id": "appstore"})).await;
        only_reviewers(&log_in(&ann, Some("iOS/1.2"), Some("appstore")).await);
        only_reviewers(&log_in(&nobody, Some("iOS/1.2"), Some("appstore")).await);
        log_in(&reviewer, Some("iOS/1.2"), Some("appstore")).await.ok();
        // Other apps go on, and so does everything but signing in.
        log_in(&ann, Some("iOS/1.2"), Some("other")).await.ok();
        log_in(&ann, Some("iOS/1.1"), Some("appstore")).await.ok();
        log_in(&ann, None, None).await.ok();
        log_in(&nobody, None, None).await.fails(401, 1001, "user not registered");
        let request = api.http.get(api.url("/m_user/im_token")).header("x-device-id", &ann.name);
        let request = request.header("x-app-version", "iOS/1.2").header("x-channel-id", "appstore");
        api.m_send(&ann, request, &Value::Null).await.ok();

        api.under_review(json!({"on": true})).await;
        only_reviewers(&log_in(&ann, None, None).await);
        log_in(&reviewer, None, None).await.ok();
        api.under_review(json!({"on": false})).await;
        log_in(&ann, Some("iOS/1.2"), Some("appstore")).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_makes_accounts_in_a_table() {
    let api = Api::start().await;
    api.world.app.config.review.let_in(true);
    let deployed = api.deployed(&ReviewerArguments::settings());
    let set = async |app: &App, name: &str, password: &str| {
        let (account, password) = (name.parse::<ReviewAccount>().unwrap(), Password::new(password, 1..=128).unwrap());
        accounts::set_review_account(app, Dialect::MUser, &account, &password).await
    };
    let id = set(&deployed, "Store", "abc12345!").await.unwrap();
    let let_in = api.audit_login(Body::Bare, &pair("store", "abc12345!")).await.ok();
    assert_eq!(let_in["user"]["id"], json!(id));
    assert_eq!(set(&api.world.app, "STORE", "password").await.unwrap(), id);
    is_wrong(&api.audit_login(Body::Bare, &pair("store", "abc12345!")).await);
    api.audit_login(Body::Bare, &pair("store", "password")).await.ok();
    // A deployed stack takes no common password.
    let common = set(&deployed, "store", "password").await;
    assert!(matches!(common, Err(Error::Unusable(Unusable::Password))), "{common:?}");

    // Of many at once each gives the account its password, and there is one person.
    let all = join_all((0..4).map(|_| set(&api.world.app, "other", "abc12345!"))).await;
    let people: Vec<UserId> = all.into_iter().map(Result::unwrap).collect();
    assert!(people[0] != id && people.iter().all(|uid| *uid == people[0]), "{people:?}");
    let let_in = api.audit_login(Body::Envelope, &pair("Other", "abc12345!")).await.ok();
    assert_eq!(let_in["user"]["id"], json!(people[0]));

    for body in ["", "[]", r#"{"account":"x"}"#, r#"{"account":"","password":"abc12345"}"#] {
        assert_eq!(api.bytes("/_local/audit", None, body).await.status, 400, "{body}");
    }
    let short = pair("x", "abc1234").to_string();
    assert_eq!(api.bytes("/_local/audit", None, short).await.status, 400);
    assert_eq!(api.get("/_local/audit").await.status, 405);
}
