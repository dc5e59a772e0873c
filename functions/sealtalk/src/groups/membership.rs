//! Making a group, adding, joining, quitting, kicking, the end, favourites (contract 3.2).

use super::{FULL, LIMIT, MOST, settings};
use crate::{
    Op, Routes,
    wire::{Answer, Done, GroupField, POST, UserField, answer, done},
};
use axum::http::Method;
use kit::Signed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    groups::{self, Added, Outcome},
    values::UserId,
};
use std::collections::HashSet;

pub(super) fn routes() -> Routes {
    Routes::new()
        .signed(POST, "/group/create", Op::CreateGroup, create)
        .signed(POST, "/group/add", Op::AddMembers, add)
        .signed(POST, "/group/join", Op::JoinGroup, join)
        .signed(POST, "/group/quit", Op::QuitGroup, quit)
        .signed(POST, "/group/kick", Op::KickMembers, kick)
        .signed(POST, "/group/dismiss", Op::DismissGroup, dismiss)
        .signed(POST, "/group/fav", Op::FavGroup, add_favourite)
        .signed(Method::DELETE, "/group/fav", Op::UnfavGroup, remove_favourite)
}

/// A group and nothing else.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OfGroup {
    group_id: GroupField,
}

/// A group and some people.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfMembers {
    pub(super) group_id: GroupField,
    pub(super) member_ids: Vec<UserField>,
}

pub(super) fn ids(fields: Vec<UserField>) -> Vec<UserId> {
    fields.into_iter().map(|field| field.0).collect()
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Create {
    /// 2 to 32 characters.
    name: String,
    /// 2 to 500 people, the creator counted only if among them.
    member_ids: Vec<UserField>,
    portrait_uri: Option<String>,
}

/// Whoever was to be added: 1 is in, 2 waits for a manager, 3 has to agree.
#[derive(Serialize, JsonSchema)]
struct UserStatus {
    id: String,
    #[schemars(extend("enum" = [1, 2, 3]))]
    status: u8,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Created {
    id: String,
    user_status: Vec<UserStatus>,
}

fn statuses(outcome: Outcome) -> Vec<UserStatus> {
    let code = |added| match added {
        Added::In => 1,
        Added::WaitsForManager => 2,
        Added::WaitsForInvitee => 3,
    };
    outcome.into_iter().map(|(uid, added)| UserStatus { id: uid.to_string(), status: code(added) }).collect()
}

/// Name, portrait and members of a new group, each by its rule.
fn founding(input: Create) -> Result<(String, String, Vec<UserId>), Error> {
    let name = settings::name(input.name, "Length of group name is out of limit.")?;
    let portrait = input.portrait_uri.map(settings::portrait).transpose()?.unwrap_or_default();
    let members = ids(input.member_ids);
    let people = members.iter().collect::<HashSet<_>>().len();
    if people < 2 {
        return Err(Error::invalid("memberIds", "Group's member count should be greater than 1 at least."));
    }
    if people > MOST {
        return Err(Error::invalid("memberIds", FULL));
    }
    Ok((name, portrait, members))
}

async fn create(app: App, signed: Signed, input: Create) -> Result<Answer<Created>, Error> {
    let (name, portrait, members) = signed.checked(&app, founding(input)).await?;
    let (gid, outcome) = groups::create(&app, &signed.claim, &name, &portrait, &members).await?;
    Ok(answer(Created { id: gid.to_string(), user_status: statuses(outcome) }))
}

async fn add(app: App, signed: Signed, input: OfMembers) -> Result<Answer<Vec<UserStatus>>, Error> {
    let members = ids(input.member_ids);
    let some = if members.is_empty() { Err(Error::invalid("memberIds", LIMIT)) } else { Ok(members) };
    let members = signed.checked(&app, some).await?;
    let outcome = groups::add(&app, &signed.claim, &input.group_id.0, &members).await?;
    Ok(answer(statuses(outcome)))
}

async fn join(app: App, signed: Signed, input: OfGroup) -> Result<Done, Error> {
    groups::join(&app, &signed.claim, &input.group_id.0).await?;
    Ok(done())
}

async fn quit(app: App, signed: Signed, input: OfGroup) -> Result<Done, Error> {
    groups::quit(&app, &signed.claim, &input.group_id.0).await?;
    Ok(done())
}

/// Somebody has to be named.
pub(super) fn some(fields: Vec<UserField>) -> Result<Vec<UserId>, Error> {
    if fields.is_empty() { Err(Error::invalid("memberIds", "Empty memberIds.")) } else { Ok(ids(fields)) }
}

async fn kick(app: App, signed: Signed, input: OfMembers) -> Result<Done, Error> {
    let members = signed.checked(&app, some(input.member_ids)).await?;
    groups::kick(&app, &signed.claim, &input.group_id.0, &members).await?;
    Ok(done())
}

async fn dismiss(app: App, signed: Signed, input: OfGroup) -> Result<Done, Error> {
    groups::dismiss(&app, &signed.claim, &input.group_id.0).await?;
    Ok(done())
}

async fn add_favourite(app: App, signed: Signed, input: OfGroup) -> Result<Done, Error> {
    groups::add_favourite(&app, &signed.claim, &input.group_id.0).await?;
    Ok(done())
}

async fn remove_favourite(app: App, signed: Signed, input: OfGroup) -> Result<Done, Error> {
    groups::remove_favourite(&app, &signed.claim, &input.group_id.0).await?;
    Ok(done())
}
