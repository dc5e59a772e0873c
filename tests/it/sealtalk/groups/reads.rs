//! What groups show, and favourites (`docs/dialects/sealtalk.md`).

use super::super::client::Style;
use crate::world::{Api, NOBODY};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn my_groups_are_flat_and_nested() {
    let api = Api::start().await;
    let people = api.friends(2).await;
    let (ann, bob) = (&people[0], &people[1]);
    api.asks(ann, "/user/groups").await.is(200, r#"{"code":200,"result":[]}"#);
    let group = api.group(ann, "<a>Friends</a>", &[bob]).await;
    let item = json!({
        "id": group, "name": "&lt;a&gt;Friends&lt;/a&gt;", "portraitUri": "", "creatorId": ann.id, "memberCount": 2,
        "maxMemberCount": 500, "isMute": 0, "certiStatus": 1, "memberProtection": 0,
    });
    for (who, role) in [(ann, 0), (bob, 1)] {
        let mut expected = item.clone();
        expected["role"] = json!(role);
        expected["group"] = item.clone();
        let groups = api.asks(who, "/user/groups").await;
        assert_eq!((groups.result(), groups.rounds()), (json!([expected]), 2));
        let documented = api.says(who, "/user/groups", json!({})).await;
        assert_eq!(documented.text, groups.text);
    }
    api.get("/user/groups").await.signed_out();
    api.of_group(bob, "quit", &group).await.ok();
    api.asks(bob, "/user/groups").await.is(200, r#"{"code":200,"result":[]}"#);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_is_shown_to_whoever_has_its_id() {
    let api = Api::start().await;
    let people = api.friends(3).await;
    let [ann, bob, carl] = &people[..] else { unreachable!() };
    let group = api.group(ann, "Group", &[bob]).await;
    api.says(ann, "/group/set_bulletin", json!({"groupId": group, "content": "<news>"})).await.ok();
    let mut expected = json!({
        "id": group, "name": "Group", "portraitUri": "", "creatorId": ann.id, "memberCount": 2, "maxMemberCount": 500,
        "isMute": 0, "certiStatus": 1, "memberProtection": 0, "bulletin": "&lt;news&gt;", "deletedAt": null,
    });
    let seen = api.asks(bob, &format!("/group/{group}")).await;
    assert_eq!((seen.result(), seen.rounds()), (expected.clone(), 1));
    // What it has to say is for members.
    expected["bulletin"] = Value::Null;
    assert_eq!(api.asks(carl, &format!("/group/{group}")).await.result(), expected);
    let unknown = r#"{"code":404,"message":"Unknown group."}"#;
    api.asks(carl, &format!("/group/{NOBODY}")).await.is(404, unknown);
    api.asks(carl, "/group/nonsense").await.is(404, unknown);
    api.get(&format!("/group/{group}")).await.signed_out();
    api.says(ann, "/group/nonsense", json!({})).await.refused(405, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_are_shown_to_members() {
    let api = Api::start().await;
    let ann = api.friend("13900000001", "Ann <3").await;
    let bob = api.friend_as(Style::Android, "13900000002", "Bob").await;
    let carl = api.friend("13900000003", "Carl").await;
    let group = api.group(&ann, "Group", &[&bob]).await;
    let seen = api.asks(&ann, &format!("/group/{group}/members")).await;
    assert_eq!(seen.rounds(), 2);
    let list = seen.result();
    let me = &list[0];
    let time = me["timestamp"].as_i64().unwrap();
    let iso = shared::time::iso_millis(time);
    let expected = json!({
        "displayName": "", "groupNickname": "", "role": 0, "timestamp": time, "createdAt": iso, "createdTime": time,
        "updatedAt": iso, "updatedTime": time,
        "user": {
            "id": ann.id, "nickname": "Ann &lt;3", "portraitUri": "", "gender": "male", "phone": "13900000001",
            "stAccount": "",
        },
    });
    assert_eq!(*me, expected);
    // Somebody else's number stays theirs.
    assert_eq!((&list[1]["user"]["id"], &list[1]["user"]["phone"]), (&json!(bob.id), &json!("")));
    assert_eq!(api.members_of(&bob, &group).await[&ann.id]["user"]["phone"], "");
    // Between friends it is shown.
    api.says(&ann, "/friendship/invite", json!({"friendId": bob.id, "message": "Hello"})).await.result();
    assert_eq!(api.members_of(&bob, &group).await[&ann.id]["user"]["phone"], "");
    api.says(&bob, "/friendship/agree", json!({"friendId": ann.id})).await.ok();
    let seen = api.asks(&bob, &format!("/group/{group}/members")).await;
    assert_eq!((seen.rounds(), &seen.result()[0]["user"]["phone"]), (2, &json!("13900000001")));
    let foreign = r#"{"code":403,"message":"Only group member can get group member info."}"#;
    api.asks(&carl, &format!("/group/{group}/members")).await.is(403, foreign);
    api.asks(&ann, &format!("/group/{NOBODY}/members")).await.is(404, r#"{"code":404,"message":"Unknown group."}"#);
    api.get(&format!("/group/{group}/members")).await.signed_out();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn favourites_are_paged_and_go_with_the_membership() {
    let api = Api::start().await;
    let people = api.friends(2).await;
    let (ann, bob) = (&people[0], &people[1]);
    let mut groups = Vec::new();
    for name in ["First", "Second", "Third"] {
        groups.push(api.group(ann, name, &[bob]).await);
    }
    // In the order in which they were added, whatever the groups' own.
    groups.swap(0, 2);
    for group in &groups {
        api.of_group(bob, "fav", group).await.ok();
        api.of_group(bob, "fav", group).await.is(405, r#"{"code":405,"message":"Group already exists."}"#);
    }
    let page = async |query: &str| api.asks(bob, &format!("/user/favgroups{query}")).await;
    let all = page("").await;
    assert_eq!(all.rounds(), 2);
    let all = all.result();
    assert_eq!(all.as_object().unwrap().keys().collect::<Vec<_>>(), ["list", "total"]);
    let listed = |page: &Value| -> Vec<String> {
        page["list"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((listed(&all), &all["total"]), (groups.clone(), &json!(3)));
    let first = &all["list"][0];
    let (created, updated) = (first["createdTime"].as_i64().unwrap(), first["updatedTime"].as_i64().unwrap());
    let expected = json!({
        "id": groups[0], "name": "Third", "portraitUri": "", "creatorId": ann.id, "memberCount": 2,
        "maxMemberCount": 500, "memberProtection": 0, "isMute": 0, "certiStatus": 1,
        "createdAt": shared::time::iso_millis(created), "updatedAt": shared::time::iso_millis(updated),
        "createdTime": created, "updatedTime": updated,
    });
    assert_eq!(*first, expected);
    // What was given comes back as it was given, as text.
    let second = page("?limit=1&offset=1").await.result();
    assert_eq!(listed(&second), groups[1..2]);
    assert_eq!((&second["limit"], &second["offset"], &second["total"]), (&json!("1"), &json!("1"), &json!(3)));
    let rest = page("?offset=2").await.result();
    assert_eq!((listed(&rest), &rest["offset"], rest.get("limit")), (groups[2..].to_vec(), &json!("2"), None));
    assert_eq!(listed(&page("?limit=0").await.result()).len(), 3);
    assert_eq!(listed(&page("?offset=9").await.result()).len(), 0);
    let documented = api.says(bob, "/user/favgroups", json!({"limit": 1, "offset": 1})).await.result();
    assert_eq!(documented, second);
    for query in ["?limit=-1", "?offset=-1", "?limit=x", "?offset=1.5", "?limit=99999999999999999999999"] {
        page(query).await.is(400, r#"{"code":400,"message":"Illegal parameter ."}"#);
    }
    api.get("/user/favgroups?limit=x").await.signed_out();

    let unfav = async |group: &str| api.talk(Some(bob), "DELETE", "/group/fav", Some(json!({"groupId": group}))).await;
    unfav(&groups[0]).await.ok();
    unfav(&groups[0]).await.ok();
    unfav(NOBODY).await.ok();
    assert_eq!(listed(&page("").await.result()), groups[1..]);
    api.of_group(bob, "quit", &groups[1]).await.ok();
    api.about_people(ann, "kick", &groups[2], &[bob]).await.ok();
    page("").await.is(200, r#"{"code":200,"result":{"list":[],"total":0}}"#);
    // Back in it, it is none.
    api.of_group(bob, "join", &groups[1]).await.ok();
    assert_eq!(page("").await.result()["total"], 0);
    let foreign = r#"{"code":403,"message":"Current user is not group member."}"#;
    api.of_group(bob, "fav", &groups[2]).await.is(403, foreign);
    api.of_group(bob, "fav", NOBODY).await.is(404, r#"{"code":404,"message":"Unknown group."}"#);
    api.groups_fit().await;
}
