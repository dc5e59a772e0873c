//! People as one reader sees them where they have usernames: who they are, what they are to the reader, and how many friends
//! they have (`docs/dialects/chat.md#people`).

use crate::{
    facets::Facet,
    person::Profile,
    values::{E164, UserId},
};

/// So many characters of a nickname from elsewhere are shown where somebody has no username.
const SHOWN_NICKNAME: usize = 15;

/// Somebody as a reader sees them.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Who it is.
    pub uid: UserId,
    /// The username; without one a nickname from elsewhere, cut to 15 characters; else empty.
    pub name: String,
    /// The portrait, as it is stored.
    pub portrait: Option<String>,
    /// What they say of themselves.
    pub about: String,
    /// As it was given: 0 to 2.
    pub sex: u8,
    /// The number, proven or not.
    pub phone: Option<E164>,
    /// Whether the reader may see all of the number: of themselves, of who is a friend of both sides, and where the whole
    /// number was searched for.
    pub number_is_open: bool,
    /// The reader's name for them; empty: none.
    pub alias: String,
    /// Whether the reader has them as a friend. Of oneself: yes.
    pub is_friend: bool,
    /// How many people they have as friends.
    pub friends: u32,
    /// Whether a client of theirs has said that it takes what is pushed.
    pub bound: bool,
    /// When they last changed anything of it, in seconds.
    pub changed_at: i64,
}

impl Shown {
    /// Somebody as they see themselves.
    #[must_use]
    pub fn oneself(profile: &Profile, facet: &Facet, friends: u32) -> Self {
        Self { number_is_open: true, is_friend: true, ..Self::stranger(profile, facet, friends) }
    }

    /// Somebody whom the reader has nothing to do with.
    #[must_use]
    pub fn stranger(profile: &Profile, facet: &Facet, friends: u32) -> Self {
        let nickname = || profile.nickname.as_ref().map(|name| name.as_str().chars().take(SHOWN_NICKNAME).collect());
        let username = facet.username.as_ref().map(|name| name.as_str().to_owned());
        Self {
            uid: profile.uid.clone(),
            name: username.or_else(nickname).unwrap_or_default(),
            portrait: profile.portrait.clone(),
            about: facet.about.clone(),
            sex: facet.sex,
            phone: profile.phone.clone().or_else(|| facet.phone.clone()),
            number_is_open: false,
            alias: String::new(),
            is_friend: false,
            friends,
            bound: facet.bound,
            changed_at: facet.changed_at.max(profile.updated_at.unwrap_or_default()).max(profile.created_at),
        }
    }

    /// The same of a friend of the reader's. `mutual`: whether they have the reader as a friend, too.
    pub(crate) fn befriended(self, alias: String, mutual: bool) -> Self {
        Self { alias, is_friend: true, number_is_open: mutual, ..self }
    }

    /// The same where the reader knows the number, because they have searched for it.
    #[must_use]
    pub fn with_number(self) -> Self {
        Self { number_is_open: true, ..self }
    }
}
