//! Conditions and updates as values, rendered into DynamoDB's expression language with placeholders throughout, so that
//! no attribute name can meet a reserved word and no value can meet the syntax.

use crate::store::keys::Key;
use aws_sdk_dynamodb::types::AttributeValue;
use std::{collections::HashMap, fmt::Write};

/// What must hold for a write to happen.
#[derive(Clone, Debug)]
pub enum Condition {
    /// The attribute is there.
    Present(&'static str),
    /// The attribute is not there.
    Absent(&'static str),
    /// The attribute has this value.
    Equals(&'static str, AttributeValue),
    /// The attribute has another value, or is not there.
    Differs(&'static str, AttributeValue),
    /// The attribute is there and below this value.
    Below(&'static str, AttributeValue),
    /// The attribute is there and at least this value.
    AtLeast(&'static str, AttributeValue),
    /// The attribute is absent, or a set of fewer than so many members.
    SmallerThan(&'static str, u32),
    /// All of them.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
}

impl Condition {
    /// `Equals` for what was read as `value`: `None` was an absent attribute.
    #[must_use]
    pub fn as_read(attribute: &'static str, value: Option<AttributeValue>) -> Self {
        value.map_or(Self::Absent(attribute), |value| Self::Equals(attribute, value))
    }

    /// Both this and the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut all) => {
                all.push(other);
                Self::All(all)
            }
            one => Self::All(vec![one, other]),
        }
    }
}

/// The placeholders of one request.
#[derive(Debug, Default)]
pub(crate) struct Placeholders {
    pub(crate) names: HashMap<String, String>,
    pub(crate) values: HashMap<String, AttributeValue>,
}

impl Placeholders {
    pub(crate) fn name(&mut self, attribute: &str) -> String {
        let placeholder = format!("#{}", attribute.replace(|c: char| !c.is_ascii_alphanumeric(), "_"));
        self.names.insert(placeholder.clone(), attribute.to_owned());
        placeholder
    }

    pub(crate) fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    pub(crate) fn condition(&mut self, condition: &Condition) -> String {
        match condition {
            Condition::Present(attribute) => format!("attribute_exists({})", self.name(attribute)),
            Condition::Absent(attribute) => format!("attribute_not_exists({})", self.name(attribute)),
            Condition::Equals(attribute, value) => self.comparison(attribute, "=", value),
            Condition::Differs(attribute, value) => self.comparison(attribute, "<>", value),
            Condition::Below(attribute, value) => self.comparison(attribute, "<", value),
            Condition::AtLeast(attribute, value) => self.comparison(attribute, ">=", value),
            Condition::SmallerThan(attribute, size) => {
                let name = self.name(attribute);
                let value = self.value(AttributeValue::N(size.to_string()));
                format!("(attribute_not_exists({name}) OR size({name}) < {value})")
            }
            Condition::All(all) => self.joined(all, " AND "),
            Condition::Any(any) => self.joined(any, " OR "),
        }
    }

    fn comparison(&mut self, attribute: &str, operator: &str, value: &AttributeValue) -> String {
        let (name, value) = (self.name(attribute), self.value(value.clone()));
        format!("{name} {operator} {value}")
    }

    fn joined(&mut self, conditions: &[Condition], word: &str) -> String {
        let parts: Vec<_> = conditions.iter().map(|condition| self.condition(condition)).collect();
        format!("({})", parts.join(word))
    }
}

/// An update of one item, made attribute by attribute.
#[derive(Clone, Debug)]
pub struct Update {
    pub(crate) key: Key,
    pub(crate) condition: Option<Condition>,
    set: Vec<(&'static str, AttributeValue)>,
    add: Vec<(&'static str, AttributeValue)>,
    remove: Vec<&'static str>,
    delete: Vec<(&'static str, AttributeValue)>,
}

impl Update {
    /// Changes nothing yet.
    #[must_use]
    pub fn of(key: Key) -> Self {
        Self { key, condition: None, set: Vec::new(), add: Vec::new(), remove: Vec::new(), delete: Vec::new() }
    }

    /// Sets an attribute.
    #[must_use]
    pub fn set(mut self, attribute: &'static str, value: AttributeValue) -> Self {
        self.set.push((attribute, value));
        self
    }

    /// Sets an attribute if there is a value; otherwise leaves it.
    #[must_use]
    pub fn set_some(self, attribute: &'static str, value: Option<AttributeValue>) -> Self {
        match value {
            Some(value) => self.set(attribute, value),
            None => self,
        }
    }

    /// Adds to a number (absent counts as 0) or members to a set.
    #[must_use]
    pub fn add(mut self, attribute: &'static str, value: AttributeValue) -> Self {
        self.add.push((attribute, value));
        self
    }

    /// Removes an attribute.
    #[must_use]
    pub fn remove(mut self, attribute: &'static str) -> Self {
        self.remove.push(attribute);
        self
    }

    /// Takes members out of a set; one that is empty then is gone.
    #[must_use]
    pub fn take_out(mut self, attribute: &'static str, members: AttributeValue) -> Self {
        self.delete.push((attribute, members));
        self
    }

    /// Only if this holds, and whatever was asked for before.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(match self.condition.take() {
            None => condition,
            Some(before) => before.and(condition),
        });
        self
    }

    pub(crate) fn render(&self, placeholders: &mut Placeholders) -> String {
        let mut text = String::new();
        let mut section = |word: &str, parts: Vec<String>| {
            if !parts.is_empty() {
                let _ = write!(text, "{word} {} ", parts.join(", "));
            }
        };
        section("SET", self.set.iter().map(|(name, value)| pair(placeholders, name, " = ", value)).collect());
        section("ADD", self.add.iter().map(|(name, value)| pair(placeholders, name, " ", value)).collect());
        section("DELETE", self.delete.iter().map(|(name, value)| pair(placeholders, name, " ", value)).collect());
        section("REMOVE", self.remove.iter().map(|name| placeholders.name(name)).collect());
        text
    }
}

fn pair(placeholders: &mut Placeholders, name: &str, between: &str, value: &AttributeValue) -> String {
    let (name, value) = (placeholders.name(name), placeholders.value(value.clone()));
    format!("{name}{between}{value}")
}
