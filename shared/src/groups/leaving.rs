//! Not being a member any more: quitting, being kicked, the end of a group (`docs/dialects/sealtalk.md#leaving`).

use crate::{
    app::App,
    error::Error,
    groups::{
        distinct,
        rows::{
            self, MOST, Person,
            leaving::{AT_ONCE, Departure, Left, heir},
        },
        telling::{Event, fan_out_and_tell, named, named_member, named_person},
    },
    inbox::GroupChange,
    sessions::{self, Claim, Reader},
    store::{Attempt, retrying, retrying_from},
    values::{GroupId, UserId},
};

/// Quits a group (`docs/dialects/sealtalk.md#leaving`). Two rounds, three for its creator, and then the fan-out.
///
/// A creator hands over to the manager, else to the member, who has been in it for longest; the last one dismisses it.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotAMember`].
pub async fn quit(app: &App, claim: &Claim, gid: &GroupId) -> Result<(), Error> {
    let quit = retrying(|| async {
        let reads = async |reader: &Reader| {
            rows::read::scene(&app.store, reader, gid, std::slice::from_ref(reader.uid())).await
        };
        let (actor, scene) = sessions::verify_with(app, claim, reads).await?;
        let group = scene.group.ok_or(Error::NoSuchGroup)?;
        let [me] = &scene.people[..] else { return Ok(Attempt::Stale(())) };
        let member = me.member.as_ref().ok_or(Error::NotAMember)?;
        let members = if group.is_of(actor.uid()) {
            rows::read::group_and_members(&app.store, gid).await?.map(|(_, members)| members).unwrap_or_default()
        } else {
            Vec::new()
        };
        let left = match heir(&members, actor.uid()) {
            _ if !group.is_of(actor.uid()) => Left::Stays,
            Some(heir) => Left::HandedTo(heir),
            None => Left::Ends,
        };
        let new = if let Left::HandedTo(heir) = &left { Some(named_member(heir)) } else { None };
        let departure = Departure { group: &group, member, left, millis: app.clock.millis() };
        let quit = rows::leaving::quit_group(&app.store, me, &departure).await?;
        let who = named_person(me);
        let change = GroupChange::Quit(who.clone(), new);
        Ok(quit.map(|()| Event::new(&group, who, change, departure.millis)))
    })
    .await?;
    fan_out_and_tell(app, gid, claim.uid(), Some(&quit)).await;
    Ok(())
}

/// Sends members away (`docs/dialects/sealtalk.md#leaving`). Two rounds for up to 32, and then the fan-out.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`]; [`Error::GroupCreator`] if the creator is among them;
/// [`Error::NotGroupManager`]; [`Error::NoSuchMember`] if somebody is not in it; [`Error::Oneself`].
pub async fn kick(app: &App, claim: &Claim, gid: &GroupId, uids: &[UserId]) -> Result<(), Error> {
    let uids = &distinct(uids);
    let kicked = retrying_from(false, async |begun| try_to_kick(app, claim, gid, uids, begun).await).await?;
    fan_out_and_tell(app, gid, claim.uid(), kicked.as_ref()).await;
    Ok(())
}

/// Goes on with `true` when somebody was not as they were read: whoever was in it at first and is not any more is as
/// was asked for.
async fn try_to_kick(
    app: &App,
    claim: &Claim,
    gid: &GroupId,
    uids: &[UserId],
    begun: bool,
) -> Result<Attempt<Option<Event>, bool>, Error> {
    let reads = async |reader: &Reader| {
        let all = distinct([reader.uid()].into_iter().chain(uids));
        if all.len() > usize::try_from(MOST).unwrap_or_default() {
            return Err(Error::NoSuchMember);
        }
        rows::read::scene(&app.store, reader, gid, &all).await
    };
    let (actor, scene) = sessions::verify_with(app, claim, reads).await?;
    if uids.contains(actor.uid()) {
        return Err(Error::Oneself);
    }
    let group = scene.group.ok_or(Error::NoSuchGroup)?;
    if uids.iter().any(|uid| group.is_of(uid)) {
        return Err(Error::GroupCreator);
    }
    let (me, others) = scene.people.split_first().ok_or(Error::NotGroupManager)?;
    let by = me.member.as_ref().filter(|member| member.role.manages()).ok_or(Error::NotGroupManager)?;
    let present: Vec<&Person> = others.iter().filter(|person| person.member.is_some()).collect();
    if present.len() < others.len() && !begun {
        return Err(Error::NoSuchMember);
    }
    for people in present.chunks(AT_ONCE) {
        if let Attempt::Stale(()) = rows::leaving::kick_members(&app.store, by, people, app.clock.millis()).await? {
            return Ok(Attempt::Stale(true));
        }
    }
    let operator = named(actor.uid(), Some(actor.profile()), Some(by));
    let kicked: Vec<_> = others.iter().map(named_person).collect();
    let change = Some(kicked).filter(|people| !people.is_empty()).map(GroupChange::Kicked);
    Ok(Attempt::Done(change.map(|change| Event::new(&group, operator, change, app.clock.millis()))))
}

/// Ends a group (`docs/dialects/sealtalk.md#leaving`). Two rounds, and then the fan-out.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotGroupCreator`].
pub async fn dismiss(app: &App, claim: &Claim, gid: &GroupId) -> Result<(), Error> {
    let ended = retrying(|| async {
        let reads = async |reader: &Reader| rows::read::group_and_self(&app.store, reader, gid).await;
        let (actor, (group, member)) = sessions::verify_with(app, claim, reads).await?;
        let group = group.filter(|group| group.deleted_at.is_none()).ok_or(Error::NoSuchGroup)?;
        let mine = group.is_of(actor.uid());
        let creator = member.filter(|_| mine).ok_or(Error::NotGroupCreator)?;
        let millis = app.clock.millis();
        let operator = named(actor.uid(), Some(actor.profile()), Some(&creator));
        let dismissed = rows::leaving::dismiss_group(&app.store, &group, &creator, millis).await?;
        Ok(dismissed.map(|()| Event::new(&group, operator, GroupChange::Dismissed, millis)))
    })
    .await?;
    fan_out_and_tell(app, gid, claim.uid(), Some(&ended)).await;
    Ok(())
}
