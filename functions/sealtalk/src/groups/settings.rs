//! What the creator and managers change about a group, and what members say of themselves (contract 3.2, 3.4).

use super::membership::{OfMembers, some};
use crate::{
    Op, Routes,
    wire::{Answer, Done, Flag, GET, GroupField, POST, UserField, answer, done, escaped},
};
use kit::Signed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    groups::{self, Change},
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .signed(POST, "/group/transfer", Op::TransferGroup, transfer)
        .signed(POST, "/group/rename", Op::RenameGroup, rename)
        .signed(POST, "/group/set_portrait_uri", Op::SetGroupPortrait, set_portrait_uri)
        .signed(POST, "/group/set_display_name", Op::SetMemberDisplayName, set_display_name)
        .signed(POST, "/group/set_certification", Op::SetCertification, set_certification)
        .signed(POST, "/group/set_manager", Op::SetManager, set_manager)
        .signed(POST, "/group/remove_manager", Op::RemoveManager, remove_manager)
        .signed(POST, "/group/mute_all", Op::MuteAll, mute_all)
        .signed(POST, "/group/set_bulletin", Op::SetBulletin, set_bulletin)
        .signed(POST, "/group/set_member_protection", Op::SetMemberProtection, set_member_protection)
        .signed(GET, "/group/get_bulletin", Op::GetBulletin, get_bulletin)
}

/// So many characters a bulletin has at most.
pub(super) const BULLETIN: usize = 1_024;

/// The name of a group: 2 to 32 characters.
pub(super) fn name(text: String, refusal: &'static str) -> Result<String, Error> {
    if (2..=32).contains(&text.chars().count()) { Ok(text) } else { Err(Error::invalid("name", refusal)) }
}

/// The URL of a portrait: http or https, a host with a dot or `localhost`, 12 to 256 characters, no white space.
pub(super) fn portrait(text: String) -> Result<String, Error> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#', ':']).next().unwrap_or_default()).unwrap_or_default();
    let named = host == "localhost" || host.split('.').filter(|label| !label.is_empty()).count() > 1;
    if !named || text.chars().any(|char| char.is_whitespace() || char.is_control()) {
        return Err(Error::invalid("portraitUri", "Invalid portraitUri format."));
    }
    if !(12..=256).contains(&text.chars().count()) {
        return Err(Error::invalid("portraitUri", "Length of portraitUri invalid."));
    }
    Ok(text)
}

fn up_to(most: usize, field: &str, refusal: &'static str, text: String) -> Result<String, Error> {
    if text.chars().count() <= most { Ok(text) } else { Err(Error::invalid(field, refusal)) }
}

async fn changed(app: &App, signed: &Signed, group: &GroupField, change: Result<Change, Error>) -> Result<Done, Error> {
    let change = signed.checked(app, change).await?;
    groups::change(app, &signed.claim, &group.0, &change).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Transfer {
    group_id: GroupField,
    user_id: UserField,
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

async fn rename(app: App, signed: Signed, input: Rename) -> Result<Done, Error> {
    let name = name(input.name, "Length of name invalid.").map(Change::Name);
    changed(&app, &signed, &input.group_id, name).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetPortrait {
    group_id: GroupField,
    portrait_uri: String,
}

async fn set_portrait_uri(app: App, signed: Signed, input: SetPortrait) -> Result<Done, Error> {
    let portrait = portrait(input.portrait_uri).map(Change::Portrait);
    changed(&app, &signed, &input.group_id, portrait).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetDisplayName {
    group_id: GroupField,
    /// Up to 32 characters; none takes it away.
    display_name: String,
}

async fn set_display_name(app: App, signed: Signed, input: SetDisplayName) -> Result<Done, Error> {
    let name = up_to(32, "displayName", "Length of display name invalid.", input.display_name);
    let name = signed.checked(&app, name).await?;
    groups::set_display_name(&app, &signed.claim, &input.group_id.0, &name).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetCertification {
    group_id: GroupField,
    /// 0 on, 1 off (contract C10).
    certi_status: Flag,
}

async fn set_certification(app: App, signed: Signed, input: SetCertification) -> Result<Done, Error> {
    changed(&app, &signed, &input.group_id, Ok(Change::Certification(!input.certi_status.0))).await
}

async fn set_manager(app: App, signed: Signed, input: OfMembers) -> Result<Done, Error> {
    set_roles(app, signed, input, true).await
}

async fn remove_manager(app: App, signed: Signed, input: OfMembers) -> Result<Done, Error> {
    set_roles(app, signed, input, false).await
}

async fn set_roles(app: App, signed: Signed, input: OfMembers, manage: bool) -> Result<Done, Error> {
    let members = signed.checked(&app, some(input.member_ids)).await?;
    groups::set_roles(&app, &signed.claim, &input.group_id.0, &members, manage).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MuteAll {
    group_id: GroupField,
    mute_status: Flag,
}

async fn mute_all(app: App, signed: Signed, input: MuteAll) -> Result<Done, Error> {
    changed(&app, &signed, &input.group_id, Ok(Change::Mute(input.mute_status.0))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetProtection {
    group_id: GroupField,
    member_protection: Flag,
}

async fn set_member_protection(app: App, signed: Signed, input: SetProtection) -> Result<Done, Error> {
    changed(&app, &signed, &input.group_id, Ok(Change::Protection(input.member_protection.0))).await
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

async fn set_bulletin(app: App, signed: Signed, input: SetBulletin) -> Result<Done, Error> {
    // Only an empty `bulletin` takes the old one away.
    let given = input.content.or(input.bulletin).ok_or_else(|| Error::missing("content"));
    let text = given.and_then(|given| up_to(BULLETIN, "content", "Length of bulletin invalid.", given));
    changed(&app, &signed, &input.group_id, text.map(Change::Bulletin)).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OfGroup {
    group_id: GroupField,
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
