//! What may be used, and what becomes of it.

use super::{GIF, MP3, PNG, claim, device, pictures, post, uid, unusable};
use crate::world::Api;
use local::Fault;
use shared::{
    Error,
    limits::keyed_hash,
    storage::Access,
    uploads::{self, FileKey, Kind, Owner, Place, Wanted},
};

/// The bytes and the type of a file that everybody may see.
async fn seen(api: &Api, key: &FileKey) -> (Vec<u8>, String) {
    let url = uploads::url(&api.world.app, key.as_str(), None, Access::Read).await.unwrap();
    let file = api.http.get(url).send().await.unwrap();
    let content_type = file.headers()["content-type"].to_str().unwrap().to_owned();
    (file.bytes().await.unwrap().to_vec(), content_type)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_used_stays_what_it_was() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let key = api.pending(&ann.id, "picture", PNG).await;
    assert!(matches!(uploads::url(&api.world.app, key.as_str(), None, Access::Read).await, Err(Error::NoSuchMedia)));
    api.uses_free(&ann, &key).await.unwrap();
    assert_eq!(seen(&api, &key).await, (PNG.to_vec(), "image/png".to_owned()));
    let objects = api.live_objects().await;
    assert!(objects.len() == 1 && objects[0].starts_with(&format!("media/files/{}/{key}/", ann.id)), "{objects:?}");

    // What is uploaded from now on under the same key changes nothing, also when the key is used again.
    api.replace(&ann.id, "picture", &key, b"<script>").await;
    api.uses_free(&ann, &key).await.unwrap();
    api.uses(&ann, &pictures(&[&key, &key]), Place::Free).await.unwrap();
    assert_eq!(
        (seen(&api, &key).await.0, api.row(&key).await, api.live_objects().await),
        (PNG.to_vec(), Some(4), objects)
    );

    for left in [3, 2, 1] {
        api.releases(&key).await;
        assert_eq!((api.row(&key).await, seen(&api, &key).await.0), (Some(left), PNG.to_vec()));
    }
    api.releases(&key).await;
    assert_eq!((api.row(&key).await, api.live_objects().await), (None, Vec::new()));
    // The key is spent, whatever is uploaded under it now.
    api.replace(&ann.id, "picture", &key, GIF).await;
    assert_eq!(unusable(api.uses_free(&ann, &key).await), 0);
    assert_eq!(unusable(api.uses_paid(&ann, &key, &post(&api)).await), 0);
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_of_the_kind_or_somebody_elses_is_not_used() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let bob = api.person("13800000002", "Bob", "male").await;
    let good = api.pending(&ann.id, "picture", PNG).await;
    let as_audio = Wanted { key: api.pending(&ann.id, "audio", MP3).await, kind: Kind::Audio };
    let refused = [
        ("nothing was uploaded", FileKey::new(&api.world.app.random)),
        ("empty", api.pending(&ann.id, "picture", b"").await),
        ("a page", api.pending(&ann.id, "picture", b"<html><script>alert(1)</script>").await),
        ("a sound", api.pending(&ann.id, "picture", MP3).await),
        ("a picture that was to be a sound", api.pending(&ann.id, "audio", PNG).await),
        ("a sound under the key of a sound", as_audio.key.clone()),
        ("somebody else's", api.pending(&bob.id, "picture", PNG).await),
        ("a device's", api.pending("0123456789abcdef0123456789abcdef", "picture", PNG).await),
        ("too large", api.pending(&ann.id, "picture", &[PNG, &vec![0; (10 << 20) + 1 - PNG.len()]].concat()).await),
    ];
    for (what, key) in &refused {
        assert_eq!(unusable(api.uses(&ann, &pictures(&[&good, key]), Place::Free).await), 1, "{what}");
    }
    assert_eq!(api.live_objects().await, Vec::<String>::new());
    assert!(api.rows("SocialTable").await.is_empty());
    let largest = api.pending(&ann.id, "picture", &[PNG, &vec![0; (10 << 20) - PNG.len()]].concat()).await;
    api.uses(&ann, &pictures(&[&largest, &good]), Place::Free).await.unwrap();
    api.uses(&ann, &[as_audio], Place::Free).await.unwrap();

    // What is in use is its owner's all the same, and stays of its kind.
    assert_eq!(unusable(api.uses_free(&bob, &good).await), 0);
    let other_kind = [Wanted { key: good.clone(), kind: Kind::Video }];
    assert_eq!(unusable(api.uses(&ann, &other_kind, Place::Free).await), 0);
    let both_kinds = [pictures(&[&good]), other_kind.to_vec()].concat();
    assert_eq!(unusable(api.uses(&ann, &both_kinds, Place::Free).await), 1);
    api.world.shutdown().await;
}

#[test]
fn a_file_is_as_large_as_its_kind_may_be() {
    let config = shared::Config::local(shared::config::Secret::new(b"0123456789abcdef0123456789abcdef"));
    for (kind, bytes, megabytes) in [
        (Kind::Picture, PNG, 10),
        (Kind::Audio, MP3, 20),
        (Kind::Video, &b"\0\0\0\x18ftypisom\0\0\0\0\0\0\0\0"[..], 200),
    ] {
        let largest = config.upload_limit(kind);
        assert_eq!(largest, megabytes << 20);
        assert!(uploads::accepted(kind, bytes, largest, largest).is_some(), "{kind:?}");
        assert!(uploads::accepted(kind, bytes, largest + 1, largest).is_none(), "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_may_use_what_it_asked_for_before_it_had_a_person() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let (hers, his) = (device(&api, "device-of-ann"), device(&api, "device-of-bob"));
    let hash =
        shared::sessions::devices::DeviceHash::of(&api.world.app, shared::values::Dialect::MUser, "device-of-ann");
    let folder = keyed_hash(&api.world.app.config.hash_key, "upload-folder", hash.as_str());
    let key = api.pending(&folder, "picture", PNG).await;
    let (uid, session) = (uid(&ann), claim(&ann));
    let prepare = async |claim| {
        let owner = Owner::new(&api.world.app, &uid, claim);
        uploads::prepare(&api.world.app, &owner, &pictures(&[&key]), Place::Free).await
    };
    assert_eq!(unusable(prepare(&his).await), 0);
    assert_eq!(unusable(prepare(&session).await), 0);
    let prepared = prepare(&hers).await.unwrap();
    api.world.app.store.transact(prepared.writes().unwrap()).await.unwrap();
    assert_eq!(seen(&api, &key).await.0, PNG);
    assert!(api.live_objects().await[0].starts_with(&format!("media/files/{}/", ann.id)));
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_paid_for_has_its_files_alone() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let (free, paid) = (api.pending(&ann.id, "picture", PNG).await, api.pending(&ann.id, "picture", GIF).await);
    let (first, second) = (post(&api), post(&api));
    api.uses_free(&ann, &free).await.unwrap();
    api.uses_paid(&ann, &paid, &first).await.unwrap();
    assert_eq!(unusable(api.uses_paid(&ann, &free, &first).await), 0);
    assert_eq!(unusable(api.uses_free(&ann, &paid).await), 0);
    for post in [&first, &second] {
        assert_eq!(unusable(api.uses_paid(&ann, &paid, post).await), 0);
    }
    assert_eq!(api.live_objects().await.len(), 2);
    // Once it is used nowhere it may be used nowhere.
    api.releases(&paid).await;
    assert_eq!(unusable(api.uses_free(&ann, &paid).await), 0);
    assert_eq!(unusable(api.uses_paid(&ann, &paid, &second).await), 0);
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_the_place_of_another_takes_it_away() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let (before, after) = (api.pending(&ann.id, "picture", PNG).await, api.pending(&ann.id, "picture", GIF).await);
    api.uses_free(&ann, &before).await.unwrap();
    let (uid, claim) = (uid(&ann), claim(&ann));
    let owner = Owner::new(&api.world.app, &uid, &claim);
    let replace = async |wanted: &FileKey, replaced: &FileKey| {
        let (wanted, replaced) = (pictures(&[wanted]), pictures(&[replaced]));
        let prepared = uploads::exchange(&api.world.app, &owner, &replaced, &wanted, Place::Free).await.unwrap();
        let (writes, released) = (prepared.writes().unwrap(), prepared.released());
        let parts = writes.len();
        if parts > 0 {
            api.world.app.store.transact(writes).await.unwrap();
        }
        uploads::sweep(&api.world.app, &released).await;
        parts
    };
    assert_eq!(replace(&before, &before).await, 0, "the same file again changes nothing");
    assert_eq!(api.row(&before).await, Some(1));
    assert_eq!(replace(&after, &before).await, 2);
    assert_eq!((api.row(&before).await, api.row(&after).await), (None, Some(1)));
    assert_eq!(api.live_objects().await.len(), 1);
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_on_the_way_is_taken_away_or_continued() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let (one, two) = (api.pending(&ann.id, "picture", PNG).await, api.pending(&ann.id, "picture", GIF).await);
    // One of two copies fails: the other goes.
    api.world.faults.strike("CopyObject", 1, &Fault::Refused { status: 403, code: "AccessDenied" });
    let failed = api.uses(&ann, &pictures(&[&one, &two]), Place::Free).await;
    assert!(failed.is_err() && api.live_objects().await.is_empty(), "{failed:?}");
    api.uses_free(&ann, &one).await.unwrap();

    // The last use goes, and the bucket does not answer: the file is shown to nobody, and the next sweep takes it.
    api.world.faults.strike("DeleteObjects", 3, &Fault::Internal);
    api.releases(&one).await;
    assert_eq!((api.row(&one).await, api.live_objects().await.len()), (Some(0), 1));
    let shown = uploads::url(&api.world.app, one.as_str(), None, Access::Read).await;
    assert!(matches!(shown, Err(Error::NoSuchMedia)));
    assert_eq!(unusable(api.uses_free(&ann, &one).await), 0, "it is being deleted");
    for _ in 0..2 {
        uploads::sweep(&api.world.app, std::slice::from_ref(&one)).await;
        assert_eq!((api.row(&one).await, api.live_objects().await), (None, Vec::new()));
    }
    api.world.shutdown().await;
}
