//! What requests of Chat cost, and what its clients say over sockets. What is posted to sockets counts as a call.

use crate::{Caller, Outcome, chat::Client, sent, sockets::sign_up};
use aws_sdk_dynamodb::types::AttributeValue;
use local::cost::measured;
use reqwest::Method;
use serde_json::{Value, json, value::to_raw_value};
use shared::{
    App, Error,
    chat::{self, Kind, Received, Said},
    config::Table,
    inbox,
    values::ConnectionId,
};
use std::collections::HashMap;

/// Members of the group that is written to.
const MEMBERS: usize = 30;
/// Messages that wait for whoever starts.
const WAITING: usize = 20;

/// Those of `docs/costs.md`, and a few more.
pub async fn costs(caller: &Caller) -> Outcome<()> {
    let app = &caller.world.app;
    let port = caller.world.url.rsplit(':').next().ok_or("no port")?.parse()?;
    let mut people = Vec::new();
    for number in 0..MEMBERS {
        people.push(sign_up(app, number).await?);
    }
    let group = requests(caller, &people).await?;
    let ann = Client::started(port, &people[0]).await?;
    let of_ann = connection(caller, &ann.id).await?;
    let send = async |label: &str, kind: Kind, to: &str| {
        let said = [said(&ann.id, to, kind)?];
        packet(app, label, &of_ann, async |received| chat::send(app, received, &said).await).await
    };
    let id = &people[1][..24];
    send("Chat message to somebody who is away", Kind::Ordinary, id).await?;
    let text = [said(&ann.id, id, Kind::Ordinary)?];
    for number in 1..WAITING {
        let name = number.to_string();
        chat::send(app, &of_ann.received(app, &name), &text).await?;
    }
    let bob = Client::opened(port, &people[1]).await?;
    let of_bob = connection(caller, id).await?;
    let label = format!("Chat start, with {WAITING} messages waiting");
    packet(app, &label, &of_bob, async |received| chat::start(app, received).await).await?;
    packet(app, "Chat acknowledgement of them", &of_bob, async |received| chat::acknowledge(app, received).await)
        .await?;
    packet(app, "Chat heartbeat", &of_bob, async |received| chat::heartbeat(app, received).await).await?;
    send("Chat message to somebody with a socket", Kind::Ordinary, id).await?;
    send(&format!("Chat message to a group of {MEMBERS}, of whom 28 are away"), Kind::Group, &group).await?;
    let mut sockets = vec![bob];
    for token in &people[2..] {
        sockets.push(Client::started(port, token).await?);
    }
    send(&format!("Chat message to a group of {MEMBERS}, all with sockets"), Kind::Group, &group).await
}

/// The calls over HTTP; gives back the group that they made, of all of them.
async fn requests(caller: &Caller, people: &[String]) -> Outcome<String> {
    let ids: Vec<_> = people.iter().map(|token| &token[..24]).collect();
    let credentials = json!({"phone": "13900000000", "password": "secret12"});
    shown(caller, "Chat login", "", "login", Some(credentials)).await?;
    for (number, token) in people.iter().enumerate() {
        let name = json!({"userId": ids[number], "username": format!("name{number:02}"), "avatar": "media/avatars/default.jpg"});
        call(caller, token, "complete_account", Some(name)).await?;
    }
    let me = &people[0];
    shown(caller, "Chat friend, added", me, &format!("add_friend/{}", ids[1]), None).await?;
    shown(caller, "Chat search, a page of 10", me, "user_search/name/0", None).await?;
    shown(caller, "Chat search, the second page", me, "user_search/name/1", None).await?;
    let group = json!({"name": "club", "picture": "", "description": "", "members": ids});
    let group = shown(caller, &format!("Chat group of {MEMBERS}, made"), me, "create_group", Some(group)).await?;
    Ok(group["result"]["id"].as_str().ok_or("no group")?.to_owned())
}

async fn call(caller: &Caller, token: &str, path: &str, body: Option<Value>) -> Outcome<(Value, [String; 4])> {
    let method = if body.is_some() { Method::POST } else { Method::GET };
    let request = caller.http.request(method, format!("{}/android/{path}/", caller.world.url));
    let request = if token.is_empty() { request } else { request.bearer_auth(token) };
    let (answer, costs, _) = sent(if let Some(body) = body { request.json(&body) } else { request }).await?;
    if answer["status"] == 1 { Ok((answer, costs)) } else { Err(format!("{path}: {answer}").into()) }
}

async fn shown(caller: &Caller, label: &str, token: &str, path: &str, body: Option<Value>) -> Outcome<Value> {
    let (answer, [rounds, calls, rru, wru]) = call(caller, token, path, body).await?;
    println!("| {label} | {rounds} | {calls} | {rru} | {wru} |");
    Ok(answer)
}

/// A connection as the function `push` knows it.
struct Connection {
    id: ConnectionId,
    row: inbox::Connection,
}

impl Connection {
    /// What a client says over it; what comes twice under one name is accepted once.
    fn received<'a>(&'a self, app: &App, name: &'a str) -> Received<'a> {
        Received { connection: &self.id, of: &self.row, name, at: app.clock.millis() }
    }
}

/// Somebody's connection.
async fn connection(caller: &Caller, id: &str) -> Outcome<Connection> {
    let rows = caller.world.clients.dynamodb.scan().table_name(Table::Chat.logical_id()).send().await?;
    let text = |row: &HashMap<String, AttributeValue>, name: &str| {
        row.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
    };
    let mut rows = rows.items().iter().filter(|row| text(row, "sk") == "CONN");
    let row = rows.find(|row| text(row, "uid") == id).ok_or("no connection")?;
    let id = ConnectionId::try_from(text(row, "pk").trim_start_matches("CONN#").to_owned()).map_err(|_| "no id")?;
    let row = inbox::connection(&caller.world.app, &id).await?;
    Ok(Connection { id, row })
}

fn said(from: &str, to: &str, kind: Kind) -> Outcome<Said> {
    Ok(Said {
        chat: if kind == Kind::Group { to.to_owned() } else { "bench".to_owned() },
        from: from.to_owned(),
        to: to.to_owned(),
        kind,
        written_kind: to_raw_value(&(if kind == Kind::Group { 7 } else { 1 }))?,
        info: to_raw_value(&json!([{"category": 0, "content": "hello"}]))?,
        is_object: false,
        at: String::new(),
    })
}

/// Shows what it costs that a client says something.
async fn packet(
    app: &App,
    label: &str,
    connection: &Connection,
    what: impl AsyncFnOnce(&Received<'_>) -> Result<(), Error>,
) -> Outcome<()> {
    let received = connection.received(app, label);
    let (done, cost) = measured(Box::pin(what(&received))).await;
    done?;
    println!("| {label} | {} | {} | {} | {} |", cost.rounds, cost.calls, cost.read_units, cost.write_units);
    Ok(())
}
