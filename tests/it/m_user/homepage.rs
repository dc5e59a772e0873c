//! The page of a person (`docs/dialects/m_user.md#homepage`).

use super::client::{Body, Device, Said};
use crate::world::Api;
use reqwest::Method;
use serde_json::{Value, json};

impl Api {
    async fn homepage(&self, device: &Device, id: &str) -> Said {
        self.m_get(device, &format!("/m_user/users/{id}/homepage")).await
    }

    async fn amends(&self, device: &Device, change: Value) -> Said {
        self.asks_as(device, Method::PATCH, &format!("/m_user/users/{}", device.id), &change).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_shows_what_its_person_has_set() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let ann = api.person_of(&format!("dev-{body:?}-0001"), body).await;
        let bob = api.person_of(&format!("dev-{body:?}-0002"), body).await;
        let mut page = json!({
            "id": ann.id, "nickname": ann.name, "gender": "male", "icon": null, "age": 24, "signature": null,
            "background": {"type": "picture", "key": ""}, "audio_intro": null, "job": null, "degree": null, "marriage": null,
            "sex_attitude": null, "video_price": 0, "audio_price": 0, "is_vip": false, "online_period": null, "profit": 0,
            "her_gifts": [], "post_count": 0, "posts": [],
        });
        for reader in [&ann, &bob] {
            api.homepage(reader, &ann.id).await.is(&page);
        }
        for unknown in ["5702a4a5589613964cafdc76", "x"] {
            api.homepage(&bob, unknown).await.not_found();
        }
        // A picture stands for the background until there is one.
        let icon = api.uploaded(&ann, "picture").await;
        api.amends(&ann, json!({"icon": icon, "job": "student", "signature": "hi"})).await.ok();
        (page["icon"], page["job"], page["signature"]) = (json!(icon), json!("student"), json!("hi"));
        page["background"]["key"] = json!(icon);
        api.homepage(&bob, &ann.id).await.is(&page);
        let (behind, intro) = (api.uploaded(&ann, "video").await, api.uploaded(&ann, "audio").await);
        let change =
            json!({"background": {"type": "video", "key": behind}, "audio_intro": {"key": intro, "duration": 7}});
        api.amends(&ann, change).await.ok();
        page["background"] = json!({"type": "video", "key": behind});
        page["audio_intro"] = json!({"type": "audio", "key": intro, "duration": 7});
        api.homepage(&bob, &ann.id).await.is(&page);
        assert_eq!(api.homepage(&bob, &ann.id).await.answer.rounds(), 2);

        api.m_post(&bob, "/m_user/blocks", json!({"user_id": ann.id})).await.done();
        api.homepage(&bob, &ann.id).await.not_found();
        api.homepage(&ann, &bob.id).await.not_found();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_a_profile_are_of_their_kind_and_go_with_it() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let bob = api.person_of("dev-bbbb-0002", Body::Envelope).await;
    let picture = api.uploaded(&ann, "picture").await;
    let video = api.uploaded(&ann, "video").await;
    let sound = api.uploaded(&ann, "audio").await;
    let wrong = [
        (json!({"icon": video}), "icon"),
        (json!({"icon": "x"}), "icon"),
        (json!({"icon": picture, "background": {"type": "video", "key": picture}}), "background"),
        (json!({"background": {"type": "audio", "key": sound}}), "background"),
        (json!({"background": {"type": "video"}}), "background"),
        (json!({"audio_intro": {"key": sound}}), "audio_intro"),
        (json!({"audio_intro": {"key": sound, "duration": 601}}), "audio_intro"),
        (json!({"icon": picture, "audio_intro": {"key": video, "duration": 1}}), "audio_intro"),
        (json!({"video_chat_key": sound}), "video_chat_key"),
        (json!({"video_chat_key": video, "audio_chat_key": picture}), "audio_chat_key"),
    ];
    for (change, field) in wrong {
        api.amends(&ann, change).await.wrong(field);
    }
    // Somebody else's.
    api.amends(&bob, json!({"icon": picture})).await.wrong("icon");

    let media = |chat: &str| format!("/m_user/user_chat_media?chat_type={chat}&user_id={}", ann.id);
    api.m_get(&bob, &media("video_chat")).await.not_found();
    api.m_get(&bob, &media("x")).await.wrong("chat_type");
    api.amends(&ann, json!({"icon": picture, "video_chat_key": video, "audio_chat_key": sound})).await.ok();
    api.m_get(&bob, &media("video_chat")).await.is(&json!({"key": video, "type": "video"}));
    api.m_get(&bob, &media("audio_chat")).await.is(&json!({"key": sound, "type": "audio"}));
    let shown = async |key: &str| api.get(&format!("/media/{key}")).await.status;
    for key in [&picture, &video, &sound] {
        assert_eq!(shown(key).await, 302);
    }
    // What is sent back stays; a PUT keeps what the first documents do not have.
    let put = json!({"nickname": "N", "gender": "male", "icon": picture});
    api.asks_as(&ann, Method::PUT, &format!("/m_user/users/{}", ann.id), &put).await.ok();
    assert_eq!((shown(&picture).await, shown(&video).await), (302, 302));
    let other = api.uploaded(&ann, "picture").await;
    api.amends(&ann, json!({"icon": other, "video_chat_key": null})).await.ok();
    assert_eq!((shown(&picture).await, shown(&other).await, shown(&video).await), (404, 302, 404));
    api.m_get(&bob, &media("video_chat")).await.not_found();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_can_come_with_the_registration() {
    let api = Api::start().await;
    let device = Device::new("dev-aaaa-0001", Body::Bare);
    let icon = api.uploaded(&device, "picture").await;
    let form = |icon: &str| json!({"gender": "male", "age": 24, "icon": icon});
    api.m_post(&Device::new("dev-bbbb-0002", Body::Bare), "/m_user/users", form(&icon)).await.wrong("icon");
    let made = api.m_post(&device, "/m_user/users", form(&icon)).await;
    assert_eq!((made.ok()["icon"].clone(), made.answer.rounds()), (json!(icon), 4));
    assert_eq!(api.get(&format!("/media/{icon}")).await.status, 302);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_pictures_and_videos_are_on_the_page() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let bob = api.person_of("dev-bbbb-0002", Body::Bare).await;
    let mut pictures = Vec::new();
    for _ in 0..6 {
        let media = vec![api.uploaded(&ann, "picture").await];
        let post = api.m_post(&ann, "/m_sns/posts", json!({"post_type": "picture", "media": media})).await.ok();
        pictures.insert(0, post["id"].clone());
        api.advance(1);
    }
    for _ in 0..3 {
        api.m_post(&ann, "/m_sns/posts", json!({"post_type": "text", "content": "hi"})).await.ok();
    }
    let media = vec![api.uploaded(&ann, "video").await];
    let priced = json!({"post_type": "video", "media": media, "price": 3});
    let priced = api.m_post(&ann, "/m_sns/posts", priced).await.ok()["id"].clone();
    let ids =
        |page: &Value| page["posts"].as_array().unwrap().iter().map(|post| post["id"].clone()).collect::<Vec<_>>();
    let page = api.homepage(&bob, &ann.id).await.ok();
    assert_eq!((page["post_count"].clone(), ids(&page)), (json!(10), pictures[..5].to_vec()));
    assert_eq!(page["posts"][0]["media"][0]["type"], "picture");
    // Its author and its buyers see what costs something, with a ticket.
    let newest = [vec![priced.clone()], pictures[..4].to_vec()].concat();
    assert_eq!(ids(&api.homepage(&ann, &ann.id).await.ok()), newest);
    api.m_grant(&bob, 10).await;
    api.m_post(&bob, &format!("/m_sns/posts/{}/purchases", priced.as_str().unwrap()), Value::Null).await.done();
    let bought = api.homepage(&bob, &ann.id).await;
    let page = bought.ok();
    assert_eq!((ids(&page), page["profit"].clone(), bought.answer.rounds()), (newest, json!(3), 2));
    let key = page["posts"][0]["media"][0]["key"].as_str().unwrap();
    assert!(key.contains('.'), "{key}");
    assert_eq!(api.get(&format!("/media/{key}")).await.status, 302);
}
