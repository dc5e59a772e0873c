//! What is left of somebody who is erased.

use super::full::{ALL, BYTES, Full, OTHER_PHONE, PASSWORD, PHONE, TRACE};
use crate::{crowd::Item, world::Api};
use shared::{
    Error, accounts,
    config::Table,
    values::{Address, Dialect, Password},
};

pub fn address() -> Address {
    Address::new("127.0.0.1")
}

pub fn password(text: &str) -> Password {
    Password::new(text, 1..=128).unwrap()
}

/// What is stored anywhere.
pub async fn stored(api: &Api) -> Vec<String> {
    let mut found = Vec::new();
    for table in Table::ALL {
        let rows = api.rows(api.world.app.config.tables.name(table)).await;
        found.extend(rows.iter().map(|row| shown(table, row)));
    }
    found
}

fn shown(table: Table, row: &Item) -> String {
    let key = |name: &str| row[name].as_s().unwrap().clone();
    let mut rest: Vec<_> = row.iter().filter(|(name, _)| !["pk", "sk"].contains(&name.as_str())).collect();
    rest.sort_by_key(|(name, _)| *name);
    format!("{}: {}/{} {rest:?}", table.logical_id(), key("pk"), key("sk")).to_lowercase()
}

/// What may name somebody by their id when they are gone, and for how long; nothing of it says more about them. It is what
/// `docs/dialects/lightup.md#what-stays` lists.
fn may_stay(row: &str, id: &str) -> bool {
    let own = |sort: &str| row.contains(&format!("user#{id}/{sort}"));
    let theirs = |table: &str, sort: &str| row.starts_with(table) && row.contains(&format!("/{sort}"));
    // Marks without content that refuse what is still on its way.
    (row.contains("erased") && (own("received") || own("balance#") || own("inbox")))
        // Rows of others.
        || theirs("lightstable", "pair#")
        || theirs("lightstable", "seen#")
        || theirs("lightstable", "day#")
        || theirs("friendstable", &format!("friend#{id}"))
        || theirs("friendstable", &format!("block#{id}"))
        || theirs("groupstable", &format!("member#{id}"))
        // What others have been told and what they have reported.
        || (theirs("chattable", "q#") && !own("q#"))
        || (row.starts_with("socialtable: report#") && row.contains("spam"))
}

/// That nothing of somebody is left but what may stay.
pub async fn is_gone(api: &Api, who: &Full) {
    let (id, phone) = (who.person.id.as_str(), who.person.phone.as_str());
    let rows = stored(api).await;
    let named: Vec<_> = rows.iter().filter(|row| row.contains(id) && !may_stay(row, id)).collect();
    assert!(named.is_empty(), "{named:#?}");
    // A message is whose it was sent to.
    let own = rows.iter().filter(|row| !row.contains("/q#"));
    let traced: Vec<_> = own.filter(|row| row.contains(TRACE) || row.contains(phone) || row.contains("anna")).collect();
    assert!(traced.is_empty(), "{traced:#?}");
    let objects = api.objects().await;
    for key in &objects {
        assert!(!key.contains(id) && !key.contains(TRACE), "{key}");
        let bytes = api.world.clients.s3.get_object().bucket("media").key(key).send().await.unwrap();
        let bytes = bytes.body.collect().await.unwrap().into_bytes();
        let of_bob = key.contains("files/");
        assert!(of_bob || !bytes.windows(BYTES.len()).any(|window| window == BYTES), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_of_somebody_who_has_used_everything() {
    let api = Api::start().await;
    let (ann, bob) = (api.everywhere(PHONE, "Anna").await, api.everywhere(OTHER_PHONE, "Bob").await);
    api.use_everything(&ann, &bob).await;
    let before = stored(&api).await;
    let kinds = before.iter().filter(|row| row.contains(&ann.person.id)).count();
    assert!(kinds > 100, "{kinds}");

    let app = &api.world.app;
    let claim = ann.claim(&api, Dialect::SealTalk);
    let wrong = accounts::erase_own(app, &address(), &claim, Some(&password("wrong-one"))).await;
    assert!(matches!(wrong, Err(Error::WrongPassword)), "{wrong:?}");
    accounts::erase_own(app, &address(), &claim, Some(&password(PASSWORD))).await.unwrap();
    is_gone(&api, &ann).await;
    for dialect in ALL {
        let again = accounts::erase_own(app, &address(), &ann.claim(&api, dialect), None).await;
        assert!(matches!(again, Err(Error::SignedOut)), "{dialect:?}: {again:?}");
    }
    // The other has what is theirs, and can go as well.
    assert!(accounts::erase_own(app, &address(), &bob.claim(&api, Dialect::MUser), None).await.is_err());
    accounts::erase_own(app, &address(), &bob.claim(&api, Dialect::MUser), Some(&password(PASSWORD))).await.unwrap();
    is_gone(&api, &bob).await;
}
