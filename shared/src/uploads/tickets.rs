//! Tickets: what stands behind the key of a file of a post that is paid for, for somebody who may see it
//! (`docs/dialects/m_user.md#media-urls`).
//!
//! A ticket says until when it counts and, in a form that names nobody, for whom it was made. A keyed hash holds both together with
//! the key and the post. So whoever shows one need not be signed in: a picture is loaded without headers.

use crate::{
    app::App,
    limits::{keyed_bytes, keyed_hash},
    uploads::FileKey,
    values::{PostId, UserId},
};
use std::fmt;
use subtle::ConstantTimeEq;

/// How long a ticket counts, in seconds, from the start of the hour in which it was made: until then the same viewer is shown
/// the same text, and clients keep what they have loaded under it.
const LIFETIME: i64 = 86_400;

const HOUR: i64 = 3_600;

/// So many digits stand for the viewer.
const VIEWER: usize = 24;

/// The name of a file as it stands in a URL: the key, alone or with a ticket behind a dot.
#[derive(Clone)]
pub struct Named {
    /// The key.
    pub key: FileKey,
    ticket: Option<Ticket>,
}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Named").field("key", &self.key).finish_non_exhaustive()
    }
}

/// 24 digits that stand for the viewer, 8 of the second from which it counts no more, 32 of the keyed hash.
#[derive(Clone)]
struct Ticket {
    viewer: String,
    until: i64,
    hash: [u8; 16],
}

impl Named {
    /// Reads a name. `None`: it is of another form, so that no file has it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (key, ticket) = match text.split_once('.') {
            Some((key, ticket)) => (key, Some(Ticket::parse(ticket)?)),
            None => (text, None),
        };
        let key = FileKey::try_from(key.to_owned()).ok()?;
        Some(Self { key, ticket })
    }

    /// Whether it has a ticket that counts for a file of this post.
    pub(super) fn is_let_in(&self, app: &App, post: &PostId) -> bool {
        self.ticket.as_ref().is_some_and(|ticket| {
            let same = ticket.hash.ct_eq(&hash(app, &ticket.viewer, post, &self.key, ticket.until));
            bool::from(same) && ticket.until > app.clock.seconds()
        })
    }
}

impl Ticket {
    fn parse(text: &str) -> Option<Self> {
        let digits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 64 || !text.bytes().all(digits) {
            return None;
        }
        let viewer = text[..VIEWER].to_owned();
        let until = i64::from_str_radix(&text[24..32], 16).ok()?;
        let mut hash = [0; 16];
        hex::decode_to_slice(&text[32..], &mut hash).ok()?;
        Some(Self { viewer, until, hash })
    }
}

fn hash(app: &App, viewer: &str, post: &PostId, key: &FileKey, until: i64) -> [u8; 16] {
    keyed_bytes(&app.config.hash_key, "file-ticket", &format!("{viewer}:{post}:{key}:{until}"))
}

/// The key of a file of a post with a ticket for a viewer who may see it: at least 23 hours and at most a day. No call.
#[must_use]
pub fn ticket(app: &App, viewer: &UserId, post: &PostId, key: &FileKey) -> String {
    let mut viewer = keyed_hash(&app.config.hash_key, "file-viewer", viewer.as_str());
    viewer.truncate(VIEWER);
    let now = app.clock.seconds();
    let until = now - now.rem_euclid(HOUR) + LIFETIME;
    let hash = hash(app, &viewer, post, key, until);
    format!("{key}.{viewer}{until:08x}{}", hex::encode(hash))
}
