//! Making an account for the reviewers of app stores, as an operator does.

use super::{Failure, OfStack};
use clap::Args;
use shared::{
    App, accounts,
    config::Table,
    values::{Dialect, Password, ReviewAccount},
};
use std::{
    io::{self, IsTerminal, Write},
    ops::RangeInclusive,
};

/// How long the password of a reviewer is, in characters.
pub const REVIEW_PASSWORD: RangeInclusive<usize> = 8..=128;

/// The options of an account.
#[derive(Args, Debug)]
pub struct ReviewerArguments {
    /// What the account is called, in 1 to 64 characters.
    #[arg(value_parser = name)]
    name: ReviewAccount,
}

impl OfStack for ReviewerArguments {
    fn settings() -> Vec<&'static str> {
        vec![Table::Users.setting(), "REFUSE_COMMON_PASSWORDS"]
    }

    async fn run(self, app: &App, out: &mut impl Write) -> Result<(), Failure> {
        let password = read_password().map_err(Failure::Password)?;
        let uid = accounts::set_review_account(app, Dialect::MUser, &self.name, &password).await?;
        Ok(writeln!(out, "{uid}")?)
    }
}

fn name(text: &str) -> Result<ReviewAccount, &'static str> {
    text.parse().map_err(|_| "wanted 1 to 64 characters")
}

/// The password that somebody types or hands over. It is never an argument, because others on the machine see those.
fn read_password() -> io::Result<Password> {
    let text = if io::stdin().is_terminal() {
        rpassword::prompt_password("password (it is not shown): ")?
    } else {
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    let wrong = |_| io::Error::new(io::ErrorKind::InvalidInput, "it has to have 8 to 128 characters");
    Password::new(&text, REVIEW_PASSWORD).map_err(wrong)
}
