//! `USER#<uid>`/`PROFILE`: the person, and their Light Up session.

use super::{
    Condition, Key, Store, Transacted, Update, Write, Written, item, keys, number, text, value,
    versions::{self, Version},
};
use crate::{
    error::Error,
    media::Classes,
    sessions::{Actor, Reader},
    values::{Dialect, E164, Gender, LoveSex, Nickname, Privacy, Sex, TokenHash, UserId},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// A person as stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Profile {
    /// The id.
    pub uid: UserId,
    /// The proven number.
    pub phone: E164,
    /// Seconds since 1970.
    pub created_at: i64,
    /// When the person last changed something of it, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
    /// `erasing` while everything of the person is being deleted: nobody sees them any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Present: there is a profile (contract 4.1 ACTIVE).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<Nickname>,
    /// Immutable once set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Whom the person would like to meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub love_sex: Option<LoveSex>,
    /// Unix seconds as text, may be negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weibo_nickname: Option<String>,
    /// A contact, shown to few.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weibo_uid: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wechat_nickname: Option<String>,
    /// A contact, shown to few.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wechat_uid: Option<String>,
    /// A contact, shown to few.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wechat_id: Option<String>,
    /// The key of the live portrait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portrait: Option<String>,
    /// What the other dialects than Light Up show; `male` unless chosen (SealTalk 2.7).
    #[serde(default)]
    pub gender: Gender,
    /// The SealTalk number, as written; claimed in lower case (SealTalk 2.25).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub st_account: Option<String>,
    /// Who may find and add the person (SealTalk 2.27).
    #[serde(flatten)]
    pub privacy: Privacy,
    /// The folded nickname that is claimed: a nickname is unique in Light Up only, and claimed only when set there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname_claim: Option<String>,
    /// The version, among those that the person syncs, of their newest nickname or portrait.
    #[serde(default)]
    pub changed_version: i64,
    /// Friends have still to be told of that version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fanout: Option<i64>,
    /// The classes with live media.
    #[serde(default)]
    pub media: Classes,
    /// The sex that an upload's form named; decides the pool of guests while `sex` is unset (decision 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_sex: Option<Sex>,
    /// The pool that the person is a candidate in: present while complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_pool: Option<String>,
    /// The place in the pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_rank: Option<String>,
    /// Where the person has signed in: elsewhere nobody finds them.
    #[serde(default, skip_serializing)]
    pub dialects: Vec<Dialect>,
    /// How often a password was set; sessions of an earlier epoch are over.
    #[serde(default)]
    pub epoch: i64,
    /// The hash of Light Up's one live token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lightup_token: Option<TokenHash>,
    /// When that token was issued, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lightup_issued: Option<i64>,
}

impl Profile {
    /// The version of how the person looks: before any change that was counted, a moment before every other version.
    #[must_use]
    pub fn look(&self) -> i64 {
        if self.changed_version > 0 { self.changed_version } else { self.created_at * 1_000 - 1 }
    }

    /// Whether other people can see the person in a dialect: they were there, there is a profile, and it is not being
    /// erased.
    #[must_use]
    pub fn visible_in(&self, dialect: Dialect) -> bool {
        self.nickname.is_some() && self.state.is_none() && self.dialects.contains(&dialect)
    }
}

/// A change that friends hear of: how far the person's changes had come, and the version that it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    pub(crate) before: Version,
    pub(crate) version: i64,
}

impl Heard {
    /// The next version of a person.
    pub(crate) fn next(before: Version, millis: i64) -> Self {
        Self { before, version: before.next(millis) }
    }

    /// Marks the profile, until all friends have been told; the version itself is a write beside it.
    pub(crate) fn mark(self, update: Update) -> Update {
        update.set("changed_version", number(self.version)).set("fanout", number(self.version))
    }

    pub(crate) fn advance(self, uid: &UserId) -> Write {
        versions::advance(uid, self.before, self.version)
    }
}

/// The names that are this person's alone, to be released with them.
pub(crate) fn claims(profile: &Profile) -> Vec<Key> {
    let nickname = profile.nickname_claim.as_deref().map(keys::nickname);
    let account = profile.st_account.as_ref().map(|account| keys::st_account(&account.to_ascii_lowercase()));
    nickname.into_iter().chain(account).collect()
}

/// That a claim is the person's, or nobody's.
fn mine(uid: &UserId) -> Condition {
    Condition::Any(vec![Condition::Absent("pk"), Condition::Equals("uid", text(uid.as_str()))])
}

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

/// A place among the candidates.
#[derive(Clone, Debug)]
pub struct Place {
    /// `<sex>#<shard>`
    pub pool: String,
    /// Random hex.
    pub rank: String,
}

/// A nickname claim, or any other that names its owner.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) uid: UserId,
}

/// The condition that a Light Up session is live: this token, issued at `since` or later, nobody being erased.
pub(crate) fn live_session(token: &TokenHash, since: i64) -> Condition {
    Condition::All(vec![
        Condition::Equals("lightup_token", text(token.as_str())),
        Condition::AtLeast("lightup_issued", number(since)),
        Condition::Absent("state"),
    ])
}

/// Puts a new Light Up session into a profile; the one before is over.
pub(crate) fn new_session(uid: &UserId, token: &TokenHash, issued: i64) -> Update {
    Update::of(keys::profile(uid))
        .set("lightup_token", text(token.as_str()))
        .set("lightup_issued", number(issued))
        .add("dialects", super::member(Dialect::LightUp.as_str()))
}

/// A person who has just proven a number.
pub(crate) fn create(profile: &Profile) -> Result<Write, Error> {
    let mut item = item("profile", profile)?;
    let dialects = profile.dialects.iter().map(|dialect| dialect.as_str().to_owned()).collect();
    item.insert("dialects".into(), AttributeValue::Ss(dialects));
    Ok(Write::Put(keys::profile(&profile.uid), item, Some(Condition::Absent("pk"))))
}

/// Gives somebody without a profile a nickname that nobody else is kept from, and lets them appear in a dialect
/// (SealTalk 2.7).
pub(crate) fn name(before: &Profile, nickname: &Nickname, place: Option<Place>, now: i64, dialect: Dialect) -> Update {
    let update = Update::of(keys::profile(&before.uid))
        .set("nickname", text(nickname.as_str()))
        .set("updated_at", number(now))
        .add("dialects", super::member(dialect.as_str()));
    with_place(update, place).when(as_read(before))
}

/// Ends the sessions of all dialects, if no password was set since `epoch` was read.
pub(crate) fn end_sessions(update: Update, epoch: i64) -> Update {
    end_all(update).when(same_epoch(epoch))
}

/// Ends the sessions of all dialects.
pub(crate) fn end_all(update: Update) -> Update {
    update.add("epoch", number(1)).remove("lightup_token").remove("lightup_issued")
}

/// Ends the sessions of all other dialects, unless the person is being erased.
pub(crate) fn next_epoch(uid: &UserId) -> Write {
    Update::of(keys::profile(uid)).add("epoch", number(1)).when(not_erasing()).into()
}

/// That the person is there and nobody is erasing them.
pub(crate) fn not_erasing() -> Condition {
    Condition::Present("pk").and(Condition::Absent("state"))
}

/// The same as a part of a transaction: what is written for somebody who is being erased would outlive them.
pub(super) fn still_there(uid: &UserId) -> Write {
    Write::Check(keys::profile(uid), not_erasing())
}

/// That nobody is erasing the person and no password was set since `epoch` was read.
pub(crate) fn same_epoch(epoch: i64) -> Condition {
    Condition::All(vec![Condition::Absent("state"), Condition::Equals("epoch", number(epoch))])
}

/// Everything that decides a person's place among the candidates, exactly as it was read.
fn as_read(profile: &Profile) -> Condition {
    let sex = |sex: Option<Sex>| sex.map(|sex| text(sex.as_str()));
    let nickname = profile.nickname.as_ref().map(|nickname| text(nickname.as_str()));
    Condition::All(vec![
        Condition::Equals("media", number(i64::from(profile.media.bits()))),
        Condition::as_read("sex", sex(profile.sex)),
        Condition::as_read("form_sex", sex(profile.form_sex)),
        Condition::as_read("nickname", nickname),
        Condition::as_read("nickname_claim", profile.nickname_claim.clone().map(text)),
        Condition::Absent("state"),
    ])
}

fn with_place(update: Update, place: Option<Place>) -> Update {
    match place {
        Some(place) => update.set("guest_pool", text(place.pool)).set("guest_rank", text(place.rank)),
        None => update.remove("guest_pool").remove("guest_rank"),
    }
}

/// Marks which classes are live, and gives the person a place among the candidates or takes it away.
pub(crate) fn set_media(profile: &Profile, media: Classes, form_sex: Option<Sex>, place: Option<Place>) -> Update {
    let update = Update::of(keys::profile(&profile.uid))
        .set("media", number(i64::from(media.bits())))
        .set_some("form_sex", form_sex.map(|sex| text(sex.as_str())));
    with_place(update, place).when(as_read(profile))
}

/// Makes `key` the live portrait.
pub(crate) fn set_portrait(uid: &UserId, key: &str) -> Update {
    Update::of(keys::profile(uid)).set("portrait", text(key))
}

impl Store {
    /// A person by id, strongly consistent. `None` also for somebody who is being erased.
    ///
    /// # Errors
    /// Faults only.
    pub async fn profile(&self, _: &Reader, uid: &UserId) -> Result<Option<Profile>, Error> {
        self.profile_for_session(uid).await
    }

    /// The same for `sessions` and `accounts`, which have nobody to act for yet.
    pub(crate) async fn profile_for_session(&self, uid: &UserId) -> Result<Option<Profile>, Error> {
        let profile: Option<Profile> = self.get_as(keys::profile(uid)).await?;
        Ok(profile.filter(|profile| profile.state.is_none()))
    }

    /// Replaces a session if `condition` holds, and gives back the person afterwards. `None`: it does not.
    ///
    /// An answer that was lost on its way and asked for again finds its own token: that is a success too.
    pub(crate) async fn replace_session(
        &self,
        new: Update,
        token: &TokenHash,
        condition: Condition,
    ) -> Result<Option<Profile>, Error> {
        match self.update(new.when(condition)).await? {
            Written::Done(item) => value(item).map(Some),
            Written::Refused(item) if item.is_empty() => Ok(None),
            Written::Refused(item) => {
                let profile: Profile = value(item)?;
                Ok(Some(profile).filter(|profile| profile.lightup_token.as_ref() == Some(token)))
            }
        }
    }

    /// Changes a profile in one write, or with the nickname's claim in one transaction.
    ///
    /// `before` is the profile as read; the write happens only if sex, media and nickname are still so and the
    /// caller's session is still the one in `session`. `heard` is what a new nickname is told to friends by. `Ok(false)`: they are not, read again.
    ///
    /// # Errors
    /// [`Error::NicknameTaken`], and faults.
    pub(crate) async fn change_profile(
        &self,
        actor: &Actor,
        before: &Profile,
        fields: &Fields,
        place: Option<Place>,
        now: i64,
        heard: Option<Heard>,
    ) -> Result<bool, Error> {
        let uid = actor.uid();
        let update = profile_update(before, fields, place, now).when(actor.still_signed_in());
        let claimed = fields.nickname.as_ref().map(Nickname::folded);
        let renamed = fields.nickname.as_ref().filter(|new| before.nickname.as_ref() != Some(*new));
        if renamed.is_none() && (claimed.is_none() || claimed == before.nickname_claim) {
            return Ok(matches!(self.update(update).await?, Written::Done(_)));
        }
        let update = heard.into_iter().fold(update, |update, heard| heard.mark(update));
        let update = update.set_some("nickname_claim", claimed.clone().map(text));
        let mut writes = vec![Write::Update(update), super::accounts::mark_taken(&before.phone, uid)];
        if let Some(new) = claimed.filter(|new| before.nickname_claim.as_ref() != Some(new)) {
            let claim = item("nickname claim", &Owner { uid: uid.clone() })?;
            writes.push(Write::Put(keys::nickname(&new), claim, Some(mine(uid))));
            if let Some(old) = &before.nickname_claim {
                writes.push(Write::Delete(keys::nickname(old), Some(mine(uid))));
            }
        }
        writes.extend(heard.map(|heard| heard.advance(uid)));
        match self.transact(writes).await? {
            Transacted::Done => Ok(true),
            Transacted::Refused { part: 2, item } if super::accounts::owner(&item).is_some() => {
                Err(Error::NicknameTaken)
            }
            Transacted::Refused { .. } => Ok(false),
        }
    }

    /// Gives a person another nickname without a claim, and releases the one of the former (SealTalk 2.12).
    /// `Ok(false)`: something has changed, read again.
    pub(crate) async fn rename(
        &self,
        actor: &Actor,
        nickname: &Nickname,
        place: Option<Place>,
        heard: Heard,
    ) -> Result<bool, Error> {
        let (before, uid) = (actor.profile(), actor.uid());
        let update = Update::of(keys::profile(uid)).set("nickname", text(nickname.as_str())).remove("nickname_claim");
        let update = update.set("updated_at", number(heard.version / 1_000));
        let update = with_place(heard.mark(update), place).when(as_read(before)).when(actor.still_signed_in());
        let mut writes = vec![update.into(), heard.advance(uid)];
        writes.extend(before.nickname_claim.iter().map(|old| Write::Delete(keys::nickname(old), Some(mine(uid)))));
        Ok(matches!(self.transact(writes).await?, Transacted::Done))
    }

    /// Gives a person a portrait by its URL (SealTalk 2.13). `Ok(false)`: something has changed, read again.
    pub(crate) async fn set_portrait_url(&self, actor: &Actor, url: &str, heard: Heard) -> Result<bool, Error> {
        let update = heard.mark(set_portrait(actor.uid(), url)).set("updated_at", number(heard.version / 1_000));
        let update = update.when(actor.still_signed_in());
        let writes = vec![update.into(), heard.advance(actor.uid())];
        Ok(matches!(self.transact(writes).await?, Transacted::Done))
    }

    /// All friends have been told of this version.
    pub(crate) async fn end_fanout(&self, uid: &UserId, version: i64) -> Result<(), Error> {
        let told = Condition::Equals("fanout", number(version));
        self.update(Update::of(keys::profile(uid)).remove("fanout").when(told)).await.map(drop)
    }

    /// Changes what nobody has to be told of (SealTalk 2.26, 2.27, 2.29). `Ok(false)`: the session is over.
    pub(crate) async fn change_settings(&self, actor: &Actor, change: &SettingsChange) -> Result<bool, Error> {
        let flag = |flag: Option<bool>| flag.map(AttributeValue::Bool);
        let update = Update::of(keys::profile(actor.uid()))
            .set_some("gender", change.gender.map(|gender| text(gender.as_str())))
            .set_some("privacy_phone", flag(change.phone))
            .set_some("privacy_st_account", flag(change.st_account))
            .set_some("privacy_friends", flag(change.friends))
            .set_some("privacy_groups", flag(change.groups))
            .set_some("privacy_pokes", flag(change.pokes))
            .when(actor.still_signed_in());
        Ok(matches!(self.update(update).await?, Written::Done(_)))
    }

    /// Gives a person a SealTalk number, and releases the one before (SealTalk 2.25). `Ok(false)`: something has
    /// changed, read again.
    ///
    /// # Errors
    /// [`Error::AccountNameTaken`].
    pub(crate) async fn set_st_account(&self, actor: &Actor, account: &str) -> Result<bool, Error> {
        let (before, uid) = (actor.profile(), actor.uid());
        let (old, new) = (before.st_account.as_ref().map(|old| old.to_ascii_lowercase()), account.to_ascii_lowercase());
        let update = Update::of(keys::profile(uid))
            .set("st_account", text(account))
            .when(Condition::as_read("st_account", before.st_account.clone().map(text)))
            .when(actor.still_signed_in());
        let mut writes = vec![Write::Update(update)];
        if old.as_ref() != Some(&new) {
            let claim = item("SealTalk number claim", &Owner { uid: uid.clone() })?;
            writes.push(Write::Put(keys::st_account(&new), claim, Some(mine(uid))));
            writes.extend(old.map(|old| Write::Delete(keys::st_account(&old), Some(mine(uid)))));
        }
        match self.transact(writes).await? {
            Transacted::Done => Ok(true),
            Transacted::Refused { part: 1, .. } => Err(Error::AccountNameTaken),
            Transacted::Refused { .. } => Ok(false),
        }
    }
}

/// What is given changes, the rest stays.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "each is the setting of that name in `Profile` and `Privacy`")]
pub struct SettingsChange {
    pub gender: Option<Gender>,
    pub phone: Option<bool>,
    pub st_account: Option<bool>,
    pub friends: Option<bool>,
    pub groups: Option<bool>,
    pub pokes: Option<bool>,
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
    with_place(update, place).when(as_read(before))
}
