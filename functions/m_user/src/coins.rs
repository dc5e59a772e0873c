//! What the caller can spend (`docs/dialects/m_user.md#coins`).

use crate::dialect::Routes;
use kit::{Signed, field::Nothing, get};
use schemars::JsonSchema;
use serde::Serialize;
use shared::{App, Error, wallet};

pub(crate) fn routes() -> Routes {
    Routes::of([get("/m_coin/coin_box", "CoinBox").about("Tells the coins of the caller").signed(coin_box)])
}

#[derive(Serialize, JsonSchema)]
struct CoinBox {
    amount: i64,
}

async fn coin_box(app: App, signed: Signed, _: Nothing) -> Result<CoinBox, Error> {
    let balance = wallet::balance(&app, &signed.claim).await?;
    Ok(CoinBox { amount: balance.coins })
}
