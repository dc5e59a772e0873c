//! Codes, registering, signing in and out, passwords (contract 2.1-2.11).

use crate::{
    Op, Routes, cookie,
    refusal::business,
    wire::{Answer, GET, Nothing, POST, Text, answer, number},
};
use axum::response::Response;
use kit::{Caller, WithCookie};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    accounts::{self, NewSession},
    regions,
    values::{Dialect, Password},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .open(GET, "/user/regionlist", Op::RegionList, region_list)
        .open(POST, "/user/regionlist", Op::RegionList, region_list)
        .open(POST, "/user/login", Op::Login, login)
}

/// What these operations say in words of their own.
pub(crate) fn refusal(op: Op, error: &Error) -> Option<Response> {
    Some(match (op, error) {
        (Op::Login, Error::NoSuchUser | Error::WrongPassword | Error::TooManyRequests { .. }) => {
            business(1_000, "Invalid phone or password.")
        }
        _ => return None,
    })
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

#[derive(Deserialize, JsonSchema)]
struct Login {
    region: Text,
    phone: Text,
    password: String,
}

#[derive(Serialize, JsonSchema)]
struct SignedIn {
    id: String,
    token: String,
}

async fn login(app: App, caller: Caller, input: Login) -> Result<WithCookie<Answer<SignedIn>>, Error> {
    let phone = number(&input.region, &input.phone)?;
    let password = Password::new(input.password, 1..=usize::MAX)?;
    let session = accounts::open_session(&app, &caller.address, Dialect::SealTalk, &phone, &password).await?;
    let NewSession { profile, token, push_token } = session;
    let body = answer(SignedIn { id: profile.uid.to_string(), token: push_token.expose().to_owned() });
    Ok(WithCookie { body, cookie: cookie::signed_in(&app, &token) })
}
