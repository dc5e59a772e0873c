//! Making groups, joining and quitting them, with every failure.

use super::client::{Chatter, no_group};
use crate::{crowd::number, world::Api};
use reqwest::Method;
use serde_json::{Value, json};
use shared::config::Table;

const NOT_IN: &str = "no such group, or not a member";

async fn create(api: &Api, who: &Chatter, body: Value) -> super::client::Chatted {
    api.chat(who, Method::POST, "create_group/", &body).await
}

#[tokio::test]
async fn a_group_is_made_shown_joined_and_quit() {
    let api = Api::start().await;
    let [p, q, r] = &api.chatters(3).await[..] else { panic!() };
    api.chat_get(q, "user_groups/").await.empty();
    let club = api.club(p, "club", &[q]).await;
    let shown = |owner: &Chatter, members: u32, is_member: bool, modified: &Value| {
        json!({
            "id": club, "name": "club", "picture": "", "desc": "", "ownerId": owner.id, "members": members,
            "isMember": is_member, "modifyAt": modified,
        })
    };
    let of_q = api.chat_get(q, "user_groups/").await.ok();
    assert_eq!(of_q, json!([shown(p, 2, true, &of_q[0]["modifyAt"])]));
    let joined = api.chat_get(r, &format!("join_group/{club}/")).await.ok();
    assert_eq!(joined, shown(p, 3, true, &joined["modifyAt"]));
    let again = api.chat(r, Method::POST, &format!("join_group/{club}"), &Value::Null).await;
    again.fails(12_000, "a member already", &no_group());
    api.chat_get(p, &format!("quit_group/{club}/")).await.is(&json!("ok"));
    api.chat_get(p, &format!("quit_group/{club}/")).await.fails(6004, NOT_IN, &json!(""));
    // The owner's group is that of the one who has been in it for longest.
    let of_r = api.chat_get(r, "user_groups/").await.ok();
    assert_eq!(of_r, json!([shown(q, 2, true, &of_r[0]["modifyAt"])]));
    api.chat(q, Method::POST, &format!("quit_group/{club}/"), &Value::Null).await.is(&json!("ok"));
    api.chat_get(r, &format!("quit_group/{club}/")).await.is(&json!("ok"));
    // The last one has ended it.
    api.chat_get(p, &format!("join_group/{club}/")).await.fails(6004, NOT_IN, &no_group());
    api.chat_get(p, "group_search/club/1/").await.empty();
    api.groups_fit().await;
    api.grams_fit().await;
}

#[tokio::test]
async fn what_a_group_needs_to_be_made() {
    let api = Api::start().await;
    let [p, q] = &api.chatters(2).await[..] else { panic!() };
    let elsewhere = api.friends(1).await.remove(0);
    let long = "x".repeat(21);
    let (blank, too_long) = ("the name is missing", "the name is too long");
    let refusals = [
        (json!({}), 6001, blank),
        (json!({"name": null}), 6001, blank),
        (json!({"name": ""}), 6001, blank),
        (json!({"name": "  ", "members": ["nobody"]}), 6001, blank),
        (json!({"name": "\u{200b}\u{feff}"}), 6001, blank),
        (json!({"name": long}), 8004, too_long),
        (json!({"name": "🚀".repeat(21)}), 8004, too_long),
        (json!({"name": ["club"]}), 8004, too_long),
        (json!({"name": "club", "description": "x".repeat(101)}), 8004, too_long),
        (json!({"name": "club", "picture": "../../etc/passwd"}), 8006, "not an uploaded picture"),
        (json!({"name": "club", "picture": "media/../x"}), 8006, "not an uploaded picture"),
        (json!({"name": "club", "picture": "javascript:alert(1)"}), 8006, "not an uploaded picture"),
        (json!({"name": "club", "members": ["nobody"]}), 6004, "no such user"),
        (json!({"name": "club", "members": [q.id, "0".repeat(24)]}), 6004, "no such user"),
        // Who has never come here is nobody here.
        (json!({"name": "club", "members": [elsewhere.id]}), 6004, "no such user"),
        (json!({"name": "club", "members": "all"}), 0, "failure"),
        (json!({"name": "club", "members": [[]]}), 0, "failure"),
        (json!({"name": "club", "members": vec![q.id.clone(); 201]}), 0, "failure"),
    ];
    for (body, status, message) in refusals {
        create(&api, p, body).await.fails(status, message, &no_group());
    }
    api.chat_get(p, "user_groups/").await.empty();
    assert!(api.rows(api.world.app.config.tables.name(Table::Chat)).await.is_empty());
    // What is just right: 20 characters, oneself among those named, somebody twice, a number for a name.
    let name = "🚀".repeat(20);
    let made = create(&api, p, json!({"name": name, "members": [p.id, q.id, q.id], "description": "y".repeat(100)}))
        .await
        .ok();
    assert_eq!((&made["members"], &made["name"]), (&json!(2), &json!(name)));
    assert_eq!(create(&api, p, json!({"name": 7, "members": null})).await.ok()["name"], json!("7"));
    api.grams_fit().await;
    let broken = api.http.post(api.url("/android/create_group/")).bearer_auth(&p.token).body("{'name': 'club'}");
    let broken = crate::world::Answer::of(broken.send().await.unwrap()).await;
    assert_eq!((broken.status, &broken.json()["status"]), (400, &json!(0)));
}

#[tokio::test]
async fn a_name_with_all_its_grams_and_two_hundred_members_is_one_group() {
    let api = Api::start().await;
    let people = api.chatters(202).await;
    let others: Vec<_> = people[1..201].iter().collect();
    let club = api.club(&people[0], "abcdefghijklmnopqrst", &others).await;
    let groups = api.chat_get(&people[200], "user_groups/").await.ok();
    assert_eq!((&groups[0]["members"], groups[0]["id"].as_str()), (&json!(201), Some(&*club)));
    assert_eq!(api.chat_get(&people[201], "group_search/pqrst/1/").await.ids(), [&*club]);
    api.groups_fit().await;
    api.grams_fit().await;
}

#[tokio::test]
async fn where_managers_agree_to_newcomers_joining_is_a_wish() {
    let api = Api::start().await;
    let people = api.chatters_of(2, &["chat", "sealtalk"]).await;
    let [p, q] = &people[..] else { panic!() };
    let there = api.in_sealtalk(p);
    let club = api.club(p, "club", &[]).await;
    api.says(&there, "/group/set_certification", json!({"groupId": club, "certiStatus": 0})).await.ok();
    for _ in 0..2 {
        let wished = api.chat_get(q, &format!("join_group/{club}/")).await.ok();
        assert_eq!(
            (&wished["isMember"], &wished["members"], wished["id"].as_str()),
            (&json!(false), &json!(1), Some(&*club))
        );
    }
    let wish = api.asks(&there, "/group/notice_info").await.result();
    assert_eq!((wish.as_array().unwrap().len(), wish[0]["receiver"]["id"].as_str()), (1, Some(&*q.id)));
    api.says(&there, "/group/agree", json!({"groupId": club, "receiverId": q.id, "status": 1})).await.ok();
    assert_eq!(api.chat_get(q, "user_groups/").await.ids(), [&*club]);
    let again = api.chat_get(q, &format!("join_group/{club}/")).await;
    again.fails(12_000, "a member already", &no_group());
    api.groups_fit().await;
}

#[tokio::test]
async fn a_full_group_and_somebody_in_too_many_are_refused() {
    let api = Api::start().await;
    let [p, q] = &api.chatters(2).await[..] else { panic!() };
    let club = api.club(p, "club", &[]).await;
    let groups = api.world.app.config.tables.name(Table::Groups);
    let mut meta = api.group_row(&format!("GROUP#{club}"), "META").await.unwrap();
    meta.insert("member_count".into(), number(500));
    api.write(groups, vec![meta]).await;
    let full = api.chat_get(q, &format!("join_group/{club}/")).await;
    full.fails(0, "the group is full", &no_group());
    let friends = api.world.app.config.tables.name(Table::Friends);
    let mut version = api.item(friends, &format!("USER#{}", p.id), "VERSION").await.unwrap();
    version.insert("groups".into(), number(500));
    api.write(friends, vec![version]).await;
    create(&api, p, json!({"name": "club"})).await.fails(0, "in too many groups", &no_group());
}

#[tokio::test]
async fn whoever_blocks_the_owner_is_asked_nothing_and_is_not_in() {
    let api = Api::start().await;
    let people = api.chatters_of(2, &["chat", "sealtalk"]).await;
    let [p, q] = &people[..] else { panic!() };
    api.says(&api.in_sealtalk(q), "/user/add_to_blacklist", json!({"friendId": p.id})).await.ok();
    let made = create(&api, p, json!({"name": "club", "members": [q.id]})).await.ok();
    assert_eq!(made["members"], json!(1));
    api.chat_get(q, "user_groups/").await.empty();
    // A block between two people hides no group, and keeps nobody from joining one.
    let club = made["id"].as_str().unwrap();
    assert_eq!(api.chat_get(q, "group_search/club/1/").await.ids(), [club]);
    assert_eq!(api.chat_get(q, &format!("join_group/{club}/")).await.ok()["members"], json!(2));
}

#[tokio::test]
async fn hostile_ids_are_unknown() {
    let api = Api::start().await;
    let p = api.chatters(1).await.remove(0);
    for gid in ["x", "0", "%00", "%2F..%2F", "000000000000000000000000", "%F0%9F%9A%80", "5703b8f0a2c4e6081b3d5f79"] {
        api.chat_get(&p, &format!("join_group/{gid}/")).await.fails(6004, NOT_IN, &no_group());
        api.chat_get(&p, &format!("quit_group/{gid}/")).await.fails(6004, NOT_IN, &json!(""));
    }
}

#[tokio::test]
async fn a_picture_that_was_stored_here_is_a_url_elsewhere_and_the_other_way_round() {
    let api = Api::start().await;
    let p = api.chatters_of(1, &["chat", "sealtalk"]).await.remove(0);
    let there = api.in_sealtalk(&p);
    let made = create(&api, &p, json!({"name": "club", "picture": "media/avatars/default.jpg"})).await.ok();
    let url = api.url("/media/avatars/default.jpg");
    let group = api.asks(&there, &format!("/group/{}", made["id"].as_str().unwrap())).await.result();
    assert_eq!((&group["portraitUri"], &group["name"]), (&json!(url), &json!("club")));
    let mine = api.asks(&there, "/user/groups").await.result();
    assert_eq!((&mine[0]["portraitUri"], &mine[0]["group"]["portraitUri"]), (&json!(url), &json!(url)));
    let synced = api.asks(&there, "/user/sync/0").await.result();
    assert_eq!(synced["groups"][0]["group"]["portraitUri"], json!(url));
    let set = json!({"groupId": made["id"], "portraitUri": "http://img.example.com/team.png"});
    api.says(&there, "/group/set_portrait_uri", set).await.ok();
    let shown = api.chat_get(&p, "user_groups/").await.ok();
    assert_eq!(shown[0]["picture"], json!("http://img.example.com/team.png"));
}
