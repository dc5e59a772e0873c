//! What a handler gives back: a body, and where the API has one a cookie or another header.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
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

/// A body with a header of its own.
#[derive(Debug)]
pub struct WithHeader<T> {
    /// The body.
    pub body: T,
    /// The header's name.
    pub name: HeaderName,
    /// Its whole value. May hold a secret on its way out; it is never logged.
    pub value: String,
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

impl<T: Serialize + JsonSchema + Send + 'static> Reply for WithHeader<T> {
    type Body = T;

    fn split(self) -> Result<(T, HeaderMap), Error> {
        let mut value = HeaderValue::try_from(self.value).map_err(|_| Error::internal("a text that is no header"))?;
        value.set_sensitive(true);
        Ok((self.body, HeaderMap::from_iter([(self.name, value)])))
    }
}
