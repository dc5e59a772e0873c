//! Reports: what nobody has decided about, and the decision.

use super::{
    Console,
    fields::{Query, form, link},
    frame::{Section, failed, heading, nothing, outcome, page},
    shown,
};
use axum::{body::Bytes, extract::State, response::Response};
use maud::{Markup, html};
use serde::Deserialize;
use shared::{
    Error,
    feedback::deciding::{self, Decision, Filed, ReportId, Verdict},
};

/// Reports on one page.
const PAGE: usize = 20;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
}

pub(super) async fn list(State(console): State<Console>, Query(asked): Query<Asked>) -> Response {
    show(&console, asked.after.parse().ok().as_ref(), None).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Decided {
    id: String,
    verdict: String,
    reason: String,
    operator: String,
}

impl Decided {
    fn decision(&self) -> Option<(ReportId, Decision)> {
        let decision = Decision::new(self.verdict.parse().ok()?, &self.reason, &self.operator).ok()?;
        Some((self.id.parse().ok()?, decision))
    }
}

/// Records a decision.
pub(super) async fn decide(State(console): State<Console>, body: Bytes) -> Response {
    let asked: Decided = form(&body).unwrap_or_default();
    let said = match asked.decision() {
        None => Err("Wanted: what was done, a reason of 1 to 500 characters, a name of 1 to 64.".to_owned()),
        Some((id, decision)) => match deciding::decide(&console.app, &id, &decision).await {
            Ok(()) => Ok(format!("It is recorded: {}.", decision.verdict.as_str())),
            Err(Error::NoSuchReport) => Err("There is no such report any more.".to_owned()),
            Err(Error::DecidedAlready) => Err("Something else has been decided about this report.".to_owned()),
            Err(error) => Err(error.to_string()),
        },
    };
    show(&console, None, Some(&said)).await
}

async fn show(console: &Console, after: Option<&ReportId>, said: Option<&Result<String, String>>) -> Response {
    let (filed, next) = match deciding::open(&console.app, after, PAGE).await {
        Ok(found) => found,
        Err(error) => return failed(console, Section::Reports, &error.to_string()),
    };
    let content = html! {
        (heading("Reports", "What people have reported and nobody has decided about, the oldest first."))
        (outcome(said))
        @if filed.is_empty() {
            (nothing("No report is open.", "Every API has an operation by which people report others.", None))
        }
        @for filed in &filed { (report(filed)) }
        @if let Some(next) = next {
            p.more { a href=(link("/console/reports", &[("after", &next.to_string())])) { "More" } }
        }
    };
    page(console, Section::Reports, "Reports", &content)
}

fn person(uid: &shared::values::UserId) -> Markup {
    html! { a href=(shown::person_path(uid.as_str())) { code { (uid) } } }
}

fn report(filed: &Filed) -> Markup {
    let title = format!("report-{}", filed.id);
    html! {
        section.card aria-labelledby=(title) {
            h2 id=(title) { (filed.about) " · " (filed.reason.as_str()) }
            p.muted { (shown::day_and_time(made(filed))) " · " (filed.api.as_deref().unwrap_or_default()) }
            dl {
                dt { "Report" } dd { code { (filed.id) } }
                dt { "By" } dd { (person(&filed.user)) }
                dt { "About" } dd { (filed.about) " " code { (filed.target) } }
                @if let Some(whom) = &filed.evidence.whom { dt { "Answerable" } dd { (person(whom)) } }
                @if let Some(quoted) = &filed.quoted { dt { "Said, as the reporter has it" } dd { (quoted.as_str()) } }
                @for (what, text) in &filed.evidence.texts { dt { (what) } dd { (text) } }
                @for file in &filed.evidence.files { dt { "file" } dd { code { (file) } } }
            }
            (deciding_form(filed))
        }
    }
}

fn made(filed: &Filed) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(filed.written_at).unwrap_or_default()
}

fn deciding_form(filed: &Filed) -> Markup {
    html! {
        form method="post" action="/console/reports" {
            input type="hidden" name="id" value=(filed.id);
            div.pair {
                label { "Done"
                    select name="verdict" {
                        @for verdict in Verdict::ALL { option value=(verdict.as_str()) { (verdict.as_str()) } }
                    }
                }
                label { "Operator" input name="operator" required maxlength="64" value="console" autocomplete="off"; }
            }
            label { "Reason" input name="reason" required maxlength="500" autocomplete="off"; }
            button type="submit" { "Record the decision" }
        }
    }
}
