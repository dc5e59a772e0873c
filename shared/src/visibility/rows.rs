//! Takes a person out of what was read, unless either of the two has blocked the other. The attribute `active` is that of a
//! block of `friends`, which stands above: change both together.

use crate::{
    error::Error,
    person::Profile,
    store::{self, keys},
    values::UserId,
};
use aws_sdk_dynamodb::types::AttributeValue;

/// A person, unless either of the two has blocked the other. Their profile and [`super::blocks_between`] must have been
/// asked for.
pub(crate) fn take_person(found: &mut store::Found, reader: &UserId, uid: &UserId) -> Result<Option<Profile>, Error> {
    let holds = |item: store::Item| item.get("active") == Some(&AttributeValue::Bool(true));
    let blocks: Vec<_> = super::blocks_between(reader, uid).iter().filter_map(|key| found.take(key)).collect();
    let person = found.take_as(&keys::profile(uid))?;
    Ok(person.filter(|_| !blocks.into_iter().any(holds)))
}
