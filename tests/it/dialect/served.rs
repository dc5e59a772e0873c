//! What is answered to requests that are as they should be, and what the document says of them.

use super::{Client, pocket};
use axum::{body::Body, http::Request};
use serde_json::json;
use shared::{
    Error, accounts,
    sessions::{self, Claim},
    values::{Dialect, UserId},
};

#[tokio::test]
async fn a_field_chooses_the_operation() {
    let client = Client::start().await;
    let greeted = client.post("live=1&name=Ann").await;
    assert_eq!(greeted, (200, json!({"result": "0000", "message": {"greeting": "Hello, Ann"}})));
    assert_eq!(client.post("code_v=3").await, (200, json!({"result": "0000", "message": {"newest": 7}})));
}

#[tokio::test]
async fn a_header_chooses_the_envelope_and_the_clock_dates_it() {
    let client = Client::start().await;
    client.api.advance(1_000);
    let before = client.api.world.clock.seconds();
    let (status, body) = client.post_newer("code_v=9").await;
    assert_eq!((status, &body["code"], &body["result"]), (200, &json!("0000"), &json!({"newest": 9})));
    let date = body["date"].as_i64().unwrap();
    assert!((before..=client.api.world.clock.seconds()).contains(&date));
    let (_, failure) = client.post_newer("code_v=nine").await;
    assert_eq!((&failure["code"], &failure["result"]), (&json!("0203"), &json!(null)));
}

#[tokio::test]
async fn a_device_speaks_for_whoever_bound_it_last() {
    let client = Client::start().await;
    let ann = client.api.person("15172354401", "Ann", "female").await;
    let bob = client.api.person("15172354402", "Bob", "male").await;
    for who in [&ann, &bob] {
        client.bind(who, "phone").await;
        let mine = client.get_as("phone", "/pocket/me?mark=x").await;
        assert_eq!(mine, (200, json!({"result": "0000", "message": {"id": who.id, "mark": "x"}})));
    }
}

#[tokio::test]
async fn a_device_claim_names_nobody_before_it_is_proven() {
    let client = Client::start().await;
    let (app, ann) = (&client.api.world.app, client.api.person("15172354401", "Ann", "female").await);
    client.bind(&ann, "phone").await;
    let claim = Claim::of_device(Dialect::LightUp, pocket::device(app, "phone"));
    assert_eq!(*claim.uid(), UserId::nobody());
    let reads = async |reader: &sessions::Reader| Ok::<_, Error>(reader.uid().clone());
    let (actor, read) = sessions::verify_with(app, &claim, reads).await.unwrap();
    assert_eq!((actor.uid().to_string(), read.to_string()), (ann.id.clone(), ann.id.clone()));
    assert_eq!(claim.uid().to_string(), ann.id);

    accounts::end_session(app, &claim).await.unwrap();
    let ended = sessions::verify(app, &claim).await;
    assert!(matches!(ended, Err(Error::SignedOut)));
}

#[tokio::test]
async fn the_examples_on_the_rows_are_requests_that_are_answered() {
    let client = Client::start().await;
    let ann = client.api.person("15172354401", "Ann", "female").await;
    client.bind(&ann, "phone").await;
    let mut answered = Vec::new();
    for example in pocket::function().example_requests() {
        let mut request = Request::builder().method(&example.method).uri(format!("{}?{}", example.path, example.query));
        if let Some((name, value)) = example.session {
            request = request.header(name, value);
        }
        let (kind, body) = example.body.unwrap_or_default();
        let (_, answer) = client.send(request.header("content-type", kind).body(Body::from(body)).unwrap()).await;
        answered.push((example.name, answer["message"].clone()));
    }
    let greeting = json!({"greeting": "Hello, Ann"});
    let expected = [("Greet", greeting), ("Version", json!({"newest": 7})), ("me", json!({"id": ann.id, "mark": "x"}))];
    assert_eq!(answered, expected.map(|(name, answer)| (name.to_owned(), answer)));
}

#[test]
fn the_document_has_every_operation_and_what_chooses_it() {
    let document = pocket::package().openapi(&json!({}));
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/pocket#code_v", "/pocket#live=1", "/pocket/me"]);
    let greet = &document["paths"]["/pocket#live=1"]["post"];
    assert_eq!((&greet["operationId"], &greet["summary"]), (&json!("pocket_Greet"), &json!("Greets somebody")));
    let form = &greet["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
    assert_eq!(form["properties"]["live"]["enum"], json!(["1"]));
    assert_eq!((&form["type"], &form["required"]), (&json!("object"), &json!(["live", "name"])));
    let example = &greet["requestBody"]["content"]["application/x-www-form-urlencoded"]["example"];
    assert_eq!(*example, json!({"live": "1", "name": "Ann"}));
    let me = &document["paths"]["/pocket/me"]["get"];
    assert_eq!(me["security"], json!([{"session": []}]));
    assert_eq!(me["parameters"][0]["example"], json!("x"));
    let scheme = &document["components"]["securitySchemes"]["session"];
    assert_eq!(*scheme, json!({"type": "apiKey", "in": "header", "name": "x-device"}));
}
