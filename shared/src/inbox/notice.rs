//! What people are told of what others have done, and how it is written down (`docs/dialects/chat.md#notices`).
//!
//! The content of a notice is JSON in the words that clients know from the messages of SealTalk's own service; this file alone has
//! these words.

use super::telling::{Audience, News};
use crate::{
    app::App,
    error::Error,
    person::Profile,
    values::{GroupId, UserId},
};
use serde::Serialize;

/// So many people a notice names at most: a message has to fit into a frame.
pub const MOST_NAMED: usize = 100;

/// The kind of a message that nobody has written.
const SYSTEM: u8 = 0;

/// The kind of a message by which somebody wants something of its reader.
const REQUEST: u8 = 2;

/// What somebody has done that others are told.
#[derive(Clone, Debug)]
pub enum Notice<'a> {
    /// Somebody asks the reader to be friends.
    Asks(Contact<'a>),
    /// Somebody and the reader are friends from now on.
    Befriends(Contact<'a>),
    /// Somebody has the reader as a friend from now on, whatever the reader has them as; with their name. Whoever has never opened
    /// a connection is told, too.
    Adds(&'a UserId, &'a str),
    /// Something has become of a group that the reader is in, or was until now.
    Group(GroupNotice<'a>),
    /// Somebody has switched on the third light for the reader.
    ThirdLight(&'a UserId, &'a UserId),
}

/// What is said of two people.
#[derive(Clone, Debug)]
pub struct Contact<'a> {
    /// Who does it.
    pub from: &'a Profile,
    /// The reader.
    pub to: &'a UserId,
    /// What was said with it, or nothing.
    pub message: &'a str,
    /// The reader's version of the change.
    pub version: i64,
}

/// What is said of a group.
#[derive(Clone, Debug)]
pub struct GroupNotice<'a> {
    /// The group.
    pub gid: &'a GroupId,
    /// What it is called from now on.
    pub name: &'a str,
    /// Who does it.
    pub operator: &'a Named,
    /// What they do.
    pub change: &'a GroupChange,
    /// When, in milliseconds.
    pub at: i64,
}

/// Somebody, and what they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Who.
    pub uid: UserId,
    /// Their name in the group, or their nickname, or nothing.
    pub name: String,
}

/// What becomes of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupChange {
    /// It is made.
    Created,
    /// These people are in it from now on; who joins by themselves is the operator too.
    Added(Vec<Named>),
    /// Somebody has quit. If it was theirs, it is another's now.
    Quit(Named, Option<Named>),
    /// These people were sent away.
    Kicked(Vec<Named>),
    /// It has ended.
    Dismissed,
    /// It has another name.
    Renamed,
    /// It has something to say.
    Bulletin(String),
    /// It is another's.
    Transferred(Named),
}

/// As it is sent: two people.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContactContent<'a> {
    r#type: &'static str,
    operation: &'static str,
    source_user_id: &'a UserId,
    target_user_id: &'a UserId,
    message: &'a str,
    extra: ContactExtra<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContactExtra<'a> {
    source_user_nickname: &'a str,
    version: i64,
}

/// As it is sent: a group.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupContent<'a> {
    r#type: &'static str,
    operator_user_id: &'a UserId,
    operation: &'static str,
    data: GroupData<'a>,
    message: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupData<'a> {
    operator_nickname: &'a str,
    target_group_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_user_ids: Option<Vec<&'a UserId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_user_display_names: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_creator_id: Option<&'a UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_creator_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_creator_id: Option<&'a UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_creator_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bulletin: Option<&'a str>,
    timestamp: i64,
}

/// As it is sent: a light.
#[derive(Serialize)]
struct LightContent<'a> {
    r#type: &'static str,
    user_id: &'a UserId,
    target_id: &'a UserId,
}

impl Notice<'_> {
    /// Tells people. It never fails, and what it costs is that of [`Audience::tell`].
    pub async fn tell(&self, app: &App, audience: &Audience) {
        let content = match self.content() {
            Ok(content) => content,
            Err(error) => return tracing::error!(%error, "a notice could not be written down"),
        };
        let (from, group, everybody) = match self {
            Self::Asks(contact) | Self::Befriends(contact) => (&contact.from.uid, None, false),
            Self::Adds(from, _) => (*from, None, true),
            Self::Group(notice) => (&notice.operator.uid, Some(notice.gid), false),
            Self::ThirdLight(from, _) => (*from, None, false),
        };
        let kind = if matches!(self, Self::Adds(..)) { REQUEST } else { SYSTEM };
        audience.tell(app, &News { from, group, kind, content: &content, everybody }).await;
    }

    fn content(&self) -> Result<String, Error> {
        let json = match self {
            Self::Asks(contact) => serde_json::to_string(&contact.content("Request")),
            Self::Befriends(contact) => serde_json::to_string(&contact.content("AcceptResponse")),
            Self::Adds(_, name) => return Ok((*name).to_owned()),
            Self::Group(notice) => serde_json::to_string(&notice.content()),
            Self::ThirdLight(user_id, target_id) => {
                serde_json::to_string(&LightContent { r#type: "light_last_light", user_id, target_id })
            }
        };
        json.map_err(Error::internal)
    }
}

impl Contact<'_> {
    fn content(&self, operation: &'static str) -> ContactContent<'_> {
        let nickname = self.from.nickname.as_ref().map_or("", |nickname| nickname.as_str());
        ContactContent {
            r#type: "ST:ContactNtf",
            operation,
            source_user_id: &self.from.uid,
            target_user_id: self.to,
            message: self.message,
            extra: ContactExtra { source_user_nickname: nickname, version: self.version },
        }
    }
}

impl GroupNotice<'_> {
    fn content(&self) -> GroupContent<'_> {
        let Self { name, operator, change, at, .. } = self;
        let mut data = GroupData {
            operator_nickname: &operator.name,
            target_group_name: name,
            target_user_ids: None,
            target_user_display_names: None,
            old_creator_id: None,
            old_creator_name: None,
            new_creator_id: None,
            new_creator_name: None,
            bulletin: None,
            timestamp: *at,
        };
        let operation = match change {
            GroupChange::Created => "Create",
            GroupChange::Added(people) => data.about("Add", people),
            GroupChange::Kicked(people) => data.about("Kicked", people),
            GroupChange::Quit(who, heir) => {
                if let Some(heir) = heir {
                    data.handed_over(who, heir);
                }
                data.about("Quit", std::slice::from_ref(who))
            }
            GroupChange::Dismissed => "Dismiss",
            GroupChange::Renamed => "Rename",
            GroupChange::Bulletin(text) => {
                data.bulletin = Some(text);
                "Bulletin"
            }
            GroupChange::Transferred(heir) => {
                data.handed_over(operator, heir);
                "Transfer"
            }
        };
        GroupContent { r#type: "ST:GrpNtf", operator_user_id: &operator.uid, operation, data, message: "" }
    }
}

impl<'a> GroupData<'a> {
    fn about(&mut self, operation: &'static str, people: &'a [Named]) -> &'static str {
        let people = || people.iter().take(MOST_NAMED);
        self.target_user_ids = Some(people().map(|person| &person.uid).collect());
        self.target_user_display_names = Some(people().map(|person| person.name.as_str()).collect());
        operation
    }

    fn handed_over(&mut self, from: &'a Named, to: &'a Named) {
        (self.old_creator_id, self.old_creator_name) = (Some(&from.uid), Some(from.name.as_str()));
        (self.new_creator_id, self.new_creator_name) = (Some(&to.uid), Some(to.name.as_str()));
    }
}
