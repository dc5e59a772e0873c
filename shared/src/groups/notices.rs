//! Invitations that wait for an answer: the invitee's own, or one that the group's managers judge
//! (`docs/dialects/sealtalk.md#approval-and-invitations`).

use crate::{
    app::App,
    error::Error,
    groups::{
        self,
        joining::enter_alone,
        rows::{
            self, Group, Member, Person, Role, Scene,
            joining::Entry,
            notices::{Answered, Notice},
            wishes::by_others,
        },
        telling::{Event, fan_out_and_tell, named, named_person},
        wishes::ask_managers,
    },
    inbox::GroupChange,
    person::Profile,
    sessions::{self, Actor, Claim, Reader},
    store::{Attempt, retrying},
    values::{GroupId, UserId},
    visibility,
};

/// An invitation as whoever has to answer it sees it.
#[derive(Debug)]
pub struct Invitation {
    /// What is stored.
    pub notice: Notice,
    /// Whether it is too old, or its group is no more.
    pub expired: bool,
    /// Who invites.
    pub requester: Profile,
    /// Who is invited.
    pub invitee: Profile,
    /// Into which group.
    pub group: Option<Group>,
}

/// The invitations that the caller was asked to answer, the newest first
/// (`docs/dialects/sealtalk.md#approval-and-invitations`). Two rounds, three for who judges the wishes of a group.
///
/// One whose invitee has entered since, in whatever way, counts as agreed to. Those that somebody judged as a manager
/// are no more shown to who is none any more, and none is shown that names somebody who is gone. Nor is a wish
/// that waits for somebody who blocks its author or the caller, unless they made it themselves.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn invitations(app: &App, claim: &Claim) -> Result<Vec<Invitation>, Error> {
    let reads = async |reader: &Reader| {
        futures_util::try_join!(rows::notices::notices(&app.store, reader), rows::wishes::judged(&app.store, reader))
    };
    let (actor, (mut notices, judged)) = sessions::verify_with(app, claim, reads).await?;
    notices.extend(rows::wishes::shown(&app.store, &actor, &judged).await?);
    let now = app.clock.millis();
    notices.retain(|notice| !notice.is_forgotten(now));
    notices.sort_by_key(|notice| std::cmp::Reverse(notice.at));
    let uids = groups::distinct(notices.iter().flat_map(|notice| [&notice.requester, &notice.invitee]));
    // Those who would not be let in by whoever asked, or by this manager, who is not to know.
    let by = |it: &Notice| {
        by_others(it).map(|(invitee, requester)| [(invitee.clone(), requester), (invitee, actor.uid().clone())])
    };
    let judged = notices.iter().filter(|it| it.waits() && it.invitee != *actor.uid());
    let pairs: Vec<_> = judged.filter_map(by).flatten().collect();
    let (people, (groups, members), blocked) = futures_util::try_join!(
        visibility::people(&app.store, &actor, &uids),
        rows::notices::groups_of(&app.store, &actor, &notices),
        rows::read::blocks(&app.store, pairs.into_iter())
    )?;
    let keeps_out = |it: &Notice| by(it).is_some_and(|by| by.iter().any(|pair| blocked.contains(pair)));
    let person = |uid: &UserId| people.get(uid).filter(|profile| visibility::is_there(profile)).cloned();
    let member = |gid: &GroupId, uid: &UserId| members.get(&(gid.clone(), uid.clone()));
    let manages = |member: &Member| member.left_at.is_none() && member.role.manages();
    notices.retain(|it| {
        let judges = member(&it.gid, actor.uid()).is_some_and(manages);
        it.invitee == *actor.uid() || judges && !(it.waits() && keeps_out(it))
    });
    let shown = notices.into_iter().filter_map(|mut notice| {
        let (requester, invitee) = person(&notice.requester).zip(person(&notice.invitee))?;
        let entered_at = member(&notice.gid, &notice.invitee).map(|member| member.joined_at);
        if notice.waits() && entered_at.is_some_and(|at| at >= notice.at) {
            notice.status = Answered::Agreed;
        }
        let group = groups.get(&notice.gid).filter(|group| group.deleted_at.is_none()).cloned();
        let expired = group.is_none() || notice.is_over(now);
        Some(Invitation { notice, expired, requester, invitee, group })
    });
    Ok(shown.collect())
}

/// Forgets them (`docs/dialects/sealtalk.md#approval-and-invitations`).
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn clear_notices(app: &App, claim: &Claim) -> Result<(), Error> {
    let actor = sessions::verify(app, claim).await?;
    let now = app.clock.millis();
    let own = rows::notices::clear_notices(&app.store, &actor, now);
    futures_util::try_join!(own, rows::wishes::clear(&app.store, &actor, now)).map(|_| ())
}

/// Answers an invitation of `invitee`: the caller's own, or one that they judge as a manager
/// (`docs/dialects/sealtalk.md#approval-and-invitations`). Three rounds, and then the fan-out.
///
/// An invitee who agrees is in, unless a manager has to agree to whom the inviting member adds: then they are asked.
/// The answer of one manager is that of all. The same answer again changes nothing.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchNotice`] if there is none, or it has been answered differently, or too long
/// ago, or the caller does not judge it; [`Error::NoSuchGroup`], [`Error::GroupFull`]; [`Error::TooManyGroups`] of the
/// invitee's, where they would enter: it can still be answered.
pub async fn answer(app: &App, claim: &Claim, gid: &GroupId, invitee: &UserId, agreed: bool) -> Result<(), Error> {
    let status = if agreed { Answered::Agreed } else { Answered::Ignored };
    let entered = retrying(|| try_to_answer(app, claim, gid, invitee, status)).await?;
    if let Some(entered) = entered {
        fan_out_and_tell(app, gid, claim.uid(), Some(&entered)).await;
    }
    Ok(())
}

/// One try; what has become of the group, if somebody is in it by that.
async fn try_to_answer(
    app: &App,
    claim: &Claim,
    gid: &GroupId,
    invitee: &UserId,
    status: Answered,
) -> Result<Attempt<Option<Event>>, Error> {
    let now = app.clock.millis();
    let reads = async |reader: &Reader| match reader.uid() == invitee {
        true => rows::notices::notice(&app.store, reader, gid).await,
        false => rows::wishes::one(&app.store, reader, gid, invitee).await,
    };
    let (actor, notice) = sessions::verify_with(app, claim, reads).await?;
    let notice = notice.filter(|notice| !notice.is_over(now)).ok_or(Error::NoSuchNotice)?;
    if notice.status == status {
        return Ok(Attempt::Done(None));
    }
    if !notice.waits() {
        return Err(Error::NoSuchNotice);
    }
    let people = groups::distinct([actor.uid(), &notice.invitee, &notice.requester]);
    // Whoever has asked themselves takes any manager; others take neither whom they block to ask for them nor to agree.
    let asked_alone = notice.requester == notice.invitee;
    let adders = groups::distinct([actor.uid(), &notice.requester].into_iter().filter(|_| !asked_alone));
    let scene = rows::read::entrance(&app.store, &actor, gid, &people, &adders).await?;
    // What names somebody who is gone is gone as well.
    let seen = |person: &Person| person.profile.as_ref().is_some_and(visibility::is_there);
    if !scene.people.iter().all(seen) {
        return Err(Error::NoSuchNotice);
    }
    let invited = scene.people.iter().find(|person| person.uid == *invitee && person.member.is_none());
    // It was used up by entering in another way.
    if invited.and_then(|person| person.entered_at).is_some_and(|at| at >= notice.at) {
        return Err(Error::NoSuchNotice);
    }
    if actor.uid() == invitee {
        answer_for_oneself(app, &actor, &notice, &scene, status, now).await
    } else {
        answer_as_manager(app, &actor, &notice, &scene, status, now).await
    }
}

async fn answer_for_oneself(
    app: &App,
    actor: &Actor,
    notice: &Notice,
    scene: &Scene,
    status: Answered,
    now: i64,
) -> Result<Attempt<Option<Event>>, Error> {
    if status == Answered::Ignored {
        return Ok(rows::notices::answer_notice(&app.store, actor, notice, status, now).await?.map(|()| None));
    }
    let group = scene.group.as_ref().ok_or(Error::NoSuchGroup)?;
    let requester = scene.people.iter().find(|person| person.uid == notice.requester);
    let manages = requester.and_then(|it| it.member.as_ref()).is_some_and(|member| member.role.manages());
    let me = scene.people.iter().find(|person| person.uid == notice.invitee).ok_or(Error::NoSuchNotice)?;
    if me.member.is_some() {
        return Ok(rows::notices::answer_notice(&app.store, actor, notice, status, now).await?.map(|()| None));
    }
    if group.certification && !manages {
        // Who has left the group asks nobody there any more.
        let asks = requester.filter(|it| it.member.is_some()).map_or(&notice.invitee, |it| &it.uid);
        let asked = Notice::new(&notice.gid, asks, &notice.invitee, now);
        if let Attempt::Stale(()) = ask_managers(app, group, vec![(asked, me)]).await? {
            return Ok(Attempt::Stale(()));
        }
        return Ok(rows::notices::answer_notice(&app.store, actor, notice, status, now).await?.map(|()| None));
    }
    if me.groups() >= rows::MOST {
        return Err(Error::TooManyGroups);
    }
    let (millis, with) = (app.clock.millis(), vec![notice.answer(status, now).into()]);
    let certification = Some(group.certification).filter(|_| !manages);
    let entry = Entry { group, people: &[me], millis, adder: None, certification, with };
    let (operator, change) = (named_person(me), GroupChange::Added(vec![named_person(me)]));
    Ok(enter_alone(app, entry).await?.map(|()| Some(Event::new(group, operator, change, millis))))
}

async fn answer_as_manager(
    app: &App,
    actor: &Actor,
    notice: &Notice,
    scene: &Scene,
    status: Answered,
    now: i64,
) -> Result<Attempt<Option<Event>>, Error> {
    let group = scene.group.as_ref().ok_or(Error::NoSuchGroup)?;
    let of = |uid: &UserId| scene.people.iter().find(|person| person.uid == *uid);
    let me = of(actor.uid()).and_then(|person| person.member.as_ref());
    let me = me.filter(|member| member.role != Role::Member).ok_or(Error::NoSuchNotice)?;
    let invitee = of(&notice.invitee).ok_or(Error::NoSuchNotice)?;
    let is_out = invitee.member.is_none();
    // They are not shown it, and neither answer is to tell them of the block.
    if is_out && invitee.blocks_adder {
        return Err(Error::NoSuchNotice);
    }
    if is_out && status == Answered::Agreed {
        if invitee.groups() >= rows::MOST {
            return Err(Error::TooManyGroups);
        }
        // Entering agrees to the wish that was read with the people, which has to be this one.
        let same = invitee.wish.as_ref().is_some_and(|wish| wish.waits() && wish.at == notice.at);
        if !same || group.open_wishes < 1 {
            return Ok(Attempt::Stale(()));
        }
        let with = Vec::new();
        let entry = Entry { group, people: &[invitee], millis: now, adder: Some(me), certification: None, with };
        let operator = named(actor.uid(), Some(actor.profile()), Some(me));
        let change = GroupChange::Added(vec![named_person(invitee)]);
        Ok(enter_alone(app, entry).await?.map(|()| Some(Event::new(group, operator, change, now))))
    } else {
        Ok(rows::wishes::answer(&app.store, notice, status, now).await?.map(|()| None))
    }
}
