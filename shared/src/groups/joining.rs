//! Becoming a member of a group: making one, being added, joining (`docs/dialects/sealtalk.md#making-a-group`).

use crate::{
    app::App,
    changes::Owed,
    error::Error,
    groups::{
        distinct,
        rows::{
            self, Group, MOST, Person,
            joining::{Entered, Entry, together},
            notices::{Asked, Notice},
        },
        telling::{Event, fan_out_and_tell, named, named_person},
        wishes::ask_managers,
    },
    inbox::{Audience, GroupChange, Named},
    sessions::{self, Actor, Claim, Reader},
    store::{Attempt, retrying, retrying_from},
    values::{GroupId, UserId},
    visibility,
};
use std::collections::HashMap;

/// What became of somebody who was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// They are in the group.
    In,
    /// A manager of the group has to agree.
    WaitsForManager,
    /// They have to agree themselves; or they block whoever adds them, who is not to know, and they see nothing of it.
    WaitsForInvitee,
}

/// People and what became of each. Whoever cannot be seen, or is in too many groups, is left out.
pub type Outcome = Vec<(UserId, Added)>;

fn is_seen(actor: &Actor, person: &Person) -> bool {
    person.profile.as_ref().is_some_and(|profile| visibility::sees(actor, profile))
}

fn may_be_added(actor: &Actor, person: &Person) -> bool {
    is_seen(actor, person) && person.groups() < MOST
}

fn wants_to_be_asked(person: &Person) -> bool {
    person.profile.as_ref().is_some_and(|profile| !profile.privacy.groups)
}

/// Whether somebody enters only by what they say themselves.
fn is_not_simply_added(person: &Person) -> bool {
    person.blocks_adder || wants_to_be_asked(person)
}

/// A group that is to be made.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewGroup<'a> {
    /// Its name.
    pub name: &'a str,
    /// A URL, or the path of a stored picture, or empty.
    pub portrait: &'a str,
    /// What it says about itself, or empty.
    pub description: &'a str,
    /// Whom to add. The caller is in it in any case.
    pub members: &'a [UserId],
    /// Whether it is made only if all of them can be seen. Else whoever cannot is left out.
    pub all: bool,
}

/// Makes a group of the caller and these people (`docs/dialects/sealtalk.md#making-a-group`). Two rounds for up to 24
/// people, up to 15 where groups are found by their names; more are added after it is made, with a fan-out.
///
/// Whoever wants to be asked before is, and is not in the group yet. Nobody is put into a group by whom they block.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::GroupFull`] for more than [`MOST`], [`Error::TooManyGroups`] of the caller's;
/// [`Error::NoSuchUser`] if [all](NewGroup::all) are wanted and somebody cannot be seen.
pub async fn create(app: &App, claim: &Claim, new: &NewGroup<'_>) -> Result<(Group, Outcome), Error> {
    let gid = GroupId::new(&app.clock, &app.random);
    let Founded { mut group, mut outcome, rest, asked, event, audience } =
        retrying(|| found(app, claim, &gid, new)).await?;
    rows::notices::put_own_notices(&app.store, &asked).await?;
    if rest.is_empty() {
        event.tell(app, &audience).await;
    } else {
        // What became of them may not be what it looked like at first.
        let later: HashMap<UserId, Added> = add_quietly(app, claim, &gid, &rest).await?.0.into_iter().collect();
        fan_out_and_tell(app, &gid, claim.uid(), Some(&event)).await;
        outcome.retain_mut(|(uid, added)| match (rest.contains(uid), later.get(uid)) {
            (false, _) => true,
            (true, Some(became)) => {
                *added = *became;
                true
            }
            (true, None) => false,
        });
        let entered = later.values().filter(|added| **added == Added::In).count();
        group.member_count += i64::try_from(entered).unwrap_or_default();
    }
    Ok((group, outcome))
}

/// The question whether somebody wants to be in a group; none to those who block whoever asks.
fn ask_invitee(person: &Person, gid: &GroupId, actor: &Actor, millis: i64) -> Option<Notice> {
    (!person.blocks_adder).then(|| Notice::new(gid, actor.uid(), &person.uid, millis))
}

/// A group that was made of its creator and as many others as go into one transaction.
struct Founded {
    group: Group,
    /// What becomes of all.
    outcome: Outcome,
    /// Who is to be added afterwards.
    rest: Vec<UserId>,
    /// Who is to be asked.
    asked: Vec<Asked>,
    /// What those who are in it are told.
    event: Event,
    /// Those who are in it.
    audience: Audience,
}

/// One try to make it.
async fn found(app: &App, claim: &Claim, gid: &GroupId, new: &NewGroup<'_>) -> Result<Attempt<Founded>, Error> {
    let reads = async |reader: &Reader| {
        let all = distinct(new.members.iter().chain([reader.uid()]));
        // Nobody has to read what is refused anyway.
        if all.len() > usize::try_from(MOST).unwrap_or_default() {
            return Ok(None);
        }
        rows::read::newcomers(&app.store, reader, &all).await.map(Some)
    };
    let (actor, people) = sessions::verify_with(app, claim, reads).await?;
    let people = people.ok_or(Error::GroupFull)?;
    let millis = app.clock.millis();
    let own = |person: &&Person| &person.uid == actor.uid();
    if new.all && !people.iter().all(|person| own(&person) || is_seen(&actor, person)) {
        return Err(Error::NoSuchUser);
    }
    let creator = people.iter().find(own).filter(|person| person.groups() < MOST).ok_or(Error::TooManyGroups)?;
    let (mut entering, mut asked, mut outcome) = (vec![creator], Vec::new(), Vec::new());
    for person in people.iter().filter(|person| own(person) || may_be_added(&actor, person)) {
        let waits = !own(&person) && is_not_simply_added(person);
        outcome.push((person.uid.clone(), if waits { Added::WaitsForInvitee } else { Added::In }));
        if waits {
            asked.extend(ask_invitee(person, gid, &actor, millis).map(|notice| (notice, None)));
        } else if !own(&person) {
            entering.push(person);
        }
    }
    let mut group = new_group(gid, new, &actor, millis);
    let (first, rest) = entering.split_at(entering.len().min(rows::joining::together_at_first(&group)));
    group.member_count = i64::try_from(first.len()).unwrap_or(MOST);
    // Who is in it with others is told beside them, once all are.
    let told: Vec<_> = first.iter().filter(|_| rest.is_empty()).map(|person| person.uid.clone()).collect();
    let made = rows::joining::create_group(&app.store, &group, first);
    let (made, audience) = futures_util::join!(made, Audience::of(app, &told));
    let rest = rest.iter().map(|person| person.uid.clone()).collect();
    let event = Event::new(&group, named_person(creator), GroupChange::Created, millis);
    Ok(made?.map(|()| Founded { group, outcome, rest, asked, event, audience }))
}

fn new_group(gid: &GroupId, new: &NewGroup<'_>, creator: &Actor, millis: i64) -> Group {
    Group {
        gid: gid.clone(),
        name: new.name.to_owned(),
        portrait: new.portrait.to_owned(),
        description: new.description.to_owned(),
        searched: creator.dialect().finds_groups(),
        creator: Some(creator.uid().clone()),
        member_count: 0,
        is_mute: false,
        certification: false,
        protection: false,
        bulletin: None,
        created_at: millis,
        updated_at: millis,
        deleted_at: None,
        open_wishes: 0,
        wishes_cleared_at: 0,
        owed: Owed::default(),
    }
}

/// Adds people to a group that the caller is in (`docs/dialects/sealtalk.md#adding-people`). Two rounds for up to 24
/// people, and then the fan-out.
///
/// Whoever is in it already stays so and counts once. Whoever wants to be asked is; of the others a manager is asked,
/// if the group wants that and the caller is none. Nobody is put into a group by whom they block.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotAMember`]; [`Error::GroupFull`] if not all of them fit.
pub async fn add(app: &App, claim: &Claim, gid: &GroupId, uids: &[UserId]) -> Result<Outcome, Error> {
    let (outcome, event) = add_quietly(app, claim, gid, uids).await?;
    fan_out_and_tell(app, gid, claim.uid(), event.as_ref()).await;
    Ok(outcome)
}

/// The same without the fan-out. Gives back what the members are to be told, if somebody has entered.
async fn add_quietly(
    app: &App,
    claim: &Claim,
    gid: &GroupId,
    uids: &[UserId],
) -> Result<(Outcome, Option<Event>), Error> {
    retrying_from(Vec::new(), async |entered| try_to_add(app, claim, gid, uids, entered).await).await
}

/// One try. `entered` are those who have entered by tries before this one, and, where this one is stale, by it.
async fn try_to_add(
    app: &App,
    claim: &Claim,
    gid: &GroupId,
    uids: &[UserId],
    mut entered: Vec<Named>,
) -> Result<Attempt<(Outcome, Option<Event>), Vec<Named>>, Error> {
    // Whoever enters after this was read has entered after they were asked, and has used that up.
    let asked_at = app.clock.millis();
    let reads = async |reader: &Reader| {
        let all = distinct([reader.uid()].into_iter().chain(uids));
        if all.len() > usize::try_from(MOST).unwrap_or_default() {
            return Err(Error::GroupFull);
        }
        rows::read::entrance(&app.store, reader, gid, &all, std::slice::from_ref(reader.uid())).await
    };
    let (actor, scene) = sessions::verify_with(app, claim, reads).await?;
    let group = scene.group.ok_or(Error::NoSuchGroup)?;
    let is_me = |person: &Person| &person.uid == actor.uid();
    let adder = scene.people.iter().find(|it| is_me(it)).and_then(|me| me.member.as_ref()).ok_or(Error::NotAMember)?;
    let judged = group.certification && !adder.role.manages();
    let plan: Vec<(&Person, Added)> = scene
        .people
        .iter()
        .filter(|person| uids.contains(&person.uid) && (person.member.is_some() || may_be_added(&actor, person)))
        .map(|person| (person, what_becomes_of(person, judged)))
        .collect();
    let entering: Vec<&Person> =
        plan.iter().filter(|(person, added)| *added == Added::In && person.member.is_none()).map(|it| it.0).collect();
    let room = usize::try_from(MOST - group.member_count).unwrap_or_default();
    if entering.len() > room {
        return Err(Error::GroupFull);
    }
    for people in entering.chunks(together(&group)) {
        let certification = Some(group.certification).filter(|_| !adder.role.manages());
        let entry = Entry {
            group: &group,
            people,
            millis: app.clock.millis(),
            adder: Some(adder),
            certification,
            with: Vec::new(),
        };
        match rows::joining::enter_group(&app.store, entry).await? {
            Entered::Done => entered.extend(people.iter().map(|person| named_person(person))),
            Entered::Gone => return Err(Error::NoSuchGroup),
            Entered::Full => return Err(Error::GroupFull),
            // Whoever is in by now is found so.
            Entered::Changed => return Ok(Attempt::Stale(entered)),
        }
    }
    if let Attempt::Stale(()) = ask(app, &actor, &group, &plan, asked_at).await? {
        return Ok(Attempt::Stale(entered));
    }
    let outcome = plan.into_iter().map(|(person, added)| (person.uid.clone(), added)).collect();
    let operator = named(actor.uid(), Some(actor.profile()), Some(adder));
    let change = Some(entered).filter(|people| !people.is_empty()).map(GroupChange::Added);
    Ok(Attempt::Done((outcome, change.map(|it| Event::new(&group, operator, it, app.clock.millis())))))
}

fn what_becomes_of(person: &Person, judged: bool) -> Added {
    if person.member.is_some() {
        Added::In
    } else if is_not_simply_added(person) {
        Added::WaitsForInvitee
    } else if judged {
        Added::WaitsForManager
    } else {
        Added::In
    }
}

/// Asks whoever has to agree. Stale: somebody is not as they were read.
async fn ask(
    app: &App,
    actor: &Actor,
    group: &Group,
    plan: &[(&Person, Added)],
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let of = |wanted: Added| plan.iter().filter(move |(_, added)| *added == wanted).map(|(person, _)| *person);
    let asked = of(Added::WaitsForInvitee)
        .filter_map(|person| ask_invitee(person, &group.gid, actor, millis).map(|notice| (notice, person.entered_at)));
    rows::notices::put_own_notices(&app.store, &asked.collect::<Vec<_>>()).await?;
    let wishes = of(Added::WaitsForManager)
        .filter_map(|person| ask_invitee(person, &group.gid, actor, millis).map(|wish| (wish, person)));
    ask_managers(app, group, wishes.collect()).await
}

/// What becomes of somebody who joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joining {
    /// They were in it before.
    IsIn,
    /// They are in it from now on.
    Enters,
    /// A manager of the group has to agree.
    Waits,
}

/// Joins a group by its id, as a QR code holds it (`docs/dialects/sealtalk.md#joining`). Two rounds, and then the
/// fan-out. Joining again changes nothing. Gives the group as it is then.
///
/// Where a manager has to agree to newcomers, the creator and the managers are asked, and the caller is not in yet.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::GroupFull`], [`Error::TooManyGroups`].
pub async fn join(app: &App, claim: &Claim, gid: &GroupId) -> Result<(Group, Joining), Error> {
    let (group, became, event) = retrying(|| try_to_join(app, claim, gid)).await?;
    if became == Joining::Enters {
        fan_out_and_tell(app, gid, claim.uid(), event.as_ref()).await;
    }
    Ok((group, became))
}

async fn try_to_join(
    app: &App,
    claim: &Claim,
    gid: &GroupId,
) -> Result<Attempt<(Group, Joining, Option<Event>)>, Error> {
    let asked_at = app.clock.millis();
    let reads = async |reader: &Reader| {
        let me = std::slice::from_ref(reader.uid());
        rows::read::entrance(&app.store, reader, gid, me, me).await
    };
    let (actor, scene) = sessions::verify_with(app, claim, reads).await?;
    let mut group = scene.group.ok_or(Error::NoSuchGroup)?;
    let [me] = &scene.people[..] else { return Ok(Attempt::Stale(())) };
    if me.member.is_some() {
        return Ok(Attempt::Done((group, Joining::IsIn, None)));
    }
    if me.groups() >= MOST {
        return Err(Error::TooManyGroups);
    }
    if group.member_count >= MOST {
        return Err(Error::GroupFull);
    }
    if group.certification {
        let asked = Notice::new(gid, actor.uid(), actor.uid(), asked_at);
        return Ok(ask_managers(app, &group, vec![(asked, me)]).await?.map(|()| (group, Joining::Waits, None)));
    }
    let millis = app.clock.millis();
    let entry =
        Entry { group: &group, people: &[me], millis, adder: None, certification: Some(false), with: Vec::new() };
    let entered = enter_alone(app, entry).await?;
    group.member_count += 1;
    group.updated_at = millis;
    let (operator, change) = (named_person(me), GroupChange::Added(vec![named_person(me)]));
    let event = Event::new(&group, operator, change, millis);
    Ok(entered.map(|()| (group, Joining::Enters, Some(event))))
}

/// One person enters. Stale: something is not as it was read.
pub(crate) async fn enter_alone(app: &App, entry: Entry<'_>) -> Result<Attempt<()>, Error> {
    match rows::joining::enter_group(&app.store, entry).await? {
        Entered::Done => Ok(Attempt::Done(())),
        Entered::Gone => Err(Error::NoSuchGroup),
        Entered::Full => Err(Error::GroupFull),
        Entered::Changed => Ok(Attempt::Stale(())),
    }
}
