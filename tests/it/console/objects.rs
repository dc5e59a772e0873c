//! What lies in the bucket.

use crate::world::Api;
use reqwest::header::{CONTENT_TYPE, RANGE};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn objects_are_listed_and_previewed_by_signed_urls() {
    let api = Api::start().await;
    assert!(api.page("/console/objects").await.contains("The bucket is empty."));
    let files = [
        ("media/a/portrait.png", "image/png"),
        ("media/a/voice.mp3", "audio/mpeg"),
        ("pending/b/film.mp4", "video/mp4"),
        ("c d/x?y#z", "text/html"),
    ];
    for (key, kind) in files {
        let put = api.world.clients.s3.put_object().bucket("media").key(key).content_type(kind);
        put.body(b"0123456789".to_vec().into()).send().await.unwrap();
    }
    let page = api.page("/console/objects").await;
    for part in ["prefix=media%2F", "prefix=pending%2F", "prefix=c+d%2F", "image/png · 10 B", "key=c+d%2Fx%3Fy%23z"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let below = api.page("/console/objects?prefix=media/a/").await;
    assert!(below.contains("voice.mp3") && !below.contains("film.mp4"), "{below}");

    for (key, element) in [
        ("media/a/portrait.png", "<img src"),
        ("media/a/voice.mp3", "<audio src"),
        ("pending/b/film.mp4", "<video src"),
    ] {
        let page = api.page(&format!("/console/object?key={key}")).await;
        let url = page.split(&format!("{element}=\"")).nth(1).unwrap_or_else(|| panic!("{element} in {page}"));
        let url = url.split('"').next().unwrap().replace("&amp;", "&");
        // Not of the console's origin: whatever somebody has uploaded has no rights here.
        assert!(url.starts_with(&api.world.endpoints.s3) && !url.starts_with(&api.world.url), "{url}");
        let part = api.http.get(url).header(RANGE, "bytes=2-4").send().await.unwrap();
        assert_eq!(part.status(), 206);
        assert!(part.headers().contains_key(CONTENT_TYPE));
        assert_eq!(part.text().await.unwrap(), "234");
    }
    // A page that somebody has uploaded is not shown as one.
    let page = api.page("/console/object?key=c+d/x%3Fy%23z").await;
    assert!(page.contains("There is no preview") && page.contains("text/html"), "{page}");
    assert!(api.page("/console/object?key=nothing").await.contains("There is no such object."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_objects_are_paged() {
    let api = Api::start().await;
    for number in 0..70 {
        let put = api.world.clients.s3.put_object().bucket("media").key(format!("media/{number:02}"));
        put.content_type("image/png").send().await.unwrap();
    }
    let first = api.page("/console/objects").await;
    assert!(first.contains(">media/59<") && !first.contains(">media/60<"), "{first}");
    let more = first.split("href=\"").find(|link| link.contains("token=")).unwrap().split('"').next().unwrap();
    let second = api.page(&more.replace("&amp;", "&")).await;
    assert!(second.contains(">media/60<") && second.contains(">media/69<") && !second.contains(">media/59<"));
}
