//! The row `PROFILE` of a person: what `docs/data-model.md` says of its attributes, and what a request pays for them.

use crate::{
    crowd::Item,
    sealtalk::client::{Friend, Style},
    world::{Answer, Api, Person},
};
use serde_json::{Value, json};
use shared::{
    changes::Owed,
    config::Table,
    sessions::{Claim, Profile},
    values::{
        Age, Classes, Dialect, E164, Gender, LoveSex, Nickname, OnAir, PlayUrls, Privacy, Sex, TokenHash, UserId,
    },
    wallet::{self, Grant},
};
use std::collections::BTreeSet;

const PHONE: &str = "13900000001";

/// The attributes that the documents list: the first column of the table under the heading "Attributes of PROFILE".
fn documented() -> BTreeSet<String> {
    let page = include_str!("../../docs/data-model.md");
    let section = page.split("## Attributes of PROFILE").nth(1).expect("a section on attributes");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let cells: Vec<&str> = rows.map(|row| row.split('|').nth(1).unwrap_or_default()).collect();
    let names: Vec<String> =
        cells.iter().flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect();
    let set: BTreeSet<String> = names.iter().cloned().collect();
    assert_eq!(names.len(), set.len(), "an attribute stands in one row of the table");
    set
}

/// A person with every attribute. There is no `..Profile::default()` here: whoever adds a field is led to this test.
fn everything() -> Profile {
    let some = |text: &str| Some(text.to_owned());
    Profile {
        uid: UserId::default(),
        phone: E164::new("86", "13800000001").ok(),
        created_at: 1,
        updated_at: Some(1),
        state: some("erasing"),
        nickname: Nickname::try_from("Tony".to_owned()).ok(),
        sex: Some(Sex::Male),
        love_sex: Some(LoveSex::Both),
        birthday: some("0"),
        location: some("x"),
        weibo_nickname: some("x"),
        weibo_uid: some("x"),
        wechat_nickname: some("x"),
        wechat_uid: some("x"),
        wechat_id: some("x"),
        portrait: some("x"),
        gender: Some(Gender::Female),
        account_name: some("x"),
        privacy: Privacy::default(),
        nickname_claim: Nickname::try_from("Tony".to_owned()).ok(),
        changed_version: 1,
        owed: Owed { changes: 1, owed_since: Some(1), lease_until: Some(1) },
        media: Classes::default(),
        form_sex: Some(Sex::Male),
        guest_pool: some("male#0"),
        guest_rank: some("0"),
        dialects: vec![Dialect::LightUp],
        age: Age::try_from(24).ok(),
        epoch: 1,
        vip_until: Some(1),
        live: Some(OnAir { until: 1, play: PlayUrls { origin: "x".into(), hls: some("x") } }),
        token: Some(TokenHash::of("x")),
        token_issued: Some(1),
        token_proven: true,
    }
}

#[test]
fn each_attribute_of_a_profile_is_documented() {
    let Value::Object(stored) = serde_json::to_value(everything()).unwrap() else { unreachable!() };
    let mut names: BTreeSet<String> = stored.into_iter().map(|(name, _)| name).collect();
    // It is a set of texts, which is written by hand.
    names.insert("dialects".into());
    assert_eq!(documented(), names, "say in docs/data-model.md whose an attribute is and why it is in this row");
}

impl Api {
    /// Somebody who has everything that either dialect lets people have, with texts of an ordinary length.
    async fn somebody(&self) -> (Person, Friend) {
        let tony = self.complete(PHONE, "Tony Leung 梁朝伟", "male").await;
        let body = json!({"region": "86", "phone": PHONE, "password": "secret12"});
        let cookie = Style::Plain.cookie(&self.anyone("/user/login", body).await.headers["set-cookie"]);
        let friend = Friend { phone: PHONE.to_owned(), id: tony.id.clone(), cookie };
        for (path, body) in [
            ("set_gender", json!({"gender": "male"})),
            ("set_st_account", json!({"stAccount": "tony_leung_1962"})),
            ("set_privacy", json!({"phoneVerify": 0, "stSearchVerify": 0, "friVerify": 0, "groupVerify": 0})),
            ("set_poke", json!({"pokeStatus": 0})),
        ] {
            self.says(&friend, &format!("/user/{path}"), body).await.ok();
        }
        let info = json!({
            "nickname": "Tony Leung 梁朝伟 II", "love_sex": "female", "birthday": "-237254400", "location": "香港 九龙 深水埗",
            "weibo_nickname": "Tony Leung 梁朝伟", "weibo_uid": "5187664653", "wechat_nickname": "Tony Leung 梁朝伟",
            "wechat_uid": "oWxUv5MXJz9bE3gkT0dGq1rVnY2s", "wechat_ID": "tony_leung_1962",
        });
        self.tells(&tony, &info).await;
        let form = [("save_key", "/portrait/1460000002.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
        let form = self.signed(&tony, "account/upload_portrait_request", &form).await.data();
        assert_eq!(self.upload(&form, b"face").await, 204);
        let confirmed = self.signed(&tony, "account/upload_portrait_confirm", &[]).await;
        assert_eq!(confirmed.status, 200, "{confirmed:?}");
        let vip = Grant::new(None, Some(30), "birthday".into(), None).unwrap();
        wallet::grant(&self.world.app, &UserId::try_from(tony.id.clone()).unwrap(), &vip).await.unwrap();
        (tony, friend)
    }

    async fn tells(&self, who: &Person, info: &Value) {
        let changed = self.signed(who, "account/change_personal_info", &[("personal_info", &info.to_string())]).await;
        assert_eq!(changed.status, 200, "{changed:?}");
    }

    async fn profile_of(&self, who: &Person) -> Item {
        let table = self.world.app.config.tables.name(Table::Users);
        self.item(table, &format!("USER#{}", who.id), "PROFILE").await.unwrap()
    }
}

/// Rounds, read units and write units of an answer.
fn costs(answer: &Answer) -> [&str; 3] {
    ["x-cost-rounds", "x-cost-rru", "x-cost-wru"].map(|name| answer.headers[name].as_str())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_stored_of_a_person_is_documented() {
    let api = Api::start().await;
    let (tony, _) = api.somebody().await;
    let stored: BTreeSet<String> = api.profile_of(&tony).await.into_keys().collect();
    let mut documented = documented();
    // The key and the kind, which every item has.
    documented.extend(["pk", "sk", "type"].map(str::to_owned));
    // What people have who come by their device, and are nowhere else.
    assert!(documented.remove("age"));
    // What is there only while something goes on.
    for passing in ["state", "owed_since", "lease_until", "live"] {
        assert!(documented.remove(passing), "{passing}");
    }
    assert_eq!(stored, documented);
}

/// A write is charged by each KB of the row: an ordinary person's has to stay below one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ordinary_profile_is_written_for_one_unit() {
    let api = Api::start().await;
    let (tony, friend) = api.somebody().await;
    // Reading one's own settings costs the session's two rows, and changing them one write more.
    for path in ["get_privacy", "get_poke"] {
        assert_eq!(costs(&api.asks(&friend, &format!("/user/{path}")).await), ["1", "2", "0"], "{path}");
    }
    let changed = api.says(&friend, "/user/set_poke", json!({"pokeStatus": 1})).await;
    assert_eq!(costs(&changed), ["2", "2", "1"]);
    // Being live does not make it larger than that.
    let claim = Claim::new(Dialect::LightUp, UserId::try_from(tony.id.clone()).unwrap(), &tony.token);
    shared::rooms::open(&api.world.app, &claim, Some("Tony Leung 梁朝伟")).await.unwrap();
    assert!(api.profile_of(&tony).await.contains_key("live"));
    assert_eq!(costs(&api.signed(&tony, "account/refresh_access_token", &[]).await), ["1", "0", "1"]);
}
