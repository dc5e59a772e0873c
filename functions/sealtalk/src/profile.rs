//! What a person tells about themselves (contract 2.12, 2.13, 2.25-2.30).

use crate::{
    Op, Routes,
    wire::{Answer, Done, Flag, Nothing, POST, answer, done, shown, signed_read},
};
use kit::Signed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    profiles::{self, AccountName, PortraitUrl, SettingsChange},
    sessions,
    values::{Gender, Nickname},
};

pub(crate) fn routes() -> Routes {
    let routes = Routes::new()
        .signed(POST, "/user/set_nickname", Op::SetNickname, set_nickname)
        .signed(POST, "/user/set_portrait_uri", Op::SetPortraitUri, set_portrait_uri)
        .signed(POST, "/user/set_st_account", Op::SetStAccount, set_st_account)
        .signed(POST, "/user/set_gender", Op::SetGender, set_gender)
        .signed(POST, "/user/set_privacy", Op::SetPrivacy, set_privacy)
        .signed(POST, "/user/set_poke", Op::SetPoke, set_poke);
    let routes = signed_read(routes, "/user/get_privacy", Op::GetPrivacy, get_privacy);
    signed_read(routes, "/user/get_poke", Op::GetPoke, get_poke)
}

#[derive(Deserialize, JsonSchema)]
struct NicknameInput {
    #[schemars(length(min = 1, max = 32))]
    nickname: String,
}

async fn set_nickname(app: App, signed: Signed, input: NicknameInput) -> Result<Done, Error> {
    let nickname = Nickname::try_from(input.nickname);
    let nickname = nickname.map_err(|_| Error::invalid("nickname", "Invalid nickname length."));
    let nickname = signed.checked(&app, nickname).await?;
    profiles::rename(&app, &signed.claim, &nickname).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PortraitInput {
    portrait_uri: String,
}

async fn set_portrait_uri(app: App, signed: Signed, input: PortraitInput) -> Result<Done, Error> {
    let url = signed.checked(&app, PortraitUrl::new(input.portrait_uri)).await?;
    profiles::set_portrait_url(&app, &signed.claim, &url).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StAccountInput {
    #[schemars(length(min = 6, max = 20), regex(pattern = "^[a-zA-Z][a-zA-Z0-9_-]*$"))]
    st_account: String,
}

async fn set_st_account(app: App, signed: Signed, input: StAccountInput) -> Result<Done, Error> {
    let account = signed.checked(&app, AccountName::new(input.st_account)).await?;
    profiles::set_st_account(&app, &signed.claim, &account).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
struct GenderInput {
    #[schemars(extend("enum" = ["male", "female"]))]
    gender: String,
}

async fn set_gender(app: App, signed: Signed, input: GenderInput) -> Result<Done, Error> {
    let gender = match input.gender.as_str() {
        "male" => Ok(Gender::Male),
        "female" => Ok(Gender::Female),
        _ => Err(Error::invalid("gender", "Parameter error.")),
    };
    let gender = Some(signed.checked(&app, gender).await?);
    profiles::change_settings(&app, &signed.claim, &SettingsChange { gender, ..SettingsChange::default() }).await?;
    Ok(done())
}

/// A flag that is absent when it is empty (contract C7).
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PrivacyInput {
    phone_verify: Option<Flag>,
    st_search_verify: Option<Flag>,
    fri_verify: Option<Flag>,
    group_verify: Option<Flag>,
}

async fn set_privacy(app: App, signed: Signed, input: PrivacyInput) -> Result<Done, Error> {
    let flag = |flag: Option<Flag>| flag.map(|flag| flag.0);
    let change = SettingsChange {
        phone: flag(input.phone_verify),
        st_account: flag(input.st_search_verify),
        friends: flag(input.fri_verify),
        groups: flag(input.group_verify),
        ..SettingsChange::default()
    };
    let given = [change.phone, change.st_account, change.friends, change.groups].iter().any(Option::is_some);
    let given = given.then_some(()).ok_or_else(|| Error::invalid("body", "Parameter is empty."));
    signed.checked(&app, given).await?;
    profiles::change_settings(&app, &signed.claim, &change).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PokeInput {
    poke_status: Flag,
}

async fn set_poke(app: App, signed: Signed, input: PokeInput) -> Result<Done, Error> {
    let change = SettingsChange { pokes: Some(input.poke_status.0), ..SettingsChange::default() };
    profiles::change_settings(&app, &signed.claim, &change).await?;
    Ok(done())
}

/// The envelope, and its result once more beside it: as documented and as clients read it (contract C4).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Twice{T}")]
struct Twice<T> {
    #[serde(flatten)]
    answer: Answer<T>,
    #[serde(flatten)]
    bare: T,
}

fn twice<T: Clone>(result: T) -> Twice<T> {
    Twice { answer: answer(result.clone()), bare: result }
}

#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PrivacyItem {
    id: String,
    phone_verify: u8,
    st_search_verify: u8,
    fri_verify: u8,
    group_verify: u8,
}

async fn get_privacy(app: App, signed: Signed, _: Nothing) -> Result<Twice<PrivacyItem>, Error> {
    let actor = sessions::verify(&app, &signed.claim).await?;
    let privacy = actor.profile().privacy;
    Ok(twice(PrivacyItem {
        id: actor.uid().to_string(),
        phone_verify: shown(privacy.phone),
        st_search_verify: shown(privacy.st_account),
        fri_verify: shown(privacy.friends),
        group_verify: shown(privacy.groups),
    }))
}

#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Poke {
    poke_status: u8,
}

async fn get_poke(app: App, signed: Signed, _: Nothing) -> Result<Twice<Poke>, Error> {
    let actor = sessions::verify(&app, &signed.claim).await?;
    Ok(twice(Poke { poke_status: shown(actor.profile().privacy.pokes) }))
}
