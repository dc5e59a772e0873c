//! `FEEDBACK#<day>`/`<ms>#<id>` and `REPORT#<day>`/`<ms>#<id>`: what was written to operators; `USER#<uid>`/`FEEDBACK#<ms>#<id>` and
//! `USER#<uid>`/`REPORT#<ms>#<id>`: that the user has written it, by which an erasure finds it; `USER#<uid>`/`REPORTED#<ms>#<id>`: that the
//! user is answerable for what a report is about, by which an erasure finds what the report shows of them. How operators read reports and
//! decide about them is in [`reports`].

pub(super) mod reports;

use crate::{
    error::Error,
    feedback::{Evidence, KEPT, Report, deciding::KEPT_DECIDED, evidence::Reported},
    person,
    sessions::Writer,
    store::{
        self, Condition, Part, Sheet, Store, Update, Write, item,
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

/// That the owner of the partition has written an entry or is answerable for what it is about, or that one is open.
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

    /// The parts of the transaction: the entry, and that its writer has written it; of a report also that nobody has decided about it yet,
    /// who is answerable, and what has to be there for it.
    pub(super) fn writes(&self, writer: &Writer, place: &Place) -> Result<Vec<Write>, Error> {
        let (millis, id, expires_at) = (place.at.as_millisecond(), &*place.id, place.at.as_second() + KEPT);
        let put =
            |key: Key, until| Ok::<_, Error>(Write::put(key, item("own entry", &Own { expires_at: until })?, None));
        let (row, more) = match self {
            Self::Feedback(entry) => {
                let own = put(keys::own_feedback(writer.uid(), millis, id), expires_at)?;
                (item(self.kind(), &Kept { entry, written_at: millis, expires_at })?, vec![own])
            }
            Self::Report(entry, needs) => {
                let own = put(keys::own_report(writer.uid(), millis, id), expires_at)?;
                let mut more = vec![own, put(keys::open_report(millis, id), expires_at)?];
                more.extend(needs.clone().map(|key| Write::check(key, Condition::Present("pk")).named(TARGET)));
                if let Some(whom) = &entry.evidence.whom {
                    // It lives as long as a report can that is decided at its last moment.
                    more.push(put(keys::reported(whom, millis, id), expires_at + KEPT_DECIDED)?);
                    // Of somebody who is being erased nothing new is kept. The writer's proof says so of themselves.
                    more.extend((whom != writer.uid()).then(|| person::still_there(whom)));
                }
                (item(self.kind(), &Kept { entry, written_at: millis, expires_at })?, more)
            }
        };
        let entry = Write::put(self.key(place), row, Some(Condition::Absent("pk"))).named(ENTRY);
        Ok([vec![entry], more].concat())
    }
}

/// So many entries are deleted side by side.
const WIDTH: usize = 16;

/// Deletes everything that somebody has written, and what reports show of them, each before the row by which it is found.
pub(super) async fn erase(store: &Store, uid: &UserId) -> Result<(), Error> {
    let reported = store.query(Table::Social, &keys::partition(uid), keys::REPORTED, false, None).await?;
    let hidden = reported.into_iter().map(|item| async move {
        let own = keys::of(Table::Social, &item)?;
        if let Some(report) = keys::report_of_reported(&own) {
            // One that is gone, or was deleted with its writer, shows nothing.
            store.update(Update::of(report).remove("evidence").when(Condition::Present("pk"))).await?;
        }
        store.delete(own).await
    });
    store::side_by_side(WIDTH, hidden.collect()).await?;
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
