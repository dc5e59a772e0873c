//! What changes about a group and its members while they stay.

use crate::{
    changes::begin_fan_out_by,
    error::Error,
    groups::rows::{
        Bulletin, Group, Member, MemberInfo, Role, changed, flag, is_in, member_changed, renamed, still,
        wishes::{judges, judges_no_more},
    },
    sessions::Actor,
    store::{Attempt, Condition, Item, Store, Update, Write, Written, keys, number, text},
    values::{GroupId, UserId},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

/// One thing that a group says of itself.
#[derive(Clone, Debug)]
pub(crate) enum MetaChange {
    Name(String),
    /// A URL.
    Portrait(String),
    Mute(bool),
    Certification(bool),
    Protection(bool),
    /// `None` takes it down.
    Bulletin(Option<Bulletin>),
}

fn map(value: &impl Serialize) -> Result<AttributeValue, Error> {
    let item: Item = serde_dynamo::to_item(value).map_err(Error::internal)?;
    Ok(AttributeValue::M(item))
}

fn in_role(gid: &GroupId, uid: &UserId, role: Role, millis: i64) -> Update {
    member_changed(gid, uid, millis).set("role", number(i64::from(role.code())))
}

/// What a change by a member needs beside it: that they still are what they were, and the author's mark of the fan-out.
fn by_member(by: &Member) -> [Write; 2] {
    [Write::check(keys::member(&by.gid, &by.uid), still(by)), begin_fan_out_by(&by.uid, &keys::group(&by.gid)).into()]
}

async fn done(store: &Store, writes: Vec<Write>) -> Result<Attempt<()>, Error> {
    Ok(store.transact(writes).await?.attempt())
}

/// Changes a group, if whoever does it still is what they were. Stale: not so, or no such group, or, for a new
/// name, it has another by now. Where approval is switched on, its creator judges the wishes from then on, as its managers do.
pub(in crate::groups) async fn change_group(
    store: &Store,
    before: &Group,
    by: &Member,
    change: &MetaChange,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let group = changed(&by.gid, millis);
    let changed: Vec<Write> = match change {
        MetaChange::Name(name) => renamed(group.set("name", text(name)), before, Some(name)),
        MetaChange::Portrait(url) => vec![group.set("portrait", text(url)).into()],
        MetaChange::Mute(on) => vec![group.set("is_mute", flag(*on)).into()],
        MetaChange::Certification(on) => approval(group.set("certification", flag(*on)), before, *on),
        MetaChange::Protection(on) => vec![group.set("protection", flag(*on)).into()],
        MetaChange::Bulletin(Some(bulletin)) => vec![group.set("bulletin", map(bulletin)?).into()],
        MetaChange::Bulletin(None) => vec![group.remove("bulletin").into()],
    };
    done(store, by_member(by).into_iter().chain(changed).collect()).await
}

/// Approval is switched: where it is on, the creator judges the wishes.
fn approval(group: Update, before: &Group, on: bool) -> Vec<Write> {
    match before.creator.as_ref().filter(|_| on) {
        Some(creator) => {
            let same = Condition::Equals("creator", text(creator.as_str()));
            vec![judges(creator, &before.gid), group.when(same).into()]
        }
        None => vec![group.into()],
    }
}

/// What a member calls themselves. Stale: they are not in it, or no such group.
pub(crate) async fn set_display_name(
    store: &Store,
    member: &Member,
    name: &str,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let row = member_changed(&member.gid, &member.uid, millis).set("display_name", text(name));
    let mark = begin_fan_out_by(&member.uid, &keys::group(&member.gid)).into();
    done(store, vec![changed(&member.gid, millis).into(), row.into(), mark]).await
}

/// What the group knows of a member, who is as they were read, and their name, which `None` leaves. Stale: not so.
pub(crate) async fn set_member_info(
    store: &Store,
    by: &Member,
    before: &Member,
    name: Option<&str>,
    info: &MemberInfo,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let row = member_changed(&before.gid, &before.uid, millis.max(before.changed_at + 1))
        .set("info", map(info)?)
        .set_some("display_name", name.map(text))
        .when(Condition::Equals("changed_at", number(before.changed_at)));
    let [still, mark] = by_member(by);
    let mut writes = vec![changed(&before.gid, millis).into(), row.into(), mark];
    writes.extend(Some(still).filter(|_| by.uid != before.uid));
    done(store, writes).await
}

/// Makes members managers, or managers members; at most 48, none of them the creator. Managers judge the wishes of the
/// group. Stale: something is not as it was read; where managers are made, that is anything of the group, since they are
/// counted.
pub(crate) async fn set_roles(
    store: &Store,
    group: &Group,
    by: &Member,
    members: &[&Member],
    role: Role,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let [still_so, mark] = by_member(by);
    let changed = changed(&by.gid, millis);
    let changed = match role {
        Role::Manager => changed.when(Condition::Equals("changes", number(group.owed.changes))),
        _ => changed,
    };
    let mut writes = vec![changed.into(), still_so, mark];
    for member in members {
        writes.push(in_role(&member.gid, &member.uid, role, millis).when(still(member)).into());
        writes.push(match role.manages() {
            true => judges(&member.uid, &member.gid),
            false => judges_no_more(&member.uid, &member.gid),
        });
    }
    done(store, writes).await
}

/// Gives a group to another member. Stale: something is not as it was read.
pub(in crate::groups) async fn hand_over(
    store: &Store,
    creator: &Member,
    heir: &Member,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let mine = Condition::Equals("creator", text(creator.uid.as_str()));
    done(
        store,
        vec![
            changed(&creator.gid, millis).set("creator", text(heir.uid.as_str())).when(mine).into(),
            in_role(&creator.gid, &creator.uid, Role::Member, millis).when(still(creator)).into(),
            in_role(&heir.gid, &heir.uid, Role::Creator, millis).when(still(heir)).into(),
            begin_fan_out_by(&creator.uid, &keys::group(&creator.gid)).into(),
            judges(&heir.uid, &heir.gid),
            judges_no_more(&creator.uid, &creator.gid),
        ],
    )
    .await
}

/// Makes a group a favourite. `false`: it is one already, or the actor is not in it. One round.
pub(in crate::groups) async fn add_favourite(
    store: &Store,
    actor: &Actor,
    gid: &GroupId,
    millis: i64,
) -> Result<bool, Error> {
    let new = is_in().and(Condition::Absent("favourite_at"));
    let update = Update::of(keys::membership(actor.uid(), gid)).set("favourite_at", number(millis)).when(new);
    Ok(matches!(store.update(update).await?, Written::Done(_)))
}

/// Makes it none, whether it was one or not. One round.
pub(in crate::groups) async fn remove_favourite(store: &Store, actor: &Actor, gid: &GroupId) -> Result<(), Error> {
    let update = Update::of(keys::membership(actor.uid(), gid)).remove("favourite_at");
    store.update(update.when(Condition::Present("pk"))).await.map(drop)
}
