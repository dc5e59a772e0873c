//! The access keys of tests. DynamoDB Local keeps the tables of each access key apart, and lets go of none before it ends: a key for each
//! of a thousand worlds would leave it with thousands of threads. So a key is lent, and goes to another world some time after the end
//! of the one before.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// So many others are lent before a key is lent again: a call of its last world may still be under way.
const RESTING: usize = 6;

/// The keys that are not lent, the one that has rested longest first.
static FREE: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// The access key of a test's world, which has its tables for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey(Arc<Key>);

#[derive(Debug, PartialEq, Eq)]
struct Key {
    id: String,
    /// Whether it goes to another world when nobody has it any longer.
    is_lent: bool,
    /// Whether another world had it before.
    is_used: bool,
}

impl AccessKey {
    /// One that is lent; `new` makes one if there is none.
    pub(crate) fn lent(new: impl FnOnce() -> String) -> Self {
        let free = Some(&mut *free()).filter(|free| free.len() > RESTING).and_then(|free| free.pop_front());
        let is_used = free.is_some();
        Self(Arc::new(Key { id: free.unwrap_or_else(new), is_lent: true, is_used }))
    }

    /// One of this name, for whoever finds their tables again by it.
    #[must_use]
    pub fn named(id: impl Into<String>) -> Self {
        Self(Arc::new(Key { id: id.into(), is_lent: false, is_used: false }))
    }

    pub(crate) fn id(&self) -> &str {
        &self.0.id
    }

    /// Whether there may be tables of another world.
    pub(crate) fn is_used(&self) -> bool {
        self.0.is_used
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        if self.is_lent {
            free().push_back(std::mem::take(&mut self.id));
        }
    }
}

fn free() -> MutexGuard<'static, VecDeque<String>> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}
