//! Blocks (`docs/dialects/m_user.md#blocks`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, field},
    wire::{Done, List, PERSON, PersonField, UserCard},
};
use axum::http::Method;
use kit::{Sample::Str, Signed, at, field::Nothing, get, post};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{App, Error, friends};

const PATH: &str = "/m_user/blocks";

pub(crate) fn routes() -> Routes {
    Routes::of([
        post(PATH, "Block")
            .about("Blocks somebody")
            .example(&[("user_id", Str(PERSON))])
            .refusing(oneself)
            .signed(block),
        at([Method::DELETE], PATH, "Unblock")
            .about("Takes a block away")
            .example(&[("user_id", Str(PERSON))])
            .signed(unblock),
        get(PATH, "Blocks").about("Lists whom the caller blocks").signed(blocks),
    ])
}

fn oneself(error: &Error) -> Option<Refusal> {
    matches!(error, Error::Oneself).then(|| field("user_id"))
}

#[derive(Deserialize, JsonSchema)]
struct ByPerson {
    user_id: PersonField,
}

async fn block(app: App, signed: Signed, input: ByPerson) -> Result<Done, Error> {
    friends::block_somebody_seen(&app, &signed.claim, &input.user_id.0).await.map(|()| Done {})
}

async fn unblock(app: App, signed: Signed, input: ByPerson) -> Result<Done, Error> {
    friends::unblock(&app, &signed.claim, &input.user_id.0).await.map(|()| Done {})
}

async fn blocks(app: App, signed: Signed, _: Nothing) -> Result<List<UserCard>, Error> {
    let blocked = friends::blocked_as_they_looked(&app, &signed.claim).await?;
    Ok(List::of(blocked.iter().rev().map(|(_, person)| UserCard::of(person))))
}
