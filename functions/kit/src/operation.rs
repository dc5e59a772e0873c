//! One operation from its row in the list to its answer: read, claim, decode, check, call, encode, log. The row is here; what
//! stands at it is in `handlers`.

pub(crate) mod handlers;

use crate::{
    Dialect, Selector,
    example::{Example, Examples, Samples},
};
use axum::http::{Method, request::Parts};
use shared::{App, Error};
use std::fmt;

/// The name of an operation, and the failures that it answers in words of its own.
pub struct Operation<D: Dialect> {
    /// What logs and documents call it.
    pub name: &'static str,
    refusals: fn(&Error) -> Option<D::Refusal>,
}

impl<D: Dialect> Clone for Operation<D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Dialect> Copy for Operation<D> {}

impl<D: Dialect> fmt::Debug for Operation<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What an answer may depend on besides its outcome: the request's head, the settings and the clock, the operation.
pub struct Context<'a, D: Dialect> {
    /// The application, for its settings and its clock.
    pub app: &'a App,
    /// Method, URI and headers of the request.
    pub head: &'a Parts,
    /// Absent when no operation was reached: a 404, a 405, a body that could not be read, no selector that fits.
    pub operation: Option<Operation<D>>,
}

impl<D: Dialect> fmt::Debug for Context<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl<D: Dialect> Context<'_, D> {
    /// What the operation says to this failure in words of its own.
    #[must_use]
    pub fn refusal(&self, error: &Error) -> Option<D::Refusal> {
        (self.operation?.refusals)(error)
    }
}

/// A row of the list that still lacks its handler.
pub struct At<D: Dialect> {
    methods: Vec<Method>,
    path: &'static str,
    selector: Selector,
    about: &'static str,
    examples: Examples,
    operation: Operation<D>,
    changes: bool,
    present: fn(&App) -> bool,
    holds: fn(&App) -> bool,
}

impl<D: Dialect> fmt::Debug for At<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("At").field("path", &self.path).field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// Starts a row: the operation of this name answers these methods at this path, which is in axum's notation.
///
/// With GET among them it is a read, by any of them. Others are writes: their handler sees no query.
#[must_use]
pub fn at<D: Dialect>(methods: impl Into<Vec<Method>>, path: &'static str, name: &'static str) -> At<D> {
    let operation = Operation { name, refusals: |_| None };
    let (selector, examples) = (Selector::Always, Examples::One(&[]));
    At {
        methods: methods.into(),
        path,
        selector,
        about: "",
        examples,
        operation,
        changes: false,
        present: |_| true,
        holds: |_| true,
    }
}

/// The row of an operation that is called with POST.
#[must_use]
pub fn post<D: Dialect>(path: &'static str, name: &'static str) -> At<D> {
    at([Method::POST], path, name)
}

/// The row of an operation that is called with GET.
#[must_use]
pub fn get<D: Dialect>(path: &'static str, name: &'static str) -> At<D> {
    at([Method::GET], path, name)
}

/// The row of a read that clients call with GET, and that may be called with POST as well.
#[must_use]
pub fn read<D: Dialect>(path: &'static str, name: &'static str) -> At<D> {
    at([Method::GET, Method::POST], path, name)
}

impl<D: Dialect> At<D> {
    /// The failures that this operation answers in words of its own; all others are answered as anywhere.
    #[must_use]
    pub fn refusing(mut self, refusals: fn(&Error) -> Option<D::Refusal>) -> Self {
        self.operation.refusals = refusals;
        self
    }

    /// Says that a GET changes something too: a token that is handed out anew, a limit that counts it. Pages of foreign
    /// origins are refused it then ([`crate::origin`]), and so is HEAD, which is to change nothing.
    #[must_use]
    pub fn changing(self) -> Self {
        Self { changes: true, ..self }
    }

    /// Lets the operation be there only where the deployment wants it; anywhere else there is no such path.
    #[must_use]
    pub fn only_if(self, present: fn(&App) -> bool) -> Self {
        Self { present, ..self }
    }

    /// Lets the operation be there only while this holds: otherwise every call is answered as one of a path that is not there,
    /// before anything of it is looked at.
    #[must_use]
    pub fn only_while(self, holds: fn(&App) -> bool) -> Self {
        Self { holds, ..self }
    }

    /// What the operation does, in one short sentence without its full stop: the summary in documents. Every operation has one.
    #[must_use]
    pub fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Which requests are meant, where several operations share a path and a method.
    #[must_use]
    pub fn chosen_by(self, selector: Selector) -> Self {
        Self { selector, ..self }
    }

    /// The fields of a request that clients send: the payload in `events/` and the example in the OpenAPI document. They
    /// are sent by the first method of the row.
    #[must_use]
    pub fn example(self, fields: Samples) -> Self {
        Self { examples: Examples::One(fields), ..self }
    }

    /// The same where there are several, or where one is sent in an unusual way.
    #[must_use]
    pub fn examples(self, examples: &'static [Example]) -> Self {
        Self { examples: Examples::Several(examples), ..self }
    }
}
