//! What has to do with nobody (`docs/dialects/sealtalk.md#region-list`, `docs/dialects/sealtalk.md#misc`).

use crate::{template::file, world::Api};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_region_list_is_the_documented_one() {
    let api = Api::start().await;
    let list = api.get("/user/regionlist").await;
    let expected: Vec<_> = file("shared/data/regions.tsv")
        .lines()
        .map(|line| {
            let [region, en, zh] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            json!({"region": region, "locale": {"en": en, "zh": zh}})
        })
        .collect();
    assert_eq!(expected.len(), 218);
    assert_eq!(list.result(), json!(expected));
    assert!(list.text.starts_with(r#"{"code":200,"result":[{"region":"1","locale":{"en":"Canada","zh":"加拿大"}},"#));
    assert_eq!(list.headers["cache-control"], "private");
    api.talk(None, "POST", "/user/regionlist", None).await.is(200, &list.text);
    // A cookie that means nothing any more changes nothing.
    let request = api.http.get(api.url("/user//regionlist/")).header("cookie", "rong_auth_cookie=stale");
    assert_eq!(request.send().await.unwrap().text().await.unwrap(), list.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_square_and_ping() {
    let versions =
        r#"{"Android":{"url":"https://example.com/a","version":"5.8"},"iOS":{"build":"7","url":"","version":"5"}}"#;
    let value: serde_json::Value = serde_json::from_str(versions).unwrap();
    let options = local::Options::ephemeral().config(|config| config.sealtalk.client_versions = value);
    let api = Api::with(options).await;
    api.get("/misc/client_version").await.is(200, versions);
    api.get("/misc/mobile_version").await.is(200, &format!(r#"{{"code":200,"result":{versions}}}"#));
    api.get("/misc/demo_square").await.is(200, r#"{"code":200,"result":[]}"#);
    for path in ["/ping", "/ping/", "//ping"] {
        api.get(path).await.ok();
    }
    api.get("/misc/nothing").await.is(404, r#"{"code":404,"message":"Not found."}"#);
    api.anyone("/ping", json!({})).await.is(405, r#"{"code":405,"message":"Method not allowed."}"#);
}
