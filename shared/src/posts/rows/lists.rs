//! `USER#<uid>`/`POSTS`, `POST#` and `SHOWN#`: the posts of a person. The index `feed`: everybody's, by the day in UTC.

use crate::{
    error::Error,
    paging::{At, Place},
    posts::rows::{Name, Row},
    sessions::{AnyReader, Reader},
    store::{
        self, Store, Update, fault,
        keys::{self, Table},
        number, text, value,
    },
    time::utc_day,
    values::{PostId, UserId},
};
use futures_util::future::try_join_all;
use serde::Deserialize;
use std::collections::HashSet;

/// So many days the feed goes back from the day of its snapshot, which is one of them.
const DAYS: i64 = 32;

const DAY: i64 = 86_400_000;

/// Where a post stands in the feed, with all that a reader needs to ask for it.
pub(super) fn feed_at(row: &Row) -> String {
    format!("{}#{}", row.moment(), row.author)
}

impl Name {
    /// What a list calls a post.
    pub(in crate::posts) fn of(row: &Row) -> Self {
        Self { id: row.id.clone(), author: row.author.clone(), millis: row.millis }
    }

    /// The place of the post in its list.
    pub(in crate::posts) fn at(&self) -> At {
        At { millis: self.millis, id: self.id.to_string() }
    }

    /// The post that stands there.
    fn of_moment(moment: &str, author: UserId) -> Option<Self> {
        let (millis, id) = moment.split_once('#')?;
        Some(Self { id: PostId::try_from(id.to_owned()).ok()?, author, millis: millis.parse().ok()? })
    }

    /// The post that a row of the index names.
    fn of_feed(row: &store::Item) -> Option<Self> {
        let (moment, author) = row.get("feed_at")?.as_s().ok()?.rsplit_once('#')?;
        Self::of_moment(moment, UserId::try_from(author.to_owned()).ok()?)
    }
}

/// The posts of the feed from a place on, newest first: some that were deleted a moment ago may be among them, and some that
/// are new not yet. One round, if the newest two days have enough; else two.
pub(in crate::posts) async fn feed(
    store: &Store,
    _: &AnyReader,
    place: &Place,
    most: usize,
) -> Result<Vec<Name>, Error> {
    let begin = place.millis();
    let oldest = place.snapshot.div_euclid(DAY) - DAYS + 1;
    let mut days: Vec<i64> = (oldest..=begin.div_euclid(DAY)).rev().collect();
    let older = days.split_off(days.len().min(2));
    let mut names = feed_of(store, &days, place, most).await?;
    if names.len() < most {
        names.extend(feed_of(store, &older, place, most - names.len()).await?);
    }
    Ok(names)
}

/// The posts of some days, asked for side by side.
async fn feed_of(store: &Store, days: &[i64], place: &Place, most: usize) -> Result<Vec<Name>, Error> {
    let bound = place.bound();
    let found = try_join_all(days.iter().map(|day| feed_of_day(store, utc_day(day * DAY), &bound, most))).await?;
    Ok(found.into_iter().flatten().take(most).collect())
}

async fn feed_of_day(store: &Store, day: String, bound: &str, most: usize) -> Result<Vec<Name>, Error> {
    let answer = store
        .client
        .query()
        .table_name(store.table(Table::Social))
        .index_name("feed")
        .key_condition_expression("feed_day = :day AND feed_at < :bound")
        .expression_attribute_values(":day", text(day))
        .expression_attribute_values(":bound", text(bound))
        .scan_index_forward(false)
        .limit(i32::try_from(most).unwrap_or(i32::MAX))
        .send()
        .await
        .map_err(fault)?;
    Ok(answer.items.unwrap_or_default().iter().filter_map(Name::of_feed).collect())
}

/// The posts of a person from a place on, newest first. One round.
pub(in crate::posts) async fn of_person(
    store: &Store,
    _: &AnyReader,
    author: &UserId,
    place: &Place,
    most: usize,
) -> Result<Vec<Name>, Error> {
    let partition = keys::partition(author);
    let items = store.query_before(Table::Social, &partition, keys::POSTS, &place.bound(), most).await?;
    let name = |item: &store::Item| {
        let key = keys::of(Table::Social, item).ok()?;
        Name::of_moment(key.sk.strip_prefix(keys::POSTS)?, author.clone())
    };
    Ok(items.iter().filter_map(name).collect())
}

/// Counts a post more or less of a person.
pub(super) fn count_posts(author: &UserId, change: i64) -> Update {
    Update::of(keys::posts_of(author)).set("type", text("post_total")).add("posts", number(change))
}

#[derive(Default, Deserialize)]
struct Total {
    posts: i64,
}

/// How many posts a person has, and the newest of them that are there to be looked at. One round.
pub(in crate::posts) async fn shown(
    store: &Store,
    _: &AnyReader,
    author: &UserId,
    most: i32,
) -> Result<(i64, Vec<Row>), Error> {
    let partition = keys::partition(author);
    let shown = store.query(Table::Social, &partition, keys::SHOWN, true, Some(most));
    let (total, shown) = futures_util::try_join!(store.get_as::<Total>(keys::posts_of(author)), shown)?;
    Ok((total.unwrap_or_default().posts, shown.into_iter().map(value).collect::<Result<_, _>>()?))
}

/// Which of these posts the reader has bought. One round; none for no posts.
pub(in crate::posts) async fn bought<'a>(
    store: &Store,
    reader: &Reader,
    posts: impl Iterator<Item = &'a PostId>,
) -> Result<HashSet<PostId>, Error> {
    let posts: Vec<_> = posts.collect();
    let keys: Vec<_> = posts.iter().map(|id| keys::bought(id, reader.uid())).collect();
    let mut found = store.get_many(&keys).await?;
    let sold = posts.into_iter().zip(&keys).filter(|(_, key)| found.take(key).is_some());
    Ok(sold.map(|(id, _)| id.clone()).collect())
}
