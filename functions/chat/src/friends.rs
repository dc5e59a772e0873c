//! Friends, and people by their ids (`docs/dialects/chat.md#friends`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, Template, anywhere},
    wire::{Answer, ListedUser, PERSON, Sent, User, done},
};
use kit::{Sample::Str, Signed, example::Samples, field::Nothing, get, post, read};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{App, Error, friends::adding};

pub(crate) fn routes() -> Routes {
    const WHOM: Samples = &[("uid", Str(PERSON))];
    Routes::of([
        read("/android/add_friend/{uid}", "AddFriend")
            .about("Adds somebody as a friend")
            .changing()
            .example(WHOM)
            .refusing(no_user)
            .signed(add),
        read("/android/delete_friend/{uid}", "DeleteFriend")
            .about("Removes a friend")
            .changing()
            .example(WHOM)
            .signed(delete),
        post("/android/change_friend", "ChangeFriend")
            .about("Changes what a friend is called")
            .example(&[("userId", Str(PERSON)), ("alias", Str("Annie"))])
            .refusing(no_user)
            .checked(Change::checked, change),
        get("/android/user_contacts", "Contacts")
            .about("Lists the friends of the caller")
            .refusing(no_list)
            .signed(contacts),
        get("/android/search/{uid}", "SearchById")
            .about("Shows one person")
            .example(WHOM)
            .refusing(no_user)
            .signed(search),
    ])
}

fn no_user(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::User))
}

fn no_list(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::List))
}

#[derive(Deserialize, JsonSchema)]
struct Whom {
    uid: Sent,
}

async fn add(app: App, signed: Signed, input: Whom) -> Result<Answer<User>, Error> {
    let shown = adding::add(&app, &signed.claim, &input.uid.person()).await?;
    Ok(Answer::of(&app, User::of(&shown)))
}

async fn delete(app: App, signed: Signed, input: Whom) -> Result<Answer<&'static str>, Error> {
    adding::remove(&app, &signed.claim, &input.uid.person()).await?;
    Ok(done(&app))
}

/// So many characters a name for a friend has at most.
const LONGEST_ALIAS: usize = 20;

#[derive(Deserialize, JsonSchema)]
struct Change {
    #[serde(default, rename = "userId")]
    user_id: Sent,
    /// At most 20 characters; an empty one takes the name away.
    #[serde(default)]
    alias: Sent,
}

impl Change {
    /// The name that a friend is to have.
    fn checked(self) -> Result<(Sent, String), Error> {
        let alias = self.alias.optional("alias")?.unwrap_or_default();
        if alias.chars().count() > LONGEST_ALIAS {
            return Err(Error::invalid("alias", "length"));
        }
        if alias.contains(char::is_control) { Err(Error::malformed("alias")) } else { Ok((self.user_id, alias)) }
    }
}

async fn change(app: App, signed: Signed, (whom, alias): (Sent, String)) -> Result<Answer<User>, Error> {
    let shown = adding::name(&app, &signed.claim, &whom.person(), &alias).await?;
    Ok(Answer::of(&app, User::of(&shown)))
}

async fn contacts(app: App, signed: Signed, _: Nothing) -> Result<Answer<Vec<ListedUser>>, Error> {
    let people = adding::added(&app, &signed.claim).await?;
    Ok(Answer::list(&app, people.iter().map(ListedUser::of).collect()))
}

async fn search(app: App, signed: Signed, input: Whom) -> Result<Answer<User>, Error> {
    let shown = adding::look_up(&app, &signed.claim, &input.uid.person()).await?;
    Ok(Answer::of(&app, User::of(&shown)))
}
