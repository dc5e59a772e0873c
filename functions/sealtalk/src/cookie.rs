//! The session cookie (`docs/dialects/sealtalk.md#the-session-cookie`).

use kit::cookie::SessionCookie;
use shared::{App, sessions::ROW_LIFETIME, values::Token};

/// What `register`, `login` and `verify_code_register` set.
#[must_use]
pub fn signed_in(app: &App, token: &Token) -> String {
    session(app).set(token.expose(), ROW_LIFETIME, app.clock.seconds())
}

/// What `logout` sets: the same attributes, so that browsers drop the same cookie.
#[must_use]
pub fn signed_out(app: &App) -> String {
    session(app).end()
}

fn session(app: &App) -> SessionCookie<'_> {
    let settings = &app.config.sealtalk;
    SessionCookie {
        name: &settings.cookie_name,
        domain: settings.cookie_domain.as_deref(),
        secure: settings.cookie_secure,
        same_site: settings.cookie_same_site,
    }
}
