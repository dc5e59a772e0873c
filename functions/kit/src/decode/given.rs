//! The values of fields, read with an error that says what is wrong in a type instead of a text.

use crate::decode::Fields;
use serde::{
    Deserializer,
    de::{
        self, Expected, IntoDeserializer, Unexpected, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::Value;
use shared::error::Why;
use std::fmt::{self, Display};

/// What is wrong with a form, and with which of its fields where no path says so. Never holds what was sent.
#[derive(Debug)]
pub(super) struct Wrong {
    /// The field that is missing or given twice.
    pub(super) field: Option<&'static str>,
    /// What is wrong with it.
    pub(super) why: Why,
}

impl From<Why> for Wrong {
    fn from(why: Why) -> Self {
        Self { field: None, why }
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    /// An error that passes from one deserializer to another does so as text: this type's own text is read back.
    fn custom<T: Display>(message: T) -> Self {
        let message = message.to_string();
        let own = [Why::Missing, Why::Twice, Why::TooLong].into_iter().find(|why| why.to_string() == message);
        own.unwrap_or(Why::Malformed).into()
    }

    /// What a dialect counts as absent comes as null.
    fn invalid_type(unexpected: Unexpected<'_>, _: &dyn Expected) -> Self {
        if unexpected == Unexpected::Unit { Why::Missing.into() } else { Why::Malformed.into() }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { field: Some(field), why: Why::Missing }
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self { field: Some(field), why: Why::Twice }
    }
}

/// All fields of a request, to be read as a struct.
pub(super) struct Form<F> {
    /// In the order given, repeated ones included.
    pub(super) fields: Fields,
    /// Whether a field of this name with this value counts as given.
    pub(super) is_given: F,
}

impl<'de, F: Fn(&str, &Value) -> bool> Deserializer<'de> for Form<F> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let given = self.fields.into_iter().filter(|(name, value)| (self.is_given)(name, value));
        MapDeserializer::new(given.map(|(name, value)| (name, Given(value)))).deserialize_any(visitor)
    }

    /// Looks for documented fields that are given twice before any of them is left out.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        documented: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let times = |field: &str| self.fields.iter().filter(|(name, _)| name == field).count();
        match documented.iter().find(|field| times(field) > 1) {
            Some(field) => Err(de::Error::duplicate_field(field)),
            None => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// A value to be read.
pub(super) struct Given(pub(super) Value);

impl IntoDeserializer<'_, Wrong> for Given {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Given {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(yes) => visitor.visit_bool(yes),
            Value::Number(number) => number.deserialize_any(visitor).map_err(|_| Why::Malformed.into()),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(elements) => {
                let mut elements = SeqDeserializer::new(elements.into_iter().map(Given));
                let value = visitor.visit_seq(&mut elements)?;
                elements.end().map(|()| value)
            }
            Value::Object(members) => {
                let mut members = MapDeserializer::new(members.into_iter().map(|(name, value)| (name, Given(value))));
                let value = visitor.visit_map(&mut members)?;
                members.end().map(|()| value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    /// Whoever wants an object gets one: some visitors would take null for an empty one.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Object(_) => self.deserialize_any(visitor),
            Value::Null => Err(Why::Missing.into()),
            _ => Err(Why::Malformed.into()),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => Err(Why::Missing.into()),
            Value::String(text) => visitor.visit_enum(text.into_deserializer()),
            other => other.deserialize_enum(name, variants, visitor).map_err(|_| Why::Malformed.into()),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct struct identifier ignored_any
    }
}
