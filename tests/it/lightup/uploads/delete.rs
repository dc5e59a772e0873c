//! `delete_media` (`docs/dialects/lightup.md#delete_media`).

use super::{
    EMOTION, INVALID, NO_MEDIA, OPERATED, PHONE, SIGNED_OUT, VALUE, audio, complete, confirm, media, objects, request,
    uploaded,
};
use crate::world::{Answer, Api, Person};

async fn delete(api: &Api, who: &Person, kind: &str, class: &str) -> Answer {
    api.signed(who, "media/delete_media", &[("file_type", kind), ("class", class)]).await
}

async fn everything(api: &Api, who: &Person) {
    let forms = request(api, who, &audio()).await;
    for form in forms["audios"].as_array().unwrap() {
        assert_eq!(api.upload(form, b"sound").await, 204);
    }
    confirm(api, who, "audio", &forms["audio_buffer_id"]).await.is(200, OPERATED);
    for class in [EMOTION, VALUE] {
        let form = uploaded(api, who, class, b"picture").await;
        confirm(api, who, "video", &form["video_buffer_id"]).await.is(200, OPERATED);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_goes_with_its_files() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let ann = api.complete("15172354424", "Ann", "female").await;
    everything(&api, &who).await;
    let find = async || api.signed(&ann, "procedure/get_user_id_by_love_sex", &[("love_sex", "male")]).await;
    assert_eq!(find().await.data()["target_id"], who.id);
    for (kind, class, left, flags) in [
        ("video", VALUE, 4, [true, true, false]),
        ("audio", "basic_info", 1, [false, true, false]),
        ("video", EMOTION, 0, [false, false, false]),
    ] {
        delete(&api, &who, kind, class).await.is(200, OPERATED);
        media(&api, &who, &who, kind, class).await.fails(400, NO_MEDIA);
        media(&api, &ann, &who, kind, class).await.fails(400, NO_MEDIA);
        assert_eq!((complete(&api, &who).await, objects(&api, &who, "media").await.len()), (flags, left));
        find().await.fails(404, "No guests");
        // Nothing there to be deleted is a success too.
        delete(&api, &who, kind, class).await.is(200, OPERATED);
    }
    assert_eq!(complete(&api, &ann).await, [true; 3]);
    // What was asked for before can still be confirmed: it is another upload.
    let form = uploaded(&api, &who, VALUE, b"new").await;
    delete(&api, &who, "video", VALUE).await.is(200, OPERATED);
    confirm(&api, &who, "video", &form["video_buffer_id"]).await.is(200, OPERATED);
    assert_eq!(super::plays(&api, &who, VALUE).await, b"new");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_deletes_nothing() {
    let api = Api::start().await;
    let who = api.complete(PHONE, "Tony", "male").await;
    let ann = api.complete("15172354424", "Ann", "female").await;
    for (kind, class) in [("audio", VALUE), ("audio", EMOTION), ("video", "basic_info")] {
        delete(&api, &who, kind, class).await.is(200, OPERATED);
    }
    for (kind, class) in [("", VALUE), ("video", ""), ("image", VALUE), ("video", "other"), ("Video", VALUE)] {
        delete(&api, &who, kind, class).await.fails(400, INVALID);
    }
    api.signed(&who, "media/delete_media", &[("file_type", "video")]).await.fails(400, INVALID);
    api.signed(&who, "media/delete_media", &[("class", VALUE)]).await.fails(400, INVALID);
    let as_ann = Person { id: ann.id.clone(), ..who.clone() };
    delete(&api, &as_ann, "video", VALUE).await.fails(401, SIGNED_OUT);
    assert_eq!((complete(&api, &who).await, complete(&api, &ann).await), ([true; 3], [true; 3]));
}
