//! What is refused, and in whose words.

use super::{Client, FORM};
use axum::{body::Body, http::Request};
use serde_json::{Value, json};

fn refused(code: &str) -> Value {
    json!({"result": code, "message": null})
}

#[tokio::test]
async fn no_operation_is_reached() {
    let client = Client::start().await;
    let unknown = Request::get("/pocket/nothing").body(Body::empty()).unwrap();
    assert_eq!(client.send(unknown).await, (404, refused("0404")));
    let other = Request::delete("/pocket").body(Body::empty()).unwrap();
    assert_eq!(client.send(other).await, (405, refused("0405")));
}

#[tokio::test]
async fn none_or_two_selectors_fit() {
    let client = Client::start().await;
    for form in ["", "name=Ann", "live=2&name=Ann"] {
        assert_eq!(client.post(form).await, (200, refused("0100")), "{form}");
    }
    assert_eq!(client.post("live=1&name=Ann&code_v=3").await, (200, refused("0101")));
    // The query chooses as well as the body.
    let both = Request::post("/pocket?code_v=3").header("content-type", FORM).body(Body::from("live=1")).unwrap();
    assert_eq!(client.send(both).await, (200, refused("0101")));
    assert_eq!(client.post("live=%zz").await, (200, refused("0205")), "a form that nobody can read");
}

#[tokio::test]
async fn a_form_is_refused_by_what_is_wrong_with_it() {
    let client = Client::start().await;
    for (form, code) in [("live=1", "0201"), ("live=1&name=a&name=b", "0202"), ("code_v=three", "0203")] {
        assert_eq!(client.post(form).await, (200, refused(code)), "{form}");
    }
}

#[tokio::test]
async fn an_operation_has_words_of_its_own() {
    let client = Client::start().await;
    assert_eq!(client.post("live=1&name=nobody").await, (404, refused("1313")));
    assert_eq!(client.post("live=1&name=bug").await, (200, refused("0013")), "a panic");
}

#[tokio::test]
async fn a_device_that_is_nobodys_hears_of_that_before_the_form() {
    let client = Client::start().await;
    let without = Request::get("/pocket/me?mark=x").body(Body::empty()).unwrap();
    assert_eq!(client.send(without).await, (200, refused("0011")));
    for path in ["/pocket/me?mark=x", "/pocket/me", "/pocket/me?mark=long"] {
        assert_eq!(client.get_as("stranger", path).await, (200, refused("0011")), "{path}");
    }
    let ann = client.api.person("15172354401", "Ann", "female").await;
    client.bind(&ann, "phone").await;
    assert_eq!(client.get_as("phone", "/pocket/me").await, (200, refused("0201")));
    assert_eq!(client.get_as("phone", "/pocket/me?mark=long").await, (200, refused("0204")));
}

#[tokio::test]
async fn a_binding_ends_with_a_new_password_and_with_time() {
    let client = Client::start().await;
    let ann = client.api.person("15172354401", "Ann", "female").await;
    client.bind(&ann, "phone").await;
    let life = u32::try_from(shared::sessions::ROW_LIFETIME).unwrap();
    client.api.advance(life - 5);
    assert_eq!(client.get_as("phone", "/pocket/me?mark=x").await.1["result"], "0000");
    client.api.advance(5);
    assert_eq!(client.get_as("phone", "/pocket/me?mark=x").await, (200, refused("0011")));

    let bob = client.api.person("15172354402", "Bob", "male").await;
    client.bind(&bob, "tablet").await;
    let request = [("phone_number", bob.phone.as_str())];
    assert_eq!(client.api.form("/v1/account/change_password_request", &request).await.status, 200);
    client.api.validated(&bob.phone, "change_password").await;
    let password = [("phone_number", bob.phone.as_str()), ("password", "another12")];
    assert_eq!(client.api.form("/v1/account/change_password", &password).await.status, 200);
    assert_eq!(client.get_as("tablet", "/pocket/me?mark=x").await, (200, refused("0011")));
}
