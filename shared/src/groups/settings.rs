//! What the creator and managers change about a group, and what members say of themselves
//! (`docs/dialects/sealtalk.md#settings-of-a-group`).

use crate::{
    app::App,
    error::Error,
    groups::{
        distinct, fan_out,
        rows::{
            self, Bulletin, Group, MOST, MOST_MANAGERS, Member, MemberInfo, Person, Role, Scene, settings::MetaChange,
        },
        telling::{Event, fan_out_and_tell, named, named_member},
    },
    inbox::{GroupChange, Named},
    sessions::{self, Actor, Claim, Reader},
    store::{Attempt, retrying},
    values::{GroupId, UserId},
};

/// So many members get another role in one transaction: two parts each, beside the group and two of the creator's.
const ROLES: usize = 48;

/// One thing that somebody changes about a group.
#[derive(Clone, Debug)]
pub enum Change {
    /// Its name. The creator's to choose.
    Name(String),
    /// The URL of its portrait. The creator's to choose.
    Portrait(String),
    /// Whether only the creator and managers may talk; they choose.
    Mute(bool),
    /// Whether a manager has to agree to whom a plain member adds; the creator and managers choose.
    Certification(bool),
    /// Whether members are kept from seeing more of each other; the creator and managers choose.
    Protection(bool),
    /// What it has to say, or nothing if it is empty; the creator and managers choose.
    Bulletin(String),
}

impl Change {
    fn is_for_the_creator(&self) -> bool {
        matches!(self, Self::Name(_) | Self::Portrait(_))
    }

    /// What the members are told of it, if they are.
    fn event(&self, group: &Group, operator: Named, millis: i64) -> Option<Event> {
        match self {
            Self::Name(name) => {
                Some(Event { name: name.clone(), ..Event::new(group, operator, GroupChange::Renamed, millis) })
            }
            Self::Bulletin(text) if !text.is_empty() => {
                Some(Event::new(group, operator, GroupChange::Bulletin(text.clone()), millis))
            }
            Self::Bulletin(_) | Self::Portrait(_) | Self::Mute(_) | Self::Certification(_) | Self::Protection(_) => {
                None
            }
        }
    }

    fn written(&self, app: &App, millis: i64) -> MetaChange {
        match self {
            Self::Name(name) => MetaChange::Name(name.clone()),
            Self::Portrait(url) => MetaChange::Portrait(url.clone()),
            Self::Mute(on) => MetaChange::Mute(*on),
            Self::Certification(on) => MetaChange::Certification(*on),
            Self::Protection(on) => MetaChange::Protection(*on),
            Self::Bulletin(content) => {
                let bulletin = Bulletin { id: app.random.hex::<12>(), content: content.clone(), at: millis };
                MetaChange::Bulletin(Some(bulletin).filter(|bulletin| !bulletin.content.is_empty()))
            }
        }
    }
}

/// The caller and a group that is there.
async fn group_and_me(app: &App, claim: &Claim, gid: &GroupId) -> Result<(Actor, Group, Option<Member>), Error> {
    let reads = async |reader: &Reader| rows::read::group_and_self(&app.store, reader, gid).await;
    let (actor, (group, member)) = sessions::verify_with(app, claim, reads).await?;
    let group = group.filter(|group| group.deleted_at.is_none()).ok_or(Error::NoSuchGroup)?;
    Ok((actor, group, member))
}

/// Changes one thing about a group (`docs/dialects/sealtalk.md#settings-of-a-group`). Two rounds, and then the
/// fan-out.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`]; [`Error::NotGroupCreator`], [`Error::NotGroupManager`] from whoever
/// may not.
pub async fn change(app: &App, claim: &Claim, gid: &GroupId, change: &Change) -> Result<(), Error> {
    let changed = retrying(|| async {
        let (actor, group, member) = group_and_me(app, claim, gid).await?;
        let member = if change.is_for_the_creator() {
            member.filter(|member| member.role == Role::Creator).ok_or(Error::NotGroupCreator)?
        } else {
            member.filter(|member| member.role.manages()).ok_or(Error::NotGroupManager)?
        };
        let millis = app.clock.millis();
        let changed =
            rows::settings::change_group(&app.store, &group, &member, &change.written(app, millis), millis).await?;
        let operator = named(actor.uid(), Some(actor.profile()), Some(&member));
        Ok(changed.map(|()| change.event(&group, operator, millis)))
    })
    .await?;
    fan_out_and_tell(app, gid, claim.uid(), changed.as_ref()).await;
    Ok(())
}

/// What a group has to say to its members (`docs/dialects/sealtalk.md#bulletins`). One round.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotAMember`], [`Error::NoBulletin`].
pub async fn bulletin(app: &App, claim: &Claim, gid: &GroupId) -> Result<Bulletin, Error> {
    let (_, group, member) = group_and_me(app, claim, gid).await?;
    member.ok_or(Error::NotAMember)?;
    group.bulletin.ok_or(Error::NoBulletin)
}

/// What the caller calls themselves in a group (`docs/dialects/sealtalk.md#members-own-data`). Two rounds, and then the
/// fan-out.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotAMember`].
pub async fn set_display_name(app: &App, claim: &Claim, gid: &GroupId, name: &str) -> Result<(), Error> {
    retrying(|| async {
        let (_, _, member) = group_and_me(app, claim, gid).await?;
        let member = member.ok_or(Error::NotAMember)?;
        rows::settings::set_display_name(&app.store, &member, name, app.clock.millis()).await
    })
    .await?;
    fan_out(app, gid, claim.uid()).await;
    Ok(())
}

/// The caller and others with regard to a group.
async fn scene(app: &App, claim: &Claim, gid: &GroupId, uids: &[UserId]) -> Result<(Actor, Scene), Error> {
    let reads = async |reader: &Reader| {
        let all = distinct([reader.uid()].into_iter().chain(uids));
        if all.len() > usize::try_from(MOST).unwrap_or_default() {
            return Err(Error::NoSuchMember);
        }
        rows::read::scene(&app.store, reader, gid, &all).await
    };
    sessions::verify_with(app, claim, reads).await
}

/// The same for a group that is there.
async fn known(app: &App, claim: &Claim, gid: &GroupId, uids: &[UserId]) -> Result<(Actor, Vec<Person>), Error> {
    let (actor, Scene { group, people }) = scene(app, claim, gid, uids).await?;
    group.map(|_| (actor, people)).ok_or(Error::NoSuchGroup)
}

/// Somebody of a scene as a member.
fn member_of<'a>(people: &'a [Person], uid: &UserId) -> Option<&'a Member> {
    people.iter().find(|person| person.uid == *uid)?.member.as_ref()
}

/// How many managers a group has beside its creator. What is decided by it needs the group as it was read before.
async fn managers(app: &App, gid: &GroupId) -> Result<usize, Error> {
    let read = rows::read::group_and_members(&app.store, gid).await?;
    let members = read.iter().flat_map(|(_, members)| members);
    Ok(members.filter(|member| member.left_at.is_none() && member.role == Role::Manager).count())
}

/// Makes members managers, or managers members (`docs/dialects/sealtalk.md#settings-of-a-group`). Two rounds for up to
/// 48, three to make managers, and then the fan-out. What they were asked as managers is forgotten with that.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotAMember`], [`Error::NotGroupCreator`];
/// [`Error::GroupCreator`] if the creator is among them; [`Error::NoSuchMember`]; [`Error::TooManyManagers`].
pub async fn set_roles(app: &App, claim: &Claim, gid: &GroupId, uids: &[UserId], manage: bool) -> Result<(), Error> {
    let role = if manage { Role::Manager } else { Role::Member };
    retrying(|| async {
        let (actor, Scene { group, people }) = scene(app, claim, gid, uids).await?;
        let group = group.ok_or(Error::NoSuchGroup)?;
        let me = member_of(&people, actor.uid()).ok_or(Error::NotAMember)?;
        if me.role != Role::Creator {
            return Err(Error::NotGroupCreator);
        }
        if uids.contains(actor.uid()) {
            return Err(Error::GroupCreator);
        }
        let others = people.iter().filter(|person| person.uid != *actor.uid());
        let members: Option<Vec<&Member>> = others.map(|person| person.member.as_ref()).collect();
        let mut members = members.ok_or(Error::NoSuchMember)?;
        members.retain(|member| member.role != role);
        if manage && !members.is_empty() && managers(app, gid).await? + members.len() > MOST_MANAGERS {
            return Err(Error::TooManyManagers);
        }
        for some in members.chunks(ROLES) {
            if let Attempt::Stale(()) =
                rows::settings::set_roles(&app.store, &group, me, some, role, app.clock.millis()).await?
            {
                return Ok(Attempt::Stale(()));
            }
        }
        Ok(Attempt::Done(()))
    })
    .await?;
    fan_out(app, gid, claim.uid()).await;
    Ok(())
}

/// Gives a group to another member (`docs/dialects/sealtalk.md#settings-of-a-group`). Two rounds, and then the
/// fan-out.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::GroupCreator`] for oneself; [`Error::NoSuchGroup`], [`Error::NoSuchMember`] if either
/// is not in it; [`Error::NotGroupCreator`].
pub async fn transfer(app: &App, claim: &Claim, gid: &GroupId, to: &UserId) -> Result<(), Error> {
    let handed_over = retrying(|| async {
        let (actor, Scene { group, people }) = scene(app, claim, gid, std::slice::from_ref(to)).await?;
        if actor.uid() == to {
            return Err(Error::GroupCreator);
        }
        let group = group.ok_or(Error::NoSuchGroup)?;
        let me = member_of(&people, actor.uid()).ok_or(Error::NoSuchMember)?;
        let heir = member_of(&people, to).ok_or(Error::NoSuchMember)?;
        if me.role != Role::Creator {
            return Err(Error::NotGroupCreator);
        }
        let millis = app.clock.millis();
        let handed_over = rows::settings::hand_over(&app.store, me, heir, millis).await?;
        let operator = named(actor.uid(), Some(actor.profile()), Some(me));
        let change = GroupChange::Transferred(named_member(heir));
        Ok(handed_over.map(|()| Event::new(&group, operator, change, millis)))
    })
    .await?;
    fan_out_and_tell(app, gid, claim.uid(), Some(&handed_over)).await;
    Ok(())
}

/// What to change of what a group knows of a member; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct InfoChange {
    /// The member's name in the group, which [`set_display_name`] changes too.
    pub name: Option<String>,
    /// A calling code.
    pub region: Option<String>,
    /// A phone number.
    pub phone: Option<String>,
    /// A contact.
    pub wechat: Option<String>,
    /// A contact.
    pub alipay: Option<String>,
    /// Descriptions.
    pub descriptions: Option<Vec<String>>,
}

impl InfoChange {
    fn on(&self, before: &MemberInfo) -> MemberInfo {
        let text = |new: &Option<String>, old: &String| new.as_ref().unwrap_or(old).clone();
        MemberInfo {
            region: text(&self.region, &before.region),
            phone: text(&self.phone, &before.phone),
            wechat: text(&self.wechat, &before.wechat),
            alipay: text(&self.alipay, &before.alipay),
            descriptions: self.descriptions.as_ref().unwrap_or(&before.descriptions).clone(),
        }
    }
}

/// Changes what a group knows of a member: oneself, or anybody for its creator and managers
/// (`docs/dialects/sealtalk.md#members-own-data`). Two rounds, and then the fan-out.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotAMember`], [`Error::NoSuchMember`],
/// [`Error::NotGroupManager`].
pub async fn set_member_info(
    app: &App,
    claim: &Claim,
    gid: &GroupId,
    uid: &UserId,
    change: &InfoChange,
) -> Result<(), Error> {
    retrying(|| async {
        let (actor, people) = known(app, claim, gid, std::slice::from_ref(uid)).await?;
        let me = member_of(&people, actor.uid()).ok_or(Error::NotAMember)?;
        let member = member_of(&people, uid).ok_or(Error::NoSuchMember)?;
        if me.uid != member.uid && !me.role.manages() {
            return Err(Error::NotGroupManager);
        }
        let info = change.on(&member.info);
        let name = change.name.as_deref();
        rows::settings::set_member_info(&app.store, me, member, name, &info, app.clock.millis()).await
    })
    .await?;
    fan_out(app, gid, claim.uid()).await;
    Ok(())
}

/// A member with what the group knows of them, for its members (`docs/dialects/sealtalk.md#members-own-data`). One
/// round.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::NoSuchGroup`], [`Error::NotAMember`], [`Error::NoSuchMember`].
pub async fn member_info(app: &App, claim: &Claim, gid: &GroupId, uid: &UserId) -> Result<Member, Error> {
    let (actor, people) = known(app, claim, gid, std::slice::from_ref(uid)).await?;
    member_of(&people, actor.uid()).ok_or(Error::NotAMember)?;
    member_of(&people, uid).cloned().ok_or(Error::NoSuchMember)
}
