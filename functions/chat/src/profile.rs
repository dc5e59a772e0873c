//! What somebody is called and shown with, and whether they take what is pushed
//! (`docs/dialects/chat.md#complete-account`, `docs/dialects/chat.md#push-ids`, `docs/dialects/chat.md#tickets`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, Template, anywhere},
    wire::{Account, Answer, PERSON, PICTURE, Sent, username},
};
use kit::{
    Sample::{Int, Str},
    Signed,
    field::{Nothing, Text},
    get, post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, friends,
    profiles::{self, Completion},
    sessions,
    values::{ChosenPicture, PushId, UserId},
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/android/complete_account", "CompleteAccount")
            .about("Gives the own account a username, a picture and what it says of itself")
            .example(&[
                ("userId", Str(PERSON)),
                ("avatar", Str(PICTURE)),
                ("username", Str("ann")),
                ("desc", Str("hello")),
                ("sex", Int(1)),
            ])
            .refusing(no_account)
            .signed(complete),
        get("/android/push_id/{push_id}", "BindPushId")
            .about("Binds an id of a push service to the session")
            .changing()
            .example(&[("push_id", Str("5702a4a5-5896-8139-864c-afdc76000000"))])
            .refusing(no_account)
            .signed(bind),
        get("/android/ws_ticket", "SocketTicket")
            .about("Gives a ticket that opens the push connection")
            .changing()
            .refusing(no_ticket)
            .signed(ticket),
    ])
}

fn no_account(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::Account))
}

fn no_ticket(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::Ticket))
}

/// So many characters a description has at most.
const LONGEST_ABOUT: usize = 100;

#[derive(Deserialize, JsonSchema)]
struct Complete {
    #[serde(default, rename = "userId")]
    user_id: Sent,
    /// 1 to 15 letters, digits and `@ . + - _`.
    #[serde(default)]
    username: Sent,
    /// The path of a picture that was uploaded.
    #[serde(default)]
    avatar: Sent,
    /// At most 100 characters.
    #[serde(default)]
    desc: Sent,
    /// 0 to 2.
    #[serde(default)]
    sex: Sent,
    /// All of it in the form of an account: then what stands beside it does not count.
    #[serde(default)]
    user: Sent,
}

impl Complete {
    /// The same out of an account, if it is one.
    fn unwrapped(self) -> Self {
        let member = |name| self.user.member(name);
        match (member("id"), member("username"), member("avatar"), member("desc"), member("sex")) {
            (Some(user_id), Some(username), Some(avatar), Some(desc), Some(sex)) => {
                Self { user_id, username, avatar, desc, sex, user: Sent::default() }
            }
            _ => self,
        }
    }

    fn rest(&self) -> Result<(Option<String>, Option<u8>), Error> {
        let about = self.desc.optional("desc")?;
        let tidy = |text: &String| text.chars().count() <= LONGEST_ABOUT && !text.contains(is_control);
        if !about.as_ref().is_none_or(tidy) {
            return Err(Error::malformed("desc"));
        }
        let sex = self.sex.optional("sex")?.filter(|text| !text.is_empty());
        let known = |text: String| match text.as_str() {
            "0" => Ok(0),
            "1" => Ok(1),
            "2" => Ok(2),
            _ => Err(Error::malformed("sex")),
        };
        Ok((about, sex.map(known).transpose()?))
    }
}

async fn complete(app: App, signed: Signed, input: Complete) -> Result<Answer<Account>, Error> {
    let input = input.unwrapped();
    let picture = input.avatar.text("avatar");
    let picture = picture.and_then(|path| ChosenPicture::in_path(&path).map_err(|_| Error::malformed("avatar")));
    let completion =
        Completion { whose: input.user_id.person(), username: username(&input.username), picture, rest: input.rest() };
    let shown = profiles::complete(&app, &signed.claim, completion).await?;
    Ok(Answer::of(&app, Account::of(&shown)))
}

#[derive(Deserialize, JsonSchema)]
struct Bind {
    push_id: Text,
}

async fn bind(app: App, signed: Signed, input: Bind) -> Result<Answer<Account>, Error> {
    let whose = PushId::try_from(input.push_id.0.as_str()).map_or_else(|_| UserId::nobody(), |id| id.uid().clone());
    let shown = friends::adding::bind(&app, &signed.claim, &whose).await?;
    Ok(Answer::of(&app, Account::of(&shown)))
}

#[derive(Serialize, JsonSchema)]
struct Ticket {
    /// 64 hex digits, good once and for a minute.
    ticket: String,
}

async fn ticket(app: App, signed: Signed, _: Nothing) -> Result<Answer<Ticket>, Error> {
    let ticket = sessions::issue_ticket(&app, &signed.claim).await?;
    Ok(Answer::of(&app, Ticket { ticket: ticket.expose().to_owned() }))
}

/// A control character that a text of several lines does not have.
pub(crate) fn is_control(char: char) -> bool {
    char.is_control() && !matches!(char, '\n' | '\r' | '\t')
}
