//! How somebody looks: nickname and portrait, copied into the rows that others sync about them, so that a sync reads
//! rows and nothing behind them.
//!
//! The profile is where they are true. A copy is written with the row, on the condition that the profile still looks so
//! ([`same_look`]); after a change the copies of friends are brought up to date, and no copy is ever replaced by an older one:
//! `look_version` says of which change it is.
//! Who was erased leaves [`Look::nobody`], which nothing replaces.

use crate::{
    person::rows::{Profile, not_erasing},
    store::{Condition, Update, Write, keys, number, text},
    values::{Nickname, UserId},
};
use serde::{Deserialize, Serialize};

/// What others see of somebody at first sight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The nickname. Whoever has none is nobody any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<Nickname>,
    /// The key or the URL of the portrait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portrait: Option<String>,
    /// The person's own version of it ([`Profile::changed_version`]).
    #[serde(rename = "look_version", default)]
    pub version: i64,
}

impl Look {
    /// Of a person.
    pub(crate) fn of(person: &Profile) -> Self {
        let Profile { nickname, portrait, changed_version, .. } = person;
        Self { nickname: nickname.clone(), portrait: portrait.clone(), version: *changed_version }
    }

    /// What is left of who was erased. It is newer than any copy that is still on its way.
    pub(crate) fn nobody() -> Self {
        Self { nickname: None, portrait: None, version: i64::MAX }
    }

    /// Brings the copy in a row up to date. Refused where there is no such row, or its copy is as new.
    pub(crate) fn replace(&self, row: Update) -> Update {
        let older = Condition::Below("look_version", number(self.version));
        self.write(row).when(Condition::Any(vec![Condition::Absent("look_version"), older]))
    }

    /// Puts the copy into a row that is there.
    pub(crate) fn write(&self, row: Update) -> Update {
        let row = match &self.nickname {
            Some(nickname) => row.set("nickname", text(nickname.as_str())),
            None => row.remove("nickname"),
        };
        let row = match &self.portrait {
            Some(portrait) => row.set("portrait", text(portrait)),
            None => row.remove("portrait"),
        };
        row.set("look_version", number(self.version)).when(Condition::Present("pk"))
    }
}

/// That a person still looks as they were read, and nobody is erasing them.
pub(crate) fn same_look(person: &Profile) -> Condition {
    let nickname = person.nickname.as_ref().map(|nickname| text(nickname.as_str()));
    not_erasing()
        .and(Condition::as_read("nickname", nickname))
        .and(Condition::as_read("portrait", person.portrait.clone().map(text)))
}

/// The same as a part of a transaction that copies it.
pub(crate) fn still_as_read(uid: &UserId, person: Option<&Profile>) -> Write {
    Write::check(keys::profile(uid), person.map_or_else(not_erasing, same_look))
}
