//! What the creator and managers change, and what members say of themselves
//! (`docs/dialects/sealtalk.md#settings-of-a-group`).

use super::super::client::Friend;
use crate::world::{Answer, Api, NOBODY};
use serde_json::{Value, json};

struct Scene {
    api: Api,
    people: Vec<Friend>,
    group: String,
}

impl Scene {
    /// A creator, a manager, a member, and somebody who is not in it.
    async fn start() -> Self {
        let api = Api::start().await;
        let people = api.friends(4).await;
        let group = api.group(&people[0], "Group", &[&people[1], &people[2]]).await;
        api.about_people(&people[0], "set_manager", &group, &[&people[1]]).await.ok();
        Self { api, people, group }
    }

    async fn says(&self, who: usize, name: &str, mut body: Value) -> Answer {
        if body.get("groupId").is_none() {
            body["groupId"] = json!(self.group);
        }
        self.api.says(&self.people[who], &format!("/group/{name}"), body).await
    }

    fn id(&self, who: usize) -> &str {
        &self.people[who].id
    }

    async fn view(&self) -> Value {
        self.api.asks(&self.people[2], &format!("/group/{}", self.group)).await.result()
    }

    async fn roles(&self) -> Vec<i64> {
        let members = self.api.members_of(&self.people[2], &self.group).await;
        self.people[..3].iter().map(|who| members[&who.id]["role"].as_i64().unwrap()).collect()
    }
}

fn failure(code: u16, message: &str) -> String {
    json!({"code": code, "message": message}).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_creator_chooses_name_and_portrait() {
    let scene = Scene::start().await;
    let refused = failure(400, "Unknown group or not creator.");
    for (path, body, field) in [
        ("rename", json!({"name": "A <b> name"}), "name"),
        ("set_portrait_uri", json!({"portraitUri": "https://example.com/a.png"}), "portraitUri"),
    ] {
        for who in 1..4 {
            scene.says(who, path, body.clone()).await.is(400, &refused);
        }
        let mut unknown = body.clone();
        unknown["groupId"] = json!(NOBODY);
        scene.says(0, path, unknown).await.is(400, &refused);
        scene.says(0, path, body.clone()).await.ok();
        let shown = body[field].as_str().unwrap().replace('<', "&lt;").replace('>', "&gt;");
        assert_eq!(scene.view().await[field], json!(shown));
    }
    for name in ["x".to_owned(), "x".repeat(33)] {
        scene.says(0, "rename", json!({"name": name})).await.is(400, &failure(400, "Length of name invalid."));
    }
    scene.says(0, "rename", json!({"name": ""})).await.is(400, &failure(400, "Empty name."));
    for url in [
        "example.com/portrait",
        "ftp://example.com/portrait",
        "http://exa mple.com/p",
        "http://nohost/abcdef",
        "http://a.example/<b>",
    ] {
        let refused = scene.says(0, "set_portrait_uri", json!({"portraitUri": url})).await;
        refused.is(400, &failure(400, "Invalid portraitUri format."));
    }
    for url in ["http://a.bc".to_owned(), format!("http://a.bc/{}", "x".repeat(245))] {
        let refused = scene.says(0, "set_portrait_uri", json!({"portraitUri": url})).await;
        refused.is(400, &failure(400, "Invalid portraitUri length."));
    }
    scene.api.anyone("/group/rename", json!({"groupId": scene.group, "name": "x"})).await.signed_out();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn managers_choose_the_rest() {
    let scene = Scene::start().await;
    let no_manager = failure(403, "Current user is not group manager.");
    for (path, field, value) in [
        ("mute_all", "muteStatus", 1),
        ("set_member_protection", "memberProtection", 1),
        ("set_certification", "certiStatus", 0),
    ] {
        let body = json!({(field): value});
        for who in 2..4 {
            let refused = scene.says(who, path, body.clone()).await;
            if path == "set_certification" {
                refused.is(200, &failure(20_001, "No permission."));
            } else {
                refused.is(403, &no_manager);
            }
        }
        scene.says(1, path, json!({(field): 2})).await.refused(400, 400);
        scene.says(1, path, json!({})).await.is(400, &failure(400, &format!("Empty {field}.")));
        // As text as well.
        scene.says(1, path, json!({(field): value.to_string()})).await.ok();
    }
    let view = scene.view().await;
    assert_eq!((&view["isMute"], &view["memberProtection"], &view["certiStatus"]), (&json!(1), &json!(1), &json!(0)));
    scene.says(0, "mute_all", json!({"muteStatus": 0, "userId": [scene.id(2)]})).await.ok();
    assert_eq!(scene.view().await["isMute"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulletin_is_for_members() {
    let scene = Scene::start().await;
    let get = async |who: usize| {
        scene.api.asks(&scene.people[who], &format!("/group/get_bulletin?groupId={}", scene.group)).await
    };
    let none = failure(402, "No group bulletin.");
    get(2).await.is(402, &none);
    scene.says(2, "set_bulletin", json!({"content": "x"})).await.refused(403, 403);
    let long = json!({"content": "x".repeat(1_025)});
    scene.says(1, "set_bulletin", long).await.is(400, &failure(400, "Length of bulletin invalid."));
    for nothing in [json!({}), json!({"content": ""}), json!({"content": null})] {
        scene.says(1, "set_bulletin", nothing).await.is(400, &failure(400, "Empty content."));
    }
    scene.says(1, "set_bulletin", json!({"bulletin": "<old>"})).await.ok();
    scene.says(1, "set_bulletin", json!({"content": "<news>"})).await.ok();
    let shown = get(2).await.result();
    let time = scene.api.world.clock.millis();
    assert!(shown["timestamp"].as_i64().is_some_and(|at| at <= time && at > time - 60_000));
    assert!(shown["id"].as_str().is_some_and(|id| !id.is_empty()));
    assert_eq!((&shown["groupId"], &shown["content"]), (&json!(scene.group), &json!("&lt;news&gt;")));
    get(3).await.is(403, &failure(403, "Current user is not group member."));
    scene.says(0, "set_bulletin", json!({"bulletin": ""})).await.ok();
    get(2).await.is(402, &none);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_call_themselves_something() {
    let scene = Scene::start().await;
    let set = async |who: usize, name: &str| scene.says(who, "set_display_name", json!({"displayName": name})).await;
    set(2, "The <b>").await.ok();
    let shown = async || scene.api.members_of(&scene.people[0], &scene.group).await[scene.id(2)]["displayName"].clone();
    assert_eq!(shown().await, "The &lt;b&gt;");
    set(2, &"x".repeat(33)).await.is(400, &failure(400, "Length of display name invalid."));
    set(3, "x").await.is(404, &failure(404, "Unknown group."));
    let unknown = json!({"groupId": NOBODY, "displayName": "x"});
    scene.says(2, "set_display_name", unknown).await.is(404, &failure(404, "Unknown group."));
    scene.says(2, "set_display_name", json!({})).await.is(400, &failure(400, "Empty displayName."));
    set(2, "").await.ok();
    assert_eq!(shown().await, "");
}

/// One name, by whichever operation it was given, wherever it is shown.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_group_calls_a_member_is_their_name_in_it() {
    let scene = Scene::start().await;
    let (api, carl) = (&scene.api, scene.id(2));
    let shows = async |name: &str| {
        let info = scene.says(0, "get_member_info", json!({"memberId": carl})).await.result();
        assert_eq!(info["groupNickname"], name);
        let listed = api.members_of(&scene.people[0], &scene.group).await[carl].clone();
        assert_eq!((&listed["displayName"], &listed["groupNickname"]), (&json!(name), &json!(name)));
        for who in [0, 2] {
            let all = api.asks(&scene.people[who], "/user/sync/0").await.result();
            let member = all["group_members"].as_array().unwrap().iter().find(|it| it["memberId"] == carl).unwrap();
            assert_eq!(member["displayName"], name);
            assert_eq!(all["groups"][0]["displayName"], if who == 2 { name } else { "" });
        }
    };
    let named = json!({"memberId": carl, "groupNickname": "Iron"});
    scene.says(2, "set_member_info", named).await.ok();
    shows("Iron").await;
    scene.says(2, "set_display_name", json!({"displayName": "Steel"})).await.ok();
    shows("Steel").await;
    // What says nothing of the name leaves it.
    scene.says(1, "set_member_info", json!({"memberId": carl, "WeChat": "wx"})).await.ok();
    shows("Steel").await;
    scene.says(1, "set_member_info", json!({"memberId": carl, "groupNickname": "Gold"})).await.ok();
    shows("Gold").await;
    scene.says(2, "set_display_name", json!({"displayName": ""})).await.ok();
    shows("").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_creator_makes_managers() {
    let scene = Scene::start().await;
    let set = async |who: usize, name: &str, ids: &[&str]| scene.says(who, name, json!({"memberIds": ids})).await;
    for name in ["set_manager", "remove_manager"] {
        set(1, name, &[scene.id(2)]).await.is(401, &failure(401, "No permission to set up an manager."));
        set(3, name, &[scene.id(2)]).await.is(402, &failure(402, "Not in the group."));
        set(0, name, &[scene.id(2), scene.id(3)]).await.is(402, &failure(402, "Not in the group."));
        set(0, name, &[scene.id(0)]).await.is(403, &failure(403, "Cannot set the group creator."));
        set(0, name, &[]).await.is(400, &failure(400, "Empty memberIds."));
    }
    assert_eq!(scene.roles().await, [0, 2, 1]);
    set(0, "set_manager", &[scene.id(1), scene.id(2), scene.id(2)]).await.ok();
    assert_eq!(scene.roles().await, [0, 2, 2]);
    set(0, "remove_manager", &[scene.id(1), scene.id(2)]).await.ok();
    assert_eq!(scene.roles().await, [0, 1, 1]);
    scene.says(1, "mute_all", json!({"muteStatus": 1})).await.refused(403, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_is_handed_over() {
    let scene = Scene::start().await;
    let hand = async |who: usize, to: &str| scene.says(who, "transfer", json!({"userId": to})).await;
    hand(0, scene.id(0)).await.is(403, &failure(403, "Can not transfer creator role to yourself."));
    hand(0, scene.id(3)).await.is(400, &failure(400, "Invalid groupId or userId."));
    hand(0, NOBODY).await.is(400, &failure(400, "Invalid groupId or userId."));
    hand(3, scene.id(0)).await.is(400, &failure(400, "Invalid groupId or userId."));
    hand(1, scene.id(2)).await.is(400, &failure(400, "Current user is not group creator."));
    let unknown = json!({"groupId": NOBODY, "userId": scene.id(1)});
    scene.says(0, "transfer", unknown).await.is(400, &failure(400, "Invalid groupId or userId."));
    hand(0, scene.id(2)).await.ok();
    assert_eq!(scene.roles().await, [1, 2, 0]);
    assert_eq!(scene.view().await["creatorId"], json!(scene.id(2)));
    scene.says(0, "dismiss", json!({})).await.is(400, &failure(400, "Unknown group or not creator."));
    scene.says(2, "rename", json!({"name": "Mine"})).await.ok();
    scene.api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_knows_of_its_members_what_they_or_managers_say() {
    let scene = Scene::start().await;
    let set = async |who: usize, of: &str, mut body: Value| {
        body["memberId"] = json!(of);
        scene.says(who, "set_member_info", body).await
    };
    let get = async |who: usize, of: &str| scene.says(who, "get_member_info", json!({"memberId": of})).await;
    let empty = json!({
        "groupNickname": "", "region": "", "phone": "", "WeChat": "", "Alipay": "", "memberDesc": [],
    });
    assert_eq!(get(2, scene.id(1)).await.result(), empty);
    set(2, scene.id(2), json!({"groupNickname": "Carl", "WeChat": "<wx>", "phone": 139, "region": 86})).await.ok();
    set(1, scene.id(2), json!({"memberDesc": ["one", "two"], "Alipay": "ali"})).await.ok();
    let expected = json!({
        "groupNickname": "Carl", "region": "86", "phone": "139", "WeChat": "&lt;wx&gt;", "Alipay": "ali",
        "memberDesc": ["one", "two"],
    });
    assert_eq!(get(0, scene.id(2)).await.result(), expected);
    set(2, scene.id(2), json!({"memberDesc": "[\"three\"]", "WeChat": "", "Alipay": null})).await.ok();
    let changed = get(0, scene.id(2)).await.result();
    assert_eq!(
        (&changed["memberDesc"], &changed["WeChat"], &changed["Alipay"]),
        (&json!(["three"]), &json!(""), &json!("ali"))
    );
    let members = scene.api.members_of(&scene.people[0], &scene.group).await;
    assert_eq!(members[scene.id(2)]["groupNickname"], "Carl");
    set(2, scene.id(1), json!({"WeChat": "x"})).await.is(403, &failure(403, "Current user is not group manager."));
    set(3, scene.id(3), json!({"WeChat": "x"})).await.is(403, &failure(403, "Current user is not group member."));
    set(1, scene.id(3), json!({"WeChat": "x"})).await.is(400, &failure(400, "Not a group member."));
    get(3, scene.id(1)).await.is(403, &failure(403, "Current user is not group member."));
    get(1, scene.id(3)).await.is(400, &failure(400, "Not a group member."));
    let full = json!({
        "groupNickname": "Carl", "region": "86", "phone": "139", "WeChat": "wx", "Alipay": "ali", "memberDesc": ["one"],
    });
    for (field, nothing) in empty.as_object().unwrap() {
        let mut sent = full.clone();
        sent[field] = json!("");
        set(2, scene.id(2), sent.clone()).await.ok();
        sent[field] = nothing.clone();
        assert_eq!(get(0, scene.id(2)).await.result(), sent, "{field}");
    }
    let long = set(2, scene.id(2), json!({"groupNickname": "x".repeat(33)})).await;
    long.is(400, &failure(400, "Length of groupNickname invalid."));
    let long = set(2, scene.id(2), json!({"memberDesc": vec!["x"; 33]})).await;
    long.is(400, &failure(400, "Length of memberDesc invalid."));
}
