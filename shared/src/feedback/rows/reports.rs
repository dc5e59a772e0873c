//! `OPEN_REPORTS`/`<ms>#<id>`: that nobody has decided about a report; and `decision` in the report itself. The row that is open and the
//! decision take each other's place in one transaction.

use crate::{
    error::Error,
    feedback::{
        Evidence,
        deciding::{Decided, Decision, Filed, KEPT_DECIDED, ReportId},
    },
    store::{
        Condition, Item, Part, Store, Transacted, Update, Write,
        keys::{self, Key, Table},
        nested, number, value,
    },
    time,
    values::{FreeText, UserId},
};
use jiff::Timestamp;
use serde::Deserialize;

/// A report as it is stored.
#[derive(Deserialize)]
struct Row {
    user: UserId,
    api: Option<String>,
    about: String,
    target: String,
    reason: FreeText,
    quoted: Option<FreeText>,
    #[serde(default)]
    evidence: Evidence,
    written_at: i64,
    expires_at: i64,
    decision: Option<Decided>,
}

impl Row {
    fn filed(self, id: ReportId) -> Filed {
        let Self { user, api, about, target, reason, quoted, evidence, written_at, expires_at, decision } = self;
        Filed { id, written_at, user, api, about, target, reason, quoted, evidence, expires_at, decision }
    }

    /// Whether it counts at this second.
    fn counts(&self, now: i64) -> bool {
        now < self.expires_at
    }
}

impl ReportId {
    fn of_open(key: &Key) -> Option<Self> {
        let (millis, id) = key.sk.split_once('#')?;
        Some(Self { millis: millis.parse().ok()?, id: id.to_owned() })
    }

    /// The report; `None` for a time that there is not.
    fn key(&self) -> Option<Key> {
        let day = time::day(Timestamp::from_millisecond(self.millis).ok()?);
        Some(keys::report(&day, self.millis, &self.id))
    }

    fn open(&self) -> Key {
        keys::open_report(self.millis, &self.id)
    }
}

/// A page of the open ones. Two rounds.
pub(in crate::feedback) async fn open(
    store: &Store,
    after: Option<&ReportId>,
    limit: usize,
    now: i64,
) -> Result<(Vec<Filed>, Option<ReportId>), Error> {
    let after = after.map(|after| after.open().sk);
    let items = store.query_after(Table::Social, keys::OPEN_REPORTS, after.as_deref(), limit).await?;
    let opened = items.iter().map(|item| keys::of(Table::Social, item)).collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<ReportId> = opened.iter().filter_map(ReportId::of_open).collect();
    let keys: Vec<Key> = ids.iter().filter_map(ReportId::key).collect();
    let mut found = store.get_many(&keys).await?;
    let next = ids.last().filter(|_| items.len() == limit).cloned();
    let mut filed = Vec::new();
    for id in ids {
        let row = id.key().map(|key| found.take_as::<Row>(&key)).transpose()?.flatten();
        filed.extend(row.filter(|row| row.counts(now) && row.decision.is_none()).map(|row| row.filed(id)));
    }
    Ok((filed, next))
}

/// A report, open or not. One round.
pub(in crate::feedback) async fn one(store: &Store, id: &ReportId, now: i64) -> Result<Option<Filed>, Error> {
    let Some(key) = id.key() else { return Ok(None) };
    let row = store.get_as::<Row>(key).await?;
    Ok(row.filter(|row| row.counts(now)).map(|row| row.filed(id.clone())))
}

/// The write of the report.
const REPORT: Part = Part::named("report");

/// Records a decision about an open report. Refused: there is none, or something was decided.
pub(in crate::feedback) async fn decide(
    store: &Store,
    id: &ReportId,
    decision: &Decision,
    now: Timestamp,
) -> Result<Transacted, Error> {
    let Some(key) = id.key() else {
        return Ok(Transacted::Refused { part: REPORT, key: id.open(), item: Item::new() });
    };
    let found = store.get_as::<Row>(key.clone()).await?.filter(|row| row.counts(now.as_second()));
    let Some(found) = found else {
        return Ok(Transacted::Refused { part: REPORT, key, item: Item::new() });
    };
    let decided = Decided { decision: decision.clone(), at: now.as_millisecond() };
    let until = number(now.as_second() + KEPT_DECIDED);
    let open = Condition::Present("pk").and(Condition::Absent("decision"));
    let report = Update::of(key).set("decision", nested(&decided)?).set("expires_at", until.clone()).when(open);
    // Its writer's erasure finds the report by this row, so the row lives as long.
    let own = keys::own_report(&found.user, id.millis, &id.id);
    let own = Update::of(own).set("expires_at", until).when(Condition::Present("pk"));
    store.transact(vec![Write::from(report).named(REPORT), own.into(), Write::delete(id.open(), None)]).await
}

/// What was decided about a report that has refused a decision.
pub(in crate::feedback) fn decided(item: Item) -> Result<Option<Decided>, Error> {
    if item.is_empty() {
        return Ok(None);
    }
    Ok(value::<Row>(item)?.decision)
}
