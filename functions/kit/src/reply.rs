//! What a handler gives back: a body, and where the API has one a cookie.

use axum::http::{HeaderMap, HeaderValue, header};
use schemars::JsonSchema;
use serde::Serialize;
use shared::Error;

/// A body with a `Set-Cookie` header of its own.
#[derive(Debug)]
pub struct WithCookie<T> {
    /// The body.
    pub body: T,
    /// The header's whole value. Holds a secret on its way out; it is never logged.
    pub cookie: String,
}

/// Whatever a handler may give back.
pub trait Reply: Send + 'static {
    /// What is encoded.
    type Body: Serialize + JsonSchema + Send;

    /// The body and the headers that go with it.
    ///
    /// # Errors
    /// A cookie that is no header value.
    fn split(self) -> Result<(Self::Body, HeaderMap), Error>;
}

impl<T: Serialize + JsonSchema + Send + 'static> Reply for T {
    type Body = T;

    fn split(self) -> Result<(T, HeaderMap), Error> {
        Ok((self, HeaderMap::new()))
    }
}

impl<T: Serialize + JsonSchema + Send + 'static> Reply for WithCookie<T> {
    type Body = T;

    fn split(self) -> Result<(T, HeaderMap), Error> {
        let mut cookie =
            HeaderValue::try_from(self.cookie).map_err(|_| Error::internal("a cookie that is no header"))?;
        cookie.set_sensitive(true);
        Ok((self.body, HeaderMap::from_iter([(header::SET_COOKIE, cookie)])))
    }
}
