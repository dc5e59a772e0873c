//! Copying and erasing somebody's data, as an operator does.

use super::{NoStack, config, local_clients};
use clap::Args;
use shared::{
    App, Clients, Config, Error, accounts, config::Table, exports::Export, random::Random, time::Clock, values::UserId,
};
use std::{
    io,
    path::{Path, PathBuf},
};

/// The options of a copy and of an erasure.
#[derive(Debug, Args)]
pub struct OwnArguments {
    /// Writes everything that is stored of this user into the folder --to, and ends. It is that of the server that runs on this machine at
    /// --port; with --deployed, of a deployed stack.
    #[arg(long, value_name = "USER", value_parser = user, requires = "to",
        conflicts_with_all = ["data", "ephemeral", "template", "issue_receipt", "grant", "audit_account", "erase"])]
    export: Option<UserId>,
    /// The folder, which is made if it is not there.
    #[arg(long, value_name = "DIR", requires = "export")]
    to: Option<PathBuf>,
    /// Erases everything that is stored of this user, or goes on with an erasure that was cut, and ends.
    #[arg(long, value_name = "USER", value_parser = user,
        conflicts_with_all = ["data", "ephemeral", "template", "issue_receipt", "grant", "audit_account"])]
    erase: Option<UserId>,
    /// For --export and --erase, and for reports: the stack whose tables, bucket and key the environment names as it does for its functions.
    #[arg(long)]
    deployed: bool,
}

fn user(text: &str) -> Result<UserId, &'static str> {
    UserId::try_from(text.to_owned()).map_err(|_| "wanted the 24 hex digits of a user")
}

/// What the options ask for.
#[derive(Debug)]
pub enum WantedOwn {
    /// A copy of somebody's data in a folder.
    Export(UserId, PathBuf),
    /// The end of somebody.
    Erase(UserId),
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum OwnFailure {
    /// The stack says so.
    #[error(transparent)]
    Product(#[from] Error),
    /// The folder cannot be written.
    #[error(transparent)]
    Folder(#[from] io::Error),
}

impl OwnArguments {
    /// What is asked for; `None`: neither.
    #[must_use]
    pub fn wanted(&self) -> Option<WantedOwn> {
        let export = self.export.clone().zip(self.to.clone()).map(|(uid, to)| WantedOwn::Export(uid, to));
        export.or(self.erase.clone().map(WantedOwn::Erase))
    }

    /// The application of the stack that it is for.
    ///
    /// # Errors
    /// There is none.
    pub async fn app(&self, port: u16) -> Result<App, NoStack> {
        let (config, clients) = if self.deployed {
            let own = Table::ALL.into_iter().map(Table::setting).chain(["MEDIA_BUCKET", "HASH_KEY"]);
            let config = Config::from_env(&own.collect::<Vec<_>>())?;
            let clients = Clients::from_env(&config)?;
            (config, clients)
        } else {
            (config(), local_clients(port).await?)
        };
        Ok(App::new(config, clients, Clock::default(), Random::system()))
    }
}

impl WantedOwn {
    /// Does it.
    ///
    /// # Errors
    /// [`Error::NoSuchUser`]; what the stack says; a folder that cannot be written.
    pub async fn run(self, app: &App) -> Result<(), OwnFailure> {
        match self {
            Self::Export(uid, to) => export(app, &uid, &to).await,
            Self::Erase(uid) => Ok(accounts::erase_person(app, &uid).await?),
        }
    }
}

/// Writes archives as `1.zip`, `2.zip`, and files that are too large for one under their own names. The archives are deleted in the
/// bucket afterwards.
async fn export(app: &App, uid: &UserId, to: &Path) -> Result<(), OwnFailure> {
    std::fs::create_dir_all(to)?;
    let (mut after, mut number) = (None, 0);
    loop {
        let Export { keys, next, .. } = accounts::export_person(app, uid, after.as_deref()).await?;
        number += 1;
        for (place, key) in keys.iter().enumerate() {
            let name = if place == 0 { format!("{number}.zip") } else { key.replace('/', "_") };
            save(app, key, &to.join(name)).await?;
        }
        app.storage.delete(&keys[..keys.len().min(1)]).await?;
        after = next;
        if after.is_none() {
            return Ok(());
        }
    }
}

async fn save(app: &App, key: &str, path: &Path) -> Result<(), OwnFailure> {
    let mut file = std::fs::File::create(path)?;
    let Some(mut bytes) = app.storage.read(key).await? else { return Ok(()) };
    while let Some(some) = bytes.next().await {
        io::Write::write_all(&mut file, &some.map_err(|_| Error::Unavailable)?)?;
    }
    Ok(())
}
