//! Asking for keys, uploading under them, and reading files (`docs/dialects/m_user.md#uploads`).

use super::client::{Body, Device, Said};
use crate::world::{Answer, Api};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::{
    sessions::{Claim, devices::DeviceHash},
    store::Transacted,
    uploads::{self, FileKey, Kind, Owner, Place, Wanted},
    values::{Dialect, PostId, UserId},
};

const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

impl Api {
    async fn tokens(&self, device: &Device, num: u32, kind: &str) -> Said {
        self.m_get(device, &format!("/common/upload_tokens?num={num}&res_type={kind}")).await
    }

    /// A key for a picture, under which this was uploaded by PUT.
    async fn put_picture(&self, device: &Device, bytes: &[u8]) -> FileKey {
        let token = self.tokens(device, 1, "picture").await.ok()["tokens"][0].clone();
        assert_eq!(self.put_as_told(&token, bytes).await, 200);
        token["key"].as_str().unwrap().to_owned().try_into().unwrap()
    }

    async fn put_as_told(&self, token: &Value, bytes: &[u8]) -> u16 {
        let request = self.http.put(token["url"].as_str().unwrap()).body(bytes.to_vec());
        let headers = token["headers"].as_object().unwrap().iter();
        let request = headers.fold(request, |request, (name, value)| request.header(name, value.as_str().unwrap()));
        request.send().await.unwrap().status().as_u16()
    }

    /// Uses a key as a picture.
    async fn use_picture(&self, device: &Device, key: &FileKey, place: Place<'_>) -> Result<(), shared::Error> {
        let app = &self.world.app;
        let uid = UserId::try_from(device.id.clone()).unwrap();
        let claim = Claim::of_device(Dialect::MUser, DeviceHash::of(app, Dialect::MUser, &device.name));
        let wanted = [Wanted { key: key.clone(), kind: Kind::Picture }];
        let prepared = uploads::prepare(app, &Owner::new(app, &uid, &claim), &wanted, place).await?;
        assert!(matches!(app.store.transact(prepared.writes()?).await?, Transacted::Done));
        Ok(())
    }

    /// The bytes of a file that anybody may read by this name; `None`: there is none.
    async fn file(&self, name: &str) -> Option<Vec<u8>> {
        let redirect = self.get(&format!("/media/{name}")).await;
        if redirect.status == 404 {
            redirect.fails(404, "not found");
            return None;
        }
        assert_eq!(redirect.status, 302, "{redirect:?}");
        Some(self.http.get(&redirect.headers["location"]).send().await.unwrap().bytes().await.unwrap().to_vec())
    }

    /// GETs a file as a device.
    async fn file_as(&self, device: &Device, name: &str) -> Answer {
        let request = self.http.get(self.url(&format!("/media/{name}"))).header("x-device-id", &device.name);
        let request = match &device.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        Answer::of(request.send().await.unwrap()).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_asked_for_uploaded_under_and_read() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let device = api.person_of(&format!("dev-{body:?}-0001"), body).await;
        let said = api.tokens(&device, 2, "picture").await;
        assert_eq!(said.answer.rounds(), 2);
        let tokens = said.ok()["tokens"].as_array().unwrap().clone();
        assert_eq!(tokens.len(), 2);
        assert_ne!(tokens[0]["key"], tokens[1]["key"]);
        for token in &tokens {
            let (key, url) = (token["key"].as_str().unwrap(), token["url"].as_str().unwrap());
            assert!(FileKey::try_from(key.to_owned()).is_ok(), "{key}");
            assert!(url.contains(&format!("/pending/files/{}/picture/{key}?", device.id)), "{url}");
            assert!(url.contains("X-Amz-Expires=600"), "{url}");
            let fields = token["form"]["fields"].clone();
            assert_eq!(fields["key"], format!("pending/files/{}/picture/{key}", device.id));
            let headers = json!({"content-type": "application/octet-stream"});
            let form = json!({"url": format!("{}/media", api.world.endpoints.s3), "fields": fields});
            assert_eq!(*token, json!({"token": url, "key": key, "url": url, "headers": headers, "form": form}));
        }
        // Either way leads to a file.
        assert_eq!(api.put_as_told(&tokens[0], PNG).await, 200);
        assert_eq!(api.upload(&tokens[1]["form"], PNG).await, 204);
        assert!(api.upload(&tokens[1]["form"], b"").await >= 400, "an empty file is none");
        for token in &tokens {
            let key = FileKey::try_from(token["key"].as_str().unwrap().to_owned()).unwrap();
            api.get(&format!("/media/{key}")).await.fails(404, "not found");
            api.use_picture(&device, &key, Place::Free).await.unwrap();
            let redirect = api.get(&format!("/media/{key}")).await;
            assert_eq!(redirect.status, 302);
            let file = api.http.get(&redirect.headers["location"]).send().await.unwrap();
            assert_eq!(file.headers()["content-type"], "image/png");
            assert_eq!(file.bytes().await.unwrap(), PNG);
            // The permission lasts, and changes nothing that others see.
            assert_eq!(api.put_as_told(token, b"<script>").await, 200);
            let file = api.http.get(&redirect.headers["location"]).send().await.unwrap();
            assert_eq!(file.bytes().await.unwrap(), PNG);
        }
    }
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_of_one_kind_and_of_whoever_asked() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let bob = api.person_of("dev-bbbb-0002", Body::Bare).await;
    for kind in ["picture", "video", "audio"] {
        let token = api.tokens(&ann, 9, kind).await.ok()["tokens"][8].clone();
        assert!(token["url"].as_str().unwrap().contains(&format!("/{}/{kind}/", ann.id)));
        // The form of a kind takes no more than its files may have.
        let policy = token["form"]["fields"]["policy"].as_str().unwrap();
        let policy = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, policy).unwrap();
        let policy: Value = serde_json::from_slice(&policy).unwrap();
        let largest: u64 = [("picture", 10), ("audio", 20), ("video", 200)].iter().find(|it| it.0 == kind).unwrap().1;
        assert_eq!(policy["conditions"][0], json!(["content-length-range", 1, largest << 20]));
    }
    let hers = api.put_picture(&ann, PNG).await;
    assert!(api.use_picture(&bob, &hers, Place::Free).await.is_err());
    api.use_picture(&ann, &hers, Place::Free).await.unwrap();
    assert!(api.use_picture(&bob, &hers, Place::Free).await.is_err());
    let other = api.tokens(&ann, 1, "video").await.ok()["tokens"][0].clone();
    assert_eq!(api.put_as_told(&other, PNG).await, 200);
    let key = FileKey::try_from(other["key"].as_str().unwrap().to_owned()).unwrap();
    assert!(api.use_picture(&ann, &key, Place::Free).await.is_err());
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_for_has_to_be_said() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let device = api.person_of(&format!("dev-{body:?}-0001"), body).await;
        let ask = |query: &'static str| {
            let (api, device) = (&api, &device);
            async move { api.m_get(device, &format!("/common/upload_tokens{query}")).await }
        };
        for query in
            ["", "?res_type=picture", "?num=&res_type=x", "?num=0&res_type=picture", "?num=10&res_type=picture"]
        {
            ask(query).await.wrong("num");
        }
        for query in ["?num=-1&res_type=picture", "?num=x&res_type=picture", "?num=1.5", "?num=1&num=2&res_type=audio"]
        {
            ask(query).await.wrong("num");
        }
        for query in ["?num=1", "?num=1&res_type=", "?num=1&res_type=text", "?num=1&res_type=PICTURE"] {
            ask(query).await.wrong("res_type");
        }
        let unnamed = api.m_send(&device, api.http.get(api.url("/common/upload_tokens?num=1")), &Value::Null).await;
        unnamed.wrong("X-Device-ID");
        api.m_post(&device, "/common/upload_tokens", json!({})).await.fails(405, 705, "method not allowed");
        assert_eq!(ask("/?num=1&res_type=audio&more=1").await.ok()["tokens"].as_array().unwrap().len(), 1);
    }
    assert!(api.objects().await.is_empty());
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_may_ask_before_it_has_a_user() {
    let api = Api::start().await;
    let mut device = Device::new("dev-aaaa-0001", Body::Bare);
    let said = api.tokens(&device, 1, "picture").await;
    assert_eq!(said.answer.rounds(), 2);
    // What the device calls itself, and what its row is named by, is in no URL.
    let row = DeviceHash::of(&api.world.app, Dialect::MUser, &device.name);
    assert!(!said.answer.text.contains(&device.name) && !said.answer.text.contains(row.as_str()));
    let before = api.put_picture(&device, PNG).await;
    device.id = api.person_of(&device.name, Body::Bare).await.id;
    let after = api.put_picture(&device, PNG).await;
    for key in [&before, &after] {
        api.use_picture(&device, key, Place::Free).await.unwrap();
        assert_eq!(api.get(&format!("/media/{key}")).await.status, 302);
    }
    let stranger = api.person_of("dev-bbbb-0002", Body::Bare).await;
    let other = api.put_picture(&Device::new("dev-cccc-0003", Body::Bare), PNG).await;
    assert!(api.use_picture(&stranger, &other, Place::Free).await.is_err());
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_many_keys_are_given() {
    let api = Api::start().await;
    api.next_window(86_400);
    let user = api.person_of("dev-aaaa-0001", Body::Bare).await;
    for num in [9; 22] {
        api.tokens(&user, num, "picture").await.ok();
    }
    // What would go beyond it is not given, not even in part, and does not count.
    api.tokens(&user, 3, "picture").await.fails(429, 729, "too many requests");
    api.tokens(&user, 2, "picture").await.ok();
    api.tokens(&user, 1, "picture").await.fails(429, 729, "too many requests");

    let device = |number: u32| Device::new(&format!("dev-bbbb-{number:04}"), Body::Bare);
    for num in [9, 9, 9, 3] {
        api.tokens(&device(1), num, "audio").await.ok();
    }
    api.tokens(&device(1), 1, "audio").await.fails(429, 729, "too many requests");
    for number in 2..=8 {
        api.tokens(&device(number), 9, "audio").await.ok();
    }
    api.tokens(&device(9), 8, "audio").await.fails(429, 729, "too many requests");
    api.tokens(&device(9), 7, "audio").await.ok();
    api.tokens(&device(10), 1, "audio").await.fails(429, 729, "too many requests");
    // The address of a user does not count.
    let other = api.person_of("dev-aaaa-0002", Body::Bare).await;
    api.tokens(&other, 1, "audio").await.ok();
    api.advance(3_600);
    api.tokens(&device(10), 9, "audio").await.ok();
    api.tokens(&device(1), 1, "audio").await.fails(429, 729, "too many requests");
    api.next_window(86_400);
    api.tokens(&device(1), 9, "audio").await.ok();
    api.tokens(&user, 9, "audio").await.ok();
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_paid_for_is_shown_by_device_or_session() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let bob = api.person_of("dev-bbbb-0002", Body::Bare).await;
    let eve = api.person_of("dev-cccc-0003", Body::Bare).await;
    let key = api.put_picture(&ann, PNG).await;
    let post = PostId::new(&api.world.clock, &api.world.app.random);
    api.use_picture(&ann, &key, Place::Paid(&post)).await.unwrap();
    let text = |text: String| AttributeValue::S(text);
    let put = api.world.clients.dynamodb.put_item().table_name("SocialTable");
    put.item("pk", text(format!("USER#{}", bob.id))).item("sk", text(format!("BOUGHT#{post}"))).send().await.unwrap();

    for (who, shown) in [(&ann, true), (&bob, true), (&eve, false), (&Device::new("dev-dddd-0004", Body::Bare), false)]
    {
        let answer = api.file_as(who, key.as_str()).await;
        assert!(answer.rounds() <= 3, "{answer:?}");
        match shown {
            true => assert_eq!(answer.status, 302, "{}", who.name),
            false => answer.fails(404, "not found"),
        }
    }
    api.get(&format!("/media/{key}")).await.fails(404, "not found");
    api.file_as(&Device::new("?", Body::Bare), key.as_str()).await.fails(404, "not found");

    // A token that only reads files binds nobody to it. From the first other call on the device alone is nobody's.
    let token = api.m_post(&ann, "/m_user/login", Value::Null).await.answer.headers["x-session-token"].clone();
    assert_eq!(api.file_as(&ann.showing(&token), key.as_str()).await.status, 302);
    assert_eq!(api.file_as(&ann, key.as_str()).await.status, 302);
    api.file_as(&ann.showing("0"), key.as_str()).await.fails(404, "not found");
    api.m_get(&ann.showing(&token), "/m_user/im_token").await.ok();
    api.file_as(&ann, key.as_str()).await.fails(404, "not found");
    api.tokens(&ann, 1, "picture").await.forbidden();
    api.tokens(&ann.showing(&token), 1, "picture").await.ok();
    assert_eq!(api.file_as(&ann.showing(&token), key.as_str()).await.status, 302);
    // A free file does not ask.
    let free = api.put_picture(&bob, PNG).await;
    api.use_picture(&bob, &free, Place::Free).await.unwrap();
    let answer = api.file_as(&ann.showing("0"), free.as_str()).await;
    assert_eq!((answer.status, answer.rounds()), (302, 2));
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_of_a_profile_stays_until_another_takes_its_place() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let mut ann = Device::new(&format!("dev-{body:?}-0001"), body);
        let bob = api.person_of(&format!("dev-{body:?}-0002"), body).await;
        let (first, second) = (api.put_picture(&ann, PNG).await, api.put_picture(&ann, GIF).await);
        let his = api.put_picture(&bob, PNG).await;
        let page = api.put_picture(&ann, b"<html>").await;
        let register = |icon: &FileKey| json!({"gender": "female", "age": 24, "icon": icon.as_str()});
        for wrong in [&his, &page, &FileKey::new(&api.world.app.random)] {
            api.m_post(&ann, "/m_user/users", register(wrong)).await.wrong("icon");
        }
        api.m_post(&ann, "/m_user/login", Value::Null).await.fails(401, 1001, "user not registered");
        let user = api.m_post(&ann, "/m_user/users", register(&first)).await.ok();
        ann.id = user["id"].as_str().unwrap().to_owned();
        assert_eq!((&user["icon"], api.file(first.as_str()).await), (&json!(first.as_str()), Some(PNG.to_vec())));

        let change = async |change: Value| {
            api.asks_as(&ann, reqwest::Method::PATCH, &format!("/m_user/users/{}", ann.id), &change).await
        };
        change(json!({"icon": his.as_str()})).await.wrong("icon");
        change(json!({"icon": format!("{first}.x")})).await.wrong("icon");
        change(json!({"background": {"type": "video", "key": second.as_str()}})).await.wrong("background");
        // What stays is not looked at again.
        let renamed = change(json!({"nickname": "Other", "icon": first.as_str()})).await;
        assert_eq!((renamed.answer.rounds(), renamed.ok()["icon"].as_str()), (3, Some(first.as_str())));
        assert_eq!(change(json!({"icon": second.as_str()})).await.ok()["icon"], second.as_str());
        assert_eq!((api.file(first.as_str()).await, api.file(second.as_str()).await), (None, Some(GIF.to_vec())));
        // One file in two places is there until it is in neither.
        change(json!({"background": {"type": "picture", "key": second.as_str()}})).await.ok();
        assert_eq!(change(json!({"icon": null})).await.ok()["icon"], Value::Null);
        assert_eq!(api.file(second.as_str()).await, Some(GIF.to_vec()));
        change(json!({"background": null})).await.ok();
        assert_eq!(api.file(second.as_str()).await, None);
        assert!(api.objects().await.iter().all(|key| key.starts_with("pending/")));
    }
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_posts_are_shown_to_whom_the_post_is_and_go_with_it() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let bob = api.person_of("dev-bbbb-0002", Body::Bare).await;
    let (free, paid) = (api.put_picture(&ann, PNG).await, api.put_picture(&ann, GIF).await);
    let publish = async |keys: &[&FileKey], price: u32| {
        let keys: Vec<_> = keys.iter().map(|key| key.as_str()).collect();
        let post = json!({"post_type": "picture", "media": keys, "price": price});
        api.m_post(&ann, "/m_sns/posts", post).await
    };
    let id = |said: &Said| said.ok()["id"].as_str().unwrap().to_owned();
    let (first, second) = (id(&publish(&[&free], 0).await), id(&publish(&[&paid], 5).await));
    publish(&[&free, &paid], 0).await.wrong("media");
    for key in [&free, &paid] {
        publish(&[key], 5).await.wrong("media");
    }
    let again = id(&publish(&[&free], 0).await);

    // Who has not bought it is shown no key, and the key alone leads nowhere.
    assert_eq!(api.m_shown(&bob, &second).await.ok()["media"], json!([]));
    assert_eq!(api.file(paid.as_str()).await, None);
    let shown = api.m_shown(&ann, &second).await.ok()["media"][0]["key"].as_str().unwrap().to_owned();
    assert!(shown.starts_with(&format!("{paid}.")), "{shown}");
    assert_eq!(api.file(&shown).await, Some(GIF.to_vec()));
    assert_eq!(api.m_shown(&bob, &first).await.ok()["media"], json!([{"type": "picture", "key": free.as_str()}]));
    api.advance(90_000);
    assert_eq!(api.file(&shown).await, None);
    assert_eq!(api.file_as(&ann, paid.as_str()).await.status, 302);

    for (post, left) in [(&first, true), (&again, false)] {
        api.m_delete(&ann, &format!("/m_sns/posts/{post}"), Value::Null).await.done();
        assert_eq!(api.file(free.as_str()).await.is_some(), left);
    }
    api.m_delete(&ann, &format!("/m_sns/posts/{second}"), Value::Null).await.done();
    api.file_as(&ann, paid.as_str()).await.fails(404, "not found");
    // What was uploaded still waits, but its key is spent.
    publish(&[&paid], 0).await.wrong("media");
    publish(&[&free], 0).await.wrong("media");
    assert!(api.objects().await.iter().all(|key| key.starts_with("pending/")));
    api.world.shutdown().await;
}
