//! A setting that not every function has.

use std::ops::{Deref, DerefMut};

/// The value of a setting, for a function that declares it.
///
/// # Panics
/// Reading it, in a function that does not declare it: the default would be taken for what the deployment says.
#[derive(Clone, Debug)]
pub struct Setting<T> {
    variables: &'static [&'static str],
    value: Option<T>,
}

impl<T> Setting<T> {
    /// A setting that is made of these variables.
    pub(super) fn new(variables: &'static [&'static str], value: T) -> Self {
        Self { variables, value: Some(value) }
    }

    /// The same for a function that declares these variables.
    pub(super) fn only(self, declared: &[&str]) -> Self {
        let has_all = self.variables.iter().all(|variable| declared.contains(variable));
        Self { value: self.value.filter(|_| has_all), ..self }
    }

    fn undeclared(&self) -> ! {
        panic!("this function uses {}, which it does not declare", self.variables.join(", "))
    }
}

impl<T> Deref for Setting<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().unwrap_or_else(|| self.undeclared())
    }
}

/// For the local server and the tests, which change settings before anything starts.
impl<T> DerefMut for Setting<T> {
    fn deref_mut(&mut self) -> &mut T {
        match &mut self.value {
            Some(value) => value,
            None => panic!("{} is not declared", self.variables.join(", ")),
        }
    }
}
