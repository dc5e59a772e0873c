//! What an export has, and what it has not.

use super::{
    erasing::{address, password},
    full::{BYTES, Full, OTHER_PHONE, PASSWORD, PHONE, TRACE},
};
use crate::{crowd::Item, world::Api};
use serde_json::Value;
use shared::{
    Error, accounts,
    config::Table,
    exports::{self, Export},
    values::Dialect,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read},
};

/// The files of an archive.
pub type Archive = BTreeMap<String, Vec<u8>>;

/// An archive as whoever has its URL gets it.
pub async fn archive(api: &Api, url: &str) -> Archive {
    let answer = api.http.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.bytes().await.unwrap())).expect("a zip file");
    let mut files = Archive::new();
    for nth in 0..archive.len() {
        let mut file = archive.by_index(nth).unwrap();
        let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        assert!(files.insert(name.clone(), bytes).is_none(), "{name}");
    }
    files
}

/// What somebody is given.
pub async fn export(api: &Api, who: &Full, after: Option<&str>) -> Result<Export, Error> {
    let (claim, given) = (who.claim(api, Dialect::SealTalk), password(PASSWORD));
    accounts::export_own(&api.world.app, &address(), &claim, Some(&given), after).await
}

async fn two(api: &Api) -> (Full, Full) {
    let (ann, bob) = (api.everywhere(PHONE, "Anna").await, api.everywhere(OTHER_PHONE, "Bob").await);
    api.use_everything(&ann, &bob).await;
    (ann, bob)
}

fn sk(row: &Item) -> &str {
    row["sk"].as_s().unwrap()
}

/// Rows in a person's partition that they are given no copy of, and why.
const LEFT_OUT: [(Table, &str, &str); 17] = [
    (Table::Users, "WSTICKET#", "a secret that is good for a minute"),
    (Table::Users, "ADDRESS#", "a keyed hash of an address, in which nothing can be read"),
    (Table::Users, "REVIEWS#", "the name of a reviewer's account lets them in"),
    (Table::Friends, "VERSION", "how far the syncs of clients have come"),
    (Table::Friends, "BLOCKED_BY#", "who has blocked them, which nobody is shown"),
    (Table::Groups, "JUDGES#", "follows from the role in the group"),
    (Table::Social, "POSTS", "how many posts there are"),
    (Table::Social, "SHOWN#", "repeats posts"),
    (Table::Social, "REPORTED#", "who has reported them, which they are not told"),
    (Table::Social, "DELETED#", "keys of files of deleted posts that are about to go"),
    (Table::Chat, "INBOX", "how far the queue has come"),
    (Table::Chat, "SEARCH#", "a name of somebody else where a page of a search begins"),
    // What names them elsewhere.
    (Table::Users, "CLAIM", "that number and names are theirs, which are in the person"),
    (Table::Users, "OWNER", "whose a name of a file, a push token or a stream is"),
    (Table::Social, "FILE", "is in the list of files"),
    (Table::Wallet, "RECEIPT", "is in the ledger"),
    (Table::Chat, "CONN", "an open connection"),
];

fn is_left_out(table: Table, row: &Item) -> bool {
    LEFT_OUT.iter().any(|(left, prefix, _)| *left == table && sk(row).starts_with(prefix))
}

/// The words of a text that give the person away.
fn traces(text: &str) -> BTreeSet<String> {
    let beginning = format!("{TRACE}-");
    let words = text.match_indices(&beginning).map(|(at, _)| &text[at..]);
    words
        .map(|word| word.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_has_everything_of_a_person_and_nothing_of_others() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let Export { urls, next, .. } = export(&api, &ann, None).await.unwrap();
    assert_eq!((urls.len(), &next), (1, &None));
    assert!(urls[0].contains("X-Amz-Expires=900"), "{}", urls[0]);
    let files = archive(&api, &urls[0]).await;
    let lists: BTreeMap<&str, Vec<Value>> = files
        .iter()
        .filter_map(|(name, bytes)| Some((name.strip_suffix(".json")?, serde_json::from_slice(bytes).expect(name))))
        .collect();

    // Every row of theirs is in a list or is left out for a reason.
    let sheets = exports::sheets();
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut stored, mut others) = (String::new(), String::new());
    for table in Table::ALL {
        for row in api.rows(api.world.app.config.tables.name(table)).await {
            let shown = format!("{row:?}");
            let own = row["pk"].as_s().unwrap() == &format!("USER#{}", ann.person.id);
            // Of others' rows those of posts, comments and entries are theirs.
            let theirs = own || (table == Table::Social && shown.contains(&ann.person.id));
            if theirs { &mut stored } else { &mut others }.push_str(&shown);
            if own {
                let covering: Vec<_> = sheets.iter().filter(|sheet| sheet.covers(table, sk(&row))).collect();
                let password = table == Table::Users && sk(&row) == "CREDENTIAL";
                assert!(!covering.is_empty() || password || is_left_out(table, &row), "{table:?}: {shown}");
                covering.iter().for_each(|sheet| *counted.entry(sheet.name()).or_default() += 1);
            }
        }
    }
    for sheet in &sheets {
        let (listed, counted) = (lists[sheet.name()].len(), counted.get(sheet.name()).copied().unwrap_or_default());
        // The device's row is the device's, and may be another's by now.
        assert_eq!(listed, counted, "{}", sheet.name());
        let empty = ["group_invitations", "group_requests"].contains(&sheet.name());
        assert!(empty || counted > 0, "nothing of {} is looked at", sheet.name());
    }
    assert_eq!(lists["password"].len(), 1);

    // Every word of theirs is in it.
    let all: String = lists.values().flatten().map(Value::to_string).collect();
    let mut missing: Vec<_> = traces(&stored).difference(&traces(&all)).cloned().collect();
    // What the other has noted about them is the other's.
    missing.retain(|word| !["zqtrace-said"].contains(&word.as_str()));
    assert!(missing.is_empty(), "{missing:?}");
    assert!(all.contains(PHONE) && all.contains("Anna"));
    assert!(traces(&others).contains("zqtrace-message"), "messages are whose they were sent to");

    // Nothing that lets anybody in, and nothing that they are not shown.
    for secret in ["argon2", "\"hash\"", "push_token", "publish_key", "publishKey", "tokens"] {
        assert!(!all.contains(secret), "{secret}");
    }
    for row in api.rows("UsersTable").await.iter().filter(|row| sk(row).starts_with("SESSION#")) {
        assert!(!all.contains(sk(row).trim_start_matches("SESSION#")));
    }
    assert!(!all.contains(OTHER_PHONE), "numbers of others are theirs");
    let eve = api
        .rows("FriendsTable")
        .await
        .into_iter()
        .find(|row| sk(row).starts_with("BLOCKED_BY#") && row["pk"].as_s().unwrap().contains(&ann.person.id));
    assert!(!all.contains(sk(&eve.unwrap()).trim_start_matches("BLOCKED_BY#")));
    assert!(!lists["purchases"].is_empty() && !all.contains(&bob.member.token));

    // And every file, byte by byte.
    let mut own = 0;
    for key in api.objects().await.iter().filter(|key| key.contains(&ann.person.id) && !key.starts_with("exports/")) {
        let object = api.world.clients.s3.get_object().bucket("media").key(key).send().await.unwrap();
        let bytes = object.body.collect().await.unwrap().into_bytes();
        assert!(files.get(&format!("files/{key}")).is_some_and(|file| *file == bytes), "{key}");
        assert!(lists["files"].iter().any(|file| file["name"] == format!("files/{key}")), "{key}");
        own += usize::from(bytes.windows(BYTES.len()).any(|window| window == BYTES));
    }
    assert_eq!(files.keys().filter(|name| name.starts_with("files/")).count(), lists["files"].len());
    assert!(own >= 12, "{own}");

    // An archive goes with its owner.
    accounts::erase_own(&api.world.app, &address(), &ann.claim(&api, Dialect::Chat), Some(&password(PASSWORD)))
        .await
        .unwrap();
    assert_eq!(api.http.get(&urls[0]).send().await.unwrap().status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_for_whoever_proves_to_be_that_person_and_five_times_a_day() {
    let api = Api::start().await;
    let (ann, bob) = (api.everywhere(PHONE, "Anna").await, api.everywhere(OTHER_PHONE, "Bob").await);
    let app = &api.world.app;
    let claim = ann.claim(&api, Dialect::Chat);
    for wrong in [None, Some(password("wrong-one"))] {
        let refused = accounts::export_own(app, &address(), &claim, wrong.as_ref(), None).await;
        assert!(matches!(refused, Err(Error::WrongPassword)), "{refused:?}");
    }
    // Two at once are two archives, each of which is whole.
    let (one, other) = tokio::join!(export(&api, &ann, None), export(&api, &ann, None));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one.urls, other.urls);
    assert_eq!(archive(&api, &one.urls[0]).await.keys().count(), archive(&api, &other.urls[0]).await.keys().count());
    // Where to go on is one's own.
    let theirs = format!("media/{}/x", bob.person.id);
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    for text in ["", "x", "%", &URL_SAFE_NO_PAD.encode("media/"), &URL_SAFE_NO_PAD.encode(theirs)] {
        let refused = export(&api, &ann, Some(text)).await;
        assert!(matches!(refused, Err(Error::Unusable(_))), "{text}: {refused:?}");
    }
    // Nothing that was refused counts.
    for _ in 0..3 {
        export(&api, &ann, None).await.unwrap();
    }
    let sixth = export(&api, &ann, None).await;
    assert!(matches!(sixth, Err(Error::TooManyRequests { .. })), "{sixth:?}");
    export(&api, &bob, None).await.unwrap();
    api.next_window(86_400);
    export(&api, &ann, None).await.unwrap();
    // Whoever guesses is stopped like at a sign-in.
    let mut last = Err(Error::WrongPassword);
    for _ in 0..11 {
        last = accounts::erase_own(app, &address(), &claim, Some(&password("wrong-one"))).await;
    }
    assert!(matches!(last, Err(Error::TooManyRequests { .. })), "{last:?}");
}
