//! Finding people and being friends (`docs/dialects/live.md#search`, `docs/dialects/live.md#friends`,
//! `docs/dialects/live.md#answer-a-message`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, UNKNOWN, refused},
    wire::{Answer, OTHER, PersonItem, PhoneField, done, parse_message_id, person_item},
};
use kit::{Sample::Str, Selector, Signed, field::Text, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    friends::{
        by_number::{self, Standing},
        messages::{self, MessageId},
    },
    values::E164,
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/friend", "Search")
            .about("Finds somebody by their number")
            .chosen_by(Selector::Field("search", "1"))
            .example(&[("userId", Str(OTHER))])
            .refusing(not_found)
            .signed(search),
        post("/friend", "Add")
            .about("Asks somebody to be a friend")
            .chosen_by(Selector::Field("add", "1"))
            .example(&[("userId", Str(OTHER))])
            .refusing(not_asked)
            .signed(add),
        post("/friend", "DealMessage")
            .about("Answers or deletes a message")
            .chosen_by(Selector::Field("dealMessage", "1"))
            .example(&[
                ("userId", Str(OTHER)),
                ("verifyId", Str("13800000002,1480000000000")),
                ("objectId", Str("13800000001,1480000000000")),
                ("behaviour", Str("accept")),
            ])
            .refusing(already_friends)
            .checked(DealMessage::checked, deal_message),
        post("/friend", "Delete")
            .about("Removes a friend")
            .chosen_by(Selector::Field("delete", "1"))
            .example(&[("userId", Str(OTHER))])
            .signed(delete),
    ])
}

/// Somebody, by their number.
#[derive(Deserialize, JsonSchema)]
struct Whom {
    #[serde(rename = "userId")]
    user_id: PhoneField,
}

#[derive(Serialize, JsonSchema)]
struct Found {
    result: &'static str,
    message: PersonItem,
    /// -1: oneself; 0: anybody; 1: a friend.
    flag: &'static str,
}

fn not_found(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::NoSuchUser => refused("0007").with_flag(),
        Error::SignedOut => return None,
        _ => refused(UNKNOWN).with_flag(),
    })
}

async fn search(app: App, signed: Signed, input: Whom) -> Result<Found, Error> {
    let (person, standing) = by_number::search(&app, &signed.claim, &input.user_id.0).await?;
    let flag = match standing {
        Standing::Oneself => "-1",
        Standing::Stranger => "0",
        Standing::Friend => "1",
    };
    let message = person_item(&app, &person).ok_or(Error::NoSuchUser)?.without_play_url();
    Ok(Found { result: "0000", message, flag })
}

/// What was done, with the second message, which is null, of the operations that document one.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Invited")]
struct Asked {
    result: &'static str,
    message: (),
    mes: (),
}

fn not_asked(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::AlreadyFriends(_) => refused("0010").with_mes(),
        Error::NoSuchUser => refused("0007").with_mes(),
        Error::SignedOut => return None,
        _ => refused(UNKNOWN).with_mes(),
    })
}

async fn add(app: App, signed: Signed, input: Whom) -> Result<Asked, Error> {
    by_number::ask(&app, &signed.claim, &input.user_id.0).await?;
    Ok(Asked { result: "0000", message: (), mes: () })
}

#[derive(Deserialize, JsonSchema)]
struct DealMessage {
    #[serde(rename = "userId")]
    user_id: PhoneField,
    #[serde(rename = "verifyId")]
    verify_id: Option<Text>,
    #[serde(rename = "objectId")]
    object_id: Option<Text>,
    #[schemars(extend("enum" = ["accept", "delete"]))]
    behaviour: String,
}

/// What a client wants of a message.
enum Deal {
    Accept,
    Delete,
}

impl DealMessage {
    /// The message's id is in either of two fields; where both are there, they are about one time.
    fn checked(self) -> Result<(E164, MessageId, Deal), Error> {
        let deal = match self.behaviour.as_str() {
            "accept" => Deal::Accept,
            "delete" => Deal::Delete,
            _ => return Err(Error::malformed("behaviour")),
        };
        let parsed = |field: &'static str, text: Option<Text>| {
            text.map(|text| parse_message_id(&text.0).ok_or_else(|| Error::malformed(field))).transpose()
        };
        let (applicant, asked) = parsed("verifyId", self.verify_id)?.unzip();
        let (target, told) = parsed("objectId", self.object_id)?.unzip();
        match (asked, told) {
            (Some(asked), Some(told)) if asked != told => Err(Error::malformed("objectId")),
            _ => Ok((self.user_id.0, MessageId { applicant, target, at: asked.or(told) }, deal)),
        }
    }
}

fn already_friends(error: &Error) -> Option<Refusal> {
    matches!(error, Error::AlreadyFriends(_)).then(|| refused("0010"))
}

async fn deal_message(
    app: App,
    signed: Signed,
    (other, id, deal): (E164, MessageId, Deal),
) -> Result<Answer<()>, Error> {
    match deal {
        Deal::Accept => messages::accept(&app, &signed.claim, &other, &id).await?,
        Deal::Delete => messages::delete(&app, &signed.claim, &other, &id).await?,
    }
    Ok(done())
}

async fn delete(app: App, signed: Signed, input: Whom) -> Result<Answer<()>, Error> {
    by_number::end(&app, &signed.claim, &input.user_id.0).await?;
    Ok(done())
}
