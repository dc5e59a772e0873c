//! Whole stories over HTTP alone, as a client tells them: a post and what others do about it; a page of posts, one of which is
//! bought.

use super::{
    client::{Body, Device},
    posts::ids,
};
use crate::world::Api;
use reqwest::Method;
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2";

impl Api {
    /// Asks for a key and uploads bytes under it.
    async fn m_put(&self, who: &Device, kind: &str, bytes: &[u8]) -> String {
        let path = format!("/common/upload_tokens?num=1&res_type={kind}");
        let token = self.m_get(who, &path).await.ok()["tokens"][0].clone();
        let put = self.http.put(token["token"].as_str().unwrap()).body(bytes.to_vec());
        let headers = token["headers"].as_object().unwrap().iter();
        let put = headers.fold(put, |put, (name, value)| put.header(name, value.as_str().unwrap()));
        assert_eq!(put.send().await.unwrap().status(), 200);
        token["key"].as_str().unwrap().to_owned()
    }

    async fn m_homepage(&self, reader: &Device, of: &Device) -> Value {
        self.m_get(reader, &format!("/m_user/users/{}/homepage", of.id)).await.ok()
    }

    /// What the server answers to somebody who asks for a file.
    async fn m_file(&self, name: &str, who: Option<&Device>) -> u16 {
        let request = self.http.get(self.url(&format!("/media/{name}")));
        let request = who.iter().fold(request, |request, who| request.header("x-device-id", &who.name));
        request.send().await.unwrap().status().as_u16()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_is_liked_and_commented_on() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let (one, two) =
            (api.person_of(&format!("one-{body:?}"), body).await, api.person_of(&format!("two-{body:?}"), body).await);
        let key = api.m_put(&one, "picture", PNG).await;
        let picture = json!({"post_type": "picture", "media": [key], "content": "me"});
        let id = api.m_post(&one, "/m_sns/posts", picture).await.ok()["id"].as_str().unwrap().to_owned();
        let page = api.m_homepage(&one, &one).await;
        let media = json!([{"type": "picture", "key": key}]);
        assert_eq!(page["post_count"], 1);
        assert_eq!(page["posts"], json!([{"id": id, "post_type": "picture", "media": media}]));
        assert_eq!(api.m_file(&key, None).await, 302);

        let like = |id: Value| json!({"target_id": id, "target_type": "post"});
        for _ in 0..2 {
            api.m_post(&two, "/m_user/likes", like(json!(id))).await.done();
        }
        let post = api.m_shown(&two, &id).await.ok();
        assert_eq!((&post["like_count"], &post["is_liked"]), (&json!(1), &json!(true)));
        api.m_delete(&two, "/m_user/likes", like(json!(id))).await.done();
        let query = format!("/m_user/likes?target_id={id}&target_type=post");
        api.asks_as(&two, Method::DELETE, &query, &Value::Null).await.done();
        assert_eq!(api.m_shown(&two, &id).await.ok()["like_count"], 0);
        api.m_post(&two, "/m_user/likes", like(json!("5"))).await.not_found();
        api.m_post(&two, "/m_user/likes", like(json!(5))).await.not_found();
        api.m_post(&two, "/m_user/likes", json!({"target_id": id, "target_type": "user"})).await.wrong("target_type");

        for nth in 0..25 {
            if nth % 20 == 0 {
                api.next_window(60);
            }
            api.m_comment(&two, &id, &format!("{nth}")).await.ok();
        }
        let mut read: Vec<String> = Vec::new();
        let (mut cursor, mut later) = (String::new(), false);
        for (offset, items) in [(0, 10), (10, 10), (20, 5), (25, 0)] {
            let page = api.m_comments(&two, &id, &cursor, offset, 10).await.ok();
            assert_eq!((ids(&page).len(), &page["total"]), (items, &json!(25 + i32::from(later))));
            read.extend(
                page["items"].as_array().unwrap().iter().map(|item| item["content"].as_str().unwrap().to_owned()),
            );
            page["cursor"].as_str().unwrap().clone_into(&mut cursor);
            if !later {
                api.m_comment(&one, &id, "later").await.ok();
                later = true;
            }
        }
        assert_eq!(read, (0..25).rev().map(|nth| nth.to_string()).collect::<Vec<_>>());

        let path = format!("/m_sns/posts/{id}");
        api.m_delete(&two, &path, Value::Null).await.forbidden();
        api.m_delete(&one, &path, Value::Null).await.done();
        let page = api.m_homepage(&two, &one).await;
        assert_eq!((&page["post_count"], &page["posts"]), (&json!(0), &json!([])));
        api.m_comments(&two, &id, "", 0, 10).await.not_found();
        assert_eq!(api.m_file(&key, None).await, 404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_shows_what_costs_something_once_it_is_bought() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let (one, two) =
            (api.person_of(&format!("one-{body:?}"), body).await, api.person_of(&format!("two-{body:?}"), body).await);
        let publish =
            async |post: Value| api.m_post(&one, "/m_sns/posts", post).await.ok()["id"].as_str().unwrap().to_owned();
        let picture = api.m_put(&one, "picture", PNG).await;
        for _ in 0..6 {
            publish(json!({"post_type": "picture", "media": [picture]})).await;
        }
        for nth in 0..3 {
            publish(json!({"post_type": "text", "content": nth.to_string()})).await;
        }
        let film = api.m_put(&one, "video", MP4).await;
        let priced = publish(json!({"post_type": "video", "media": [{"key": film, "duration": 9}], "price": 5})).await;
        let page = api.m_homepage(&two, &one).await;
        let types = |page: &Value| {
            let posts = page["posts"].as_array().unwrap().iter();
            posts.map(|post| post["post_type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((&page["post_count"], types(&page)), (&json!(10), vec!["picture".to_owned(); 5]));

        let buy = format!("/m_sns/posts/{priced}/purchases");
        api.m_post(&two, &buy, Value::Null).await.fails(402, 5001, "not enough coins");
        let granted = json!({"user_id": two.id, "coins": 5, "reason": "test", "request_id": format!("grant-{body:?}")});
        let granted = api.http.post(api.url("/_local/grants")).json(&granted).send().await.unwrap();
        assert_eq!(granted.status(), 200);
        assert_eq!(api.m_file(&film, Some(&two)).await, 404);
        for _ in 0..2 {
            api.m_post(&two, &buy, Value::Null).await.done();
        }
        let page = api.m_homepage(&two, &one).await;
        assert_eq!((types(&page)[0].as_str(), &page["profit"]), ("video", &json!(5)));
        let post = api.m_shown(&two, &priced).await.ok();
        let name = post["media"][0]["key"].as_str().unwrap();
        assert_eq!(post["media"], json!([{"type": "video", "key": name, "duration": 9}]));
        // The page and the post show it under the same name, which is good for whoever holds it; the key alone is for the buyer
        // and the author.
        assert_eq!(page["posts"][0]["media"][0]["key"], name);
        assert_eq!(api.m_file(name, None).await, 302);
        assert_eq!(api.m_file(&film, Some(&two)).await, 302);
        assert_eq!(api.m_file(&film, Some(&one)).await, 302);
        assert_eq!(api.m_file(&film, None).await, 404);
    }
}
