//! Groups, who is in them, and what they say (`docs/dialects/sealtalk.md`).
//!
//! | module | what it holds |
//! |---|---|
//! | this one | reading, favourites |
//! | `finding` | groups by parts of their names |
//! | `joining` | making a group, adding, joining |
//! | `leaving` | quitting, kicking, the end |
//! | `settings` | what the creator and managers change, and what members say of themselves |
//! | `notices` | invitations that wait for the invitee or a manager |
//! | `telling` | who is told of what |
//! | `wishes` | when the managers are asked anew |
//! | `rows` | groups, members and notices as stored, and the fan-out of a group's changes |
//!
//! A group's id is all that somebody needs to join it: a QR code holds it. Whoever is signed in sees a group; its
//! members, its bulletin and its favourites are for members only.
//!
//! A change that concerns all members is written first and then fanned out to each of them (`changes.rs`). If the fan-out
//! is cut, it is resumed by the next call that reads or changes the group, or by the next sync of the change's author.

mod finding;
mod joining;
mod leaving;
mod notices;
mod rows;
mod settings;
mod telling;
mod wishes;

pub use finding::search;
pub use joining::{Added, Joining, NewGroup, Outcome, add, create, join};
pub use leaving::{dismiss, kick, quit};
pub use notices::{Invitation, answer, clear_notices, invitations};
pub use rows::{
    Bulletin, Group, MOST, Member, MemberInfo, Membership, Role,
    notices::{Answered, Notice},
};
pub(crate) use rows::{
    EXPORT,
    erase::erase_groups,
    read::{group_and_members, group_ids, group_known_to, groups_and_members},
};
pub use settings::{
    Change, InfoChange, bulletin, change, member_info, set_display_name, set_member_info, set_roles, transfer,
};

use crate::{
    app::App,
    changes::{self, Lease},
    error::Error,
    friends::{self, Shown, finding::Person},
    sessions::{self, Claim, Reader},
    store::keys,
    values::{GroupId, UserId},
    visibility,
};
use rows::fanout::ChangedGroup;
use std::collections::HashSet;

/// A member as another one sees them.
#[derive(Debug)]
pub struct MemberView {
    /// What they are in the group.
    pub member: Member,
    /// Who they are.
    pub person: Person,
}

/// Fans the changes of a group out to its members, unless another call is at it.
pub(crate) async fn fan_out(app: &App, gid: &GroupId, author: &UserId) {
    let changed = ChangedGroup { gid, author: Some(author) };
    changes::fan_out(&app.store, &changed, Lease::IfFree, app.clock.millis()).await;
}

/// Resumes the fan-outs of these groups that were cut.
pub(crate) async fn resume<'a>(app: &App, reader: &Reader, groups: impl Iterator<Item = &'a Group>) {
    let now = app.clock.millis();
    let cut = groups.filter(|group| group.owed.is_cut(now));
    let cut: Vec<_> = cut.map(|group| ChangedGroup { gid: &group.gid, author: Some(reader.uid()) }).collect();
    changes::resume(&app.store, cut, now).await;
}

/// Resumes the fan-outs that changes of the reader began, unless a call is still at them; `marks` are the partitions
/// that the reader's `VERSION` names. The mark of one that has ended goes. Two rounds and more where there are any.
pub(crate) async fn resume_own(app: &App, reader: &Reader, marks: &[String]) {
    let gids: Vec<_> = marks.iter().filter_map(|mark| keys::group_of(mark)).collect();
    if gids.is_empty() {
        return;
    }
    match rows::read::groups_by_id(&app.store, reader, &gids).await {
        Ok(groups) => {
            let now = app.clock.millis();
            let open = groups.iter().filter(|group| group.owed.has_ended() || group.owed.is_cut(now));
            let open: Vec<_> = open.map(|group| ChangedGroup { gid: &group.gid, author: Some(reader.uid()) }).collect();
            changes::resume(&app.store, open, now).await;
        }
        Err(error) => tracing::warn!(%error, "fan-outs of groups are not resumed; a later call resumes them"),
    }
}

/// The ids without repetitions, in order.
pub(crate) fn distinct<'a>(uids: impl IntoIterator<Item = &'a UserId>) -> Vec<UserId> {
    let mut seen = HashSet::new();
    uids.into_iter().filter(|uid| seen.insert(*uid)).cloned().collect()
}

/// The groups that the caller is in, the newest membership first (`docs/dialects/sealtalk.md#reading-groups`). Two
/// rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn mine(app: &App, claim: &Claim) -> Result<Vec<(Group, Member)>, Error> {
    let reads = async |reader: &Reader| rows::read::memberships(&app.store, reader).await;
    let (actor, memberships) = sessions::verify_with(app, claim, reads).await?;
    let mut groups = rows::read::groups_and_self(&app.store, &actor, &memberships).await?;
    resume(app, &actor, groups.iter().map(|(group, _)| group)).await;
    groups.sort_by_key(|(_, member)| std::cmp::Reverse(member.joined_at));
    Ok(groups)
}

/// The caller's favourites in the order in which they were added (`docs/dialects/sealtalk.md#favourites`). Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn favourites(app: &App, claim: &Claim) -> Result<Vec<Group>, Error> {
    let reads = async |reader: &Reader| rows::read::memberships(&app.store, reader).await;
    let (actor, mut memberships) = sessions::verify_with(app, claim, reads).await?;
    memberships.retain(|membership| membership.favourite_at.is_some());
    memberships.sort_by_key(|membership| membership.favourite_at);
    let groups = rows::read::groups_and_self(&app.store, &actor, &memberships).await?;
    let groups: Vec<_> = groups.into_iter().map(|(group, _)| group).collect();
    resume(app, &actor, groups.iter()).await;
    Ok(groups)
}

/// Makes a group a favourite (`docs/dialects/sealtalk.md#favourites`). Two rounds.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotAMember`], [`Error::AlreadyFavourite`].
pub async fn add_favourite(app: &App, claim: &Claim, gid: &GroupId) -> Result<(), Error> {
    let reads = async |reader: &Reader| rows::read::group_and_self(&app.store, reader, gid).await;
    let (actor, (group, member)) = sessions::verify_with(app, claim, reads).await?;
    group.filter(|group| group.deleted_at.is_none()).ok_or(Error::NoSuchGroup)?;
    member.ok_or(Error::NotAMember)?;
    let added = rows::settings::add_favourite(&app.store, &actor, gid, app.clock.millis()).await?;
    if added { Ok(()) } else { Err(Error::AlreadyFavourite) }
}

/// Makes a group no favourite any more, whether it was one or not (`docs/dialects/sealtalk.md#favourites`). Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn remove_favourite(app: &App, claim: &Claim, gid: &GroupId) -> Result<(), Error> {
    let actor = sessions::verify(app, claim).await?;
    rows::settings::remove_favourite(&app.store, &actor, gid).await
}

/// A group, also a dismissed one, and whether the caller is in it (`docs/dialects/sealtalk.md#reading-groups`). One
/// round.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`] if there never was one.
pub async fn view(app: &App, claim: &Claim, gid: &GroupId) -> Result<(Group, bool), Error> {
    let reads = async |reader: &Reader| rows::read::group_and_self(&app.store, reader, gid).await;
    let (actor, (group, member)) = sessions::verify_with(app, claim, reads).await?;
    let group = group.ok_or(Error::NoSuchGroup)?;
    resume(app, &actor, std::iter::once(&group)).await;
    let is_in = member.is_some() && group.deleted_at.is_none();
    Ok((group, is_in))
}

/// The members of a group as it was read, in the order in which they came; for its members.
fn members_in_order(reader: &Reader, read: Option<(Group, Vec<Member>)>) -> Result<(Group, Vec<Member>), Error> {
    let (group, mut members) = read.filter(|(group, _)| group.deleted_at.is_none()).ok_or(Error::NoSuchGroup)?;
    members.retain(|member| member.left_at.is_none());
    members.iter().find(|member| member.uid == *reader.uid()).ok_or(Error::NotAMember)?;
    members.sort_by(|a, b| (a.joined_at, a.role, &a.uid).cmp(&(b.joined_at, b.role, &b.uid)));
    Ok((group, members))
}

/// So many members are on a page.
pub const PAGE: usize = 50;

/// A page of who is in a group, in the order in which they came, as people with usernames; for its members
/// (`docs/dialects/chat.md#groups`). Also those who have never been in the caller's API. The first page is 0. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotAMember`].
pub async fn members_page(app: &App, claim: &Claim, gid: &GroupId, page: usize) -> Result<Vec<Shown>, Error> {
    let reads = async |_: &Reader| rows::read::group_and_members(&app.store, gid).await;
    let (actor, read) = sessions::verify_with(app, claim, reads).await?;
    let (group, members) = members_in_order(&actor, read)?;
    let on_page: Vec<_> = members.iter().skip(page.saturating_mul(PAGE)).take(PAGE).map(|member| &member.uid).collect();
    let mut people = friends::look_at(&app.store, &actor, on_page.iter().copied()).await?;
    resume(app, &actor, std::iter::once(&group)).await;
    Ok(on_page.into_iter().filter_map(|uid| people.remove(uid)).map(|person| person.shown).collect())
}

/// Who is in a group, in the order in which they came; for its members (`docs/dialects/sealtalk.md#reading-groups`).
/// Two rounds.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotAMember`].
pub async fn members(app: &App, claim: &Claim, gid: &GroupId) -> Result<Vec<MemberView>, Error> {
    let reads = async |_: &Reader| rows::read::group_and_members(&app.store, gid).await;
    let (actor, read) = sessions::verify_with(app, claim, reads).await?;
    let (group, members) = members_in_order(&actor, read)?;
    let uids: Vec<_> = members.iter().map(|member| member.uid.clone()).collect();
    let mut people = friends::people_and_ties(&app.store, &actor, &uids).await?;
    resume(app, &actor, std::iter::once(&group)).await;
    let views = members.into_iter().filter_map(|member| {
        let (profile, tie) = people.remove(&member.uid).filter(|(it, _)| visibility::is_there(it))?;
        Some(MemberView { member, person: Person::new(profile, actor.uid(), tie.as_ref()) })
    });
    Ok(views.collect())
}
