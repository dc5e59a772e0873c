//! Posts with files: whose they may be, what they cost, and what a person's page shows of them (`docs/dialects/m_user.md#purchases`,
//! `docs/dialects/m_user.md#homepage`).

use super::client::{Body, Device, Said};
use crate::{
    crowd::{number, text},
    world::{Api, NOBODY},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::{
    posts::{self, ShownPost},
    sessions::{self, AnyReader, Claim, Reader, devices::DeviceHash},
    uploads::FileKey,
    values::{Dialect, PostType, UserId},
    wallet::{self, Balance, Grant},
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const MP3: &[u8] = b"ID3\x04\0\0\0\0\0\0";
const MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2";

impl Device {
    fn claim(&self, api: &Api) -> Claim {
        Claim::of_device(Dialect::MUser, DeviceHash::of(&api.world.app, Dialect::MUser, &self.name))
    }

    fn uid(&self) -> UserId {
        UserId::try_from(self.id.clone()).unwrap()
    }
}

impl Api {
    /// Puts bytes where somebody's upload of a kind waits; its key.
    async fn m_uploaded(&self, who: &Device, kind: &str, bytes: &[u8]) -> String {
        let key = FileKey::new(&self.world.app.random);
        let object = format!("pending/files/{}/{kind}/{key}", who.id);
        self.world.app.storage.put(&object, bytes.to_vec(), "text/html").await.unwrap();
        key.to_string()
    }

    /// Publishes a file of a type for a price.
    async fn m_published(&self, who: &Device, kind: &str, price: u32) -> String {
        let bytes = if kind == "picture" { PNG } else { MP4 };
        let key = self.m_uploaded(who, kind, bytes).await;
        let post = json!({"post_type": kind, "media": [key], "price": price});
        self.m_post(who, "/m_sns/posts", post).await.ok()["id"].as_str().unwrap().to_owned()
    }

    async fn m_buy(&self, who: &Device, id: &str) -> Said {
        self.m_post(who, &format!("/m_sns/posts/{id}/purchases"), Value::Null).await
    }

    pub async fn m_grant(&self, who: &Device, coins: u64) {
        let id = shared::values::RequestId::try_from(self.world.app.random.hex::<8>()).unwrap();
        let grant = Grant::new(Some(coins), None, "test".into(), Some(id)).unwrap();
        wallet::grant(&self.world.app, &who.uid(), &grant).await.unwrap();
    }

    async fn m_held(&self, who: &Device) -> (i64, i64) {
        let Balance { coins, profit } = wallet::balance(&self.world.app, &who.claim(self)).await.unwrap();
        (coins, profit)
    }

    /// What somebody's page shows somebody: how many posts there are, and the newest.
    async fn m_shown_posts(&self, reader: &Device, author: &Device) -> (i64, Vec<ShownPost>) {
        let (app, author) = (&self.world.app, author.uid());
        let first = async |any: &AnyReader| posts::shown(&app.store, any, &author).await;
        let then = async |reader: &Reader, shown: posts::Shown| {
            let bought = posts::bought(&app.store, reader, &shown).await?;
            Ok((shown.count, shown.newest(app, reader, &bought)))
        };
        sessions::verify_in_two(app, &reader.claim(self), first, then).await.unwrap().1
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_a_post_are_its_authors_and_of_its_type() {
    let api = Api::start().await;
    let (ann, bob) = (api.person_of("ann-0001", Body::Bare).await, api.person_of("bob-0001", Body::Envelope).await);
    let (one, other) = (api.m_uploaded(&ann, "picture", PNG).await, api.m_uploaded(&ann, "picture", PNG).await);
    let (film, sound) = (api.m_uploaded(&ann, "video", MP4).await, api.m_uploaded(&ann, "audio", MP3).await);
    let text = api.m_uploaded(&ann, "picture", b"<html>").await;
    let create = async |who: &Device, kind: &str, media: Value| {
        api.m_post(who, "/m_sns/posts", json!({"post_type": kind, "media": media})).await
    };
    for (who, kind, media) in [
        (&bob, "picture", json!([one])),
        (&ann, "picture", json!([one, film])),
        (&ann, "video", json!([one])),
        (&ann, "audio", json!([film])),
        (&ann, "picture", json!([text])),
        (&ann, "picture", json!([one, FileKey::new(&api.world.app.random)])),
    ] {
        create(who, kind, media).await.wrong("media");
    }
    assert_eq!(api.rows(api.social()).await.len(), 0);
    let live = async || api.objects().await.into_iter().filter(|key| !key.starts_with("pending/")).count();
    assert_eq!(live().await, 0);
    let made = create(&ann, "picture", json!([one, {"key": other, "duration": "3"}])).await;
    assert_eq!(made.answer.rounds(), 4);
    let id = made.ok()["id"].as_str().unwrap().to_owned();
    let media = json!([{"type": "picture", "key": one}, {"type": "picture", "key": other, "duration": 3}]);
    assert_eq!(api.m_shown(&bob, &id).await.ok()["media"], media);
    // Two places may have a free picture, but none of another type.
    let again = create(&ann, "picture", json!([one])).await.ok()["id"].as_str().unwrap().to_owned();
    create(&ann, "video", json!([one])).await.wrong("media");
    let paid = json!({"post_type": "picture", "media": [one], "price": 1});
    api.m_post(&ann, "/m_sns/posts", paid).await.wrong("media");
    // A form says it as JSON text.
    for (kind, key) in [("video", &film), ("audio", &sound)] {
        let media = json!([{"key": key, "duration": 7}]).to_string();
        let request = api.http.post(api.url("/m_sns/posts")).header("x-device-id", &ann.name);
        let request = request.form(&[("post_type", kind), ("media", &media)]);
        let id = api.m_send(&ann, request, &Value::Null).await.ok()["id"].as_str().unwrap().to_owned();
        let media = json!([{"type": kind, "key": key, "duration": 7}]);
        assert_eq!(api.m_shown(&ann, &id).await.ok()["media"], media);
    }
    // A file goes with the last post that has it.
    for (id, left) in [(&id, 3), (&again, 2)] {
        api.m_delete(&ann, &format!("/m_sns/posts/{id}"), Value::Null).await.done();
        assert_eq!(live().await, left);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_is_bought_once_and_seen_by_whoever_has_bought_it() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let ann = api.person_of(&format!("ann-{body:?}"), body).await;
        let bob = api.person_of(&format!("bob-{body:?}"), body).await;
        let (id, free) = (api.m_published(&ann, "picture", 7).await, api.m_published(&ann, "picture", 0).await);
        let shown = async |who: &Device| {
            let post = api.m_shown(who, &id).await.ok();
            assert_eq!(post["price"], 7);
            (post["is_bought"].as_bool().unwrap(), post["media"].clone())
        };
        assert_eq!(shown(&bob).await, (false, json!([])));
        assert_eq!(api.m_get(&bob, "/m_sns/posts").await.ok()["items"][1]["media"], json!([]));
        api.m_buy(&bob, &id).await.fails(402, 5001, "not enough coins");
        api.m_grant(&bob, 10).await;
        // What costs nothing, or is one's own, is there already.
        for (who, id) in [(&bob, &free), (&ann, &id), (&ann, &free)] {
            api.m_buy(who, id).await.done();
        }
        for unknown in [NOBODY, "7"] {
            api.m_buy(&bob, unknown).await.not_found();
        }
        for (owner, other) in [(&ann, &bob), (&bob, &ann)] {
            api.set_block(owner, other, true).await;
            api.m_buy(&bob, &id).await.forbidden();
            api.set_block(owner, other, false).await;
        }
        let stranger = Device::new(&format!("nobody-{body:?}"), body);
        for id in [&id, &free, NOBODY] {
            api.m_buy(&stranger, id).await.fails(401, 1001, "user not registered");
        }
        assert_eq!((api.m_held(&bob).await, api.m_held(&ann).await), ((10, 0), (0, 0)));
        let said = api.m_buy(&bob, &id).await;
        said.done();
        assert_eq!(said.answer.rounds(), 2);
        // Again: with too few coins left, and with enough.
        api.m_buy(&bob, &id).await.done();
        api.m_grant(&bob, 10).await;
        api.m_buy(&bob, &id).await.done();
        assert_eq!((api.m_held(&bob).await, api.m_held(&ann).await), ((13, 0), (0, 7)));
        let (bought, media) = shown(&bob).await;
        let name = media[0]["key"].as_str().unwrap().to_owned();
        let (key, ticket) = name.split_once('.').unwrap();
        assert_eq!((bought, key.len(), ticket.len()), (true, 36, 64));
        let (own, media) = shown(&ann).await;
        assert!(
            own && media[0]["key"].as_str().unwrap().starts_with(key) && media[0]["key"] != name.as_str(),
            "{media}"
        );
        // It is lost with the post.
        api.m_delete(&ann, &format!("/m_sns/posts/{id}"), Value::Null).await.done();
        api.m_shown(&bob, &id).await.not_found();
        api.m_buy(&bob, &id).await.not_found();
        api.m_delete(&ann, &format!("/m_sns/posts/{free}"), Value::Null).await.done();
    }
    api.books().await.are_true();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_many_buy_at_once_is_paid_for_once_by_each() {
    let api = Api::start().await;
    let ann = api.person_of("ann-0001", Body::Bare).await;
    let (bob, cat) = (api.person_of("bob-0001", Body::Bare).await, api.person_of("cat-0001", Body::Bare).await);
    let (one, other) = (api.m_published(&ann, "video", 6).await, api.m_published(&ann, "video", 6).await);
    api.m_grant(&bob, 11).await;
    api.m_grant(&cat, 20).await;
    // One of the two is all that Bob can pay for, and Cat has both.
    let calls = [(&bob, &one), (&cat, &one), (&bob, &other), (&cat, &other)];
    let said = join_all(calls.iter().cycle().take(16).map(|(who, id)| api.m_buy(who, id))).await;
    let is_bought = async |who: &Device, id: &str| api.m_shown(who, id).await.ok()["is_bought"] == true;
    let of_bob = [is_bought(&bob, &one).await, is_bought(&bob, &other).await];
    for (nth, said) in said.iter().enumerate() {
        match nth % 4 {
            1 | 3 => said.done(),
            at if of_bob[at / 2] => said.done(),
            _ => said.fails(402, 5001, "not enough coins"),
        }
    }
    assert!(of_bob[0] != of_bob[1], "{of_bob:?}");
    assert!(is_bought(&cat, &one).await && is_bought(&cat, &other).await);
    let held = [api.m_held(&ann).await, api.m_held(&bob).await, api.m_held(&cat).await];
    assert_eq!(held, [(0, 18), (5, 0), (8, 0)]);
    // Whoever buys while it is deleted has paid for it or not, and has it no more.
    api.m_grant(&bob, 1).await;
    let missing = if of_bob[0] { &other } else { &one };
    let path = format!("/m_sns/posts/{missing}");
    let (bought, deleted) = tokio::join!(api.m_buy(&bob, missing), api.m_delete(&ann, &path, Value::Null));
    deleted.done();
    assert!([200, 404].contains(&bought.answer.status), "{bought:?}");
    let paid = bought.answer.status == 200;
    assert_eq!(api.m_held(&bob).await.0, if paid { 0 } else { 6 });
    api.books().await.are_true();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_shows_the_newest_five_that_can_be_looked_at() {
    let api = Api::start().await;
    let (ann, bob) = (api.person_of("ann-0001", Body::Bare).await, api.person_of("bob-0001", Body::Bare).await);
    assert_eq!(api.m_shown_posts(&bob, &ann).await.0, 0);
    let mut pictures = Vec::new();
    for _ in 0..6 {
        pictures.insert(0, api.m_published(&ann, "picture", 0).await);
    }
    for nth in 0..3 {
        api.m_said(&ann, &nth.to_string()).await;
    }
    let film = api.m_published(&ann, "video", 5).await;
    let ids = |shown: &[ShownPost]| shown.iter().map(|post| post.id.to_string()).collect::<Vec<_>>();
    let (count, shown) = api.m_shown_posts(&bob, &ann).await;
    assert_eq!((count, ids(&shown)), (10, pictures[..5].to_vec()));
    assert!(shown.iter().all(|post| post.kind == PostType::Picture && post.media.len() == 1));
    api.m_grant(&bob, 5).await;
    api.m_buy(&bob, &film).await.done();
    let with_film = [std::slice::from_ref(&film), &pictures[..4]].concat();
    for reader in [&bob, &ann] {
        let (count, shown) = api.m_shown_posts(reader, &ann).await;
        assert_eq!((count, ids(&shown)), (10, with_film.clone()));
        assert!(shown[0].kind == PostType::Video && shown[0].media[0].name.contains('.'), "{shown:?}");
    }
    for id in &pictures[..3] {
        api.m_delete(&ann, &format!("/m_sns/posts/{id}"), Value::Null).await.done();
    }
    let (count, shown) = api.m_shown_posts(&bob, &ann).await;
    assert_eq!((count, ids(&shown)), (7, [std::slice::from_ref(&film), &pictures[3..]].concat()));
    // Twenty are read: what has to be bought may hide the rest.
    for _ in 0..20 {
        api.m_published(&ann, "video", 1).await;
    }
    assert_eq!(api.m_shown_posts(&bob, &ann).await.1.len(), 0);
    assert_eq!(api.m_shown_posts(&ann, &ann).await.1.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_deletion_leaves_that_is_cut_short_goes_with_the_next() {
    let api = Api::start().await;
    let ann = api.person_of("ann-0001", Body::Bare).await;
    let (one, other) = (api.m_published(&ann, "picture", 0).await, api.m_published(&ann, "video", 3).await);
    let left = async || {
        let files = api.objects().await.into_iter().filter(|key| !key.starts_with("pending/")).count();
        let mut types: Vec<_> =
            // What is left to expire keeps a key from being used again.
            api.rows(api.social()).await.iter().filter(|row| !row.contains_key("expires_at")).map(|row| row["type"].as_s().unwrap().clone()).collect();
        types.sort();
        types.dedup();
        (files, types)
    };
    // More comments than one call deletes.
    let comment = |nth: usize| {
        let (millis, id) = (1_700_000_000_000 + nth, format!("{nth:024x}"));
        let row = [
            ("pk", format!("POST#{one}")),
            ("sk", format!("COMMENT#{millis}#{id}")),
            ("type", "comment".into()),
            ("id", id),
            ("author", ann.id.clone()),
            ("content", "hi".into()),
        ];
        let row = row.into_iter().map(|(name, value)| (name.to_owned(), text(value)));
        row.chain([("millis".to_owned(), number(i64::try_from(millis).unwrap()))]).collect()
    };
    api.write(api.social(), (0..1_001).map(comment).collect()).await;
    api.world.faults.strike("DeleteObjects", 3, &local::Fault::Internal);
    api.m_delete(&ann, &format!("/m_sns/posts/{one}"), Value::Null).await.done();
    api.m_shown(&ann, &one).await.not_found();
    let (files, types) = left().await;
    assert_eq!(files, 2);
    assert!(types.contains(&"comment".to_owned()) && types.contains(&"deleted_post".to_owned()), "{types:?}");
    // The next takes its own along, and all that is left of the first.
    api.m_delete(&ann, &format!("/m_sns/posts/{other}"), Value::Null).await.done();
    assert_eq!(left().await, (0, vec!["post_total".to_owned()]));
}
