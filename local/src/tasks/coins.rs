//! Giving coins, and days of being VIP, as an operator does.

use super::{Failure, OfStack, user};
use clap::{ArgGroup, Args, value_parser};
use shared::{
    App,
    config::Table,
    values::{RequestId, UserId, Yuan},
    wallet::{self, Grant, MOST_GRANTED, MOST_VIP_DAYS},
};
use std::io::Write;

/// The options of a receipt.
#[derive(Args, Debug)]
pub struct ReceiptArguments {
    /// What it is worth: 10, 50 or 100 yuan.
    #[arg(value_parser = yuan)]
    yuan: Yuan,
}

impl OfStack for ReceiptArguments {
    fn settings() -> Vec<&'static str> {
        vec![Table::Wallet.setting()]
    }

    async fn run(self, app: &App, out: &mut impl Write) -> Result<(), Failure> {
        let receipt = wallet::issue_receipt(app, self.yuan).await?;
        Ok(writeln!(out, "{}", receipt.expose())?)
    }
}

/// The options of a grant.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("given").args(["coins", "vip_days"]).required(true).multiple(true))]
pub struct GrantArguments {
    /// Who is given something.
    #[arg(value_parser = user)]
    user: UserId,
    /// So many coins are granted, 1 to 1,000,000,000; needs --request-id.
    #[arg(long, value_name = "N", requires = "request_id", value_parser = value_parser!(u64).range(1..=MOST_GRANTED))]
    coins: Option<u64>,
    /// So many days are granted, 1 to 3,650.
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=i64::from(MOST_VIP_DAYS)))]
    vip_days: Option<u32>,
    /// Why, in 1 to 200 characters.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// What this grant is called, 1 to 64 of A-Z a-z 0-9 . _ -; the same grant under the same id is made once.
    #[arg(long, value_name = "ID", value_parser = request)]
    request_id: Option<RequestId>,
}

impl OfStack for GrantArguments {
    fn settings() -> Vec<&'static str> {
        vec![Table::Users.setting(), Table::Wallet.setting()]
    }

    async fn run(self, app: &App, out: &mut impl Write) -> Result<(), Failure> {
        let grant = Grant::new(self.coins, self.vip_days, self.reason, self.request_id);
        let grant = grant.map_err(|unfit| Failure::Unfit("--reason", unfit))?;
        wallet::grant(app, &self.user, &grant).await?;
        Ok(writeln!(out, "granted")?)
    }
}

fn yuan(text: &str) -> Result<Yuan, &'static str> {
    text.parse().map_err(|_| "wanted 10, 50 or 100")
}

fn request(text: &str) -> Result<RequestId, &'static str> {
    RequestId::try_from(text.to_owned()).map_err(|_| "wanted 1 to 64 of A-Z a-z 0-9 . _ -")
}
