//! Who is told of what becomes of a group: everybody who is in it, beside the fan-out of the change
//! (`docs/dialects/chat.md#notices`).

use crate::{
    app::App,
    groups::{
        distinct, fan_out,
        rows::{self, Group, Member, Person},
    },
    inbox::{Audience, GroupChange, GroupNotice, Named, Notice},
    person::Profile,
    values::{GroupId, UserId},
};

/// Something that has become of a group.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) gid: GroupId,
    /// What it is called from then on.
    pub(super) name: String,
    /// Who has done it.
    pub(super) operator: Named,
    pub(super) change: GroupChange,
    /// When, in milliseconds.
    pub(super) at: i64,
}

impl Event {
    pub(super) fn new(group: &Group, operator: Named, change: GroupChange, at: i64) -> Self {
        Self { gid: group.gid.clone(), name: group.name.clone(), operator, change, at }
    }

    /// Tells people whose queues have been read.
    pub(super) async fn tell(&self, app: &App, audience: &Audience) {
        let Self { gid, name, operator, change, at } = self;
        Notice::Group(GroupNotice { gid, name, operator, change, at: *at }).tell(app, audience).await;
    }

    /// Who is told beside those who are in the group afterwards.
    fn also(&self) -> impl Iterator<Item = &UserId> {
        let kicked = if let GroupChange::Kicked(people) = &self.change { &people[..] } else { &[] };
        kicked.iter().map(|person| &person.uid)
    }

    /// Tells everybody who is in the group now. Two rounds, and more for those who read their queue.
    async fn tell_members(&self, app: &App) {
        let members = match rows::read::group_and_members(&app.store, &self.gid).await {
            Ok(read) => read.map(|(group, members)| still_in(&group, members)).unwrap_or_default(),
            Err(error) => return tracing::warn!(%error, "nobody is told"),
        };
        let told = distinct(members.iter().chain(self.also()));
        self.tell(app, &Audience::of(app, &told).await).await;
    }
}

/// Who is in a group, or was until its end.
fn still_in(group: &Group, members: Vec<Member>) -> Vec<UserId> {
    let parted_by = |left_at| group.deleted_at.is_some_and(|end| left_at >= end);
    let is_in = |member: &Member| member.left_at.is_none_or(parted_by);
    members.into_iter().filter(is_in).map(|member| member.uid).collect()
}

/// Fans a change out and tells the members of it, side by side.
pub(super) async fn fan_out_and_tell(app: &App, gid: &GroupId, author: &UserId, event: Option<&Event>) {
    let told = async {
        if let Some(event) = event {
            event.tell_members(app).await;
        }
    };
    futures_util::join!(fan_out(app, gid, author), told);
}

/// What a person is called in a group.
pub(super) fn named(uid: &UserId, profile: Option<&Profile>, member: Option<&Member>) -> Named {
    let given = member.map(|member| member.display_name.as_str()).filter(|name| !name.is_empty());
    let nickname = profile.and_then(|profile| profile.nickname.as_ref()).map(|nickname| nickname.as_str());
    Named { uid: uid.clone(), name: given.or(nickname).unwrap_or_default().to_owned() }
}

/// The same of somebody who was read for a write.
pub(super) fn named_person(person: &Person) -> Named {
    named(&person.uid, person.profile.as_ref(), person.member.as_ref())
}

/// The same of a member, whose look the group knows.
pub(super) fn named_member(member: &Member) -> Named {
    let nickname = member.look.nickname.as_ref().map(|nickname| nickname.as_str());
    let given = Some(member.display_name.as_str()).filter(|name| !name.is_empty());
    Named { uid: member.uid.clone(), name: given.or(nickname).unwrap_or_default().to_owned() }
}
