//! What somebody notes about a friend (`docs/dialects/sealtalk.md#names-and-notes`).

use super::fields::{DISPLAY_NAME, Somebody, limited};
use crate::{
    dialect::Routes,
    wire::{Answer, Done, TARGET, UserField, answer, done, escaped},
};
use axum::http::Method;
use kit::{Sample::Str, Signed, at, field::Text, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    friends::{self, NotesChange},
    values::UserId,
};

/// Characters of a description.
const DESCRIPTION: usize = 500;
/// Characters of a picture's address.
const IMAGE_URI: usize = 256;
/// Characters of a calling code and of a number, as people write them.
const PHONE: usize = 32;

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/friendship/set_display_name", "SetFriendDisplayName")
            .about("Changes what a friend is called")
            .example(&[("friendId", Str(TARGET)), ("displayName", Str(""))])
            .checked(DisplayName::checked, set_display_name),
        post("/friendship/set_friend_description", "SetFriendDescription")
            .about("Changes what the caller notes about a friend")
            .example(&[("friendId", Str(TARGET)), ("description", Str("Met in Wuhan"))])
            .checked(SetDescription::checked, set_friend_description),
        // A read that clients send with POST.
        at([Method::POST, Method::GET], "/friendship/get_friend_description", "GetFriendDescription")
            .about("Shows what the caller notes about a friend")
            .example(&[("friendId", Str(TARGET))])
            .signed(get_friend_description),
    ])
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DisplayName {
    friend_id: UserField,
    #[schemars(length(max = 32))]
    display_name: String,
}

impl DisplayName {
    fn checked(self) -> Result<Self, Error> {
        limited("displayName", &self.display_name, DISPLAY_NAME, "Length of displayName invalid.")?;
        Ok(self)
    }
}

async fn set_display_name(app: App, signed: Signed, input: DisplayName) -> Result<Done, Error> {
    let (friend, name) = (&input.friend_id.0, Some(&*input.display_name));
    friends::notes::describe(&app, &signed.claim, friend, name, &NotesChange::default()).await.map(|()| done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetDescription {
    friend_id: UserField,
    display_name: Option<String>,
    /// Only together with the phone; either may be empty.
    region: Option<Text>,
    phone: Option<Text>,
    #[schemars(length(max = 500))]
    description: Option<String>,
    #[schemars(length(max = 256))]
    image_uri: Option<String>,
}

impl SetDescription {
    fn checked(self) -> Result<Described, Error> {
        let phone = match (self.region, self.phone) {
            (Some(region), Some(phone)) => Some((region.0, phone.0)),
            (None, None) => None,
            _ => return Err(Error::invalid("phone", "Region and phone belong together.")),
        };
        let fits = |field: &str, text: Option<&String>, most, refusal| {
            text.map_or(Ok(()), |text| limited(field, text, most, refusal))
        };
        let (region, number) = phone.as_ref().map(|(region, number)| (region, number)).unzip();
        fits("displayName", self.display_name.as_ref(), DISPLAY_NAME, "Length of displayName invalid.")?;
        fits("region", region, PHONE, "Length of region invalid.")?;
        fits("phone", number, PHONE, "Length of phone invalid.")?;
        fits("description", self.description.as_ref(), DESCRIPTION, "Length of description invalid.")?;
        fits("imageUri", self.image_uri.as_ref(), IMAGE_URI, "Length of imageUri invalid.")?;
        let Self { display_name, description, image_uri, .. } = self;
        Ok(Described { friend: self.friend_id.0, display_name, notes: NotesChange { phone, description, image_uri } })
    }
}

/// What is to be noted about a friend.
struct Described {
    friend: UserId,
    display_name: Option<String>,
    notes: NotesChange,
}

async fn set_friend_description(app: App, signed: Signed, input: Described) -> Result<Done, Error> {
    let Described { friend, display_name, notes } = input;
    friends::notes::describe(&app, &signed.claim, &friend, display_name.as_deref(), &notes).await.map(|()| done())
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DescriptionItem {
    display_name: String,
    region: String,
    phone: String,
    description: String,
    image_uri: String,
}

async fn get_friend_description(app: App, signed: Signed, input: Somebody) -> Result<Answer<DescriptionItem>, Error> {
    let (edge, notes) = friends::notes::description(&app, &signed.claim, &input.friend_id.0).await?;
    Ok(answer(DescriptionItem {
        display_name: escaped(&edge.display_name, DISPLAY_NAME),
        region: notes.region,
        phone: notes.phone,
        description: escaped(&notes.description, DESCRIPTION),
        image_uri: notes.image_uri,
    }))
}
