//! Which names hold a text, from a place on, at a bounded cost.
//!
//! Of the pairs of a text, the one that the fewest names hold is the best to look under, and nobody counts them. So the first names
//! under some of them are read side by side. All pairs have their names in one order, and every match is under each pair. So
//! the pair that has come farthest is the rarest of them here, and has shown all matches up to where it has come. The rest is looked
//! for under that one.

use crate::{
    error::Error,
    grams::{
        Hit,
        rows::{self, Found, Kind},
    },
    store::Store,
    values::FoldedName,
};
use futures_util::future::try_join_all;

/// Under so many pairs of a text it is looked at first.
const PROBES: usize = 4;

/// So many names are read under each of them.
const FIRST: usize = 200;

/// So many names are read then under the one that is left, so often.
const NEXT: usize = 1_000;
const TIMES: usize = 2;

/// The next `wanted` names behind a place that hold a text, or as many as are among the first that it looks at. One round where few names hold a
/// pair of the text.
pub(super) async fn find(
    store: &Store,
    kind: Kind,
    text: &FoldedName,
    after: Option<String>,
    wanted: usize,
) -> Result<Found, Error> {
    let grams: Vec<&str> = text.widest_grams().into_iter().collect();
    let is_gram = grams.first() == Some(&text.as_str());
    // Where the text is a gram, each name under it holds it.
    let first = if is_gram { wanted } else { FIRST };
    let probes = spread(&grams).into_iter().map(|gram| {
        let found = rows::under(store, kind, gram, text, after.as_deref(), first);
        async move { Ok::<_, Error>((gram, found.await?)) }
    });
    // Having come to the end is farthest of all.
    let farthest =
        try_join_all(probes).await?.into_iter().max_by_key(|(_, found)| (found.rest.is_none(), found.rest.clone()));
    let Some((gram, Found { mut hits, mut rest })) = farthest else { return Ok(Found::default()) };
    for _ in 0..TIMES {
        let Some(after) = rest.clone().filter(|_| hits.len() < wanted) else { break };
        let limit = if is_gram { wanted - hits.len() } else { NEXT };
        let more = rows::under(store, kind, gram, text, Some(&after), limit).await?;
        hits.extend(more.hits);
        rest = more.rest;
    }
    if hits.len() > wanted {
        hits.truncate(wanted);
        rest = hits.last().map(Hit::place);
    }
    Ok(Found { hits, rest })
}

/// At most [`PROBES`] of them, from all over the text.
fn spread<'a>(grams: &[&'a str]) -> Vec<&'a str> {
    let step = grams.len().div_ceil(PROBES).max(1);
    grams.iter().step_by(step).copied().collect()
}
