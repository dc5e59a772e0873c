//! Gifts (`docs/dialects/m_user.md#gifts`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, field},
    wire::{Done, GiftField, List, PERSON, PersonField, RequestIdField, icon},
};
use kit::{Sample::Str, Signed, field::Nothing, get, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    gifts::{self, Giver},
    values::GiftCode,
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        get("/m_gift/price", "GiftPrices").about("Lists the gifts and what they cost").signed(prices),
        post("/m_gift/gifts", "GiveGift")
            .about("Gives somebody a gift for coins")
            .example(&[("to_user_id", Str(PERSON)), ("gift", Str("rose")), ("request_id", Str("g-1"))])
            .refusing(oneself)
            .signed(give),
        get("/m_gift/gifts", "ReceivedGifts")
            .about("Lists the gifts that somebody was given")
            .example(&[("user_id", Str(PERSON))])
            .signed(received),
    ])
}

#[derive(Serialize, JsonSchema)]
struct Price {
    code: &'static str,
    /// In coins.
    price: u32,
}

async fn prices(app: App, signed: Signed, _: Nothing) -> Result<List<Price>, Error> {
    let prices = gifts::prices(&app, &signed.claim).await?;
    Ok(List::of(prices.into_iter().map(|(code, price)| Price { code: code.as_str(), price })))
}

#[derive(Deserialize, JsonSchema)]
struct GiveGift {
    to_user_id: PersonField,
    gift: GiftField,
    request_id: Option<RequestIdField>,
}

/// Nobody gives anything to themselves.
fn oneself(error: &Error) -> Option<Refusal> {
    matches!(error, Error::Oneself).then(|| field("to_user_id"))
}

async fn give(app: App, signed: Signed, input: GiveGift) -> Result<Done, Error> {
    let request = input.request_id.map(|id| id.0);
    gifts::give(&app, &signed.claim, &input.to_user_id.0, input.gift.0, request.as_ref()).await?;
    Ok(Done {})
}

#[derive(Deserialize, JsonSchema)]
struct ReceivedGifts {
    user_id: PersonField,
}

/// What somebody has given.
#[derive(Serialize, JsonSchema)]
pub(crate) struct GiverItem {
    from_user: FromUser,
    gifts: Vec<GiftItem>,
}

#[derive(Serialize, JsonSchema)]
struct FromUser {
    id: String,
    icon: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct GiftItem {
    code: &'static str,
    count: u32,
}

impl GiverItem {
    /// Of a giver.
    pub(crate) fn of(giver: &Giver) -> Self {
        let gift = |(code, count): &(GiftCode, u32)| GiftItem { code: code.as_str(), count: *count };
        Self {
            from_user: FromUser { id: giver.uid.to_string(), icon: giver.person.as_ref().and_then(icon) },
            gifts: giver.gifts.iter().map(gift).collect(),
        }
    }
}

async fn received(app: App, signed: Signed, input: ReceivedGifts) -> Result<List<GiverItem>, Error> {
    let givers = gifts::received(&app, &signed.claim, &input.user_id.0).await?;
    Ok(List::of(givers.iter().map(GiverItem::of)))
}
