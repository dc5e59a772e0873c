//! The end of somebody (`docs/dialects/chat.md#erase`).

use crate::{
    chat_people::client::{Member, PASSWORD, completion},
    world::Api,
};
use local::Fault;
use serde_json::json;
use shared::config::Table;

const PHONE: &str = "13800000001";

/// Somebody with everything that there is to be had.
async fn full(api: &Api) -> (Member, String) {
    let ann = api.new_member(PHONE).await;
    let save = json!({"name": "a.gif", "content": "R0lGODlh"});
    let path = api.member_posts(&ann, "/save_file/", save).await.ok()["path"].as_str().unwrap().to_owned();
    api.member_posts(&ann, "/file_ticket/", json!({"name": "a.zip", "size": 9})).await.ok();
    let mut body = completion(&ann, "zqtrace");
    (body["avatar"], body["desc"]) = (json!(path), json!("zqtrace"));
    api.member_posts(&ann, "/complete_account/", body).await.ok();
    api.member_gets(&ann, "/ws_ticket/").await.ok();
    (ann, path)
}

async fn erase(api: &Api) -> u16 {
    api.form("/v1/account/delete_user", &[("phone_number", PHONE)]).await.status
}

/// What is stored that names somebody.
async fn traces(api: &Api, who: &Member) -> Vec<String> {
    let mut found = Vec::new();
    for table in Table::ALL {
        let rows = api.rows(table.logical_id()).await;
        found.extend(rows.iter().map(|row| format!("{row:?}").to_lowercase()));
    }
    found.extend(api.objects().await);
    // That nothing may be moved, lit or said to them any more stays for a while.
    found.retain(|text| !text.contains(r#""erased": "#));
    found.retain(|text| text.contains(&who.id) || text.contains(PHONE) || text.contains("zqtrace"));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_somebody_is_left() {
    let api = Api::start().await;
    let (ann, path) = full(&api).await;
    assert!(traces(&api, &ann).await.len() > 8);
    assert_eq!(erase(&api).await, 200);
    assert_eq!(traces(&api, &ann).await, Vec::<String>::new());
    api.member_gets(&ann, "/user_contacts/").await.fails(11_001, &json!([]));
    api.stranger_posts("/login/", json!({"phone": PHONE, "password": PASSWORD})).await.no_account(6_004);
    assert_eq!(api.get(&format!("/{path}")).await.status, 404);
    assert_eq!(api.get(&format!("/media/avatars/u-{}", ann.id)).await.status, 404);
    // Number and name are free.
    api.named_member(PHONE, "zqtrace").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn friends_are_left_with_nobody() {
    let api = Api::start().await;
    let (ann, _) = full(&api).await;
    let bob = api.named_member("13800000002", "bob").await;
    api.member_gets(&ann, &format!("/add_friend/{}", bob.id)).await.ok();
    api.member_gets(&bob, &format!("/add_friend/{}", ann.id)).await.ok();
    assert_eq!(erase(&api).await, 200);
    api.member_gets(&bob, "/user_contacts/").await.is_empty();
    api.member_gets(&bob, &format!("/search/{}", ann.id)).await.no_user(6_004);
    api.member_gets(&bob, &format!("/add_friend/{}", ann.id)).await.no_user(6_004);
    assert_eq!(api.member_gets(&bob, &format!("/search/{}", bob.id)).await.ok()["friends"], json!(0));
    // What is left names an id and nothing else.
    let mut left = traces(&api, &ann).await;
    // What was in a queue of a friend's stays theirs, without more than the id.
    left.retain(|row| !row.contains("\"user#") || !row.contains(&format!("user#{}", bob.id)) || !row.contains("\"q#"));
    assert!(left.iter().all(|row| row.contains("\"friend#") && !row.contains("zqtrace")), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_fails_is_gone_on_with() {
    for nth in 0..6 {
        let api = Api::start().await;
        let (ann, _) = full(&api).await;
        // As many transactions of it succeed, and the next does not, however often it is tried.
        api.world.faults.strike("TransactWriteItems", nth, &Fault::Delayed(std::time::Duration::from_millis(1)));
        api.world.faults.strike("TransactWriteItems", 3, &Fault::Internal);
        let first = erase(&api).await;
        api.world.faults.clear();
        // Whoever is being erased is there for nobody.
        api.member_gets(&ann, "/user_contacts/").await.fails(11_001, &json!([]));
        if first != 200 {
            api.stranger_posts("/register/", json!({"phone": PHONE, "password": PASSWORD})).await.no_account(7_001);
            assert_eq!(erase(&api).await, 200, "{nth}");
        }
        assert_eq!(traces(&api, &ann).await, Vec::<String>::new(), "{nth}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_at_the_same_time_leaves_nothing() {
    for _ in 0..4 {
        let api = Api::start().await;
        let (ann, _) = full(&api).await;
        let save = json!({"name": "b.gif", "content": "R0lGODlh"});
        let ((), erased, _, _, _) = futures_util::join!(
            async { drop(api.member_posts(&ann, "/save_file/", save.clone()).await) },
            erase(&api),
            api.member_posts(&ann, "/complete_account/", completion(&ann, "zqtrace2")),
            api.member_gets(&ann, "/ws_ticket/"),
            api.stranger_posts("/login/", json!({"phone": PHONE, "password": PASSWORD})),
        );
        assert_eq!(erased, 200);
        assert_eq!(traces(&api, &ann).await, Vec::<String>::new());
    }
}
