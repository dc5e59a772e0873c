//! Random operations by several users: a client that only applies what syncs show has the state of one that reads
//! everything afresh.

use super::model::{Client, fresh};
use crate::{sealtalk::client::Friend, world::Api};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;

const PEOPLE: usize = 3;
const GROUPS: usize = 2;

/// An operation: who does it, to whom, in which group.
#[derive(Clone, Debug)]
struct Step {
    kind: usize,
    who: usize,
    whom: usize,
    group: usize,
    number: u8,
}

/// So many kinds there are.
const KINDS: usize = 22;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..KINDS, 0..PEOPLE, 0..PEOPLE, 0..GROUPS, any::<u8>());
    let step = step.prop_map(|(kind, who, whom, group, number)| Step { kind, who, whom, group, number });
    proptest::collection::vec(step, 1..24)
}

/// Does a step. Most are refused, since they make no sense where they stand; none may fail.
async fn act(api: &Api, people: &[Friend], groups: &mut [Option<String>], step: &Step) {
    let (who, whom) = (&people[step.who], &people[step.whom].id);
    let group = groups[step.group].clone().unwrap_or_else(|| crate::world::NOBODY.to_owned());
    let name = format!("Name {}", step.number);
    let portrait = format!("http://img.example.com/{}.png", step.number);
    let (path, body) = match step.kind {
        0 => ("/user/set_nickname", json!({ "nickname": name })),
        1 => ("/user/set_portrait_uri", json!({ "portraitUri": portrait })),
        2 => ("/friendship/invite", json!({"friendId": whom, "message": name})),
        3 => ("/friendship/agree", json!({ "friendId": whom })),
        4 => ("/friendship/ignore", json!({ "friendId": whom })),
        5 => ("/friendship/delete", json!({ "friendId": whom })),
        6 => ("/friendship/set_display_name", json!({"friendId": whom, "displayName": name})),
        7 => ("/user/add_to_blacklist", json!({ "friendId": whom })),
        8 => ("/user/remove_from_blacklist", json!({ "friendId": whom })),
        9 => ("/user/set_privacy", json!({"friVerify": step.number % 2, "groupVerify": step.number / 2 % 2})),
        10 => {
            let members: Vec<_> = people.iter().map(|person| &person.id).collect();
            let made = api.says(who, "/group/create", json!({"name": name, "memberIds": members})).await;
            assert!(made.status < 500, "{}", made.text);
            groups[step.group] = made.json()["result"]["id"].as_str().map(str::to_owned).or(groups[step.group].take());
            return;
        }
        11 => ("/group/add", json!({"groupId": group, "memberIds": [whom]})),
        12 => ("/group/join", json!({ "groupId": group })),
        13 => ("/group/quit", json!({ "groupId": group })),
        14 => ("/group/kick", json!({"groupId": group, "memberIds": [whom]})),
        15 => ("/group/dismiss", json!({ "groupId": group })),
        16 => ("/group/rename", json!({"groupId": group, "name": name})),
        17 => ("/group/set_portrait_uri", json!({"groupId": group, "portraitUri": portrait})),
        18 => ("/group/set_display_name", json!({"groupId": group, "displayName": name})),
        19 => ("/group/set_manager", json!({"groupId": group, "memberIds": [whom]})),
        20 => ("/group/transfer", json!({"groupId": group, "userId": whom})),
        21 => ("/friendship/batch_delete", json!({ "friendIds": [whom] })),
        other => unreachable!("{other}"),
    };
    let answer = api.says(who, path, body).await;
    assert!(answer.status < 500, "{path}: {}", answer.text);
}

async fn run(api: &Api, case: u32, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut people = Vec::new();
    for index in 0..PEOPLE {
        people.push(api.friend(&format!("1390{case:06}{index}"), &format!("Friend {index}")).await);
    }
    // Codes are sent so often from an address in an hour.
    api.advance(3_600);
    let (mut groups, mut clients) = (vec![None; GROUPS], Vec::new());
    clients.resize_with(PEOPLE, Client::default);
    for (index, step) in steps.iter().enumerate() {
        act(api, &people, &mut groups, step).await;
        for (who, client) in people.iter().zip(&mut clients) {
            client.catch_up(api, who).await;
            let fresh = fresh(api, who).await;
            prop_assert_eq!(&client.beside(&fresh), &fresh, "after step {} {:?}", index, step);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn deltas_add_up_to_the_whole() {
    let api = Api::start().await;
    let handle = tokio::runtime::Handle::current();
    // A case takes some hundred requests.
    let config = ProptestConfig { cases: 12, failure_persistence: None, max_shrink_iters: 60, ..Default::default() };
    tokio::task::spawn_blocking(move || {
        let case = std::cell::Cell::new(0);
        let outcome = TestRunner::new(config).run(&steps(), |steps| {
            case.set(case.get() + 1);
            handle.block_on(run(&api, case.get(), &steps))
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    })
    .await
    .unwrap();
}
