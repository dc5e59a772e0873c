//! Receipts and grants: issuing the one, making the other, and what somebody's accounts hold.

use super::{
    Console,
    fields::{Query, form, link},
    frame::{Section, failed, heading, outcome, page},
    people::table_rows,
    shown,
    tables::{After, Row, whole, word},
};
use axum::{body::Bytes, extract::State, response::Response};
use maud::{Markup, html};
use serde::Deserialize;
use shared::{
    Error,
    config::Table,
    store::keys,
    values::{RequestId, UserId, Yuan},
    wallet::{self, Grant},
};
use std::collections::BTreeMap;

/// Rows on one page: of somebody, or receipts.
const PAGE: usize = 50;

/// What receipts are worth, in yuan.
const WORTHS: [u64; 3] = [10, 50, 100];

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    user: String,
    /// Behind which receipt or grant the list begins.
    pk: String,
    sk: String,
}

/// How it went: a text, and a receipt where one was issued, which is shown once.
#[derive(Default)]
struct Said {
    granted: Option<Result<String, String>>,
    issued: Option<Result<String, String>>,
}

pub(super) async fn page_of_wallet(State(console): State<Console>, Query(asked): Query<Asked>) -> Response {
    let after = After { pk: asked.pk, sk: asked.sk };
    show(&console, asked.user.trim(), &after, &Said::default()).await
}

#[derive(Deserialize)]
pub(super) struct Issued {
    amount: u64,
}

/// Issues a receipt.
pub(super) async fn issue(State(console): State<Console>, body: Bytes) -> Response {
    let asked = form(&body).and_then(|Issued { amount }| Yuan::try_from(amount).ok());
    let issued = match asked {
        Some(yuan) => wallet::issue_receipt(&console.app, yuan).await.map_err(|error| error.to_string()),
        None => Err("A receipt is worth 10, 50 or 100 yuan.".to_owned()),
    };
    let issued = issued.map(|receipt| receipt.expose().to_owned());
    show(&console, "", &After::default(), &Said { issued: Some(issued), ..Said::default() }).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Granted {
    user: String,
    coins: String,
    vip_days: String,
    reason: String,
    request_id: String,
}

impl Granted {
    fn grant(&self) -> Result<(UserId, Grant), &'static str> {
        let number = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::parse);
        let uid = UserId::try_from(self.user.trim().to_owned()).map_err(|_| "The user has no id of 24 digits.")?;
        let coins = number(&self.coins).transpose().map_err(|_| "The coins are no number.")?;
        let days = number(&self.vip_days).transpose().map_err(|_| "The VIP days are no number.")?;
        let days = days.map(|days| u32::try_from(days).unwrap_or(u32::MAX));
        let request =
            Some(self.request_id.trim()).filter(|id| !id.is_empty()).map(|id| RequestId::try_from(id.to_owned()));
        let request = request.transpose().map_err(|_| "An id has 1 to 64 of A-Z a-z 0-9 . _ -")?;
        let grant = Grant::new(coins, days, self.reason.clone(), request);
        let grant = grant
            .map_err(|_| "Wanted: 1 to 1000000000 coins, or 1 to 3650 days, or both; a reason; an id for coins.")?;
        Ok((uid, grant))
    }
}

/// Makes a grant.
pub(super) async fn grant(State(console): State<Console>, body: Bytes) -> Response {
    let asked: Granted = form(&body).unwrap_or_default();
    let granted = match asked.grant() {
        Err(wrong) => Err(wrong.to_owned()),
        Ok((uid, grant)) => match wallet::grant(&console.app, &uid, &grant).await {
            Ok(()) => Ok("The grant was made. The same grant under the same id is made once.".to_owned()),
            Err(Error::NoSuchUser) => Err("There is no such user.".to_owned()),
            Err(error) => Err(error.to_string()),
        },
    };
    show(&console, asked.user.trim(), &After::default(), &Said { granted: Some(granted), ..Said::default() }).await
}

async fn show(console: &Console, user: &str, after: &After, said: &Said) -> Response {
    let rows = match UserId::try_from(user.to_owned()) {
        Ok(uid) => {
            let many = i32::try_from(PAGE).unwrap_or(i32::MAX);
            console.tables.partition(Table::Wallet, &keys::partition(&uid), &After::default(), many).await
        }
        Err(_) => Ok(super::tables::Page::default()),
    };
    let receipt = |row: &Row| word(row, "pk").is_some_and(|pk| pk.starts_with("RECEIPT#") || pk.starts_with("GRANT#"));
    let receipts = console.tables.scan(Table::Wallet, after, PAGE, receipt).await;
    let (rows, receipts) = match (rows, receipts) {
        (Ok(rows), Ok(receipts)) => (rows.rows, receipts),
        (Err(reason), _) | (_, Err(reason)) => return failed(console, Section::Wallet, &reason),
    };
    let content = html! {
        (heading("Wallet", "What an operator does: receipts for coins, and grants of coins and VIP days."))
        div.columns {
            (grants(console, user, said, &rows))
            (issues(said))
        }
        @if !user.is_empty() && !rows.is_empty() { (table_rows(console.tables.name(Table::Wallet), &rows)) }
        @if !receipts.rows.is_empty() {
            section.rows {
                h2 { "Receipts and grants" }
                (super::people::shown_rows(console.tables.name(Table::Wallet), &receipts.rows, true, ""))
                @if let Some(After { pk, sk }) = &receipts.next {
                    p.more { a href=(link("/console/wallet", &[("user", user), ("pk", pk), ("sk", sk)])) { "More" } }
                }
            }
        }
    };
    page(console, Section::Wallet, "Wallet", &content)
}

/// What each account holds, shares together.
fn balances(rows: &[Row]) -> BTreeMap<&str, i64> {
    let mut balances = BTreeMap::new();
    for (account, held) in rows.iter().filter_map(|row| Some((word(row, "account")?, whole(row, "balance")?))) {
        *balances.entry(account).or_default() += held;
    }
    balances
}

fn grants(console: &Console, user: &str, said: &Said, rows: &[Row]) -> Markup {
    // A number that no grant had before, so that whoever presses twice grants once.
    let id = format!("console-{}", console.app.clock.millis());
    let balances = balances(rows);
    html! {
        section.card aria-labelledby="grant-title" {
            h2 #grant-title { "Grant" }
            p.muted { "To somebody whom the page " a href="/console/people" { "People" } " finds by number or name." }
            (outcome(said.granted.as_ref()))
            @if !user.is_empty() {
                p #balance {
                    @if balances.is_empty() { "This user's accounts are empty." }
                    @for (account, held) in &balances { span.sum { (account) " " strong { (held) } } " " }
                    " " a href=(shown::person_path(user)) { "All rows" }
                }
            }
            form method="post" action="/console/wallet/grants" {
                label { "User id" input name="user" value=(user) required pattern="[0-9a-f]{24}" autocomplete="off"; }
                div.pair {
                    label { "Coins" input name="coins" inputmode="numeric" autocomplete="off"; }
                    label { "VIP days" input name="vip_days" inputmode="numeric" autocomplete="off"; }
                }
                label { "Reason" input name="reason" required maxlength="200" value="from the console"; }
                label { "Grant id" input name="request_id" value=(id) autocomplete="off"; }
                button type="submit" { "Grant" }
            }
        }
    }
}

fn issues(said: &Said) -> Markup {
    html! {
        section.card aria-labelledby="receipt-title" {
            h2 #receipt-title { "Receipt" }
            p.muted { "Whoever shows it first is given the coins. It is shown here once; only its hash is stored." }
            @match &said.issued {
                Some(Ok(receipt)) => p.code role="status" {
                    code #receipt { (receipt) }
                    button.quiet type="button" data-copy=(receipt) hidden { "Copy" }
                },
                other => (outcome(other.as_ref())),
            }
            form method="post" action="/console/wallet/receipts" {
                label { "Worth"
                    select name="amount" { @for worth in WORTHS { option value=(worth) { (worth) " yuan" } } }
                }
                button type="submit" { "Issue a receipt" }
            }
        }
    }
}
