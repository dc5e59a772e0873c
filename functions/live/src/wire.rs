//! Fields and answers that several operations share (`docs/dialects/live.md#requests`, `docs/dialects/live.md#answers`).

use kit::field::Text;
use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App,
    sessions::Profile,
    values::{AvatarName, E164, Gender, PlayUrls, Unfit},
};

/// Whom the examples of requests speak of: the caller, and somebody else.
pub(crate) const PHONE: &str = "13800000001";
pub(crate) const OTHER: &str = "13800000002";

/// `{"result":"0000","message":..}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Answer")]
pub struct Answer<T> {
    result: &'static str,
    /// What was asked for; null where nothing was.
    pub message: T,
}

/// A result in its envelope.
#[must_use]
pub fn answer<T>(message: T) -> Answer<T> {
    Answer { result: "0000", message }
}

/// An operation that answers nothing but that it is done.
#[must_use]
pub fn done() -> Answer<()> {
    answer(())
}

kit::fields! {
    /// `userId`: the 11 digits of a mobile number in China (`docs/dialects/live.md#people`).
    pub PhoneField(#[schemars(with = "String", regex(pattern = r"^1[3-9]\d{9}$"))] E164) from Text = |text| phone(&text.0);
}

/// The number of eleven digits.
///
/// # Errors
/// Any other text.
pub fn phone(text: &str) -> Result<E164, Unfit> {
    let mobile = text.len() == 11 && text.starts_with('1') && matches!(text.as_bytes().get(1), Some(b'3'..=b'9'));
    if mobile { E164::new("86", text) } else { Err(Unfit::Form) }
}

/// Who somebody is (`docs/dialects/live.md#people`).
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Card {
    user_id: String,
    nickname: Option<String>,
    #[schemars(extend("enum" = ["0", "1", null]))]
    gender: Option<&'static str>,
    head_image: Option<String>,
}

/// Somebody, and whether they are live (`docs/dialects/live.md#people`).
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonItem {
    #[serde(flatten)]
    card: Card,
    #[schemars(extend("enum" = ["on", "off"]))]
    live_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    play_url: Option<Option<PlayUrlItem>>,
}

/// Where somebody's room is watched.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) struct PlayUrlItem {
    origin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hls: Option<String>,
}

impl From<PlayUrls> for PlayUrlItem {
    fn from(PlayUrls { origin, hls }: PlayUrls) -> Self {
        Self { origin, hls }
    }
}

impl PersonItem {
    /// Who is live first; then by nickname in the order of its code points, those without one last; then by number.
    pub(crate) fn order(&self) -> (bool, bool, Option<&str>, &str) {
        let Card { user_id, nickname, .. } = &self.card;
        (self.live_status == "off", nickname.is_none(), nickname.as_deref(), user_id)
    }

    /// Without the address of the room, where an answer has none.
    pub(crate) fn without_play_url(self) -> Self {
        Self { play_url: None, ..self }
    }
}

/// A person as friends see them. None if their number is not one of this dialect's.
pub(crate) fn person_item(app: &App, profile: &Profile) -> Option<PersonItem> {
    let playing = profile.playing(app.clock.seconds());
    Some(PersonItem {
        card: card(profile)?,
        live_status: if playing.is_some() { "on" } else { "off" },
        play_url: Some(playing.cloned().map(PlayUrlItem::from)),
    })
}

/// A person as anybody may see them. None likewise.
pub(crate) fn card(profile: &Profile) -> Option<Card> {
    let user_id = own_phone(profile.phone.as_ref()?)?.to_owned();
    let (nickname, gender, head_image) = looks(profile);
    Some(Card { user_id, nickname, gender, head_image })
}

/// Nickname, gender and picture of somebody.
pub(crate) fn looks(profile: &Profile) -> (Option<String>, Option<&'static str>, Option<String>) {
    let gender = profile.gender.map(|gender| match gender {
        Gender::Female => "0",
        Gender::Male => "1",
    });
    (profile.nickname.as_ref().map(|nickname| nickname.as_str().to_owned()), gender, head_image(profile))
}

/// The digits of a number that can be one of this dialect's.
fn own_phone(phone: &E164) -> Option<&str> {
    phone.as_str().strip_prefix("+86")
}

/// The path of somebody's portrait (`docs/dialects/live.md#avatars`): that of the picture, or one that leads to it.
fn head_image(profile: &Profile) -> Option<String> {
    let portrait = profile.portrait.as_ref()?;
    let own = AvatarName::in_path(portrait).is_ok();
    Some(if own { portrait.clone() } else { AvatarName::path_of(&profile.uid) })
}

/// What a message is called: a number and its time (`docs/dialects/live.md#messages`).
pub(crate) fn message_id(phone: &E164, at: i64) -> String {
    format!("{},{at}", phone.national())
}

/// The number and the time in the name of a message. The comma may be a full-width one.
pub(crate) fn parse_message_id(text: &str) -> Option<(E164, i64)> {
    let (number, at) = text.split_once([',', '\u{ff0c}'])?;
    let digits = at.len() == 13 && at.bytes().all(|byte| byte.is_ascii_digit());
    Some((phone(number).ok()?, at.parse().ok().filter(|_| digits)?))
}
