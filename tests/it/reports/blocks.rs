//! Blocks as each API sets them, lists them and lifts them: one mechanism for all.

use super::two;
use crate::{
    own::full::Full,
    world::{Api, NOBODY},
};
use serde_json::{Value, json};

/// Whom somebody blocks, as each API lists it: of Light Up, SealTalk, Live, m_user and Chat.
async fn listed(api: &Api, who: &Full) -> [Vec<String>; 5] {
    let ids = |list: &Value, path: &str| -> Vec<String> {
        list.as_array().unwrap().iter().map(|item| item.pointer(path).unwrap().as_str().unwrap().to_owned()).collect()
    };
    let lightup = api.signed(&who.person, "account/get_blocked_users", &[]).await.data();
    let sealtalk = api.asks(&who.friend, "/user/blacklist").await.result();
    let live = api.live_says(who, "/list", &[("blocklist", "1")]).await.1;
    let m_user = api.m_get(&who.device, "/m_user/blocks").await.ok();
    let chat = api.member_gets(&who.member, "/user_blocks/").await.body().1;
    [
        ids(&lightup["blocked"], "/user_id"),
        ids(&sealtalk, "/user/id"),
        ids(&live, "/blockId"),
        ids(&m_user["items"], "/id"),
        ids(&chat, "/id"),
    ]
}

async fn chat_finds(api: &Api, who: &Full, whom: &Full) -> bool {
    api.member_gets(&who.member, &format!("/search/{}/", whom.member.id)).await.body().0 == 1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_of_any_api_holds_in_all_and_is_lifted_in_any() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let whom = [("target_id", &*bob.person.id)];
    let number = ("userId", &*bob.person.phone);
    for api_of_block in ["lightup", "live", "chat"] {
        // Twice: again it changes nothing.
        for _ in 0..2 {
            match api_of_block {
                "lightup" => {
                    let done = r#"{"status":"block user successfully","data":{}}"#;
                    api.signed(&ann.person, "account/block_user", &whom).await.is(200, done);
                }
                "live" => assert_eq!(api.live_says(&ann, "/friend", &[("block", "1"), number]).await.0, "0000"),
                _ => {
                    let path = format!("/block/{}/", bob.member.id);
                    api.member_gets(&ann.member, &path).await.is(&json!("ok"));
                }
            }
        }
        assert_eq!(listed(&api, &ann).await, [const { Vec::<String>::new() }; 5].map(|_| vec![bob.person.id.clone()]));
        // Nobody is told, and neither finds the other.
        assert_eq!(listed(&api, &bob).await, [const { Vec::<String>::new() }; 5]);
        assert!(!chat_finds(&api, &ann, &bob).await && !chat_finds(&api, &bob, &ann).await);
        let light = [("target_id", &*ann.person.id), ("order", "1"), ("light_status", "1")];
        api.signed(&bob.person, "procedure/light_up", &light).await.fails(400, "no such user");
        let search = [("search", "1"), ("userId", &*ann.person.phone)];
        assert_eq!(api.live_says(&bob, "/friend", &search).await.0, "0007");
        // It can be reported all the same.
        api.reports(&ann, &bob, "spam").await;
        match api_of_block {
            "lightup" => {
                let done = r#"{"status":"unblock user successfully","data":{}}"#;
                api.signed(&ann.person, "account/unblock_user", &whom).await.is(200, done);
            }
            "live" => {
                let id = ("blockId", &*bob.person.id);
                let both = [("unblock", "1"), id, number];
                assert_eq!(api.live_says(&ann, "/friend", &both).await.0, "0006");
                assert_eq!(api.live_says(&ann, "/friend", &[("unblock", "1")]).await.0, "0006");
                assert_eq!(api.live_says(&ann, "/friend", &[("unblock", "1"), id]).await.0, "0000");
                assert_eq!(api.live_says(&ann, "/friend", &[("block", "1"), number]).await.0, "0000");
                assert_eq!(api.live_says(&ann, "/friend", &[("unblock", "1"), number]).await.0, "0000");
            }
            _ => {
                let path = format!("/unblock/{}/", bob.member.id);
                api.member_posts(&ann.member, &path, Value::Null).await.is(&json!("ok"));
            }
        }
        assert_eq!(listed(&api, &ann).await, [const { Vec::<String>::new() }; 5]);
        assert!(chat_finds(&api, &bob, &ann).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_and_oneself_cannot_be_blocked_and_lifting_nothing_is_no_failure() {
    let api = Api::start().await;
    let ann = api.everywhere("13900000001", "Anna").await;
    let block = async |id: &str| api.signed(&ann.person, "account/block_user", &[("target_id", id)]).await;
    block(NOBODY).await.fails(400, "no such user");
    block(&ann.person.id).await.fails(400, "invalid request");
    block("x").await.fails(400, "invalid request");
    let unblocked = api.signed(&ann.person, "account/unblock_user", &[("target_id", NOBODY)]).await;
    unblocked.is(200, r#"{"status":"unblock user successfully","data":{}}"#);
    let live =
        async |what: &str, number: &str| api.live_says(&ann, "/friend", &[(what, "1"), ("userId", number)]).await.0;
    assert_eq!(live("block", "13900000099").await, "0007");
    assert_eq!(live("block", &ann.person.phone).await, "0006");
    assert_eq!(live("unblock", "13900000099").await, "0000");
    api.member_gets(&ann.member, &format!("/block/{NOBODY}/")).await.fails(6004, &json!(""));
    api.member_gets(&ann.member, &format!("/block/{}/", ann.member.id)).await.fails(0, &json!(""));
    api.member_gets(&ann.member, &format!("/unblock/{NOBODY}/")).await.is(&json!("ok"));
    assert_eq!(listed(&api, &ann).await, [const { Vec::<String>::new() }; 5]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_blocks_tells_nobodys_number_who_was_met_without_one() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let carl = api.everywhere("13900000003", "Carl").await;
    for (asks, asked) in [(&ann, &bob), (&carl, &ann)] {
        let ask = json!({"friendId": asked.friend.id, "message": "hi"});
        api.says(&asks.friend, "/friendship/invite", ask).await.result();
        // Whoever has asked without a number is told none; whoever is asked sees who it is.
        let told = api.live_says(asked, "/list", &[("messagelist", "1")]).await.1;
        assert_eq!(told[0]["userId"], *asks.person.phone);
        assert_eq!(api.live_says(asks, "/list", &[("messagelist", "1")]).await.1.as_array().unwrap().len(), 0);
    }
    for whom in [&bob, &carl] {
        let fields = [("target_id", &*whom.person.id)];
        assert_eq!(api.signed(&ann.person, "account/block_user", &fields).await.status, 200);
        api.advance(1);
    }
    let live = api.live_says(&ann, "/list", &[("blocklist", "1")]).await.1;
    let numbers: Vec<_> = live.as_array().unwrap().iter().map(|item| &item["userId"]).collect();
    assert_eq!(numbers, [&json!(carl.person.phone), &Value::Null], "the newest first");
    assert_eq!(live[1]["nickname"], "Bob");
    let chat = api.member_gets(&ann.member, "/user_blocks/").await.ok();
    assert!(chat.as_array().unwrap().iter().all(|user| user["phone"] == ""), "{chat}");
    // Whoever hides their number cannot be blocked by it, and who blocks is not found out by that.
    api.says(&bob.friend, "/user/set_privacy", json!({"phoneVerify": 0})).await.ok();
    let dora = api.everywhere("13900000004", "Dora").await;
    let block =
        async |whom: &Full| api.live_says(&dora, "/friend", &[("block", "1"), ("userId", &*whom.person.phone)]).await.0;
    assert_eq!(block(&bob).await, "0007");
    let fields = [("target_id", &*dora.person.id)];
    assert_eq!(api.signed(&ann.person, "account/block_user", &fields).await.status, 200);
    assert_eq!(block(&ann).await, "0007");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_that_meets_another_or_a_friendship_holds() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    for _ in 0..5 {
        let fields = [("target_id", &*bob.person.id)];
        let number = [("block", "1"), ("userId", &*bob.person.phone)];
        let path = format!("/add_friend/{}/", ann.member.id);
        let (one, two, _) = futures_util::join!(
            api.signed(&ann.person, "account/block_user", &fields),
            api.live_says(&ann, "/friend", &number),
            api.member_gets(&bob.member, &path),
        );
        assert_eq!((one.status, two.0.as_str()), (200, "0000"));
        assert_eq!(listed(&api, &ann).await[0], std::slice::from_ref(&bob.person.id));
        assert!(!chat_finds(&api, &bob, &ann).await);
        let add = format!("/add_friend/{}/", bob.member.id);
        assert_ne!(api.member_gets(&ann.member, &add).await.body().0, 1, "not across a block");
        assert_eq!(api.signed(&ann.person, "account/unblock_user", &fields).await.status, 200);
        let removed = format!("/delete_friend/{}/", ann.member.id);
        api.member_gets(&bob.member, &removed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_blocked_learns_nothing_of_whom_by_a_block() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let carl = api.everywhere("13900000003", "Carl").await;
    let block = async |who: &Full, whom: &str| {
        let lightup = api.signed(&who.person, "account/block_user", &[("target_id", whom)]).await.status;
        let chat = api.member_gets(&who.member, &format!("/block/{whom}/")).await.body().0;
        let m_user = api.m_post(&who.device, "/m_user/blocks", json!({"user_id": whom})).await.answer.status;
        (lightup, chat, m_user)
    };
    let known = block(&carl, &ann.person.id).await;
    block(&ann, &bob.person.id).await;
    // Carl is nobody to her as well, but in SealTalk, where people are found across blocks.
    assert_eq!(block(&ann, &carl.person.id).await, block(&ann, NOBODY).await);
    api.says(&ann.friend, "/user/add_to_blacklist", json!({"friendId": carl.friend.id})).await.ok();
    let nobody = block(&bob, NOBODY).await;
    assert_eq!(block(&bob, &ann.person.id).await, nobody);
    assert_ne!(known, nobody);
    // Whoever had blocked her can do so again, and sees her as she was then.
    assert_eq!(block(&carl, &ann.person.id).await, known);
    api.says(&ann.friend, "/user/set_nickname", json!({"nickname": "Renamed"})).await.ok();
    let renamed = [("personal_info", r#"{"nickname":"Renamed"}"#)];
    assert_eq!(api.signed(&ann.person, "account/change_personal_info", &renamed).await.status, 200);
    assert_eq!(listed(&api, &carl).await, [const { Vec::<String>::new() }; 5].map(|_| vec![ann.person.id.clone()]));
    let lists = [
        api.signed(&carl.person, "account/get_blocked_users", &[]).await.data(),
        api.live_says(&carl, "/list", &[("blocklist", "1")]).await.1,
        api.m_get(&carl.device, "/m_user/blocks").await.ok(),
        api.member_gets(&carl.member, "/user_blocks/").await.body().1,
    ];
    for list in lists {
        let list = list.to_string();
        assert!(list.contains("Anna") && !list.contains("Renamed"), "{list}");
    }
}
