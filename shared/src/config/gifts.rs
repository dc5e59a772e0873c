//! The settings of gifts.

use crate::{
    config::{BadConfig, Variables},
    values::GiftCode,
};
use std::{collections::BTreeMap, ops::RangeInclusive, str::FromStr};

/// What a gift may cost.
const PRICES: RangeInclusive<u32> = 1..=1_000_000;

/// What gifts cost, in coins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gifts {
    /// `GIFT_PRICES`: codes and prices, such as `lolly=1,rose=5`. A gift that it does not name has its usual price.
    prices: BTreeMap<GiftCode, u32>,
}

/// What a gift costs unless the deployment says otherwise.
fn usual(code: GiftCode) -> u32 {
    match code {
        GiftCode::Lolly => 1,
        GiftCode::Rose => 5,
        GiftCode::Mmd => 10,
        GiftCode::Cuke => 20,
        GiftCode::Bear => 50,
        GiftCode::BlueLover => 99,
        GiftCode::LvBag => 299,
        GiftCode::Diamond => 520,
        GiftCode::Ferrari => 1_314,
        GiftCode::Villa => 5_200,
    }
}

impl Gifts {
    /// The environment variables of these settings.
    pub const SETTINGS: [&'static str; 1] = ["GIFT_PRICES"];

    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, BadConfig> {
        variables.get("GIFT_PRICES").unwrap_or_default().parse()
    }

    /// What `cargo run` and the tests use: the usual prices.
    pub(crate) fn local() -> Self {
        Self::default()
    }

    /// The gifts and what each costs, in the order of [`GiftCode::ALL`].
    #[must_use]
    pub fn prices(&self) -> Vec<(GiftCode, u32)> {
        GiftCode::ALL.into_iter().map(|code| (code, self.price(code))).collect()
    }

    /// What a gift costs: 1 to 1,000,000 coins.
    #[must_use]
    pub fn price(&self, code: GiftCode) -> u32 {
        self.prices.get(&code).copied().unwrap_or_else(|| usual(code))
    }
}

impl FromStr for Gifts {
    type Err = BadConfig;

    /// Reads codes and prices with commas between them; each code once.
    fn from_str(list: &str) -> Result<Self, BadConfig> {
        let bad = || BadConfig {
            variable: "GIFT_PRICES",
            reason: "is no list such as lolly=1,rose=5 of prices up to 1000000",
        };
        let mut prices = BTreeMap::new();
        for entry in list.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (code, price) = entry.split_once('=').ok_or_else(bad)?;
            let code = code.trim().parse().map_err(|_| bad())?;
            let price = price.trim().parse().ok().filter(|price| PRICES.contains(price)).ok_or_else(bad)?;
            if prices.insert(code, price).is_some() {
                return Err(bad());
            }
        }
        Ok(Self { prices })
    }
}
