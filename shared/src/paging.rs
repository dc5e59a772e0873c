//! Lists that are read a page at a time, newest first, while others add to them.
//!
//! A list is called by a name that says what it shows and of whom. Its items have a time in milliseconds and an id, and no two
//! have both in common ([`At`]). The first page is a snapshot: what comes later is in no page of it. A cursor says which list it
//! is of, when its snapshot was, how many items have been given, and which was the last of them. So a page begins where the one
//! before ended, whatever was added or deleted meanwhile.
//!
//! A cursor is signed with the deployment's key: it is good for its list alone, and nobody makes one up. It is no permission:
//! whoever has one sees what they would see without.

use crate::{
    app::App,
    error::{Error, Unusable},
    limits::keyed_bytes,
    store::keys::moment,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

/// So many items of a list can be skipped.
pub const FARTHEST: u64 = 1_000;

/// What a client asks of a list.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The cursor of the page before; empty: the list from its beginning, as it is now.
    pub cursor: &'a str,
    /// How many items the client has been given. Where the cursor says another number, so many of its snapshot are skipped.
    pub offset: u64,
    /// So many items at most.
    pub limit: usize,
}

/// A page.
#[derive(Debug)]
pub struct Page<T> {
    /// Where the next one begins; empty if this one is.
    pub cursor: String,
    /// Its items. The list has ended where there is none.
    pub items: Vec<T>,
}

/// Where an item stands in its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At {
    /// Its time.
    pub(crate) millis: i64,
    /// Its id.
    pub(crate) id: String,
}

/// Where a page begins.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    list: String,
    /// The time of the snapshot, in milliseconds.
    pub(crate) snapshot: i64,
    /// The last item that was given.
    after: Option<At>,
    /// So many items are passed over first.
    pub(crate) skip: usize,
    /// How many items have been given or passed over before this page.
    before: u64,
}

impl Place {
    /// Where the page begins that is asked for.
    ///
    /// # Errors
    /// [`Unusable::Cursor`] for a cursor of another list and for a text that is none; [`Unusable::Offset`] for more than
    /// [`FARTHEST`] items to skip.
    pub(crate) fn of(app: &App, list: String, asked: &Asked<'_>) -> Result<Self, Error> {
        let given = if asked.cursor.is_empty() {
            Cursor { snapshot: app.clock.millis(), given: 0, last: None }
        } else {
            Cursor::read(app, &list, asked.cursor).ok_or(Error::Unusable(Unusable::Cursor))?
        };
        let before = asked.offset;
        if given.given == before {
            return Ok(Self { list, snapshot: given.snapshot, after: given.last, skip: 0, before });
        }
        let skip = usize::try_from(before).ok().filter(|_| before <= FARTHEST);
        let skip = skip.ok_or(Error::Unusable(Unusable::Offset))?;
        Ok(Self { list, snapshot: given.snapshot, after: None, skip, before })
    }

    /// What comes before this is on the page, in the order of [`moment`].
    pub(crate) fn bound(&self) -> String {
        match &self.after {
            Some(At { millis, id }) => moment(*millis, id),
            // Behind every id.
            None => moment(self.snapshot, "~"),
        }
    }

    /// The time of the last item that was given, or of the snapshot.
    pub(crate) fn millis(&self) -> i64 {
        self.after.as_ref().map_or(self.snapshot, |at| at.millis)
    }

    /// The place behind an item, nothing of which was given.
    pub(crate) fn behind(&self, at: At) -> Self {
        Self { after: Some(at), skip: 0, ..self.clone() }
    }

    /// The page of these items, the last of which stands there.
    pub(crate) fn page<T>(&self, app: &App, items: Vec<T>, last: Option<At>) -> Page<T> {
        let given = self.before + items.len() as u64;
        let cursor = last.map(|last| Cursor { snapshot: self.snapshot, given, last: Some(last) });
        Page { cursor: cursor.map(|cursor| cursor.written(app, &self.list)).unwrap_or_default(), items }
    }
}

/// What a cursor says.
struct Cursor {
    snapshot: i64,
    given: u64,
    last: Option<At>,
}

/// So many bytes of a cursor are its signature.
const SIGNATURE: usize = 16;

fn signature(app: &App, list: &str, text: &str) -> [u8; SIGNATURE] {
    keyed_bytes(&app.config.hash_key, "cursor", &format!("{list}\0{text}"))
}

impl Cursor {
    fn written(&self, app: &App, list: &str) -> String {
        let last = self.last.as_ref().map_or_else(String::new, |At { millis, id }| format!("{millis}.{id}"));
        let text = format!("{}.{}.{last}", self.snapshot, self.given);
        URL_SAFE_NO_PAD.encode([&signature(app, list, &text)[..], text.as_bytes()].concat())
    }

    /// The cursor that a text is, if it is one of this list.
    fn read(app: &App, list: &str, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (signed, text) = bytes.split_at_checked(SIGNATURE)?;
        let text = std::str::from_utf8(text).ok()?;
        if !bool::from(signature(app, list, text).ct_eq(signed)) {
            return None;
        }
        let mut parts = text.splitn(4, '.');
        let (snapshot, given) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let (millis, id) = (parts.next()?.parse().ok()?, parts.next()?.to_owned());
        Some(Self { snapshot, given, last: Some(At { millis, id }) })
    }
}
