//! Every key, built here and nowhere else, in a file for each table.
//!
//! | table | pk | sk | holds | written by |
//! |---|---|---|---|---|
//! | users | `USER#<uid>` | `PROFILE` | the person and their session in a dialect with one at a time | person, sessions, profiles, looks, changes, media, rooms, accounts |
//! | users | `USER#<uid>` | `CREDENTIAL` | password hash | accounts |
//! | users | `USER#<uid>` | `SESSION#<hash>` | a session of a dialect with many (TTL) | sessions |
//! | users | `USER#<uid>` | `WSTICKET#<hash>` | what stands for a session for a minute (TTL) | sessions |
//! | users | `USER#<uid>` | `ATTACHMENT#<name>` | that the user has stored a file | attachments |
//! | users | `USER#<uid>` | `ADDRESS#<hash>` | an address from which the user has signed in (TTL) | accounts |
//! | users | `USER#<uid>` | `BOUND#<hash>` | that a device speaks for the user (TTL) | sessions |
//! | users | `USER#<uid>` | `FACET#about` | what the person tells about themselves that only one API shows | profiles |
//! | users | `USER#<uid>` | `FACET#chat` | what the person is called and shows in the API of usernames | facets, accounts |
//! | users | `USER#<uid>` | `QUESTIONS` | the questions drawn for the user | questions |
//! | users | `USER#<uid>` | `MEDIA#<class>` | what is live | media |
//! | users | `USER#<uid>` | `UPLOAD#<slot>` | what waits to be confirmed (TTL) | media |
//! | users | `USER#<uid>` | `DEVICE#<hash>` | a push token (TTL) | devices |
//! | users | `USER#<uid>` | `ROOM` | the live room of the user | rooms |
//! | users | `USER#<uid>` | `REVIEWS#<lower>` | that the user is the person of a reviewer's account | accounts |
//! | users | `PHONE#<e164>` | `CLAIM` | the user of a proven number, and the proof to set a password | accounts |
//! | users | `CHATPHONE#<e164>` | `CLAIM` | the user whose account was made with a number that nobody has proven | accounts |
//! | users | `USERNAME#<folded>` | `CLAIM` | the user of a username | facets |
//! | users | `NICKNAME#<folded>` | `CLAIM` | the user of a nickname | profiles |
//! | users | `ACCOUNT#<lower>` | `CLAIM` | the user of an account name | profiles |
//! | users | `CODE#<subject>` | `CODE#<dialect>#<purpose>` | the newest code of a number in one dialect and for one purpose (TTL) | codes |
//! | users | `CODE#<subject>` | `TOKEN#<hash>` | that a code of the number was exchanged for a token (TTL) | codes |
//! | users | `CODE#<subject>` | `HANDLE#<hash>` | that a handle stands for a code of the number (TTL) | codes |
//! | users | `HANDLE#<hash>` | `CODE` | for which number's code a handle stands (TTL) | codes |
//! | users | `VERIFYTOKEN#<hash>` | `TOKEN` | a number proven a short while ago (TTL) | codes |
//! | users | `CAPTCHA#<id>` | `CAPTCHA` | what a picture shows (TTL) | captcha |
//! | users | `DEVICE#<hash>` | `CLAIM` | whom a device speaks for, and the tokens of its client (TTL) | sessions |
//! | users | `DEVTOKEN#<hash>` | `OWNER` | whose push token it is (TTL) | devices |
//! | users | `ATTACHMENT#<name>` | `OWNER` | whose the name of a file is | attachments |
//! | users | `STREAM#<title>` | `OWNER` | whose live stream a publishing server calls so | rooms |
//! | users | `LIMIT#<scope>#<subject>` | `<window>` | a counter (TTL) | limits |
//! | users | `NONCE#<hash>` | `NONCE` | that a nonce has been used (TTL) | signatures |
//! | users | `AUDIT#<lower>` | `ACCOUNT` | the account of a store's reviewer | accounts |
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
//! | wallet | `GRANT#<id>` | `GRANT` | that an operator has granted something under this id (TTL) | wallet |
//! | wallet | `RECEIPT#<hash>` | `RECEIPT` | a receipt for coins (TTL) | wallet |
//! | social | `POST#<post>` | `POST` | a post | posts |
//! | social | `POST#<post>` | `COUNT#<n>` | a part of its counts of likes, clicks and comments | posts |
//! | social | `POST#<post>` | `COMMENT#<ms>#<id>` | a comment on it | posts |
//! | social | `USER#<uid>` | `POSTS` | how many posts the user has | posts |
//! | social | `USER#<uid>` | `POST#<ms>#<post>` | a post of the user | posts |
//! | social | `USER#<uid>` | `SHOWN#<ms>#<post>` | a picture or video of the user, as a homepage shows it | posts |
//! | social | `USER#<uid>` | `LIKE#<post>` | that the user likes a post | posts |
//! | social | `USER#<uid>` | `BOUGHT#<post>` | that the user has bought a post | posts |
//! | social | `USER#<uid>` | `COMMENTED#<post>#<ms>#<id>` | that the user has written a comment | posts |
//! | social | `USER#<uid>` | `DELETED#<post>` | that the user has deleted a post, some of whose comments and files may be left | posts |
//! | social | `FILE#<key>` | `FILE` | an uploaded file that is in use (TTL) | uploads |
//! | social | `USER#<receiver>` | `GIFTS#<giver>` | what one user has given another | gifts |
//! | social | `FEEDBACK#<yyyymmdd>` | `<ms>#<id>` | what somebody has written to operators (TTL) | feedback |
//! | social | `REPORT#<yyyymmdd>` | `<ms>#<id>` | whom or what somebody has reported to operators (TTL) | feedback |
//! | social | `OPEN_REPORTS` | `<ms>#<id>` | that operators have not decided about a report (TTL) | feedback |
//! | social | `USER#<uid>` | `FEEDBACK#<ms>#<id>` | that the user has written to operators (TTL) | feedback |
//! | social | `USER#<uid>` | `REPORT#<ms>#<id>` | that the user has reported somebody or something (TTL) | feedback |
//! | social | `USER#<uid>` | `REPORTED#<ms>#<id>` | that the user is answerable for what a report is about (TTL) | feedback |
//! | social | `USER#<uid>` | `TRACK#PLACE` | where the user was last (TTL) | tracks |
//! | social | `USER#<uid>` | `TRACK#PUSH` | whether the user's app shows what is pushed to it (TTL) | tracks |
//! | chat | `USER#<uid>` | `INBOX` | how far the user's queue has come, and who reads it (TTL) | inbox |
//! | chat | `USER#<uid>` | `Q#<number>` | a letter that waits for the user (TTL) | inbox |
//! | chat | `GROUP#<gid>` | `SAID#<ms>#<id>` | what somebody has said to a group, until everybody has it (TTL) | chat |
//! | chat | `GROUP#<gid>` | `TALK` | how far that has come (TTL) | chat |
//! | chat | `CONN#<id>` | `CONN` | whose connection it is, and what proves that (TTL) | inbox |
//! | chat | `GRAM#<kind>#<gram>` | `<name><tab><id>` | a name that holds one or two characters, and whose it is | grams |
//! | chat | `USER#<uid>` | `SEARCH#<kind>#<hash>#<page>` | where a page of a search begins that the user has made (TTL) | grams |

mod chat;
mod friends;
mod grams;
mod groups;
mod lights;
mod social;
mod users;
mod wallet;

pub use crate::config::Table;
pub use chat::*;
pub use friends::*;
pub use grams::*;
pub use groups::*;
pub use lights::*;
pub use social::*;
pub use users::*;
pub use wallet::*;

use super::Item;
use crate::{error::Error, values::UserId};

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

/// The partition of a user in any table.
#[must_use]
pub fn partition(uid: &UserId) -> String {
    format!("USER#{uid}")
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
    Key { table: Table::Users, pk: "WARM".into(), sk: "UP".into() }
}
