//! Making an account for the reviewers of app stores, as an operator does.

use super::{NoStack, config, deployed_clients, local_clients};
use clap::Args;
use shared::{
    App, Clients, Error, accounts,
    config::Table,
    random::Random,
    time::Clock,
    values::{Dialect, Password, ReviewAccount, UserId},
};
use std::{
    io::{self, IsTerminal},
    ops::RangeInclusive,
};

/// How long the password of a reviewer is, in characters.
pub const REVIEW_PASSWORD: RangeInclusive<usize> = 8..=128;

/// The options of an account.
#[derive(Debug, Args)]
pub struct ReviewerArguments {
    /// Makes an account for the reviewers of app stores, or gives it another password, which is asked for or read from the first
    /// line of the input; prints its user, and ends. The server that runs on this machine at --port knows it then; with
    /// --users-table, a deployed stack.
    #[arg(long, value_name = "NAME", value_parser = name,
        conflicts_with_all = ["data", "ephemeral", "template", "issue_receipt", "grant"])]
    audit_account: Option<ReviewAccount>,
}

fn name(text: &str) -> Result<ReviewAccount, &'static str> {
    text.parse().map_err(|_| "wanted 1 to 64 characters")
}

/// An account that the options ask for.
#[derive(Debug)]
pub struct WantedReviewer {
    account: ReviewAccount,
    users_table: Option<String>,
}

impl ReviewerArguments {
    /// What the options ask for, in a table of a deployed stack or on this machine; `None`: no account.
    #[must_use]
    pub fn wanted(&self, users_table: Option<&str>) -> Option<WantedReviewer> {
        let account = self.audit_account.clone()?;
        Some(WantedReviewer { account, users_table: users_table.map(str::to_owned) })
    }
}

impl WantedReviewer {
    /// The clients of the stack that it is for: a deployed one, or that of the server at this port of this machine.
    ///
    /// # Errors
    /// There is none.
    pub async fn clients(&self, port: u16) -> Result<Clients, NoStack> {
        if self.users_table.is_some() { Ok(deployed_clients()?) } else { local_clients(port).await }
    }

    /// Makes it, and gives back its user.
    ///
    /// # Errors
    /// Those of [`set_review_account`].
    pub async fn make(self, clients: Clients, password: &Password) -> Result<UserId, Error> {
        set_review_account(clients, self.users_table, &self.account, password).await
    }
}

/// The password that somebody types or hands over. It is never an argument, because others on the machine see those.
///
/// # Errors
/// No input; another length than [`REVIEW_PASSWORD`].
pub fn read_password() -> io::Result<Password> {
    let text = if io::stdin().is_terminal() {
        rpassword::prompt_password("password (it is not shown): ")?
    } else {
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    let wrong = |_| io::Error::new(io::ErrorKind::InvalidInput, "the password has to have 8 to 128 characters");
    Password::new(&text, REVIEW_PASSWORD).map_err(wrong)
}

/// Makes an account for reviewers, or gives it another password. `users_table` is the table of a deployed stack, which takes no
/// common password; `None`: that of this machine.
///
/// # Errors
/// A common password; what the table says.
pub async fn set_review_account(
    clients: Clients,
    users_table: Option<String>,
    account: &ReviewAccount,
    password: &Password,
) -> Result<UserId, Error> {
    let mut config = config();
    if let Some(table) = users_table {
        config.tables.rename(Table::Users, table);
        *config.refuse_common_passwords = true;
    }
    let app = App::new(config, clients, Clock::default(), Random::system());
    accounts::set_review_account(&app, Dialect::MUser, account, password).await
}
