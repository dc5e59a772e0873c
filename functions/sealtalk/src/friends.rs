//! Friends and the blacklist (contract 2.14-2.16, 3.1).

mod notes;

use crate::{
    Op, Routes,
    people::{PersonItem, nickname, person_item, portrait},
    refusal::transport,
    wire::{Answer, Done, Nothing, POST, UserField, answer, done, escaped, iso, signed_read},
};
use axum::{http::StatusCode, response::Response};
use kit::Signed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    friends::{self, Action, BATCH, Block, Friend},
    sessions::Profile,
};

/// Characters of a request's message, and how many of them are shown.
const MESSAGE: usize = 64;
/// The same of a friend's name.
const DISPLAY_NAME: usize = 32;

pub(crate) fn routes() -> Routes {
    let routes = Routes::new()
        .signed(POST, "/friendship/invite", Op::Invite, invite)
        .signed(POST, "/friendship/agree", Op::Agree, agree)
        .signed(POST, "/friendship/ignore", Op::Ignore, ignore)
        .signed(POST, "/friendship/delete", Op::DeleteFriend, delete)
        .signed(POST, "/friendship/batch_delete", Op::BatchDelete, batch_delete)
        .signed(POST, "/user/add_to_blacklist", Op::AddToBlacklist, add_to_blacklist)
        .signed(POST, "/user/remove_from_blacklist", Op::RemoveFromBlacklist, remove_from_blacklist)
        .and(notes::routes());
    let routes = signed_read(routes, "/friendship/all", Op::AllFriends, all);
    let routes = signed_read(routes, "/friendship/{id}/profile", Op::FriendProfile, profile);
    signed_read(routes, "/user/blacklist", Op::Blacklist, blacklist)
}

/// What these operations say in words of their own.
pub(crate) fn refusal(op: Op, error: &Error) -> Option<Response> {
    Some(match (op, error) {
        (Op::AddToBlacklist, Error::NoSuchUser) => {
            transport(StatusCode::NOT_FOUND, "friendId is not an available userId.")
        }
        (Op::Invite, Error::AlreadyFriends(uid)) => {
            transport(StatusCode::BAD_REQUEST, &format!("User {uid} is already your friend."))
        }
        (_, Error::NoSuchFriend) => transport(StatusCode::NOT_FOUND, "Unknown friend user or invalid status."),
        // Never with code 10000: that would sign iOS clients out (contract 1.3).
        (_, Error::NotFriends) => transport(StatusCode::FORBIDDEN, "Current user is not friend of this user."),
        _ => return None,
    })
}

/// A text of a length in characters; `reason` is the documented one.
fn limited(field: &str, text: &str, most: usize, reason: &'static str) -> Result<(), Error> {
    if text.chars().count() <= most { Ok(()) } else { Err(Error::invalid(field, reason)) }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Somebody {
    friend_id: UserField,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Invite {
    friend_id: UserField,
    #[schemars(length(min = 1, max = 64))]
    message: String,
}

#[derive(Serialize, JsonSchema)]
struct Invited {
    /// `Added`, `AddDirectly`: friends from now on. `Sent`: they are asked. `None`: nothing has changed.
    #[schemars(extend("enum" = ["Added", "Sent", "None", "AddDirectly"]))]
    action: &'static str,
}

async fn invite(app: App, signed: Signed, input: Invite) -> Result<Answer<Invited>, Error> {
    let fits = limited("message", &input.message, MESSAGE, "Length of friend request message is out of limit.");
    signed.checked(&app, fits).await?;
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

async fn batch_delete(app: App, signed: Signed, input: Several) -> Result<Done, Error> {
    let few = input.friend_ids.len() <= BATCH;
    let few = if few { Ok(()) } else { Err(Error::invalid("friendIds", "Too many friendIds.")) };
    signed.checked(&app, few).await?;
    let uids: Vec<_> = input.friend_ids.into_iter().map(|field| field.0).collect();
    friends::delete_many(&app, &signed.claim, &uids).await.map(|()| done())
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
        updated_at: iso(edge.updated_at),
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
        created_at: iso(created_time),
        updated_at: iso(updated_time),
        created_time,
        updated_time,
    };
    Ok(answer(ProfileItem { display_name: escaped(&edge.display_name, DISPLAY_NAME), user }))
}

#[derive(Serialize, JsonSchema)]
struct BlockItem {
    user: BlockedPerson,
}

/// Somebody blocked; no friend, so never with a number (contract C26).
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
    /// When they were blocked (contract C9).
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
            gender: profile.gender.as_str(),
            st_account: profile.st_account.clone().unwrap_or_default(),
            phone: "",
            updated_at: iso(block.updated_at),
            updated_time: block.updated_at,
        },
    };
    Ok(answer(blocked.iter().map(item).collect()))
}
