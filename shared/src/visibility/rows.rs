//! What a block between two people is, and taking a person out of what was read unless there is one. The attribute `active` is that of a
//! block of `friends`, which stands above: change both together.

use crate::{
    error::Error,
    person::Profile,
    store::{self, Condition, keys},
    values::UserId,
};
use aws_sdk_dynamodb::types::AttributeValue;

/// That a row is no block which holds: there is none, or it was lifted.
pub(super) fn no_block() -> Condition {
    Condition::Differs("active", AttributeValue::Bool(true))
}

/// Whether either of two people has blocked the other. [`super::blocks_between`] must have been asked for.
pub(crate) fn take_apart(found: &mut store::Found, reader: &UserId, uid: &UserId) -> bool {
    let holds = |item: store::Item| item.get("active") == Some(&AttributeValue::Bool(true));
    let blocks: Vec<_> = super::blocks_between(reader, uid).iter().filter_map(|key| found.take(key)).collect();
    blocks.into_iter().any(holds)
}

/// A person, unless either of the two has blocked the other. Their profile and [`super::blocks_between`] must have been
/// asked for.
pub(crate) fn take_person(found: &mut store::Found, reader: &UserId, uid: &UserId) -> Result<Option<Profile>, Error> {
    let apart = take_apart(found, reader, uid);
    let person = found.take_as(&keys::profile(uid))?;
    Ok(person.filter(|_| !apart))
}
