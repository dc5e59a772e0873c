//! What reads cost: rounds, as `x-cost-rounds` counts them, and units.

use super::client::Friend;
use crate::world::Api;
use reqwest::Method;
use serde_json::json;

/// Reads that have no GET, with their bodies.
fn posted(friend: &Friend, group: &str) -> [(String, serde_json::Value); 2] {
    [
        ("/friendship/get_contacts_info".into(), json!({"contactList": [friend.phone]})),
        ("/group/get_member_info".into(), json!({"groupId": group, "memberId": friend.id})),
    ]
}

/// A read's address, with a friend and a group in the place of whatever it is about.
pub(super) fn address(path: &str, friend: &Friend, group: &str) -> String {
    let id = if path.starts_with("/group/") { group } else { &friend.id };
    let path = path.replace("{region}", "86").replace("{phone}", &friend.phone).replace("{version}", "0");
    let query = match &*path {
        "/friendship/get_friend_description" => format!("?friendId={}", friend.id),
        "/group/get_bulletin" => format!("?groupId={group}"),
        "/user/batch" => format!("?id={id}"),
        "/user/find_user" => format!("?region=86&phone={}", friend.phone),
        "/user/favgroups" => "?limit=10&offset=0".into(),
        _ => String::new(),
    };
    path.replace("{id}", id) + &query
}

/// Each operation that can be asked with GET, by somebody about whom all of them have something to say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_read_takes_more_than_two_rounds() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, carl, dora, emil] = &people[..] else { unreachable!() };
    let bob = &api.friend("13900000002", "Bob").await;
    api.befriend(ann, bob).await;
    api.befriend(ann, emil).await;
    api.says(ann, "/friendship/set_friend_description", json!({"friendId": bob.id, "description": "old"})).await.ok();
    api.says(ann, "/user/add_to_blacklist", json!({"friendId": carl.id})).await.ok();
    let group = &api.group(ann, "Group", &[ann, bob, dora]).await;
    api.of_group(ann, "fav", group).await.ok();
    api.says(ann, "/group/set_bulletin", json!({"groupId": group, "content": "news"})).await.ok();
    let asked = api.group(dora, "Another", &[dora, carl]).await;
    api.says(ann, "/user/set_privacy", json!({"groupVerify": 0})).await.ok();
    api.about_people(dora, "add", &asked, &[ann]).await.result();
    let mut seen = 0;
    for endpoint in sealtalk::package().endpoints().iter().filter(|endpoint| endpoint.method == Method::GET) {
        let address = address(endpoint.path, bob, group);
        let answer = api.asks(ann, &address).await;
        assert_eq!(answer.status, 200, "{address}: {answer:?}");
        assert!(answer.rounds() <= 2, "{address}: {} rounds", answer.rounds());
        seen += 1;
    }
    assert!(seen >= 26, "{seen}");
    for (path, body) in posted(bob, group) {
        let answer = api.says(ann, &path, body).await;
        answer.result();
        assert!(answer.rounds() <= 2, "{path}: {} rounds", answer.rounds());
    }
}

/// Finding somebody costs the same whoever else there is, and whatever they have.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn finding_somebody_costs_the_same_among_many() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let costs = async || {
        let mut costs = Vec::new();
        for path in ["/user/find/{region}/{phone}", "/user/find_user", "/user/{id}"] {
            let answer = api.asks(ann, &address(path, bob, "")).await;
            answer.result();
            costs.push(["x-cost-rounds", "x-cost-calls", "x-cost-rru"].map(|name| answer.headers[name].clone()));
        }
        costs
    };
    let alone = costs().await;
    for other in api.friends(3).await {
        api.befriend(ann, &other).await;
        api.befriend(bob, &other).await;
        api.group(&other, "Group", &[&other, ann, bob]).await;
    }
    api.seal_crowd(500).await;
    assert_eq!(costs().await, alone);
}
