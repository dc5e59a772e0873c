//! A session in a cookie: written in one form, and read in every form in which clients without a browser send it back.

use axum::http::{HeaderMap, header};
use cookie::{Cookie, time::Duration};
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
    /// The value of `Set-Cookie` that sets this value for so many seconds; with 0 seconds browsers drop the cookie. It has no
    /// `Expires`, because some clients split at its comma.
    #[must_use]
    pub fn set(self, value: &str, seconds: i64) -> String {
        let same_site = match self.same_site {
            SameSite::Lax => cookie::SameSite::Lax,
            SameSite::Strict => cookie::SameSite::Strict,
            SameSite::None => cookie::SameSite::None,
        };
        let mut cookie = Cookie::build((self.name, value))
            .path("/")
            .max_age(Duration::seconds(seconds))
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

/// The first value of a cookie of this name. Some clients send the whole text of `Set-Cookie` back, some leave pieces of it
/// behind the value, and either may come in several headers: whatever else stands there is passed over, text or not.
#[must_use]
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pieces = headers.get_all(header::COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    let mut pairs = pieces.filter_map(|piece| std::str::from_utf8(piece).ok()?.trim().split_once('='));
    pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value)
}
