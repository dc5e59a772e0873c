//! `refresh_device_token` and `refresh_device_token_lib` (`docs/dialects/lightup.md`).

use super::{INVALID, SIGNED_OUT};
use crate::world::{Answer, Api, NOBODY, Person};
use aws_sdk_dynamodb::types::AttributeValue;

const LIB: &str = "/v1/account/refresh_device_token_lib";
const UPDATED: &str = r#"{"status":"update device_token successfully","data":{}}"#;

async fn deprecated(api: &Api, who: &Person, token: &str) -> Answer {
    api.signed(who, "account/refresh_device_token", &[("device_token", token)]).await
}

async fn signed(api: &Api, who: &Person, token: &str) -> Answer {
    api.signed(who, "account/refresh_device_token_lib", &[("device_token", token)]).await
}

async fn anonymous(api: &Api, token: &str) -> Answer {
    api.form(LIB, &[("device_token", token)]).await
}

/// Who has which tokens, in order.
async fn devices(api: &Api) -> Vec<(String, String)> {
    let rows = api.rows("UsersTable").await;
    let text = |value: &AttributeValue| value.as_s().unwrap().clone();
    let devices = rows.iter().filter(|row| row["sk"].as_s().unwrap().starts_with("DEVICE#"));
    let mut devices: Vec<_> = devices.map(|row| (text(&row["pk"]).replace("USER#", ""), text(&row["token"]))).collect();
    devices.sort();
    devices
}

/// The owners that tokens have, anonymous ones as `None`.
async fn owners(api: &Api) -> Vec<Option<String>> {
    let rows = api.rows("UsersTable").await;
    let owners = rows.iter().filter(|row| row["pk"].as_s().unwrap().starts_with("DEVTOKEN#"));
    let mut owners: Vec<_> = owners.map(|row| row.get("uid").map(|uid| uid.as_s().unwrap().clone())).collect();
    owners.sort();
    owners
}

fn pairs(devices: &[(&Person, &str)]) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = devices.iter().map(|(who, token)| (who.id.clone(), (*token).to_owned())).collect();
    pairs.sort();
    pairs
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_belongs_to_whoever_registered_it_last() {
    let api = Api::start().await;
    let tony = api.person("15172354423", "Tony", "male").await;
    let ann = api.verified("15172354424").await;
    for register in ["deprecated", "lib"] {
        let put = async |who: &Person, token: &str| match register {
            "lib" => signed(&api, who, token).await.is(200, UPDATED),
            _ => deprecated(&api, who, token).await.is(200, UPDATED),
        };
        put(&tony, "phone").await;
        put(&tony, "phone").await;
        put(&tony, "tablet").await;
        assert_eq!(devices(&api).await, pairs(&[(&tony, "phone"), (&tony, "tablet")]));
        put(&ann, "phone").await;
        assert_eq!(devices(&api).await, pairs(&[(&ann, "phone"), (&tony, "tablet")]));
        put(&tony, "phone").await;
        assert_eq!(devices(&api).await, pairs(&[(&tony, "phone"), (&tony, "tablet")]));
        assert_eq!(owners(&api).await, [Some(tony.id.clone()), Some(tony.id.clone())]);
    }
}

/// Who does not say who they are takes a token from nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_anonymous_token_steals_nothing() {
    let api = Api::start().await;
    let tony = api.person("15172354423", "Tony", "male").await;
    anonymous(&api, "phone").await.is(200, UPDATED);
    anonymous(&api, "phone").await.is(200, UPDATED);
    assert_eq!((devices(&api).await, owners(&api).await), (vec![], vec![None]));
    signed(&api, &tony, "phone").await.is(200, UPDATED);
    assert_eq!(devices(&api).await, pairs(&[(&tony, "phone")]));
    anonymous(&api, "phone").await.is(200, UPDATED);
    // Without a user the token of a session means nothing (`docs/dialects/lightup.md#refresh_device_token_lib`,
    // `docs/dialects/lightup.md#requests`), and an empty user is none
    // (`docs/dialects/lightup.md#refresh_device_token_lib`, `docs/dialects/lightup.md#requests`).
    api.form(LIB, &[("device_token", "phone"), ("access_token", "x")]).await.is(200, UPDATED);
    let empty = [("device_token", "phone"), ("user_id", ""), ("access_token", "")];
    api.form(LIB, &empty).await.is(200, UPDATED);
    assert_eq!(devices(&api).await, pairs(&[(&tony, "phone")]));
    assert_eq!(owners(&api).await, [Some(tony.id.clone())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_forms_and_sessions() {
    let api = Api::start().await;
    let tony = api.person("15172354423", "Tony", "male").await;
    let long = "x".repeat(513);
    for wrong in ["", &long] {
        deprecated(&api, &tony, wrong).await.fails(400, INVALID);
        signed(&api, &tony, wrong).await.fails(400, INVALID);
        anonymous(&api, wrong).await.fails(400, INVALID);
    }
    let (id, token, device) = (("user_id", &*tony.id), ("access_token", &*tony.token), ("device_token", "phone"));
    for form in [&[][..], &[id, token]] {
        api.form(LIB, form).await.fails(400, INVALID);
        api.form("/v1/account/refresh_device_token", form).await.fails(400, INVALID);
    }
    for form in [&[device, id][..], &[device, id, ("access_token", "")], &[device, ("user_id", "x"), token]] {
        api.form(LIB, form).await.fails(400, INVALID);
    }
    api.form("/v1/account/refresh_device_token", &[device]).await.fails(400, INVALID);
    let strangers = [Person { token: "0".repeat(32), ..tony.clone() }, Person { id: NOBODY.into(), ..tony.clone() }];
    for stranger in &strangers {
        deprecated(&api, stranger, "phone").await.fails(401, SIGNED_OUT);
        signed(&api, stranger, "phone").await.fails(401, SIGNED_OUT);
    }
    assert_eq!((devices(&api).await, owners(&api).await), (vec![], vec![]));
    // The longest one, and one of any characters.
    signed(&api, &tony, &"亮".repeat(512)).await.is(200, UPDATED);
    deprecated(&api, &tony, "a \"b\" <c>").await.is(200, UPDATED);
    assert_eq!(devices(&api).await.len(), 2);
}

/// Sixty an hour from an address.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anonymous_tokens_are_limited() {
    let api = Api::start().await;
    let tony = api.person("15172354423", "Tony", "male").await;
    let late = api.world.clock.seconds() % 3_600 > 3_000;
    if late {
        api.advance(600);
    }
    for number in 0..60 {
        anonymous(&api, &format!("device {number}")).await.is(200, UPDATED);
    }
    anonymous(&api, "one more").await.fails(429, "too many requests");
    anonymous(&api, "device 1").await.fails(429, "too many requests");
    api.form_from(2, LIB, &[("device_token", "one more")]).await.is(200, UPDATED);
    signed(&api, &tony, "his own").await.is(200, UPDATED);
    assert_eq!(owners(&api).await.len(), 62);
    api.advance(3_600);
    anonymous(&api, "device 1").await.is(200, UPDATED);
}

/// Whoever loses looks again until it works, and makes room for the others meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_who_registers_the_same_device_is_answered() {
    let api = Api::start().await;
    let people = api.crowd(12, "male").await;
    let calls = people.iter().map(|who| deprecated(&api, who, "the same device"));
    futures_util::future::join_all(calls).await.iter().for_each(|answer| answer.is(200, UPDATED));
    let (owners, devices) = (owners(&api).await, devices(&api).await);
    assert_eq!((owners.len(), devices.len()), (1, 1));
    assert_eq!(owners[0].as_ref(), Some(&devices[0].0));
}
