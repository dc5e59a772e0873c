//! What requests of Live cost.

use crate::{Caller, Outcome, sent};
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The people that the costs of SealTalk were measured with: somebody with a password, and a friend of theirs.
const ME: &str = "15172354423";
const FRIEND: &str = "15172354424";

async fn shown(caller: &Caller, label: &str, path: &str, fields: &[(&str, &str)]) -> Outcome<Value> {
    let request = caller.http.post(format!("{}{path}", caller.world.url)).form(fields);
    let (answer, [rounds, calls, rru, wru], _) = sent(request).await?;
    if answer["result"] != "0000" {
        return Err(format!("{path}: {answer}").into());
    }
    println!("| {label} | {rounds} | {calls} | {rru} | {wru} |");
    Ok(answer)
}

/// Those of `docs/costs.md`, and a few more.
pub async fn costs(caller: &Caller) -> Outcome<()> {
    let fields = [("userId", ME), ("password", "secret12"), ("expire_in", "604800")];
    let answer = shown(caller, "Live login", "/log", &fields).await?;
    let token = ("token", answer["message"].as_str().unwrap_or_default());
    shown(caller, "Live room, opened", "/room", &[("live", "1"), token]).await?;
    shown(caller, "Live room, closed", "/room", &[("leave", "1"), token]).await?;
    let url = format!("{}/_local/receipts", caller.world.url);
    let (receipt, ..) = sent(caller.http.post(url).json(&json!({"amount": 100}))).await?;
    let receipt = ("receipt", receipt["receipt"].as_str().unwrap_or_default());
    shown(caller, "Live refill", "/golden", &[("refill", "1"), ("money", "100"), receipt, token]).await?;
    appears(caller, FRIEND).await?;
    let gift = [("send_gift", "1"), ("value", "1"), ("object", FRIEND), ("description", "rose"), token];
    shown(caller, "Live gift", "/golden", &gift).await?;
    shown(caller, "Live balance", "/golden", &[("balance", "1"), token]).await?;
    let list = [("friendlist", "1"), token];
    shown(caller, "Live friend list, of 1", "/list", &list).await?;
    befriend(caller, 2).await?;
    shown(caller, "Live friend list, of 2 more", "/list", &list).await?;
    befriend(caller, 1_000).await?;
    shown(caller, "Live friend list, of 1,000 more", "/list", &list).await?;
    Ok(())
}

/// Lets the user of a number appear in Live without a sign-in, which takes a password.
async fn appears(caller: &Caller, phone: &str) -> Outcome<()> {
    let uid = owner(caller, phone).await?;
    let client = &caller.world.clients.dynamodb;
    let appear = client.update_item().table_name("UsersTable").update_expression("ADD dialects :live");
    let key = appear.key("pk", text(format!("USER#{uid}"))).key("sk", text("PROFILE".into()));
    key.expression_attribute_values(":live", AttributeValue::Ss(vec!["live".into()])).send().await?;
    Ok(())
}

async fn owner(caller: &Caller, phone: &str) -> Outcome<String> {
    let get = caller.world.clients.dynamodb.get_item().table_name("UsersTable");
    let claim = get.key("pk", text(format!("PHONE#+86{phone}"))).key("sk", text("CLAIM".into())).send().await?;
    let uid = claim.item.as_ref().and_then(|item| item.get("uid")?.as_s().ok());
    Ok(uid.ok_or("a number of nobody")?.clone())
}

fn text(value: String) -> AttributeValue {
    AttributeValue::S(value)
}

fn number(value: u32) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Gives the caller so many friends, stored as the product would.
async fn befriend(caller: &Caller, count: u32) -> Outcome<()> {
    let me = owner(caller, ME).await?;
    let id = |nth: u32| format!("5702a05c7b6ef054{nth:08x}");
    let edge = |owner: &str, other: &str, version: u32| {
        row(
            &format!("USER#{owner}"),
            &format!("FRIEND#{other}"),
            [
                ("other", text(other.to_owned())),
                ("status", number(20)),
                ("updated_at", number(1)),
                ("version", number(version)),
                ("look_version", number(1)),
            ],
        )
    };
    let mut rows = Vec::new();
    for nth in 0..count {
        let other = id(nth);
        rows.push((
            "UsersTable",
            row(
                &format!("USER#{other}"),
                "PROFILE",
                [
                    ("uid", text(other.clone())),
                    ("phone", text(format!("+86{:011}", 13_100_000_000_u64 + u64::from(nth)))),
                    ("created_at", number(1)),
                    ("dialects", AttributeValue::Ss(vec!["live".into()])),
                    ("nickname", text(format!("friend {nth}"))),
                ],
            ),
        ));
        rows.push(("FriendsTable", edge(&me, &other, nth + 1)));
        rows.push(("FriendsTable", edge(&other, &me, 1)));
    }
    let batches = rows.chunks(24).map(|some| {
        let mut requests: HashMap<String, Vec<WriteRequest>> = HashMap::new();
        for (table, item) in some {
            let put = PutRequest::builder().set_item(Some(item.clone())).build();
            let put = put.map(|put| WriteRequest::builder().put_request(put).build());
            requests.entry((*table).to_owned()).or_default().extend(put);
        }
        caller.world.clients.dynamodb.batch_write_item().set_request_items(Some(requests)).send()
    });
    let mut written = stream::iter(batches).buffer_unordered(8);
    while let Some(batch) = written.next().await {
        batch?;
    }
    Ok(())
}

fn row(pk: &str, sk: &str, more: [(&str, AttributeValue); 5]) -> HashMap<String, AttributeValue> {
    let keys = [("pk", text(pk.to_owned())), ("sk", text(sk.to_owned()))];
    keys.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value)).collect()
}
