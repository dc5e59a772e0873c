//! The list of friends and that of messages (`docs/dialects/live.md#friend-list`, `docs/dialects/live.md#message-list`).

use crate::{
    dialect::Routes,
    wire::{Answer, Card, PersonItem, answer, card, message_id, person_item},
};
use kit::{Selector, Signed, field::Nothing, post};
use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error,
    friends::{
        self,
        finding::Person,
        messages::{self, Told},
    },
    values::Dialect,
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/list", "FriendList")
            .about("Lists the friends of the caller, who is live first")
            .chosen_by(Selector::Field("friendlist", "1"))
            .signed(friend_list),
        post("/list", "MessageList")
            .about("Lists the messages to the caller")
            .chosen_by(Selector::Field("messagelist", "1"))
            .signed(message_list),
    ])
}

#[derive(Serialize, JsonSchema)]
struct Friends {
    count: usize,
    friends: Vec<PersonItem>,
}

/// Who is live first; then by nickname, those without one last, then by number.
async fn friend_list(app: App, signed: Signed, _: Nothing) -> Result<Answer<Friends>, Error> {
    let friends = friends::all(&app, &signed.claim).await?;
    // Friends of other APIs are listed once they have been here.
    let listed = |person: &&Person| person.mutual && person.profile.visible_in(Dialect::Live);
    let mutual = friends.iter().map(|friend| &friend.person).filter(listed).map(|person| &person.profile);
    let mut friends: Vec<PersonItem> = mutual.filter_map(|profile| person_item(&app, profile)).collect();
    friends.sort_by(|one, other| one.order().cmp(&other.order()));
    Ok(answer(Friends { count: friends.len(), friends }))
}

/// What the owner of the list did, and what became of it.
const FLAGS: [[&str; 2]; 2] = [["0", "1"], ["2", "3"]];

#[derive(Serialize, JsonSchema)]
struct MessageItem {
    #[serde(flatten)]
    person: Card,
    /// 0: asked; 1: asked, and agreed; 2: has asked; 3: has asked, and the other agreed.
    flag: &'static str,
    #[serde(rename = "verifyId")]
    verify_id: String,
    #[serde(rename = "objectId")]
    object_id: String,
    /// Milliseconds since 1970.
    time: i64,
}

async fn message_list(app: App, signed: Signed, _: Nothing) -> Result<Answer<Vec<MessageItem>>, Error> {
    let (me, messages) = messages::list(&app, &signed.claim).await?;
    let item = |Told { message, person }: Told| {
        let (applicant, target) = if message.own { (&me, &person) } else { (&person, &me) };
        Some(MessageItem {
            flag: FLAGS[usize::from(message.own)][usize::from(message.agreed)],
            verify_id: message_id(applicant.phone.as_ref()?, message.at),
            object_id: message_id(target.phone.as_ref()?, message.at),
            time: message.at,
            person: card(&person)?,
        })
    };
    Ok(answer(messages.into_iter().filter_map(item).collect()))
}
