//! What people change of their own profile, in any dialect.

pub(crate) mod about;
pub(super) mod completing;

use crate::{
    error::Error,
    looks::LookChange,
    person::{self, Owner, Place, Profile, mine, same_dialects, same_place, set_portrait, with_place},
    profiles::{Introduction, Naming},
    sessions::Actor,
    store::{
        Attempt, Condition, Part, Sheet, Store, Transacted, Update, Write, Written, item,
        keys::{self, Table},
        member, number, text,
    },
    values::{Dialect, Gender, LoveSex, Nickname, Sex},
};
use aws_sdk_dynamodb::types::AttributeValue;

/// The claim of a new name. Refused: it is somebody else's.
pub(crate) const NAME: Part = Part::named("name");

/// A new text for each field; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// Claimed in the same transaction.
    pub nickname: Option<Nickname>,
    /// Only while unset.
    pub sex: Option<Sex>,
    /// Whom the person would like to meet.
    pub love_sex: Option<LoveSex>,
    /// Unix seconds as text.
    pub birthday: Option<String>,
    /// Free text.
    pub location: Option<String>,
    /// Free text.
    pub weibo_nickname: Option<String>,
    /// A contact.
    pub weibo_uid: Option<String>,
    /// Free text.
    pub wechat_nickname: Option<String>,
    /// A contact.
    pub wechat_uid: Option<String>,
    /// A contact.
    pub wechat_id: Option<String>,
}

/// What is given changes, the rest stays.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "each is the setting of that name in `Profile` and `Privacy`")]
pub struct SettingsChange {
    pub gender: Option<Gender>,
    pub phone: Option<bool>,
    pub account_name: Option<bool>,
    pub friends: Option<bool>,
    pub groups: Option<bool>,
    pub pokes: Option<bool>,
}

/// What somebody says of themselves when their account is made, and that they appear in a dialect
/// (`docs/dialects/sealtalk.md#register`, `docs/dialects/live.md#create-an-account`).
pub(crate) fn introduce(
    before: &Profile,
    introduction: &Introduction<'_>,
    place: Option<Place>,
    now: i64,
    dialect: Dialect,
) -> Update {
    let update = Update::of(keys::profile(&before.uid));
    let update = introduction.naming.iter().fold(update, named);
    let update = update
        .set("updated_at", number(now))
        .set_some("gender", introduction.gender.map(|gender| text(gender.as_str())))
        .set_some("portrait", introduction.portrait.map(text))
        .add("dialects", member(dialect.as_str()));
    with_place(update, place).when(same_place(before))
}

fn named(update: Update, naming: &Naming<'_>) -> Update {
    let name = || text(naming.nickname.as_str());
    update.set("nickname", name()).set_some("nickname_claim", naming.claims.then(name))
}

fn profile_update(before: &Profile, fields: &Fields, place: Option<Place>, now: i64) -> Update {
    let copied = |value: &Option<String>| value.clone().map(text);
    let update = Update::of(keys::profile(&before.uid))
        .set("updated_at", number(now))
        .set_some("nickname", fields.nickname.as_ref().map(|nickname| text(nickname.as_str())))
        .set_some("sex", fields.sex.map(|sex| text(sex.as_str())))
        .set_some("love_sex", fields.love_sex.map(|sex| text(sex.as_str())))
        .set_some("birthday", copied(&fields.birthday))
        .set_some("location", copied(&fields.location))
        .set_some("weibo_nickname", copied(&fields.weibo_nickname))
        .set_some("weibo_uid", copied(&fields.weibo_uid))
        .set_some("wechat_nickname", copied(&fields.wechat_nickname))
        .set_some("wechat_uid", copied(&fields.wechat_uid))
        .set_some("wechat_id", copied(&fields.wechat_id));
    with_place(update, place).when(same_place(before))
}

/// Changes a profile in one write, or with the nickname's claim in one transaction.
///
/// `before` is the profile as read; the write happens only if sex, media and nickname are still so and the actor's
/// session is still the same. `look_change` is there where a new nickname is fanned out. Stale: read again.
///
/// # Errors
/// [`Error::NicknameTaken`], and faults.
pub(super) async fn change_profile(
    store: &Store,
    actor: &Actor,
    before: &Profile,
    fields: &Fields,
    place: Option<Place>,
    now: i64,
    look_change: Option<&LookChange>,
) -> Result<Attempt<()>, Error> {
    let uid = actor.uid();
    let update = profile_update(before, fields, place, now).when(actor.still_signed_in());
    let same_claim = |new: &Nickname| before.nickname_claim.as_ref() == Some(new);
    let claimed = fields.nickname.as_ref().filter(|new| before.nickname.as_ref() != Some(*new) || !same_claim(new));
    let Some(claimed) = claimed else {
        return Ok(store.update(update).await?.attempt());
    };
    let update = match look_change {
        Some(look_change) => look_change.mark(update),
        None => update.when(same_dialects(before)),
    };
    let update = update.set("nickname_claim", text(claimed.as_str()));
    let mut writes = vec![Write::from(update)];
    writes.extend(before.phone.as_ref().map(|phone| person::mark_taken(phone, uid)));
    writes.extend(move_claim(before, claimed)?);
    writes.extend(look_change.map(|look_change| look_change.advance(uid)));
    match store.transact(writes).await? {
        Transacted::Done => Ok(Attempt::Done(())),
        Transacted::Refused { part: NAME, .. } => Err(Error::NicknameTaken),
        Transacted::Refused { .. } => Ok(Attempt::Stale(())),
    }
}

/// Claims a nickname for a person, and releases the one before. None, if the two differ in nothing that counts.
pub(super) fn move_claim(before: &Profile, nickname: &Nickname) -> Result<Vec<Write>, Error> {
    let (uid, new) = (&before.uid, nickname.folded());
    let old = before.nickname_claim.as_ref().map(Nickname::folded);
    if old.as_ref() == Some(&new) {
        return Ok(Vec::new());
    }
    let claim = item("nickname claim", &Owner { uid: uid.clone() })?;
    let mut writes = vec![Write::put(keys::nickname(&new), claim, Some(mine(uid))).named(NAME)];
    writes.extend(old.map(|old| Write::delete(keys::nickname(&old), Some(mine(uid)))));
    Ok(writes)
}

/// Gives a person another nickname, which others may have as well (`docs/dialects/sealtalk.md#set_nickname`). If it is
/// claimed, the one before is released; else the claim stays what it was. Stale: something has changed, read again.
///
/// # Errors
/// [`Error::NicknameTaken`]: somebody else has claimed it.
pub(crate) async fn rename(
    store: &Store,
    actor: &Actor,
    naming: &Naming<'_>,
    place: Option<Place>,
    look_change: &LookChange,
) -> Result<Attempt<()>, Error> {
    let (before, uid) = (actor.profile(), actor.uid());
    let update = named(Update::of(keys::profile(uid)), naming).set("updated_at", number(look_change.version / 1_000));
    let update = with_place(look_change.mark(update), place).when(same_place(before)).when(actor.still_signed_in());
    let mut writes = vec![update.into(), look_change.advance(uid)];
    writes.extend(naming.writes(before)?);
    match store.transact(writes).await? {
        Transacted::Done => Ok(Attempt::Done(())),
        Transacted::Refused { part: NAME, .. } => Err(Error::NicknameTaken),
        Transacted::Refused { .. } => Ok(Attempt::Stale(())),
    }
}

/// Gives a person a portrait by its URL (`docs/dialects/sealtalk.md#set_portrait_uri`). Stale: something has
/// changed, read again.
pub(crate) async fn set_portrait_url(
    store: &Store,
    actor: &Actor,
    url: &str,
    look_change: &LookChange,
) -> Result<Attempt<()>, Error> {
    let update =
        look_change.mark(set_portrait(actor.uid(), url)).set("updated_at", number(look_change.version / 1_000));
    let update = update.when(actor.still_signed_in());
    let writes = vec![update.into(), look_change.advance(actor.uid())];
    Ok(store.transact(writes).await?.attempt())
}

/// Changes what needs no fan-out (`docs/dialects/sealtalk.md#set_gender`, `docs/dialects/sealtalk.md#privacy`,
/// `docs/dialects/sealtalk.md#pokes`). `Ok(false)`: the session is over.
pub(crate) async fn change_settings(store: &Store, actor: &Actor, change: &SettingsChange) -> Result<bool, Error> {
    let flag = |flag: Option<bool>| flag.map(AttributeValue::Bool);
    let update = Update::of(keys::profile(actor.uid()))
        .set_some("gender", change.gender.map(|gender| text(gender.as_str())))
        .set_some("privacy_phone", flag(change.phone))
        .set_some("privacy_account_name", flag(change.account_name))
        .set_some("privacy_friends", flag(change.friends))
        .set_some("privacy_groups", flag(change.groups))
        .set_some("privacy_pokes", flag(change.pokes))
        .when(actor.still_signed_in());
    Ok(matches!(store.update(update).await?, Written::Done(_)))
}

/// Gives a person an account name, and releases the one before (`docs/dialects/sealtalk.md#set_st_account`).
/// Stale: something has changed, read again.
///
/// # Errors
/// [`Error::AccountNameTaken`].
pub(crate) async fn set_account_name(store: &Store, actor: &Actor, account: &str) -> Result<Attempt<()>, Error> {
    let (before, uid) = (actor.profile(), actor.uid());
    let (old, new) = (before.account_name.as_ref().map(|old| old.to_ascii_lowercase()), account.to_ascii_lowercase());
    let update = Update::of(keys::profile(uid))
        .set("account_name", text(account))
        .when(Condition::as_read("account_name", before.account_name.clone().map(text)))
        .when(actor.still_signed_in());
    let mut writes = vec![Write::from(update)];
    if old.as_ref() != Some(&new) {
        let claim = item("account name claim", &Owner { uid: uid.clone() })?;
        writes.push(Write::put(keys::account_name(&new), claim, Some(mine(uid))).named(NAME));
        writes.extend(old.map(|old| Write::delete(keys::account_name(&old), Some(mine(uid)))));
    }
    match store.transact(writes).await? {
        Transacted::Done => Ok(Attempt::Done(())),
        Transacted::Refused { part: NAME, .. } => Err(Error::AccountNameTaken),
        Transacted::Refused { .. } => Ok(Attempt::Stale(())),
    }
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 1] = [Sheet::of("about", Table::Users, keys::ABOUT_FACET).without(&["changes"])];
