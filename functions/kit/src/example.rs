//! Examples of requests. They stand on the rows of the list, as fields that an operation takes, and are written nowhere
//! else: the payloads in `events/` and the examples in the OpenAPI documents are made of them.
//!
//! A function that answers requests never reads them. They are constants, so that a row costs it no more at start.

mod request;

pub use request::Request;

use serde_json::Value;
use std::fmt;

/// The fields of a request, whatever way they are sent: the ones that the path names stand in the path, the others in the
/// query of a GET and in the body of any other method.
pub type Samples = &'static [(&'static str, Sample)];

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// A file, which a multipart body alone can hold; anywhere else its name stands for it.
    File {
        /// What the client calls it.
        name: &'static str,
        /// Its type.
        content_type: &'static str,
        /// What is in it.
        bytes: &'static [u8],
    },
    /// A text.
    Str(&'static str),
    /// A number, which is the same as its digits where all fields are texts.
    Int(i64),
    /// A list: JSON in a form, the name once for each element in a query.
    List(&'static [Self]),
    /// An object: JSON in a form.
    Map(Samples),
}

/// As JSON, the fields in the order in which they are written.
impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str(text) | Self::File { name: text, .. } => write!(f, "{}", Value::from(*text)),
            Self::Int(number) => write!(f, "{number}"),
            Self::List(elements) => {
                let elements: Vec<_> = elements.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", elements.join(","))
            }
            Self::Map(fields) => {
                let fields = fields.iter().map(|(name, value)| format!("{}:{value}", Value::from(*name)));
                write!(f, "{{{}}}", fields.collect::<Vec<_>>().join(","))
            }
        }
    }
}

impl From<Sample> for Value {
    fn from(sample: Sample) -> Self {
        match sample {
            Sample::Str(text) | Sample::File { name: text, .. } => text.into(),
            Sample::Int(number) => number.into(),
            Sample::List(elements) => elements.iter().copied().map(Self::from).collect(),
            Sample::Map(fields) => fields.iter().map(|(name, value)| (*name, Self::from(*value))).collect(),
        }
    }
}

impl Sample {
    /// A picture: the smallest PNG that every reader opens, of one transparent point.
    pub const PICTURE: Self = Self::File {
        name: "me.png",
        content_type: "image/png",
        bytes: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
            \0\0\0\x0bIDATx\xdac`\0\x02\0\0\x05\0\x01\xe9\xfa\xdc\xd8\0\0\0\0IEND\xaeB`\x82",
    };

    /// As it stands in a form: a text and a number as they are, the others as JSON.
    fn text(self) -> String {
        match self {
            Self::Str(text) | Self::File { name: text, .. } => text.to_owned(),
            other => other.to_string(),
        }
    }

    /// What stands for it in a query or a path, where a list gives its name once for each element.
    pub(crate) fn each(&self) -> &[Self] {
        match self {
            Self::List(elements) => elements,
            one => std::slice::from_ref(one),
        }
    }
}

/// One example of a request. The session is not in it: a row for somebody signed in gets that of [`Dialect::SESSION`].
///
/// [`Dialect::SESSION`]: crate::Dialect::SESSION
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it is called, where an operation has several; otherwise it is called after the path.
    pub name: Option<&'static str>,
    /// The fields.
    pub fields: Samples,
    /// The content type of the body, where it is not the first that the dialect takes.
    pub body: Option<&'static str>,
    /// The path as clients write it, where that is not the row's.
    pub path: Option<&'static str>,
}

impl Example {
    /// A request without fields.
    pub const PLAIN: Self = Self { name: None, fields: &[], body: None, path: None };
}

/// The examples of an operation.
#[derive(Clone, Copy, Debug)]
pub enum Examples {
    /// One, which is called after the path.
    One(Samples),
    /// Several, or one that is sent in an unusual way.
    Several(&'static [Example]),
}

impl Examples {
    /// Each of them.
    pub(crate) fn each(self) -> Vec<Example> {
        match self {
            Self::One(fields) => vec![Example { fields, ..Example::PLAIN }],
            Self::Several(examples) => examples.to_vec(),
        }
    }
}
