//! Every key, built here and nowhere else.
//!
//! | table | pk | sk | holds | written by |
//! |---|---|---|---|---|
//! | users | `USER#<uid>` | `PROFILE` | the person and their session in a dialect with one at a time | person, sessions, profiles, looks, changes, media, rooms, accounts |
//! | users | `USER#<uid>` | `CREDENTIAL` | password hash | accounts |
//! | users | `USER#<uid>` | `SESSION#<hash>` | a session of a dialect with many (TTL) | sessions |
//! | users | `USER#<uid>` | `ADDRESS#<hash>` | an address from which the user has signed in (TTL) | accounts |
//! | users | `USER#<uid>` | `QUESTIONS` | the questions drawn for the user | questions |
//! | users | `USER#<uid>` | `MEDIA#<class>` | what is live | media |
//! | users | `USER#<uid>` | `UPLOAD#<slot>` | what waits to be confirmed (TTL) | media |
//! | users | `USER#<uid>` | `DEVICE#<hash>` | a push token (TTL) | devices |
//! | users | `USER#<uid>` | `ROOM` | the live room of the user | rooms |
//! | users | `PHONE#<e164>` | `CLAIM` | the user of a proven number, and the proof to set a password | accounts |
//! | users | `NICKNAME#<folded>` | `CLAIM` | the user of a nickname | profiles |
//! | users | `ACCOUNT#<lower>` | `CLAIM` | the user of an account name | profiles |
//! | users | `CODE#<subject>` | `CODE#<dialect>#<purpose>` | the newest code of a number in one dialect and for one purpose (TTL) | codes |
//! | users | `CODE#<subject>` | `TOKEN#<hash>` | that a code of the number was exchanged for a token (TTL) | codes |
//! | users | `CODE#<subject>` | `HANDLE#<hash>` | that a handle stands for a code of the number (TTL) | codes |
//! | users | `HANDLE#<hash>` | `CODE` | for which number's code a handle stands (TTL) | codes |
//! | users | `VERIFYTOKEN#<hash>` | `TOKEN` | a number proven a short while ago (TTL) | codes |
//! | users | `CAPTCHA#<id>` | `CAPTCHA` | what a picture shows (TTL) | captcha |
//! | users | `DEVICE#<hash>` | `CLAIM` | whom a device speaks for (TTL) | sessions |
//! | users | `DEVTOKEN#<hash>` | `OWNER` | whose push token it is (TTL) | devices |
//! | users | `STREAM#<title>` | `OWNER` | whose live stream a publishing server calls so | rooms |
//! | users | `LIMIT#<scope>#<subject>` | `<window>` | a counter (TTL) | limits |
//! | users | `QUESTIONS#<class>` | `<id>` | a question of the pool | questions |
//! | lights | `USER#<lighter>` | `PAIR#<target>` | the lights on one guest | lights |
//! | lights | `USER#<target>` | `RECEIVED` | how many lights are on | lights |
//! | lights | `USER#<target>` | `LIT3#<ms>#<lighter>` | a third light that is on: a message | lights |
//! | lights | `USER#<uid>` | `DAY#<yyyymmdd>` | lights and guests of a day (TTL) | lights, guests |
//! | lights | `USER#<uid>` | `SEEN#<yyyymmdd>#<segment>` | guests of a segment (TTL) | guests |
//! | friends | `USER#<uid>` | `VERSION` | the newest version of any row that the user syncs | changes, friends, groups |
//! | friends | `USER#<owner>` | `FRIEND#<other>` | what the owner has to do with somebody (synced) | friends |
//! | friends | `USER#<owner>` | `NOTES#<other>` | what the owner has noted about a friend | friends |
//! | friends | `USER#<owner>` | `BLOCK#<other>` | a block, or that there was one (synced) | friends |
//! | friends | `USER#<other>` | `BLOCKED_BY#<owner>` | that the owner blocks them, or did | friends |
//! | friends | `USER#<owner>` | `MESSAGE#<ms>#<other>` | the owner's copy of the message of a request (TTL) | friends |
//! | groups | `GROUP#<gid>` | `META` | the group | groups, changes |
//! | groups | `GROUP#<gid>` | `MEMBER#<uid>` | somebody in it, or who was in it | groups |
//! | groups | `USER#<uid>` | `GROUP#<gid>` | a group that the user is or was in (synced) | groups |
//! | groups | `GROUP#<gid>` | `WISH#<invitee>` | that somebody is to be let in by those who manage the group (TTL) | groups |
//! | groups | `USER#<uid>` | `JUDGES#<gid>` | that the user judges the wishes of a group | groups |
//! | groups | `USER#<uid>` | `NOTICE#<gid>#<invitee>` | an invitation for the user to answer (TTL) | groups |
//! | groups | `GROUP#<gid>` | `INVITED#<invitee>` | who has sent that invitation (TTL) | groups |
//! | groups | `USER#<uid>` | `ASKS#<gid>` | that wishes or invitations into a group name the user (TTL) | groups |
//! | wallet | `USER#<uid>` | `BALANCE#<account>` | what the user has in an account, its shares aside | wallet |
//! | wallet | `USER#<uid>` | `BALANCE#<account>#<n>` | a share of an account, into which others pay | wallet |
//! | wallet | `USER#<uid>` | `ENTRY#<ms>#<id>` | a movement of one of the user's accounts | wallet |
//! | wallet | `USER#<uid>` | `REQUEST#<id>` | that the user has asked for a movement under this id (TTL) | wallet |
//! | wallet | `GONE#<id>` | `ENTRY#<ms>#<id>` | a movement of somebody who has been erased | wallet |
//! | wallet | `RECEIPT#<hash>` | `RECEIPT` | a receipt for coins (TTL) | wallet |

pub use crate::config::Table;

use super::Item;
use crate::{
    error::Error,
    time::Segment,
    values::{Account, Class, Dialect, E164, GroupId, Purpose, QuestionId, RequestId, Slot, TokenHash, UserId},
};

/// The full primary key of an item.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Where it is.
    pub table: Table,
    /// The partition.
    pub pk: String,
    /// The item in its partition.
    pub sk: String,
}

/// Keys may hold phone numbers: only the table and the kind of item are shown.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = |text: &str| text.split('#').next().unwrap_or_default().to_owned();
        write!(f, "{:?}/{}/{}", self.table, kind(&self.pk), kind(&self.sk))
    }
}

fn users(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Users, pk, sk: sk.into() }
}

fn lights(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Lights, pk, sk: sk.into() }
}

fn friends(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Friends, pk, sk: sk.into() }
}

fn groups(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Groups, pk, sk: sk.into() }
}

fn wallet(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Wallet, pk, sk: sk.into() }
}

/// The partition of a user in any table.
#[must_use]
pub fn partition(uid: &UserId) -> String {
    format!("USER#{uid}")
}

/// The person.
#[must_use]
pub fn profile(uid: &UserId) -> Key {
    users(partition(uid), "PROFILE")
}

/// The password.
#[must_use]
pub fn credential(uid: &UserId) -> Key {
    users(partition(uid), "CREDENTIAL")
}

/// A session of a dialect that allows many.
#[must_use]
pub fn session(uid: &UserId, token: &TokenHash) -> Key {
    users(partition(uid), format!("SESSION#{}", token.as_str()))
}

/// An address from which a user has signed in. `address` is a keyed hash.
#[must_use]
pub fn known_address(uid: &UserId, address: &str) -> Key {
    users(partition(uid), format!("ADDRESS#{address}"))
}

/// Whom a device speaks for.
#[must_use]
pub fn device_claim(device: &str) -> Key {
    users(format!("DEVICE#{device}"), "CLAIM")
}

/// The questions drawn for a user.
#[must_use]
pub fn drawn_questions(uid: &UserId) -> Key {
    users(partition(uid), "QUESTIONS")
}

/// The live media of a class.
#[must_use]
pub fn media(uid: &UserId, class: Class) -> Key {
    users(partition(uid), format!("MEDIA#{}", class.as_str()))
}

/// What waits to be confirmed.
#[must_use]
pub fn upload(uid: &UserId, slot: Slot) -> Key {
    users(partition(uid), format!("UPLOAD#{}", slot.as_str()))
}

/// A user's push token.
#[must_use]
pub fn device(uid: &UserId, token: &TokenHash) -> Key {
    users(partition(uid), format!("DEVICE#{}", token.as_str()))
}

/// A user's live room.
#[must_use]
pub fn room(uid: &UserId) -> Key {
    users(partition(uid), "ROOM")
}

/// Whose live stream a publishing server calls so.
#[must_use]
pub fn stream(title: &str) -> Key {
    users(format!("STREAM#{title}"), "OWNER")
}

/// Every push token of a user starts so.
pub const DEVICES: &str = "DEVICE#";

/// The user of a proven phone number.
#[must_use]
pub fn phone(phone: &E164) -> Key {
    users(format!("PHONE#{}", phone.as_str()), "CLAIM")
}

/// The user of a nickname; takes the folded form.
#[must_use]
pub fn nickname(folded: &str) -> Key {
    users(format!("NICKNAME#{folded}"), "CLAIM")
}

/// The user of an account name; takes the lower-case form.
#[must_use]
pub fn account_name(lower: &str) -> Key {
    users(format!("ACCOUNT#{lower}"), "CLAIM")
}

/// The partition of all codes of a number, and of the names of their tokens. `subject` is a keyed hash of it.
#[must_use]
pub fn codes(subject: &str) -> String {
    format!("CODE#{subject}")
}

/// The newest code of a number in one dialect and for one purpose.
#[must_use]
pub fn code(subject: &str, dialect: Dialect, purpose: Purpose) -> Key {
    users(codes(subject), format!("CODE#{}#{}", dialect.as_str(), purpose.as_str()))
}

/// That a code, whose key this is, was exchanged for a token.
#[must_use]
pub fn exchanged_token(code: &Key, token: &TokenHash) -> Key {
    users(code.pk.clone(), format!("{EXCHANGED_TOKENS}{}", token.as_str()))
}

/// Every token of a number starts so.
pub const EXCHANGED_TOKENS: &str = "TOKEN#";

/// The token or the handle that a row beside a code names, if this is the key of such a row.
pub(crate) fn token_or_handle_of(named: &Key) -> Option<Key> {
    match named.sk.strip_prefix(EXCHANGED_TOKENS) {
        Some(hash) => Some(users(format!("VERIFYTOKEN#{hash}"), "TOKEN")),
        None => named.sk.strip_prefix(HANDLES).map(handle),
    }
}

/// The hash of the token that a row beside a code names.
pub(crate) fn token_hash_of(exchanged: &Key) -> Option<TokenHash> {
    TokenHash::parse(exchanged.sk.strip_prefix(EXCHANGED_TOKENS)?).ok()
}

/// For which number's code a handle stands. `handle` is a keyed hash.
#[must_use]
pub fn handle(handle: &str) -> Key {
    users(format!("{HANDLES}{handle}"), "CODE")
}

/// That a handle stands for a code, whose key this is.
#[must_use]
pub fn handle_of_code(code: &Key, handle: &str) -> Key {
    users(code.pk.clone(), format!("{HANDLES}{handle}"))
}

/// Every handle starts so.
pub const HANDLES: &str = "HANDLE#";

/// What a code was exchanged for.
#[must_use]
pub fn verification_token(token: &TokenHash) -> Key {
    users(format!("VERIFYTOKEN#{}", token.as_str()), "TOKEN")
}

/// What a picture shows.
#[must_use]
pub fn captcha(id: &str) -> Key {
    users(format!("CAPTCHA#{id}"), "CAPTCHA")
}

/// Whose push token it is.
#[must_use]
pub fn device_owner(token: &TokenHash) -> Key {
    users(format!("DEVTOKEN#{}", token.as_str()), "OWNER")
}

/// The owner's row of a user's push token.
#[must_use]
pub fn owner_of_device(device: &Key) -> Key {
    users(format!("DEVTOKEN#{}", device.sk.trim_start_matches(DEVICES)), "OWNER")
}

/// A counter. `subject` is a keyed hash or a shard's number.
#[must_use]
pub fn limit(scope: &str, subject: &str, window: i64) -> Key {
    users(format!("LIMIT#{scope}#{subject}"), window.to_string())
}

/// The partition of a class's question pool.
#[must_use]
pub fn question_pool(class: Class) -> String {
    format!("QUESTIONS#{}", class.as_str())
}

/// A question of a pool.
#[must_use]
pub fn question(class: Class, id: &QuestionId) -> Key {
    users(question_pool(class), id.as_str())
}

/// The lights of one person on one guest.
#[must_use]
pub fn pair(lighter: &UserId, target: &UserId) -> Key {
    lights(partition(lighter), format!("{PAIRS}{target}"))
}

/// Every pair of a lighter starts so.
pub const PAIRS: &str = "PAIR#";

/// How many lights a person has received.
#[must_use]
pub fn received(target: &UserId) -> Key {
    lights(partition(target), "RECEIVED")
}

/// A third light that is on, in order of time: 13 digits of milliseconds.
#[must_use]
pub fn third_light(target: &UserId, millis: i64, lighter: &UserId) -> Key {
    lights(partition(target), format!("{THIRD_LIGHTS}{millis:013}#{lighter}"))
}

/// Every third light on a person starts so.
pub const THIRD_LIGHTS: &str = "LIT3#";

/// A user's calendar day, `yyyymmdd`.
#[must_use]
pub fn day(uid: &UserId, day: &str) -> Key {
    lights(partition(uid), format!("DAY#{day}"))
}

/// The guests that a user has seen in a segment.
#[must_use]
pub fn seen(uid: &UserId, segment: &Segment) -> Key {
    lights(partition(uid), format!("SEEN#{}#{}", segment.date, segment.number))
}

/// How far a user's changes have come.
#[must_use]
pub fn version(uid: &UserId) -> Key {
    friends(partition(uid), "VERSION")
}

/// What `owner` has to do with somebody.
#[must_use]
pub fn edge(owner: &UserId, other: &UserId) -> Key {
    friends(partition(owner), format!("{EDGES}{other}"))
}

/// Every edge of a user starts so.
pub const EDGES: &str = "FRIEND#";

/// What `owner` has noted about a friend.
#[must_use]
pub fn notes(owner: &UserId, other: &UserId) -> Key {
    friends(partition(owner), format!("NOTES#{other}"))
}

/// The owner's block of somebody.
#[must_use]
pub fn block(owner: &UserId, other: &UserId) -> Key {
    friends(partition(owner), format!("{BLOCKS}{other}"))
}

/// Every block of a user starts so.
pub const BLOCKS: &str = "BLOCK#";

/// The trace of a block in the partition of who is blocked.
#[must_use]
pub fn blocked_by(other: &UserId, owner: &UserId) -> Key {
    friends(partition(other), format!("{BLOCKED_BY}{owner}"))
}

/// Every trace of a block of a user starts so.
pub const BLOCKED_BY: &str = "BLOCKED_BY#";

/// The owner's copy of the message of a request that one of the two made, in order of time: 13 digits of milliseconds.
#[must_use]
pub fn message(owner: &UserId, millis: i64, other: &UserId) -> Key {
    friends(partition(owner), format!("{MESSAGES}{millis:013}#{other}"))
}

/// Every message of a user starts so.
pub const MESSAGES: &str = "MESSAGE#";

/// The partition of a group.
#[must_use]
pub fn group_partition(gid: &GroupId) -> String {
    format!("GROUP#{gid}")
}

/// The group of a partition; `None`: it is none's.
pub(crate) fn group_of(partition: &str) -> Option<GroupId> {
    GroupId::try_from(partition.strip_prefix("GROUP#")?.to_owned()).ok()
}

/// A group.
#[must_use]
pub fn group(gid: &GroupId) -> Key {
    groups(group_partition(gid), "META")
}

/// Somebody in a group.
#[must_use]
pub fn member(gid: &GroupId, uid: &UserId) -> Key {
    groups(group_partition(gid), format!("{MEMBERS}{uid}"))
}

/// Every member of a group starts so.
pub const MEMBERS: &str = "MEMBER#";

/// A group of a user.
#[must_use]
pub fn membership(uid: &UserId, gid: &GroupId) -> Key {
    groups(partition(uid), format!("{MEMBERSHIPS}{gid}"))
}

/// Every group of a user starts so.
pub const MEMBERSHIPS: &str = "GROUP#";

/// Every row of a group that says what it is and who is in it starts so; its wishes do not.
pub const GROUP_ROWS: &str = "ME";

/// The wish to let somebody into a group.
#[must_use]
pub fn wish(gid: &GroupId, invitee: &UserId) -> Key {
    groups(group_partition(gid), format!("{WISHES}{invitee}"))
}

/// Every wish of a group starts so.
pub const WISHES: &str = "WISH#";

/// That somebody judges the wishes of a group.
#[must_use]
pub fn judge(uid: &UserId, gid: &GroupId) -> Key {
    groups(partition(uid), format!("{JUDGES}{gid}"))
}

/// Every group whose wishes a user judges starts so.
pub const JUDGES: &str = "JUDGES#";

/// An invitation of somebody into a group, for `uid` to answer.
#[must_use]
pub fn notice(uid: &UserId, gid: &GroupId, invitee: &UserId) -> Key {
    groups(partition(uid), format!("{NOTICES}{gid}#{invitee}"))
}

/// Every invitation for a user to answer starts so.
pub const NOTICES: &str = "NOTICE#";

/// Who has sent somebody the invitation into a group that they have.
#[must_use]
pub fn invited(gid: &GroupId, invitee: &UserId) -> Key {
    groups(group_partition(gid), format!("{INVITED}{invitee}"))
}

/// Every such row of a group starts so.
pub const INVITED: &str = "INVITED#";

/// That wishes or invitations into a group name a user.
#[must_use]
pub fn asks(uid: &UserId, gid: &GroupId) -> Key {
    groups(partition(uid), format!("{ASKS}{gid}"))
}

/// Every group in which wishes or invitations name a user starts so.
pub const ASKS: &str = "ASKS#";

/// What a user has in an account, its shares aside.
#[must_use]
pub fn balance(uid: &UserId, account: Account) -> Key {
    wallet(partition(uid), format!("{BALANCES}{}", account.as_str()))
}

/// A share of an account, into which others pay.
#[must_use]
pub fn balance_share(uid: &UserId, account: Account, share: u32) -> Key {
    wallet(partition(uid), format!("{BALANCES}{}#{share}", account.as_str()))
}

/// Every row of a balance starts so.
pub const BALANCES: &str = "BALANCE#";

/// A movement of one of a user's accounts, in order of time: 13 digits of milliseconds.
#[must_use]
pub fn entry(uid: &UserId, millis: i64, id: &str) -> Key {
    wallet(partition(uid), format!("{ENTRIES}{millis:013}#{id}"))
}

/// Every movement starts so.
pub const ENTRIES: &str = "ENTRY#";

/// The other side of a movement, in whose ledger it has the same name.
pub(crate) fn same_entry(entry: &Key, other: &UserId) -> Key {
    wallet(partition(other), entry.sk.clone())
}

/// Where a movement of somebody who is being erased goes to. `gone` stands for the person and names nobody.
pub(crate) fn anonymous_entry(entry: &Key, gone: &str) -> Key {
    wallet(format!("GONE#{gone}"), entry.sk.clone())
}

/// That a user has asked for a movement under an id of their own.
#[must_use]
pub fn request(uid: &UserId, id: &RequestId) -> Key {
    wallet(partition(uid), format!("{REQUESTS}{}", id.as_str()))
}

/// Every request starts so.
pub const REQUESTS: &str = "REQUEST#";

/// A receipt for coins.
#[must_use]
pub fn receipt(receipt: &TokenHash) -> Key {
    wallet(format!("RECEIPT#{}", receipt.as_str()), "RECEIPT")
}

/// The key of an item that was read.
///
/// # Errors
/// An item without a key, which no table gives.
pub(crate) fn of(table: Table, item: &Item) -> Result<Key, Error> {
    let part = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    match (part("pk"), part("sk")) {
        (Some(pk), Some(sk)) => Ok(Key { table, pk, sk }),
        _ => Err(Error::internal("an item without a key")),
    }
}

/// Whose partition a key is in; `None`: nobody's.
pub(crate) fn owner(key: &Key) -> Option<UserId> {
    UserId::try_from(key.pk.strip_prefix("USER#")?.to_owned()).ok()
}

/// Whom or which group a row is about whose sort key starts with `prefix`; `None` for other rows.
pub(crate) fn about<T: TryFrom<String>>(key: &Key, prefix: &str) -> Option<T> {
    T::try_from(key.sk.strip_prefix(prefix)?.to_owned()).ok()
}

/// A key under which nothing ever lies.
pub(crate) fn nothing() -> Key {
    users("WARM".into(), "UP")
}
