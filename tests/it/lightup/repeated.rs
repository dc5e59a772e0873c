//! Keys given twice inside of the fields that hold JSON: refused in every way to write them
//! (`docs/dialects/lightup.md#requests`).

use super::samples;
use crate::world::{Answer, Api, NOBODY, Person, question_arr, questions};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A call whose field `name` holds this JSON, in each of the ways to write that (`docs/dialects/lightup.md#requests`).
async fn in_every_way(
    api: &Api,
    who: &Person,
    path: &str,
    others: &[(&str, &str)],
    (name, json): (&str, &str),
) -> Vec<(&'static str, Answer)> {
    let session = [("user_id", who.id.as_str()), ("access_token", who.token.as_str())];
    let others = [&session, others].concat();
    let form = |value: &str| {
        let pairs = others.iter().copied().chain([(name, value)]);
        reqwest::Url::parse_with_params("http://x", pairs).unwrap().query().unwrap().to_owned()
    };
    let object = |value: &str| {
        let others = others.iter().map(|(name, value)| format!(r#""{name}":"{value}","#));
        format!(r#"{{{}"{name}":{value}}}"#, others.collect::<String>())
    };
    let quoted = serde_json::to_string(json).unwrap();
    let multipart = others
        .iter()
        .copied()
        .chain([(name, json)])
        .map(|(name, value)| format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    let multipart = multipart.collect::<String>() + "--b--\r\n";
    let mut answers = Vec::new();
    for (way, content_type, body) in [
        ("text in a form", FORM, form(json)),
        ("text in a string in a form", FORM, form(&quoted)),
        ("text in a part", "multipart/form-data; boundary=b", multipart),
        ("a value in JSON", JSON, object(json)),
        ("text in JSON", JSON, object(&quoted)),
        ("text in a string in JSON", JSON, object(&serde_json::to_string(&quoted).unwrap())),
    ] {
        answers.push((way, api.bytes(path, Some(content_type), body).await));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_profile() {
    let api = Api::start().await;
    let who = api.person("15172354423", "Tony", "male").await;
    let path = "/v1/account/change_personal_info";
    for info in [
        r#"{"location":"x","location":"y"}"#,
        r#"{"location":"x","location":"x"}"#,
        r#"{"location":"x","\u006cocation":"y"}"#,
        r#"{"location":"x","wechat_ID":"a","wechat_ID":null}"#,
        // Nobody reads these; which of the two is meant is as unclear.
        r#"{"location":"x","unknown":1,"unknown":2}"#,
        r#"{"location":"x","unknown":[{"deep":{"a":1,"a":2}}]}"#,
    ] {
        for (way, answer) in in_every_way(&api, &who, path, &[], ("personal_info", info)).await {
            assert_eq!((answer.status, &*answer.text), (400, r#"{"error":"invalid request"}"#), "{info} as {way}");
        }
    }
    let own = async || api.signed(&who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
    assert_eq!(own().await["location"], "");
    // The same key in two objects is none that is given twice.
    let info = r#"{"location":"y","unknown":[{"a":1},{"a":1,"b":{"a":1}}]}"#;
    for (way, answer) in in_every_way(&api, &who, path, &[], ("personal_info", info)).await {
        assert_eq!(answer.status, 200, "{way}: {answer:?}");
    }
    assert_eq!(own().await["location"], "y");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_an_element() {
    let api = Api::start().await;
    let who = api.person("15172354423", "Tony", "male").await;
    let audio = [("sex", "male"), ("file_type", "audio"), ("audio_class", "basic_info")];
    let video = samples::video_fields();
    let video = video.iter().filter(|(name, ..)| *name != "questions").map(|(name, value, _)| (*name, value.as_str()));
    let video: Vec<_> = video.collect();
    let first = r#""question_order":1"#;
    let sets = [(&audio[..], "question_arr", question_arr()), (&video, "questions", questions())];
    for (others, name, set) in &sets {
        assert!(set.contains(first));
        for twice in [
            r#""question_order":1,"question_order":1"#.to_owned(),
            r#""question_order":2,"question_order":1"#.to_owned(),
            r#""question_order":1,"question\u005forder":1"#.to_owned(),
            format!(r#"{first},"question_id":"{NOBODY}""#),
            format!(r#"{first},"other":1,"other":1"#),
        ] {
            let set = set.replacen(first, &twice, 1);
            for (way, answer) in in_every_way(&api, &who, "/v1/media/upload_request", others, (name, &set)).await {
                assert_eq!((answer.status, &*answer.text), (400, r#"{"error":"invalid request"}"#), "{set} as {way}");
            }
        }
        for (way, answer) in in_every_way(&api, &who, "/v1/media/upload_request", others, (name, set)).await {
            assert_eq!(answer.status, 200, "{way}: {answer:?}");
        }
    }
}

/// Numbers are what they were, however deep in a body they lie.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_keep_their_values() {
    let api = Api::start().await;
    let who = api.person("15172354423", "Tony", "male").await;
    let path = "/v1/account/change_personal_info";
    let own = async || api.signed(&who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
    for good in ["0", "-1", "9223372036854775807", "-9223372036854775808"] {
        let info = format!(r#"{{"birthday":{good},"unknown":[1.5,1e300,18446744073709551615,true,null,"x"]}}"#);
        for (way, answer) in in_every_way(&api, &who, path, &[], ("personal_info", &info)).await {
            assert_eq!(answer.status, 200, "{good} as {way}: {answer:?}");
        }
        assert_eq!(own().await["birthday"], *good);
    }
    // Some clients know no other numbers than floats.
    for (float, whole) in
        [("1.0", "1"), ("1e3", "1000"), ("-8.64E4", "-86400"), ("9007199254740992.0", "9007199254740992")]
    {
        let info = format!(r#"{{"birthday":{float}}}"#);
        for (way, answer) in in_every_way(&api, &who, path, &[], ("personal_info", &info)).await {
            assert_eq!(answer.status, 200, "{float} as {way}: {answer:?}");
        }
        assert_eq!(own().await["birthday"], *whole);
    }
    for wrong in [
        "1.5",
        "1e-3",
        "9007199254740994.0",
        "9223372036854775808",
        "18446744073709551616",
        "-9223372036854775809",
        "1e999",
    ] {
        let info = format!(r#"{{"birthday":{wrong}}}"#);
        for (way, answer) in in_every_way(&api, &who, path, &[], ("personal_info", &info)).await {
            assert_eq!((answer.status, &*answer.text), (400, r#"{"error":"invalid request"}"#), "{wrong} as {way}");
        }
    }
}
