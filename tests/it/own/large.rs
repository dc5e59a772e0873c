//! Exports of many files and of large ones.

use super::{
    exporting::{archive, export},
    full::PHONE,
};
use crate::world::Api;
use futures_util::future::join_all;
use local::Fault;
use shared::Error;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_much_for_one_archive_is_in_the_next_or_has_a_url_of_its_own() {
    let api = Api::start().await;
    let ann = api.everywhere(PHONE, "Anna").await;
    let folder = format!("images/{}", ann.person.id);
    let put = async |name: String, bytes: Vec<u8>| {
        api.world.app.storage.put(&format!("{folder}/{name}"), bytes, "image/png").await.unwrap();
    };
    join_all((0..305).map(|nth| put(format!("{nth:016x}/a.png"), vec![1; 10]))).await;
    let pattern: Vec<u8> = (0..13 << 20).map(|nth: u32| (nth % 251) as u8).collect();
    put("00000000000000aa/several-parts.png".into(), pattern.clone()).await;
    put("00000000000000ab/large.png".into(), vec![2; (25 << 20) + 1]).await;

    let first = export(&api, &ann, None).await.unwrap();
    let next = first.next.as_deref().expect("more");
    let second = export(&api, &ann, Some(next)).await.unwrap();
    assert_eq!((second.next, second.urls.len()), (None, 1));
    let (one, two) = (archive(&api, &first.urls[0]).await, archive(&api, &second.urls[0]).await);
    let names = |files: &super::exporting::Archive| -> BTreeSet<String> {
        files.keys().filter(|name| name.starts_with("files/")).cloned().collect()
    };
    let all: BTreeSet<String> = names(&one).union(&names(&two)).cloned().collect();
    assert!(names(&one).is_disjoint(&names(&two)));
    assert_eq!(all.len(), 306, "the large one is in neither");
    assert!(one.contains_key("person.json") && !two.contains_key("person.json"));
    let several = format!("files/{folder}/00000000000000aa/several-parts.png");
    assert!(one.get(&several).or(two.get(&several)) == Some(&pattern));
    let large = api.http.get(&first.urls[1]).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(large.len(), (25 << 20) + 1);

    // A part that cannot be sent leaves nothing, and is not counted.
    let before = api.objects().await;
    api.world.faults.strike("UploadPart", 3, &Fault::Internal);
    let failed = export(&api, &ann, None).await;
    assert!(matches!(failed, Err(Error::Unavailable)), "{failed:?}");
    api.world.faults.clear();
    assert_eq!(api.objects().await, before);
    let uploads = api.world.clients.s3.list_multipart_uploads().bucket("media").send().await;
    assert!(uploads.is_err() || uploads.unwrap().uploads().is_empty());
}
