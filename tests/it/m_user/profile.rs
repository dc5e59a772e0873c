//! Profiles (`docs/dialects/m_user.md#profiles`).

use super::client::{Body, Device, Said};
use crate::world::Api;
use reqwest::Method;
use serde_json::{Value, json};

impl Api {
    async fn changes(&self, device: &Device, method: &str, id: &str, change: Value) -> Said {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.asks_as(device, method, &format!("/m_user/users/{id}"), &change).await
    }

    async fn patch(&self, device: &Device, change: Value) -> Said {
        self.changes(device, "PATCH", &device.id, change).await
    }

    async fn read(&self, device: &Device, id: &str) -> Said {
        self.m_get(device, &format!("/m_user/users/{id}")).await
    }
}

/// An object without these members.
fn without(mut value: Value, names: &[&str]) -> Value {
    for name in names {
        value.as_object_mut().unwrap().remove(*name);
    }
    value
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_is_changed_by_its_owner_and_read_by_all() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let ann = api.person_of(&format!("dev-{body:?}-0001"), body).await;
        let bob = api.person_of(&format!("dev-{body:?}-0002"), body).await;
        let fresh = json!({
            "id": ann.id, "nickname": ann.name, "gender": "male", "icon": null, "age": 24, "sex_attitude": null, "job": null,
            "degree": null, "marriage": null, "signature": null, "video_price": 0, "audio_price": 0, "online_period": null,
            "is_vip": false, "vip_left": 0,
        });
        api.read(&ann, &ann.id).await.is(&fresh);
        api.read(&bob, &ann.id).await.is(&without(fresh.clone(), &["is_vip", "vip_left"]));
        api.read(&bob, "5702a4a5589613964cafdc76").await.not_found();
        api.read(&bob, "x").await.not_found();

        let change = json!({"sex_attitude": "open", "job": "student", "video_price": 0, "audio_price": "3", "signature": "a\nb"});
        let changed = api.patch(&ann, change).await.ok();
        let mut expected = fresh.clone();
        for (name, value) in [("sex_attitude", "open"), ("job", "student"), ("signature", "a\nb")] {
            expected[name] = json!(value);
        }
        expected["audio_price"] = json!(3);
        assert_eq!(changed, expected);
        // The first field in the order of the documents, and nothing changed.
        api.patch(&ann, json!({"degree": "phd", "job": "x"})).await.wrong("job");
        api.patch(&ann, json!({"degree": "phd", "audio_price": 1})).await.wrong("degree");
        api.patch(&ann, json!({"signature": "a\u{7}"})).await.wrong("signature");
        api.patch(&ann, json!({"signature": "x".repeat(141)})).await.wrong("signature");
        api.patch(&ann, json!({"video_price": 100_001})).await.wrong("video_price");
        api.patch(&ann, json!({"age": 17})).await.wrong("age");
        for kept in ["nickname", "gender", "age"] {
            api.patch(&ann, json!({kept: null, "degree": "phd"})).await.wrong(kept);
            api.patch(&ann, json!({kept: ""})).await.wrong(kept);
        }
        api.read(&ann, &ann.id).await.is(&expected);
        api.patch(&ann, json!({})).await.is(&expected);
        // Null and an empty text clear; a price that is cleared says that such calls are not taken.
        let cleared =
            api.patch(&ann, json!({"job": "", "signature": null, "video_price": null, "sex_attitude": ""})).await.ok();
        for name in ["job", "signature", "video_price", "sex_attitude"] {
            assert_eq!(cleared[name], Value::Null, "{name}");
        }
        assert_eq!(cleared["audio_price"], 3);

        api.changes(&ann, "PUT", &ann.id, json!({"nickname": "N"})).await.wrong("gender");
        api.changes(&ann, "PUT", &ann.id, json!({"gender": "male"})).await.wrong("nickname");
        api.patch(&ann, json!({"job": "soho", "age": 30})).await.ok();
        let replaced = api.changes(&ann, "PUT", &ann.id, json!({"nickname": "N", "gender": "female"})).await.ok();
        let mut expected = without(fresh, &[]);
        for name in ["video_price", "audio_price"] {
            expected[name] = Value::Null;
        }
        (expected["nickname"], expected["gender"], expected["age"]) = (json!("N"), json!("female"), json!(30));
        assert_eq!(replaced, expected);

        for method in ["PUT", "PATCH"] {
            let change = json!({"nickname": "N", "gender": "male"});
            api.changes(&bob, method, &ann.id, change.clone()).await.forbidden();
            api.changes(&bob, method, "5702a4a5589613964cafdc76", change.clone()).await.not_found();
            // The one in the path counts.
            let other = json!({"nickname": "N", "gender": "male", "user_id": bob.id});
            api.changes(&bob, method, &ann.id, other).await.forbidden();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_at_once_all_happen() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let changes =
        [json!({"job": "soho"}), json!({"degree": "doctor"}), json!({"marriage": "secret"}), json!({"nickname": "M"})];
    let all = changes.into_iter().map(|change| api.patch(&ann, change));
    for said in futures_util::future::join_all(all).await {
        said.ok();
    }
    let now = api.read(&ann, &ann.id).await.ok();
    let seen = ["job", "degree", "marriage", "nickname"].map(|name| now[name].as_str().unwrap().to_owned());
    assert_eq!(seen, ["soho", "doctor", "secret", "M"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_blocked_finds_nobody() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let ann = api.person_of(&format!("dev-{body:?}-0001"), body).await;
        let bob = api.person_of(&format!("dev-{body:?}-0002"), body).await;
        let cid = api.person_of(&format!("dev-{body:?}-0003"), body).await;
        let path = "/m_user/blocks";
        api.m_post(&ann, path, json!({})).await.wrong("user_id");
        api.m_post(&ann, path, json!({"user_id": ann.id})).await.wrong("user_id");
        api.m_post(&ann, path, json!({"user_id": "x"})).await.not_found();
        for other in [&bob, &cid, &bob] {
            api.m_post(&ann, path, json!({"user_id": other.id})).await.done();
        }
        let card = |who: &Device| json!({"id": who.id, "nickname": who.name, "age": 24, "icon": null});
        api.m_get(&ann, path).await.is(&json!({"items": [card(&cid), card(&bob)]}));
        api.m_get(&bob, path).await.is(&json!({"items": []}));
        for (one, other) in [(&ann, &bob), (&bob, &ann)] {
            api.read(one, &other.id).await.not_found();
            let media = format!("/m_user/user_chat_media?chat_type=video_chat&user_id={}", other.id);
            api.m_get(one, &media).await.not_found();
        }
        api.m_delete(&ann, path, json!({"user_id": bob.id})).await.done();
        api.m_delete(&ann, &format!("{path}?user_id={}", cid.id), Value::Null).await.done();
        api.m_delete(&ann, path, json!({"user_id": bob.id})).await.done();
        api.m_get(&ann, path).await.is(&json!({"items": []}));
        api.read(&bob, &ann.id).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_of_a_device_is_found_elsewhere() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let tony = api.complete("13900000001", "Tony", "male").await;
    let seen = api.signed(&tony, "account/get_user_info", &[("target_id", &ann.id)]).await;
    seen.fails(400, "no such user");
    // And the other way round.
    api.read(&ann, &tony.id).await.not_found();
    api.m_post(&ann, "/m_user/blocks", json!({"user_id": tony.id})).await.not_found();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_reading_and_changing_a_profile_costs() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Bare).await;
    assert_eq!(api.read(&ann, &ann.id).await.answer.rounds(), 2);
    assert_eq!(api.patch(&ann, json!({"job": "soho"})).await.answer.rounds(), 3);
    assert_eq!(api.m_get(&ann, "/m_user/blocks").await.answer.rounds(), 2);
}
