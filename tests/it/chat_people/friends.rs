//! Friends (`docs/dialects/chat.md#friends`).

use crate::{
    chat_people::client::Member,
    world::{Api, NOBODY},
};
use serde_json::{Value, json};

async fn three(api: &Api) -> [Member; 3] {
    [
        api.named_member("13800000001", "ann").await,
        api.named_member("13800000002", "bob").await,
        api.named_member("13800000003", "cid").await,
    ]
}

async fn seen(api: &Api, who: &Member, other: &Member) -> Value {
    api.member_gets(who, &format!("/search/{}/", other.id)).await.ok()
}

async fn add(api: &Api, who: &Member, other: &Member) {
    api.member_gets(who, &format!("/add_friend/{}/", other.id)).await.ok();
}

/// The names in a list of contacts.
async fn contacts(api: &Api, who: &Member) -> Vec<String> {
    let said = api.member_gets(who, "/user_contacts/").await;
    let (_, list, _) = said.body();
    list.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_in_the_order_of_their_names() {
    let api = Api::start().await;
    let ann = api.named_member("13800000001", "ann").await;
    for (last, name) in [(2, "Zoe"), (3, "bob"), (4, "Äda"), (5, "Cid")] {
        let other = api.named_member(&format!("1380000000{last}"), name).await;
        add(&api, &ann, &other).await;
    }
    assert_eq!(contacts(&api, &ann).await, ["bob", "Cid", "Zoe", "Äda"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn friends_are_counted_whatever_becomes_of_them() {
    let api = Api::start().await;
    let [ann, bob, cid] = three(&api).await;
    let count = async |who: &Member| seen(&api, who, who).await["friends"].clone();
    add(&api, &ann, &bob).await;
    add(&api, &ann, &cid).await;
    add(&api, &bob, &ann).await;
    assert_eq!((count(&ann).await, count(&bob).await, count(&cid).await), (json!(2), json!(1), json!(0)));
    assert_eq!(seen(&api, &cid, &ann).await["friends"], json!(2));
    api.member_gets(&ann, &format!("/delete_friend/{}/", bob.id)).await.ok();
    assert_eq!((count(&ann).await, count(&bob).await), (json!(1), json!(1)));
    add(&api, &ann, &bob).await;
    // A name changes nothing.
    api.member_posts(&ann, "/change_friend/", json!({"userId": bob.id, "alias": "B"})).await.ok();
    assert_eq!(count(&ann).await, json!(2));
    // Who is erased is counted by nobody.
    let erased = api.form("/v1/account/delete_user", &[("phone_number", &bob.phone)]).await;
    assert_eq!(erased.status, 200, "{erased:?}");
    assert_eq!((count(&ann).await, contacts(&api, &ann).await), (json!(1), vec!["cid".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_for_a_friend_is_the_callers_alone() {
    let api = Api::start().await;
    let [ann, bob, cid] = three(&api).await;
    let name = async |whom: &str, alias: Value| {
        api.member_posts(&ann, "/change_friend/", json!({"userId": whom, "alias": alias})).await
    };
    name(&bob.id, json!("Bobby")).await.no_user(6_004);
    add(&api, &ann, &bob).await;
    for _ in 0..2 {
        assert_eq!(name(&bob.id, json!("鲍勃".repeat(10))).await.ok()["alias"], "鲍勃".repeat(10));
    }
    assert_eq!(seen(&api, &cid, &bob).await["alias"], "");
    assert_eq!(seen(&api, &bob, &ann).await["alias"], "");
    name(&bob.id, json!("x".repeat(21))).await.no_user(8_004);
    name(&bob.id, json!("a\u{7}")).await.no_user(0);
    name(&bob.id, json!({"a": 1})).await.no_user(0);
    for nobody in [NOBODY, &ann.id, &cid.id, "x"] {
        name(nobody, json!("x")).await.no_user(6_004);
    }
    assert_eq!(seen(&api, &ann, &bob).await["alias"], "鲍勃".repeat(10));
    assert_eq!(name(&bob.id, json!("")).await.ok()["alias"], "");
    assert_eq!(name(&bob.id, json!(7)).await.ok()["alias"], "7");
    // With the friendship the name goes.
    api.member_gets(&ann, &format!("/delete_friend/{}", bob.id)).await.ok();
    add(&api, &ann, &bob).await;
    assert_eq!(seen(&api, &ann, &bob).await["alias"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_for_friends_of_both_sides() {
    let api = Api::start().await;
    let [ann, bob, _] = three(&api).await;
    let phone = async |who: &Member, other: &Member| seen(&api, who, other).await["phone"].clone();
    assert_eq!(phone(&ann, &bob).await, json!("138****0002"));
    assert_eq!(phone(&ann, &ann).await, json!("13800000001"));
    add(&api, &ann, &bob).await;
    assert_eq!(phone(&ann, &bob).await, json!("138****0002"));
    assert_eq!(phone(&bob, &ann).await, json!("138****0001"));
    add(&api, &bob, &ann).await;
    assert_eq!(phone(&ann, &bob).await, json!("13800000002"));
    assert_eq!(phone(&bob, &ann).await, json!("13800000001"));
    api.member_gets(&bob, &format!("/delete_friend/{}", ann.id)).await.ok();
    assert_eq!(phone(&ann, &bob).await, json!("138****0002"));
}

#[tokio::test(flavor = "multi_thread")]
async fn searching_for_oneself_shows_oneself() {
    let api = Api::start().await;
    let [ann, ..] = three(&api).await;
    let own = seen(&api, &ann, &ann).await;
    assert_eq!((&own["isFriend"], &own["phone"]), (&json!(true), &json!(ann.phone)));
    for nobody in [NOBODY, "x"] {
        api.member_gets(&ann, &format!("/search/{nobody}/")).await.no_user(6_004);
        api.member_gets(&ann, &format!("/delete_friend/{nobody}/")).await.fails(6_004, &json!(""));
    }
    api.member_gets(&ann, &format!("/delete_friend/{}/", ann.id)).await.fails(6_004, &json!(""));
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_people_is_counted() {
    let api = Api::start().await;
    let [ann, bob, cid] = three(&api).await;
    add(&api, &bob, &ann).await;
    // Adding and leaving somebody again and again: each time counts.
    for _ in 0..100 {
        add(&api, &ann, &cid).await;
        api.member_gets(&ann, &format!("/delete_friend/{}", cid.id)).await.ok();
    }
    api.member_gets(&ann, &format!("/add_friend/{}/", cid.id)).await.no_user(0);
    // Whoever has added the caller can be added all the same.
    add(&api, &ann, &bob).await;
    api.advance(86_400);
    add(&api, &ann, &cid).await;
}
