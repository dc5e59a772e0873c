//! What `cargo run` does besides running: eight tasks, each instead of running: loading the questions, issuing a
//! receipt, granting coins and VIP days, making an account for reviewers, copying and erasing somebody's data, working through reports, and
//! printing an OpenAPI document.

mod grants;
mod own;
mod reports;
mod reviewers;

pub use grants::{GrantArguments, GrantTables, WantedGrant, grant};
pub use own::{OwnArguments, OwnFailure, WantedOwn};
pub use reports::{ReportArguments, ReportFailure, WantedReport};
pub use reviewers::{REVIEW_PASSWORD, ReviewerArguments, WantedReviewer, read_password, set_review_account};

use crate::{
    clients::{self, Endpoints},
    dialects,
    elsewhere::Elsewhere,
    faults::Faults,
};
use shared::{
    App, Clients, Config, Error,
    config::{BadConfig, Secret, Table},
    error::causes,
    random::Random,
    time::Clock,
    values::{Token, Yuan},
    wallet,
};
use std::io::{self, Write};

/// No code or number is made or read by these tasks: any key does.
fn config() -> Config {
    Config::local(Secret::new(""))
}

/// The clients of a deployed stack, with the AWS settings of the environment.
///
/// # Errors
/// A setting that is missing.
pub fn deployed_clients() -> Result<Clients, BadConfig> {
    Clients::from_env(&config())
}

/// Loads the question pool into a table of a deployed stack.
///
/// # Errors
/// What the table says.
pub async fn seed_questions(clients: Clients, users_table: String) -> Result<(), Error> {
    let mut config = config();
    config.tables.rename(Table::Users, users_table);
    let app = App::new(config, clients, Clock::default(), Random::system());
    shared::questions::seed(&app).await
}

/// The clients of the server at a port of this machine, which says where its stand-ins are.
///
/// # Errors
/// [`NoStack::Here`].
pub async fn local_clients(port: u16) -> Result<Clients, NoStack> {
    let asked = async {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let answer = client.get(format!("http://127.0.0.1:{port}/_local/health")).send().await?;
        answer.error_for_status()?.json().await
    };
    let refused = |error: reqwest::Error| NoStack::Here { port, reason: causes(&error.without_url()) };
    let endpoints: Endpoints = asked.await.map_err(refused)?;
    Ok(clients::clients(&endpoints, &Elsewhere::default(), &config().media_bucket, &Faults::default()))
}

/// Why there is no stack that a task could work on.
#[derive(Debug, thiserror::Error)]
pub enum NoStack {
    /// A setting of AWS or of the stack is missing.
    #[error(transparent)]
    Config(#[from] BadConfig),
    /// No server of this project answers on this machine.
    #[error("no server answers at port {port}: {reason}; start it with cargo run, or name its port with --port")]
    Here {
        /// Where one was asked.
        port: u16,
        /// What came instead.
        reason: String,
    },
}

/// Issues a receipt for coins. Whoever calls has to show it: only its hash is stored. `wallet_table` is the table of a deployed
/// stack; `None`: that of this machine.
///
/// # Errors
/// What the table says.
pub async fn issue_receipt(clients: Clients, wallet_table: Option<String>, yuan: Yuan) -> Result<Token, Error> {
    let mut config = config();
    if let Some(table) = wallet_table {
        config.tables.rename(Table::Wallet, table);
    }
    let app = App::new(config, clients, Clock::default(), Random::system());
    wallet::issue_receipt(&app, yuan).await
}

/// Prints the OpenAPI document of a package: see [`dialects::packages`].
///
/// # Errors
/// No such package; a closed pipe.
pub fn print_openapi(dialect: &str) -> io::Result<()> {
    let packages = dialects::packages();
    let Some(package) = packages.iter().find(|package| package.name == dialect) else {
        let names: Vec<_> = packages.iter().map(|package| package.name).collect();
        let reason = format!("there are documents of {}", names.join(", "));
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    };
    let document = dialects::document(package)?;
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)
}
