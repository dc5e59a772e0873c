//! Who a client says it is where the device is the account: what the device calls itself, in a header, and beside it the token
//! that the client was given (`docs/dialects/m_user.md#devices`).

use crate::Call;
use axum::http::{HeaderMap, HeaderName, header};
use shared::{
    App, Error,
    sessions::{Claim, devices::DeviceHash},
    values::{Dialect, TokenHash},
};

/// The header that says which device it is.
pub const DEVICE: HeaderName = HeaderName::from_static("x-device-id");

/// The same as documents write it.
pub const DEVICE_NAME: &str = "X-Device-ID";

/// What many devices call themselves, and nobody's alone: an id that shipped with a fault of Android, those of emulators, the
/// address that Android gives for every other, and what stands for nothing.
const SHARED_NAMES: [&str; 11] = [
    "9774d56d682e549c",
    "0123456789abcdef",
    "012345678912345",
    "02:00:00:00:00:00",
    "emulator-5554",
    "goldfish",
    "unknown",
    "undefined",
    "anonymous",
    "android_id",
    "device-id",
];

/// The claim of a request's device, and of the token that it shows.
///
/// # Errors
/// [`Error::Invalid`] for a header that is missing, there twice, of another form (8 to 128 of `A-Z a-z 0-9 . _ : -`), or of a name
/// that many devices have.
pub fn claim(app: &App, call: &Call, dialect: Dialect) -> Result<Claim, Error> {
    let device = DeviceHash::of(app, dialect, name(&call.head.headers)?);
    Ok(Claim::of_device_and_token(dialect, device, token(&call.head.headers)))
}

fn name(headers: &HeaderMap) -> Result<&str, Error> {
    let mut given = headers.get_all(DEVICE).iter();
    let first = given.next().map(|value| value.to_str().map_or("?", str::trim));
    let name = first.filter(|name| !name.is_empty()).ok_or_else(|| Error::missing(DEVICE_NAME))?;
    if given.next().is_some() {
        return Err(Error::twice(DEVICE_NAME));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    let fits = (8..=128).contains(&name.len()) && name.bytes().all(plain);
    if fits && !is_shared(name) { Ok(name) } else { Err(Error::malformed(DEVICE_NAME)) }
}

/// Whether it can be the name of one device alone: not if it is one character over and over, or one of those that many have.
fn is_shared(name: &str) -> bool {
    let letters = || name.bytes().filter(u8::is_ascii_alphanumeric);
    let first = letters().next();
    letters().all(|byte| Some(byte) == first) || SHARED_NAMES.iter().any(|shared| shared.eq_ignore_ascii_case(name))
}

/// The token of `Authorization: Bearer`. Other schemes say nothing here; a second header is none that is right.
fn token(headers: &HeaderMap) -> Option<TokenHash> {
    let bearers = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| {
        let (scheme, token) = value.to_str().ok()?.trim().split_once(' ').unwrap_or((value.to_str().ok()?.trim(), ""));
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let bearers: Vec<&str> = bearers.collect();
    match bearers.as_slice() {
        [] => None,
        [token] => Some(TokenHash::of(token)),
        _ => Some(TokenHash::of("")),
    }
}
