//! SNS: takes `Publish` to a phone number or to a topic and keeps the message, where a person or a test reads it.

use crate::{
    error::StartError,
    news::{News, Wire},
    server::{self, Server},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{StatusCode, header};
use jiff::Timestamp;
use serde::Serialize;
use shared::time::Clock;
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::net::TcpListener;

/// Messages kept. The oldest go first.
const KEPT: usize = 10_000;
/// Characters of a message, as AWS has it.
const LONGEST_MESSAGE: usize = 1_600;
/// Bytes of a message to a topic, as AWS has it.
const LARGEST_NOTICE: usize = 256 << 10;

/// A message that would have gone to a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sms {
    /// The number, E.164.
    pub phone: String,
    /// The text.
    pub message: String,
    /// When it was sent, by the machine's clock. RFC 3339 in JSON.
    pub sent_at: Timestamp,
}

/// A message that would have gone to everybody who listens to a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The topic's ARN.
    pub topic: String,
    /// The text.
    pub message: String,
    /// When it was sent, by the machine's clock. RFC 3339 in JSON.
    pub sent_at: Timestamp,
}

/// The messages sent so far, oldest first; in memory only. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Outbox(Arc<Kept>);

#[derive(Debug, Default)]
struct Kept {
    messages: Mutex<VecDeque<Sms>>,
    notices: Mutex<VecDeque<Notice>>,
    published: AtomicU64,
    wire: Wire,
}

impl Outbox {
    /// Tells of every message.
    pub(crate) fn telling(wire: Wire) -> Self {
        Self(Arc::new(Kept { wire, ..Kept::default() }))
    }

    /// Every message.
    #[must_use]
    pub fn all(&self) -> Vec<Sms> {
        self.with(|messages| messages.iter().cloned().collect())
    }

    /// The messages to numbers that end with these digits. Anything but digits in `phone` is passed over; without a digit
    /// nothing matches.
    #[must_use]
    pub fn to(&self, phone: &str) -> Vec<Sms> {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let matches = |sms: &&Sms| !digits.is_empty() && sms.phone.ends_with(&digits);
        self.with(|messages| messages.iter().filter(matches).cloned().collect())
    }

    /// The newest message to such a number.
    #[must_use]
    pub fn last_to(&self, phone: &str) -> Option<Sms> {
        self.to(phone).pop()
    }

    /// Every message to a topic.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        self.0.notices.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn keep(&self, phone: String, message: String) -> u64 {
        let sms = Sms { phone, message, sent_at: Clock::wall() };
        self.with(|messages| push(messages, sms));
        self.0.wire.tell(News::Message);
        self.0.published.fetch_add(1, Ordering::Relaxed)
    }

    fn keep_notice(&self, topic: String, message: String) -> u64 {
        let notice = Notice { topic, message, sent_at: Clock::wall() };
        push(&mut self.0.notices.lock().unwrap_or_else(PoisonError::into_inner), notice);
        self.0.wire.tell(News::Message);
        self.0.published.fetch_add(1, Ordering::Relaxed)
    }

    fn with<T>(&self, look: impl FnOnce(&mut VecDeque<Sms>) -> T) -> T {
        look(&mut self.0.messages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Keeps one more, in the place of the oldest where there are as many as are kept.
fn push<T>(kept: &mut VecDeque<T>, one: T) {
    if kept.len() == KEPT {
        kept.pop_front();
    }
    kept.push_back(one);
}

/// Serves SNS.
pub(crate) fn start(listener: TcpListener, outbox: Outbox) -> Result<Server, StartError> {
    let router = Router::new().route("/", post(answer)).with_state(outbox);
    Server::start(listener, router, server::HEAD_TIME)
}

async fn answer(State(outbox): State<Outbox>, body: Bytes) -> Response {
    let Ok(fields) = serde_html_form::from_bytes::<HashMap<String, String>>(&body) else {
        return refusal("MalformedQueryString", "The body is no form of single fields.");
    };
    match fields.get("Action").map(String::as_str) {
        Some("Publish") => publish(&outbox, fields),
        _ => refusal("InvalidAction", "Only Publish is known here."),
    }
}

fn publish(outbox: &Outbox, mut fields: HashMap<String, String>) -> Response {
    let (phone, topic) = (fields.remove("PhoneNumber").unwrap_or_default(), fields.remove("TopicArn"));
    let message = fields.remove("Message").unwrap_or_default();
    if let Some(topic) = &topic
        && !is_topic(topic)
    {
        return refusal("InvalidParameter", "Invalid parameter: TopicArn");
    }
    // The number stays out of the text: whoever calls may log it.
    if topic.is_none() && !is_e164(&phone) {
        return refusal("InvalidParameter", "Invalid parameter: PhoneNumber Reason: not valid to publish to");
    }
    if message.is_empty() {
        return refusal("InvalidParameter", "Invalid parameter: Empty message");
    }
    let too_long = match topic {
        Some(_) => message.len() > LARGEST_NOTICE,
        None => message.chars().count() > LONGEST_MESSAGE,
    };
    if too_long {
        return refusal("InvalidParameter", "Invalid parameter: Message too long");
    }
    let number = match topic {
        Some(topic) => outbox.keep_notice(topic, message),
        None => outbox.keep(phone, message),
    };
    let id = format!("00000000-0000-4000-8000-{number:012x}");
    xml(
        StatusCode::OK,
        format!(
            "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>\
             <MessageId>{id}</MessageId></PublishResult><ResponseMetadata><RequestId>{id}</RequestId>\
             </ResponseMetadata></PublishResponse>"
        ),
    )
}

/// `arn:aws:sns:<region>:<account>:<name>`.
fn is_topic(arn: &str) -> bool {
    let parts: Vec<_> = arn.split(':').collect();
    matches!(parts[..], ["arn", _, "sns", region, account, name] if ![region, account, name].contains(&""))
}

/// `+`, then 2 to 15 digits of which the first is not 0.
fn is_e164(phone: &str) -> bool {
    phone.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

fn refusal(code: &str, message: &str) -> Response {
    xml(StatusCode::BAD_REQUEST, error_document(code, message))
}

/// An error in SNS's words. `code` and `message` are not escaped.
pub(crate) fn error_document(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>{message}</Message></Error><RequestId>local</RequestId></ErrorResponse>"
    )
}

fn xml(status: StatusCode, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/xml")], text).into_response()
}
