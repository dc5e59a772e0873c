//! Becoming a member: the member's row, the group's count, and the user's own row with their version, all or nothing.

use crate::{
    changes::{self, Version, begin_fan_out, begin_fan_out_by},
    error::Error,
    grams,
    groups::rows::{Group, MOST, Member, MemberInfo, Membership, Person, Role, changed, flag, is_out, still, wishes},
    person::{self, Look},
    store::{Attempt, Condition, Part, Store, Transacted, Update, Write, item, keys, number, value},
    values::{GroupId, UserId},
};

/// The group, which may be full, dismissed or not there.
const GROUP: Part = Part::named("group");

/// So many people enter in one transaction: four parts each, beside the group and two for whoever adds them. One alone
/// has room for the answer to an invitation.
pub(in crate::groups) const TOGETHER: usize = 24;

/// A transaction has so many parts at most.
const PARTS: usize = 100;

/// So many where wishes wait, which are a fifth part of each.
const WITH_WISHES: usize = 19;

/// How many of them enter a group in one transaction.
pub(in crate::groups) fn together(group: &Group) -> usize {
    if group.open_wishes > 0 { WITH_WISHES } else { TOGETHER }
}

/// People who enter a group.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    /// As it was read, with the wishes of these people.
    pub(crate) group: &'a Group,
    /// At most as many as [`together`] says; none of them is in it.
    pub(crate) people: &'a [&'a Person],
    /// When, in milliseconds.
    pub(crate) millis: i64,
    /// Who adds them, and must still be what they were.
    pub(crate) adder: Option<&'a Member>,
    /// Whether approval was needed when the right to add was judged, where it matters.
    pub(crate) certification: Option<bool>,
    /// What else happens with it.
    pub(crate) with: Vec<Write>,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// They are in.
    Done,
    /// There is no such group any more.
    Gone,
    /// They do not fit.
    Full,
    /// Something else is not as it was read: nothing happened.
    Changed,
}

/// The four parts of one person's entry. Who enters `alone` is the author, whose `VERSION` gets the mark of the
/// fan-out.
fn entry(gid: &GroupId, person: &Person, role: Role, alone: bool, millis: i64) -> Result<[Write; 4], Error> {
    let uid = &person.uid;
    let version = person.version.next(millis);
    let member = Member {
        gid: gid.clone(),
        uid: uid.clone(),
        role,
        display_name: String::new(),
        joined_at: millis,
        known_since: person.known_since.unwrap_or(millis),
        changed_at: millis,
        left_at: None,
        info: MemberInfo::default(),
        look: person.profile.as_ref().map(Look::of).unwrap_or_default(),
    };
    let membership = Membership { gid: gid.clone(), version, left_at: None, favourite_at: None };
    let counted = counted(gid, uid, &person.version, version, 1);
    let counted = if alone { begin_fan_out(counted, &keys::group(gid)) } else { counted };
    Ok([
        Write::put(keys::member(gid, uid), item("member", &member)?, Some(is_out())),
        Write::put(keys::membership(uid, gid), item("membership", &membership)?, None),
        counted.into(),
        // Nobody enters a group while they are being erased, or looking like they did before.
        person::still_as_read(uid, person.profile.as_ref()),
    ])
}

/// Moves a user's version by a group and counts the groups that they are in. Both are as they were read, or it is
/// refused.
pub(super) fn counted(gid: &GroupId, uid: &UserId, before: &Version, to: i64, change: i64) -> Update {
    changes::advance_by(gid, uid, before, to).add("groups", number(change))
}

/// How many people a group is made of in one transaction: beside the group and the rows by which searches find it.
pub(in crate::groups) fn together_at_first(group: &Group) -> usize {
    TOGETHER.min((PARTS - 1 - searched_at_first(group).len()) / 4)
}

fn searched_at_first(group: &Group) -> Vec<Write> {
    grams::changed(grams::Kind::Groups, group.gid.as_str(), None, group.searched_name())
}

/// Makes a group of its creator and the first other members, at most as many as [`together_at_first`] says. Stale: somebody is not as
/// they were read.
pub(in crate::groups) async fn create_group(
    store: &Store,
    group: &Group,
    people: &[&Person],
) -> Result<Attempt<()>, Error> {
    let absent = Condition::Absent("pk");
    let mut writes = vec![Write::put(keys::group(&group.gid), item("group", group)?, Some(absent))];
    writes.extend(searched_at_first(group));
    for person in people {
        let role = if group.is_of(&person.uid) { Role::Creator } else { Role::Member };
        writes.extend(entry(&group.gid, person, role, false, group.created_at)?);
    }
    Ok(store.transact(writes).await?.attempt())
}

/// Lets people into a group, if there is room for all of them. Their wishes that wait are agreed to by that.
///
/// Where no wish waited when the group was read, none may wait now. Else each of these people's is as it was read.
pub(in crate::groups) async fn enter_group(store: &Store, entry_of: Entry<'_>) -> Result<Entered, Error> {
    let Entry { group: before, people, millis, adder, certification, with } = entry_of;
    let gid = &before.gid;
    let entering = i64::try_from(people.len()).unwrap_or(MOST + 1);
    let mut group = changed(gid, millis)
        .add("member_count", number(entering))
        .when(Condition::Below("member_count", number(MOST + 1 - entering)));
    let with_wishes = before.open_wishes > 0;
    group = if with_wishes { wishes::counted_in(group, people) } else { group.when(wishes::none_waits()) };
    if let Some(as_read) = certification {
        group = group.when(Condition::Equals("certification", flag(as_read)));
    }
    let mut writes = vec![Write::from(group).named(GROUP)];
    for person in people {
        writes.extend(entry(gid, person, Role::Member, adder.is_none(), millis)?);
        writes.extend(with_wishes.then(|| wishes::used_up(gid, person, millis)));
    }
    if let Some(adder) = adder {
        writes.push(Write::check(keys::member(gid, &adder.uid), still(adder)));
        writes.push(begin_fan_out_by(&adder.uid, &keys::group(gid)).into());
    }
    writes.extend(with);
    Ok(match store.transact(writes).await? {
        Transacted::Done => Entered::Done,
        Transacted::Refused { part: GROUP, item, .. } if item.is_empty() => Entered::Gone,
        Transacted::Refused { part: GROUP, item, .. } => {
            let group: Group = value(item)?;
            match group.deleted_at {
                Some(_) => Entered::Gone,
                None if group.member_count + entering > MOST => Entered::Full,
                None => Entered::Changed,
            }
        }
        Transacted::Refused { .. } => Entered::Changed,
    })
}
