//! What a person's page shows of their posts (`docs/dialects/m_user.md#homepage`).

use crate::{
    app::App,
    error::Error,
    posts::{
        File,
        rows::{Row, lists},
        shown_files,
    },
    sessions::{AnyReader, Reader},
    store::Store,
    values::{PostId, PostType, UserId},
};
use std::collections::HashSet;

/// So many posts are read, in case that some have to be bought, and so many are shown.
const READ: i32 = 20;
const SHOWN: usize = 5;

/// How many posts a person has, and the newest that are there to be looked at.
#[derive(Debug)]
pub struct Shown {
    /// Posts of every type.
    pub count: i64,
    posts: Vec<Row>,
}

/// Which of them the reader has bought.
#[derive(Debug)]
pub struct Bought(HashSet<PostId>);

/// A post as a page shows it.
#[derive(Clone, Debug)]
pub struct ShownPost {
    /// Its id.
    pub id: PostId,
    /// A picture or a video.
    pub kind: PostType,
    /// Its files.
    pub media: Vec<File>,
}

/// What there is of a person's posts. One round, which need not know who reads.
///
/// # Errors
/// Faults only.
pub async fn shown(store: &Store, any: &AnyReader, author: &UserId) -> Result<Shown, Error> {
    let (count, posts) = lists::shown(store, any, author, READ).await?;
    Ok(Shown { count, posts })
}

/// Which of them the reader has bought. One round; none where nothing costs anything or it is the reader's own.
///
/// # Errors
/// Faults only.
pub async fn bought(store: &Store, reader: &Reader, shown: &Shown) -> Result<Bought, Error> {
    let priced = shown.posts.iter().filter(|post| post.price.get() > 0 && post.author != *reader.uid());
    Ok(Bought(lists::bought(store, reader, priced.map(|post| &post.id)).await?))
}

impl Shown {
    /// The newest five that the reader may see without paying, newest first.
    #[must_use]
    pub fn newest(&self, app: &App, reader: &Reader, bought: &Bought) -> Vec<ShownPost> {
        let free = |post: &&Row| post.price.get() == 0 || post.author == *reader.uid() || bought.0.contains(&post.id);
        let shown = |post: &Row| ShownPost {
            id: post.id.clone(),
            kind: post.kind,
            media: shown_files(app, reader.uid(), &post.id, post.price, &post.media),
        };
        self.posts.iter().filter(free).take(SHOWN).map(shown).collect()
    }
}
