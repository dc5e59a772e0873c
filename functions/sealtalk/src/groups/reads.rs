//! Groups, favourites, a group, its members (`docs/dialects/sealtalk.md#reading-groups`,
//! `docs/dialects/sealtalk.md#favourites`).

use super::fields::{BULLETIN, GROUP, GroupField, NAME};
use crate::{
    dialect::Routes,
    people::{group_portrait, nickname, portrait},
    refusal::{Refusal, transport},
    wire::{Answer, answer, escaped},
};
use axum::http::StatusCode;
use kit::{
    Caller,
    Sample::{Int, Str},
    Signed,
    field::{Nothing, Text},
    get, read,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    groups::{self, Group, MemberView},
    time::iso_millis,
};

pub(super) fn routes() -> Routes {
    Routes::of([
        read("/user/groups", "Groups").about("Lists the groups of the caller").signed(my_groups),
        read("/user/favgroups", "FavGroups")
            .about("Lists the favourite groups of the caller")
            .example(&[("limit", Int(1)), ("offset", Int(0))])
            .checked(Page::checked, favourites),
        get("/group/{id}", "Group").about("Shows a group").example(&[("id", Str(GROUP))]).signed(group),
        get("/group/{id}/members", "GroupMembers")
            .about("Lists the members of a group")
            .example(&[("id", Str(GROUP))])
            .refusing(members_only)
            .signed(members),
    ])
}

/// What every view of a group shows. `certiStatus` is 0 when a manager has to agree, 1 when not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct GroupItem {
    id: String,
    name: String,
    portrait_uri: String,
    creator_id: String,
    member_count: i64,
    max_member_count: i64,
    /// 1: only the creator and managers may talk.
    is_mute: u8,
    /// 0: a manager has to agree to whom plain members add. 1: not.
    certi_status: u8,
    /// 1: members are kept from seeing more of each other than the group shows.
    member_protection: u8,
}

impl GroupItem {
    fn of(app: &App, caller: &Caller, group: &Group) -> Self {
        Self {
            id: group.gid.to_string(),
            name: escaped(&group.name, NAME),
            portrait_uri: group_portrait(app, caller, group),
            creator_id: group.creator.as_ref().map_or_else(String::new, ToString::to_string),
            member_count: group.member_count,
            max_member_count: groups::MOST,
            is_mute: u8::from(group.is_mute),
            certi_status: u8::from(!group.certification),
            member_protection: u8::from(group.protection),
        }
    }
}

/// A group of the caller's, flat as it is documented and nested as clients read it.
#[derive(Serialize, JsonSchema)]
struct MyGroup {
    #[serde(flatten)]
    flat: GroupItem,
    /// 0 creator, 1 member, 2 manager.
    #[schemars(extend("enum" = [0, 1, 2]))]
    role: u8,
    group: GroupItem,
}

async fn my_groups(app: App, signed: Signed, _: Nothing) -> Result<Answer<Vec<MyGroup>>, Error> {
    let groups = groups::mine(&app, &signed.claim).await?;
    let shown = groups.iter().map(|(group, member)| MyGroup {
        flat: GroupItem::of(&app, &signed.caller, group),
        role: member.role.code(),
        group: GroupItem::of(&app, &signed.caller, group),
    });
    Ok(answer(shown.collect()))
}

#[derive(Deserialize, JsonSchema)]
struct Page {
    /// How many to leave out, 0 or more.
    offset: Option<Text>,
    /// How many to show, 0 or more; 0 shows all.
    limit: Option<Text>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Favourite {
    #[serde(flatten)]
    group: GroupItem,
    created_at: String,
    updated_at: String,
    created_time: i64,
    updated_time: i64,
}

#[derive(Serialize, JsonSchema)]
struct Favourites {
    list: Vec<Favourite>,
    /// Of all pages.
    total: usize,
    /// As it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<String>,
    /// As it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<String>,
}

fn whole(name: &str, text: Option<&Text>) -> Result<usize, Error> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match text {
        None => Ok(0),
        Some(Text(text)) if digits(text) => text.parse().map_err(|_| Error::invalid(name, "Illegal parameter .")),
        Some(_) => Err(Error::invalid(name, "Illegal parameter .")),
    }
}

/// Which of a list are asked for, and how the client has said so.
struct Range {
    offset: usize,
    limit: usize,
    given: Page,
}

impl Page {
    fn checked(self) -> Result<Range, Error> {
        let offset = whole("offset", self.offset.as_ref())?;
        let limit = whole("limit", self.limit.as_ref())?;
        Ok(Range { offset, limit: if limit == 0 { usize::MAX } else { limit }, given: self })
    }
}

async fn favourites(app: App, signed: Signed, range: Range) -> Result<Answer<Favourites>, Error> {
    let Range { offset, limit, given: page } = range;
    let favourites = groups::favourites(&app, &signed.claim).await?;
    let total = favourites.len();
    let list = favourites.iter().skip(offset).take(limit).map(|group| Favourite {
        group: GroupItem::of(&app, &signed.caller, group),
        created_at: iso_millis(group.created_at),
        updated_at: iso_millis(group.updated_at),
        created_time: group.created_at,
        updated_time: group.updated_at,
    });
    let given = |text: Option<Text>| text.map(|text| text.0);
    Ok(answer(Favourites { list: list.collect(), total, limit: given(page.limit), offset: given(page.offset) }))
}

#[derive(Deserialize, JsonSchema)]
struct ById {
    id: GroupField,
}

/// A group as anybody sees it who has its id. Its bulletin is for members.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OneGroup {
    #[serde(flatten)]
    group: GroupItem,
    bulletin: Option<String>,
    deleted_at: Option<String>,
}

async fn group(app: App, signed: Signed, input: ById) -> Result<Answer<OneGroup>, Error> {
    let (group, is_in) = groups::view(&app, &signed.claim, &input.id.0).await?;
    let bulletin = group.bulletin.as_ref().filter(|_| is_in);
    Ok(answer(OneGroup {
        bulletin: bulletin.map(|bulletin| escaped(&bulletin.content, BULLETIN)),
        deleted_at: group.deleted_at.map(iso_millis),
        group: GroupItem::of(&app, &signed.caller, &group),
    }))
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MemberUser {
    id: String,
    nickname: String,
    portrait_uri: String,
    #[schemars(extend("enum" = ["male", "female"]))]
    gender: &'static str,
    st_account: String,
    /// Empty unless it is shown to the caller.
    phone: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MemberItem {
    display_name: String,
    group_nickname: String,
    /// 0 creator, 1 member, 2 manager.
    #[schemars(extend("enum" = [0, 1, 2]))]
    role: u8,
    timestamp: i64,
    created_at: String,
    created_time: i64,
    updated_at: String,
    updated_time: i64,
    user: MemberUser,
}

fn members_only(error: &Error) -> Option<Refusal> {
    matches!(error, Error::NotAMember)
        .then(|| transport(StatusCode::FORBIDDEN, "Only group member can get group member info."))
}

async fn members(app: App, signed: Signed, input: ById) -> Result<Answer<Vec<MemberItem>>, Error> {
    let members = groups::members(&app, &signed.claim, &input.id.0).await?;
    Ok(answer(members.into_iter().map(|view| member_item(&app, &signed, view)).collect()))
}

fn member_item(app: &App, signed: &Signed, view: MemberView) -> MemberItem {
    let MemberView { member, person } = view;
    let phone = person.phone().map(|phone| phone.split().1.to_owned()).unwrap_or_default();
    let profile = person.profile;
    MemberItem {
        display_name: escaped(&member.display_name, NAME),
        group_nickname: escaped(&member.display_name, NAME),
        role: member.role.code(),
        timestamp: member.changed_at,
        created_at: iso_millis(member.joined_at),
        created_time: member.joined_at,
        updated_at: iso_millis(member.changed_at),
        updated_time: member.changed_at,
        user: MemberUser {
            id: profile.uid.to_string(),
            nickname: nickname(&profile),
            portrait_uri: portrait(app, &signed.caller, &profile),
            gender: profile.gender.unwrap_or_default().as_str(),
            phone,
            st_account: profile.account_name.unwrap_or_default(),
        },
    }
}
