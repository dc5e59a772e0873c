//! `GET /media/...`: the stable URL of a portrait (`docs/dialects/lightup.md#portrait-urls`).

use super::{KEY, PHONE, UPDATED, confirm, picture, portrait, uploaded};
use crate::world::{Api, Person};
use local::Options;

async fn with_portrait(api: &Api, phone: &str, nickname: &str) -> (Person, String) {
    let who = api.person(phone, nickname, "male").await;
    uploaded(api, &who, KEY, b"face").await;
    confirm(api, &who).await.is(200, UPDATED);
    let url = portrait(api, &who, &who).await;
    (who, url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_redirects_to_a_signed_url() {
    let api = Api::start().await;
    let (_, url) = with_portrait(&api, PHONE, "Tony").await;
    let answer = api.http.get(&url).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 302);
    assert_eq!(answer.headers()["cache-control"], "private, max-age=300");
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(location.starts_with(&api.world.endpoints.s3), "{location}");
    // It works for longer than the redirect may be kept.
    let expires = location.split("X-Amz-Expires=").nth(1).unwrap().split('&').next().unwrap();
    assert!(expires.parse::<u32>().unwrap() > 300, "{location}");
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
    let found = api.http.get(location).send().await.unwrap();
    assert_eq!(found.headers()["content-type"], "image/png");
    assert_eq!(found.bytes().await.unwrap().as_ref(), b"face");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_head_can_be_asked_for() {
    let api = Api::start().await;
    let (_, url) = with_portrait(&api, PHONE, "Tony").await;
    let answer = api.http.head(&url).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["cache-control"]), (302, &"no-store".parse().unwrap()));
    let found = api.http.head(answer.headers()["location"].to_str().unwrap()).send().await.unwrap();
    assert_eq!(found.status().as_u16(), 200);
    assert_eq!(found.headers()["content-type"], "image/png");
    assert_eq!(found.headers()["content-length"], "4");
    let missing = api.http.head(api.url("/media/x/y")).send().await.unwrap();
    assert_eq!(missing.status().as_u16(), 404);
}

/// The same URL wherever the portrait shows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_the_same_everywhere() {
    let api = Api::start().await;
    let (tony, url) = with_portrait(&api, PHONE, "Tony").await;
    let ann = api.complete("15172354424", "Ann", "female").await;
    assert_eq!(portrait(&api, &ann, &tony).await, url);
    let light = [("target_id", &*ann.id), ("order", "3"), ("light_status", "1")];
    assert_eq!(api.signed(&tony, "procedure/light_up", &light).await.status, 200);
    let logs = api.signed(&ann, "procedure/get_message", &[]).await.data()["logs"].clone();
    assert_eq!(logs[0]["lighter"]["portrait"], url);
    let fields = [("phone_number", PHONE), ("login_type", "password"), ("password", "secret12")];
    assert_eq!(api.form("/v1/account/login", &fields).await.data()["portrait"], url);
}

/// Only what is somebody's portrait at the moment: no other media, nothing that waits, nobody else's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_else_is_public() {
    let api = Api::start().await;
    let (tony, url) = with_portrait(&api, PHONE, "Tony").await;
    let (ann, _) = with_portrait(&api, "15172354424", "Ann").await;
    let questions = crate::world::questions();
    let video = [
        ("sex", "male"),
        ("file_type", "video"),
        ("video_class", "value_concept"),
        ("save_key", "/v.mp4"),
        ("questions", &*questions),
    ];
    let form = api.signed(&tony, "media/upload_request", &video).await.data();
    assert_eq!(api.upload(&form, b"video").await, 204);
    let id = [("file_type", "video"), ("file_id", form["video_buffer_id"].as_str().unwrap())];
    assert_eq!(api.signed(&tony, "media/confirm", &id).await.status, 200);
    uploaded(&api, &tony, "/next.png", b"next").await;
    let path = url.strip_prefix(&api.world.url).unwrap();
    let public: Vec<_> = api.objects().await.into_iter().filter(|key| format!("/{key}") != path).collect();
    assert!(public.len() >= 5, "{public:?}");
    for key in public.iter().filter(|key| !key.contains(&ann.id)) {
        let direct = api.get(&format!("/{key}")).await;
        direct.fails(404, "not found");
        api.get(&format!("/media/{key}")).await.fails(404, "not found");
    }
    let folder = path.strip_suffix(KEY).unwrap();
    for wrong in [
        path.replace(&tony.id, &ann.id),
        format!("{}{KEY}", &folder[..folder.len() - 1]),
        format!("{folder}0{KEY}"),
        format!("/media/{}{KEY}", tony.id),
        folder.to_owned(),
        format!("/media/{}", tony.id),
        format!("/media/{}/", crate::world::NOBODY),
        "/media/x".to_owned(),
        "/media/%ff".to_owned(),
    ] {
        api.get(&wrong).await.fails(404, "not found");
    }
    assert_eq!(picture(&api, &url).await, (200, b"face".to_vec()));
    let post = api.form(path, &[]).await;
    post.fails(405, "method not allowed");
}

/// Which portrait it is, user and nonce say. What a gateway makes of the name does not matter.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_name_is_not_looked_at() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    for key in
        ["/a%2fb%zz%ff.png", "/50%.png", "/a?b=c#d.png", "/头像 1.png", "http://www.baidu.com", "/a//b/./c.png", "/%2e"]
    {
        uploaded(&api, &who, key, key.as_bytes()).await;
        confirm(&api, &who).await.is(200, UPDATED);
        let url = portrait(&api, &who, &who).await;
        assert_eq!(picture(&api, &url).await, (200, key.as_bytes().to_vec()), "{url}");
        let folder = url.splitn(7, '/').take(6).collect::<Vec<_>>().join("/");
        for name in ["x", "%ff", "%zz", "a/b//c/", "a?b", "头像"] {
            assert_eq!(picture(&api, &format!("{folder}/{name}")).await.0, 200, "{key} as {name}");
        }
    }
}

/// Behind a media domain (`MEDIA_BASE`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_may_have_a_domain_of_its_own() {
    let options = Options::ephemeral().config(|config| *config.media_base = Some("https://media.example.org".into()));
    let api = Api::with(options).await;
    let (tony, url) = with_portrait(&api, PHONE, "Tony").await;
    let path = url.strip_prefix("https://media.example.org").unwrap();
    assert!(path.starts_with(&format!("/media/{}/", tony.id)) && path.ends_with(KEY), "{url}");
    assert_eq!(picture(&api, &api.url(path)).await, (200, b"face".to_vec()));
}
