//! Friends, operation by operation (`docs/dialects/sealtalk.md#friends`, `docs/dialects/sealtalk.md#call-flows`).

mod ending;
mod notes;
mod races;

use super::client::Friend;
use crate::world::{Answer, Api, NOBODY};
use serde_json::{Value, json};
use shared::config::Table;

pub(super) const NO_FRIEND: &str = r#"{"code":404,"message":"Unknown friend user or invalid status."}"#;
const DAY: u32 = 86_400;

/// The body of an invitation's answer.
fn action(word: &str) -> String {
    format!(r#"{{"code":200,"result":{{"action":"{word}"}}}}"#)
}

impl Api {
    pub(super) async fn invite(&self, who: &Friend, other: &str, message: &str) -> Answer {
        self.says(who, "/friendship/invite", json!({"friendId": other, "message": message})).await
    }

    /// A POST about somebody as somebody.
    pub(super) async fn to_friend(&self, who: &Friend, path: &str, other: &str) -> Answer {
        self.says(who, path, json!({"friendId": other})).await
    }

    /// Two who have become friends.
    pub async fn befriend(&self, one: &Friend, other: &Friend) {
        self.invite(one, &other.id, "hi").await.is(200, &action("Sent"));
        self.to_friend(other, "/friendship/agree", &one.id).await.ok();
    }

    /// What somebody sees of everybody: id and status.
    pub(super) async fn statuses(&self, who: &Friend) -> Vec<(String, u64)> {
        let all = self.asks(who, "/friendship/all").await.result();
        let status = |item: &Value| (item["user"]["id"].as_str().unwrap().to_owned(), item["status"].as_u64().unwrap());
        all.as_array().unwrap().iter().map(status).collect()
    }

    /// The status of the only one that somebody has to do with; 0: there is nobody.
    pub(super) async fn status(&self, who: &Friend) -> u64 {
        let statuses = self.statuses(who).await;
        assert!(statuses.len() <= 1, "{statuses:?}");
        statuses.first().map_or(0, |(_, status)| *status)
    }

    /// How far somebody's changes have come, and the versions of their rows.
    pub(super) async fn own_versions(&self, who: &Friend) -> (i64, Vec<i64>) {
        let partition = crate::crowd::text(format!("USER#{}", who.id));
        let number = |item: &crate::crowd::Item, name: &str| -> Option<i64> {
            item.get(name).map(|value| value.as_n().unwrap().parse().unwrap())
        };
        let rows = self.rows(self.world.app.config.tables.name(Table::Friends)).await;
        let mine: Vec<_> = rows.into_iter().filter(|row| row["pk"] == partition).collect();
        let latest = mine.iter().find_map(|row| number(row, "latest")).unwrap_or(0);
        let mut versions: Vec<_> = mine.iter().filter_map(|row| number(row, "version")).collect();
        versions.sort_unstable();
        (latest, versions)
    }

    /// That everything which a sync of somebody shows has a version of its own, and VERSION is the newest.
    pub(super) async fn versions_are_true(&self, who: &Friend) {
        let (latest, versions) = self.own_versions(who).await;
        assert!(versions.windows(2).all(|pair| pair[0] < pair[1]), "{versions:?}");
        assert_eq!(versions.last().copied().unwrap_or(0), latest);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_asks_and_the_other_agrees() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "<Tim>").await);
    api.asks(&ann, "/friendship/all").await.is(200, r#"{"code":200,"result":[]}"#);
    let sent = api.invite(&ann, &tim.id, "I am <Ann>").await;
    sent.is(200, &action("Sent"));
    assert_eq!(sent.rounds(), 2);
    let again = api.invite(&ann, &tim.id, "hello?").await;
    again.is(200, &action("None"));
    assert_eq!(again.rounds(), 1);
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (10, 11));

    let all = api.asks(&tim, "/friendship/all").await;
    assert!(all.rounds() <= 2);
    let time = all.result()[0]["updatedTime"].as_i64().unwrap();
    let now = api.world.clock.millis();
    assert!((now - 30_000..=now).contains(&time));
    let item = format!(
        r#"{{"displayName":"","message":"I am &lt;Ann&gt;","status":11,"updatedAt":"{}","updatedTime":{time},{}}}"#,
        shared::time::iso_millis(time),
        format_args!(
            r#""user":{{"id":"{}","nickname":"Ann","region":"","phone":"","portraitUri":"","gender":"male","stAccount":""}}"#,
            ann.id
        ),
    );
    all.is(200, &format!(r#"{{"code":200,"result":[{item}]}}"#));
    assert_eq!(api.talk(Some(&tim), "POST", "/friendship/all", None).await.text, all.text);

    let agreed = api.to_friend(&tim, "/friendship/agree", &ann.id).await;
    agreed.ok();
    assert_eq!(agreed.rounds(), 2);
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (20, 20));
    // Agreed is agreed.
    let (before, repeated) = (api.own_versions(&ann).await, api.to_friend(&tim, "/friendship/agree", &ann.id).await);
    repeated.ok();
    api.to_friend(&ann, "/friendship/agree", &tim.id).await.ok();
    assert_eq!(api.own_versions(&ann).await, before);
    let friend = format!(r#"{{"code":400,"message":"User {} is already your friend."}}"#, tim.id);
    api.invite(&ann, &tim.id, "hi").await.is(400, &friend);
    // Friends see each other's number.
    let all = api.asks(&ann, "/friendship/all").await.result();
    let user = json!({"id": tim.id, "nickname": "&lt;Tim&gt;", "region": "86", "phone": "13900000002",
        "portraitUri": "", "gender": "male", "stAccount": ""});
    assert_eq!(all[0]["user"], user);
    for who in [&ann, &tim] {
        api.versions_are_true(who).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_everybody_is_added_at_once() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    api.takes_everybody(&tim).await;
    api.invite(&ann, &tim.id, "hi").await.is(200, &action("AddDirectly"));
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (20, 20));
    let before = api.own_versions(&ann).await;
    api.invite(&ann, &tim.id, "hi").await.is(200, &action("AddDirectly"));
    assert_eq!(api.own_versions(&ann).await, before);
    // A block is stronger.
    api.to_friend(&tim, "/user/add_to_blacklist", &ann.id).await.ok();
    api.invite(&ann, &tim.id, "hi").await.is(200, &action("None"));
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (20, 31));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_ignored_or_hears_nothing_asks_again_later() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    api.invite(&ann, &tim.id, "first").await.is(200, &action("Sent"));
    api.advance(3 * DAY - 60);
    api.invite(&ann, &tim.id, "second").await.is(200, &action("None"));
    api.advance(60);
    api.invite(&ann, &tim.id, "third").await.is(200, &action("Sent"));
    assert_eq!(api.asks(&tim, "/friendship/all").await.result()[0]["message"], "third");

    api.to_friend(&tim, "/friendship/ignore", &ann.id).await.ok();
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (10, 21));
    api.to_friend(&tim, "/friendship/ignore", &ann.id).await.is(404, NO_FRIEND);
    api.to_friend(&tim, "/friendship/agree", &ann.id).await.is(404, NO_FRIEND);
    api.advance(DAY - 60);
    api.invite(&ann, &tim.id, "fourth").await.is(200, &action("None"));
    api.advance(60);
    api.invite(&ann, &tim.id, "fifth").await.is(200, &action("Sent"));
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (10, 11));
    // Asked back, it is done; so it is by who had ignored.
    api.to_friend(&tim, "/friendship/ignore", &ann.id).await.ok();
    api.invite(&tim, &ann.id, "well").await.is(200, &action("Added"));
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (20, 20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_oneself_and_texts() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    // Somebody of another dialect only is nobody here.
    let elsewhere = api.person("13900000003", "Lily", "female").await;
    for id in [NOBODY, "kFpN4KiZn", "0", &elsewhere.id] {
        api.invite(&ann, id, "hi").await.is(404, r#"{"code":404,"message":"Unknown user."}"#);
        for path in ["agree", "ignore", "delete"] {
            api.to_friend(&ann, &format!("/friendship/{path}"), id).await.is(404, NO_FRIEND);
        }
    }
    api.invite(&ann, &ann.id, "me").await.is(200, &action("Added"));
    api.to_friend(&ann, "/friendship/agree", &ann.id).await.is(404, NO_FRIEND);
    assert_eq!(api.statuses(&ann).await, []);

    let invite = "/friendship/invite";
    let empty = r#"{"code":400,"message":"Empty message."}"#;
    for body in [json!({"friendId": tim.id}), json!({"friendId": tim.id, "message": ""})] {
        api.says(&ann, invite, body).await.is(400, empty);
    }
    api.says(&ann, invite, json!({"message": "hi"})).await.is(400, r#"{"code":400,"message":"Empty friendId."}"#);
    let long = r#"{"code":400,"message":"Length of friend request message is out of limit."}"#;
    api.invite(&ann, &tim.id, &"好".repeat(65)).await.is(400, long);
    api.invite(&ann, &tim.id, &"好".repeat(64)).await.is(200, &action("Sent"));
    // Without a session nobody learns what is wrong with the form.
    api.anyone(invite, json!({"friendId": tim.id})).await.signed_out();
    api.anyone(invite, json!({"friendId": tim.id, "message": "x".repeat(65)})).await.signed_out();
    api.talk(Some(&ann), "GET", invite, None).await.refused(405, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_friends_have_a_profile() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    let path = format!("/friendship/{}/profile", tim.id);
    let stranger = r#"{"code":403,"message":"Current user is not friend of this user."}"#;
    api.asks(&ann, &path).await.is(403, stranger);
    api.asks(&ann, &format!("/friendship/{NOBODY}/profile")).await.is(403, stranger);
    api.invite(&ann, &tim.id, "hi").await;
    api.asks(&ann, &path).await.is(403, stranger);
    api.to_friend(&tim, "/friendship/agree", &ann.id).await.ok();
    api.says(&ann, "/friendship/set_display_name", json!({"friendId": tim.id, "displayName": "T>"})).await.ok();
    let shown = api.asks(&ann, &path).await;
    assert_eq!(shown.rounds(), 1);
    let profile = shown.result();
    let (created, updated) = (&profile["user"]["createdTime"], &profile["user"]["updatedTime"]);
    let time = |time: &Value| shared::time::iso_millis(time.as_i64().unwrap());
    let expected = json!({"displayName": "T&gt;", "user": {
        "id": tim.id, "nickname": "Tim", "region": "86", "phone": "13900000002", "portraitUri": "", "gender": "male",
        "stAccount": "", "createdAt": time(created), "updatedAt": time(updated), "createdTime": created,
        "updatedTime": updated}});
    assert_eq!(profile, expected);
    assert!(created.as_i64().unwrap() > 0 && created.as_i64() <= updated.as_i64());
    api.asks(&tim, &format!("/friendship/{}/profile", tim.id)).await.is(403, stranger);
}

/// Requests have a limit; what is no new request has none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_requests_a_day() {
    let api = Api::start().await;
    let (ann, tim) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Tim").await);
    let crowd = api.seal_crowd(102).await;
    for other in &crowd[..100] {
        api.invite(ann, other, "hi").await.is(200, &action("Sent"));
    }
    let many = r#"{"code":429,"message":"Too many requests."}"#;
    for other in &crowd[100..] {
        api.invite(ann, other, "hi").await.is(429, many);
    }
    assert_eq!(api.statuses(ann).await.len(), 100);
    api.invite(ann, &crowd[0], "again").await.is(200, &action("None"));
    // Whoever takes everybody is asked too.
    api.takes_everybody(tim).await;
    api.invite(ann, &tim.id, "hi").await.is(429, many);
    // To answer somebody's request by one's own is none, and each has a count of their own.
    api.invite(tim, &ann.id, "hi").await.is(200, &action("Sent"));
    let asked = api.invite(ann, &tim.id, "hi").await;
    asked.is(200, &action("AddDirectly"));
    api.next_window(86_400);
    let sent = api.invite(ann, &crowd[100], "hi").await;
    sent.is(200, &action("Sent"));
    assert_eq!(sent.rounds(), 2);
}

/// With the longest names, messages and notes that there can be.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_friends_are_two_rounds_and_no_row_grows() {
    use crate::crowd::{Item, number, text};
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    let long = |length: usize| "\u{1F600}".repeat(length);
    api.invite(&ann, &tim.id, &long(64)).await.is(200, &action("Sent"));
    api.to_friend(&tim, "/friendship/agree", &ann.id).await.ok();
    let all = json!({"friendId": tim.id, "displayName": long(32), "region": "8".repeat(32), "phone": "1".repeat(32),
        "description": long(500), "imageUri": long(256)});
    api.says(&ann, "/friendship/set_friend_description", all).await.ok();
    api.says(&tim, "/user/set_nickname", json!({"nickname": long(32)})).await.ok();
    let portrait = format!("http://img.example.com/{}", "p".repeat(233));
    api.says(&tim, "/user/set_portrait_uri", json!({"portraitUri": portrait})).await.ok();
    // Whatever rows she has about him, she has about a thousand others.
    let (table, mine) = (api.world.app.config.tables.name(Table::Friends).to_owned(), text(format!("USER#{}", ann.id)));
    let about_tim = |row: &Item| row["pk"] == mine && row["sk"].as_s().unwrap().ends_with(&tim.id);
    let rows = api.rows(&table).await;
    assert!(rows.iter().all(|row| row.len() <= 12), "{rows:?}");
    let rows: Vec<_> = rows.into_iter().filter(about_tim).collect();
    let crowd = api.seal_crowd(1_000).await;
    let row_about = |row: &Item, nth: usize, other: &String| -> Item {
        let time = number(1_700_000_000_000 - i64::try_from(nth).unwrap());
        let value = |(name, value): (&String, &_)| match name.as_str() {
            "sk" => text(row["sk"].as_s().unwrap().replace(&tim.id, other)),
            "other" => text(other),
            "updated_at" | "version" => time.clone(),
            _ => Clone::clone(value),
        };
        row.iter().map(|attribute| (attribute.0.clone(), value(attribute))).collect()
    };
    let of_one = |(nth, other): (usize, &String)| rows.iter().map(|row| row_about(row, nth, other)).collect::<Vec<_>>();
    api.write(&table, crowd.iter().enumerate().flat_map(of_one).collect()).await;
    // Each of them has her as a friend, as he does.
    let (his, hers) = (format!("USER#{}", tim.id), format!("FRIEND#{}", ann.id));
    let back = api.item(&table, &his, &hers).await.unwrap();
    let from = |other: &String| -> Item {
        back.clone().into_iter().chain([("pk".into(), text(format!("USER#{other}")))]).collect()
    };
    api.write(&table, crowd.iter().map(from).collect()).await;

    let all = api.asks(&ann, "/friendship/all").await;
    assert_eq!(all.rounds(), 2);
    let all = all.result();
    let ids: Vec<_> = all.as_array().unwrap().iter().map(|item| item["user"]["id"].as_str().unwrap()).collect();
    // The oldest first.
    assert!(ids.iter().eq(crowd.iter().rev().chain([&tim.id])), "{} friends", ids.len());
    assert!(all[0]["user"]["phone"].as_str().unwrap().starts_with("199"));
    let (mut version, mut friends) = (0, 0);
    for _ in 0..2 {
        let sync = api.asks(&ann, &format!("/user/sync/{version}")).await;
        assert_eq!(sync.rounds(), 2);
        // 4 KB of rows are a unit, and nothing else is read.
        let units: f64 = sync.headers["x-cost-rru"].parse().unwrap();
        assert!(units < 260.0, "{units}");
        let sync = sync.result();
        version = sync["version"].as_i64().unwrap();
        friends += sync["friends"].as_array().unwrap().len();
    }
    assert_eq!(friends, 1_001);
    let noted = api.to_friend(&ann, "/friendship/get_friend_description", &crowd[999]).await.result();
    assert_eq!(noted["description"].as_str(), Some(long(500).as_str()));
}
