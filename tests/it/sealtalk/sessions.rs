//! Sessions by cookie (`docs/dialects/sealtalk.md#sessions`).

use super::client::Style;
use crate::world::Api;
use serde_json::json;
use shared::{sessions::owner_of_push_token, values::Dialect};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_signed_in_is_told_so_in_the_one_way() {
    let api = Api::start().await;
    api.get("/user/get_poke").await.signed_out();
    api.get("/user//get_poke/").await.signed_out();
    for cookie in ["", "rong_auth_cookie=", "rong_auth_cookie=abc", "other=1", "rong_auth_cookie=\"", "=;;,"] {
        let request = api.http.get(api.url("/user/get_poke")).header("cookie", cookie);
        crate::world::Answer::of(request.send().await.unwrap()).await.signed_out();
    }
    let token = format!("rong_auth_cookie={}{}", crate::world::NOBODY, "0".repeat(40));
    let request = api.http.get(api.url("/user/get_poke")).header("cookie", token);
    crate::world::Answer::of(request.send().await.unwrap()).await.signed_out();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_style_of_cookie_is_understood() {
    let api = Api::start().await;
    for (phone, style) in ["13900000001", "13900000002", "13900000003"].iter().zip(Style::ALL) {
        let somebody = api.friend_as(style, phone, &format!("friend {phone}")).await;
        let poke = api.asks(&somebody, "/user/get_poke").await;
        assert_eq!(poke.result()["pokeStatus"], 1, "{style:?}");
        assert_eq!(poke.rounds(), 1);
    }
    // What else a client sends is passed over, text or not.
    let ann = api.friend("13900000004", "Ann").await;
    let around = [b"x=\xc3\xa9; ", ann.cookie.as_bytes(), b"; y=\xff"].concat();
    let cookie = reqwest::header::HeaderValue::from_bytes(&around).unwrap();
    let request = api.http.get(api.url("/user/get_poke")).header("cookie", cookie);
    assert_eq!(request.send().await.unwrap().status(), 200);
}

/// The token of the push connection says whose it is, as long as it is the session's newest and the session lasts.
#[tokio::test(flavor = "multi_thread")]
async fn a_push_token_lives_as_long_as_its_session() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let new = async |who| api.asks(who, "/user/get_token").await.result()["token"].as_str().unwrap().to_owned();
    let owner = async |token: &str| owner_of_push_token(&api.world.app, Dialect::SealTalk, token).await.ok();
    let first = new(ann).await;
    assert_eq!(owner(&first).await.map(|uid| uid.to_string()), Some(ann.id.clone()));
    let second = new(ann).await;
    assert!(owner(&first).await.is_none(), "replaced");
    let mut wrong = second.clone();
    wrong.replace_range(127.., if wrong.ends_with('0') { "1" } else { "0" });
    for junk in ["", "x", &second[..127], wrong.as_str(), &"é".repeat(64)] {
        assert!(owner(junk).await.is_none(), "{junk}");
    }
    assert!(owner_of_push_token(&api.world.app, Dialect::LightUp, &second).await.is_err());
    // Another device has its own.
    let body = json!({"region": "86", "phone": ann.phone, "password": "secret12"});
    let login = api.anyone("/user/login", body).await;
    let other = login.result()["token"].as_str().unwrap().to_owned();
    assert!(owner(&second).await.is_some() && owner(&other).await.is_some());
    let change = json!({"oldPassword": "secret12", "newPassword": "secret13"});
    api.says(ann, "/user/change_password", change).await.ok();
    assert!(owner(&other).await.is_none() && owner(&second).await.is_some());
    api.talk(Some(ann), "POST", "/user/logout", None).await.ok();
    assert!(owner(&second).await.is_none());
    // Nothing of a token is stored as it is.
    let rows = format!("{:?}", api.rows("UsersTable").await);
    let cookie = &ann.cookie["rong_auth_cookie=".len()..];
    assert!(!rows.contains(&other) && !rows.contains(cookie));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lasts_thirty_days() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    api.advance(2_592_000 - 60);
    api.asks(ann, "/user/get_poke").await.result();
    api.advance(60);
    api.asks(ann, "/user/get_poke").await.signed_out();
}
