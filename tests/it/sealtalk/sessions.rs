//! Sessions by cookie (`docs/dialects/sealtalk.md#sessions`).

use super::client::{Friend, Style};
use crate::world::{Answer, Api, NOBODY};
use serde_json::json;
use shared::{sessions::owner_of_push_token, values::Dialect};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_signed_in_is_told_so_in_the_one_way() {
    let api = Api::start().await;
    api.get("/user/get_poke").await.signed_out();
    api.get("/user//get_poke/").await.signed_out();
    for cookie in ["", "rong_auth_cookie=", "rong_auth_cookie=abc", "other=1", "rong_auth_cookie=\"", "=;;,"] {
        let request = api.http.get(api.url("/user/get_poke")).header("cookie", cookie);
        Answer::of(request.send().await.unwrap()).await.signed_out();
    }
    let token = format!("rong_auth_cookie={}{}", NOBODY, "0".repeat(40));
    let request = api.http.get(api.url("/user/get_poke")).header("cookie", token);
    Answer::of(request.send().await.unwrap()).await.signed_out();
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

/// Java's cookies of the later kind: a version first, the value in quotes, attributes with a dollar sign.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_in_quotes_is_understood() {
    let api = Api::start().await;
    let ann = api.friend("13900000001", "Ann").await;
    let (_, value) = ann.cookie.split_once('=').unwrap();
    for cookie in [
        format!(r#"$Version="1"; rong_auth_cookie="{value}";$Path="/""#),
        format!(r#"$Version=1; rong_auth_cookie="{value}"; $Path="/"; $Domain="api.example.com""#),
        format!(r#"rong_auth_cookie = "{value}""#),
    ] {
        let poke = api.asks(&Friend { cookie: cookie.clone(), ..ann.clone() }, "/user/get_poke").await;
        assert_eq!((poke.result()["pokeStatus"].as_i64(), poke.rounds()), (Some(1), 1), "{cookie}");
    }
    for quoted in [format!(r#""{value}"#), format!(r#"{value}""#), format!(r#""{value}"x"#), format!("'{value}'")] {
        let other = Friend { cookie: format!("rong_auth_cookie={quoted}"), ..ann.clone() };
        api.asks(&other, "/user/get_poke").await.signed_out();
    }
}

/// With both, clients of the older kind of cookie and of the later one keep it for the same time, and none takes it for the
/// later kind.
#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_says_when_it_ends_in_both_ways() {
    let api = Api::start().await;
    let ann = api.friend("13900000001", "Ann").await;
    api.advance(1_000);
    let body = json!({"region": "86", "phone": ann.phone, "password": "secret12"});
    let now = api.world.clock.seconds();
    let login = api.anyone("/user/login", body).await;
    let set_cookie = &login.headers["set-cookie"];
    let expires = set_cookie.split("; ").find_map(|attribute| attribute.strip_prefix("Expires=")).unwrap();
    let expires = jiff::fmt::rfc2822::parse(expires).unwrap().timestamp().as_second();
    assert!((now + 2_592_000..=now + 2_592_005).contains(&expires), "{set_cookie}");
    assert!(set_cookie.contains("Max-Age=2592000"), "{set_cookie}");
    let out = api.talk(Some(&ann), "POST", "/user/logout", None).await;
    let set_cookie = &out.headers["set-cookie"];
    assert!(set_cookie.contains("Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), "{set_cookie}");
}

/// Browsers send what they have for several paths and domains, an old one first perhaps.
#[tokio::test(flavor = "multi_thread")]
async fn of_several_cookies_the_first_that_holds_counts() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let login = async |who: &Friend| {
        let body = json!({"region": "86", "phone": who.phone, "password": "secret12"});
        Style::Plain.cookie(&api.anyone("/user/login", body).await.headers["set-cookie"])
    };
    let (second, dead) = (login(ann).await, login(ann).await);
    api.asks(&Friend { cookie: dead.clone(), ..ann.clone() }, "/user/get_poke").await.result();
    api.talk(Some(&Friend { cookie: dead.clone(), ..ann.clone() }), "POST", "/user/logout", None).await.ok();
    let nobody = |last: char| format!("rong_auth_cookie={NOBODY}{}", String::from(last).repeat(40));
    let gone = login(bob).await;
    api.talk(Some(&Friend { cookie: gone.clone(), ..bob.clone() }), "POST", "/user/logout", None).await.ok();
    let ask = async |cookies: &[&str]| {
        let mut request = api.http.get(api.url("/user/get_token"));
        for cookie in cookies {
            request = request.header("cookie", *cookie);
        }
        Answer::of(request.send().await.unwrap()).await
    };
    for cookies in [
        vec![format!("{dead}; {}", ann.cookie)],
        vec![dead.clone(), ann.cookie.clone()],
        vec![format!("{}; {}", gone, ann.cookie)],
        vec![format!("{}; {dead}; {}", nobody('0'), ann.cookie)],
        vec![format!("{}; {second}; {}", ann.cookie, bob.cookie)],
        // What is no token, or was there already, is none of the three.
        vec![format!("rong_auth_cookie=x; rong_auth_cookie=\"\"; {dead}; {dead}; {gone}; {gone}; {}", ann.cookie)],
    ] {
        let cookies: Vec<_> = cookies.iter().map(String::as_str).collect();
        let token = ask(&cookies).await;
        assert_eq!(token.result()["id"], ann.id.as_str(), "{cookies:?}");
        assert!(token.rounds() <= 3, "{}", token.rounds());
    }
    assert_eq!(ask(&[&bob.cookie, &ann.cookie]).await.result()["id"], bob.id.as_str());
    // At most three are looked at.
    let (first, next) = (nobody('0'), nobody('1'));
    ask(&[&first, &next, &dead, &ann.cookie]).await.signed_out();
    ask(&[&first, &next]).await.signed_out();
    // Who a notice is for is said of the one that holds.
    let several = Friend { cookie: format!("{gone}; {}", ann.cookie), ..ann.clone() };
    api.asks(&several, "/group/notice_info").await.result();
    // Whoever signs out with several has none of them afterwards.
    let both = Friend { cookie: format!("{dead}; {}; {second}", ann.cookie), ..ann.clone() };
    api.talk(Some(&both), "POST", "/user/logout", None).await.ok();
    ask(&[&ann.cookie]).await.signed_out();
    ask(&[&second]).await.signed_out();
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
