//! Sessions and what stands for them (`docs/dialects/chat.md#sessions`, `docs/dialects/chat.md#tickets`).

use crate::{chat_people::client::Member, world::Api};
use serde_json::{Value, json};
use shared::{
    Error,
    sessions::{self, Claim},
};

async fn ticket(api: &Api, who: &Member) -> String {
    let result = api.member_gets(who, "/ws_ticket/").await.ok();
    let ticket = result["ticket"].as_str().unwrap().to_owned();
    assert_eq!(result, json!({"ticket": ticket}));
    assert!(ticket.len() == 64 && ticket.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{ticket}");
    ticket
}

async fn whose(api: &Api, claim: &Claim) -> Option<String> {
    let actor = sessions::verify(&api.world.app, claim).await.ok()?;
    Some(actor.uid().to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_two_weeks_to_the_second() {
    let api = Api::start().await;
    let asked = async |seconds| {
        let early = async || {
            let phone = format!("138{:08}", api.world.clock.seconds() % 100_000_000);
            api.new_member(&phone).await
        };
        api.aged(seconds, early, async |who: Member| api.member_gets(&who, "/user_contacts/").await.0).await.json()
    };
    assert_eq!(asked(1_209_599).await["message"], "ok");
    assert_eq!(asked(1_209_600).await["status"], json!(11_001));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_counts_in_its_own_api_alone() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let other = api.http.get(api.url("/user/get_token")).header("cookie", format!("rong_auth_cookie={}", ann.token));
    assert_eq!(other.send().await.unwrap().status(), 403);
    let person = api.person("13800000002", "Tim", "male").await;
    let login = json!({"region": "86", "phone": person.phone, "password": "secret12"});
    let sealtalk = api.anyone("/user/login", login).await;
    let token = sealtalk.headers["set-cookie"].split(';').next().unwrap().split_once('=').unwrap().1.to_owned();
    let member = Member { phone: person.phone, id: person.id, token };
    api.member_gets(&member, "/user_contacts/").await.fails(11_001, &json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_this_session_and_no_other() {
    let api = Api::start().await;
    let first = api.new_member("13800000001").await;
    let login = api.stranger_posts("/login/", json!({"phone": first.phone, "password": "abc123"})).await;
    let second = Api::member_of(&first.phone, &login);
    // A token that somebody made up of an id ends nothing and unbinds nothing.
    let forged = Member { token: format!("{}{}", first.id, "0".repeat(40)), ..first.clone() };
    api.member_gets(&forged, "/out/").await.is(&json!("ok"));
    api.member_gets(&first, "/out/").await.is(&json!("ok"));
    api.member_gets(&first, "/user_contacts/").await.fails(11_001, &json!([]));
    api.member_gets(&second, "/user_contacts/").await.is_empty();
    // What is stored of a session is not what opens it.
    assert!(api.rows("UsersTable").await.iter().all(|row| !format!("{row:?}").contains(&second.token)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_the_session_once_and_for_a_minute() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let app = &api.world.app;
    let first = ticket(&api, &ann).await;
    let claim = sessions::redeem_ticket(app, &first).await.unwrap();
    assert_eq!(whose(&api, &claim).await, Some(ann.id.clone()));
    assert!(matches!(sessions::redeem_ticket(app, &first).await, Err(Error::SignedOut)));
    // Nothing else is one, the session itself included, and a ticket is no session.
    for wrong in ["", "x", &ann.token, &first[..63], &"0".repeat(64), &first.to_uppercase()] {
        assert!(matches!(sessions::redeem_ticket(app, wrong).await, Err(Error::SignedOut)), "{wrong}");
    }
    let second = ticket(&api, &ann).await;
    let as_session = Member { token: second.clone(), ..ann.clone() };
    api.member_gets(&as_session, "/user_contacts/").await.fails(11_001, &json!([]));
    api.advance(60);
    assert!(matches!(sessions::redeem_ticket(app, &second).await, Err(Error::SignedOut)));
    // Of many at once one gets it.
    let third = ticket(&api, &ann).await;
    let taken = futures_util::future::join_all((0..8).map(|_| sessions::redeem_ticket(app, &third))).await;
    assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 1);
    // What a ticket stands for ends with the session.
    let fourth = ticket(&api, &ann).await;
    api.member_gets(&ann, "/out/").await.ok();
    let claim = sessions::redeem_ticket(app, &fourth).await.unwrap();
    assert_eq!(whose(&api, &claim).await, None);
    let stored: Vec<String> = api.rows("UsersTable").await.iter().map(|row| format!("{row:?}")).collect();
    assert!(stored.iter().all(|row| !row.contains(&fourth)));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_cookies_are_one_session_that_holds() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let cookie = format!("sessionid=gone; sessionid=\"{}\"; sessionid={}{}", ann.token, ann.id, "0".repeat(40));
    let said = api.chat_request(&cookie, reqwest::Method::GET, "/user_contacts/", &Value::Null).await;
    said.is_empty();
    let result = api.chat_request(&cookie, reqwest::Method::GET, "/ws_ticket/", &Value::Null).await.ok();
    let claim = sessions::redeem_ticket(&api.world.app, result["ticket"].as_str().unwrap()).await.unwrap();
    assert_eq!(whose(&api, &claim).await, Some(ann.id));
}
