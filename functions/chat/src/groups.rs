//! Groups: making, finding, joining and quitting them (`docs/dialects/chat.md#groups`, `docs/dialects/chat.md#searching`).

use crate::{
    dialect::Routes,
    fields::{GROUP, GroupField, OfGroup, PageField, SoughtField},
    profile,
    refusal::{Refusal, Template, anywhere, refused},
    status::Status,
    wire::{Answer, Group, ListedUser, PERSON, Sent, done},
};
use kit::{
    Sample::{Int, List, Str},
    Signed,
    field::Nothing,
    get, post, read,
};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error,
    error::Why,
    groups::{self, Joining, NewGroup},
    time::china_seconds,
    values::{FoldedName, PortraitUrl, UserId},
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        get("/android/group_search/{field}/{page}", "GroupSearch")
            .about("Finds groups by a part of their names")
            .example(&[("field", Str("club")), ("page", Int(1))])
            .refusing(no_list)
            .signed(search),
        post("/android/create_group", "CreateGroup")
            .about("Makes a group")
            .example(&[
                ("name", Str("club")),
                ("picture", Str("media/avatars/default.jpg")),
                ("description", Str("")),
                ("members", List(&[Str(PERSON)])),
            ])
            .refusing(not_made)
            .checked(Create::checked, create),
        get("/android/user_groups", "UserGroups")
            .about("Lists the groups of the caller")
            .refusing(no_list)
            .signed(mine),
        get("/android/group_members/{gid}/{page}", "GroupMembers")
            .about("Lists the members of a group")
            .example(&[("gid", Str(GROUP)), ("page", Int(0))])
            .refusing(no_list)
            .signed(members),
        read("/android/join_group/{gid}", "JoinGroup")
            .about("Joins a group")
            .changing()
            .example(&[("gid", Str(GROUP))])
            .refusing(no_group)
            .signed(join),
        read("/android/quit_group/{gid}", "QuitGroup")
            .about("Leaves a group")
            .changing()
            .example(&[("gid", Str(GROUP))])
            .refusing(not_in)
            .signed(quit),
    ])
}

/// So many people are named at most when a group is made (`docs/dialects/chat.md#groups`).
const NAMED: usize = 200;
/// So many characters the name of a group has at most.
const NAME: usize = 20;
/// So many characters the description of a group has at most.
const DESCRIPTION: usize = 100;
/// The longest path of a picture.
const PATH: usize = 256;

fn no_list(error: &Error) -> Option<Refusal> {
    Some(not_in(error)?.with(Template::List))
}

fn no_group(error: &Error) -> Option<Refusal> {
    Some(not_in(error)?.with(Template::Group))
}

/// What is wrong with a group that is to be made.
fn not_made(error: &Error) -> Option<Refusal> {
    let Error::Invalid { field, why } = error else { return no_group(error) };
    let status = match (field.as_str(), why) {
        ("name", Why::Missing) => Status::NoUsername,
        ("name", Why::Malformed | Why::Rule(_)) => Status::NameLength,
        ("picture", Why::Malformed) => Status::AvatarForm,
        _ => return no_group(error),
    };
    Some(refused(status).with(Template::Group))
}

/// What is not there and what one is not in are refused alike (`docs/dialects/chat.md#groups`).
fn not_in(error: &Error) -> Option<Refusal> {
    let groups = "no such group, or not a member";
    Some(match error {
        Error::NoSuchGroup | Error::NotAMember => refused(Status::NoUser).saying(groups),
        Error::AlreadyAMember => refused(Status::AlreadyThere).saying("a member already"),
        Error::GroupFull => refused(Status::Failure).saying("the group is full"),
        Error::TooManyGroups => refused(Status::Failure).saying("in too many groups"),
        other => anywhere(other),
    })
}

/// A group as somebody sees it who is in it or not.
fn shown(group: &groups::Group, is_member: bool) -> Group {
    Group {
        id: group.gid.to_string(),
        name: group.name.clone(),
        picture: group.portrait.clone(),
        desc: group.description.clone(),
        owner_id: group.creator.as_ref().map(ToString::to_string).unwrap_or_default(),
        members: u32::try_from(group.member_count).unwrap_or_default(),
        is_member,
        modify_at: china_seconds(group.updated_at.div_euclid(1_000)),
    }
}

#[derive(Deserialize, JsonSchema)]
struct Search {
    field: SoughtField,
    /// From 1; 0 is the first as well.
    page: PageField,
}

async fn search(app: App, signed: Signed, input: Search) -> Result<Answer<Vec<Group>>, Error> {
    let page = input.page.0.saturating_sub(1);
    let found = groups::search(&app, &signed.claim, &input.field.0, page).await?;
    Ok(Answer::list(&app, found.iter().map(|(group, is_member)| shown(group, *is_member)).collect()))
}

#[derive(Deserialize, JsonSchema)]
struct Create {
    /// 1 to 20 characters.
    #[serde(default)]
    name: Sent,
    /// The path of a stored picture, or nothing.
    #[serde(default)]
    picture: Sent,
    /// At most 100 characters.
    #[serde(default)]
    description: Sent,
    /// At most 200 people.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    members: Sent,
}

/// A group that is to be made.
struct Made {
    name: String,
    picture: String,
    description: String,
    members: Vec<UserId>,
}

impl Create {
    fn checked(self) -> Result<Made, Error> {
        let name = self.name.text("name")?;
        if FoldedName::of(&name).as_str().is_empty() {
            return Err(Error::missing("name"));
        }
        let description = self.description.optional("description")?.unwrap_or_default();
        if name.chars().count() > NAME || description.chars().count() > DESCRIPTION {
            return Err(Error::invalid("name", "length"));
        }
        if name.contains(char::is_control) || description.contains(profile::is_control) {
            return Err(Error::invalid("description", "control characters"));
        }
        let picture = picture(self.picture.optional("picture")?.unwrap_or_default())?;
        let members = self.members.texts("members")?;
        if members.len() > NAMED {
            return Err(Error::invalid("members", "at most 200 members are named"));
        }
        // A text that is no id is unknown, not malformed.
        let member = |text| UserId::try_from(text).unwrap_or_else(|_| UserId::nobody());
        Ok(Made { name, picture, description, members: members.into_iter().map(member).collect() })
    }
}

/// The path of a stored picture, or a URL as it may be set elsewhere.
fn picture(text: String) -> Result<String, Error> {
    let fits = |char: char| char.is_ascii_alphanumeric() || "/._-".contains(char);
    let stored = text.starts_with("media/") && text.len() <= PATH && !text.contains("..") && text.chars().all(fits);
    if text.is_empty() || stored {
        return Ok(text);
    }
    PortraitUrl::new(text).map(PortraitUrl::into_text).map_err(|_| Error::malformed("picture"))
}

async fn create(app: App, signed: Signed, input: Made) -> Result<Answer<Group>, Error> {
    let Made { name, picture: portrait, description, members } = &input;
    let new = NewGroup { name, portrait, description, members, all: true };
    let (group, _) = groups::create(&app, &signed.claim, &new).await?;
    Ok(Answer::of(&app, shown(&group, true)))
}

async fn mine(app: App, signed: Signed, _: Nothing) -> Result<Answer<Vec<Group>>, Error> {
    let groups = groups::mine(&app, &signed.claim).await?;
    Ok(Answer::list(&app, groups.iter().map(|(group, _)| shown(group, true)).collect()))
}

#[derive(Deserialize, JsonSchema)]
struct Members {
    gid: GroupField,
    /// From 0; 50 members are on a page.
    page: PageField,
}

async fn members(app: App, signed: Signed, input: Members) -> Result<Answer<Vec<ListedUser>>, Error> {
    let members = groups::members_page(&app, &signed.claim, &input.gid.0, input.page.0).await?;
    Ok(Answer::list(&app, members.iter().map(ListedUser::of).collect()))
}

async fn join(app: App, signed: Signed, input: OfGroup) -> Result<Answer<Group>, Error> {
    match groups::join(&app, &signed.claim, &input.gid.0).await? {
        (_, Joining::IsIn) => Err(Error::AlreadyAMember),
        (group, became) => Ok(Answer::of(&app, shown(&group, became == Joining::Enters))),
    }
}

async fn quit(app: App, signed: Signed, input: OfGroup) -> Result<Answer<&'static str>, Error> {
    groups::quit(&app, &signed.claim, &input.gid.0).await?;
    Ok(done(&app))
}
