//! What the command line does besides running the server: commands of operators, each over the server of this machine or a deployed
//! stack, and what is made from the dialects' operations.
//!
//! | module | what it holds |
//! |---|---|
//! | `stack` | which stack a command is for |
//! | `coins` | receipts and grants |
//! | `reviewers` | accounts for the reviewers of app stores |
//! | `own` | copying and erasing somebody's data |
//! | `reports` | working through what people have reported |

mod coins;
mod own;
mod reports;
mod reviewers;
mod stack;

pub use coins::{GrantArguments, ReceiptArguments};
pub use own::{EraseArguments, ExportArguments};
pub use reports::{DecideArguments, ReportArguments, ReportsArguments};
pub use reviewers::{REVIEW_PASSWORD, ReviewerArguments};
pub use stack::{InStack, NoStack, OfStack, Stack};

use crate::{dialects, events};
use clap::{Args, FromArgMatches, Subcommand};
use shared::{
    App, Error,
    config::Table,
    values::{Unfit, UserId},
};
use std::{
    io::{self, Write},
    path::PathBuf,
};

/// What is done in the place of running the server.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Issues a receipt for coins and prints it; it is not shown again, because only its hash is stored.
    Receipt(InStack<ReceiptArguments>),
    /// Grants somebody coins or VIP days or both.
    Grant(InStack<GrantArguments>),
    /// Makes an account for the reviewers of app stores, or gives it another password, and prints its user. The password is asked for,
    /// or read from the first line of the input.
    Reviewer(InStack<ReviewerArguments>),
    /// Writes everything that is stored of somebody into a folder, and prints what was written.
    Export(InStack<ExportArguments>),
    /// Erases everything that is stored of somebody, or goes on with an erasure that was cut.
    Erase(InStack<EraseArguments>),
    /// Prints the reports that nobody has decided about, the oldest first, 20 at a time, each as a JSON object.
    Reports(InStack<ReportsArguments>),
    /// Prints one report with what was decided about it.
    Report(InStack<ReportArguments>),
    /// Records a decision about a report. The same decision again is recorded once, another is refused.
    Decide(InStack<DecideArguments>),
    /// Loads the question pool into a stack; again it changes nothing.
    Questions(InStack<QuestionsArguments>),
    /// Prints the OpenAPI document of a dialect.
    Openapi(OpenapiArguments),
    /// Writes the payloads of API Gateway into a folder, one per example of an operation.
    Events(EventsArguments),
}

/// Loading the question pool takes nothing but the stack.
#[derive(Args, Debug)]
pub struct QuestionsArguments {}

impl OfStack for QuestionsArguments {
    fn settings() -> Vec<&'static str> {
        vec![Table::Users.setting()]
    }

    async fn run(self, app: &App, _: &mut impl Write) -> Result<(), Failure> {
        Ok(shared::questions::seed(app).await?)
    }
}

/// The options of printing a document.
#[derive(Args, Debug)]
pub struct OpenapiArguments {
    /// Such as lightup.
    dialect: String,
}

/// The options of writing payloads.
#[derive(Args, Debug)]
pub struct EventsArguments {
    /// The folder.
    folder: PathBuf,
}

/// Why a task is not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no stack to do it in.
    #[error(transparent)]
    NoStack(#[from] NoStack),
    /// What was given for this option is not allowed.
    #[error("{0}: {1}")]
    Unfit(&'static str, Unfit),
    /// There is no password to be had.
    #[error("the password cannot be read")]
    Password(#[source] io::Error),
    /// The stack refuses it or fails.
    #[error(transparent)]
    Product(#[from] Error),
    /// A file cannot be written, or nobody reads what is printed.
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl Failure {
    /// The exit code: 2 where the caller has to say something else, 1 otherwise.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NoStack(NoStack::Config(_)) | Self::Unfit(..) | Self::Password(_) => 2,
            Self::NoStack(NoStack::Here { .. }) | Self::Product(_) | Self::Output(_) => 1,
        }
    }
}

impl Task {
    /// Reads a command line, without the name of the program.
    ///
    /// # Errors
    /// What is wrong with it, as a command line is told.
    pub fn parse(line: &[&str]) -> Result<Self, clap::Error> {
        let command = Self::augment_subcommands(clap::Command::new("local").no_binary_name(true));
        Self::from_arg_matches(&command.try_get_matches_from(line)?)
    }

    /// Does it, in the stack that it names or, where an application is given, in that one, and prints what there is to be read.
    ///
    /// # Errors
    /// Those of [`Failure`].
    pub async fn run(self, app: Option<&App>, out: &mut impl Write) -> Result<(), Failure> {
        match self {
            Self::Receipt(task) => task.run(app, out).await,
            Self::Grant(task) => task.run(app, out).await,
            Self::Reviewer(task) => task.run(app, out).await,
            Self::Export(task) => task.run(app, out).await,
            Self::Erase(task) => task.run(app, out).await,
            Self::Reports(task) => task.run(app, out).await,
            Self::Report(task) => task.run(app, out).await,
            Self::Decide(task) => task.run(app, out).await,
            Self::Questions(task) => task.run(app, out).await,
            Self::Openapi(OpenapiArguments { dialect }) => Ok(print_openapi(&dialect, out)?),
            Self::Events(EventsArguments { folder }) => Ok(events::write(&folder)?),
        }
    }
}

/// Prints the OpenAPI document of a package: see [`dialects::packages`].
fn print_openapi(dialect: &str, out: &mut impl Write) -> io::Result<()> {
    let packages = dialects::packages();
    let Some(package) = packages.iter().find(|package| package.name == dialect) else {
        let names: Vec<_> = packages.iter().map(|package| package.name).collect();
        let reason = format!("there are documents of {}", names.join(", "));
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    };
    let document = dialects::document(package)?;
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Everything that a person has somewhere.
fn everything() -> Vec<&'static str> {
    Table::ALL.into_iter().map(Table::setting).chain(["MEDIA_BUCKET", "HASH_KEY"]).collect()
}

fn user(text: &str) -> Result<UserId, &'static str> {
    UserId::try_from(text.to_owned()).map_err(|_| "wanted the 24 hex digits of a user")
}
