//! The page of a person (`docs/dialects/m_user.md#homepage`).

use crate::{
    dialect::Routes,
    gifts::GiverItem,
    posts::{MediaItem, media_items, type_word},
    profile::ProfileItem,
    wire::{PERSON, PersonField, icon},
};
use kit::{Sample::Str, Signed, get};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    homepage::{self, Homepage},
    posts::ShownPost,
    profiles::about::BackgroundKind,
};

pub(crate) fn routes() -> Routes {
    Routes::of([get("/m_user/users/{user_id}/homepage", "Homepage")
        .about("Shows somebody's profile with posts and gifts")
        .example(&[("user_id", Str(PERSON))])
        .signed(homepage)])
}

#[derive(Deserialize, JsonSchema)]
struct ByPerson {
    user_id: PersonField,
}

#[derive(Serialize, JsonSchema)]
struct Page {
    #[serde(flatten)]
    profile: ProfileItem,
    background: BackgroundItem,
    audio_intro: Option<AudioIntroItem>,
    is_vip: bool,
    /// All coins that the person has earned.
    profit: i64,
    her_gifts: Vec<GiverItem>,
    post_count: i64,
    posts: Vec<PostItem>,
}

/// The video or picture behind the page; the person's own picture where there is none, and then an empty key if there is none of
/// these either.
#[derive(Serialize, JsonSchema)]
struct BackgroundItem {
    #[schemars(extend("enum" = ["video", "picture"]))]
    r#type: &'static str,
    key: String,
}

#[derive(Serialize, JsonSchema)]
struct AudioIntroItem {
    #[schemars(extend("enum" = ["audio"]))]
    r#type: &'static str,
    key: String,
    /// Seconds.
    duration: u32,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HomepagePost")]
struct PostItem {
    id: String,
    #[schemars(extend("enum" = ["video", "picture"]))]
    post_type: &'static str,
    media: Vec<MediaItem>,
}

impl From<ShownPost> for PostItem {
    fn from(post: ShownPost) -> Self {
        Self { id: post.id.to_string(), post_type: type_word(post.kind), media: media_items(post.kind, post.media) }
    }
}

fn page(app: &App, page: Homepage) -> Page {
    let Homepage { profile, about, earned, givers, post_count, posts } = page;
    let background = match &about.background {
        Some(background) => BackgroundItem {
            r#type: match background.kind {
                BackgroundKind::Video => "video",
                BackgroundKind::Picture => "picture",
            },
            key: background.key.to_string(),
        },
        None => BackgroundItem { r#type: "picture", key: icon(&profile).unwrap_or_default() },
    };
    Page {
        profile: ProfileItem::of(&profile, &about),
        background,
        audio_intro: about.audio_intro.map(|intro| AudioIntroItem {
            r#type: "audio",
            key: intro.key.to_string(),
            duration: intro.duration,
        }),
        is_vip: profile.vip_days_left(app.clock.seconds()) > 0,
        profit: earned,
        her_gifts: givers.iter().map(GiverItem::of).collect(),
        post_count,
        posts: posts.into_iter().map(Into::into).collect(),
    }
}

async fn homepage(app: App, signed: Signed, input: ByPerson) -> Result<Page, Error> {
    let found = homepage::homepage(&app, &signed.claim, &input.user_id.0).await?;
    Ok(page(&app, found))
}
