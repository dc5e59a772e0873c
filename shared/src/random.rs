//! Randomness: the operating system's generator in production, a seeded one where a test wants the same run twice.

use rand::{Rng, RngExt, SeedableRng, rngs::SysRng};
use rand_chacha::ChaCha20Rng;
use std::sync::{Mutex, PoisonError};

/// A cryptographic generator that is shared by the whole application.
#[derive(Debug)]
pub struct Random(Mutex<ChaCha20Rng>);

impl Random {
    /// Seeded from the operating system.
    ///
    /// # Panics
    /// When the operating system has no randomness: nothing here may run without it.
    #[must_use]
    #[expect(clippy::expect_used, reason = "without randomness there is no safe way on")]
    pub fn system() -> Self {
        Self(Mutex::new(ChaCha20Rng::try_from_rng(&mut SysRng).expect("the system's generator")))
    }

    /// The same sequence for the same seed: for tests, and for what is made up. Never where a secret is drawn.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }

    fn with<T>(&self, draw: impl FnOnce(&mut ChaCha20Rng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.with(|rng| rng.fill_bytes(&mut bytes));
        bytes
    }

    /// `2 * N` lower-case hex digits.
    #[must_use]
    pub fn hex<const N: usize>(&self) -> String {
        hex::encode(self.bytes::<N>())
    }

    /// A number from `range`, each with the same chance.
    #[must_use]
    pub fn within(&self, range: std::ops::RangeInclusive<u32>) -> u32 {
        self.with(|rng| rng.random_range(range))
    }

    /// Puts `items` in a random order, each order with the same chance.
    pub fn shuffle<T>(&self, items: &mut [T]) {
        use rand::seq::SliceRandom;
        self.with(|rng| items.shuffle(rng));
    }
}
