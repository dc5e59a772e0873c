//! Working through what people have reported, as an operator does.

use clap::Args;
use serde::Serialize;
use shared::{
    App, Error,
    feedback::deciding::{self, Decision, Filed, ReportId, Verdict},
    values::Unfit,
};
use std::io::{self, Write};

/// Reports on one page.
const PAGE: usize = 20;

/// The options of reports.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// Prints the reports that nobody has decided about, the oldest first, 20 at a time, each as a JSON object, and ends. They are those of the server that
    /// runs on this machine at --port; with --deployed, of a deployed stack.
    #[arg(long, conflicts_with_all = OTHERS)]
    reports: bool,
    /// Begins behind this report.
    #[arg(long, value_name = "ID", value_parser = report, requires = "reports")]
    after: Option<ReportId>,
    /// Prints one report with what was decided about it, and ends.
    #[arg(long, value_name = "ID", value_parser = report, conflicts_with_all = OTHERS, conflicts_with = "reports")]
    report: Option<ReportId>,
    /// Records a decision about a report, and ends. The same decision again is recorded once, another is refused.
    #[arg(long, value_name = "ID", value_parser = report, requires_all = ["decision", "operator", "reason"], group = "reasoned",
        conflicts_with_all = OTHERS, conflicts_with_all = ["reports", "report"])]
    decide: Option<ReportId>,
    /// What was done: dismissed, warned, removed, erased or referred. Nothing of it is done by this.
    #[arg(long, value_name = "WORD", value_parser = verdict, requires = "decide")]
    decision: Option<Verdict>,
    /// Who decides, in 1 to 64 characters.
    #[arg(long, value_name = "NAME", requires = "decide")]
    operator: Option<String>,
}

/// What is asked for with none of these.
const OTHERS: [&str; 9] =
    ["data", "ephemeral", "template", "issue_receipt", "grant", "audit_account", "export", "erase", "demo"];

fn report(text: &str) -> Result<ReportId, &'static str> {
    text.parse().map_err(|_| "wanted 13 digits, - and 16 hex digits")
}

fn verdict(text: &str) -> Result<Verdict, &'static str> {
    text.parse().map_err(|_| "wanted dismissed, warned, removed, erased or referred")
}

/// What the options ask for.
#[derive(Debug)]
pub enum WantedReport {
    /// A page of the open ones, behind this one.
    Open(Option<ReportId>),
    /// One of them.
    One(ReportId),
    /// A decision about one.
    Decide(ReportId, Decision),
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum ReportFailure {
    /// The stack says so.
    #[error(transparent)]
    Product(#[from] Error),
    /// Nobody reads what is printed.
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl ReportArguments {
    /// What is asked for, with the reason that another group of options holds; `None`: nothing.
    ///
    /// # Errors
    /// What [`Decision::new`] refuses.
    pub fn wanted(&self, reason: Option<&str>) -> Result<Option<WantedReport>, Unfit> {
        if self.reports {
            return Ok(Some(WantedReport::Open(self.after.clone())));
        }
        if let Some(id) = &self.report {
            return Ok(Some(WantedReport::One(id.clone())));
        }
        let (Some(id), Some(verdict)) = (&self.decide, self.decision) else { return Ok(None) };
        let operator = self.operator.as_deref().unwrap_or_default();
        let decision = Decision::new(verdict, reason.unwrap_or_default(), operator)?;
        Ok(Some(WantedReport::Decide(id.clone(), decision)))
    }
}

/// A report as it is printed.
#[derive(Serialize)]
struct Printed<'a> {
    /// When it was made, in UTC.
    made: String,
    #[serde(flatten)]
    filed: &'a Filed,
}

impl WantedReport {
    /// Does it, and prints what there is to be read. JSON escapes whatever a terminal could take for a command.
    ///
    /// # Errors
    /// What the stack says; a closed pipe.
    pub async fn run(self, app: &App, out: &mut impl Write) -> Result<(), ReportFailure> {
        match self {
            Self::Open(after) => {
                let (filed, next) = deciding::open(app, after.as_ref(), PAGE).await?;
                filed.iter().try_for_each(|filed| print(filed, out))?;
                if filed.is_empty() && next.is_none() {
                    tracing::warn!("no report is open");
                }
                if let Some(next) = next {
                    tracing::warn!("there may be more: --reports --after {next}");
                }
            }
            Self::One(id) => print(&deciding::one(app, &id).await?, out)?,
            Self::Decide(id, decision) => deciding::decide(app, &id, &decision).await?,
        }
        Ok(())
    }
}

fn print(filed: &Filed, out: &mut impl Write) -> io::Result<()> {
    let made = jiff::Timestamp::from_millisecond(filed.written_at).unwrap_or_default().to_string();
    serde_json::to_writer_pretty(&mut *out, &Printed { made, filed })?;
    writeln!(out)
}
