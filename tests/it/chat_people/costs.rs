//! What calls cost: rounds, as `x-cost-rounds` counts them.

use crate::{
    chat_people::client::{Member, PASSWORD, Said, completion},
    world::Api,
};
use serde_json::{Value, json};

#[track_caller]
fn costs(said: &Said, rounds: u32) {
    said.ok();
    assert_eq!(said.0.rounds(), rounds, "{}", said.0.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_of_each_operation() {
    let api = Api::start().await;
    let credentials = json!({"phone": "13800000001", "password": PASSWORD});
    let said = api.stranger_posts("/register/", credentials.clone()).await;
    costs(&said, 2);
    let ann = Api::member_of("13800000001", &said);
    let bob = api.new_member("13800000002").await;
    costs(&api.stranger_posts("/login/", credentials).await, 3);
    let complete = async |body: Value| api.member_posts(&ann, "/complete_account/", body).await;
    costs(&complete(completion(&ann, "ann")).await, 2);
    let said = api.member_posts(&ann, "/save_file/", json!({"name": "a.gif", "content": "R0lGODlh"})).await;
    costs(&said, 3);
    let mut body = completion(&ann, "ann");
    body["avatar"] = said.ok()["path"].clone();
    // A new picture, the search for friends and groups to be shown it, and the end of the fan-out.
    costs(&complete(body).await, 4);
    costs(&api.member_posts(&ann, "/file_ticket/", json!({"name": "a.gif", "size": 1})).await, 2);
    costs(&api.member_gets(&ann, "/ws_ticket/").await, 2);
    // Two, and three that put a message into a queue that nobody reads.
    costs(&api.member_gets(&ann, &format!("/add_friend/{}/", bob.id)).await, 5);
    costs(&api.member_gets(&ann, &format!("/search/{}/", bob.id)).await, 1);
    costs(&api.member_posts(&ann, "/change_friend/", json!({"userId": bob.id, "alias": "B"})).await, 2);
    costs(&api.member_posts(&ann, "/change_friend/", json!({"userId": bob.id, "alias": "B"})).await, 1);
    costs(&api.member_gets(&ann, "/user_contacts/").await, 2);
    costs(&api.member_gets(&ann, &format!("/delete_friend/{}/", bob.id)).await, 2);
    costs(&api.member_gets(&ann, "/out/").await, 4);
}

/// A list costs two rounds, whoever is on it.
#[tokio::test(flavor = "multi_thread")]
async fn contacts_take_two_rounds_of_any_length() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let contacts = async |who: &Member| api.member_gets(who, "/user_contacts/").await;
    assert_eq!(contacts(&ann).await.0.rounds(), 1);
    for nth in 0..15 {
        let other = api.new_member(&format!("138000000{}", 10 + nth)).await;
        api.member_gets(&ann, &format!("/add_friend/{}", other.id)).await.ok();
    }
    let said = contacts(&ann).await;
    assert_eq!((said.ok().as_array().unwrap().len(), said.0.rounds()), (15, 2));
}
