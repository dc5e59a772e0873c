//! A portrait named in `personal_info` (`docs/dialects/lightup.md#naming-a-portrait`): the name of the one that waits
//! confirms it, nothing else counts.

use super::{INVALID, KEY, NOT_ASKED, PHONE, SIGNED_OUT, confirm, live, picture, portrait, uploaded};
use crate::world::{Answer, Api, Person};
use local::Fault;
use serde_json::json;

const CHANGED: &str = r#"{"status":"change personal_info successfully"}"#;

async fn name(api: &Api, who: &Person, portrait: &str) -> Answer {
    let info = json!({"portrait": portrait, "location": portrait}).to_string();
    api.signed(who, "account/change_personal_info", &[("personal_info", &info)]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_one_that_waits_becomes_live() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    for written in [KEY, KEY.trim_start_matches('/')] {
        uploaded(&api, &who, KEY, written.as_bytes()).await;
        let before = portrait(&api, &who, &who).await;
        let answer = name(&api, &who, written).await;
        answer.is(200, CHANGED);
        assert!(answer.rounds() <= 6, "{}", answer.rounds());
        let url = portrait(&api, &who, &who).await;
        assert!(url != before && url.ends_with(KEY), "{url}");
        assert_eq!(picture(&api, &url).await, (200, written.as_bytes().to_vec()));
        assert_eq!(live(&api, &who).await.len(), 1);
        // It waits no more, and naming it again changes nothing.
        name(&api, &who, written).await.is(200, CHANGED);
        assert_eq!(portrait(&api, &who, &who).await, url);
        confirm(&api, &who).await.fails(400, NOT_ASKED);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_other_changes_nothing() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let ann = api.person("15172354424", "Ann", "female").await;
    uploaded(&api, &ann, "/ann.png", b"ann").await;
    name(&api, &ann, "/ann.png").await.is(200, CHANGED);
    let hers = portrait(&api, &ann, &ann).await;
    uploaded(&api, &ann, "/next.png", b"next").await;
    uploaded(&api, &who, KEY, b"face").await;
    let path = hers.strip_prefix(&api.world.url).unwrap();
    let own = format!("http://x{KEY}");
    for other in [
        "/other.png",
        "/ann.png",
        "/next.png",
        &hers,
        path,
        &path[1..],
        "//x.y/z.png",
        "data:image/png;base64,AA",
        &own,
    ] {
        name(&api, &who, other).await.is(200, CHANGED);
        assert_eq!(portrait(&api, &who, &who).await, "", "{other}");
    }
    for wrong in ["/../x", "a\\b", "/", &"x".repeat(255)] {
        name(&api, &who, wrong).await.fails(400, INVALID);
    }
    for wrong in [r#"{"portrait":1}"#, r#"{"portrait":{}}"#, r#"{"portrait":["/x"]}"#] {
        let info = [("personal_info", wrong)];
        api.signed(&who, "account/change_personal_info", &info).await.fails(400, INVALID);
    }
    // What is refused confirms nothing.
    let taken = json!({"portrait": KEY, "nickname": "Ann"}).to_string();
    assert_eq!(api.signed(&who, "account/change_personal_info", &[("personal_info", &taken)]).await.status, 409);
    name(&api, &Person { token: ann.token.clone(), ..who.clone() }, KEY).await.fails(401, SIGNED_OUT);
    assert_eq!(portrait(&api, &who, &who).await, "");
    // Nor is what waited too long there any more.
    api.advance(2 * 86_400 + 1);
    let data = api.signed(&who, "account/refresh_access_token", &[]).await.data();
    let who = Person { token: data["access_token"].as_str().unwrap().to_owned(), ..who };
    name(&api, &who, KEY).await.is(200, CHANGED);
    assert_eq!(portrait(&api, &who, &who).await, "");
}

/// A fault in the middle can be repeated.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_does_not_answer() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    uploaded(&api, &who, KEY, b"face").await;
    api.world.faults.strike("CopyObject", 30, &Fault::Internal);
    name(&api, &who, KEY).await.fails(500, "server error");
    assert_eq!(portrait(&api, &who, &who).await, "");
    api.world.faults.clear();
    name(&api, &who, KEY).await.is(200, CHANGED);
    assert_eq!(picture(&api, &portrait(&api, &who, &who).await).await, (200, b"face".to_vec()));
}
