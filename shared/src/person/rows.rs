//! `USER#<uid>`/`PROFILE`: the person.

pub(super) mod claims;
pub(super) mod look;
pub(super) mod on_air;
pub(super) mod vip;

use crate::{
    changes::Owed,
    error::Error,
    store::{
        self, Condition, Part, Sheet, Store, Update, Write, item,
        keys::{self, Table},
        number, text,
    },
    values::{
        Age, Classes, Dialect, E164, FileKey, Gender, LoveSex, Nickname, OnAir, PlayUrls, Privacy, Sex, TokenHash,
        UserId,
    },
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// The check that somebody is still there, as a part of a transaction.
pub(crate) const STILL_THERE: Part = Part::named("still there");

/// A portrait that is a file under a key begins so: it is the path of the file's URL.
const ICONS: &str = "media/";

/// A person as stored. What a new field needs to be in this row is said in
/// `docs/data-model.md#what-a-dialect-may-add`; a test holds the list of fields there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Profile {
    /// The id.
    pub uid: UserId,
    /// The proven number. Who has come by an API without numbers has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<E164>,
    /// Seconds since 1970.
    pub created_at: i64,
    /// When the person last changed something of it, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
    /// `erasing` while everything of the person is being deleted: nobody sees them any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Present: there is a profile (`docs/dialects/lightup.md#stages-of-an-account`).
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
    /// What profiles show; it decides nothing. Unset until somebody chooses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// How old the person says they are, in years (`docs/dialects/m_user.md#people`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<Age>,
    /// The account name, as written; claimed in lower case (`docs/dialects/sealtalk.md#set_st_account`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_name: Option<String>,
    /// Who may find and add the person (`docs/dialects/sealtalk.md#privacy`).
    #[serde(flatten)]
    pub privacy: Privacy,
    /// The nickname that is claimed for the person alone, as it was written. It alone is shown where nicknames are unique
    /// (`docs/dialects/lightup.md#nicknames`), and who has none is no candidate for guests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname_claim: Option<Nickname>,
    /// The version, among those that the person syncs, of their newest nickname or portrait.
    #[serde(default)]
    pub changed_version: i64,
    /// The fan-out of the person's look.
    #[serde(flatten)]
    pub owed: Owed,
    /// The classes with live media.
    #[serde(default)]
    pub media: Classes,
    /// The sex that an upload's form named; decides the pool of guests while `sex` is unset
    /// (`docs/dialects/lightup.md#upload_request`).
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
    /// Until when the person is VIP, in seconds. Stays behind when it has passed, so it is asked for with
    /// [`Profile::vip_days_left`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vip_until: Option<i64>,
    /// That the person is live. Stays behind when the time in it has passed, so it is asked for with [`Profile::playing`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<OnAir>,
    /// The hash of the one live token, in a dialect that allows one session at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenHash>,
    /// When that token was issued, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_issued: Option<i64>,
    /// The session of that token began with the newest proof of the number (`docs/dialects/lightup.md#change_password`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub token_proven: bool,
}

impl Profile {
    /// The version of how the person looks: before any change that was counted, a moment before every other version.
    #[must_use]
    pub fn look_version(&self) -> i64 {
        if self.changed_version > 0 { self.changed_version } else { self.created_at * 1_000 - 1 }
    }

    /// The nickname that a dialect shows, which is the profile there: without one, nobody sees the person. Where nicknames
    /// are unique it is the claimed one.
    #[must_use]
    pub fn nickname_in(&self, dialect: Dialect) -> Option<&Nickname> {
        if dialect.has_unique_nicknames() { self.nickname_claim.as_ref() } else { self.nickname.as_ref() }
    }

    /// The portrait that a file under a key is.
    #[must_use]
    pub fn portrait_of_icon(key: &FileKey) -> String {
        format!("{ICONS}{key}")
    }

    /// The key of the file that the portrait is, if it is one under a key.
    #[must_use]
    pub fn icon(&self) -> Option<FileKey> {
        self.portrait.as_deref()?.strip_prefix(ICONS)?.to_owned().try_into().ok()
    }

    /// Whether the person has signed in where people have friends: then others may have rows about them.
    #[must_use]
    pub fn may_have_friends(&self) -> bool {
        self.dialects.iter().any(|dialect| dialect.has_friends())
    }

    /// Whether the person is live at this second.
    #[must_use]
    pub fn is_live(&self, now: i64) -> bool {
        self.playing(now).is_some()
    }

    /// Where to watch the person at this second, if they are live.
    #[must_use]
    pub fn playing(&self, now: i64) -> Option<&PlayUrls> {
        self.live.as_ref().filter(|live| now < live.until).map(|live| &live.play)
    }

    /// Whether other people can see the person in a dialect: they were there, there is a profile, and it is not being
    /// erased.
    #[must_use]
    pub fn visible_in(&self, dialect: Dialect) -> bool {
        let named = self.nickname_in(dialect).is_some() || !dialect.needs_nickname();
        named && self.state.is_none() && self.dialects.contains(&dialect)
    }
}

/// A place among the candidates.
#[derive(Clone, Debug)]
pub struct Place {
    /// `<sex>#<shard>`
    pub pool: String,
    /// Random hex.
    pub rank: String,
}

/// A person who has just proven a number.
pub(crate) fn create(profile: &Profile) -> Result<Write, Error> {
    let mut item = item("profile", profile)?;
    let dialects = profile.dialects.iter().map(|dialect| dialect.as_str().to_owned()).collect();
    item.insert("dialects".into(), AttributeValue::Ss(dialects));
    Ok(Write::put(keys::profile(&profile.uid), item, Some(Condition::Absent("pk"))))
}

/// Whether a record that a write was refused on is of somebody who is being erased.
pub(crate) fn is_erasing(profile: &store::Item) -> bool {
    profile.contains_key("state")
}

/// That the person is there and nobody is erasing them.
pub(crate) fn not_erasing() -> Condition {
    Condition::Present("pk").and(Condition::Absent("state"))
}

/// The same as a part of a transaction: what is written for somebody who is being erased would outlive them.
pub(crate) fn still_there(uid: &UserId) -> Write {
    Write::check(keys::profile(uid), not_erasing()).named(STILL_THERE)
}

/// Everything that decides a person's place among the candidates, exactly as it was read.
pub(crate) fn same_place(profile: &Profile) -> Condition {
    let sex = |sex: Option<Sex>| sex.map(|sex| text(sex.as_str()));
    let nickname = profile.nickname.as_ref().map(|nickname| text(nickname.as_str()));
    Condition::All(vec![
        Condition::Equals("media", number(i64::from(profile.media.bits()))),
        Condition::as_read("sex", sex(profile.sex)),
        Condition::as_read("form_sex", sex(profile.form_sex)),
        Condition::as_read("nickname", nickname),
        Condition::as_read("nickname_claim", profile.nickname_claim.as_ref().map(|claim| text(claim.as_str()))),
        Condition::Absent("state"),
    ])
}

/// That a person has signed in to no other dialect since they were read: there, a change may need a fan-out.
pub(crate) fn same_dialects(profile: &Profile) -> Condition {
    let dialects: Vec<_> = profile.dialects.iter().map(|dialect| dialect.as_str().to_owned()).collect();
    Condition::as_read("dialects", (!dialects.is_empty()).then_some(AttributeValue::Ss(dialects)))
}

pub(crate) fn with_place(update: Update, place: Option<Place>) -> Update {
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
    with_place(update, place).when(same_place(profile))
}

/// Makes `key` the live portrait.
pub(crate) fn set_portrait(uid: &UserId, key: &str) -> Update {
    Update::of(keys::profile(uid)).set("portrait", text(key))
}

/// Makes a file the person's picture, or takes the picture away.
pub(crate) fn set_icon(update: Update, portrait: Option<&str>) -> Update {
    match portrait {
        Some(portrait) => update.set("portrait", text(portrait)),
        None => update.remove("portrait"),
    }
}

/// A person, for those who read for nobody: sessions, accounts, fan-outs, public files. `None` also while being erased.
pub(crate) async fn profile_for_session(store: &Store, uid: &UserId) -> Result<Option<Profile>, Error> {
    let profile: Option<Profile> = store.get_as(keys::profile(uid)).await?;
    Ok(profile.filter(|profile| profile.state.is_none()))
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 1] = [Sheet::of("person", Table::Users, keys::PROFILE).without(&[
    "token",
    "token_issued",
    "token_proven",
    "epoch",
    "guest_pool",
    "guest_rank",
    "changed_version",
    "changes",
    "owed_since",
    "lease_until",
    "media",
])];
