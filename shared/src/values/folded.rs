//! Names as searches compare them.

use super::people::folded;
use std::collections::BTreeSet;
use std::fmt;

/// So many characters of a folded name are looked in, and so many a text has at most that is looked for.
const SEARCHED: usize = 20;

/// A name as searches compare it: case, compatibility forms and what cannot be seen make no difference, and of a longer one only the
/// first 20 characters count. It may be empty: then no search finds it. It never holds a tab or another control character but the ends
/// of lines. `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoldedName(String);

impl FoldedName {
    /// Of a name that is looked in.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let cut: String = folded(name).chars().take(SEARCHED).collect();
        Self(cut.trim_end().to_owned())
    }

    /// Of a text that is looked for. `None`: no name holds it, because nothing of it can be seen, or it is longer than what is looked in.
    #[must_use]
    pub fn sought(text: &str) -> Option<Self> {
        let folded = folded(text);
        (1..=SEARCHED).contains(&folded.chars().count()).then_some(Self(folded))
    }

    /// As it is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its single characters and its pairs of neighbours, each once: at most 39, by one of which every part of the name is found.
    #[must_use]
    pub fn grams(&self) -> BTreeSet<&str> {
        let starts: Vec<usize> = self.0.char_indices().map(|(at, _)| at).chain([self.0.len()]).collect();
        let of =
            |width: usize| starts.iter().zip(starts.iter().skip(width)).filter_map(|(&from, &to)| self.0.get(from..to));
        of(1).chain(of(2)).collect()
    }

    /// The pairs among its grams, or its one character: a name that holds this one has each of them.
    #[must_use]
    pub fn widest_grams(&self) -> BTreeSet<&str> {
        let single = self.0.chars().nth(1).is_none();
        self.grams().into_iter().filter(|gram| single || gram.chars().nth(1).is_some()).collect()
    }
}

impl fmt::Debug for FoldedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FoldedName(..)")
    }
}
