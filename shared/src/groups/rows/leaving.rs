//! Not being a member any more: by quitting, by being kicked, by the end of the group, by being erased.

use crate::{
    changes::{self, begin_fan_out, begin_fan_out_by},
    error::Error,
    groups::rows::{
        self, Group, Member, Person, changed, is_in, joining::counted, member_changed, renamed, still, wishes,
    },
    person::Look,
    store::{Attempt, Condition, Part, Store, Transacted, Update, Write, keys, number, text},
    values::{GroupId, UserId},
};

/// The user's own row of the group, and the group's row of the user.
const MEMBERSHIP: Part = Part::named("membership");
const MEMBER: Part = Part::named("member");

/// So many people leave in one transaction: three parts each, beside the group and two for whoever sends them away.
pub(in crate::groups) const AT_ONCE: usize = 32;

/// What happens to the group when somebody quits.
#[derive(Debug)]
pub(crate) enum Left<'a> {
    /// Nothing: it is another's.
    Stays,
    /// It is this member's from now on.
    HandedTo(&'a Member),
    /// It ends: nobody is left.
    Ends,
}

/// Somebody who quits.
#[derive(Debug)]
pub(crate) struct Departure<'a> {
    pub(crate) group: &'a Group,
    pub(crate) member: &'a Member,
    pub(crate) left: Left<'a>,
    /// When, in milliseconds.
    pub(crate) millis: i64,
}

/// Who gets the group of a creator who quits: the manager, else the member, who has been in it for longest.
pub(in crate::groups) fn heir<'a>(members: &'a [Member], creator: &UserId) -> Option<&'a Member> {
    let others = members.iter().filter(|member| member.left_at.is_none() && member.uid != *creator);
    others.min_by_key(|member| (!member.role.manages(), member.joined_at, &member.uid))
}

/// The member's row from then on: who it was, and when they left.
fn parted(member: &Member, millis: i64) -> Update {
    member_changed(&member.gid, &member.uid, millis)
        .set("left_at", number(millis))
        .remove("display_name")
        .remove("info")
        .when(still(member))
}

/// What is left of a member who is erased: that there was somebody, and is not any more, until the row ends by itself.
pub(super) fn bare(row: Update, expires_at: i64) -> Update {
    let row = row.set("role", number(i64::from(rows::Role::Member.code())));
    let row = row.set("joined_at", number(0)).set("known_since", number(0)).set("expires_at", number(expires_at));
    Look::nobody().write(row)
}

/// The user's own row from then on. Favourites go with it.
fn gone(uid: &UserId, gid: &GroupId, version: i64, millis: i64) -> Update {
    Update::of(keys::membership(uid, gid))
        .set("version", number(version))
        .set("left_at", number(millis))
        .remove("favourite_at")
        .when(is_in())
}

/// What of a departure the group itself shows.
fn group_left(departure: &Departure<'_>) -> Vec<Write> {
    let Departure { group: before, member, left, millis } = departure;
    let group = changed(&member.gid, *millis);
    let mine = Condition::Equals("creator", text(member.uid.as_str()));
    match left {
        Left::Stays => vec![group.add("member_count", number(-1)).into()],
        Left::HandedTo(heir) => {
            let crown = member_changed(&heir.gid, &heir.uid, *millis)
                .set("role", number(i64::from(rows::Role::Creator.code())))
                .when(still(heir));
            let group = group.add("member_count", number(-1)).set("creator", text(heir.uid.as_str())).when(mine);
            vec![group.into(), crown.into(), wishes::judges(&heir.uid, &heir.gid)]
        }
        Left::Ends => {
            let alone = Condition::Equals("member_count", number(1));
            ended(group.when(mine).when(alone), before, *millis)
        }
    }
}

/// The end of a group, which no search finds from then on.
fn ended(group: Update, before: &Group, millis: i64) -> Vec<Write> {
    let group = group.set("deleted_at", number(millis)).set("member_count", number(0)).remove("bulletin");
    renamed(group, before, None)
}

/// Somebody quits. Stale: something is not as it was read, and nothing happened.
pub(in crate::groups) async fn quit_group(
    store: &Store,
    person: &Person,
    departure: &Departure<'_>,
) -> Result<Attempt<()>, Error> {
    let (member, millis) = (departure.member, departure.millis);
    let version = person.version.next(millis);
    let mut writes = group_left(departure);
    writes.push(parted(member, millis).into());
    writes.push(gone(&member.uid, &member.gid, version, millis).into());
    writes.push(
        begin_fan_out(counted(&member.gid, &person.uid, &person.version, version, -1), &keys::group(&member.gid))
            .into(),
    );
    Ok(store.transact(writes).await?.attempt())
}

/// The same for somebody who is being erased: their row goes in time, and their own one after the fan-out.
pub(super) async fn quit_for_good(
    store: &Store,
    departure: &Departure<'_>,
    expires_at: i64,
) -> Result<Attempt<()>, Error> {
    let member = departure.member;
    let mut writes = group_left(departure);
    writes.push(bare(parted(member, departure.millis), expires_at).into());
    Ok(store.transact(writes).await?.attempt())
}

/// A manager sends people away, at most [`AT_ONCE`]; all of them are in the group. Stale: something is not as it
/// was read, and nothing happened.
pub(in crate::groups) async fn kick_members(
    store: &Store,
    by: &Member,
    people: &[&Person],
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let leaving = i64::try_from(people.len()).unwrap_or_default();
    let mut writes = vec![
        changed(&by.gid, millis).add("member_count", number(-leaving)).into(),
        Write::check(keys::member(&by.gid, &by.uid), still(by)),
        begin_fan_out_by(&by.uid, &keys::group(&by.gid)).into(),
    ];
    for person in people {
        let Some(member) = &person.member else { return Ok(Attempt::Stale(())) };
        let version = person.version.next(millis);
        writes.push(parted(member, millis).into());
        writes.push(gone(&member.uid, &member.gid, version, millis).into());
        writes.push(counted(&by.gid, &person.uid, &person.version, version, -1).into());
    }
    Ok(store.transact(writes).await?.attempt())
}

/// Its creator ends a group. From then on it is nobody's; the rows of its members follow. Stale: it is not the
/// creator's, or not there any more, or called something else.
pub(in crate::groups) async fn dismiss_group(
    store: &Store,
    before: &Group,
    creator: &Member,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let mine = Condition::Equals("creator", text(creator.uid.as_str()));
    let mut writes = ended(changed(&creator.gid, millis).when(mine), before, millis);
    writes.push(begin_fan_out_by(&creator.uid, &keys::group(&creator.gid)).into());
    Ok(store.transact(writes).await?.attempt())
}

/// Takes a member out of a dismissed group. Stale: their version was moved in between. Can be repeated.
pub(super) async fn part_from(
    store: &Store,
    group: &Group,
    member: &Member,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let uid = &member.uid;
    let before = changes::version(store, uid).await?;
    let version = before.next(millis);
    let row = member_changed(&group.gid, uid, millis).set("left_at", number(millis));
    let writes = vec![
        Write::from(gone(uid, &group.gid, version, millis)).named(MEMBERSHIP),
        Write::from(row.remove("display_name").remove("info")).named(MEMBER),
        counted(&group.gid, uid, &before, version, -1).into(),
    ];
    Ok(match store.transact(writes).await? {
        Transacted::Done | Transacted::Refused { part: MEMBERSHIP | MEMBER, .. } => Attempt::Done(()),
        Transacted::Refused { .. } => Attempt::Stale(()),
    })
}
