//! Who is shown a file (`docs/dialects/m_user.md#media-urls`).

use super::{GIF, PNG, claim, device, post, uid};
use crate::world::Api;
use aws_sdk_dynamodb::types::AttributeValue;
use local::Fault;
use shared::{
    Error,
    sessions::Claim,
    storage::Access,
    uploads::{self, ticket},
};

async fn is_shown(api: &Api, name: &str, claim: Option<&Claim>) -> bool {
    match uploads::url(&api.world.app, name, claim, Access::Read).await {
        Ok(_) => true,
        Err(Error::NoSuchMedia) => false,
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_file_is_everybodys_while_its_owner_is_there() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let key = api.pending(&ann.id, "picture", PNG).await;
    let path = format!("/media/{key}");
    api.get(&path).await.fails(404, "not found");
    api.uses_free(&ann, &key).await.unwrap();
    let redirect = api.get(&path).await;
    assert_eq!((redirect.status, redirect.text.as_str(), redirect.rounds()), (302, "", 2));
    assert_eq!(redirect.headers["cache-control"], "private, max-age=300");
    let picture = api.http.get(&redirect.headers["location"]).send().await.unwrap();
    assert_eq!((picture.status().as_u16(), picture.headers()["content-type"].to_str().unwrap()), (200, "image/png"));
    assert_eq!(picture.bytes().await.unwrap(), PNG);
    let head = api.http.head(api.url(&path)).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["cache-control"].to_str().unwrap()), (302, "no-store"));
    let described = api.http.head(head.headers()["location"].to_str().unwrap()).send().await.unwrap();
    assert_eq!((described.status().as_u16(), described.headers()["content-length"].to_str().unwrap()), (200, "33"));
    // Who is nobody sees it too, and a ticket that is not needed does no harm.
    assert!(is_shown(&api, key.as_str(), Some(&device(&api, "device-of-nobody"))).await);
    assert!(is_shown(&api, &ticket(&api.world.app, &uid(&ann), &post(&api), &key), None).await);
    let upper = key.as_str().to_uppercase();
    for wrong in [upper.as_str(), &format!("{key}."), &format!("{key}.png"), &format!("{key}.{}", "0".repeat(63)), "x"]
    {
        api.get(&format!("/media/{wrong}")).await.fails(404, "not found");
    }
    api.world.faults.strike("GetItem", 3, &Fault::Internal);
    api.get(&path).await.fails(500, "server error");

    api.amend(&format!("USER#{}", ann.id), "PROFILE", &[("state", Some(AttributeValue::S("erasing".into())))]).await;
    api.get(&path).await.fails(404, "not found");
    assert_eq!(api.http.head(api.url(&path)).send().await.unwrap().status(), 404);
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_paid_for_is_its_authors_and_its_buyers() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let bob = api.person("13800000002", "Bob", "male").await;
    let eve = api.person("13800000003", "Eve", "female").await;
    let key = api.pending(&ann.id, "picture", PNG).await;
    let post = post(&api);
    api.uses_paid(&ann, &key, &post).await.unwrap();
    api.bought(&bob, &post).await;
    api.get(&format!("/media/{key}")).await.fails(404, "not found");
    let stranger = device(&api, "device-of-nobody");
    let over = Claim::new(shared::values::Dialect::LightUp, uid(&bob), "0123456789abcdef");
    for (who, claim, shown) in [
        ("the author", &claim(&ann), true),
        ("a buyer", &claim(&bob), true),
        ("somebody else", &claim(&eve), false),
        ("nobody", &stranger, false),
        ("a session that is over", &over, false),
    ] {
        assert_eq!(is_shown(&api, key.as_str(), Some(claim)).await, shown, "{who}");
    }
    let by_ticket = api.get(&format!("/media/{}", ticket(&api.world.app, &uid(&bob), &post, &key))).await;
    assert_eq!((by_ticket.status, by_ticket.rounds()), (302, 2));
    // With the post it goes for everybody.
    api.releases(&key).await;
    assert!(!is_shown(&api, &ticket(&api.world.app, &uid(&bob), &post, &key), Some(&claim(&ann))).await);
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_good_for_one_key_and_a_day() {
    let api = Api::start().await;
    let ann = api.person("13800000001", "Ann", "female").await;
    let (key, other) = (api.pending(&ann.id, "picture", PNG).await, api.pending(&ann.id, "picture", GIF).await);
    let post = post(&api);
    for key in [&key, &other] {
        api.uses_paid(&ann, key, &post).await.unwrap();
    }
    // The same text for an hour, so that a client keeps what it has loaded.
    api.next_window(3_600);
    let made = |viewer: &str| ticket(&api.world.app, &viewer.to_owned().try_into().unwrap(), &post, &key);
    let name = made(&ann.id);
    assert_eq!((name.len(), name.split_once('.').unwrap().0), (101, key.as_str()));
    assert!(!name.contains(&ann.id), "it names nobody");
    let elsewhere = ticket(&api.world.app, &uid(&ann), &crate::uploads::post(&api), &key);
    assert!(!is_shown(&api, &elsewhere, None).await, "of another post");
    api.advance(3_000);
    assert_eq!(made(&ann.id), name);
    assert!(is_shown(&api, &name, None).await);

    let (_, text) = name.split_once('.').unwrap();
    let (viewer, rest) = text.split_at(24);
    let (until, hash) = rest.split_at(8);
    let later = format!("{:08x}", i64::from_str_radix(until, 16).unwrap() + 86_400);
    let turned = format!("{}{}", if hash.starts_with('0') { '1' } else { '0' }, &hash[1..]);
    for (what, forged) in [
        ("another key", format!("{other}.{text}")),
        ("another viewer", format!("{key}.{}{until}{hash}", crate::world::NOBODY)),
        ("another time", format!("{key}.{viewer}{later}{hash}")),
        ("another hash", format!("{key}.{viewer}{until}{turned}")),
        ("upper case", format!("{key}.{}", text.to_uppercase())),
        ("two of them", format!("{name}.{text}")),
        ("no ticket", format!("{key}")),
    ] {
        assert!(!is_shown(&api, &forged, None).await, "{what}");
    }
    api.advance(3_600);
    assert_ne!(made(&ann.id), name);
    api.advance(86_400 - 3_000 - 3_600 - 60);
    assert!(is_shown(&api, &name, None).await, "a minute before the day is over");
    api.advance(61);
    assert!(!is_shown(&api, &name, None).await);
    api.world.shutdown().await;
}
