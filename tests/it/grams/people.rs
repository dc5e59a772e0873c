//! Finding people: by a part of their username, by their number, and who is not found.

use super::client::Chatter;
use crate::{
    crowd::{Item, number, text},
    world::Api,
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::{
    accounts,
    config::Table,
    friends::adding,
    values::{Address, Dialect, E164, Password, UserId, Username},
};

impl Api {
    /// Somebody who has registered with this number, and has this username if any.
    pub async fn registered(&self, phone: &str, username: Option<&str>) -> Chatter {
        let username = username.map(|name| Username::try_from(name.to_owned()).unwrap());
        let (address, number) = (Address::new(format!("10.0.{}", &phone[7..])), E164::new("86", phone).unwrap());
        let password = Password::new("abc123456", 6..=16).unwrap();
        let made =
            accounts::create_unproven(&self.world.app, &address, Dialect::Chat, &number, &password, username.as_ref());
        let (session, shown) = made.await.unwrap();
        Chatter { phone: phone.to_owned(), id: shown.uid.to_string(), token: session.token.expose().to_owned() }
    }

    /// Somebody blocks somebody.
    async fn block(&self, who: &Chatter, other: &Chatter) {
        let row = Item::from([
            ("pk".into(), text(format!("USER#{}", who.id))),
            ("sk".into(), text(format!("BLOCK#{}", other.id))),
            ("type".into(), text("block")),
            ("other".into(), text(&other.id)),
            ("active".into(), AttributeValue::Bool(true)),
            ("hidden".into(), AttributeValue::Bool(false)),
            ("updated_at".into(), number(1)),
            ("version".into(), number(1)),
        ]);
        self.write(self.world.app.config.tables.name(Table::Friends), vec![row]).await;
    }

    async fn add(&self, who: &Chatter, other: &Chatter) {
        adding::add(&self.world.app, &who.claim(), &uid(other)).await.unwrap();
    }

    /// The usernames that a search shows, in its order.
    async fn names(&self, who: &Chatter, path: &str) -> Vec<String> {
        let found = self.chat_get(who, &format!("user_search/{path}/")).await;
        assert_eq!(found.0.json()["message"], json!("ok"), "{found:?}");
        found.0.json()["result"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["username"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn uid(who: &Chatter) -> UserId {
    UserId::try_from(who.id.clone()).unwrap()
}

/// Somebody as a search shows them, flat and nested.
fn listed(who: &Chatter, username: &str, phone: &str, is_friend: bool, modified: &Value) -> Value {
    let user = json!({
        "id": who.id, "username": username, "phone": phone, "avatar": "media/avatars/default.jpg", "desc": "", "sex": 0,
        "alias": "", "friends": 0, "isFriend": is_friend, "modifyAt": modified,
    });
    let mut listed = user.clone();
    listed["user"] = user;
    listed["account"] = json!(phone);
    listed["isBind"] = json!(false);
    listed
}

#[tokio::test]
async fn a_number_finds_its_owner_and_a_part_of_it_nobody() {
    let api = Api::start().await;
    let p = api.registered("13800000001", Some("Pat")).await;
    let q = api.registered("13800000002", None).await;
    api.chat_get(&p, "user_search/138/0/").await.empty();
    for path in ["user_search/13800000002/0/", "user_search/13800000002/0", "user_search/13800000002/00"] {
        let found = api.chat_get(&p, path).await.ok();
        assert_eq!(found, json!([listed(&q, "", "13800000002", false, &found[0]["modifyAt"])]), "{path}");
    }
    api.chat_get(&p, "user_search/13800000002/1/").await.empty();
    api.chat_get(&p, "user_search/13800000003/0/").await.empty();
    // Oneself, by number and by name: with the whole number.
    for path in ["user_search/13800000001/0/", "user_search/AT/0/"] {
        let found = api.chat_get(&p, path).await.ok();
        assert_eq!(found, json!([listed(&p, "Pat", "13800000001", true, &found[0]["modifyAt"])]), "{path}");
    }
    // Whoever is found by their name shows four digits less.
    let found = api.chat_get(&q, "user_search/pa/0/").await.ok();
    assert_eq!(found, json!([listed(&p, "Pat", "138****0001", false, &found[0]["modifyAt"])]));
    let refused = api.chat_get(&q, "user_search/pa/one/").await;
    refused.fails(0, "failure", &json!([]));
    api.chat_get(&q, &format!("user_search/{}/0/", "1".repeat(21))).await.fails(0, "failure", &json!([]));
}

#[tokio::test]
async fn eleven_names_are_on_two_pages_and_a_blocked_one_leaves_none_short() {
    let api = Api::start().await;
    let mut people = Vec::new();
    for number in 1..=12 {
        let name = if number == 12 { "Zed".to_owned() } else { format!("k{number:02}") };
        people.push(api.registered(&format!("138000001{number:02}"), Some(&name)).await);
    }
    let (zed, first) = (&people[11], &people[0]);
    let all: Vec<_> = (1..=11).map(|number| format!("k{number:02}")).collect();
    assert_eq!(api.names(zed, "k/0").await, all[..10]);
    assert_eq!(api.names(zed, "k/1").await, all[10..]);
    api.chat_get(zed, "user_search/k/2/").await.empty();
    assert_eq!(api.names(zed, "K0/0").await, all[..9]);
    // A block, either way, hides the two from each other.
    api.block(first, zed).await;
    assert_eq!(api.names(zed, "k/0").await, all[1..]);
    api.chat_get(zed, "user_search/k/1/").await.empty();
    api.chat_get(zed, &format!("user_search/{}/0/", first.phone)).await.empty();
    api.chat_get(first, "user_search/zed/0/").await.empty();
    api.chat_get(first, &format!("user_search/{}/0/", zed.phone)).await.empty();
    assert_eq!(api.names(first, "k01/0").await, ["k01"]);
}

#[tokio::test]
async fn only_friends_of_both_sides_see_the_whole_number_of_whom_they_find_by_name() {
    let api = Api::start().await;
    let p = api.registered("13800000001", Some("Pat")).await;
    let q = api.registered("13800000002", Some("Quinn")).await;
    let phone = async |who: &Chatter, name: &str| {
        let found = api.chat_get(who, &format!("user_search/{name}/0/")).await.ok();
        assert_eq!(found[0]["account"], found[0]["phone"]);
        (found[0]["phone"].as_str().unwrap().to_owned(), found[0]["isFriend"].as_bool().unwrap())
    };
    api.add(&p, &q).await;
    assert_eq!(phone(&p, "quinn").await, ("138****0002".to_owned(), true));
    assert_eq!(phone(&q, "pat").await, ("138****0001".to_owned(), false));
    api.add(&q, &p).await;
    assert_eq!(phone(&p, "quinn").await, ("13800000002".to_owned(), true));
    assert_eq!(phone(&q, "pat").await, ("13800000001".to_owned(), true));
}

#[tokio::test]
async fn a_proven_number_finds_who_has_proven_it_if_they_are_here_and_allow_it() {
    let api = Api::start().await;
    let p = api.registered("13800000001", Some("Pat")).await;
    let unproven = api.registered("19900000777", Some("Quinn")).await;
    assert_eq!(api.names(&p, "19900000777/0").await, ["Quinn"]);
    // Somebody proves the number elsewhere: the account that was made with it is found by its name alone.
    let mut proven = api.chatters(1).await.remove(0);
    proven.phone = unproven.phone.clone();
    let claim = [("uid", Some(text(&proven.id))), ("type", Some(text("phone claim")))];
    api.amend(&format!("PHONE#+86{}", proven.phone), "CLAIM", &claim).await;
    let profile = format!("USER#{}", proven.id);
    let elsewhere = AttributeValue::Ss(vec!["sealtalk".into()]);
    let both = AttributeValue::Ss(vec!["sealtalk".into(), "chat".into()]);
    let phone = Some(text(format!("+86{}", proven.phone)));
    api.amend(&profile, "PROFILE", &[("dialects", Some(elsewhere)), ("phone", phone)]).await;
    api.chat_get(&p, "user_search/19900000777/0/").await.empty();
    assert_eq!(api.names(&p, "quinn/0").await, ["Quinn"]);
    // They come here.
    api.amend(&profile, "PROFILE", &[("dialects", Some(both))]).await;
    let found = api.chat_get(&p, "user_search/19900000777/0/").await.ok();
    assert_eq!((found[0]["id"].as_str(), found[0]["phone"].as_str()), (Some(&*proven.id), Some("19900000777")));
    // They are shown with their nickname, which finds nobody.
    let nickname = found[0]["username"].as_str().unwrap();
    assert!(nickname.starts_with("crowd "), "{nickname}");
    api.chat_get(&p, "user_search/crowd/0/").await.empty();
    // They do not let others find them by it.
    let hidden = AttributeValue::Bool(false);
    api.amend(&profile, "PROFILE", &[("privacy_phone", Some(hidden))]).await;
    api.chat_get(&p, "user_search/19900000777/0/").await.empty();
}

#[tokio::test]
async fn numbers_are_looked_up_two_hundred_times_an_hour_and_names_as_often_as_one_likes() {
    let api = Api::start().await;
    let p = api.registered("13800000001", Some("13800000002")).await;
    api.next_window(3_600);
    // A number of nobody counts as well, and finds whose name it is.
    for _ in 0..200 {
        let found = api.chat_get(&p, "user_search/13800000002/0/").await.ids();
        assert_eq!(found, [p.id.as_str()]);
    }
    let refused = api.chat_get(&p, "user_search/13800000002/0/").await;
    refused.fails(0, "too many requests", &json!([]));
    assert_eq!(api.names(&p, "1380000000/0").await, ["13800000002"]);
    api.next_window(3_600);
    assert_eq!(api.names(&p, "13800000002/0").await, ["13800000002"]);
}

#[tokio::test]
async fn the_members_of_a_group_are_fifty_a_page_for_members_alone() {
    let api = Api::start().await;
    let people = api.chatters(53).await;
    let club = api.club(&people[0], "club", &people[1..52].iter().collect::<Vec<_>>()).await;
    let page = async |who: &Chatter, page: &str| api.chat_get(who, &format!("group_members/{club}/{page}/")).await;
    let first = page(&people[1], "0").await.ids();
    let second = page(&people[1], "1").await.ids();
    assert_eq!((first.len(), second.len(), first[0].as_str()), (50, 2, people[0].id.as_str()));
    let mut all: Vec<_> = [first, second].concat();
    all.sort();
    let mut wanted: Vec<_> = people[..52].iter().map(|who| who.id.clone()).collect();
    wanted.sort();
    assert_eq!(all, wanted);
    page(&people[1], "2").await.empty();
    page(&people[1], "99999999999999999999").await.empty();
    page(&people[1], "-1").await.fails(0, "failure", &json!([]));
    page(&people[52], "0").await.fails(6004, "no such group, or not a member", &json!([]));
    let unknown = api.chat_get(&people[0], &format!("group_members/{}/0/", "0".repeat(24))).await;
    unknown.fails(6004, "no such group, or not a member", &json!([]));
    // Who has quit is no member.
    api.chat_get(&people[51], &format!("quit_group/{club}/")).await.is(&json!("ok"));
    page(&people[51], "0").await.fails(6004, "no such group, or not a member", &json!([]));
    assert_eq!(page(&people[1], "1").await.ids().len(), 1);
}

#[tokio::test]
async fn what_is_shown_of_a_member() {
    let api = Api::start().await;
    let p = api.registered("13800000001", Some("Pat")).await;
    let q = api.registered("13800000002", Some("Quinn")).await;
    let club = api.club(&p, "club", &[&q]).await;
    let shown = api.chat_get(&p, &format!("group_members/{club}/0/")).await.ok();
    let of_p = listed(&p, "Pat", "13800000001", true, &shown[0]["modifyAt"]);
    let of_q = listed(&q, "Quinn", "138****0002", false, &shown[1]["modifyAt"]);
    assert_eq!(shown, json!([of_p, of_q]));
}
