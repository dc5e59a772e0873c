//! Country calling codes, and the list of regions (`docs/dialects/sealtalk.md#region-list`).

use std::sync::LazyLock;

/// An entry of the list. Codes repeat: some are shared by several countries.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// 1 to 4 digits, without `+`.
    pub code: &'static str,
    /// The English name.
    pub english: &'static str,
    /// The Chinese name.
    pub chinese: &'static str,
}

const LIST: &str = include_str!("../data/regions.tsv");

static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    let region = |line: &'static str| {
        let mut columns = line.split('\t');
        Some(Region { code: columns.next()?, english: columns.next()?, chinese: columns.next()? })
    };
    LIST.lines().filter_map(region).collect()
});

/// All 218 entries in the documented order.
#[must_use]
pub fn all() -> &'static [Region] {
    &REGIONS
}

/// Whether a calling code is in the list.
#[must_use]
pub fn known(code: &str) -> bool {
    REGIONS.iter().any(|region| region.code == code)
}

/// Splits the digits of an E.164 number into calling code and national number. Of several codes that fit the longest
/// counts; digits that fit none are all of them national.
#[must_use]
pub fn split(digits: &str) -> (&str, &str) {
    let longest =
        REGIONS.iter().map(|region| region.code).filter(|code| digits.starts_with(code)).max_by_key(|it| it.len());
    digits.split_at(longest.map_or(0, str::len))
}
