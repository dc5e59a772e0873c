//! Nicknames: each dialect shows one, and in Light Up nobody else has it (`docs/dialects/lightup.md#nicknames`).

use super::looks::{both, change, in_light_up, in_sealtalk};
use crate::{
    sealtalk::client::Friend,
    world::{Api, Person},
};
use serde_json::json;

/// Light Up shows the claimed name, which is nobody else's there.
#[tokio::test(flavor = "multi_thread")]
async fn a_nickname_of_somebody_else_is_shown_in_sealtalk_alone() {
    let api = Api::start().await;
    let (tony, friend) = both(&api, "13900000001", "Tony").await;
    let other = api.person("13900000002", "Tim", "male").await;
    let names = async || {
        (in_light_up(&api, &tony).await["nickname"].clone(), in_sealtalk(&api, &friend).await["nickname"].clone())
    };
    let rename = async |name: &str| api.says(&friend, "/user/set_nickname", json!({ "nickname": name })).await.ok();
    assert_eq!(change(&api, &other, json!({"nickname": "TONY"})).await, 409);
    // Somebody else has it: Light Up goes on with the claimed one, which stays claimed.
    rename("tim").await;
    assert_eq!(names().await, (json!("Tony"), json!("tim")));
    assert_eq!(change(&api, &other, json!({"nickname": "TONY"})).await, 409);
    assert_eq!(change(&api, &tony, json!({"nickname": "TIM"})).await, 409);
    // Sending the shown name back is no renaming.
    assert_eq!(change(&api, &tony, json!({"nickname": "Tony", "location": "Wuhan"})).await, 200);
    assert_eq!(names().await, (json!("Tony"), json!("tim")));
    // A message shows the claimed name too.
    let complete = api.complete("13900000003", "Lily", "female").await;
    api.upload_all(&tony, "male").await;
    let fields = [("target_id", &*complete.id), ("order", "3"), ("light_status", "1")];
    assert_eq!(api.signed(&tony, "procedure/light_up", &fields).await.status, 200);
    let messages = api.signed(&complete, "procedure/get_message", &[]).await;
    assert!(messages.text.contains(r#""nickname":"Tony""#), "{}", messages.text);
    // A free one takes the claim along, in another case as well.
    for name in ["Bob", "BOB"] {
        rename(name).await;
        assert_eq!(names().await, (json!(name), json!(name)));
        assert_eq!(change(&api, &other, json!({"nickname": "bob"})).await, 409);
    }
    assert_eq!(change(&api, &other, json!({"nickname": "TONY"})).await, 200);
    // The name that was given up is free, and one that is claimed in Light Up is everywhere the same.
    rename("Tim").await;
    assert_eq!(names().await, (json!("Tim"), json!("Tim")));
    assert_eq!(change(&api, &tony, json!({"nickname": "Timothy"})).await, 200);
    assert_eq!(names().await, (json!("Timothy"), json!("Timothy")));
    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", &tony.phone)]).await.status, 200);
    assert_eq!(change(&api, &other, json!({"nickname": "timothy"})).await, 200);
}

/// Of two who take a free name at once one has it in Light Up.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_take_a_name_at_once_one_claims_it() {
    let api = Api::start().await;
    let (tony, tonys) = both(&api, "13900000001", "Tony").await;
    let (tim, tims) = both(&api, "13900000002", "Tim").await;
    let body = json!({"nickname": "Max"});
    let (one, two) = tokio::join!(
        api.says(&tonys, "/user/set_nickname", body.clone()),
        api.says(&tims, "/user/set_nickname", body.clone())
    );
    one.ok();
    two.ok();
    let shown = (in_light_up(&api, &tony).await["nickname"].clone(), in_light_up(&api, &tim).await["nickname"].clone());
    assert!(
        [("Max", "Tim"), ("Tony", "Max")].contains(&(shown.0.as_str().unwrap(), shown.1.as_str().unwrap())),
        "{shown:?}"
    );
    assert_eq!(in_sealtalk(&api, &tonys).await["nickname"], "Max");
    assert_eq!(in_sealtalk(&api, &tims).await["nickname"], "Max");
}

/// Somebody of SealTalk, signed in to Light Up as well.
async fn also_in_light_up(api: &Api, friend: &Friend) -> Person {
    let fields = [("phone_number", &*friend.phone), ("login_type", "password"), ("password", "secret12")];
    let answer = api.form("/v1/account/login", &fields).await.data();
    let token = answer["access_token"].as_str().unwrap().to_owned();
    Person { phone: friend.phone.clone(), id: friend.id.clone(), token }
}

/// The nickname that Light Up shows a stranger, or nothing: then the person cannot be seen.
async fn shown_to(api: &Api, stranger: &Person, who: &Person) -> Option<String> {
    let answer = api.signed(stranger, "account/get_user_info", &[("target_id", &who.id)]).await;
    if answer.status == 400 {
        answer.fails(400, "no such user");
        return None;
    }
    Some(answer.data()["nickname"].as_str().unwrap().to_owned())
}

/// Registering takes a free name along; a taken one is the person's in SealTalk alone.
#[tokio::test(flavor = "multi_thread")]
async fn registering_claims_a_free_nickname() {
    let api = Api::start().await;
    let stranger = &api.person("13900000009", "Stranger", "male").await;
    let ann = &api.friend("13900000001", "Ann").await;
    let second = &api.friend("13900000002", "\u{ff21}NN").await;
    // Before the first sign-in to Light Up the name is taken there, and its owner cannot be seen.
    assert_eq!(change(&api, stranger, json!({"nickname": "ann"})).await, 409);
    let unseen = Person { phone: String::new(), id: ann.id.clone(), token: String::new() };
    assert_eq!(shown_to(&api, stranger, &unseen).await, None);
    let (ann, other) = (&also_in_light_up(&api, ann).await, &also_in_light_up(&api, second).await);
    assert_eq!(shown_to(&api, stranger, ann).await.as_deref(), Some("Ann"));
    assert_eq!(in_sealtalk(&api, second).await["nickname"], "\u{ff21}NN");
    assert_eq!(change(&api, stranger, json!({"nickname": "ann"})).await, 409);
    // Without a claim there is no profile in Light Up: nobody finds or lights whoever has none.
    assert_eq!(shown_to(&api, stranger, other).await, None);
    api.upload_all(other, "female").await;
    let light = [("target_id", &*other.id), ("order", "1"), ("light_status", "1")];
    api.signed(stranger, "procedure/light_up", &light).await.fails(400, "no such user");
    let guest = [("love_sex", "female")];
    assert_eq!(api.signed(stranger, "procedure/get_user_id_by_love_sex", &guest).await.status, 404);
    let profiles = api.rows("UsersTable").await;
    assert!(profiles.iter().all(|row| !row.contains_key("guest_pool")), "nobody is a candidate");
    assert_eq!(in_light_up(&api, other).await["nickname"], "");
    // The first one of their own makes them visible, and a candidate.
    assert_eq!(change(&api, other, json!({"location": "Wuhan"})).await, 200);
    assert_eq!(shown_to(&api, stranger, other).await, None);
    assert_eq!(change(&api, other, json!({"nickname": "ANN"})).await, 409);
    assert_eq!(change(&api, other, json!({"nickname": "Anna"})).await, 200);
    assert_eq!(shown_to(&api, stranger, other).await.as_deref(), Some("Anna"));
    api.signed(stranger, "procedure/light_up", &light).await.data();
    assert_eq!(api.signed(stranger, "procedure/get_user_id_by_love_sex", &guest).await.status, 200);
    assert_eq!(in_sealtalk(&api, second).await["nickname"], "Anna");
}

/// A code alone, and the account of somebody who had only proven the number.
#[tokio::test(flavor = "multi_thread")]
async fn each_way_to_an_account_claims_the_nickname() {
    let api = Api::start().await;
    let stranger = &api.person("13900000009", "Stranger", "male").await;
    let enter = async |phone: &str| {
        let body = json!({"region": "86", "phone": phone, "code": api.sent(phone).await});
        api.anyone("/user/verify_code_register", body).await.result()
    };
    let claimed = async |name: &str| change(&api, stranger, json!({ "nickname": name })).await == 409;
    enter("13900000001").await;
    assert!(claimed("user0001").await);
    // Another number of the same end: the name is taken, and the account is made all the same.
    assert_eq!(enter("13800000001").await["nickName"], "user0001");
    let adopted = api.verified("13900000002").await;
    let result = enter("13900000002").await;
    assert_eq!(result["id"], adopted.id.as_str());
    assert!(claimed("user0002").await);
    assert_eq!(shown_to(&api, stranger, &adopted).await.as_deref(), Some("user0002"));
    let adopted = api.verified("13900000003").await;
    assert_eq!(api.friend("13900000003", "Ann").await.id, adopted.id);
    assert!(claimed("ann").await);
    // Who is erased leaves the name.
    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", "13900000003")]).await.status, 200);
    assert!(!claimed("ann").await);
}

/// Somebody without a claim takes a name of somebody else: it is not shown where names are unique.
#[tokio::test(flavor = "multi_thread")]
async fn renaming_shows_no_name_of_somebody_else() {
    let api = Api::start().await;
    let tony = &api.person("13900000001", "Tony", "male").await;
    let friend = &api.friend("13900000002", "tony").await;
    let ann = &also_in_light_up(&api, friend).await;
    let rename = async |name: &str| api.says(friend, "/user/set_nickname", json!({ "nickname": name })).await.ok();
    rename("TONY").await;
    assert_eq!((shown_to(&api, tony, ann).await, in_light_up(&api, ann).await["nickname"].clone()), (None, json!("")));
    rename("Ann").await;
    assert_eq!(shown_to(&api, tony, ann).await.as_deref(), Some("Ann"));
    // Longer than a profile of Light Up can say: the claim stays what it was, so that it can be posted back.
    for long in ["x".repeat(31), "x".repeat(32)] {
        rename(&long).await;
        assert_eq!(in_sealtalk(&api, friend).await["nickname"], long);
        assert_eq!(shown_to(&api, tony, ann).await.as_deref(), Some("Ann"));
        assert_eq!(change(&api, ann, json!({"nickname": "Ann"})).await, 200);
    }
    rename(&"x".repeat(30)).await;
    assert_eq!(shown_to(&api, tony, ann).await, Some("x".repeat(30)));
}

/// Of two who register with a free name at once one has it in Light Up.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_register_with_a_name_at_once_one_claims_it() {
    let api = Api::start().await;
    let stranger = &api.person("13900000009", "Stranger", "male").await;
    let (one, two) = tokio::join!(api.friend("13900000001", "Max"), api.friend("13900000002", "max"));
    let people = [also_in_light_up(&api, &one).await, also_in_light_up(&api, &two).await];
    let mut shown = Vec::new();
    for person in &people {
        shown.extend(shown_to(&api, stranger, person).await);
    }
    assert_eq!(shown.len(), 1, "{shown:?}");
    let claims = api.rows("UsersTable").await;
    assert_eq!(claims.iter().filter(|row| row["pk"].as_s().unwrap() == "NICKNAME#max").count(), 1);
}

/// What registering costs, and what a taken name adds: one more round.
#[tokio::test(flavor = "multi_thread")]
async fn a_taken_name_costs_one_round_more() {
    let api = Api::start().await;
    let register = async |phone: &str, nickname: &str| {
        let token = api.proven(phone).await;
        let body = json!({"nickname": nickname, "password": "secret12", "verification_token": token});
        let answer = api.anyone("/user/register", body).await;
        answer.result();
        answer.rounds()
    };
    assert_eq!(register("13900000001", "Ann").await, 3);
    assert_eq!(register("13900000002", "Ann").await, 4);
    assert_eq!(register("13900000003", &"x".repeat(31)).await, 3);
}
