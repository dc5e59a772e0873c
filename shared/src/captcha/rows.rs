//! `CAPTCHA#<id>`: what a picture shows.

use crate::{
    error::Error,
    store::{Condition, Store, Update, Written, item, keys, number, value},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// `CAPTCHA#<id>`/`CAPTCHA`: what a picture shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Captcha {
    /// A keyed hash of the letters.
    pub(crate) answer: String,
    /// From this second on it counts no more.
    pub(crate) expires_at: i64,
}

/// Stores what a picture shows.
pub(super) async fn put_captcha(store: &Store, id: &str, captcha: &Captcha) -> Result<(), Error> {
    store.put(&keys::captcha(id), item("captcha", captcha)?, None).await.map(drop)
}

/// What a picture shows, for the first who asks; from then on, and when it is too old, `None`.
pub(super) async fn take_captcha(store: &Store, id: &str, now: i64) -> Result<Option<Captcha>, Error> {
    let taken = Update::of(keys::captcha(id))
        .set("taken", AttributeValue::Bool(true))
        .when(Condition::Absent("taken"))
        .when(Condition::AtLeast("expires_at", number(now + 1)));
    match store.update(taken).await? {
        Written::Done(item) => value(item).map(Some),
        Written::Refused(_) => Ok(None),
    }
}
