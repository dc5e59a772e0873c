//! `GET /_local/events`: what happens, as Server-Sent Events, until the client goes or the server ends.
//!
//! | event | data |
//! |---|---|
//! | `request` | `{"number":n,"row":HTML}`: a request was answered, and the row that the list has of it |
//! | `message`, `sockets`, `clock` | `{}`: something of this kind has changed |
//! | `lost` | `{}`: the client has read too slowly and has to look at everything again |

use super::{Console, asked};
use crate::news::News;
use axum::{
    extract::State,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream;
use serde_json::{Value, json};
use std::convert::Infallible;
use tokio::sync::broadcast::{Receiver, error::RecvError};

pub(super) async fn events(State(console): State<Console>) -> Response {
    let listening = console.wire.listen().map(|news| (console, news));
    let events = stream::unfold(listening, |listening| async {
        let (console, mut news) = listening?;
        let event = next(&console, &mut news).await?;
        Some((Ok::<_, Infallible>(event), Some((console, news))))
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

async fn next(console: &Console, news: &mut Receiver<News>) -> Option<Event> {
    let (name, data) = loop {
        match news.recv().await {
            // One that is no longer kept is shown by no list either.
            Ok(News::Request(number)) => match request(console, number) {
                Some(data) => break ("request", data),
                None => continue,
            },
            Ok(News::Message) => break ("message", json!({})),
            Ok(News::Sockets) => break ("sockets", json!({})),
            Ok(News::Clock) => break ("clock", json!({})),
            Err(RecvError::Lagged(_)) => break ("lost", json!({})),
            Err(RecvError::Closed) => return None,
        }
    };
    Some(Event::default().event(name).data(data.to_string()))
}

fn request(console: &Console, number: u64) -> Option<Value> {
    let entry = console.requests.of(number)?;
    Some(json!({ "number": number, "row": asked::row(&entry, false).into_string() }))
}
