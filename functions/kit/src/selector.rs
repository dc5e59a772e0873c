//! Several operations at one path and method: a field of the request says which of them is meant.

use crate::{Call, decode};
use serde_json::Value;
use shared::Error;

/// Which requests an operation takes, of those with its path and method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// All of them: no other operation has this path and method.
    Always,
    /// Those with a field of this name and value, in the body or the query.
    Field(&'static str, &'static str),
    /// Those with a field of this name, in the body or the query, whatever its value.
    Has(&'static str),
    /// Those with a field of one of these names that no selector above this line takes.
    OtherwiseHas(&'static [&'static str]),
    /// Those that nothing else takes.
    Otherwise,
}

impl Selector {
    /// The field that is looked at.
    #[must_use]
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::Always | Self::Otherwise => None,
            Self::Field(name, _) | Self::Has(name) => Some(name),
            Self::OtherwiseHas(names) => names.first().copied(),
        }
    }

    /// Which selectors it gives way to: those of a lower rank.
    fn rank(self) -> u8 {
        match self {
            Self::Always | Self::Field(..) | Self::Has(_) => 0,
            Self::OtherwiseHas(_) => 1,
            Self::Otherwise => 2,
        }
    }

    fn fits(self, fields: &decode::Fields) -> bool {
        match self {
            Self::Always | Self::Otherwise => true,
            Self::Field(name, wanted) => fields.iter().any(|(field, value)| field == name && is(value, wanted)),
            Self::Has(name) => fields.iter().any(|(field, _)| field == name),
            Self::OtherwiseHas(names) => fields.iter().any(|(field, _)| names.contains(&field.as_str())),
        }
    }
}

/// Whether a value is this text, or a number that is written like it.
fn is(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Number(number) => number.to_string() == wanted,
        _ => false,
    }
}

/// The position of the one selector that fits a request. A single [`Selector::Always`] is not looked for in the request.
pub(crate) fn chosen(selectors: &[Selector], call: &Call) -> Result<usize, Error> {
    if selectors == [Selector::Always] {
        return Ok(0);
    }
    let body = if call.body.is_empty() { Vec::new() } else { decode::fields(call)? };
    let fields = decode::both(body, decode::query(call)?);
    let fitting: Vec<_> = selectors.iter().enumerate().filter(|(_, selector)| selector.fits(&fields)).collect();
    let first = fitting.iter().map(|(_, selector)| selector.rank()).min();
    let mut fitting = fitting.into_iter().filter(|(_, selector)| Some(selector.rank()) == first);
    match (fitting.next(), fitting.next()) {
        (Some((position, _)), None) => Ok(position),
        (None, _) => Err(Error::NoOperation),
        (Some(_), Some(_)) => Err(Error::SeveralOperations),
    }
}
