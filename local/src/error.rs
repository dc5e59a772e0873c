//! Why a world does not start.

use std::{io, path::PathBuf};

/// A reason not to start. Its text is one line that says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program listens on the port.
    #[error("port {0} is in use; choose another with --port, or 0 for any that is free")]
    PortInUse(u16),
    /// The system refuses the port for another reason.
    #[error("cannot listen on port {port}: {reason}")]
    Port {
        /// The port asked for.
        port: u16,
        /// What the system says.
        reason: io::Error,
    },
    /// The data folder or something in it cannot be made, read or written.
    #[error("cannot use the data folder {}: {reason}", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A second process has the data folder.
    #[error("the data folder {} is in use by another process; choose another with --data", .0.display())]
    FolderInUse(PathBuf),
    /// A table on disk differs from the template.
    #[error(
        "table {table} in {} has other keys or indexes than the template; remove that folder to start afresh",
        folder.display()
    )]
    OtherDefinition {
        /// The table.
        table: String,
        /// The data folder.
        folder: PathBuf,
    },
    /// The template cannot be read, is no YAML or lacks something.
    #[error("cannot use the template {}: {reason}", path.display())]
    Template {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, on one line.
        reason: String,
    },
    /// The DynamoDB stand-in refuses something.
    #[error("the database does not start: {0}")]
    Database(String),
    /// A service that is not this process's does not answer, or lacks something.
    #[error("cannot use the services that --endpoint-dynamodb, --endpoint-s3 or the environment name: {0}")]
    Elsewhere(String),
    /// The question pool cannot be loaded.
    #[error("cannot load the questions: {0}")]
    Questions(#[from] shared::Error),
}

impl StartError {
    /// The exit code of `cargo run`: 2 for what the caller can put right, 1 for the rest.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::PortInUse(_)
            | Self::Port { .. }
            | Self::Folder { .. }
            | Self::FolderInUse(_)
            | Self::OtherDefinition { .. }
            | Self::Elsewhere(_)
            | Self::Template { .. } => 2,
            Self::Database(_) | Self::Questions(_) => 1,
        }
    }
}
