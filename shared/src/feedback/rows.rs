//! `FEEDBACK#<day>`/`<ms>#<id>` and `REPORT#<day>`/`<ms>#<id>`: what was written to operators; `USER#<uid>`/`FEEDBACK#<ms>#<id>` and
//! `USER#<uid>`/`REPORT#<ms>#<id>`: that the user has written it, by which an erasure finds it. How operators read reports and decide
//! about them is in [`reports`].

pub(super) mod reports;

use crate::{
    error::Error,
    feedback::{Evidence, KEPT, Report, evidence::Reported},
    sessions::Writer,
    store::{
        self, Condition, Part, Sheet, Store, Write, item,
        keys::{self, Key, Table},
    },
    time,
    values::{ClientApp, FreeText, UserId},
};
use jiff::Timestamp;
use serde::Serialize;

/// What is written, as a part of its transaction.
pub(super) const ENTRY: Part = Part::named("entry");

/// What is reported, as a part of the transaction.
pub(super) const TARGET: Part = Part::named("target");

/// What somebody writes to operators.
pub(super) enum Entry<'a> {
    Feedback(Feedback<'a>),
    Report(Told<'a>, Option<Key>),
}

#[derive(Serialize)]
pub(super) struct Feedback<'a> {
    user: &'a UserId,
    content: &'a FreeText,
    /// What the app has said about itself.
    app: &'a ClientApp,
}

#[derive(Serialize)]
pub(super) struct Told<'a> {
    user: &'a UserId,
    api: &'static str,
    about: &'static str,
    target: &'a str,
    reason: &'a FreeText,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted: Option<&'a FreeText>,
    evidence: &'a Evidence,
}

/// An entry, and until when it counts.
#[derive(Serialize)]
struct Kept<T> {
    #[serde(flatten)]
    entry: T,
    /// In milliseconds.
    written_at: i64,
    /// From this second on it is forgotten, whether the row is still there or not.
    expires_at: i64,
}

/// That the owner of the partition has written an entry, or that one is open.
#[derive(Serialize)]
struct Own {
    expires_at: i64,
}

/// Where an entry lies.
pub(super) struct Place {
    at: Timestamp,
    id: String,
}

impl Place {
    /// Now; nobody else has the id.
    pub(super) fn new(at: Timestamp, id: String) -> Self {
        Self { at, id }
    }
}

impl<'a> Entry<'a> {
    pub(super) fn feedback(user: &'a UserId, content: &'a FreeText, app: &'a ClientApp) -> Self {
        Self::Feedback(Feedback { user, content, app })
    }

    pub(super) fn report(writer: &'a Writer, report: &'a Report, reported: &'a Reported) -> Self {
        let told = Told {
            user: writer.uid(),
            api: writer.reader().dialect().as_str(),
            about: reported.about,
            target: &reported.target,
            reason: &report.reason,
            quoted: report.quoted.as_ref(),
            evidence: &reported.evidence,
        };
        Self::Report(told, reported.needs.clone())
    }

    /// What it is, in a word: the type of its row.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Feedback(_) => "feedback",
            Self::Report(..) => "report",
        }
    }

    /// The key of the row that operators read.
    pub(super) fn key(&self, place: &Place) -> Key {
        let (day, millis) = (time::day(place.at), place.at.as_millisecond());
        match self {
            Self::Feedback(_) => keys::feedback(&day, millis, &place.id),
            Self::Report(..) => keys::report(&day, millis, &place.id),
        }
    }

    /// The parts of the transaction: the entry, that its writer has written it, that nobody has decided about a report yet, and what has to be
    /// there for it.
    pub(super) fn writes(&self, writer: &Writer, place: &Place) -> Result<Vec<Write>, Error> {
        let (millis, expires_at) = (place.at.as_millisecond(), place.at.as_second() + KEPT);
        let written_at = millis;
        let (row, own, open, needs) = match self {
            Self::Feedback(entry) => {
                let row = item(self.kind(), &Kept { entry, written_at, expires_at })?;
                (row, keys::own_feedback(writer.uid(), millis, &place.id), None, None)
            }
            Self::Report(entry, needs) => {
                let row = item(self.kind(), &Kept { entry, written_at, expires_at })?;
                let open = keys::open_report(millis, &place.id);
                (row, keys::own_report(writer.uid(), millis, &place.id), Some(open), needs.clone())
            }
        };
        let mut writes = vec![
            Write::put(self.key(place), row, Some(Condition::Absent("pk"))).named(ENTRY),
            Write::put(own, item("own entry", &Own { expires_at })?, None),
        ];
        let open = open.map(|key| Ok::<_, Error>(Write::put(key, item("open report", &Own { expires_at })?, None)));
        writes.extend(open.transpose()?);
        writes.extend(needs.map(|key| Write::check(key, Condition::Present("pk")).named(TARGET)));
        Ok(writes)
    }
}

/// So many entries are deleted side by side.
const WIDTH: usize = 16;

/// Deletes everything that somebody has written, each entry before the row by which it is found.
pub(super) async fn erase(store: &Store, uid: &UserId) -> Result<(), Error> {
    for prefix in [keys::FEEDBACK, keys::REPORTS] {
        let own = store.query(Table::Social, &keys::partition(uid), prefix, false, None).await?;
        let deleted = own.into_iter().map(|item| async move {
            let own = keys::of(Table::Social, &item)?;
            if let Some(open) = keys::open_report_of_own(&own) {
                store.delete(open).await?;
            }
            if let Some(entry) = keys::entry_of_own_feedback(&own) {
                store.delete(entry).await?;
            }
            store.delete(own).await
        });
        store::side_by_side(WIDTH, deleted.collect()).await?;
    }
    Ok(())
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 2] = [
    Sheet::of("feedback", Table::Social, keys::FEEDBACK).instead(keys::entry_of_own_feedback).owned_by("user"),
    // What was shown of others, and what operators have decided, is not the person's.
    Sheet::of("reports", Table::Social, keys::REPORTS)
        .instead(keys::entry_of_own_feedback)
        .owned_by("user")
        .without(&["evidence", "decision"]),
];
