//! The page of a person (`docs/dialects/m_user.md#homepage`).

use crate::{
    dialect::Routes,
    gifts::GiverItem,
    posts::{MediaItem, media_items, type_word},
    wire::{PERSON, PersonField, icon, nickname},
};
use kit::{Sample::Str, Signed, get};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    homepage::{self, Homepage},
    posts::ShownPost,
    profiles::about::BackgroundKind,
    values::{Age, Degree, Gender, Job, Marriage, OnlinePeriod, SexAttitude},
};

pub(crate) fn routes() -> Routes {
    Routes::of([get("/m_user/users/{user_id}/homepage", "Homepage")
        .example(&[("user_id", Str(PERSON))])
        .signed(homepage)])
}

#[derive(Deserialize, JsonSchema)]
struct ByPerson {
    user_id: PersonField,
}

#[derive(Serialize, JsonSchema)]
struct Page {
    id: String,
    nickname: String,
    #[schemars(extend("enum" = ["male", "female"]))]
    gender: Option<&'static str>,
    icon: Option<String>,
    age: Option<u8>,
    signature: Option<String>,
    background: BackgroundItem,
    audio_intro: Option<AudioIntroItem>,
    job: Option<&'static str>,
    degree: Option<&'static str>,
    marriage: Option<&'static str>,
    sex_attitude: Option<&'static str>,
    video_price: Option<u32>,
    audio_price: Option<u32>,
    is_vip: bool,
    online_period: Option<&'static str>,
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
    let background = match about.background {
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
        id: profile.uid.to_string(),
        nickname: nickname(&profile),
        gender: profile.gender.map(Gender::as_str),
        icon: icon(&profile),
        age: profile.age.map(Age::years),
        signature: about.signature.map(|signature| signature.as_str().to_owned()),
        background,
        audio_intro: about.audio_intro.map(|intro| AudioIntroItem {
            r#type: "audio",
            key: intro.key.to_string(),
            duration: intro.duration,
        }),
        job: about.job.map(Job::as_str),
        degree: about.degree.map(Degree::as_str),
        marriage: about.marriage.map(Marriage::as_str),
        sex_attitude: about.sex_attitude.map(SexAttitude::as_str),
        video_price: about.video_price.0,
        audio_price: about.audio_price.0,
        is_vip: profile.vip_days_left(app.clock.seconds()) > 0,
        online_period: about.online_period.map(OnlinePeriod::as_str),
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
