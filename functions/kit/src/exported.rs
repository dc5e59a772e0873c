//! What a person says who wants a copy of their data or the end of it, and the answer with the copy.

use crate::field::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{Error, exports::Export, values::Password};

/// The fields of a form or an object.
#[derive(Deserialize, JsonSchema)]
pub struct Asked {
    /// Of whoever has one.
    password: Option<Text>,
    /// The `next` of the archive before.
    after: Option<Text>,
}

/// The password, and where the archive begins.
pub type Checked = (Option<Password>, Option<String>);

impl Asked {
    /// The same as values. An empty `after` is the `next` of the last archive, and begins anew.
    ///
    /// # Errors
    /// [`Error::Invalid`]: an empty password.
    pub fn checked(self) -> Result<Checked, Error> {
        let password = self.password.map(|text| Password::new(&text.0, 1..=usize::MAX)).transpose();
        let after = self.after.map(|text| text.0).filter(|after| !after.is_empty());
        Ok((password.map_err(|_| Error::malformed("password"))?, after))
    }
}

/// An archive of a person's data.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Exported {
    /// The archive, and then each file that is too large for one. They are good for 15 minutes.
    urls: Vec<String>,
    /// Whether there is another archive.
    more: bool,
    /// What another call gives as `after`; empty: there is no more.
    next: String,
}

impl From<Export> for Exported {
    fn from(Export { urls, next, .. }: Export) -> Self {
        Self { urls, more: next.is_some(), next: next.unwrap_or_default() }
    }
}
