//! Copying and erasing somebody's data, as an operator does.

use super::{Failure, OfStack, everything, user};
use clap::Args;
use shared::{App, Error, accounts, exports::Export, values::UserId};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

/// The options of a copy.
#[derive(Args, Debug)]
pub struct ExportArguments {
    /// Whose data it is.
    #[arg(value_parser = user)]
    user: UserId,
    /// The folder, which is made if it is not there.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// The options of an erasure.
#[derive(Args, Debug)]
pub struct EraseArguments {
    /// Who goes.
    #[arg(value_parser = user)]
    user: UserId,
}

impl OfStack for ExportArguments {
    fn settings() -> Vec<&'static str> {
        everything()
    }

    /// Writes archives as `1.zip`, `2.zip`, and files that are too large for one under their own names. The archives are deleted in
    /// the bucket afterwards.
    async fn run(self, app: &App, out: &mut impl Write) -> Result<(), Failure> {
        fs::create_dir_all(&self.to)?;
        let (mut after, mut number) = (None, 0);
        loop {
            let Export { keys, next, .. } = accounts::export_person(app, &self.user, after.as_deref()).await?;
            number += 1;
            for (place, key) in keys.iter().enumerate() {
                let name = if place == 0 { format!("{number}.zip") } else { key.replace('/', "_") };
                let path = self.to.join(name);
                save(app, key, &path).await?;
                writeln!(out, "{}", path.display())?;
            }
            app.storage.delete(&keys[..keys.len().min(1)]).await?;
            after = next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

impl OfStack for EraseArguments {
    fn settings() -> Vec<&'static str> {
        everything()
    }

    async fn run(self, app: &App, out: &mut impl Write) -> Result<(), Failure> {
        accounts::erase_person(app, &self.user).await?;
        Ok(writeln!(out, "erased")?)
    }
}

async fn save(app: &App, key: &str, path: &Path) -> Result<(), Failure> {
    let mut file = File::create(path)?;
    let Some(mut bytes) = app.storage.read(key).await? else { return Ok(()) };
    while let Some(some) = bytes.next().await {
        file.write_all(&some.map_err(|_| Error::Unavailable)?)?;
    }
    Ok(())
}
