//! What `cargo run` does besides running: one task and the end.

use shared::{App, Clients, Config, Error, config::Secret, random::Random, time::Clock};
use std::io::{self, Write};

/// Loads the question pool into a table of a deployed stack, with the AWS settings of the environment.
///
/// # Errors
/// A setting that is missing, or what the table says.
pub async fn seed_questions(users_table: String) -> Result<(), Error> {
    // No code, token or number is made or read here: any key does.
    let config = Config { users_table, ..Config::local(Secret::new("")) };
    let clients = Clients::from_env(&config).map_err(Error::internal)?;
    let app = App::new(config, clients, Clock::default(), Random::system());
    shared::questions::seed(&app).await
}

/// Prints the OpenAPI document of a dialect.
///
/// # Errors
/// No such dialect; a closed pipe.
pub fn print_openapi(dialect: &str) -> io::Result<()> {
    let document = match dialect {
        "lightup" => lightup::openapi(),
        "sealtalk" => sealtalk::openapi(),
        _ => return Err(io::Error::new(io::ErrorKind::InvalidInput, "the dialects are lightup and sealtalk")),
    };
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)
}
