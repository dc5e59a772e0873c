//! Reporting and blocking strangers (`docs/dialects/lightup.md#strangers`).

use crate::{
    dialect::Routes,
    wire::{ClassField, Data, Done, TARGET, done, portrait_url},
};
use kit::{Sample::Str, Signed, field::Nothing, post, reported::ReasonField};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    feedback::{self, Report, Target},
    friends,
    values::{Dialect, UserId, Whom},
};

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/v1/account/report_user", "ReportUser")
            .about("Reports somebody, or media of theirs, to the operators")
            .example(&[("target_id", Str(TARGET)), ("class", Str("basic_info")), ("reason", Str("spam"))])
            .signed(report),
        post("/v1/account/block_user", "BlockUser")
            .about("Blocks somebody")
            .example(&[("target_id", Str(TARGET))])
            .signed(block),
        post("/v1/account/unblock_user", "UnblockUser")
            .about("Takes a block away")
            .example(&[("target_id", Str(TARGET))])
            .signed(unblock),
        post("/v1/account/get_blocked_users", "GetBlockedUsers").about("Lists whom the caller blocks").signed(blocked),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct Reported {
    #[schemars(with = "String", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    target_id: UserId,
    /// The media that are reported; without it, the person.
    class: Option<ClassField>,
    reason: ReasonField,
}

async fn report(app: App, signed: Signed, input: Reported) -> Result<Done, Error> {
    let whom = Whom::Id(input.target_id);
    let target = match input.class {
        Some(class) => Target::Media(whom, class.0),
        None => Target::Person(whom),
    };
    let report = Report { target, reason: input.reason.0, quoted: None };
    feedback::report(&app, &signed.claim, &report).await?;
    Ok(done("report user successfully"))
}

#[derive(Deserialize, JsonSchema)]
struct Somebody {
    #[schemars(with = "String", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    target_id: UserId,
}

async fn block(app: App, signed: Signed, input: Somebody) -> Result<Done, Error> {
    friends::block_somebody_seen(&app, &signed.claim, &input.target_id).await?;
    Ok(done("block user successfully"))
}

async fn unblock(app: App, signed: Signed, input: Somebody) -> Result<Done, Error> {
    friends::unblock(&app, &signed.claim, &input.target_id).await?;
    Ok(done("unblock user successfully"))
}

#[derive(Serialize, JsonSchema)]
struct BlockedUser {
    user_id: String,
    portrait: String,
    nickname: String,
    /// When they were blocked, in seconds.
    time: i64,
}

#[derive(Serialize, JsonSchema)]
struct BlockedUsers {
    blocked: Vec<BlockedUser>,
}

async fn blocked(app: App, signed: Signed, _: Nothing) -> Result<Data<BlockedUsers>, Error> {
    let people = friends::blocked_as_they_looked(&app, &signed.claim).await?;
    let shown = people.iter().rev().map(|(block, person)| BlockedUser {
        user_id: person.uid.to_string(),
        portrait: portrait_url(&app, &signed.caller, person).unwrap_or_default(),
        nickname: person.nickname_in(Dialect::LightUp).map(|name| name.as_str().to_owned()).unwrap_or_default(),
        time: block.updated_at / 1_000,
    });
    Ok(Data { data: BlockedUsers { blocked: shown.collect() } })
}
