//! Reporting people and groups (`docs/dialects/sealtalk.md#reports`).

use crate::{
    dialect::Routes,
    wire::{Done, TARGET, done},
};
use kit::{
    Sample::Str,
    Signed,
    field::Text,
    post,
    reported::{QuotedField, ReasonField},
};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error,
    feedback::{self, Report, Target},
    values::{GroupId, UserId, Whom},
};

pub(crate) fn routes() -> Routes {
    Routes::of([post("/user/report", "Report")
        .about("Reports somebody or a group to the operators")
        .example(&[("targetType", Str("user")), ("targetId", Str(TARGET)), ("reason", Str("spam"))])
        .signed(report)])
}

/// What can be reported.
#[derive(Clone, Copy, Debug)]
enum TargetKind {
    Person,
    Group,
}

kit::words! {
    /// `targetType`: `user` or `group`.
    TargetKindField(TargetKind) { "user" => TargetKind::Person, "group" => TargetKind::Group }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Reported {
    target_type: TargetKindField,
    target_id: Text,
    reason: ReasonField,
    /// What was said.
    content: Option<QuotedField>,
}

/// A text that is no id names nothing.
async fn report(app: App, signed: Signed, input: Reported) -> Result<Done, Error> {
    let id = input.target_id.0;
    let target = match input.target_type.0 {
        TargetKind::Person => Target::Person(Whom::Id(UserId::try_from(id).unwrap_or_else(|_| UserId::nobody()))),
        TargetKind::Group => Target::Group(GroupId::try_from(id).unwrap_or_else(|_| GroupId::nobody())),
    };
    let report = Report { target, reason: input.reason.0, quoted: input.content.map(|content| content.0) };
    feedback::report(&app, &signed.claim, &report).await?;
    Ok(done())
}
