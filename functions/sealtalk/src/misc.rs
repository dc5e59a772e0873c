//! What has to do with nobody (`docs/dialects/sealtalk.md#misc`).

use crate::{
    dialect::Routes,
    wire::{Answer, Done, answer, done},
};
use kit::{Caller, field::Nothing, get};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use shared::{App, Error};
use std::collections::BTreeMap;

pub(crate) fn routes() -> Routes {
    Routes::of([
        get("/misc/client_version", "ClientVersion")
            .about("Tells the newest versions of the apps")
            .open(client_version),
        get("/misc/mobile_version", "MobileVersion")
            .about("Tells the newest version for one system")
            .open(mobile_version),
        get("/misc/demo_square", "DemoSquare").about("Lists public groups and rooms").open(demo_square),
        get("/ping", "Ping").about("Answers that the server is there").open(ping),
    ])
}

/// `{"iOS":{"version","build","url"},"Android":{"version","url"}}`, as the deployment says.
#[derive(Serialize, JsonSchema)]
#[schemars(with = "BTreeMap<String, BTreeMap<String, String>>")]
struct Versions(Value);

async fn client_version(app: App, _: Caller, _: Nothing) -> Result<Versions, Error> {
    Ok(Versions(app.config.sealtalk.client_versions.clone()))
}

async fn mobile_version(app: App, _: Caller, _: Nothing) -> Result<Answer<Versions>, Error> {
    Ok(answer(Versions(app.config.sealtalk.client_versions.clone())))
}

/// No group or chat room is shown to everybody.
#[derive(Serialize, JsonSchema)]
struct SquareItem {}

async fn demo_square(_: App, _: Caller, _: Nothing) -> Result<Answer<Vec<SquareItem>>, Error> {
    Ok(answer(Vec::new()))
}

async fn ping(_: App, _: Caller, _: Nothing) -> Result<Done, Error> {
    Ok(done())
}
