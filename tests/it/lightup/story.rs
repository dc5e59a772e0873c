//! The whole story of two people, with real files (`docs/dialects/lightup.md#call-flows`).

use crate::world::{Api, Person, question_arr, questions};
use serde_json::Value;

/// Asks for a form, uploads real bytes with it, and confirms.
async fn video(api: &Api, who: &Person, class: &str, sex: &str, bytes: &[u8]) {
    let (questions, key) = (questions(), format!("/{class}/{}-1460000002.mp4", who.id));
    let fields =
        [("sex", sex), ("file_type", "video"), ("video_class", class), ("questions", &*questions), ("save_key", &*key)];
    let form = api.signed(who, "media/upload_request", &fields).await.data();
    assert_eq!(api.upload(&form, bytes).await, 204);
    let id = form["video_buffer_id"].as_str().unwrap();
    let confirmed = api.signed(who, "media/confirm", &[("file_type", "video"), ("file_id", id)]).await;
    confirmed.is(200, r#"{"status":"operate successfully","data":{}}"#);
}

async fn audio(api: &Api, who: &Person, sex: &str, files: [&[u8]; 3]) {
    let arr = question_arr();
    let fields = [("sex", sex), ("file_type", "audio"), ("audio_class", "basic_info"), ("question_arr", &*arr)];
    let forms = api.signed(who, "media/upload_request", &fields).await.data();
    for (form, file) in forms["audios"].as_array().unwrap().iter().zip(files) {
        assert_eq!(api.upload(form, file).await, 204);
    }
    let id = forms["audio_buffer_id"].as_str().unwrap();
    let confirmed = api.signed(who, "media/confirm", &[("file_type", "audio"), ("file_id", id)]).await;
    confirmed.is(200, r#"{"status":"operate successfully","data":{}}"#);
}

async fn everything(api: &Api, who: &Person, sex: &str) {
    audio(api, who, sex, [b"one", b"two", b"three"]).await;
    video(api, who, "emotion_experience", sex, b"an emotion").await;
    video(api, who, "value_concept", sex, b"a value").await;
}

async fn plays(api: &Api, url: &Value) -> Vec<u8> {
    api.http.get(url.as_str().unwrap()).send().await.unwrap().bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_meet() {
    let api = Api::start().await;
    let a = api.person("15172354423", "Tony", "male").await;
    let b = api.person("15172354424", "Ann", "female").await;
    everything(&api, &a, "male").await;
    everything(&api, &b, "female").await;

    let key = format!("/portrait/{}-1460000000.png", a.id);
    let fields = [("save_key", &*key), ("expiration", "2222222222"), ("bucket", "portrait")];
    let form = api.signed(&a, "account/upload_portrait_request", &fields).await.data();
    assert_eq!(form["signatrue"], form["signature"]);
    assert_eq!(api.upload(&form, b"a face").await, 204);
    let confirmed = api.signed(&a, "account/upload_portrait_confirm", &[]).await;
    confirmed.is(200, r#"{"status":"update portrait successfully","data":{}}"#);

    // A finds B and looks at her, four calls with the same token (7.9).
    let found = api.signed(&a, "procedure/get_user_id_by_love_sex", &[("love_sex", "female")]).await;
    found.is(200, &format!(r#"{{"data":{{"target_id":"{}","have_light_number":0}}}}"#, b.id));
    let target = ("target_id", &*b.id);
    let one = [target];
    let audio = [target, ("class", "basic_info"), ("file_type", "audio")];
    let first = [target, ("class", "emotion_experience"), ("file_type", "video")];
    let second = [target, ("class", "value_concept"), ("file_type", "video")];
    let (info, tape, emotion, value) = tokio::join!(
        api.signed(&a, "account/get_user_info", &one),
        api.signed(&a, "procedure/get_media", &audio),
        api.signed(&a, "procedure/get_media", &first),
        api.signed(&a, "procedure/get_media", &second),
    );
    let info = info.data();
    assert_eq!(
        (&info["nickname"], &info["phone_number"], &info["access_token"]),
        (&"Ann".into(), &"".into(), &"".into())
    );
    assert_eq!(info["basic_info_complete"], true);
    let tape = tape.data();
    assert_eq!(plays(&api, &tape["questions"][0]["save_key"]).await, b"one");
    assert_eq!(plays(&api, &tape["questions"][2]["save_key"]).await, b"three");
    assert_eq!(plays(&api, &emotion.data()["save_key"]).await, b"an emotion");
    assert_eq!(plays(&api, &value.data()["save_key"]).await, b"a value");

    // A lights 1, 2, 3 and is shown somebody else from then on (7.10).
    for order in ["1", "2", "3"] {
        let lit = api.signed(&a, "procedure/light_up", &[target, ("order", order), ("light_status", "1")]).await;
        lit.is(200, r#"{"data":{},"status":"light up successfully"}"#);
    }
    api.signed(&a, "procedure/log_have_seen", &[target]).await.is(200, r#"{"status":"Accept","data":{}}"#);
    let next = api.signed(&a, "procedure/get_user_id_by_love_sex", &[("love_sex", "female")]).await;
    next.fails(404, "No guests");

    // B sees the lights and the message, with A's portrait (7.11).
    let own = api.signed(&b, "account/get_user_info", &[target]).await.data();
    for class in ["basic_info", "emotion_experience", "value_concept"] {
        assert_eq!(own[format!("{class}_light_number")], 1);
    }
    let logs = api.signed(&b, "procedure/get_message", &[]).await.data()["logs"].clone();
    assert_eq!(logs.as_array().unwrap().len(), 1);
    assert_eq!(logs[0]["content"], "我为你亮了三盏灯，快来联系我吧～");
    assert_eq!(
        (&logs[0]["lighter"]["user_id"], &logs[0]["lighter"]["nickname"]),
        (&a.id.as_str().into(), &"Tony".into())
    );
    let portrait = logs[0]["lighter"]["portrait"].as_str().unwrap();
    assert!(portrait.starts_with(&api.world.url) && portrait.ends_with(&key), "{portrait}");
    let redirect = api.http.get(portrait).send().await.unwrap();
    assert_eq!(
        (redirect.status().as_u16(), &redirect.headers()["cache-control"]),
        (302, &"private, max-age=300".parse().unwrap())
    );
    let location: Value = redirect.headers()["location"].to_str().unwrap().into();
    assert_eq!(plays(&api, &location).await, b"a face");

    // The third light goes off, and with it the message.
    let off = api.signed(&a, "procedure/light_up", &[target, ("order", "3"), ("light_status", "0")]).await;
    assert_eq!(off.status, 200);
    api.signed(&b, "procedure/get_message", &[]).await.is(200, r#"{"data":{"logs":[]}}"#);
    let own = api.signed(&b, "account/get_user_info", &[target]).await.data();
    assert_eq!((&own["value_concept_light_number"], &own["basic_info_light_number"]), (&0.into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_without_media_meets_the_quotas() {
    let api = Api::start().await;
    let c = api.person("15172354425", "Chris", "male").await;
    let mut others = Vec::new();
    for number in 0..4 {
        others.push(api.complete(&format!("1517235450{number}"), &format!("guest {number}"), "female").await);
    }
    for (light, expected) in [(&others[0], 200), (&others[1], 200), (&others[2], 403)] {
        let fields = [("target_id", &*light.id), ("order", "1"), ("light_status", "1")];
        let lit = api.signed(&c, "procedure/light_up", &fields).await;
        assert_eq!(lit.status, expected, "{lit:?}");
        if expected == 403 {
            lit.fails(403, "Your light up time is more than the limit");
        }
    }
    for seen in &others[..3] {
        assert_eq!(api.signed(&c, "procedure/log_have_seen", &[("target_id", &seen.id)]).await.status, 200);
    }
    let text = "Your cant only get these guests because you havent complete your media info";
    for name in ["get_user_id_by_love_sex", "get_user_ids_by_love_sex"] {
        api.signed(&c, &format!("procedure/{name}"), &[("love_sex", "both")]).await.fails(403, text);
    }
}
