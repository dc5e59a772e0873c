//! Making groups, adding, joining (`docs/dialects/sealtalk.md#joining`).

use super::ids;
use crate::world::{Api, NOBODY};
use serde_json::json;
use shared::config::Table;

const FULL: &str = r#"{"code":400,"message":"Group's member count is out of max group member count limit (500)."}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_is_made_of_its_creator_and_others() {
    let api = Api::start().await;
    let (ann, bob) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Bob").await);
    let body = json!({"name": "Friends", "memberIds": [ann.id, bob.id, bob.id], "portraitUri": ""});
    let created = api.says(&ann, "/group/create", body).await.result();
    assert_eq!(created["userStatus"], json!([{"id": ann.id, "status": 1}, {"id": bob.id, "status": 1}]));
    let group = created["id"].as_str().unwrap();
    assert_eq!(created.as_object().unwrap().len(), 2);
    let members = api.members_of(&bob, group).await;
    assert_eq!((&members[&ann.id]["role"], &members[&bob.id]["role"]), (&json!(0), &json!(1)));
    // The creator is in it whether listed or not.
    let carl = api.friend("13900000003", "Carl").await;
    let body = json!({"name": "Others", "memberIds": ids(&[&bob, &carl])});
    let other = api.says(&ann, "/group/create", body).await.result()["id"].as_str().unwrap().to_owned();
    assert_eq!(api.members_of(&ann, &other).await.len(), 3);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_has_a_name_and_2_to_500_people() {
    let api = Api::start().await;
    let people = api.friends(2).await;
    let (ann, bob) = (&people[0], &people[1]);
    let two = ids(&[ann, bob]);
    let long = "字".repeat(33);
    for name in ["x", &long] {
        let answer = api.says(ann, "/group/create", json!({"name": name, "memberIds": two})).await;
        answer.is(400, r#"{"code":400,"message":"Length of group name is out of limit."}"#);
    }
    let few = r#"{"code":400,"message":"Group's member count should be greater than 1 at least."}"#;
    for members in [json!([]), json!([ann.id]), json!([bob.id, bob.id])] {
        api.says(ann, "/group/create", json!({"name": "Group", "memberIds": members})).await.is(400, few);
    }
    let many: Vec<_> = (0..501).map(|number| format!("f{number:023x}")).collect();
    api.says(ann, "/group/create", json!({"name": "Group", "memberIds": many})).await.is(400, FULL);
    // 500 others and the creator are 501.
    api.says(ann, "/group/create", json!({"name": "Group", "memberIds": many[..500]})).await.is(400, FULL);
    let missing = api.says(ann, "/group/create", json!({"memberIds": two})).await;
    missing.is(400, r#"{"code":400,"message":"Empty name."}"#);
    let missing = api.says(ann, "/group/create", json!({"name": "Group"})).await;
    missing.is(400, r#"{"code":400,"message":"Empty memberIds."}"#);
    let url = json!({"name": "Group", "memberIds": two, "portraitUri": "ftp://example.com/a"});
    let refused = api.says(ann, "/group/create", url).await;
    refused.is(400, r#"{"code":400,"message":"Invalid portraitUri format."}"#);
    api.anyone("/group/create", json!({"name": "x"})).await.signed_out();
    assert!(api.rows(api.world.app.config.tables.name(Table::Groups)).await.is_empty());
    // Exactly so many characters are enough, and not too many.
    for name in ["xy", &"字".repeat(32)] {
        api.group(ann, name, &[bob]).await;
    }
}

/// More people than one transaction takes; what is answered of the later ones is what became of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_blocks_the_maker_of_a_large_group_is_in_it_or_not_said_to_be() {
    let api = Api::start().await;
    let people = api.friends(34).await;
    let (ann, last) = (&people[0], &people[33]);
    let ids: Vec<_> = people[1..].iter().map(|who| &who.id).collect();
    for _ in 0..3 {
        let blocking = api.says(last, "/user/add_to_blacklist", json!({"friendId": ann.id}));
        let making = api.says(ann, "/group/create", json!({"name": "Group", "memberIds": ids}));
        let (made, blocked) = futures_util::join!(making, blocking);
        blocked.ok();
        let made = made.result();
        let status =
            made["userStatus"].as_array().unwrap().iter().find(|it| it["id"] == last.id).unwrap()["status"].clone();
        let members = api.members_of(ann, made["id"].as_str().unwrap()).await;
        assert_eq!(status == 1, members.len() == 34, "{status}");
        api.says(last, "/user/remove_from_blacklist", json!({"friendId": ann.id})).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_of_500_is_full() {
    let api = Api::start().await;
    let people = api.friends(501).await;
    let all: Vec<_> = people.iter().collect();
    let group = api.group(all[0], "Everybody", &all[1..499]).await;
    let members = api.members_of(all[0], &group).await;
    assert_eq!(members.len(), 499);
    api.about_people(all[1], "add", &group, &all[499..]).await.is(400, FULL);
    api.of_group(all[499], "join", &group).await.ok();
    api.of_group(all[500], "join", &group).await.is(400, FULL);
    api.about_people(all[1], "add", &group, &all[500..]).await.is(400, FULL);
    // Who is in it already takes no room.
    api.of_group(all[499], "join", &group).await.ok();
    api.of_group(all[3], "quit", &group).await.ok();
    api.of_group(all[500], "join", &group).await.ok();
    assert_eq!(api.members_of(all[0], &group).await.len(), 500);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_in_more_than_500_groups() {
    let api = Api::start().await;
    let people = api.friends(2).await;
    let (ann, bob) = (&people[0], &people[1]);
    let group = api.group(ann, "Group", &[bob]).await;
    // As if there were 499 more.
    let version = api.world.clients.dynamodb.update_item().table_name(api.world.app.config.tables.name(Table::Friends));
    let version = version.key("pk", crate::crowd::text(format!("USER#{}", ann.id)));
    let version = version.key("sk", crate::crowd::text("VERSION")).update_expression("ADD groups :more");
    version.expression_attribute_values(":more", crate::crowd::number(499)).send().await.unwrap();
    let refused = api.says(ann, "/group/create", json!({"name": "One more", "memberIds": ids(&[ann, bob])})).await;
    let too_many =
        r#"{"code":1000,"message":"Current user's group count is out of max user group count limit (500)."}"#;
    refused.is(200, too_many);
    let other = api.group(bob, "Another", &[&api.friends(1).await[0]]).await;
    api.of_group(ann, "join", &other).await.is(200, too_many);
    api.about_people(bob, "add", &other, &[ann]).await.is(200, r#"{"code":200,"result":[]}"#);
    api.of_group(ann, "quit", &group).await.ok();
    api.of_group(ann, "join", &other).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_add_others() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    let group = api.group(ann, "Group", &[bob]).await;
    let added = api.about_people(bob, "add", &group, &[carl, ann, carl]).await.result();
    assert_eq!(added, json!([{"id": carl.id, "status": 1}, {"id": ann.id, "status": 1}]));
    // Again: nobody counts twice.
    for _ in 0..2 {
        let again = api.about_people(ann, "add", &group, &[carl, bob]).await.result();
        assert_eq!(again, json!([{"id": carl.id, "status": 1}, {"id": bob.id, "status": 1}]));
    }
    assert_eq!(api.asks(ann, &format!("/group/{group}")).await.result()["memberCount"], 3);
    let empty = api.about_people(ann, "add", &group, &[]).await;
    empty.is(200, r#"{"code":20002,"message":"Limit error."}"#);
    // Who is not in it adds nobody, not even themselves.
    let foreign = r#"{"code":403,"message":"Current user is not group member."}"#;
    api.about_people(dora, "add", &group, &[dora]).await.is(403, foreign);
    let unknown = r#"{"code":404,"message":"Unknown group."}"#;
    api.about_people(ann, "add", NOBODY, &[bob]).await.is(404, unknown);
    api.about_people(ann, "add", "no id", &[bob]).await.is(404, unknown);
    api.about_people(ann, "add", "", &[bob]).await.is(400, r#"{"code":400,"message":"Empty groupId."}"#);
    // Nobody, and who has never been here, cannot be added.
    let stranger = api.person("13900000009", "Stranger", "male").await;
    let body = json!({"groupId": group, "memberIds": [NOBODY, stranger.id, "no id", dora.id]});
    let added = api.says(ann, "/group/add", body).await;
    added.is(200, &json!({"code": 200, "result": [{"id": dora.id, "status": 1}]}).to_string());
    assert_eq!(api.members_of(dora, &group).await.len(), 4);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_id_joins() {
    let api = Api::start().await;
    let people = api.friends(3).await;
    let [ann, bob, carl] = &people[..] else { unreachable!() };
    let group = api.group(ann, "Group", &[bob]).await;
    for _ in 0..3 {
        api.of_group(carl, "join", &group).await.ok();
    }
    assert_eq!(api.asks(ann, &format!("/group/{group}")).await.result()["memberCount"], 3);
    let unknown = r#"{"code":404,"message":"Unknown group."}"#;
    api.of_group(carl, "join", NOBODY).await.is(404, unknown);
    api.of_group(ann, "dismiss", &group).await.ok();
    api.of_group(carl, "join", &group).await.is(404, unknown);
    api.about_people(ann, "add", &group, &[carl]).await.is(404, unknown);
    api.groups_fit().await;
}
