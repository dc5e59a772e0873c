//! Password hashes: Argon2id with OWASP's parameters, off the async threads, a few at a time.

use crate::{
    config::{Config, Setting},
    error::{Error, Unusable},
    random::Random,
    values::Password,
};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// What an unknown user's password is compared with, so that the answer takes as long as for a known one.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$tJ2DFCNSyRJqBFV2fLVDSHMPkqm4HgFa5oyqZ+06QSI";

/// A password hash in PHC form. `Debug` shows nothing of it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phc(String);

impl std::fmt::Debug for Phc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phc(..)")
    }
}

/// Hashes and compares; as many at once as there are cores, because each takes 19 MiB and a core.
///
/// How many cores there are is asked at the first hash: on Linux that reads files, which a cold start need not wait for.
#[derive(Clone, Debug)]
pub struct Hasher {
    permits: Arc<LazyLock<Semaphore>>,
    refuse_common: Setting<bool>,
}

impl Hasher {
    /// One for the whole process.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let of_cores = || Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from));
        Self { permits: Arc::new(LazyLock::new(of_cores)), refuse_common: config.refuse_common_passwords.clone() }
    }

    /// Whether a password may be set. [`Hasher::hash`] asks it by itself.
    ///
    /// # Errors
    /// [`Error::Unusable`] for a common one, where the deployment refuses these.
    pub fn accept(&self, password: &Password) -> Result<(), Error> {
        if *self.refuse_common && password.is_common() { Err(Error::Unusable(Unusable::Password)) } else { Ok(()) }
    }

    /// Hashes a password that is to be set, with a new salt.
    ///
    /// # Errors
    /// As [`Hasher::accept`]; faults.
    pub async fn hash(&self, random: &Random, password: &Password) -> Result<Phc, Error> {
        self.accept(password)?;
        let (salt, password) = (random.bytes::<16>(), password.clone());
        self.run(move || {
            let hash = Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt);
            hash.map(|hash| Phc(hash.to_string())).map_err(|error| Error::internal(error.to_string()))
        })
        .await?
    }

    /// Whether the password is the one; without a hash it takes as long and is not.
    ///
    /// # Errors
    /// Faults only.
    pub async fn matches(&self, password: &Password, stored: Option<Phc>) -> Result<bool, Error> {
        let password = password.clone();
        self.run(move || {
            let known = stored.is_some();
            let phc = stored.map_or_else(|| DUMMY.to_owned(), |phc| phc.0);
            let hash = PasswordHash::new(&phc).map_err(|error| Error::internal(error.to_string()))?;
            Ok(Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok() && known)
        })
        .await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let _permit = self.permits.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}
