//! What holds between Chat and the other APIs (`docs/dialects/chat.md#one-person-in-several-apis`).

use crate::{
    chat_people::client::{Member, PASSWORD, completion},
    sealtalk::client::Friend,
    world::Api,
};
use serde_json::{Value, json};

const ANN: &str = "13900000001";
const BOB: &str = "13900000002";

async fn enter(api: &Api, phone: &str, password: &str) -> Member {
    Api::member_of(phone, &api.stranger_posts("/login/", json!({"phone": phone, "password": password})).await)
}

/// Two who are in SealTalk and in Chat.
async fn both(api: &Api) -> [(Friend, Member); 2] {
    let (ann, bob) = (api.friend(ANN, "Ann").await, api.friend(BOB, "Bob").await);
    let (in_chat, other) = (enter(api, ANN, "secret12").await, enter(api, BOB, "secret12").await);
    [(ann, in_chat), (bob, other)]
}

/// What SealTalk lists of somebody for somebody: the status of the edge.
async fn status(api: &Api, who: &Friend, other: &str) -> Value {
    let all = api.asks(who, "/friendship/all").await.result();
    let edge = all.as_array().unwrap().iter().find(|edge| edge["user"]["id"] == other);
    edge.map_or(Value::Null, |edge| edge["status"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proven_person_enters_with_the_password_that_they_have() {
    let api = Api::start().await;
    let tony = api.person(ANN, "Tony of a long name", "male").await;
    api.stranger_posts("/register/", json!({"phone": ANN, "password": PASSWORD})).await.no_account(7_001);
    let said = api.stranger_posts("/login/", json!({"phone": ANN, "password": "secret12"})).await;
    let account = said.ok();
    assert_eq!(account["user"]["id"], tony.id);
    // A nickname from elsewhere is shown where there is no username, as far as there is room.
    assert_eq!((&account["user"]["username"], &account["account"]), (&json!("Tony of a long "), &json!(ANN)));
    // From then on they are found here, and elsewhere nothing has ended.
    let other = api.new_member("13800000009").await;
    api.member_gets(&other, &format!("/search/{}", tony.id)).await.ok();
    let own = api.signed(&tony, "account/get_user_info", &[("target_id", &tony.id)]).await;
    assert_eq!(own.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_never_here_is_found_by_nobody() {
    let api = Api::start().await;
    let tony = api.person(ANN, "Tony", "male").await;
    let other = api.new_member("13800000009").await;
    api.member_gets(&other, &format!("/search/{}", tony.id)).await.no_user(6_004);
    api.member_gets(&other, &format!("/add_friend/{}", tony.id)).await.no_user(6_004);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_proves_a_number_gets_it_and_the_account_that_had_it_stays() {
    let api = Api::start().await;
    let first = api.named_member(ANN, "first").await;
    let friend = api.named_member("13800000009", "friend").await;
    api.member_gets(&friend, &format!("/add_friend/{}", first.id)).await.ok();
    let tony = api.person(ANN, "Tony", "male").await;
    assert_ne!(tony.id, first.id);
    // Each enters with a password of their own.
    assert_eq!(enter(&api, ANN, "secret12").await.id, tony.id);
    assert_eq!(enter(&api, ANN, PASSWORD).await.id, first.id);
    api.stranger_posts("/login/", json!({"phone": ANN, "password": "neither-one"})).await.no_account(10_000);
    // The session and the friend of the account are there.
    api.member_gets(&first, "/user_contacts/").await.is_empty();
    let contacts = api.member_gets(&friend, "/user_contacts/").await.ok();
    assert_eq!(contacts[0]["id"], first.id);
    // Nobody else registers it.
    api.stranger_posts("/register/", json!({"phone": ANN, "password": PASSWORD})).await.no_account(7_001);
    // It is erased by the number: who has proven it first, the account next.
    let erase = async || api.form("/v1/account/delete_user", &[("phone_number", ANN)]).await.status;
    assert_eq!(erase().await, 200);
    assert_eq!(enter(&api, ANN, PASSWORD).await.id, first.id);
    assert_eq!(erase().await, 200);
    assert_ne!(erase().await, 200);
    api.stranger_posts("/register/", json!({"phone": ANN, "password": PASSWORD})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_elsewhere_ends_the_sessions_here() {
    let api = Api::start().await;
    let [(ann, in_chat), _] = both(&api).await;
    let change = json!({"oldPassword": "secret12", "newPassword": "secret13"});
    api.says(&ann, "/user/change_password", change).await.ok();
    api.member_gets(&in_chat, "/user_contacts/").await.fails(11_001, &json!([]));
    api.stranger_posts("/login/", json!({"phone": ANN, "password": "secret12"})).await.no_account(10_000);
    enter(&api, ANN, "secret13").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_friendship_is_the_same_in_either_api() {
    let api = Api::start().await;
    let [(ann, ann_here), (bob, bob_here)] = both(&api).await;
    let add = |who: &Member, other: &str| {
        let (api, who, path) = (&api, who.clone(), format!("/add_friend/{other}/"));
        async move { api.member_gets(&who, &path).await }
    };
    // One who was added is a friend of the one side, as after the other has deleted them there.
    add(&ann_here, &bob.id).await.ok();
    assert_eq!((status(&api, &ann, &bob.id).await, status(&api, &bob, &ann.id).await), (json!(20), Value::Null));
    // Whoever asks somebody that has them as a friend is a friend at once.
    let invite = json!({"friendId": ann.id, "message": "hi"});
    assert_eq!(api.says(&bob, "/friendship/invite", invite).await.result()["action"], "Added");
    assert_eq!((status(&api, &ann, &bob.id).await, status(&api, &bob, &ann.id).await), (json!(20), json!(20)));
    let contacts = api.member_gets(&bob_here, "/user_contacts/").await.ok();
    assert_eq!((&contacts[0]["id"], &contacts[0]["phone"]), (&json!(ann.id), &json!(ANN)));
    // A name for a friend is the same name.
    let body = json!({"friendId": ann.id, "displayName": "Annie"});
    api.says(&bob, "/friendship/set_display_name", body).await.ok();
    let contacts = api.member_gets(&bob_here, "/user_contacts/").await.ok();
    assert_eq!(contacts[0]["alias"], "Annie");
    // Leaving here is no block there.
    api.member_gets(&ann_here, &format!("/delete_friend/{}/", bob.id)).await.ok();
    assert_eq!((status(&api, &ann, &bob.id).await, status(&api, &bob, &ann.id).await), (json!(30), json!(20)));
    assert_eq!(api.asks(&ann, "/user/blacklist").await.result(), json!([]));
    // Leaving there leaves a block that nobody sees, which counts for none here; adding lifts it.
    api.says(&bob, "/friendship/delete", json!({"friendId": ann.id})).await.ok();
    add(&ann_here, &bob.id).await.ok();
    add(&bob_here, &ann.id).await.ok();
    assert_eq!((status(&api, &ann, &bob.id).await, status(&api, &bob, &ann.id).await), (json!(20), json!(20)));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_asked_elsewhere_agrees_by_adding() {
    let api = Api::start().await;
    let [(ann, ann_here), (bob, bob_here)] = both(&api).await;
    let invite = json!({"friendId": bob.id, "message": "hi"});
    assert_eq!(api.says(&ann, "/friendship/invite", invite).await.result()["action"], "Sent");
    // A request is no friend here, of either side.
    api.member_gets(&ann_here, "/user_contacts/").await.is_empty();
    api.member_gets(&bob_here, "/user_contacts/").await.is_empty();
    let added = api.member_gets(&bob_here, &format!("/add_friend/{}", ann.id)).await.ok();
    assert_eq!(added["phone"], ANN);
    assert_eq!((status(&api, &ann, &bob.id).await, status(&api, &bob, &ann.id).await), (json!(20), json!(20)));
    let contacts = api.member_gets(&ann_here, "/user_contacts/").await.ok();
    assert_eq!((&contacts[0]["id"], &contacts[0]["friends"]), (&json!(bob.id), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_asked_elsewhere_may_add_all_the_same() {
    let api = Api::start().await;
    let [(ann, ann_here), (bob, _)] = both(&api).await;
    api.says(&ann, "/friendship/invite", json!({"friendId": bob.id, "message": "hi"})).await.result();
    api.member_gets(&ann_here, &format!("/add_friend/{}", bob.id)).await.ok();
    assert_eq!((status(&api, &ann, &bob.id).await, status(&api, &bob, &ann.id).await), (json!(20), json!(11)));
    api.says(&bob, "/friendship/agree", json!({"friendId": ann.id})).await.ok();
    assert_eq!((status(&api, &ann, &bob.id).await, status(&api, &bob, &ann.id).await), (json!(20), json!(20)));
    let own = api.member_gets(&ann_here, &format!("/search/{}", ann.id)).await.ok();
    assert_eq!(own["friends"], json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn across_a_block_nobody_is_there() {
    let api = Api::start().await;
    let [(ann, ann_here), (bob, bob_here)] = both(&api).await;
    for (who, other) in [(&ann_here, &bob.id), (&bob_here, &ann.id)] {
        api.member_gets(who, &format!("/add_friend/{other}/")).await.ok();
    }
    api.says(&ann, "/user/add_to_blacklist", json!({"friendId": bob.id})).await.ok();
    for (who, other) in [(&ann_here, &bob.id), (&bob_here, &ann.id)] {
        api.member_gets(who, &format!("/search/{other}/")).await.no_user(6_004);
    }
    api.member_gets(&ann_here, &format!("/add_friend/{}/", bob.id)).await.no_user(6_004);
    api.member_gets(&ann_here, "/user_contacts/").await.is_empty();
    // Who is blocked has them as a friend still, and is not to know.
    assert_eq!(api.member_gets(&bob_here, "/user_contacts/").await.ok()[0]["id"], ann.id);
    let own = api.member_gets(&ann_here, &format!("/search/{}", ann.id)).await.ok();
    assert_eq!(own["friends"], json!(0));
    api.says(&ann, "/user/remove_from_blacklist", json!({"friendId": bob.id})).await.ok();
    assert_eq!(api.member_gets(&ann_here, "/user_contacts/").await.ok()[0]["id"], bob.id);
    let own = api.member_gets(&ann_here, &format!("/search/{}", ann.id)).await.ok();
    assert_eq!(own["friends"], json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_the_portrait_everywhere() {
    let api = Api::start().await;
    let [(ann, ann_here), (bob, bob_here)] = both(&api).await;
    for (who, other) in [(&ann_here, &bob.id), (&bob_here, &ann.id)] {
        api.member_gets(who, &format!("/add_friend/{other}/")).await.ok();
    }
    // One that was set elsewhere is shown by a path that leads to it.
    let url = "https://example.com/ann.png";
    api.says(&ann, "/user/set_portrait_uri", json!({"portraitUri": url})).await.ok();
    let shown = api.member_gets(&bob_here, "/user_contacts/").await.ok()[0]["avatar"].clone();
    assert_eq!(shown, json!(format!("media/avatars/u-{}", ann.id)));
    let leads = api.get(&format!("/{}", shown.as_str().unwrap())).await;
    assert_eq!((leads.status, leads.headers["location"].as_str()), (302, url));
    // One that was uploaded here is what others are shown, in their syncs too.
    let save = json!({"name": "a.gif", "content": "R0lGODlh"});
    let path = api.member_posts(&ann_here, "/save_file/", save).await.ok()["path"].as_str().unwrap().to_owned();
    let mut body = completion(&ann_here, "ann");
    body["avatar"] = json!(path);
    api.member_posts(&ann_here, "/complete_account/", body).await.ok();
    let expected = json!(format!("{}/{path}", api.world.url));
    let all = api.asks(&bob, "/friendship/all").await.result();
    assert_eq!(all[0]["user"]["portraitUri"], expected);
    let synced = api.asks(&bob, "/user/sync/0").await.result();
    assert_eq!(synced["friends"][0]["user"]["portraitUri"], expected);
}

/// Somebody who is in Chat alone wants to enter a group whose manager decides in SealTalk, and invites people who decide there.
#[tokio::test(flavor = "multi_thread")]
async fn wishes_and_invitations_of_whoever_is_in_chat_alone_are_answered_elsewhere() {
    let api = Api::start().await;
    let [(owner, owner_here), (guest, guest_here)] = both(&api).await;
    let cid = api.new_member("13800000003").await;
    let made = json!({"name": "closed", "picture": "", "description": "", "members": []});
    let gid = api.member_posts(&owner_here, "/create_group/", made).await.ok()["id"].clone();
    api.says(&owner, "/group/set_certification", json!({"groupId": gid, "certiStatus": 0})).await.result();
    let path = format!("/join_group/{}/", gid.as_str().unwrap());
    assert_eq!(api.member_gets(&cid, &path).await.ok()["isMember"], false);
    let waiting = api.asks(&owner, "/group/notice_info").await.result();
    assert_eq!(waiting[0]["receiver"]["id"], cid.id.as_str(), "{waiting}");
    let agree = json!({"groupId": gid, "receiverId": cid.id, "status": 1});
    api.says(&owner, "/group/agree", agree).await.result();
    assert_eq!(api.member_gets(&cid, "/user_groups/").await.ok()[0]["isMember"], true);
    let members = api.asks(&owner, &format!("/group/{}/members", gid.as_str().unwrap())).await.result();
    assert_eq!(members.as_array().unwrap().len(), 2, "{members}");
    // Whoever wants to be asked finds the invitation where they can answer it.
    api.says(&guest, "/user/set_privacy", json!({"groupVerify": 0})).await.result();
    let made = json!({"name": "open", "picture": "", "description": "", "members": [guest_here.id]});
    let gid = api.member_posts(&cid, "/create_group/", made).await.ok()["id"].clone();
    let invited = api.asks(&guest, "/group/notice_info").await.result();
    assert_eq!(invited[0]["group"]["id"], gid, "{invited}");
    let agree = json!({"groupId": gid, "receiverId": guest_here.id, "status": 1});
    api.says(&guest, "/group/agree", agree).await.result();
    assert_eq!(api.member_gets(&guest_here, "/user_groups/").await.ok()[0]["id"], gid);
}
