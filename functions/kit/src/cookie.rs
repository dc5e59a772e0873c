//! A session in a cookie: written in one form, and read in every form in which clients without a browser send it back.

use axum::http::{HeaderMap, header};
use cookie::{
    Cookie,
    time::{Duration, OffsetDateTime},
};
use shared::config::SameSite;

/// How a dialect's session cookie is set.
#[derive(Clone, Copy, Debug)]
pub struct SessionCookie<'a> {
    /// Its name.
    pub name: &'a str,
    /// The domain whose hosts get it; unset, the API's own host alone.
    pub domain: Option<&'a str>,
    /// Whether it is sent over TLS only. Without TLS a browser would throw such a cookie away.
    pub secure: bool,
    /// Which pages a browser sends it from.
    pub same_site: SameSite,
}

impl SessionCookie<'_> {
    /// The value of `Set-Cookie` that sets this value for so many seconds from `now` on. It has `Expires` as well: `Max-Age`
    /// alone would let Java's clients take it for a cookie of the kind that they send back in quotes and with a version.
    #[must_use]
    pub fn set(self, value: &str, seconds: i64, now: i64) -> String {
        self.written(value, seconds, now + seconds)
    }

    /// The value of `Set-Cookie` with the same attributes that lets browsers drop the cookie.
    #[must_use]
    pub fn end(self) -> String {
        self.written("", 0, 0)
    }

    fn written(self, value: &str, seconds: i64, expires: i64) -> String {
        let same_site = match self.same_site {
            SameSite::Lax => cookie::SameSite::Lax,
            SameSite::Strict => cookie::SameSite::Strict,
            SameSite::None => cookie::SameSite::None,
        };
        let mut cookie = Cookie::build((self.name, value))
            .path("/")
            .max_age(Duration::seconds(seconds))
            .expires(OffsetDateTime::from_unix_timestamp(expires).ok())
            .http_only(true)
            .same_site(same_site)
            .build();
        if self.secure {
            cookie.set_secure(true);
        }
        if let Some(domain) = self.domain {
            cookie.set_domain(domain);
        }
        cookie.to_string()
    }
}

/// The values of cookies of this name, without the quotes that they may be in. Some clients send the whole text of
/// `Set-Cookie` back, some leave pieces of it behind the value, and either may come in several headers: whatever else stands
/// there is passed over, text or not.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let pieces = headers.get_all(header::COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    let pairs = pieces.filter_map(|piece| std::str::from_utf8(piece).ok()?.split_once('='));
    pairs.filter(move |(key, _)| key.trim() == name).map(|(_, value)| unquoted(value.trim()))
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}
