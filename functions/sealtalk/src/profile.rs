//! What a person tells about themselves, and finding people (contract 2.12, 2.13, 2.22, 2.23, 2.25-2.30).

use crate::{
    Op, Routes,
    wire::{Answer, Nothing, answer, shown, signed_read},
};
use kit::Signed;
use schemars::JsonSchema;
use serde::Serialize;
use shared::{App, Error, sessions};

pub(crate) fn routes() -> Routes {
    signed_read(Routes::new(), "/user/get_poke", Op::GetPoke, get_poke)
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Poke {
    poke_status: u8,
}

async fn get_poke(app: App, signed: Signed, _: Nothing) -> Result<Answer<Poke>, Error> {
    let actor = sessions::verify(&app, &signed.claim).await?;
    Ok(answer(Poke { poke_status: shown(actor.profile().privacy.pokes) }))
}
