//! What the creator and managers change about a group, and what members say of themselves
//! (`docs/dialects/sealtalk.md#settings-of-a-group`, `docs/dialects/sealtalk.md#members-own-data`).

use super::fields::{BULLETIN, GROUP, GroupField, Members, OfGroup, OfMembers, name, not_creator, portrait};
use crate::{
    dialect::Routes,
    refusal::{Refusal, business, transport},
    wire::{Answer, Done, TARGET, UserField, answer, done, escaped},
};
use axum::http::StatusCode;
use kit::{
    Sample::{Int, List, Str},
    Signed,
    field::Flag,
    get, post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    groups::{self, Change},
    values::GroupId,
};

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/group/transfer", "TransferGroup")
            .about("Makes another member the creator of a group")
            .example(&[("groupId", Str(GROUP)), ("userId", Str(TARGET))])
            .refusing(not_transferred)
            .signed(transfer),
        post("/group/rename", "RenameGroup")
            .about("Renames a group")
            .example(&[("groupId", Str(GROUP)), ("name", Str("Team 2"))])
            .refusing(not_creator)
            .checked(Rename::checked, change),
        post("/group/set_portrait_uri", "SetGroupPortrait")
            .about("Changes the portrait of a group")
            .example(&[("groupId", Str(GROUP)), ("portraitUri", Str("http://img.example.com/team.png"))])
            .refusing(not_creator)
            .checked(SetPortrait::checked, change),
        post("/group/set_display_name", "SetMemberDisplayName")
            .about("Changes what the caller is called in a group")
            .example(&[("groupId", Str(GROUP)), ("displayName", Str("Ironman"))])
            .refusing(unknown_group)
            .checked(SetDisplayName::checked, set_display_name),
        post("/group/set_certification", "SetCertification")
            .about("Changes whether new members have to be let in")
            .example(&[("groupId", Str(GROUP)), ("certiStatus", Int(0))])
            .refusing(no_permission)
            .checked(SetCertification::checked, change),
        post("/group/set_manager", "SetManager")
            .about("Makes members managers of a group")
            .example(&[("groupId", Str(GROUP)), ("memberIds", List(&[Str(TARGET)]))])
            .refusing(not_managed)
            .checked(OfMembers::checked, set_manager),
        post("/group/remove_manager", "RemoveManager")
            .about("Makes managers members of a group")
            .example(&[("groupId", Str(GROUP)), ("memberIds", List(&[Str(TARGET)]))])
            .refusing(not_managed)
            .checked(OfMembers::checked, remove_manager),
        post("/group/mute_all", "MuteAll")
            .about("Changes whether only managers may speak in a group")
            .example(&[("groupId", Str(GROUP)), ("muteStatus", Int(1))])
            .checked(MuteAll::checked, change),
        post("/group/set_bulletin", "SetBulletin")
            .about("Writes the bulletin of a group")
            .example(&[("groupId", Str(GROUP)), ("content", Str("Meet at eight"))])
            .checked(SetBulletin::checked, change),
        post("/group/set_member_protection", "SetMemberProtection")
            .about("Changes whether members may befriend each other in a group")
            .example(&[("groupId", Str(GROUP)), ("memberProtection", Int(1))])
            .checked(SetProtection::checked, change),
        get("/group/get_bulletin", "GetBulletin")
            .about("Shows the bulletin of a group")
            .example(&[("groupId", Str(GROUP))])
            .signed(get_bulletin),
    ])
}

fn up_to(most: usize, field: &str, refusal: &'static str, text: String) -> Result<String, Error> {
    if text.chars().count() <= most { Ok(text) } else { Err(Error::invalid(field, refusal)) }
}

/// A group and what is to be different about it.
struct Changed {
    group: GroupId,
    change: Change,
}

/// What is to be different about a group, if that is allowed.
fn changed(group: GroupField, change: Result<Change, Error>) -> Result<Changed, Error> {
    Ok(Changed { group: group.0, change: change? })
}

async fn change(app: App, signed: Signed, input: Changed) -> Result<Done, Error> {
    groups::change(&app, &signed.claim, &input.group, &input.change).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Transfer {
    group_id: GroupField,
    user_id: UserField,
}

fn not_transferred(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::GroupCreator => transport(StatusCode::FORBIDDEN, "Can not transfer creator role to yourself."),
        Error::NoSuchGroup | Error::NoSuchMember => transport(StatusCode::BAD_REQUEST, "Invalid groupId or userId."),
        Error::NotGroupCreator => transport(StatusCode::BAD_REQUEST, "Current user is not group creator."),
        _ => return None,
    })
}

async fn transfer(app: App, signed: Signed, input: Transfer) -> Result<Done, Error> {
    groups::transfer(&app, &signed.claim, &input.group_id.0, &input.user_id.0).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Rename {
    group_id: GroupField,
    /// 2 to 32 characters.
    name: String,
}

impl Rename {
    fn checked(self) -> Result<Changed, Error> {
        changed(self.group_id, name(self.name, "Length of name invalid.").map(Change::Name))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetPortrait {
    group_id: GroupField,
    portrait_uri: String,
}

impl SetPortrait {
    fn checked(self) -> Result<Changed, Error> {
        changed(self.group_id, portrait(self.portrait_uri).map(Change::Portrait))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetDisplayName {
    group_id: GroupField,
    /// Up to 32 characters; none takes it away.
    display_name: String,
}

impl SetDisplayName {
    fn checked(self) -> Result<Self, Error> {
        let display_name = up_to(32, "displayName", "Length of display name invalid.", self.display_name)?;
        Ok(Self { display_name, ..self })
    }
}

fn unknown_group(error: &Error) -> Option<Refusal> {
    matches!(error, Error::NotAMember).then(|| transport(StatusCode::NOT_FOUND, "Unknown group."))
}

async fn set_display_name(app: App, signed: Signed, input: SetDisplayName) -> Result<Done, Error> {
    groups::set_display_name(&app, &signed.claim, &input.group_id.0, &input.display_name).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetCertification {
    group_id: GroupField,
    /// 0 on, 1 off.
    certi_status: Flag,
}

fn no_permission(error: &Error) -> Option<Refusal> {
    matches!(error, Error::NotGroupManager).then(|| business(20_001, "No permission."))
}

impl SetCertification {
    fn checked(self) -> Result<Changed, Error> {
        changed(self.group_id, Ok(Change::Certification(!self.certi_status.0)))
    }
}

const MANAGERS: &str = "Group's manager count is out of max manager count limit (20).";

fn not_managed(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::NotGroupCreator => transport(StatusCode::UNAUTHORIZED, "No permission to set up an manager."),
        Error::NotAMember | Error::NoSuchMember | Error::NoSuchGroup => {
            transport(StatusCode::PAYMENT_REQUIRED, "Not in the group.")
        }
        Error::GroupCreator => transport(StatusCode::FORBIDDEN, "Cannot set the group creator."),
        Error::TooManyManagers => transport(StatusCode::BAD_REQUEST, MANAGERS),
        _ => return None,
    })
}

async fn set_manager(app: App, signed: Signed, input: Members) -> Result<Done, Error> {
    groups::set_roles(&app, &signed.claim, &input.group, &input.members, true).await?;
    Ok(done())
}

async fn remove_manager(app: App, signed: Signed, input: Members) -> Result<Done, Error> {
    groups::set_roles(&app, &signed.claim, &input.group, &input.members, false).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MuteAll {
    group_id: GroupField,
    mute_status: Flag,
}

impl MuteAll {
    fn checked(self) -> Result<Changed, Error> {
        changed(self.group_id, Ok(Change::Mute(self.mute_status.0)))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetProtection {
    group_id: GroupField,
    member_protection: Flag,
}

impl SetProtection {
    fn checked(self) -> Result<Changed, Error> {
        changed(self.group_id, Ok(Change::Protection(self.member_protection.0)))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetBulletin {
    group_id: GroupField,
    /// Up to 1,024 characters; none takes it down.
    content: Option<String>,
    /// Another name for `content`.
    bulletin: Option<String>,
}

impl SetBulletin {
    fn checked(self) -> Result<Changed, Error> {
        // Only an empty `bulletin` takes the old one away (`docs/dialects/sealtalk.md#bulletins`).
        let given = self.content.or(self.bulletin).ok_or_else(|| Error::missing("content"));
        let text = given.and_then(|given| up_to(BULLETIN, "content", "Length of bulletin invalid.", given));
        changed(self.group_id, text.map(Change::Bulletin))
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct BulletinItem {
    id: String,
    group_id: String,
    content: String,
    timestamp: i64,
}

async fn get_bulletin(app: App, signed: Signed, input: OfGroup) -> Result<Answer<BulletinItem>, Error> {
    let bulletin = groups::bulletin(&app, &signed.claim, &input.group_id.0).await?;
    Ok(answer(BulletinItem {
        id: bulletin.id,
        group_id: input.group_id.0.to_string(),
        content: escaped(&bulletin.content, BULLETIN),
        timestamp: bulletin.at,
    }))
}
