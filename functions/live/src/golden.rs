//! Coins (`docs/dialects/live.md#coins`): buying them, giving them away, how many there are.

use crate::{
    dialect::Routes,
    refusal::{Refusal, refused},
    wire::{Answer, OTHER, answer, phone},
};
use kit::{
    Sample::{Int, Str},
    Selector, Signed,
    field::{Nothing, Text},
    post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    values::{Amount, E164, Note, RequestId, Yuan},
    wallet::{self, Gift, Receiver},
};

pub(crate) fn routes() -> Routes {
    // Clients that go by the headings of the first documents send both to `/friend`.
    let refills = ["/golden", "/friend"].map(|path| {
        post(path, "Refill")
            .about("Gives the coins of a receipt")
            .chosen_by(Selector::Field("refill", "1"))
            .example(&[
                ("money", Int(10)),
                ("receipt", Str("0f1e2d3c4b5a69788796a5b4c3d2e1f0")),
                ("requestId", Str("r-1")),
            ])
            .refusing(not_updated)
            .checked(Refill::checked, refill)
    });
    let gifts = ["/golden", "/friend"].map(|path| {
        post(path, "SendGift")
            .about("Gives somebody a gift for coins")
            .chosen_by(Selector::Field("send_gift", "1"))
            .example(&[
                ("value", Int(4)),
                ("object", Str(OTHER)),
                ("description", Str("rose")),
                ("requestId", Str("g-1")),
            ])
            .refusing(not_updated)
            .checked(SendGift::checked, send_gift)
    });
    let balance = post("/golden", "Balance")
        .about("Tells the coins of the caller")
        .chosen_by(Selector::Field("balance", "1"))
        .signed(balance);
    Routes::of(refills.into_iter().chain(gifts).chain([balance]))
}

/// Whatever is wrong but the session has one code here.
fn not_updated(error: &Error) -> Option<Refusal> {
    let message = match error {
        Error::SignedOut => return None,
        Error::ReceiptMissing => "payment required",
        _ => "update failed",
    };
    Some(refused("0013").saying(message))
}

/// What was done, and how many coins there are now.
#[derive(Serialize, JsonSchema)]
struct Updated {
    result: &'static str,
    message: (),
    coins: i64,
}

fn updated(coins: i64) -> Updated {
    Updated { result: "0000", message: (), coins }
}

fn request_id(text: Option<Text>) -> Result<Option<RequestId>, Error> {
    text.map(|text| RequestId::try_from(text.0).map_err(|_| Error::malformed("requestId"))).transpose()
}

#[derive(Deserialize, JsonSchema)]
struct Refill {
    /// 10, 50 or 100 yuan; `元` may follow.
    money: Text,
    receipt: Option<Text>,
    #[serde(rename = "requestId")]
    request_id: Option<Text>,
}

impl Refill {
    fn checked(self) -> Result<(Yuan, Option<String>, Option<RequestId>), Error> {
        let money = self.money.0.trim();
        let money = money.strip_suffix('元').unwrap_or(money).trim();
        let yuan = money.parse().map_err(|_| Error::malformed("money"))?;
        Ok((yuan, self.receipt.map(|receipt| receipt.0), request_id(self.request_id)?))
    }
}

async fn refill(
    app: App,
    signed: Signed,
    (yuan, receipt, request): (Yuan, Option<String>, Option<RequestId>),
) -> Result<Updated, Error> {
    let refill = wallet::Refill { yuan, receipt: receipt.as_deref(), request };
    Ok(updated(wallet::refill(&app, &signed.claim, &refill).await?.coins))
}

/// So many coins a gift has at most.
const MOST: u64 = 1_000_000;

#[derive(Deserialize, JsonSchema)]
struct SendGift {
    /// 1 to 1,000,000 coins, without signs, spaces or leading zeros.
    value: Text,
    object: Text,
    #[schemars(length(max = 200))]
    description: Text,
    #[serde(rename = "requestId")]
    request_id: Option<Text>,
}

/// A gift as it was asked for.
struct Asked {
    amount: Amount,
    to: E164,
    note: Note,
    request: Option<RequestId>,
}

impl SendGift {
    fn checked(self) -> Result<Asked, Error> {
        let digits = &self.value.0;
        let plain = digits.len() <= 7 && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
        let coins = digits.parse().ok().filter(|coins| plain && *coins <= MOST);
        let amount = coins.and_then(|coins| Amount::new(coins).ok()).ok_or_else(|| Error::malformed("value"))?;
        let to = phone(&self.object.0).map_err(|_| Error::malformed("object"))?;
        let note = Note::try_from(self.description.0).map_err(|_| Error::malformed("description"))?;
        Ok(Asked { amount, to, note, request: request_id(self.request_id)? })
    }
}

async fn send_gift(app: App, signed: Signed, asked: Asked) -> Result<Updated, Error> {
    let Asked { amount, to, note, request } = asked;
    let gift = Gift { to: Receiver::Number(&to), amount, note, request };
    Ok(updated(wallet::give(&app, &signed.claim, &gift).await?.coins))
}

#[derive(Serialize, JsonSchema)]
struct Coins {
    coins: i64,
}

async fn balance(app: App, signed: Signed, _: Nothing) -> Result<Answer<Coins>, Error> {
    let balance = wallet::balance(&app, &signed.claim).await?;
    Ok(answer(Coins { coins: balance.coins }))
}
