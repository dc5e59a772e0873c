//! Finding people (`docs/dialects/sealtalk.md`).

use super::client::Friend;
use crate::{
    crowd::text,
    world::{Api, NOBODY},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use shared::config::Table;

const UNKNOWN: &str = r#"{"code":404,"message":"Unknown user."}"#;

impl Api {
    /// Sets an attribute of somebody's profile.
    async fn set(&self, who: &Friend, attribute: &str, value: AttributeValue) {
        let update =
            self.world.clients.dynamodb.update_item().table_name(self.world.app.config.tables.name(Table::Users));
        let update = update.key("pk", text(format!("USER#{}", who.id))).key("sk", text("PROFILE"));
        let update = update.update_expression("SET #it = :it").expression_attribute_names("#it", attribute);
        update.expression_attribute_values(":it", value).send().await.unwrap();
    }

    async fn set_privacy(&self, who: &Friend, off: &str) {
        self.says(who, "/user/set_privacy", json!({off: 0})).await.ok();
    }

    /// Somebody who is a friend of whoever asks.
    pub(super) async fn takes_everybody(&self, who: &Friend) {
        self.set_privacy(who, "friVerify").await;
    }

    /// Ids of so many people who have signed in to SealTalk.
    pub(super) async fn seal_crowd(&self, many: usize) -> Vec<String> {
        let people = self.crowd(many, "male").await;
        let table = self.world.app.config.tables.name(Table::Users).to_owned();
        let mut rows = Vec::new();
        for row in self.rows(&table).await {
            let new = people.iter().any(|person| row.get("uid") == Some(&text(&person.id)));
            if new && row["sk"] == text("PROFILE") {
                let dialects = AttributeValue::Ss(vec!["lightup".into(), "sealtalk".into()]);
                rows.push(row.into_iter().chain([("dialects".into(), dialects)]).collect());
            }
        }
        self.write(&table, rows).await;
        people.into_iter().map(|person| person.id).collect()
    }

    /// Gives somebody a SealTalk number.
    async fn number(&self, who: &Friend, number: &str) {
        self.says(who, "/user/set_st_account", json!({"stAccount": number})).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_by_id() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "<Tim>").await);
    let path = format!("/user/{}", tim.id);
    let shown = |phone: &str| {
        format!(
            r#"{{"code":200,"result":{{"id":"{}","nickname":"&lt;Tim&gt;","portraitUri":"","gender":"male","stAccount":"","phone":"{phone}"}}}}"#,
            tim.id
        )
    };
    let stranger = api.asks(&ann, &path).await;
    stranger.is(200, &shown(""));
    assert_eq!(stranger.rounds(), 1);
    api.talk(Some(&ann), "POST", &path, None).await.is(200, &shown(""));
    api.asks(&tim, &path).await.is(200, &shown("13900000002"));
    api.befriend(&ann, &tim).await;
    api.asks(&ann, &path).await.is(200, &shown("13900000002"));
    api.to_friend(&ann, "/user/add_to_blacklist", &tim.id).await.ok();
    api.asks(&ann, &path).await.is(200, &shown(""));
    let elsewhere = api.person("13900000003", "Lily", "female").await;
    for id in [NOBODY, "kFpN4KiZn", "nothing", &elsewhere.id] {
        api.asks(&ann, &format!("/user/{id}")).await.is(404, UNKNOWN);
    }
    api.get(&path).await.signed_out();
    // Fixed paths win (`docs/dialects/sealtalk.md#methods-and-paths`).
    api.asks(&ann, "/user/blacklist").await.result();
    api.asks(&ann, "/user/add_to_blacklist").await.refused(405, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_by_number() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "<Tim>").await);
    let found = format!(
        r#"{{"code":200,"result":{{"id":"{}","nickname":"&lt;Tim&gt;","portraitUri":"","gender":"male","stAccount":""}}}}"#,
        tim.id
    );
    let both = |path: &str, query: &str| (path.to_owned(), query.to_owned());
    let ways = [both("/user/find/86/13900000002", ""), both("/user/find_user", "?region=86&phone=13900000002")];
    for (path, query) in &ways {
        let answer = api.asks(&ann, &format!("{path}{query}")).await;
        answer.is(200, &found);
        assert_eq!(answer.rounds(), 2);
    }
    api.asks(&ann, "/user/find/+86/13900000002").await.is(200, &found);
    api.talk(Some(&ann), "POST", "/user/find/86/13900000002", None).await.is(200, &found);
    let body = json!({"region": 86, "phone": 13_900_000_002_u64});
    api.says(&ann, "/user/find_user", body).await.is(200, &found);
    // Whoever does not want to be found is, by friends and by themselves.
    api.set_privacy(&tim, "phoneVerify").await;
    for (path, query) in &ways {
        let path = format!("{path}{query}");
        api.asks(&ann, &path).await.is(404, UNKNOWN);
        api.asks(&tim, &path).await.is(200, &found);
    }
    api.befriend(&ann, &tim).await;
    for (path, query) in &ways {
        api.asks(&ann, &format!("{path}{query}")).await.is(200, &found);
    }
    api.person("13900000003", "Lily", "female").await;
    for phone in ["13900000003", "13900000004"] {
        api.asks(&ann, &format!("/user/find/86/{phone}")).await.is(404, UNKNOWN);
    }
    let wrong = r#"{"code":400,"message":"Invalid region and phone number."}"#;
    for path in ["86/20012341234", "86/139", "0/13900000002", "86/130qwerasdf"] {
        api.asks(&ann, &format!("/user/find/{path}")).await.is(400, wrong);
        api.get(&format!("/user/find/{path}")).await.signed_out();
    }
}

/// Whoever was deleted or blocked keeps their friend, and is shown no number and finds nobody by it any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_is_shown_while_both_are_friends() {
    let api = Api::start().await;
    let (ann, tim) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Tim").await);
    api.befriend(ann, tim).await;
    api.number(ann, "Ann_123").await;
    let group = &api.group(ann, "Group", &[tim]).await;
    let shown = async |who: &Friend, other: &Friend| {
        let by_id = api.asks(who, &format!("/user/{}", other.id)).await.result()["phone"].clone();
        let all = api.asks(who, "/friendship/all").await.result()[0]["user"].clone();
        let member = api.members_of(who, group).await[&other.id]["user"]["phone"].clone();
        assert_eq!((&all["phone"], &member), (&by_id, &by_id));
        assert_eq!(all["region"] == "86", by_id != "");
        let profile = api.asks(who, &format!("/friendship/{}/profile", other.id)).await;
        if profile.status == 200 {
            assert_eq!(profile.result()["user"]["phone"], by_id);
        }
        by_id == json!(other.phone)
    };
    let finds = async |who: &Friend| {
        let mut found = Vec::new();
        for path in ["/user/find/86/13900000001", "/user/find_user?st_account=Ann_123"] {
            found.push(api.asks(who, path).await.status == 200);
        }
        let list = json!({"contactList": ["13900000001"]});
        found.push(api.says(who, "/friendship/get_contacts_info", list).await.result()[0]["registered"] == 1);
        found
    };
    for (off, back) in
        [("/friendship/delete", "/friendship/invite"), ("/user/add_to_blacklist", "/user/remove_from_blacklist")]
    {
        assert!(shown(ann, tim).await && shown(tim, ann).await);
        api.to_friend(ann, off, &tim.id).await.ok();
        assert_eq!((shown(ann, tim).await, shown(tim, ann).await, api.status(tim).await), (false, false, 20), "{off}");
        // As long as she lets everybody find her, he does.
        assert_eq!(finds(tim).await, [true; 3]);
        api.says(ann, "/user/set_privacy", json!({"phoneVerify": 0, "stSearchVerify": 0})).await.ok();
        assert_eq!(finds(tim).await, [false; 3], "{off}");
        api.says(ann, back, json!({"friendId": tim.id, "message": "sorry"})).await;
        assert!(shown(ann, tim).await && shown(tim, ann).await, "{back}");
        assert_eq!(finds(tim).await[..2], [true; 2], "{back}");
        api.says(ann, "/user/set_privacy", json!({"phoneVerify": 1, "stSearchVerify": 1})).await.ok();
        api.next_window(86_400);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_by_sealtalk_number() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    api.asks(&ann, "/user/find_user?st_account=Tim_123").await.is(404, UNKNOWN);
    api.number(&tim, "Tim_123").await;
    for number in ["Tim_123", "tim_123", "TIM_123"] {
        let found = api.asks(&ann, &format!("/user/find_user?st_account={number}")).await;
        assert_eq!(found.rounds(), 2);
        let expected =
            json!({"id": tim.id, "nickname": "Tim", "portraitUri": "", "gender": "male", "stAccount": "Tim_123"});
        assert_eq!(found.result(), expected);
    }
    api.set_privacy(&tim, "stSearchVerify").await;
    api.asks(&ann, "/user/find_user?st_account=Tim_123").await.is(404, UNKNOWN);
    api.asks(&tim, "/user/find_user?st_account=Tim_123").await.result();
    api.asks(&ann, "/user/find_user?region=86&phone=13900000002").await.result();
    // One that is too long for any key is nobody's.
    for number in ["x".repeat(3_000), "%00".repeat(20), "%E4%BA%AE".to_owned()] {
        api.asks(&ann, &format!("/user/find_user?st_account={number}")).await.is(404, UNKNOWN);
    }
    // An empty one is none.
    let none = r#"{"code":400,"message":"Empty st_account or phone."}"#;
    for query in ["", "?st_account=", "?region=86", "?phone=13900000002", "?region=&phone="] {
        api.asks(&ann, &format!("/user/find_user{query}")).await.is(400, none);
    }
}

/// Whoever is found counts as much as nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_look_ups_an_hour() {
    let api = Api::start().await;
    let (ann, tim) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Tim").await);
    let paths = [
        ("/user/find/86/13900000002", 200),
        ("/user/find/86/13900000009", 404),
        ("/user/find_user?region=86&phone=13900000002", 200),
        ("/user/find_user?st_account=Nobody", 404),
    ];
    api.next_window(3_600);
    for (path, status) in paths.iter().cycle().take(200) {
        assert_eq!(api.asks(ann, path).await.status, *status, "{path}");
    }
    for (path, _) in paths {
        api.asks(ann, path).await.is(429, r#"{"code":429,"message":"Too many requests."}"#);
    }
    // Only what is no form is not counted, and each has a count of their own.
    api.asks(ann, "/user/find/86/1").await.refused(400, 400);
    api.asks(ann, &format!("/user/{}", tim.id)).await.result();
    api.asks(tim, "/user/find/86/13900000001").await.result();
    api.next_window(3_600);
    let found = api.asks(ann, paths[0].0).await;
    found.result();
    assert_eq!(found.rounds(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_by_id() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    let item = |who: &Friend, name: &str| format!(r#"{{"id":"{}","nickname":"{name}","portraitUri":""}}"#, who.id);
    let one = api.asks(&ann, &format!("/user/batch?id={}", tim.id)).await;
    one.is(200, &format!(r#"{{"code":200,"result":[{}]}}"#, item(&tim, "Tim")));
    let query = format!("id={}&id={NOBODY}&id={}&id=x&id={}&other=1", tim.id, ann.id, tim.id);
    let some = api.asks(&ann, &format!("/user/batch?{query}")).await;
    some.is(200, &format!(r#"{{"code":200,"result":[{},{}]}}"#, item(&tim, "Tim"), item(&ann, "Ann")));
    assert_eq!(some.rounds(), 1);
    let body = json!({"id": [tim.id]});
    assert_eq!(api.says(&ann, "/user/batch", body).await.text, one.text);
    for query in ["", "?id="] {
        api.asks(&ann, &format!("/user/batch{query}")).await.is(400, r#"{"code":400,"message":"Empty id."}"#);
    }
    let many = vec!["id=0"; 201].join("&");
    api.asks(&ann, &format!("/user/batch?{many}")).await.is(400, r#"{"code":400,"message":"Too many ids."}"#);
    // Given twice, anything else is still refused.
    api.asks(&ann, "/user/find_user?st_account=a&st_account=b").await.refused(400, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_book() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    let shy = api.friend("13900000003", "Shy").await;
    api.set_privacy(&shy, "phoneVerify").await;
    api.befriend(&ann, &tim).await;
    let path = "/friendship/get_contacts_info";
    let list = json!({"contactList": ["139 0000-0002", "+86 13900000001", "13900000003", "13900000009", "110", 13900000002_u64]});
    let found = api.says(&ann, path, list).await;
    assert!(found.rounds() <= 2, "{}", found.rounds());
    let item = |found: Option<(&Friend, &str, u8)>, phone: &str| {
        let (id, nickname, relationship) =
            found.map_or(("", "", 0), |(who, name, relationship)| (&*who.id, name, relationship));
        json!({"registered": u8::from(found.is_some()), "relationship": relationship, "phone": phone, "id": id,
            "nickname": nickname, "portraitUri": "", "stAccount": ""})
    };
    let tim_is = Some((&tim, "Tim", 1));
    let expected = [
        item(tim_is, "139 0000-0002"),
        item(Some((&ann, "Ann", 0)), "+86 13900000001"),
        item(None, "13900000003"),
        item(None, "13900000009"),
        item(None, "110"),
        item(tim_is, "13900000002"),
    ];
    assert_eq!(found.result(), json!(expected));
    api.says(&ann, path, json!({"contactList": []})).await.is(200, r#"{"code":200,"result":[]}"#);
    let many = json!({"contactList": vec!["1"; 201]});
    api.says(&ann, path, many).await.is(400, r#"{"code":400,"message":"Too many contacts."}"#);
    api.anyone(path, json!({"contactList": ["1"]})).await.signed_out();
    // Five lists a day.
    for _ in 0..3 {
        api.says(&ann, path, json!({"contactList": ["13900000002"]})).await.result();
    }
    let refused = api.says(&ann, path, json!({"contactList": ["13900000002"]})).await;
    refused.refused(429, 429);
    api.says(&tim, path, json!({"contactList": ["1"]})).await.result();
    api.next_window(86_400);
    api.says(&ann, path, json!({"contactList": ["13900000002"]})).await.result();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portrait_is_an_address_or_a_stable_url() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    api.befriend(&ann, &tim).await;
    for (stored, shown) in [
        ("http://img.example.com/a.jpg", "http://img.example.com/a.jpg".to_owned()),
        ("https://img.example.com/a?b=1", "https://img.example.com/a?b=1".to_owned()),
        ("media/x/y z.png", api.url("/media/x/y%20z.png")),
    ] {
        api.set(&tim, "portrait", text(stored)).await;
        let by_id = api.asks(&ann, &format!("/user/{}", tim.id)).await.result();
        assert_eq!(by_id["portraitUri"], shown);
        let all = api.asks(&ann, "/friendship/all").await.result();
        assert_eq!(all[0]["user"]["portraitUri"], shown);
    }
}
