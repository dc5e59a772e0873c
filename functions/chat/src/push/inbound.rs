//! What a text of a client is (`docs/dialects/chat.md#what-a-text-is`): the first that fits.

use super::{
    entry::Entry,
    json::{is_too_deep, object, text},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::{
    chat::{MOST_MESSAGES, ReadConversation, Said},
    values::PushId,
};

/// The longest text that is read, in bytes.
const LONGEST: usize = 32 << 10;

/// What a text is.
#[derive(Debug)]
pub(super) enum Inbound {
    /// No packet.
    Garbage,
    /// A packet in somebody else's name.
    Foreign,
    /// The client starts, or starts again.
    Start,
    /// It is still there.
    Heartbeat,
    /// It has got a text with messages.
    Acknowledged,
    /// Its user has read these.
    Read(Vec<ReadConversation>),
    /// Messages; `None`: one of them at least has not the form of one.
    Messages(Option<Vec<Said>>),
    /// Anything else.
    Unknown,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Packet<'a> {
    #[serde(borrow, default)]
    status: Option<&'a RawValue>,
    #[serde(borrow, default)]
    push_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
}

impl Inbound {
    /// What a text is, said by the client of whose packets are marked so.
    pub(super) fn read(said: &str, own: &PushId) -> Self {
        if said.len() > LONGEST || is_too_deep(said) {
            return Self::Garbage;
        }
        let Some(packet) = object::<Packet<'_>>(said) else { return Self::Garbage };
        let push_id = packet.push_id.map(|raw| text(raw).unwrap_or_else(|| raw.get().to_owned())).unwrap_or_default();
        if push_id.is_empty() || push_id == "null" {
            return Self::Start;
        }
        if PushId::try_from(push_id.as_str()).ok().as_ref() != Some(own) {
            return Self::Foreign;
        }
        let word = packet.message.and_then(text);
        let restarts = packet.status.is_some_and(|status| matches!(status.get(), "0" | "\"0\""));
        match (word.as_deref(), packet.message.map(RawValue::get)) {
            (Some("start" | "restart"), _) => Self::Start,
            _ if restarts => Self::Start,
            (Some(""), _) | (None, None | Some("null")) => Self::Heartbeat,
            (Some("ok"), _) => Self::Acknowledged,
            (_, Some(message)) if message.starts_with('[') => Self::list(message),
            (_, Some(message)) if message.starts_with('{') => Self::list(&format!("[{message}]")),
            _ => Self::Unknown,
        }
    }

    fn list(message: &str) -> Self {
        let entries = serde_json::from_str::<Vec<&RawValue>>(message).ok();
        let entries = entries.and_then(|raw| raw.into_iter().map(|raw| object(raw.get())).collect());
        let Some(entries): Option<Vec<Entry<'_>>> = entries else { return Self::Messages(None) };
        if !entries.is_empty() && entries.iter().all(Entry::is_read) {
            let read: Option<Vec<_>> = entries.iter().take(MOST_MESSAGES).map(Entry::read).collect();
            return read.map_or(Self::Unknown, Self::Read);
        }
        let is_list = (1..=MOST_MESSAGES).contains(&entries.len());
        Self::Messages(entries.iter().map(Entry::said).collect::<Option<Vec<_>>>().filter(|_| is_list))
    }
}
