//! What people are told of what others have done (`docs/dialects/chat.md#notices`).

use super::tap::{self, Socket};
use crate::{
    sealtalk::client::Friend,
    world::{Api, Person},
};
use serde_json::{Value, json};
use shared::values::Dialect;

/// Somebody's socket, opened with their session of SealTalk.
async fn socket(api: &Api, who: &Friend) -> Socket {
    let token = who.cookie.split_once('=').unwrap().1;
    Socket::open(api, Dialect::SealTalk, &who.id, token).await
}

/// The next thing that somebody hears is this, of nobody's making but in somebody's name.
async fn hears(socket: &mut Socket, from: &Friend, to: &Friend, content: &Value) {
    let heard = socket.hears().await;
    assert_eq!(heard.message, json!({"fromId": from.id, "toId": to.id, "type": 0}));
    assert_eq!(heard.chat.len(), 36, "{}", heard.chat);
    assert_eq!(without_version(&heard.content), *content);
}

/// The version of a change is another each time.
fn without_version(content: &str) -> Value {
    let mut content: Value = serde_json::from_str(content).unwrap();
    let version = content["extra"].as_object_mut().unwrap().remove("version").unwrap();
    assert!(version.as_i64().unwrap() > 1_400_000_000_000, "{version}");
    content
}

fn contact(operation: &str, from: (&Friend, &str), to: &Friend, message: &str) -> Value {
    json!({
        "type": "ST:ContactNtf",
        "operation": operation,
        "sourceUserId": from.0.id,
        "targetUserId": to.id,
        "message": message,
        "extra": {"sourceUserNickname": from.1},
    })
}

async fn invite(api: &Api, who: &Friend, other: &Friend) -> Value {
    let body = json!({"friendId": other.id, "message": "hi"});
    api.says(who, "/friendship/invite", body).await.result()["action"].clone()
}

/// The same person with a new session.
async fn again(api: &Api, who: &Friend) -> Friend {
    let body = json!({"region": "86", "phone": who.phone, "password": "secret12"});
    let signed_in = api.anyone("/user/login", body).await;
    let cookie = signed_in.headers["set-cookie"].split(';').next().unwrap().to_owned();
    Friend { cookie, ..who.clone() }
}

/// Whose queue there is.
async fn queues(api: &Api) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for row in api.rows("ChatTable").await {
        let text = |name: &str| row[name].as_s().unwrap().clone();
        if text("sk") == "INBOX" {
            all.push(text("pk").strip_prefix("USER#").unwrap().to_owned());
        }
    }
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn friends_are_told_and_nobody_else() {
    let api = tap::start().await;
    let people = api.friends(4).await;
    let [ann, bob, cat, dora] = &people[..] else { unreachable!() };
    let nickname = async |who: &Friend| api.asks(who, &format!("/user/{}", who.id)).await.result()["nickname"].clone();
    let (anns, bobs, cats) = (nickname(ann).await, nickname(bob).await, nickname(cat).await);
    let name = |value: &Value| value.as_str().unwrap().to_owned();
    let (mut at_ann, mut at_bob, mut at_cat) =
        (socket(&api, ann).await, socket(&api, bob).await, socket(&api, cat).await);

    // Who is blocked asks, and that is heard by nobody: the next thing is another's request.
    api.says(ann, "/user/add_to_blacklist", json!({"friendId": dora.id})).await.ok();
    assert_eq!(invite(&api, dora, ann).await, "None");
    assert_eq!(invite(&api, bob, ann).await, "Sent");
    hears(&mut at_ann, bob, ann, &contact("Request", (bob, &name(&bobs)), ann, "hi")).await;
    // Again nothing happens, and nothing is said.
    assert_eq!(invite(&api, bob, ann).await, "None");

    api.says(ann, "/friendship/agree", json!({"friendId": bob.id})).await.ok();
    hears(&mut at_bob, ann, bob, &contact("AcceptResponse", (ann, &name(&anns)), bob, "")).await;

    // Who wants not to be asked is a friend at once.
    api.says(cat, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
    assert_eq!(invite(&api, ann, cat).await, "AddDirectly");
    hears(&mut at_cat, ann, cat, &contact("AcceptResponse", (ann, &name(&anns)), cat, "")).await;

    // Ann and Bob have heard of none of that: the next thing that they hear is Cat's.
    api.says(ann, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
    api.says(cat, "/friendship/delete", json!({"friendId": ann.id})).await.ok();
    assert_eq!(invite(&api, cat, ann).await, "AddDirectly");
    hears(&mut at_ann, cat, ann, &contact("AcceptResponse", (cat, &name(&cats)), ann, "")).await;
    assert_eq!(invite(&api, cat, bob).await, "Sent");
    hears(&mut at_bob, cat, bob, &contact("Request", (cat, &name(&cats)), bob, "hi")).await;

    // Nothing waits for who reads nothing.
    assert_eq!(invite(&api, bob, dora).await, "Sent");
    let mut readers = [&ann.id, &bob.id, &cat.id].map(Clone::clone);
    readers.sort();
    assert_eq!(queues(&api).await, readers);
    for socket in [at_ann, at_bob, at_cat] {
        socket.leave().await;
    }
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_waits_for_who_is_away_and_costs_nothing_where_nobody_reads() {
    let api = tap::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let asked = api.says(bob, "/friendship/invite", json!({"friendId": ann.id, "message": "hi"})).await;
    assert_eq!(asked.rounds(), 2);
    assert!(queues(&api).await.is_empty());
    socket(&api, bob).await.leaves(&api).await;
    let agreed = api.says(ann, "/friendship/agree", json!({"friendId": bob.id})).await;
    agreed.ok();
    assert!(agreed.rounds() <= 4, "{} rounds", agreed.rounds());
    let mut at_bob = socket(&api, bob).await;
    hears(&mut at_bob, ann, bob, &contact("AcceptResponse", (ann, "Ann"), bob, "")).await;
    at_bob.leave().await;
    // Whoever has not been there for a month is told no more.
    api.advance(31 * 86_400);
    let letters = async || {
        let rows = api.rows("ChatTable").await;
        rows.iter().filter(|row| row["sk"].as_s().unwrap().starts_with("Q#")).count()
    };
    let waiting = letters().await;
    let (ann, bob) = (again(&api, ann).await, again(&api, bob).await);
    api.says(&ann, "/friendship/delete", json!({"friendId": bob.id})).await.ok();
    assert_eq!(invite(&api, &ann, &bob).await, "Added");
    assert_eq!(letters().await, waiting);
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_are_told_what_becomes_of_their_group() {
    let api = tap::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let (cat, dora) = (&api.friend("13900000003", "Cat").await, &api.friend("13900000004", "Dora").await);
    let (mut at_bob, mut at_cat) = (socket(&api, bob).await, socket(&api, cat).await);
    let group = &api.group(ann, "Team", &[bob]).await;
    api.about_people(ann, "add", group, &[cat, dora]).await.result();
    api.says(ann, "/group/rename", json!({"groupId": group, "name": "Club"})).await.ok();
    api.says(ann, "/group/set_bulletin", json!({"groupId": group, "content": "news"})).await.ok();
    // Neither of these is news.
    api.says(ann, "/group/set_bulletin", json!({"groupId": group, "bulletin": ""})).await.ok();
    api.says(ann, "/group/mute_all", json!({"groupId": group, "muteStatus": 1})).await.ok();
    api.says(ann, "/group/transfer", json!({"groupId": group, "userId": bob.id})).await.ok();
    api.about_people(bob, "kick", group, &[cat]).await.ok();
    api.of_group(bob, "quit", group).await.ok();
    api.of_group(cat, "join", group).await.ok();
    api.of_group(ann, "dismiss", group).await.ok();

    let content = |operator: (&Friend, &str), operation: &str, name: &str, more: Value| {
        let mut data = json!({"operatorNickname": operator.1, "targetGroupName": name});
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({
            "type": "ST:GrpNtf", "operatorUserId": operator.0.id, "operation": operation, "data": data, "message": "",
        })
    };
    let people = |people: &[(&Friend, &str)]| {
        let ids: Vec<_> = people.iter().map(|it| &it.0.id).collect();
        let names: Vec<_> = people.iter().map(|it| it.1).collect();
        json!({"targetUserIds": ids, "targetUserDisplayNames": names})
    };
    let handed = |from: (&Friend, &str), to: (&Friend, &str)| {
        json!({
            "oldCreatorId": from.0.id, "oldCreatorName": from.1, "newCreatorId": to.0.id, "newCreatorName": to.1,
        })
    };
    let (a, b, c, d) = ((ann, "Ann"), (bob, "Bob"), (cat, "Cat"), (dora, "Dora"));
    let created = content(a, "Create", "Team", json!({}));
    let added = content(a, "Add", "Team", people(&[c, d]));
    let renamed = content(a, "Rename", "Club", json!({}));
    let bulletin = content(a, "Bulletin", "Club", json!({"bulletin": "news"}));
    let transferred = content(a, "Transfer", "Club", handed(a, b));
    let kicked = content(b, "Kicked", "Club", people(&[c]));
    let joined = content(c, "Add", "Club", people(&[c]));
    let dismissed = content(a, "Dismiss", "Club", json!({}));
    let at_both = [&added, &renamed, &bulletin, &transferred, &kicked];
    let for_bob: Vec<_> = [&created].into_iter().chain(at_both).collect();
    let for_cat: Vec<_> = at_both.into_iter().chain([&joined, &dismissed]).collect();
    for (socket, expected) in [(&mut at_bob, for_bob), (&mut at_cat, for_cat)] {
        for (heard, expected) in socket.hears_all(expected.len()).await.into_iter().zip(expected) {
            let operator = &expected["operatorUserId"];
            assert_eq!(heard.message, json!({"fromId": operator, "toId": group, "type": 0}));
            assert_eq!(&heard.chat, group);
            let mut content: Value = serde_json::from_str(&heard.content).unwrap();
            assert!(content["data"].as_object_mut().unwrap().remove("timestamp").unwrap().is_i64());
            assert_eq!(&content, expected);
        }
    }
    at_bob.leave().await;
    at_cat.leave().await;
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_quits_hands_over_and_who_stays_is_told() {
    let api = tap::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let (mut at_ann, mut at_bob) = (socket(&api, ann).await, socket(&api, bob).await);
    let group = &api.group(ann, "Team", &[bob]).await;
    api.of_group(ann, "quit", group).await.ok();
    let heard = at_bob.hears_all(2).await.pop().unwrap();
    let mut content: Value = serde_json::from_str(&heard.content).unwrap();
    content["data"].as_object_mut().unwrap().remove("timestamp");
    let data = json!({
        "operatorNickname": "Ann", "targetGroupName": "Team",
        "targetUserIds": [ann.id], "targetUserDisplayNames": ["Ann"],
        "oldCreatorId": ann.id, "oldCreatorName": "Ann", "newCreatorId": bob.id, "newCreatorName": "Bob",
    });
    let quit = json!({"type": "ST:GrpNtf", "operatorUserId": ann.id, "operation": "Quit", "data": data, "message": ""});
    assert_eq!(content, quit);
    // Who has quit hears nothing of it: after the group was made comes what is said next.
    assert!(at_ann.hears().await.content.contains(r#""operation":"Create""#));
    assert_eq!(invite(&api, bob, ann).await, "Sent");
    assert!(at_ann.hears().await.content.contains(r#""operation":"Request""#));
    at_ann.leave().await;
    at_bob.leave().await;
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_third_light_is_told_and_no_other() {
    let api = tap::start().await;
    let ann = api.complete("15172354423", "Ann", "female").await;
    let (tim, tom) = (api.person("15172354424", "Tim", "male").await, api.person("15172354425", "Tom", "male").await);
    let login = json!({"region": "86", "phone": ann.phone, "password": "secret12"});
    let signed_in = api.anyone("/user/login", login).await;
    let cookie = signed_in.headers["set-cookie"].split(';').next().unwrap().to_owned();
    let mut at_ann = socket(&api, &Friend { phone: ann.phone.clone(), id: ann.id.clone(), cookie }).await;
    let light = async |who: &Person, order: &str, on: &str| {
        let fields = [("target_id", &*ann.id), ("order", order), ("light_status", on)];
        assert_eq!(api.signed(who, "procedure/light_up", &fields).await.status, 200);
    };
    // Again on the same day is no news.
    for (order, on) in [("1", "1"), ("3", "1"), ("3", "1"), ("3", "0"), ("3", "1")] {
        light(&tim, order, on).await;
    }
    light(&tom, "3", "1").await;
    for who in [&tim, &tom] {
        let heard = at_ann.hears().await;
        assert_eq!(heard.message, json!({"fromId": who.id, "toId": ann.id, "type": 0}));
        let content: Value = serde_json::from_str(&heard.content).unwrap();
        assert_eq!(content, json!({"type": "light_last_light", "user_id": who.id, "target_id": ann.id}));
    }
    at_ann.leave().await;
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_added_hears_of_it_also_when_they_open_their_first_socket() {
    let api = tap::start().await;
    let register = async |phone: &str| {
        let answer = api.anyone("/android/register/", json!({"phone": phone, "password": "secret12"})).await;
        let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
        Friend {
            phone: phone.to_owned(),
            id: answer.json()["result"]["user"]["id"].as_str().unwrap().to_owned(),
            cookie,
        }
    };
    let (ann, bob) = (register("13900000001").await, register("13900000002").await);
    let complete =
        json!({"userId": ann.id, "avatar": "media/avatars/default.jpg", "username": "anna", "desc": "", "sex": 1});
    assert_eq!(api.says(&ann, "/android/complete_account/", complete).await.json()["status"], 1);
    let add = async |who: &Friend, other: &Friend| {
        api.asks(who, &format!("/android/add_friend/{}/", other.id)).await.json()["status"].clone()
    };
    assert_eq!(add(&ann, &bob).await, 1);
    // Again it is refused, and nothing is said.
    assert_eq!(add(&ann, &bob).await, 12_000);
    let token = |who: &Friend| who.cookie.split_once('=').unwrap().1.to_owned();
    let mut at_bob = Socket::open(&api, Dialect::Chat, &bob.id, &token(&bob)).await;
    let heard = at_bob.hears().await;
    assert_eq!(heard.message, json!({"fromId": ann.id, "toId": bob.id, "type": 2}));
    assert_eq!((heard.content.as_str(), heard.chat.len()), ("anna", 36));
    // Who adds back has made friends of both, and that is said as well.
    let mut at_ann = Socket::open(&api, Dialect::Chat, &ann.id, &token(&ann)).await;
    assert_eq!(add(&bob, &ann).await, 1);
    let [added, friends] = &at_ann.hears_all(2).await[..] else { unreachable!() };
    assert_eq!((&added.message["type"], added.content.as_str()), (&json!(2), ""));
    assert_eq!(friends.message["type"], 0);
    assert_eq!(without_version(&friends.content), contact("AcceptResponse", (&bob, ""), &ann, ""));
    at_ann.leave().await;
    at_bob.leave().await;
    api.world.shutdown().await;
}
