//! Reporting and blocking people (`docs/dialects/live.md#strangers`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, refused},
    wire::{Answer, OTHER, PhoneField, answer, done, looks},
};
use kit::{Sample::Str, Selector, Signed, field::Nothing, post, reported::ReasonField};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    feedback::{self, Report, Target},
    friends::by_number::{self, Blocked},
    values::{UserId, Whom},
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/friend", "Report")
            .about("Reports somebody to the operators")
            .chosen_by(Selector::Field("report", "1"))
            .example(&[("userId", Str(OTHER)), ("reason", Str("spam"))])
            .refusing(nobody)
            .signed(report),
        post("/room", "ReportRoom")
            .about("Reports the open room of somebody to the operators")
            .chosen_by(Selector::Field("report", "1"))
            .example(&[("userId", Str(OTHER)), ("reason", Str("spam"))])
            .refusing(nobody)
            .signed(report_room),
        post("/friend", "Block")
            .about("Blocks somebody")
            .chosen_by(Selector::Field("block", "1"))
            .example(&[("userId", Str(OTHER))])
            .refusing(nobody)
            .signed(block),
        post("/friend", "Unblock")
            .about("Takes a block away")
            .chosen_by(Selector::Field("unblock", "1"))
            .example(&[("userId", Str(OTHER))])
            .checked(Unblocked::checked, unblock),
        post("/list", "BlockList")
            .about("Lists whom the caller blocks")
            .chosen_by(Selector::Field("blocklist", "1"))
            .signed(block_list),
    ])
}

/// As a search says it, and as a room that is not open.
fn nobody(error: &Error) -> Option<Refusal> {
    match error {
        Error::NoSuchUser => Some(refused("0007")),
        Error::NotLive => Some(refused("0009")),
        _ => None,
    }
}

/// Somebody, by their number, and why.
#[derive(Deserialize, JsonSchema)]
struct Reported {
    #[serde(rename = "userId")]
    user_id: PhoneField,
    reason: ReasonField,
}

async fn report(app: App, signed: Signed, input: Reported) -> Result<Answer<()>, Error> {
    let target = Target::Person(Whom::Number(input.user_id.0));
    feedback::report(&app, &signed.claim, &Report { target, reason: input.reason.0, quoted: None }).await?;
    Ok(done())
}

async fn report_room(app: App, signed: Signed, input: Reported) -> Result<Answer<()>, Error> {
    let target = Target::Room(Whom::Number(input.user_id.0));
    feedback::report(&app, &signed.claim, &Report { target, reason: input.reason.0, quoted: None }).await?;
    Ok(done())
}

/// Somebody, by their number.
#[derive(Deserialize, JsonSchema)]
struct ByNumber {
    #[serde(rename = "userId")]
    user_id: PhoneField,
}

async fn block(app: App, signed: Signed, input: ByNumber) -> Result<Answer<()>, Error> {
    by_number::block(&app, &signed.claim, &input.user_id.0).await?;
    Ok(done())
}

kit::fields! {
    /// `blockId`: as the list of blocks has it.
    BlockIdField(#[schemars(with = "String", regex(pattern = "^[0-9a-f]{24}$"))] UserId) from String = UserId::try_from;
}

/// Somebody, by their number or by what the list of blocks calls them.
#[derive(Deserialize, JsonSchema)]
struct Unblocked {
    #[serde(rename = "userId")]
    user_id: Option<PhoneField>,
    #[serde(rename = "blockId")]
    block_id: Option<BlockIdField>,
}

impl Unblocked {
    /// One of the two.
    fn checked(self) -> Result<Whom, Error> {
        match (self.user_id, self.block_id) {
            (Some(number), None) => Ok(Whom::Number(number.0)),
            (None, Some(id)) => Ok(Whom::Id(id.0)),
            (None, None) => Err(Error::missing("userId")),
            (Some(_), Some(_)) => Err(Error::malformed("blockId")),
        }
    }
}

async fn unblock(app: App, signed: Signed, whom: Whom) -> Result<Answer<()>, Error> {
    by_number::unblock(&app, &signed.claim, &whom).await?;
    Ok(done())
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct BlockItem {
    block_id: String,
    /// The number, of somebody whom the caller has or had to do with.
    user_id: Option<String>,
    nickname: Option<String>,
    #[schemars(extend("enum" = ["0", "1", null]))]
    gender: Option<&'static str>,
    head_image: Option<String>,
    /// When they were blocked, in milliseconds since 1970.
    time: i64,
}

/// The newest block first.
async fn block_list(app: App, signed: Signed, _: Nothing) -> Result<Answer<Vec<BlockItem>>, Error> {
    let blocked = by_number::blocked(&app, &signed.claim).await?;
    let item = |Blocked { block, person, is_known }: &Blocked| {
        let (nickname, gender, head_image) = looks(person);
        BlockItem {
            block_id: person.uid.to_string(),
            user_id: person.phone.as_ref().filter(|_| *is_known).map(|phone| phone.national().to_owned()),
            nickname,
            gender,
            head_image,
            time: block.updated_at,
        }
    };
    Ok(answer(blocked.iter().map(item).collect()))
}
