//! Names under their grams, and where the pages of a search begin.

use crate::{
    error::Error,
    grams::Hit,
    sessions::Reader,
    store::{
        Item, Store, Write, item,
        keys::{self, Key, Table},
        side_by_side, text, value,
    },
    values::{FoldedName, UserId},
};
use serde::{Deserialize, Serialize};

/// What has names that are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// People, by their usernames.
    People,
    /// Groups.
    Groups,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Groups => "groups",
        }
    }
}

/// So many rows are deleted side by side.
const WIDTH: usize = 16;

/// The attribute that repeats the name, to look for a text in it.
const NAME: &str = "name";

fn keys_of(kind: Kind, id: &str, name: &FoldedName) -> Vec<Key> {
    name.grams().into_iter().map(|gram| keys::gram(kind.as_str(), gram, name, id)).collect()
}

/// Parts of the transaction that gives somebody or something another name, or its first, or takes it away: at most 78, none where
/// searches see no difference. Another part has to hold that the name is still `before`: nobody else changes it in between.
pub(crate) fn changed(kind: Kind, id: &str, before: Option<&str>, after: Option<&str>) -> Vec<Write> {
    let [before, after] = [before, after].map(|name| name.map(FoldedName::of).unwrap_or_default());
    if before == after {
        return Vec::new();
    }
    let row = Item::from([("type".to_owned(), text("gram")), (NAME.to_owned(), text(after.as_str()))]);
    let gone = keys_of(kind, id, &before).into_iter().map(|key| Write::delete(key, None));
    let new = keys_of(kind, id, &after).into_iter().map(|key| Write::put(key, row.clone(), None));
    gone.chain(new).collect()
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In the order of names, then of ids.
    pub(super) hits: Vec<Hit>,
    /// Behind what the search goes on. `None`: there is no more.
    pub(super) rest: Option<String>,
}

impl Hit {
    /// The place behind which those come that follow it.
    pub(super) fn place(&self) -> String {
        place(&self.name, &self.id)
    }
}

/// The place of a name.
pub(super) fn place(name: &FoldedName, id: &str) -> String {
    keys::named(name, id)
}

/// Of the next `limit` names under a gram, behind a place, those that hold a text. Eventually consistent.
pub(super) async fn under(
    store: &Store,
    kind: Kind,
    gram: &str,
    sought: &FoldedName,
    after: Option<&str>,
    limit: usize,
) -> Result<Found, Error> {
    let partition = keys::gram_partition(kind.as_str(), gram);
    let (items, rest) = store.query_holding(Table::Chat, &partition, after, limit, (NAME, sought.as_str())).await?;
    let hits = items.iter().map(|item| Ok(hit(&keys::of(Table::Chat, item)?))).collect::<Result<Vec<_>, Error>>()?;
    Ok(Found { hits: hits.into_iter().flatten().collect(), rest })
}

fn hit(key: &Key) -> Option<Hit> {
    let (name, id) = keys::name_and_id(&key.sk)?;
    Some(Hit { name: FoldedName::of(name), id: id.to_owned() })
}

/// `USER#<uid>`/`SEARCH#<kind>#<hash>#<page>`: where a page begins.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Begin {
    pub(super) page: usize,
    /// The place behind which it begins.
    pub(super) after: String,
}

/// The same with its end.
#[derive(Serialize, Deserialize)]
struct Remembered {
    #[serde(flatten)]
    begin: Begin,
    expires_at: i64,
}

/// Where the last two pages up to this one begin whose beginning is known, the later one first. One round.
pub(super) async fn known(
    store: &Store,
    reader: &Reader,
    kind: Kind,
    hash: &str,
    page: usize,
    now: i64,
) -> Result<Vec<Begin>, Error> {
    let prefix = keys::searches(kind.as_str(), hash);
    let behind = keys::search_page(page + 1);
    let items = store.query_before(Table::Chat, &keys::partition(reader.uid()), &prefix, &behind, 2).await?;
    let known: Vec<Remembered> = items.into_iter().map(value).collect::<Result<_, _>>()?;
    Ok(known.into_iter().filter(|known| now < known.expires_at).map(|known| known.begin).collect())
}

/// Remembers where a page begins.
pub(super) async fn remember(
    store: &Store,
    reader: &Reader,
    kind: Kind,
    hash: &str,
    begin: Begin,
    expires_at: i64,
) -> Result<(), Error> {
    let key = keys::search(reader.uid(), kind.as_str(), hash, begin.page);
    store.put(&key, item("search", &Remembered { begin, expires_at })?, None).await.map(drop)
}

/// Forgets where a page begins.
pub(super) async fn forget(store: &Store, reader: &Reader, kind: Kind, hash: &str, page: usize) -> Result<(), Error> {
    store.delete(keys::search(reader.uid(), kind.as_str(), hash, page)).await
}

/// Takes the name of a user who is being erased out of what is found, and forgets where the pages begin that they have looked at. Nobody
/// gives them another name by then. Can be repeated.
pub(crate) async fn erase(store: &Store, uid: &UserId, name: Option<&str>) -> Result<(), Error> {
    let rows = store.query(Table::Chat, &keys::partition(uid), keys::SEARCHES, false, None).await?;
    let searches = rows.iter().map(|row| keys::of(Table::Chat, row)).collect::<Result<Vec<_>, _>>()?;
    let names = name.map(|name| keys_of(Kind::People, uid.as_str(), &FoldedName::of(name))).unwrap_or_default();
    side_by_side(WIDTH, searches.into_iter().chain(names).map(|key| store.delete(key)).collect()).await
}
