//! Invitations (`docs/dialects/sealtalk.md#approval-and-invitations`).

use super::fields::{GROUP, GroupField, NAME};
use crate::{
    dialect::Routes,
    people::nickname,
    refusal::{Refusal, business},
    wire::{Answer, Done, USER, UserField, answer, done, escaped},
};
use kit::{
    Sample::{Int, Str},
    Signed,
    field::{Flag, Nothing},
    get, post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    groups::{self, Answered, Invitation},
    sessions::Profile,
    values::UserId,
};

pub(super) fn routes() -> Routes {
    Routes::of([
        get("/group/notice_info", "NoticeInfo").about("Lists invitations to groups").signed(notice_info),
        post("/group/agree", "AgreeNotice")
            .about("Answers an invitation to a group")
            .example(&[("groupId", Str(GROUP)), ("receiverId", Str(USER)), ("status", Int(1))])
            .refusing(not_answered)
            .signed(agree),
        post("/group/clear_notice", "ClearNotice")
            .about("Clears the caller's list of invitations to groups")
            .signed(clear_notice),
    ])
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NoticePerson")]
struct Somebody {
    id: String,
    nickname: String,
}

impl Somebody {
    fn of(profile: &Profile) -> Self {
        Self { id: profile.uid.to_string(), nickname: nickname(profile) }
    }
}

#[derive(Serialize, JsonSchema)]
struct NamedGroup {
    id: String,
    name: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NoticeItem {
    id: String,
    /// 1: the caller is invited. 2: the caller judges as a manager.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = [1, 2]))]
    kind: u8,
    /// 0 ignored, 1 agreed, 2 waits, 3 expired.
    #[schemars(extend("enum" = [0, 1, 2, 3]))]
    status: u8,
    timestamp: i64,
    /// The same time, as apps read it.
    created_time: i64,
    requester: Somebody,
    receiver: Somebody,
    group: NamedGroup,
}

async fn notice_info(app: App, signed: Signed, _: Nothing) -> Result<Answer<Vec<NoticeItem>>, Error> {
    let invitations = groups::invitations(&app, &signed.claim).await?;
    let caller = signed.claim.uid();
    Ok(answer(invitations.iter().map(|invitation| item(caller, invitation)).collect()))
}

fn item(caller: &UserId, invitation: &Invitation) -> NoticeItem {
    let notice = &invitation.notice;
    let status = match notice.status {
        Answered::Ignored => 0,
        Answered::Agreed => 1,
        Answered::Waiting if invitation.expired => 3,
        Answered::Waiting => 2,
    };
    let name = invitation.group.as_ref().map(|group| escaped(&group.name, NAME));
    NoticeItem {
        id: format!("{}{}", notice.gid, notice.invitee),
        kind: if notice.invitee == *caller { 1 } else { 2 },
        status,
        timestamp: notice.at,
        created_time: notice.at,
        requester: Somebody::of(&invitation.requester),
        receiver: Somebody::of(&invitation.invitee),
        group: NamedGroup { id: notice.gid.to_string(), name: name.unwrap_or_default() },
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Agree {
    group_id: GroupField,
    /// Who is invited.
    receiver_id: UserField,
    /// 0 ignores, 1 agrees.
    status: Flag,
}

fn not_answered(error: &Error) -> Option<Refusal> {
    matches!(error, Error::NoSuchGroup).then(|| business(20_003, "Not found."))
}

async fn agree(app: App, signed: Signed, input: Agree) -> Result<Done, Error> {
    groups::answer(&app, &signed.claim, &input.group_id.0, &input.receiver_id.0, input.status.0).await?;
    Ok(done())
}

async fn clear_notice(app: App, signed: Signed, _: Nothing) -> Result<Done, Error> {
    groups::clear_notices(&app, &signed.claim).await?;
    Ok(done())
}
