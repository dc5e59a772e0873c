//! Reporting people and groups, and blocking people (`docs/dialects/chat.md#strangers`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, Template, anywhere},
    wire::{Answer, PERSON, Sent, User, done},
};
use kit::{
    Sample::Str,
    Signed,
    example::Samples,
    field::Nothing,
    get, post, read,
    reported::{QuotedField, ReasonField, TargetKindField},
};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error,
    feedback::{self, Report},
    friends::{self, adding},
};

pub(crate) fn routes() -> Routes {
    const WHOM: Samples = &[("uid", Str(PERSON))];
    Routes::of([
        post("/android/report", "Report")
            .about("Reports somebody or a group to the operators")
            .example(&[("type", Str("user")), ("id", Str(PERSON)), ("reason", Str("spam")), ("quoted", Str("buy"))])
            .signed(report),
        read("/android/block/{uid}", "Block").about("Blocks somebody").changing().example(WHOM).signed(block),
        read("/android/unblock/{uid}", "Unblock").about("Takes a block away").changing().example(WHOM).signed(unblock),
        get("/android/user_blocks", "Blocks").about("Lists whom the caller blocks").refusing(no_list).signed(blocks),
    ])
}

fn no_list(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::List))
}

#[derive(Deserialize, JsonSchema)]
struct Reported {
    r#type: TargetKindField,
    #[serde(default)]
    id: Sent,
    reason: ReasonField,
    /// What was said, for which a message stands that the caller has.
    quoted: Option<QuotedField>,
}

async fn report(app: App, signed: Signed, input: Reported) -> Result<Answer<&'static str>, Error> {
    let id = input.id.optional("id").ok().flatten().unwrap_or_default();
    let target = input.r#type.0.of_id(id);
    let report = Report { target, reason: input.reason.0, quoted: input.quoted.map(|quoted| quoted.0) };
    feedback::report(&app, &signed.claim, &report).await?;
    Ok(done(&app))
}

#[derive(Deserialize, JsonSchema)]
struct Somebody {
    uid: Sent,
}

async fn block(app: App, signed: Signed, input: Somebody) -> Result<Answer<&'static str>, Error> {
    friends::block(&app, &signed.claim, &input.uid.person()).await?;
    Ok(done(&app))
}

async fn unblock(app: App, signed: Signed, input: Somebody) -> Result<Answer<&'static str>, Error> {
    friends::unblock(&app, &signed.claim, &input.uid.person()).await?;
    Ok(done(&app))
}

async fn blocks(app: App, signed: Signed, _: Nothing) -> Result<Answer<Vec<User>>, Error> {
    let people = adding::blocked(&app, &signed.claim).await?;
    Ok(Answer::list(&app, people.iter().map(User::of).collect()))
}
