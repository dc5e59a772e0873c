//! The requests: what each of them read and wrote, and no more of it than a developer may leave on the screen.

use crate::world::Api;
use local::Fault;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_shown_with_what_it_cost_read_and_wrote() {
    let api = Api::start().await;
    let empty = api.page("/").await;
    assert!(empty.contains("No requests yet.") && empty.contains("curl http://127.0.0.1:"), "{empty}");

    let answer = api.form("/v1/account/register", &[("phone_number", "15172354423")]).await;
    let list = api.page("/").await;
    assert!(!list.contains("No requests yet."));
    for part in [">/v1/account/register</a>", ">Register</span>", ">POST</td>", ">200</span>"] {
        assert!(list.contains(part), "{part} in {list}");
    }
    let page = api.shown("/v1/account/register").await;
    let sums = [("rounds", "rounds"), ("calls", "calls"), ("rru", "read units"), ("wru", "write units")];
    for (header, name) in sums {
        let sum = format!("<strong>{}</strong> {name}", answer.headers[&format!("x-cost-{header}")]);
        assert!(page.contains(&sum), "{sum} in {page}");
    }
    // Each call, the item that it is about, and what was sent by SNS.
    for part in ["UpdateItem", "UsersTable", "PHONE#+8615172354423", ">CLAIM<", "Publish", "+8615172354423", "account"]
    {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert_eq!(page.matches("<li><div class=\"call\">").count().to_string(), answer.headers["x-cost-calls"]);
    assert!(page.contains(&answer.headers["x-request-id"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_batches_and_transactions_name_their_items() {
    let api = Api::start().await;
    let tony = api.complete("15172354423", "Tony", "male").await;
    let mia = api.complete("15172354424", "Mia", "female").await;
    let lit =
        api.signed(&tony, "procedure/light_up", &[("target_id", &mia.id), ("order", "1"), ("light_status", "1")]).await;
    assert_eq!(lit.status, 200, "{lit:?}");
    let page = api.shown("/v1/procedure/light_up").await;
    for part in ["TransactWriteItems", "LightsTable", &format!("USER#{}", tony.id), &format!("PAIR#{}", mia.id)] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert_eq!(api.signed(&mia, "procedure/get_message", &[]).await.status, 200);
    let page = api.shown("/v1/procedure/get_message").await;
    assert!(page.contains(&format!("USER#{}", mia.id)) && page.contains("LIT3#"), "{page}");
    // No placeholder is left of an expression.
    assert!(!page.contains(":v0") && !page.contains(":pk"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_says_why_and_a_retry_is_a_call_of_its_own() {
    let api = Api::start().await;
    api.world.faults.strike("UpdateItem", 1, &Fault::Throttled);
    let answer = api.form("/v1/account/register", &[("phone_number", "15172354423")]).await;
    assert_eq!(answer.status, 200);
    let page = api.shown("/v1/account/register").await;
    assert!(page.contains(">ProvisionedThroughputExceededException</p>"), "{page}");
    assert_eq!(page.matches("<div class=\"call\">").count().to_string(), answer.headers["x-cost-calls"]);

    api.form("/v1/account/register", &[("phone_number", "not a number")]).await;
    let page = api.shown("/v1/account/register").await;
    assert!(page.contains(">400</span>") && page.contains("phone_number"), "the field that is wrong is named: {page}");
    let failed = api.page("/?q=4xx+register").await;
    assert!(failed.matches("<tr id=\"request-").count() == 1, "{failed}");
    assert!(api.page("/?q=nothing-like-it").await.contains("No request is like this."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_bodies_nor_secrets_are_shown() {
    let api = Api::start().await;
    let tony = api.person("15172354423", "Tony", "male").await;
    let code = api.code("15172354423").await;
    let cookie = [("region", "86"), ("phone", "15172354423"), ("password", "secret12")];
    let body = serde_json::Value::from_iter(cookie).to_string();
    let signed_in = api.bytes("/user/login", Some("application/json"), body).await;
    let session = signed_in.headers["set-cookie"].split(['=', ';']).nth(1).unwrap().to_owned();
    assert!(session.len() > 32);
    api.get(&format!("/v1/account/get_user_info?user_id={}&access_token={}", tony.id, tony.token)).await;
    let newest = (1..).map(|number| format!("/console/requests/{number}"));
    let mut seen = 0;
    for path in newest {
        let page = api.page(&path).await;
        if page.contains("no longer kept") {
            break;
        }
        seen += 1;
        for secret in ["secret12", &tony.token, &session, "access_token="] {
            assert!(!page.contains(secret), "{path} shows {secret}");
        }
        assert!(!page.contains(&format!(">{code}<")), "{path} shows a code");
        assert!(long_hexadecimal(&page).is_none(), "{path}: {:?}", long_hexadecimal(&page));
    }
    assert!(seen >= 5, "{seen}");
}

/// A hash or a token that stands in a page as it is.
pub(super) fn long_hexadecimal(page: &str) -> Option<&str> {
    // Not what signs the URL of a preview, nor ids of users in links.
    page.split(|char: char| !char.is_ascii_hexdigit()).find(|run| run.len() >= 32)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_clients_send_is_escaped() {
    let api = Api::start().await;
    let odd = "<img src=x onerror=alert(1)>&\"'";
    let encoded = percent_encoding::utf8_percent_encode(odd, percent_encoding::NON_ALPHANUMERIC).to_string();
    api.get(&format!("/<b>{encoded}")).await;
    let mia = api.person("15172354424", "<i>Mia</i> & co", "female").await;
    api.world.clients.sns.publish().phone_number("+8615172354424").message(odd).send().await.unwrap();
    let key = format!("media/{}/{odd}", mia.id);
    api.world.clients.s3.put_object().bucket("media").key(&key).content_type("image/png").send().await.unwrap();
    let person = format!("/console/people/{}", mia.id);
    let object = format!("/console/object?key=media/{}/{encoded}", mia.id);
    let found = format!("/console/people?q={encoded}");
    let (filtered, wallet) = (format!("/?q={encoded}"), format!("/console/wallet?user={encoded}"));
    let prefix = format!("/console/objects?prefix={encoded}");
    for path in [
        "/",
        "/console/sms",
        "/console/people",
        "/console/objects",
        &person,
        &object,
        &found,
        &filtered,
        &wallet,
        &prefix,
    ] {
        let page = api.page(path).await;
        assert!(!page.contains("<img src=x") && !page.contains("<i>Mia"), "{path}: {page}");
    }
    assert!(api.page("/console/people").await.contains("&lt;i&gt;Mia&lt;/i&gt; &amp; co"));
    assert!(api.page("/console/sms").await.contains("&lt;img src=x onerror=alert(1)&gt;&amp;&quot;"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_five_hundred_are_kept_and_paged() {
    let api = Api::start().await;
    for number in 1..=501 {
        assert_eq!(api.get(&format!("/nothing/{number}")).await.status, 404);
    }
    assert!(api.page("/console/requests/1").await.contains("no longer kept"));
    assert!(
        api.page("/console/requests/2").await.contains(">/nothing/2</a>")
            || api.page("/console/requests/2").await.contains("/nothing/2")
    );
    let first = api.page("/").await;
    assert_eq!(first.matches("<tr id=\"request-").count(), 100);
    assert!(first.contains("request-501\"") && first.contains("href=\"/?before=402\""), "{first}");
    let second = api.page("/?before=402").await;
    assert!(second.contains("request-401\"") && !second.contains("request-402\""));
    let last = api.page("/?before=4").await;
    assert_eq!(last.matches("<tr id=\"request-").count(), 2);
    assert!(!last.contains(">Older<"));
}
