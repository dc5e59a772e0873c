//! Publishing, looking at and buying posts (`docs/dialects/m_user.md#posts`, `docs/dialects/m_user.md#feed`,
//! `docs/dialects/m_user.md#purchases`).

use crate::{
    dialect::Routes,
    lists::{Items, LimitField, OffsetField, POST, Paging, PostField, wrong_place},
    refusal::{Refusal, field},
    wire::{Done, PERSON, PersonField, UserCard},
};
use axum::http::Method;
use kit::{
    Sample::{Int, Str},
    Signed, at,
    decode::JsonText,
    field::{Integer, Text},
    get, post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    error::Unusable,
    posts::{self, NewPost, Post},
    values::{FileKey, FreeText, PostType, Price, Unfit},
};
use std::collections::BTreeSet;

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/m_sns/posts", "CreatePost")
            .about("Publishes a post")
            .example(&[("post_type", Str("text")), ("content", Str("你好"))])
            .refusing(unusable_file)
            .checked(Create::checked, create),
        get("/m_sns/posts", "Posts")
            .about("Lists posts, the newest first")
            .example(&[("user_id", Str(PERSON)), ("cursor", Str("")), ("offset", Int(0)), ("limit", Int(20))])
            .refusing(wrong_place)
            .signed(list),
        get("/m_sns/posts/{id}", "Post").about("Shows one post").example(&[("id", Str(POST))]).signed(show),
        at([Method::DELETE], "/m_sns/posts/{id}", "DeletePost")
            .about("Deletes a post of the caller")
            .example(&[("id", Str(POST))])
            .signed(delete),
        post("/m_sns/posts/{id}/purchases", "BuyPost")
            .about("Buys a post that costs coins")
            .example(&[("id", Str(POST))])
            .signed(buy),
    ])
}

/// The longest that a recording can be said to be, in seconds: a day.
const LONGEST: i64 = 86_400;

kit::words! {
    /// `post_type`.
    PostTypeField(PostType) {
        "text" => PostType::Text, "video" => PostType::Video, "audio" => PostType::Audio, "picture" => PostType::Picture,
    }
}

kit::fields! {
    /// `content`: 1 to 2,000 characters.
    ContentField(#[schemars(with = "String", length(min = 1, max = 2_000))] FreeText) from Text
        = |text| FreeText::new(text.0, 1..=2_000);

    /// `price`: 0 to 1,000,000 coins.
    PriceField(#[schemars(with = "u32", range(min = 0, max = 1_000_000))] Price) from Integer
        = |coins| u32::try_from(coins.0).map_err(|_| Unfit::Form).and_then(Price::try_from);

    /// A file by its key (`docs/dialects/m_user.md#uploads`).
    KeyField(#[schemars(with = "String")] FileKey) from String = FileKey::try_from;

    /// `duration`: 1 to 86,400 seconds.
    DurationField(#[schemars(with = "u32", range(min = 1, max = 86_400))] u32) from Integer
        = |seconds| match u32::try_from(seconds.0) {
            Ok(duration) if (1..=LONGEST).contains(&seconds.0) => Ok(duration),
            _ => Err("no duration"),
        };
}

/// A file of a post: its key, or its key and how long it is.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum FileField {
    Key(KeyField),
    Timed { key: KeyField, duration: Option<DurationField> },
}

impl From<FileField> for posts::Media {
    fn from(file: FileField) -> Self {
        match file {
            FileField::Key(key) => Self { key: key.0, duration: None },
            FileField::Timed { key, duration } => Self { key: key.0, duration: duration.map(|duration| duration.0) },
        }
    }
}

#[derive(Deserialize, JsonSchema)]
struct Create {
    post_type: PostTypeField,
    content: Option<ContentField>,
    media: Option<JsonText<Vec<FileField>>>,
    price: Option<PriceField>,
}

impl Create {
    fn checked(self) -> Result<NewPost, Error> {
        let kind = self.post_type.0;
        let media: Vec<posts::Media> =
            self.media.map(|files| files.0).unwrap_or_default().into_iter().map(Into::into).collect();
        let keys: BTreeSet<&FileKey> = media.iter().map(|file| &file.key).collect();
        if keys.len() < media.len() {
            return Err(Error::invalid("media", "names a file twice"));
        }
        if !kind.files().contains(&media.len()) {
            return Err(Error::invalid("media", "has another number of files than a post of this type"));
        }
        let price = self.price.map(|price| price.0).unwrap_or_default();
        if price.get() > 0 && media.is_empty() {
            return Err(Error::invalid("price", "is for files, and there are none"));
        }
        Ok(NewPost { kind, content: self.content.map(|content| content.0), media, price })
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CreatedPost")]
struct Created {
    id: String,
}

fn unusable_file(error: &Error) -> Option<Refusal> {
    matches!(error, Error::Unusable(Unusable::File(_))).then(|| field("media"))
}

async fn create(app: App, signed: Signed, post: NewPost) -> Result<Created, Error> {
    let id = posts::create(&app, &signed.claim, post).await?;
    Ok(Created { id: id.to_string() })
}

/// A file as it is shown.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MediaItem {
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["picture", "video", "audio"]))]
    kind: &'static str,
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
}

/// What a type of posts and of their files is called.
pub(crate) fn type_word(kind: PostType) -> &'static str {
    match kind {
        PostType::Text => "text",
        PostType::Video => "video",
        PostType::Audio => "audio",
        PostType::Picture => "picture",
    }
}

/// The files of a post, which are of its type.
pub(crate) fn media_items(kind: PostType, media: Vec<posts::File>) -> Vec<MediaItem> {
    let item = |file: posts::File| MediaItem { kind: type_word(kind), key: file.name, duration: file.duration };
    media.into_iter().map(item).collect()
}

/// A post as it is shown (`docs/dialects/m_user.md#posts`).
#[derive(Serialize, JsonSchema)]
struct PostItem {
    id: String,
    price: u32,
    is_bought: bool,
    #[schemars(extend("enum" = ["text", "video", "audio", "picture"]))]
    post_type: &'static str,
    content: String,
    media: Vec<MediaItem>,
    like_count: i64,
    click_count: i64,
    is_liked: bool,
    created_time: i64,
    user: UserCard,
}

impl From<Post> for PostItem {
    fn from(post: Post) -> Self {
        Self {
            id: post.id.to_string(),
            price: post.price.get(),
            is_bought: post.is_bought,
            post_type: type_word(post.kind),
            content: post.content.map(|content| content.as_str().to_owned()).unwrap_or_default(),
            media: media_items(post.kind, post.media),
            like_count: post.likes,
            click_count: post.clicks,
            is_liked: post.is_liked,
            created_time: post.created_at,
            user: UserCard::of_author(&post.author),
        }
    }
}

#[derive(Deserialize, JsonSchema)]
struct List {
    user_id: Option<PersonField>,
    cursor: Option<Text>,
    offset: Option<OffsetField>,
    limit: Option<LimitField>,
}

async fn list(app: App, signed: Signed, input: List) -> Result<Items<PostItem>, Error> {
    let paging = Paging::of(input.cursor, input.offset, input.limit);
    let page = match input.user_id {
        Some(person) => posts::of_person(&app, &signed.claim, &person.0, &paging.asked()).await?,
        None => posts::feed(&app, &signed.claim, &paging.asked()).await?,
    };
    Ok(page.into())
}

#[derive(Deserialize, JsonSchema)]
struct Named {
    id: PostField,
}

async fn show(app: App, signed: Signed, input: Named) -> Result<PostItem, Error> {
    posts::get(&app, &signed.claim, &input.id.0).await.map(Into::into)
}

async fn delete(app: App, signed: Signed, input: Named) -> Result<Done, Error> {
    posts::delete(&app, &signed.claim, &input.id.0).await?;
    Ok(Done {})
}

async fn buy(app: App, signed: Signed, input: Named) -> Result<Done, Error> {
    posts::buy(&app, &signed.claim, &input.id.0).await?;
    Ok(Done {})
}
