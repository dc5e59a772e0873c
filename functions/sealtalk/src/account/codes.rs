//! Sending and checking codes, and the captchas that may stand before them
//! (`docs/dialects/sealtalk.md#verification-codes`, `docs/dialects/sealtalk.md#captchas`).

use super::fields::{Number, wrong_code};
use crate::{
    dialect::Routes,
    refusal::{Refusal, business, transport},
    wire::{Answer, Done, PHONE, answer, done},
};
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use kit::{
    Caller, Example,
    Sample::{Int, Str},
    field::{Nothing, Text},
    get, post, read,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, accounts, captcha,
    codes::{self, Policy, Purpose, Request},
    limits::Limit,
    regions,
    values::Dialect,
};
use std::future::ready;

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/user/send_code", "SendCode")
            .about("Sends a code to a number, once a captcha is solved")
            .example(&[("region", Int(86)), ("phone", Int(15_172_354_423))])
            .refusing(not_sent)
            .open(send_code),
        post("/user/send_code_yp", "SendCodeYp")
            .about("Sends a code to a number")
            .example(&[("region", Str("86")), ("phone", Str(PHONE))])
            .refusing(not_sent_by_provider)
            .open(send_code),
        post("/user/verify_code", "VerifyCode")
            .about("Proves a number with the code that it was sent")
            .example(&[("region", Str("86")), ("phone", Str(PHONE)), ("code", Str("123456"))])
            .refusing(wrong_code)
            .open(verify_code),
        post("/user/verify_code_yp", "VerifyCodeYp")
            .about("Proves a number with the code that it was sent")
            .example(&[("region", Str("86")), ("phone", Str(PHONE)), ("code", Str("123456"))])
            .refusing(wrong_code)
            .open(verify_code),
        // A client whose base address ends with a slash sends two.
        read("/user/regionlist", "RegionList")
            .about("Lists the regions that SMS are sent to")
            .examples(&[
                Example::PLAIN,
                Example { name: Some("two_slashes"), path: Some("//user/regionlist"), ..Example::PLAIN },
            ])
            .open(region_list),
        post("/user/check_phone_available", "CheckPhoneAvailable")
            .about("Tells whether a number has no account yet")
            .example(&[("region", Str("86")), ("phone", Str(PHONE))])
            .refusing(too_often)
            .open(check_phone_available),
        read("/user/get_sms_img_code", "GetSmsImgCode")
            .about("Makes a captcha")
            .changing()
            .refusing(too_often)
            .open(get_sms_img_code),
        get("/user/pic_code", "PicCode")
            .about("Makes a captcha, as a picture alone")
            .changing()
            .refusing(too_often)
            .open(pic_code),
    ])
}

/// What codes are like here (`docs/dialects/sealtalk.md#verification-codes`,
/// `docs/dialects/sealtalk.md#limits-of-codes`).
pub(super) fn policy(app: &App) -> Policy<'_> {
    let settings = &app.config.sealtalk;
    Policy {
        dialect: Dialect::SealTalk,
        digits: 6,
        lifetime: 120,
        // A day, in which a dead code is told from one that was never sent.
        remembered: 86_400,
        gap: Some(Limit::SendGap),
        per_number: &[Limit::SendDay, Limit::SendHour],
        per_address: Limit::VerificationAddress,
        captcha: settings.captcha_required,
        handles: false,
        text: &settings.code_text,
        test_code: settings.test_code.as_ref(),
    }
}

fn throttled() -> Refusal {
    business(5_000, "Throttle limit exceeded.")
}

fn too_often(error: &Error) -> Option<Refusal> {
    matches!(error, Error::TooManyRequests { .. }).then(throttled)
}

fn not_sent(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::TooManyRequests { .. } => throttled(),
        Error::RegionNotServed => transport(StatusCode::BAD_REQUEST, "Invalid region and phone number."),
        Error::WrongCaptcha => transport(StatusCode::BAD_REQUEST, "Invalid verify_code."),
        _ => return None,
    })
}

/// The codes of the SMS provider that `send_code_yp` was made for (`docs/dialects/sealtalk.md#limits-of-codes`).
fn not_sent_by_provider(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::TooManyRequests { limit } => match limit {
            Limit::SendHour => business(3_122, "More than 3 codes per hour for this phone number."),
            Limit::SendDay => business(3_117, "More than 10 codes per day for this phone number."),
            Limit::VerificationAddress => business(3_004, "Too many codes for this IP address."),
            Limit::SmsBudget => business(3_103, "The SMS balance of the day is used up."),
            _ => throttled(),
        },
        Error::RegionNotServed => business(3_120, "Unsupported country."),
        Error::SmsFailed => business(3_000, "SMS provider error."),
        other => return not_sent(other),
    })
}

/// The picture's fields are needed where the deployment says so. Newer apps have other names for them.
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
    let (address, purpose) = (&caller.address, Purpose::Any);
    let request = Request { address, phone: &phone, purpose, captcha: answer.as_ref() };
    codes::send(&app, &policy(&app), &request, ready(Ok(()))).await?;
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
    let token = codes::exchange(&app, &policy(&app), &caller.address, &phone, &input.code.0).await?;
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
