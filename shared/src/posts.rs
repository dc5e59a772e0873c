//! What people publish: posts, who likes them, what is said of them, and who has bought them
//! (`docs/dialects/m_user.md#posts`).
//!
//! | module | what it holds |
//! |---|---|
//! | this one | a post as somebody is shown it |
//! | `making` | publishing a post and taking it back |
//! | `reading` | one post, the posts of a person, the feed |
//! | `liking` | likes |
//! | `comments` | what is said of a post |
//! | `buying` | posts that cost something |
//! | `homepage` | what a person's page shows of their posts |
//! | `rows::erase` | the end of a person among posts |
//! | `rows` | posts, counts, likes, comments and purchases as they are stored |
//!
//! A post never changes. What others do to it is beside it: likes, purchases and the names of comments are rows of whoever has
//! made them, so that their erasure finds them and a post's end does not have to. The counts are spread over
//! [`SHARDS`] rows, which are there as long as the post is. So the condition of a write to one of them, that it is there,
//! is also the check that nobody has deleted the post.
//!
//! Files of a post that has a price are shown to its author and to whoever has bought it.
//!
//! A function that writes about posts declares the tables users, friends and social; one that sells them the wallet too.

mod buying;
pub mod comments;
mod homepage;
mod liking;
mod making;
mod reading;
mod rows;

pub use buying::buy;
pub use homepage::{Bought, Shown, ShownPost, bought, shown};
pub use liking::{like, unlike};
pub use making::{NewPost, create, delete};
pub use reading::{feed, get, of_person};
pub(crate) use rows::{EXPORT, Written, comments::comment_on, erase::erase, post_written};
pub use rows::{Media, SHARDS};

use crate::{
    app::App,
    sessions::{Profile, Reader},
    uploads,
    values::{FileKey, FreeText, PostId, PostType, Price, UserId},
};

/// Who has written something.
#[derive(Clone, Debug)]
pub struct Author {
    /// Their id.
    pub uid: UserId,
    /// Their record; `None`: they are gone.
    pub profile: Option<Profile>,
}

/// A post as somebody is shown it.
#[derive(Clone, Debug)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// Who has published it.
    pub author: Author,
    /// What it is.
    pub kind: PostType,
    /// What is written in it.
    pub content: Option<FreeText>,
    /// What its files cost.
    pub price: Price,
    /// Its files; none while they have to be bought.
    pub media: Vec<File>,
    /// Whether its files are shown: they cost nothing, or are the reader's, or bought.
    pub is_bought: bool,
    /// Whether the reader likes it.
    pub is_liked: bool,
    /// How many like it.
    pub likes: i64,
    /// How often others than its author have opened it.
    pub clicks: i64,
    /// When it was published, in seconds.
    pub created_at: i64,
}

/// A file of a post as somebody is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What it is asked for by (`docs/dialects/m_user.md#media-urls`).
    pub name: String,
    /// How long it is, in seconds, where its author has said so.
    pub duration: Option<u32>,
}

/// The files of a post as they are shown to whoever may see them. Those of a post with a price have a ticket, which is the
/// reader's.
fn shown_files(app: &App, reader: &UserId, post: &PostId, price: Price, media: &[Media]) -> Vec<File> {
    let paid = price.get() > 0;
    let name = |key: &FileKey| if paid { uploads::ticket(app, reader, post, key) } else { key.to_string() };
    media.iter().map(|file| File { name: name(&file.key), duration: file.duration }).collect()
}

/// Posts as the reader is shown them.
fn as_shown(app: &App, reader: &Reader, found: Vec<rows::Found>) -> Vec<Post> {
    let shown = |found: rows::Found| {
        let rows::Found { row, author, counts, is_liked, is_sold } = found;
        let is_bought = row.price.get() == 0 || row.author == *reader.uid() || is_sold;
        let media = if is_bought { shown_files(app, reader.uid(), &row.id, row.price, &row.media) } else { Vec::new() };
        Post {
            author: Author { uid: row.author, profile: author },
            id: row.id,
            kind: row.kind,
            content: row.content,
            price: row.price,
            media,
            is_bought,
            is_liked,
            likes: counts.likes,
            clicks: counts.clicks,
            created_at: row.millis / 1_000,
        }
    };
    found.into_iter().map(shown).collect()
}
