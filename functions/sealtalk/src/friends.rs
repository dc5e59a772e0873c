//! Friends and the blacklist (`docs/dialects/sealtalk.md#friends`, `docs/dialects/sealtalk.md#blacklist`).

mod fields;
mod notes;

use crate::{
    dialect::Routes,
    people::{PersonItem, nickname, person_item, portrait},
    refusal::{Refusal, transport},
    wire::{Answer, Done, TARGET, UserField, answer, done, escaped},
};
use axum::http::StatusCode;
use fields::{DISPLAY_NAME, MESSAGE, Somebody, limited};
use kit::{
    Sample::{List, Str},
    Signed,
    field::Nothing,
    post, read,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    friends::{self, Action, BATCH, Block, Friend},
    sessions::Profile,
    time::iso_millis,
    values::UserId,
};

pub(crate) fn routes() -> Routes {
    let rows = [
        post("/friendship/invite", "Invite")
            .about("Asks somebody to be a friend")
            .example(&[("friendId", Str(TARGET)), ("message", Str("I am Tony"))])
            .refusing(already_friends)
            .checked(Invite::checked, invite),
        post("/friendship/agree", "Agree")
            .about("Agrees to be a friend")
            .example(&[("friendId", Str(TARGET))])
            .signed(agree),
        post("/friendship/ignore", "Ignore")
            .about("Ignores an invitation")
            .example(&[("friendId", Str(TARGET))])
            .signed(ignore),
        post("/friendship/delete", "DeleteFriend")
            .about("Removes a friend")
            .example(&[("friendId", Str(TARGET))])
            .signed(delete),
        post("/friendship/batch_delete", "BatchDelete")
            .about("Removes several friends")
            .example(&[("friendIds", List(&[Str(TARGET)]))])
            .checked(Several::checked, batch_delete),
        post("/user/add_to_blacklist", "AddToBlacklist")
            .about("Blocks somebody")
            .example(&[("friendId", Str(TARGET))])
            .refusing(nobody_to_block)
            .signed(add_to_blacklist),
        post("/user/remove_from_blacklist", "RemoveFromBlacklist")
            .about("Takes a block away")
            .example(&[("friendId", Str(TARGET))])
            .signed(remove_from_blacklist),
        read("/friendship/all", "AllFriends").about("Lists friends and invitations").signed(all),
        read("/friendship/{id}/profile", "FriendProfile")
            .about("Shows a friend")
            .example(&[("id", Str(TARGET))])
            .signed(profile),
        read("/user/blacklist", "Blacklist").about("Lists whom the caller blocks").signed(blacklist),
    ];
    Routes::of(rows).and(notes::routes())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Invite {
    friend_id: UserField,
    #[schemars(length(min = 1, max = 64))]
    message: String,
}

impl Invite {
    fn checked(self) -> Result<Self, Error> {
        limited("message", &self.message, MESSAGE, "Length of friend request message is out of limit.")?;
        Ok(self)
    }
}

fn already_friends(error: &Error) -> Option<Refusal> {
    let Error::AlreadyFriends(uid) = error else { return None };
    Some(transport(StatusCode::BAD_REQUEST, format!("User {uid} is already your friend.")))
}

#[derive(Serialize, JsonSchema)]
struct Invited {
    /// `Added`, `AddDirectly`: friends from now on. `Sent`: they are asked. `None`: nothing has changed.
    #[schemars(extend("enum" = ["Added", "Sent", "None", "AddDirectly"]))]
    action: &'static str,
}

async fn invite(app: App, signed: Signed, input: Invite) -> Result<Answer<Invited>, Error> {
    let action = match friends::invite(&app, &signed.claim, &input.friend_id.0, &input.message).await? {
        Action::Added => "Added",
        Action::Sent => "Sent",
        Action::Nothing => "None",
        Action::AddedDirectly => "AddDirectly",
    };
    Ok(answer(Invited { action }))
}

async fn agree(app: App, signed: Signed, input: Somebody) -> Result<Done, Error> {
    friends::agree(&app, &signed.claim, &input.friend_id.0).await.map(|()| done())
}

async fn ignore(app: App, signed: Signed, input: Somebody) -> Result<Done, Error> {
    friends::ignore(&app, &signed.claim, &input.friend_id.0).await.map(|()| done())
}

async fn delete(app: App, signed: Signed, input: Somebody) -> Result<Done, Error> {
    friends::delete(&app, &signed.claim, &input.friend_id.0).await.map(|()| done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Several {
    #[schemars(length(min = 1, max = 50))]
    friend_ids: Vec<UserField>,
}

impl Several {
    fn checked(self) -> Result<Vec<UserId>, Error> {
        if self.friend_ids.len() > BATCH {
            return Err(Error::invalid("friendIds", "Too many friendIds."));
        }
        Ok(self.friend_ids.into_iter().map(|field| field.0).collect())
    }
}

async fn batch_delete(app: App, signed: Signed, uids: Vec<UserId>) -> Result<Done, Error> {
    friends::delete_many(&app, &signed.claim, &uids).await.map(|()| done())
}

fn nobody_to_block(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::NoSuchUser => transport(StatusCode::NOT_FOUND, "friendId is not an available userId."),
        Error::Oneself => transport(StatusCode::BAD_REQUEST, "Invalid friendId."),
        _ => return None,
    })
}

async fn add_to_blacklist(app: App, signed: Signed, input: Somebody) -> Result<Done, Error> {
    friends::block(&app, &signed.claim, &input.friend_id.0).await.map(|()| done())
}

async fn remove_from_blacklist(app: App, signed: Signed, input: Somebody) -> Result<Done, Error> {
    friends::unblock(&app, &signed.claim, &input.friend_id.0).await.map(|()| done())
}

/// What somebody is to the caller.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FriendItem {
    display_name: String,
    message: String,
    /// 10 asked by the caller, 11 has asked the caller, 20 friends, 21 ignored, 30 deleted, 31 blocked.
    #[schemars(extend("enum" = [10, 11, 20, 21, 30, 31]))]
    status: u8,
    updated_at: String,
    updated_time: i64,
    user: PersonItem,
}

async fn all(app: App, signed: Signed, _: Nothing) -> Result<Answer<Vec<FriendItem>>, Error> {
    let friends = friends::all(&app, &signed.claim).await?;
    let item = |Friend { edge, person }: &Friend| FriendItem {
        display_name: escaped(&edge.display_name, DISPLAY_NAME),
        message: escaped(&edge.message, MESSAGE),
        status: edge.status.into(),
        updated_at: iso_millis(edge.updated_at),
        updated_time: edge.updated_at,
        user: person_item(&app, &signed.caller, person),
    };
    Ok(answer(friends.iter().map(item).collect()))
}

#[derive(Deserialize, JsonSchema)]
struct ById {
    id: UserField,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ProfileItem {
    display_name: String,
    user: FriendPerson,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FriendPerson {
    #[serde(flatten)]
    person: PersonItem,
    created_at: String,
    updated_at: String,
    created_time: i64,
    updated_time: i64,
}

async fn profile(app: App, signed: Signed, input: ById) -> Result<Answer<ProfileItem>, Error> {
    let Friend { edge, person } = friends::profile(&app, &signed.claim, &input.id.0).await?;
    let created_time = person.profile.created_at * 1_000;
    let updated_time = person.profile.updated_at.map_or(created_time, |seconds| seconds * 1_000);
    let user = FriendPerson {
        person: person_item(&app, &signed.caller, &person),
        created_at: iso_millis(created_time),
        updated_at: iso_millis(updated_time),
        created_time,
        updated_time,
    };
    Ok(answer(ProfileItem { display_name: escaped(&edge.display_name, DISPLAY_NAME), user }))
}

#[derive(Serialize, JsonSchema)]
struct BlockItem {
    user: BlockedPerson,
}

/// Somebody blocked; no friend, so never with a number.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct BlockedPerson {
    id: String,
    nickname: String,
    portrait_uri: String,
    #[schemars(extend("enum" = ["male", "female"]))]
    gender: &'static str,
    st_account: String,
    phone: &'static str,
    /// When they were blocked.
    updated_at: String,
    updated_time: i64,
}

async fn blacklist(app: App, signed: Signed, _: Nothing) -> Result<Answer<Vec<BlockItem>>, Error> {
    let blocked = friends::blocked(&app, &signed.claim).await?;
    let item = |(block, profile): &(Block, Profile)| BlockItem {
        user: BlockedPerson {
            id: profile.uid.to_string(),
            nickname: nickname(profile),
            portrait_uri: portrait(&app, &signed.caller, profile),
            gender: profile.gender.unwrap_or_default().as_str(),
            st_account: profile.account_name.clone().unwrap_or_default(),
            phone: "",
            updated_at: iso_millis(block.updated_at),
            updated_time: block.updated_at,
        },
    };
    Ok(answer(blocked.iter().map(item).collect()))
}
