//! Finding people, their rows in all tables, and messages.

use super::requests::long_hexadecimal;
use crate::world::{Api, NOBODY};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_found_by_number_name_and_id() {
    let api = Api::start().await;
    assert!(api.page("/console/people").await.contains("Nobody is here yet."));
    let tony = api.person("15172354423", "Tony", "male").await;
    let mia = api.person("15172354424", "Mia", "female").await;
    let (tonys, mias) = (format!("/console/people/{}", tony.id), format!("/console/people/{}", mia.id));
    let all = api.page("/console/people").await;
    assert!(all.contains(&tonys) && all.contains(&mias));
    for asked in ["4423", "%2B8615172354423", "tON", "151-7235-4423"] {
        let found = api.page(&format!("/console/people?q={asked}")).await;
        assert!(found.contains(&tonys) && !found.contains(&mias), "{asked}: {found}");
    }
    let by_id = api.get(&format!("/console/people?q={}", mia.id)).await;
    assert_eq!((by_id.status, by_id.headers["location"].as_str()), (303, mias.as_str()));
    assert!(api.page("/console/people?q=nobody-like-it").await.contains("Nobody is found by this."));
    assert!(api.page("/console/people/nobody").await.contains("This is nobody"));
    assert!(api.page(&format!("/console/people/{NOBODY}")).await.contains("No table has a row of this user."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_all_tables_are_shown_without_secrets() {
    let api = Api::start().await;
    let tony = api.complete("15172354423", "Tony", "male").await;
    let mia = api.complete("15172354424", "Mia", "female").await;
    let lit =
        api.signed(&tony, "procedure/light_up", &[("target_id", &mia.id), ("order", "1"), ("light_status", "1")]).await;
    assert_eq!(lit.status, 200, "{lit:?}");
    let page = api.page(&format!("/console/people/{}", tony.id)).await;
    for part in [
        "UsersTable",
        "LightsTable",
        ">PROFILE<",
        ">CREDENTIAL<",
        "MEDIA#basic_info",
        &format!("PAIR#{}", mia.id),
        ">Tony<",
        "+8615172354423",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(page.contains("$argon2id…") && !page.contains("$argon2id$"), "{page}");
    assert!(long_hexadecimal(&page).is_none(), "{:?}", long_hexadecimal(&page));
    assert!(!page.contains(&tony.token) && !page.contains("secret12"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_rows_of_one_person_are_paged() {
    let api = Api::start().await;
    let tony = api.person("15172354423", "Tony", "male").await;
    for number in 0..130 {
        let put = api.world.clients.dynamodb.put_item().table_name("SocialTable");
        let text = |value: String| aws_sdk_dynamodb::types::AttributeValue::S(value);
        let put = put.item("pk", text(format!("USER#{}", tony.id))).item("sk", text(format!("LIKE#{number:03}")));
        put.send().await.unwrap();
    }
    let first = api.page(&format!("/console/people/{}", tony.id)).await;
    assert!(first.contains("LIKE#099") && !first.contains("LIKE#100") && first.contains("More of SocialTable"));
    let more =
        first.split("href=\"").find(|link| link.contains("table=SocialTable")).unwrap().split('"').next().unwrap();
    let second = api.page(&more.replace("&amp;", "&")).await;
    assert!(second.contains("LIKE#129") && !second.contains("LIKE#099"), "{second}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_are_the_newest_first_with_their_codes() {
    let api = Api::start().await;
    assert!(api.page("/console/sms").await.contains("No messages yet."));
    for (phone, message) in
        [("+8615172354423", "first 1234"), ("+14155550100", "second, no code: 12"), ("+8615172354423", "third 987654")]
    {
        api.world.clients.sns.publish().phone_number(phone).message(message).send().await.unwrap();
    }
    let page = api.page("/console/sms").await;
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in {page}"));
    assert!(at("third 987654") < at("second, no code") && at("second, no code") < at("first 1234"));
    assert_eq!(page.matches("<p class=\"code\">").count(), 2);
    assert!(page.contains("<code>987654</code>") && page.contains("<code>1234</code>"));
    let one = api.page("/console/sms?q=0100").await;
    assert!(one.contains("second") && !one.contains("first"));
    // The newest stand beside the requests as well.
    assert!(api.page("/").await.contains("<code>987654</code>"));
}
