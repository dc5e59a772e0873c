//! Messages, and which conversations have been read, as clients write them (`docs/dialects/chat.md#messages`).

use super::json::{object, text};
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::{
    chat::{Kind, ReadConversation, Said},
    values::AttachmentName,
};

/// The longest `chatId`, and the longest `createTime`, in characters.
const LONGEST_NAME: usize = 64;

/// The longest text of a message, in characters.
const LONGEST_TEXT: usize = 8_000;

/// So many parts a message has at most.
const MOST_PARTS: usize = 20;

/// One of a list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'a> {
    #[serde(borrow, default)]
    chat_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    from_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    to_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    r#type: Option<&'a RawValue>,
    #[serde(borrow, default)]
    info: Option<&'a RawValue>,
    #[serde(borrow, default)]
    content: Option<&'a RawValue>,
    #[serde(borrow, default)]
    create_time: Option<&'a RawValue>,
}

/// A part of what a message says.
#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow)]
    category: &'a RawValue,
    content: String,
}

/// A string, empty where there is none; `None`: something else.
fn string(raw: Option<&RawValue>) -> Option<String> {
    match raw.filter(|raw| raw.get() != "null") {
        Some(raw) => text(raw),
        None => Some(String::new()),
    }
}

/// A small number, or the same as a string.
fn number(raw: &RawValue) -> Option<u8> {
    let digits = text(raw).unwrap_or_else(|| raw.get().to_owned());
    let plain = digits.len() == 1 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

impl Part<'_> {
    /// Whether it is one: a text, or the path of a file that was saved here.
    fn is_good(&self) -> bool {
        match number(self.category) {
            Some(0) => self.content.chars().count() <= LONGEST_TEXT,
            Some(1..=3) => AttachmentName::in_path(&self.content).is_ok(),
            _ => false,
        }
    }
}

impl Entry<'_> {
    /// Whether it says that a conversation has been read.
    pub(super) fn is_read(&self) -> bool {
        let is_ok = |raw: Option<&RawValue>| raw.and_then(text).as_deref() == Some("ok");
        is_ok(self.info) || is_ok(self.content)
    }

    /// Which.
    pub(super) fn read(&self) -> Option<ReadConversation> {
        Some(ReadConversation { from: string(self.from_id)?, to: string(self.to_id)?, chat: string(self.chat_id)? })
    }

    /// The message that it is, if each field has its form.
    pub(super) fn said(&self) -> Option<Said> {
        let name = |raw| string(raw).filter(|name| name.chars().count() <= LONGEST_NAME);
        let (kind, info) = (self.r#type?, self.info?);
        let is_object = info.get().starts_with('{');
        let parts: Vec<&RawValue> = if is_object { vec![info] } else { serde_json::from_str(info.get()).ok()? };
        let parts: Vec<Part<'_>> = parts.into_iter().map(|part| object(part.get())).collect::<Option<_>>()?;
        if !(1..=MOST_PARTS).contains(&parts.len()) || !parts.iter().all(Part::is_good) {
            return None;
        }
        Some(Said {
            chat: name(self.chat_id)?,
            from: string(self.from_id)?,
            to: string(self.to_id)?.to_ascii_lowercase(),
            kind: Kind::of(number(kind)?)?,
            written_kind: kind.to_owned(),
            info: info.to_owned(),
            is_object,
            at: name(self.create_time)?.trim().to_owned(),
        })
    }
}
