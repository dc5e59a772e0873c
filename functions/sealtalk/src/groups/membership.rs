//! Making a group, adding, joining, quitting, kicking, the end, favourites (`docs/dialects/sealtalk.md#making-a-group`,
//! `docs/dialects/sealtalk.md#adding-people`, `docs/dialects/sealtalk.md#joining`, `docs/dialects/sealtalk.md#leaving`,
//! `docs/dialects/sealtalk.md#favourites`).

use super::fields::{GROUP, Members, OfGroup, OfMembers, ids, name, not_creator, portrait};
use crate::{
    dialect::Routes,
    refusal::{Refusal, business, transport},
    wire::{Answer, Done, TARGET, USER, UserField, answer, done},
};
use axum::http::{Method, StatusCode};
use kit::{
    Sample::{List, Str},
    Signed, at, post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    error::Why,
    groups::{self, Added, Outcome},
    values::UserId,
};
use std::collections::HashSet;

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/group/create", "CreateGroup")
            .about("Makes a group")
            .example(&[("name", Str("Team 1")), ("memberIds", List(&[Str(USER), Str(TARGET)]))])
            .checked(Create::checked, create),
        post("/group/add", "AddMembers")
            .about("Adds people to a group")
            .example(&[("groupId", Str(GROUP)), ("memberIds", List(&[Str(TARGET)]))])
            .refusing(nobody_added)
            .checked(some, add),
        post("/group/join", "JoinGroup").about("Joins a group").example(&[("groupId", Str(GROUP))]).signed(join),
        post("/group/quit", "QuitGroup").about("Leaves a group").example(&[("groupId", Str(GROUP))]).signed(quit),
        post("/group/kick", "KickMembers")
            .about("Removes members from a group")
            .example(&[("groupId", Str(GROUP)), ("memberIds", List(&[Str(TARGET)]))])
            .refusing(not_kicked)
            .checked(OfMembers::checked, kick),
        post("/group/dismiss", "DismissGroup")
            .about("Ends a group")
            .example(&[("groupId", Str(GROUP))])
            .refusing(not_creator)
            .signed(dismiss),
        post("/group/fav", "FavGroup")
            .about("Makes a group a favourite")
            .example(&[("groupId", Str(GROUP))])
            .signed(add_favourite),
        at([Method::DELETE], "/group/fav", "UnfavGroup")
            .about("Makes a group no favourite any more")
            .example(&[("groupId", Str(GROUP))])
            .signed(remove_favourite),
    ])
}

/// More than that are in no group, so nobody names more (`docs/dialects/sealtalk.md#limits-of-groups`).
const MOST: usize = 500;
const FULL: &str = "Group's member count is out of max group member count limit (500).";
/// What `add` says to an empty list.
const LIMIT: &str = "Limit error.";

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

/// A group that is to be made.
struct NewGroup {
    name: String,
    portrait: String,
    members: Vec<UserId>,
}

impl Create {
    fn checked(self) -> Result<NewGroup, Error> {
        let name = name(self.name, "Length of group name is out of limit.")?;
        let portrait = self.portrait_uri.map(portrait).transpose()?.unwrap_or_default();
        let members = ids(self.member_ids);
        let people = members.iter().collect::<HashSet<_>>().len();
        if people < 2 {
            return Err(Error::invalid("memberIds", "Group's member count should be greater than 1 at least."));
        }
        if people > MOST {
            return Err(Error::invalid("memberIds", FULL));
        }
        Ok(NewGroup { name, portrait, members })
    }
}

async fn create(app: App, signed: Signed, input: NewGroup) -> Result<Answer<Created>, Error> {
    let NewGroup { name, portrait, members } = &input;
    let new = groups::NewGroup { name, portrait, members, ..groups::NewGroup::default() };
    let (group, outcome) = groups::create(&app, &signed.claim, &new).await?;
    Ok(answer(Created { id: group.gid.to_string(), user_status: statuses(outcome) }))
}

/// Somebody has to be named; this operation has a code of its own for that (`docs/dialects/sealtalk.md#adding-people`).
fn some(input: OfMembers) -> Result<Members, Error> {
    input.checked().map_err(|_| Error::invalid("memberIds", LIMIT))
}

fn nobody_added(error: &Error) -> Option<Refusal> {
    matches!(error, Error::Invalid { why: Why::Rule(LIMIT), .. }).then(|| business(20_002, LIMIT))
}

async fn add(app: App, signed: Signed, input: Members) -> Result<Answer<Vec<UserStatus>>, Error> {
    let outcome = groups::add(&app, &signed.claim, &input.group, &input.members).await?;
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

fn not_kicked(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::Oneself => transport(StatusCode::BAD_REQUEST, "Can not kick yourself."),
        Error::GroupCreator => transport(StatusCode::METHOD_NOT_ALLOWED, "Can not kick the host."),
        Error::NoSuchMember => transport(StatusCode::BAD_REQUEST, "Can not kick none-member from the group."),
        _ => return None,
    })
}

async fn kick(app: App, signed: Signed, input: Members) -> Result<Done, Error> {
    groups::kick(&app, &signed.claim, &input.group, &input.members).await?;
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
