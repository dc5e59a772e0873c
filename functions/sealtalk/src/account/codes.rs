//! Sending and checking codes, and the captchas that may stand before them (contract 2.1-2.6, 2.19, 3.3).

use super::Number;
use crate::{
    Op, Routes,
    wire::{Answer, Done, GET, Nothing, POST, Text, answer, done},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use kit::Caller;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{App, Error, accounts, captcha, regions};

pub(super) fn routes() -> Routes {
    Routes::new()
        .open(POST, "/user/send_code", Op::SendCode, send_code)
        .open(POST, "/user/send_code_yp", Op::SendCodeYp, send_code)
        .open(POST, "/user/verify_code", Op::VerifyCode, verify_code)
        .open(POST, "/user/verify_code_yp", Op::VerifyCodeYp, verify_code)
        .open(GET, "/user/regionlist", Op::RegionList, region_list)
        .open(POST, "/user/regionlist", Op::RegionList, region_list)
        .open(POST, "/user/check_phone_available", Op::CheckPhoneAvailable, check_phone_available)
        .open(GET, "/user/get_sms_img_code", Op::GetSmsImgCode, get_sms_img_code)
        .open(POST, "/user/get_sms_img_code", Op::GetSmsImgCode, get_sms_img_code)
        .open(GET, "/user/pic_code", Op::PicCode, pic_code)
}

/// The picture's fields are needed where the deployment says so (contract 2.19). Newer apps have other names for them.
#[derive(Deserialize, JsonSchema)]
struct SendCode {
    region: Text,
    phone: Text,
    #[serde(alias = "picCodeId")]
    verify_id: Option<Text>,
    #[serde(alias = "picCode")]
    verify_code: Option<Text>,
}

async fn send_code(app: App, caller: Caller, input: SendCode) -> Result<Done, Error> {
    let phone = Number { region: input.region, phone: input.phone }.e164()?;
    let answer = if app.config.sealtalk.captcha_required {
        let id = input.verify_id.ok_or_else(|| Error::missing("verify_id"))?;
        let letters = input.verify_code.ok_or_else(|| Error::missing("verify_code"))?;
        Some(captcha::Answer { id: id.0, letters: letters.0 })
    } else {
        None
    };
    accounts::send_verification(&app, &caller.address, &phone, answer.as_ref()).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
struct VerifyCode {
    region: Text,
    phone: Text,
    code: Text,
}

#[derive(Serialize, JsonSchema)]
struct Verified {
    verification_token: String,
}

async fn verify_code(app: App, caller: Caller, input: VerifyCode) -> Result<Answer<Verified>, Error> {
    let phone = Number { region: input.region, phone: input.phone }.e164()?;
    let token = accounts::verify_number(&app, &caller.address, &phone, &input.code.0).await?;
    Ok(answer(Verified { verification_token: token.expose().to_owned() }))
}

#[derive(Serialize, JsonSchema)]
struct Locale {
    en: &'static str,
    zh: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct RegionItem {
    region: &'static str,
    locale: Locale,
}

async fn region_list(_: App, _: Caller, _: Nothing) -> Result<Answer<Vec<RegionItem>>, Error> {
    let item = |region: &regions::Region| RegionItem {
        region: region.code,
        locale: Locale { en: region.english, zh: region.chinese },
    };
    Ok(answer(regions::all().iter().map(item).collect()))
}

async fn check_phone_available(app: App, caller: Caller, input: Number) -> Result<Answer<bool>, Error> {
    let taken = accounts::is_taken(&app, &caller.address, &input.e164()?).await?;
    Ok(answer(!taken))
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ImageCode {
    url: String,
    verify_id: String,
}

async fn get_sms_img_code(app: App, caller: Caller, _: Nothing) -> Result<Answer<ImageCode>, Error> {
    let (verify_id, url) = captcha::publish(&app, &caller.address).await?;
    Ok(answer(ImageCode { url, verify_id }))
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PicCode {
    pic_code_id: String,
    /// A PNG in base64.
    pic_code: String,
}

async fn pic_code(app: App, caller: Caller, _: Nothing) -> Result<Answer<PicCode>, Error> {
    let picture = captcha::draw(&app, &caller.address).await?;
    Ok(answer(PicCode { pic_code_id: picture.id, pic_code: STANDARD.encode(picture.png) }))
}
