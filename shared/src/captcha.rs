//! Pictures of letters that a person reads more easily than a program (`docs/dialects/sealtalk.md#captchas`).
//!
//! What a picture shows is stored as a keyed hash, for five minutes and for one answer, right or wrong.

mod picture;
mod rows;

use crate::{
    app::App,
    captcha::rows::Captcha,
    error::{Error, Limit},
    limits::{self, keyed_hash},
    values::Address,
};
use std::{fmt, time::Duration};
use subtle::ConstantTimeEq;

/// How long an answer is taken, in seconds (`docs/dialects/sealtalk.md#captchas`).
pub const LIFETIME: i64 = 300;

/// How many letters there are.
const LENGTH: usize = 4;

/// How long an id is, in hex digits.
const ID_DIGITS: usize = 32;

/// Letters and digits that are not taken for each other.
const ALPHABET: [char; 24] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'K', 'M', 'N', 'P', 'R', 'T', 'U', 'W', 'X', 'Y', '3', '4', '6', '7', '8',
    '9',
];

/// A picture. `Debug` shows nothing of it.
pub struct Picture {
    /// What an answer names it by.
    pub id: String,
    /// A PNG.
    pub png: Vec<u8>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Picture(..)")
    }
}

/// What somebody read in a picture; upper and lower case make no difference. `Debug` shows nothing of it.
pub struct Answer {
    /// The picture's id.
    pub id: String,
    /// The letters.
    pub letters: String,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer(..)")
    }
}

fn hash(app: &App, id: &str, letters: &str) -> String {
    keyed_hash(&app.config.hash_key, "captcha", &format!("{id}\0{}", letters.trim().to_ascii_uppercase()))
}

/// Draws a picture (`docs/dialects/sealtalk.md#captchas`). Two rounds.
///
/// # Errors
/// [`Error::TooManyRequests`].
pub async fn draw(app: &App, address: &Address) -> Result<Picture, Error> {
    let (picture, captcha) = new_picture(app, address).await?;
    rows::put_captcha(&app.store, &picture.id, &captcha).await?;
    Ok(picture)
}

/// A picture and what is to be stored of it, which is not yet. One round.
async fn new_picture(app: &App, address: &Address) -> Result<(Picture, Captcha), Error> {
    limits::count(app, &[(Limit::CaptchaAddress, address.subject())]).await?;
    let mut letters = ALPHABET;
    let letters: Vec<char> = (0..LENGTH)
        .map(|_| {
            app.random.shuffle(&mut letters);
            letters[0]
        })
        .collect();
    let id = app.random.hex::<{ ID_DIGITS / 2 }>();
    let answer = hash(app, &id, &letters.iter().collect::<String>());
    let captcha = Captcha { answer, expires_at: app.clock.seconds() + LIFETIME };
    let png = picture::png(&letters, u64::from_ne_bytes(app.random.bytes())).map_err(Error::internal)?;
    Ok((Picture { png, id }, captcha))
}

/// A picture behind a URL that is good for as long as its answer (`docs/dialects/sealtalk.md#captchas`): its id and the
/// URL. Two rounds.
///
/// # Errors
/// As [`draw`].
pub async fn publish(app: &App, address: &Address) -> Result<(String, String), Error> {
    let (Picture { id, png }, captcha) = new_picture(app, address).await?;
    // What is under this prefix is deleted after two days, whether somebody has asked for it or not.
    let key = format!("pending/captcha/{id}.png");
    // Side by side: a picture without its answer cannot be solved, an answer without its picture cannot be known.
    futures_util::try_join!(rows::put_captcha(&app.store, &id, &captcha), app.storage.put(&key, png, "image/png"))?;
    let url = app.storage.url(&key, Duration::from_secs(LIFETIME.unsigned_abs())).await?;
    Ok((id, url))
}

/// Takes an answer, the only one that the picture has. One round.
///
/// # Errors
/// [`Error::WrongCaptcha`], whatever is wrong with it.
pub(crate) async fn check(app: &App, answer: &Answer) -> Result<(), Error> {
    // Anything else is no id of a picture, and may be too long for a key.
    if answer.id.len() != ID_DIGITS || !answer.id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::WrongCaptcha);
    }
    let captcha = rows::take_captcha(&app.store, &answer.id, app.clock.seconds()).await?.ok_or(Error::WrongCaptcha)?;
    let presented = hash(app, &answer.id, &answer.letters);
    if bool::from(presented.as_bytes().ct_eq(captcha.answer.as_bytes())) { Ok(()) } else { Err(Error::WrongCaptcha) }
}
