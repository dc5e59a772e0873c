//! The data folder: who may use it, and what lies where in it.

use crate::error::StartError;
use shared::{config::Secret, random::Random};
use std::{
    fmt, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A folder that only this process uses. A temporary one is removed with the value.
pub(crate) struct Folder {
    path: PathBuf,
    _lock: Option<fs::File>,
    temporary: Option<TempDir>,
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Folder").field(&self.path).finish()
    }
}

fn refused(path: &Path) -> impl FnOnce(io::Error) -> StartError {
    let path = path.to_owned();
    move |error| StartError::Folder { path, reason: error.to_string() }
}

impl Folder {
    /// Makes the folder if need be and locks it for as long as the value lives, however the process ends.
    pub(crate) fn open(path: &Path) -> Result<Self, StartError> {
        private(&mut fs::DirBuilder::new()).recursive(true).create(path).map_err(refused(path))?;
        let lock = path.join("lock");
        let file = fs::File::options().create(true).truncate(false).write(true).open(&lock).map_err(refused(path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: Some(file), temporary: None }),
            Err(fs::TryLockError::WouldBlock) => Err(StartError::FolderInUse(path.to_owned())),
            Err(fs::TryLockError::Error(error)) => Err(refused(path)(error)),
        }
    }

    /// A folder that nobody else knows, gone with the value.
    pub(crate) fn temporary() -> Result<Self, StartError> {
        let made = tempfile::Builder::new().prefix("local-").tempdir();
        let temporary = made.map_err(refused(&std::env::temp_dir()))?;
        Ok(Self { path: temporary.path().to_owned(), _lock: None, temporary: Some(temporary) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The database file; none where the data dies with the process.
    pub(crate) fn database(&self) -> Option<PathBuf> {
        self.temporary.is_none().then(|| self.path.join("dynamodb.sqlite"))
    }

    /// The folder of the objects, made if need be.
    pub(crate) fn objects(&self) -> Result<PathBuf, StartError> {
        let path = self.path.join("s3");
        fs::create_dir_all(&path).map_err(refused(&path))?;
        Ok(path)
    }

    /// The key of the hashes. It stays with the data: with another one no stored code or counter would be found again.
    pub(crate) fn hash_key(&self, random: &Random) -> Result<Secret, StartError> {
        let path = self.path.join("hash-key");
        match fs::read_to_string(&path) {
            Ok(text) if hex::decode(text.trim()).is_ok_and(|key| key.len() == 32) => Ok(Secret::new(text.trim())),
            Ok(_) => Err(refused(&path)(io::Error::other("it does not hold 64 hexadecimal digits"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let text = hex::encode(random.bytes::<32>());
                write_secret(&path, &text).map_err(refused(&path))?;
                Ok(Secret::new(text))
            }
            Err(error) => Err(refused(&path)(error)),
        }
    }
}

/// Whole or not at all: a process that dies on the way leaves no half key behind.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    let half = path.with_extension("new");
    let mut options = fs::File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&half)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&half, path)
}

/// Phone numbers lie in the folder: nobody else on the machine may look into it.
fn private(builder: &mut fs::DirBuilder) -> &mut fs::DirBuilder {
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
    builder
}
