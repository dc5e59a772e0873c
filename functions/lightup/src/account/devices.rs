//! Push tokens (`docs/dialects/lightup.md#push-tokens`).

use crate::{
    dialect::Routes,
    wire::{Done, done},
};
use kit::{Caller, Sample::Str, Signed, post};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, devices,
    sessions::Claim,
    values::{Dialect, Unfit, UserId},
};

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/v1/account/refresh_device_token", "RefreshDeviceToken")
            .about("Remembers the token of the device for messages")
            .example(&[("device_token", Str("5fd1a9c0e2b84d37"))])
            .signed(refresh_device_token),
        post("/v1/account/refresh_device_token_lib", "RefreshDeviceTokenLib")
            .about("Remembers the token of a device, whose ever it is")
            .example(&[("device_token", Str("5fd1a9c0e2b84d37"))])
            .open(refresh_device_token_lib),
    ])
}

kit::fields! {
    /// `device_token`: 1 to 512 characters.
    DeviceToken(#[schemars(with = "String", length(min = 1, max = 512))] String) from String
        = |text| if (1..=512).contains(&text.chars().count()) { Ok(text) } else { Err(Unfit::Length) };
}

#[derive(Deserialize, JsonSchema)]
struct RefreshDeviceToken {
    device_token: DeviceToken,
}

const DEVICE_UPDATED: &str = "update device_token successfully";

async fn refresh_device_token(app: App, signed: Signed, input: RefreshDeviceToken) -> Result<Done, Error> {
    devices::register(&app, &signed.claim, &input.device_token.0).await?;
    Ok(done(DEVICE_UPDATED))
}

#[derive(Deserialize, JsonSchema)]
struct RefreshDeviceTokenLib {
    device_token: DeviceToken,
    /// With it `access_token` is required.
    #[schemars(with = "Option<String>", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    user_id: Option<UserId>,
    access_token: Option<String>,
}

async fn refresh_device_token_lib(app: App, caller: Caller, input: RefreshDeviceTokenLib) -> Result<Done, Error> {
    let claim = match (input.user_id, input.access_token) {
        (None, _) => None,
        (Some(user), Some(token)) => Some(Claim::new(Dialect::LightUp, user, &token)),
        (Some(_), None) => return Err(Error::missing("access_token")),
    };
    devices::register_for(&app, claim.as_ref(), &caller.address, &input.device_token.0).await?;
    Ok(done(DEVICE_UPDATED))
}
