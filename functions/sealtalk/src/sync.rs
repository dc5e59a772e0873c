//! What has changed (`docs/dialects/sealtalk.md#sync`).

use crate::{
    dialect::Routes,
    people::{group_portrait, nickname, portrait, shown_nickname},
    wire::{Answer, answer, escaped},
};
use kit::{Caller, Sample::Int, Signed, field::Text, read};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    friends::{Block, Edge},
    groups::Member,
    profiles::Look,
    sessions::Profile,
    sync::{self, GroupChange},
    values::UserId,
};

pub(crate) fn routes() -> Routes {
    Routes::of([read("/user/sync/{version}", "Sync")
        .about("Gives what has changed since a version")
        .example(&[("version", Int(0))])
        .checked(Input::checked, changes)])
}

/// The largest version that a client can hold exactly (`docs/dialects/sealtalk.md#sync`).
const LARGEST: i64 = 1 << 53;

#[derive(Deserialize, JsonSchema)]
struct Input {
    version: Text,
}

impl Input {
    fn checked(self) -> Result<i64, Error> {
        known_version(&self.version.0).ok_or_else(|| Error::invalid("version", "Version parameter is not integer."))
    }
}

/// Somebody as far as a client has to show them.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChangedPerson")]
struct PersonItem {
    id: String,
    nickname: String,
    portrait_uri: String,
}

#[derive(Serialize, JsonSchema)]
struct OwnItem {
    #[serde(flatten)]
    person: PersonItem,
    timestamp: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChangedBlock")]
struct BlockItem {
    friend_id: String,
    /// Whether the block holds.
    status: bool,
    timestamp: i64,
    user: PersonItem,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChangedFriend")]
struct FriendItem {
    friend_id: String,
    display_name: String,
    /// 10 asked by the caller, 11 has asked the caller, 20 friends, 21 ignored, 30 deleted, 31 blocked.
    #[schemars(extend("enum" = [10, 11, 20, 21, 30, 31]))]
    status: u8,
    timestamp: i64,
    user: PersonItem,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct GroupBody {
    id: String,
    name: String,
    portrait_uri: String,
    timestamp: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChangedGroup")]
struct GroupItem {
    group_id: String,
    display_name: String,
    /// 0 creator, 1 member, 2 manager.
    #[schemars(extend("enum" = [0, 1, 2]))]
    role: u8,
    is_deleted: bool,
    group: GroupBody,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChangedMember")]
struct MemberItem {
    group_id: String,
    member_id: String,
    display_name: String,
    /// 0 creator, 1 member, 2 manager.
    #[schemars(extend("enum" = [0, 1, 2]))]
    role: u8,
    is_deleted: bool,
    timestamp: i64,
    user: PersonItem,
}

/// Every container is always there; `user` is null while it is the same.
#[derive(Serialize, JsonSchema)]
struct Changes {
    version: i64,
    user: Option<OwnItem>,
    blacklist: Vec<BlockItem>,
    friends: Vec<FriendItem>,
    groups: Vec<GroupItem>,
    group_members: Vec<MemberItem>,
}

/// Shows things to one caller.
struct View<'a> {
    app: &'a App,
    caller: &'a Caller,
}

impl View<'_> {
    /// Somebody; who is gone has an id and nothing else.
    fn person(&self, uid: &UserId, look: &Look) -> PersonItem {
        PersonItem {
            id: uid.to_string(),
            nickname: shown_nickname(look.nickname.as_ref()),
            portrait_uri: look.portrait_url(self.caller.media_base(self.app)).unwrap_or_default(),
        }
    }

    fn own(&self, profile: &Profile) -> OwnItem {
        let id = profile.uid.to_string();
        let portrait_uri = portrait(self.app, self.caller, profile);
        let person = PersonItem { id, nickname: nickname(profile), portrait_uri };
        OwnItem { person, timestamp: profile.look_version() }
    }

    fn block(&self, block: &Block) -> BlockItem {
        BlockItem {
            friend_id: block.other.to_string(),
            status: block.active && !block.hidden,
            timestamp: block.version,
            user: self.person(&block.other, &block.look),
        }
    }

    fn friend(&self, edge: &Edge) -> FriendItem {
        FriendItem {
            friend_id: edge.other.to_string(),
            display_name: escaped(&edge.display_name, 32),
            status: edge.status.into(),
            timestamp: edge.version,
            user: self.person(&edge.other, &edge.look),
        }
    }

    fn group(&self, change: &GroupChange) -> GroupItem {
        let group = &change.group;
        GroupItem {
            group_id: group.gid.to_string(),
            display_name: escaped(&change.own.display_name, 32),
            role: change.own.role.code(),
            is_deleted: change.gone,
            group: GroupBody {
                id: group.gid.to_string(),
                name: escaped(&group.name, 32),
                portrait_uri: group_portrait(self.app, self.caller, group),
                timestamp: change.version,
            },
        }
    }

    fn member(&self, change: &GroupChange, member: &Member) -> MemberItem {
        MemberItem {
            group_id: member.gid.to_string(),
            member_id: member.uid.to_string(),
            display_name: escaped(&member.display_name, 32),
            role: member.role.code(),
            is_deleted: change.gone || member.left_at.is_some(),
            timestamp: change.version,
            user: self.person(&member.uid, &member.look),
        }
    }
}

/// What a client says it knows. Any number below zero is as good as zero (`docs/dialects/sealtalk.md#sync`).
fn known_version(text: &str) -> Option<i64> {
    let below_zero = text.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    match text.parse() {
        Err(_) if below_zero && text.len() > 1 => Some(0),
        parsed => parsed.ok().filter(|version| *version <= LARGEST),
    }
}

async fn changes(app: App, signed: Signed, version: i64) -> Result<Answer<Changes>, Error> {
    let changes = sync::changes(&app, &signed.claim, version).await?;
    let view = View { app: &app, caller: &signed.caller };
    let members = |change: &GroupChange| change.members.iter().map(|it| view.member(change, it)).collect::<Vec<_>>();
    Ok(answer(Changes {
        version: changes.version,
        user: changes.user.as_ref().map(|profile| view.own(profile)),
        blacklist: changes.blacklist.iter().map(|it| view.block(it)).collect(),
        friends: changes.friends.iter().map(|it| view.friend(it)).collect(),
        groups: changes.groups.iter().map(|it| view.group(it)).collect(),
        group_members: changes.groups.iter().flat_map(members).collect(),
    }))
}
