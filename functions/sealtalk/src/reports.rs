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
    reported::{QuotedField, ReasonField, TargetKindField},
};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error,
    feedback::{self, Report},
};

pub(crate) fn routes() -> Routes {
    Routes::of([post("/user/report", "Report")
        .about("Reports somebody or a group to the operators")
        .example(&[("targetType", Str("user")), ("targetId", Str(TARGET)), ("reason", Str("spam"))])
        .signed(report)])
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Reported {
    target_type: TargetKindField,
    target_id: Text,
    reason: ReasonField,
    /// What was said.
    quoted: Option<QuotedField>,
}

async fn report(app: App, signed: Signed, input: Reported) -> Result<Done, Error> {
    let target = input.target_type.0.of_id(input.target_id.0);
    let report = Report { target, reason: input.reason.0, quoted: input.quoted.map(|quoted| quoted.0) };
    feedback::report(&app, &signed.claim, &report).await?;
    Ok(done())
}
