//! What has to do with nobody (contract 3.3, 3.4).

use crate::{
    Op, Routes,
    wire::{Answer, Done, GET, Nothing, answer, done},
};
use kit::Caller;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use shared::{App, Error};
use std::collections::BTreeMap;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .open(GET, "/misc/client_version", Op::ClientVersion, client_version)
        .open(GET, "/misc/mobile_version", Op::MobileVersion, mobile_version)
        .open(GET, "/misc/demo_square", Op::DemoSquare, demo_square)
        .open(GET, "/ping", Op::Ping, ping)
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
