//! Until when somebody is VIP: an attribute of the record, because it is shown with the person.

use crate::{
    person::{Profile, not_erasing},
    store::{Condition, Update, keys, number},
};

const DAY: i64 = 86_400;

impl Profile {
    /// How many days the person is still VIP at this second: whole days, a day that has begun counts. 0: they are not.
    #[must_use]
    pub fn vip_days_left(&self, now: i64) -> i64 {
        let left = self.vip_until.map_or(0, |until| until.saturating_sub(now)).max(0);
        left.saturating_add(DAY - 1) / DAY
    }
}

/// Lets a person be VIP so many days longer, from now or from when it would have ended, if that is as it was read and nobody is
/// erasing them.
pub(crate) fn extend_vip(person: &Profile, now: i64, days: u32) -> Update {
    let from = person.vip_until.unwrap_or_default().max(now);
    let until = from.saturating_add(i64::from(days) * DAY);
    let as_read = Condition::as_read("vip_until", person.vip_until.map(number));
    Update::of(keys::profile(&person.uid)).set("vip_until", number(until)).when(not_erasing().and(as_read))
}
