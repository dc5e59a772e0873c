//! The push protocol, as far as it is sent: packets and messages as JSON (`docs/dialects/chat.md#push-protocol`).

use crate::{
    error::Error,
    time,
    values::{MessageId, PushId, UserId},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What a packet has besides its messages, and then some.
pub(super) const ENVELOPE: usize = 80;

/// A message as it lies in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Its id.
    pub id: MessageId,
    /// Its conversation.
    pub chat: String,
    /// Who has sent it.
    pub from: UserId,
    /// Its JSON. Hidden by `Debug`.
    text: Text,
    /// It was made here: then its `info` is a list of one, or a single object, whichever its reader wants.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    made: bool,
}

/// A text that people have written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Text(String);

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Text(..)")
    }
}

/// A message on its way out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message<'a> {
    /// Its conversation.
    pub chat_id: &'a str,
    /// Who sends it.
    pub from_id: &'a UserId,
    /// To whom or which group.
    pub to_id: &'a str,
    /// What kind of message it is, as its sender has written it.
    pub r#type: &'a RawValue,
    /// What it says, as its sender has written it.
    pub info: &'a RawValue,
    /// When, as its sender has written it.
    pub create_time: &'a str,
    /// Its id.
    pub msg_id: &'a MessageId,
}

/// What a message says, one of its parts.
#[derive(Serialize)]
struct Part<'a> {
    category: u8,
    content: &'a str,
}

/// A message of this product.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// In whose name.
    pub from: &'a UserId,
    /// To whom or which group it is about.
    pub to: &'a str,
    /// Its conversation.
    pub chat: &'a str,
    /// What kind of message it is.
    pub kind: u8,
    /// What it says.
    pub content: &'a str,
    /// When, in milliseconds.
    pub at: i64,
}

impl Stored {
    /// A message of a person.
    ///
    /// # Errors
    /// None that is expected.
    pub fn of(message: &Message<'_>) -> Result<Self, Error> {
        let text = Text(serde_json::to_string(message).map_err(Error::internal)?);
        let (id, chat, from) = (message.msg_id.clone(), message.chat_id.to_owned(), message.from_id.clone());
        Ok(Self { id, chat, from, text, made: false })
    }

    /// A message of this product.
    ///
    /// # Errors
    /// None that is expected.
    pub fn made(notice: &Notice<'_>, id: &MessageId) -> Result<Self, Error> {
        let raw = |value| serde_json::value::to_raw_value(&value).map_err(Error::internal);
        let info = serde_json::value::to_raw_value(&[Part { category: 0, content: notice.content }]);
        let message = Self::of(&Message {
            chat_id: notice.chat,
            from_id: notice.from,
            to_id: notice.to,
            r#type: &raw(notice.kind)?,
            info: &info.map_err(Error::internal)?,
            create_time: &time::china_seconds(notice.at.div_euclid(1_000)),
            msg_id: id,
        })?;
        Ok(Self { made: true, ..message })
    }

    /// How many bytes its JSON has at most.
    #[must_use]
    pub fn size(&self) -> usize {
        self.text.0.len()
    }

    /// Its JSON for a reader.
    fn json(&self, object: bool) -> String {
        if !(object && self.made) {
            return self.text.0.clone();
        }
        let single = || {
            let mut message: serde_json::Value = serde_json::from_str(&self.text.0).ok()?;
            let info = message.get_mut("info")?;
            *info = info.get(0)?.clone();
            Some(message.to_string())
        };
        single().unwrap_or_else(|| self.text.0.clone())
    }
}

/// A packet whose message is a word.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Word<'a> {
    status: i64,
    push_id: String,
    message: &'a str,
}

fn word(push_id: &PushId, status: i64, message: &str) -> String {
    // A number and two texts are always JSON.
    serde_json::to_string(&Word { status, push_id: push_id.to_string(), message }).unwrap_or_default()
}

/// The return packet: what the client has sent is accepted.
#[must_use]
pub fn ok(push_id: &PushId) -> String {
    word(push_id, 1, "ok")
}

/// The packet that says what is wrong, for clients that want to know.
#[must_use]
pub fn refused(push_id: &PushId, status: i64) -> String {
    word(push_id, status, "")
}

/// The packet of messages for a reader, who may want single objects where others get a list of one.
#[must_use]
pub fn messages(push_id: &PushId, messages: &[Stored], object: bool) -> String {
    let messages: Vec<_> = messages.iter().map(|message| message.json(object)).collect();
    format!("{{\"status\":1,\"pushId\":\"{push_id}\",\"message\":[{}]}}", messages.join(","))
}
