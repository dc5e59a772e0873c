//! The session cookie: written in one form, read in the forms that clients send back
//! (`docs/dialects/sealtalk.md#the-session-cookie`).

use axum::http::{HeaderMap, header};
use cookie::{
    Cookie,
    time::{Duration, OffsetDateTime},
};
use shared::{App, config::SameSite, sessions::ROW_LIFETIME, values::Token};

/// What `register`, `login` and `verify_code_register` set. `Max-Age` alone would let Java's clients take it for a cookie of
/// the kind that they send back in quotes and with a version.
#[must_use]
pub fn signed_in(app: &App, token: &Token) -> String {
    written(app, token.expose(), ROW_LIFETIME, app.clock.seconds() + ROW_LIFETIME)
}

/// What `logout` sets: the same attributes, so that browsers drop the same cookie.
#[must_use]
pub fn signed_out(app: &App) -> String {
    written(app, "", 0, 0)
}

fn written(app: &App, value: &str, seconds: i64, expires: i64) -> String {
    let settings = &app.config.sealtalk;
    let same_site = match settings.cookie_same_site {
        SameSite::Lax => cookie::SameSite::Lax,
        SameSite::Strict => cookie::SameSite::Strict,
        SameSite::None => cookie::SameSite::None,
    };
    let mut cookie = Cookie::build((settings.cookie_name.as_str(), value))
        .path("/")
        .max_age(Duration::seconds(seconds))
        .expires(OffsetDateTime::from_unix_timestamp(expires).ok())
        .http_only(true)
        .same_site(same_site)
        .build();
    // Only when switched on: without TLS a browser would throw a secure cookie away.
    if settings.cookie_secure {
        cookie.set_secure(true);
    }
    if let Some(domain) = &settings.cookie_domain {
        cookie.set_domain(domain.as_str());
    }
    cookie.to_string()
}

/// The values of that name, without the quotes that they may be in. Android sends the whole `Set-Cookie` text back, iOS
/// leaves pieces of it behind the value, and either may come in several headers: whatever else stands there is passed over,
/// text or not (`docs/dialects/sealtalk.md#the-session-cookie`).
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let pieces = headers.get_all(header::COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    let pairs = pieces.filter_map(|piece| std::str::from_utf8(piece).ok()?.split_once('='));
    pairs.filter(move |(key, _)| key.trim() == name).map(|(_, value)| unquoted(value.trim()))
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}
