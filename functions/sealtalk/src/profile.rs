//! What a person tells about themselves (`docs/dialects/sealtalk.md#profile`).

use crate::{
    dialect::Routes,
    wire::{Answer, Done, answer, done},
};
use kit::{
    Sample::{Int, Str},
    Signed,
    field::{Flag, Nothing},
    post, read,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    profiles::{self, AccountName, PortraitUrl, SettingsChange},
    sessions,
    values::{Gender, Nickname, Unfit},
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/user/set_nickname", "SetNickname")
            .about("Changes the own nickname")
            .example(&[("nickname", Str("Tony 🙂"))])
            .checked(NicknameInput::checked, set_nickname),
        post("/user/set_portrait_uri", "SetPortraitUri")
            .about("Changes the own portrait")
            .example(&[("portraitUri", Str("http://img.example.com/tony.png"))])
            .checked(PortraitInput::checked, set_portrait_uri),
        post("/user/set_st_account", "SetStAccount")
            .about("Changes the own account name")
            .example(&[("stAccount", Str("tony_2016"))])
            .checked(StAccountInput::checked, set_st_account),
        post("/user/set_gender", "SetGender")
            .about("Changes the own gender")
            .example(&[("gender", Str("male"))])
            .checked(GenderInput::checked, change_settings),
        post("/user/set_privacy", "SetPrivacy")
            .about("Changes who may find and invite the caller")
            .example(&[("phoneVerify", Int(1)), ("friVerify", Int(0))])
            .checked(PrivacyInput::checked, change_settings),
        post("/user/set_poke", "SetPoke")
            .about("Changes whether the caller takes pokes")
            .example(&[("pokeStatus", Int(1))])
            .checked(PokeInput::checked, change_settings),
        read("/user/get_privacy", "GetPrivacy").about("Tells who may find and invite the caller").signed(get_privacy),
        read("/user/get_poke", "GetPoke").about("Tells whether the caller takes pokes").signed(get_poke),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct NicknameInput {
    #[schemars(length(min = 1, max = 32))]
    nickname: String,
}

impl NicknameInput {
    fn checked(self) -> Result<Nickname, Error> {
        Nickname::try_from(self.nickname).map_err(|_| Error::invalid("nickname", "Invalid nickname length."))
    }
}

async fn set_nickname(app: App, signed: Signed, nickname: Nickname) -> Result<Done, Error> {
    profiles::rename(&app, &signed.claim, &nickname).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PortraitInput {
    portrait_uri: String,
}

impl PortraitInput {
    fn checked(self) -> Result<PortraitUrl, Error> {
        PortraitUrl::new(self.portrait_uri).map_err(|unfit| match unfit {
            Unfit::Form => Error::invalid("portraitUri", "Invalid portraitUri format."),
            Unfit::Length => Error::invalid("portraitUri", "Invalid portraitUri length."),
        })
    }
}

async fn set_portrait_uri(app: App, signed: Signed, url: PortraitUrl) -> Result<Done, Error> {
    profiles::set_portrait_url(&app, &signed.claim, &url, signed.caller.media_base(&app)).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StAccountInput {
    #[schemars(length(min = 6, max = 20), regex(pattern = "^[a-zA-Z][a-zA-Z0-9_-]*$"))]
    st_account: String,
}

impl StAccountInput {
    fn checked(self) -> Result<AccountName, Error> {
        AccountName::new(self.st_account).map_err(|unfit| match unfit {
            Unfit::Form => Error::invalid("stAccount", "Not letter beginning or invalid symbol."),
            Unfit::Length => Error::invalid("stAccount", "Incorrect parameter length."),
        })
    }
}

async fn set_st_account(app: App, signed: Signed, account: AccountName) -> Result<Done, Error> {
    profiles::set_account_name(&app, &signed.claim, &account).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
struct GenderInput {
    #[schemars(extend("enum" = ["male", "female"]))]
    gender: String,
}

impl GenderInput {
    fn checked(self) -> Result<SettingsChange, Error> {
        let gender = match self.gender.as_str() {
            "male" => Gender::Male,
            "female" => Gender::Female,
            _ => return Err(Error::invalid("gender", "Parameter error.")),
        };
        Ok(SettingsChange { gender: Some(gender), ..SettingsChange::default() })
    }
}

async fn change_settings(app: App, signed: Signed, change: SettingsChange) -> Result<Done, Error> {
    profiles::change_settings(&app, &signed.claim, &change).await?;
    Ok(done())
}

/// A flag that is absent when it is empty.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PrivacyInput {
    phone_verify: Option<Flag>,
    st_search_verify: Option<Flag>,
    fri_verify: Option<Flag>,
    group_verify: Option<Flag>,
}

impl PrivacyInput {
    fn checked(self) -> Result<SettingsChange, Error> {
        let flags = [self.phone_verify, self.st_search_verify, self.fri_verify, self.group_verify];
        let [phone, account_name, friends, groups] = flags.map(|flag| flag.map(|flag| flag.0));
        if [phone, account_name, friends, groups].iter().all(Option::is_none) {
            return Err(Error::invalid("body", "Parameter is empty."));
        }
        Ok(SettingsChange { phone, account_name, friends, groups, ..SettingsChange::default() })
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PokeInput {
    poke_status: Flag,
}

impl PokeInput {
    fn checked(self) -> Result<SettingsChange, Error> {
        Ok(SettingsChange { pokes: Some(self.poke_status.0), ..SettingsChange::default() })
    }
}

/// The envelope, and its result once more beside it: as documented and as clients read it.
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
        phone_verify: u8::from(privacy.phone),
        st_search_verify: u8::from(privacy.account_name),
        fri_verify: u8::from(privacy.friends),
        group_verify: u8::from(privacy.groups),
    }))
}

#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Poke {
    poke_status: u8,
}

async fn get_poke(app: App, signed: Signed, _: Nothing) -> Result<Twice<Poke>, Error> {
    let actor = sessions::verify(&app, &signed.claim).await?;
    Ok(twice(Poke { poke_status: u8::from(actor.profile().privacy.pokes) }))
}
