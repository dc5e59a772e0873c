//! What `cargo run` does besides running: three tasks, each instead of running: loading the questions, issuing a
//! receipt, and printing an OpenAPI document.

use crate::dialects;
use shared::{
    App, Clients, Config, Error,
    config::{BadConfig, Secret, Table},
    random::Random,
    time::Clock,
    values::Yuan,
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

/// Issues a receipt for coins into a table of a deployed stack, and prints it. It is shown this once: only its hash is stored.
///
/// # Errors
/// What the table says; a closed pipe, after which nobody knows the receipt.
pub async fn issue_receipt(clients: Clients, wallet_table: String, yuan: Yuan) -> Result<(), Error> {
    let mut config = config();
    config.tables.rename(Table::Wallet, wallet_table);
    let app = App::new(config, clients, Clock::default(), Random::system());
    let receipt = wallet::issue_receipt(&app, yuan).await?;
    writeln!(io::stdout().lock(), "{}", receipt.expose()).map_err(Error::internal)
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
    let document = package.openapi();
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)
}
