//! Nobody gets anywhere with somebody else's session, an old one or none, in any operation
//! (`docs/dialects/lightup.md#sessions`).

use super::samples;
use crate::world::{Api, NOBODY, Person};
use kit::Endpoint;

async fn call(api: &Api, endpoint: &Endpoint, id: &str, token: &str) -> crate::world::Answer {
    let own = samples::fields(endpoint);
    let mut fields: Vec<_> = own.iter().map(|(name, value, _)| (*name, value.as_str())).collect();
    fields.extend([("user_id", id), ("access_token", token)]);
    api.form(endpoint.path, &fields).await
}

fn signed() -> Vec<Endpoint> {
    let endpoints = lightup::package().endpoints();
    endpoints.into_iter().filter(|endpoint| endpoint.signed || endpoint.operation == "RefreshDeviceTokenLib").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_are_refused_everywhere() {
    let api = Api::start().await;
    let a = api.complete("15172354423", "Tony", "male").await;
    let b = api.complete("15172354424", "Ann", "female").await;
    assert_eq!(signed().len(), 28);
    for endpoint in signed() {
        for (id, token) in [
            (a.id.as_str(), b.token.as_str()),
            (NOBODY, &a.token),
            (&a.id, "0"),
            (&a.id, &"0".repeat(32)),
            (&a.id, &a.token[1..]),
            (&a.id, &a.token.to_uppercase()),
        ] {
            call(&api, &endpoint, id, token).await.fails(401, "You haven't logined");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_everywhere() {
    let api = Api::start().await;
    let a = api.complete("15172354423", "Tony", "male").await;
    let data = api.signed(&a, "account/refresh_access_token", &[]).await.data();
    let fresh = Person { token: data["access_token"].as_str().unwrap().to_owned(), ..a.clone() };
    for endpoint in signed() {
        call(&api, &endpoint, &a.id, &a.token).await.fails(401, "You haven't logined");
    }
    // A token lives for 900 s; the refresh alone outlives them. (Where exactly it ends, `account` shows.)
    api.advance(870);
    api.signed(&fresh, "procedure/get_message", &[]).await.is(200, r#"{"data":{"logs":[]}}"#);
    api.advance(31);
    for endpoint in signed().into_iter().filter(|endpoint| endpoint.operation != "RefreshAccessToken") {
        call(&api, &endpoint, &fresh.id, &fresh.token).await.fails(401, "You haven't logined");
    }
    assert_eq!(api.signed(&fresh, "account/refresh_access_token", &[]).await.status, 200);
    // Somebody who has been erased is nobody.
    let data = api.form("/v1/account/delete_user", &[("phone_number", &a.phone)]).await;
    assert_eq!(data.status, 200);
    for endpoint in signed() {
        call(&api, &endpoint, &fresh.id, &fresh.token).await.fails(401, "You haven't logined");
    }
}
