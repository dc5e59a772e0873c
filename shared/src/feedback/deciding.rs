//! How operators work through reports (`docs/operations.md#feedback-and-reports`): the open ones a page at a time, one of them, and the
//! decision about it. Operators have no session: who runs this has the rights to the tables.

use crate::{
    app::App,
    error::Error,
    feedback::{Evidence, rows::reports as rows},
    store::Transacted,
    values::{FreeText, Unfit, UserId},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A report with its decision is kept for so many seconds after it: 90 days.
pub const KEPT_DECIDED: i64 = 90 * 86_400;

/// So many reports a page has at most.
pub const MOST: usize = 100;

/// What a report is called: `<13 digits of milliseconds>-<16 hex digits>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct ReportId {
    pub(super) millis: i64,
    pub(super) id: String,
}

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:013}-{}", self.millis, self.id)
    }
}

impl From<ReportId> for String {
    fn from(id: ReportId) -> Self {
        id.to_string()
    }
}

impl FromStr for ReportId {
    type Err = Unfit;

    fn from_str(text: &str) -> Result<Self, Unfit> {
        let (millis, id) = text.split_once('-').ok_or(Unfit::Form)?;
        let digits = millis.len() == 13 && millis.bytes().all(|byte| byte.is_ascii_digit());
        let hex = id.len() == 16 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let millis = millis.parse().ok().filter(|_| digits && hex).ok_or(Unfit::Form)?;
        Ok(Self { millis, id: id.to_owned() })
    }
}

/// What operators have done about what was reported. That it is recorded does not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing: the report has no ground.
    Dismissed,
    /// Whoever is answerable was warned.
    Warned,
    /// What was reported was removed.
    Removed,
    /// Whoever is answerable was erased.
    Erased,
    /// It was handed on, to an authority say.
    Referred,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Dismissed, Self::Warned, Self::Removed, Self::Erased, Self::Referred];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dismissed => "dismissed",
            Self::Warned => "warned",
            Self::Removed => "removed",
            Self::Erased => "erased",
            Self::Referred => "referred",
        }
    }
}

impl FromStr for Verdict {
    type Err = Unfit;

    fn from_str(text: &str) -> Result<Self, Unfit> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text).ok_or(Unfit::Form)
    }
}

/// A decision about a report: what was done, why, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What was done.
    pub verdict: Verdict,
    /// Why.
    pub reason: FreeText,
    /// Who has decided: a name that operators know.
    pub operator: FreeText,
}

impl Decision {
    /// A decision with a reason of 1 to 500 characters, by somebody with a name of 1 to 64.
    ///
    /// # Errors
    /// Another length; a text that cannot be read.
    pub fn new(verdict: Verdict, reason: &str, operator: &str) -> Result<Self, Unfit> {
        let (reason, operator) = (FreeText::new(reason, 1..=500)?, FreeText::new(operator, 1..=64)?);
        Ok(Self { verdict, reason, operator })
    }
}

/// A decision as it is recorded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided {
    /// What was decided.
    #[serde(flatten)]
    pub decision: Decision,
    /// When, in milliseconds.
    pub at: i64,
}

/// A report as operators read it.
#[derive(Clone, Debug, Serialize)]
pub struct Filed {
    /// What it is called.
    pub id: ReportId,
    /// When it was made, in milliseconds.
    pub written_at: i64,
    /// Who has made it.
    pub user: UserId,
    /// In which API; unset in reports that were made before this was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// What is reported, in a word: `user`, `media`, `room`, `post`, `comment` or `group`.
    pub about: String,
    /// Its id; of media and rooms that of their owner.
    pub target: String,
    /// Why.
    pub reason: FreeText,
    /// What was said, in the words of whoever reports it. Nothing proves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quoted: Option<FreeText>,
    /// What was shown when it was reported.
    pub evidence: Evidence,
    /// Until when it is kept, in seconds.
    pub expires_at: i64,
    /// What was decided; `None`: it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decided>,
}

/// A page of the open reports, the oldest first, and behind which report the next begins; `None`: that is all. Two rounds, whatever there
/// is. A page may have fewer than `limit` reports, of which there are [`MOST`] at most, because some have expired.
///
/// # Errors
/// Faults.
pub async fn open(app: &App, after: Option<&ReportId>, limit: usize) -> Result<(Vec<Filed>, Option<ReportId>), Error> {
    rows::open(&app.store, after, limit.clamp(1, MOST), app.clock.seconds()).await
}

/// A report, open or not. One round.
///
/// # Errors
/// [`Error::NoSuchReport`], also for one that has expired or whose writer was erased; faults.
pub async fn one(app: &App, id: &ReportId) -> Result<Filed, Error> {
    rows::one(&app.store, id, app.clock.seconds()).await?.ok_or(Error::NoSuchReport)
}

/// Records a decision about a report, once: it is open no more, and is kept for [`KEPT_DECIDED`] seconds from then on. The same decision
/// again changes nothing. Two rounds.
///
/// # Errors
/// [`Error::NoSuchReport`] as of [`one`]; [`Error::DecidedAlready`] where another decision was recorded; faults.
pub async fn decide(app: &App, id: &ReportId, decision: &Decision) -> Result<(), Error> {
    let before = match rows::decide(&app.store, id, decision, app.clock.now()).await? {
        Transacted::Done => return Ok(()),
        Transacted::Refused { item, .. } => rows::decided(item)?,
    };
    match before {
        Some(before) if before.decision == *decision => Ok(()),
        Some(_) => Err(Error::DecidedAlready),
        None => Err(Error::NoSuchReport),
    }
}
