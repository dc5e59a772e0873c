//! Several calls at the same thing, and calls that are made again.

use crate::{
    chat_people::client::{Member, PASSWORD, completion},
    world::Api,
};
use futures_util::future::join_all;
use local::Fault;
use serde_json::{Value, json};

const PHONE: &str = "13800000001";

async fn count(api: &Api, prefix: &str) -> usize {
    let rows = api.rows("UsersTable").await;
    rows.iter().filter(|row| row["pk"].as_s().unwrap().starts_with(prefix)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_register_a_number_one_gets_it() {
    let api = Api::start().await;
    let register =
        |nth: usize| api.stranger_posts("/register/", json!({"phone": PHONE, "password": format!("abc12{nth}")}));
    let said = join_all((0..8).map(register)).await;
    let statuses: Vec<Value> = said.iter().map(|said| said.body().0).collect();
    let winners: Vec<usize> = (0..8).filter(|nth| statuses[*nth] == 1).collect();
    assert_eq!((winners.len(), statuses.iter().filter(|status| **status == 7_001).count()), (1, 7), "{statuses:?}");
    api.stranger_posts("/login/", json!({"phone": PHONE, "password": format!("abc12{}", winners[0])})).await.ok();
    let people = api.rows("UsersTable").await.iter().filter(|row| row["sk"].as_s().unwrap() == "PROFILE").count();
    assert_eq!((people, count(&api, "CHATPHONE#").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_a_username_one_gets_it() {
    let api = Api::start().await;
    let mut people = Vec::new();
    for nth in 0..6 {
        people.push(api.new_member(&format!("1380000001{nth}")).await);
    }
    let want = |who: &Member, name: String| {
        let body = completion(who, &name);
        let (api, who) = (&api, who.clone());
        async move { api.member_posts(&who, "/complete_account/", body).await.body().0 }
    };
    let names = ["Wanted", "wanted", "WANTED", "wAnted", "waNted", "wanteD"];
    let said = join_all(people.iter().zip(names).map(|(who, name)| want(who, name.to_owned()))).await;
    assert_eq!(said.iter().filter(|status| **status == 1).count(), 1, "{said:?}");
    assert_eq!(said.iter().filter(|status| **status == 7_000).count(), 5, "{said:?}");
    assert_eq!(count(&api, "USERNAME#").await, 1);
    // One person who wants several at once is called by the one that they have, and the others are free.
    let ann = &people[0];
    join_all((0..5).map(|nth| want(ann, format!("ann{nth}")))).await;
    let shown = api.member_gets(ann, &format!("/search/{}", ann.id)).await.ok()["username"].clone();
    let claims: Vec<String> = api
        .rows("UsersTable")
        .await
        .iter()
        .filter(|row| row["pk"].as_s().unwrap().starts_with("USERNAME#") && row["uid"].as_s().unwrap() == &ann.id)
        .map(|row| row["pk"].as_s().unwrap().clone())
        .collect();
    assert_eq!(claims, [format!("USERNAME#{}", shown.as_str().unwrap())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_friend_who_is_added_many_times_at_once_is_one_friend() {
    let api = Api::start().await;
    let (ann, bob) = (api.new_member(PHONE).await, api.new_member("13800000002").await);
    for _ in 0..3 {
        let path = format!("/add_friend/{}/", bob.id);
        let said = join_all((0..6).map(|_| api.member_gets(&ann, &path))).await;
        let statuses: Vec<Value> = said.iter().map(|said| said.body().0).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 1).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 12_000).count(), 5, "{statuses:?}");
        let own = api.member_gets(&ann, &format!("/search/{}", ann.id)).await.ok();
        assert_eq!(own["friends"], json!(1));
        let path = format!("/delete_friend/{}/", bob.id);
        let said = join_all((0..6).map(|_| api.member_gets(&ann, &path))).await;
        assert_eq!(said.iter().filter(|said| said.body().0 == json!(1)).count(), 1);
        let own = api.member_gets(&ann, &format!("/search/{}", ann.id)).await.ok();
        assert_eq!(own["friends"], json!(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_add_each_other_at_once_are_friends() {
    let api = Api::start().await;
    let (ann, bob) = (api.new_member(PHONE).await, api.new_member("13800000002").await);
    let (one, other) = (format!("/add_friend/{}/", bob.id), format!("/add_friend/{}/", ann.id));
    let (first, second) = futures_util::join!(api.member_gets(&ann, &one), api.member_gets(&bob, &other));
    first.ok();
    second.ok();
    let shown = api.member_gets(&ann, &format!("/search/{}", bob.id)).await.ok();
    assert_eq!((&shown["phone"], &shown["friends"]), (&json!("13800000002"), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_half_way_can_be_done_again() {
    let api = Api::start().await;
    let faults = &api.world.faults;
    // The answer is lost: whoever asks again is told that the number is taken, and signs in.
    faults.strike("TransactWriteItems", 1, &Fault::AnswerLost);
    let said = api.stranger_posts("/register/", json!({"phone": PHONE, "password": PASSWORD})).await;
    assert!([json!(1), json!(7_001)].contains(&said.body().0), "{}", said.0.text);
    let said = api.stranger_posts("/login/", json!({"phone": PHONE, "password": PASSWORD})).await;
    let ann = Api::member_of(PHONE, &said);
    // A fault of the service is told as one, in the type of the operation, and nothing of it is in the answer.
    faults.strike("BatchGetItem", 9, &Fault::Internal);
    api.member_gets(&ann, "/user_contacts/").await.fails(11_001, &json!([]));
    faults.clear();
    faults.strike("PutObject", 9, &Fault::Internal);
    let save = json!({"name": "a.txt", "content": "aGVsbG8="});
    api.member_posts(&ann, "/save_file/", save.clone()).await.fails(11_001, &json!({"path": ""}));
    faults.clear();
    api.member_posts(&ann, "/save_file/", save).await.ok();
}
