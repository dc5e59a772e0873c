//! Names of files that no norm foresees: all are taken, land under the owner's own folder, and come back
//! (`docs/dialects/lightup.md#file-names`).

use super::{
    EMOTION, OPERATED, PHONE, SET, VALUE, confirm, decoded_path, fetch, media, objects, plays, request, send, video,
};
use crate::world::Api;

/// From the samples of the document, and worse ones.
const NAMES: &[&str] = &[
    "http://www.baidu.com",
    "www.baidu.com",
    "/Coordinate35.jpg",
    "x",
    " ",
    "/with space.mp4",
    "/亮灯/我.mp4",
    "/é e\u{301} 👩‍👩‍👧.mp4",
    "/it's \"quoted\".mp4",
    "/<b>&amp;</b>;.mp4",
    "/a+b=c&d.mp4",
    "/%",
    "/%20%2F%2e%2e.mp4",
    "/?query#fragment",
    "//two//slashes",
    "/end/",
    "/.hidden",
    "/media/5702a05c7b6ef053a330e8c3/0123456789abcdef/x.mp4",
    "pending/x",
    "~*!$'()[]{}|^`@:,.mp4",
    "${filename}",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_name_is_taken_and_comes_back() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let longest = "亮".repeat(84) + "xy";
    for name in NAMES.iter().copied().chain([longest.as_str()]) {
        let form = request(&api, &who, &video(VALUE, name)).await;
        super::check_form(&api, &who, &form, name, form["fields"]["Content-Type"].as_str().unwrap(), 200 << 20);
        assert_eq!(api.upload(&form, name.as_bytes()).await, 204, "{name}");
        confirm(&api, &who, "video", &form["video_buffer_id"]).await.is(200, OPERATED);
        assert_eq!(plays(&api, &who, VALUE).await, name.as_bytes(), "{name}");
        let url = media(&api, &who, &who, "video", VALUE).await.data()["save_key"].clone();
        assert!(decoded_path(&url).ends_with(name), "{name}: {url}");
        assert!(url.as_str().unwrap().starts_with(&format!("{}/", api.world.endpoints.s3)));
        // It is the only one that is live, and nothing is anywhere else.
        assert_eq!(objects(&api, &who, "media").await.len(), 1, "{name}");
        let elsewhere = |key: &&String| key.split('/').nth(1) != Some(&who.id);
        assert_eq!(api.objects().await.iter().find(elsewhere), None);

        send(&api, &who, "media/upload_media", &video(EMOTION, name)).await.is(200, SET);
        assert_eq!(plays(&api, &who, EMOTION).await, name.as_bytes(), "{name}");
        let deleted = [("file_type", "video"), ("class", EMOTION)];
        api.signed(&who, "media/delete_media", &deleted).await.is(200, OPERATED);
    }
}

/// A portrait of every name is there under its stable URL, which ends with the name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_name_can_be_a_portrait() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    for name in NAMES {
        let fields = [("save_key", *name), ("expiration", "2222222222"), ("bucket", "portrait")];
        let form = api.signed(&who, "account/upload_portrait_request", &fields).await.data();
        assert_eq!(api.upload(&form, name.as_bytes()).await, 204, "{name}");
        assert_eq!(api.signed(&who, "account/upload_portrait_confirm", &[]).await.status, 200);
        let own = api.signed(&who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
        let url = &own["portrait"];
        assert!(decoded_path(url).ends_with(name), "{name}: {url}");
        let redirect = api.http.get(url.as_str().unwrap()).send().await.unwrap();
        assert_eq!(redirect.status().as_u16(), 302, "{name}: {url}");
        let location = redirect.headers()["location"].to_str().unwrap().into();
        assert_eq!(fetch(&api, &location).await, (200, name.as_bytes().to_vec()), "{name}");
    }
    assert_eq!(objects(&api, &who, "media").await.len(), 1);
}
