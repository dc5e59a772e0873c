//! Working through what people have reported, as an operator does. JSON escapes whatever a terminal could take for a command.

use super::{Failure, OfStack};
use clap::Args;
use serde::Serialize;
use shared::{
    App,
    config::Table,
    feedback::deciding::{self, Decision, Filed, ReportId, Verdict},
};
use std::io::{self, Write};

/// Reports on one page.
const PAGE: usize = 20;

/// The options of a list of reports.
#[derive(Args, Debug)]
pub struct ReportsArguments {
    /// Begins behind this report.
    #[arg(long, value_name = "ID", value_parser = report)]
    after: Option<ReportId>,
}

/// The options of one report.
#[derive(Args, Debug)]
pub struct ReportArguments {
    /// Which.
    #[arg(value_parser = report)]
    id: ReportId,
}

/// The options of a decision.
#[derive(Args, Debug)]
pub struct DecideArguments {
    /// The report.
    #[arg(value_parser = report)]
    id: ReportId,
    /// What was done: dismissed, warned, removed, erased or referred. Nothing of it is done by this.
    #[arg(value_parser = verdict)]
    decision: Verdict,
    /// Why, in 1 to 500 characters.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who decides, in 1 to 64 characters.
    #[arg(long, value_name = "NAME")]
    operator: String,
}

impl OfStack for ReportsArguments {
    fn settings() -> Vec<&'static str> {
        vec![Table::Social.setting()]
    }

    async fn run(self, app: &App, out: &mut impl Write) -> Result<(), Failure> {
        let (filed, next) = deciding::open(app, self.after.as_ref(), PAGE).await?;
        filed.iter().try_for_each(|filed| print(filed, out))?;
        if filed.is_empty() && next.is_none() {
            tracing::warn!("no report is open");
        }
        if let Some(next) = next {
            tracing::warn!("there may be more: reports --after {next}");
        }
        Ok(())
    }
}

impl OfStack for ReportArguments {
    fn settings() -> Vec<&'static str> {
        vec![Table::Social.setting()]
    }

    async fn run(self, app: &App, out: &mut impl Write) -> Result<(), Failure> {
        Ok(print(&deciding::one(app, &self.id).await?, out)?)
    }
}

impl OfStack for DecideArguments {
    fn settings() -> Vec<&'static str> {
        vec![Table::Social.setting()]
    }

    async fn run(self, app: &App, out: &mut impl Write) -> Result<(), Failure> {
        let decision = Decision::new(self.decision, &self.reason, &self.operator);
        let decision = decision.map_err(|unfit| Failure::Unfit("--reason or --operator", unfit))?;
        deciding::decide(app, &self.id, &decision).await?;
        Ok(writeln!(out, "recorded")?)
    }
}

fn report(text: &str) -> Result<ReportId, &'static str> {
    text.parse().map_err(|_| "wanted 13 digits, - and 16 hex digits")
}

fn verdict(text: &str) -> Result<Verdict, &'static str> {
    text.parse().map_err(|_| "wanted dismissed, warned, removed, erased or referred")
}

/// A report as it is printed.
#[derive(Serialize)]
struct Printed<'a> {
    /// When it was made, in UTC.
    made: String,
    #[serde(flatten)]
    filed: &'a Filed,
}

fn print(filed: &Filed, out: &mut impl Write) -> io::Result<()> {
    let made = jiff::Timestamp::from_millisecond(filed.written_at).unwrap_or_default().to_string();
    serde_json::to_writer_pretty(&mut *out, &Printed { made, filed })?;
    writeln!(out)
}
