//! The settings of wallets.

use crate::config::{BadConfig, Stage, Variables};

/// What coins are given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefillMode {
    /// For a receipt that an operator has issued.
    Receipt,
    /// For the asking. Never in prod.
    Sandbox,
}

/// How coins come into wallets. The name of the variable is in each field's comment.
#[derive(Clone, Debug)]
pub struct Wallet {
    /// `REFILL_MODE`: `receipt`, which is the default, or `sandbox`, which is refused at start in prod.
    pub refill_mode: RefillMode,
    /// `COINS_PER_YUAN`: so many coins are given for a yuan; 1 to 1,000,000.
    pub coins_per_yuan: u32,
}

impl Wallet {
    /// The environment variables of these settings. A function that has them also needs `STAGE`.
    pub const SETTINGS: [&'static str; 2] = ["REFILL_MODE", "COINS_PER_YUAN"];

    pub(super) fn read(variables: &Variables<'_>, stage: Stage) -> Result<Self, BadConfig> {
        let bad = |variable, reason| BadConfig { variable, reason };
        let refill_mode = match variables.get("REFILL_MODE").as_deref() {
            None | Some("receipt") => RefillMode::Receipt,
            Some("sandbox") if stage == Stage::Prod => return Err(bad("REFILL_MODE", "cannot be sandbox in prod")),
            Some("sandbox") => RefillMode::Sandbox,
            Some(_) => return Err(bad("REFILL_MODE", "is neither receipt nor sandbox")),
        };
        let coins_per_yuan = variables.number("COINS_PER_YUAN", 1)?;
        if !(1..=1_000_000).contains(&coins_per_yuan) {
            return Err(bad("COINS_PER_YUAN", "is not between 1 and 1000000"));
        }
        Ok(Self { refill_mode, coins_per_yuan })
    }

    /// What `cargo run` and the tests use.
    pub(crate) fn local() -> Self {
        Self { refill_mode: RefillMode::Receipt, coins_per_yuan: 1 }
    }
}
