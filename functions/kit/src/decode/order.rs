//! Fields as a struct, where the first field that is wrong is told in the order in which the documents list them.

use super::{
    Fields,
    given::{Form, Wrong},
    value,
};
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::Value;
use shared::Error;
use std::cell::Cell;

/// As [`value`], but of several fields that are wrong the error names the one that the struct lists first: a field that is
/// missing as well as one that is given and wrong.
///
/// # Errors
/// As [`value`].
pub fn value_in_order<T: DeserializeOwned>(fields: Fields) -> Result<T, Error> {
    let order = order::<T>();
    let place = |name: &str| order.iter().position(|listed| *listed == name).unwrap_or(order.len());
    let mut fields: Vec<(String, Value)> = fields;
    fields.sort_by_key(|(name, _)| place(name));
    let first = match value::<T>(fields.clone()) {
        Err(Error::Invalid { field, why }) => (field, why),
        done => return done,
    };
    // A field that is given is looked at before one that is missing. So what comes before the one that is wrong is read alone:
    // if a field is missing before it, that one is told.
    let wrong = place(first.0.split(['.', '[']).next().unwrap_or_default());
    let before: Fields = fields.into_iter().filter(|(name, _)| place(name) < wrong).collect();
    match value::<T>(before) {
        Err(Error::Invalid { field, why }) if place(&field) < wrong => Err(Error::Invalid { field, why }),
        _ => Err(Error::Invalid { field: first.0, why: first.1 }),
    }
}

/// Whether a struct has no fields.
#[must_use]
pub fn takes_nothing<T: DeserializeOwned>() -> bool {
    order::<T>().is_empty()
}

/// The fields of a struct, as it lists them.
fn order<T: DeserializeOwned>() -> &'static [&'static str] {
    struct Asked<'a>(&'a Cell<&'static [&'static str]>);

    impl<'de> Deserializer<'de> for Asked<'_> {
        type Error = Wrong;

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            Form { fields: Fields::new(), is_given: |_: &str, _: &Value| true }.deserialize_any(visitor)
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            listed: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Wrong> {
            self.0.set(listed);
            self.deserialize_any(visitor)
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let listed = Cell::new(&[][..]);
    let _ = T::deserialize(Asked(&listed));
    listed.get()
}
