//! A client that applies what a sync shows, and one that reads everything afresh.

use crate::{sealtalk::client::Friend, world::Api};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a client shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Own nickname and portrait.
    pub own: (String, String),
    /// Ids.
    pub blacklist: BTreeSet<String>,
    /// Status, display name, and the nickname while both are friends.
    pub friends: BTreeMap<String, (i64, String, Option<String>)>,
    /// Name, portrait, own role and display name.
    pub groups: BTreeMap<String, (String, String, i64, String)>,
    /// Role and display name, by group and member.
    pub members: BTreeMap<(String, String), (i64, String)>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn rows<'a>(answer: &'a Value, container: &str) -> &'a Vec<Value> {
    answer[container].as_array().unwrap_or_else(|| panic!("{container} is missing: {answer}"))
}

/// Knows only what syncs have shown it.
#[derive(Debug, Default)]
pub struct Client {
    pub version: i64,
    pub state: State,
}

impl Client {
    /// Asks until nothing is new.
    pub async fn catch_up(&mut self, api: &Api, who: &Friend) {
        for _ in 0..20 {
            let answer = api.asks(who, &format!("/user/sync/{}", self.version)).await.result();
            let version = number(&answer["version"]);
            assert!(version >= self.version, "{answer}");
            self.apply(&answer);
            if version == self.version {
                return;
            }
            self.version = version;
        }
        panic!("sync has no end");
    }

    /// What it shows without the nicknames of those who have ended a friendship from their side: no sync says that they
    /// have, and none shows their new names.
    pub fn beside(&self, fresh: &State) -> State {
        let mut state = self.state.clone();
        for (id, (_, _, nickname)) in &mut state.friends {
            if fresh.friends.get(id).is_none_or(|(_, _, nickname)| nickname.is_none()) {
                *nickname = None;
            }
        }
        state
    }

    /// The documented rules: a row replaces what was known, and some rows mean that it is over.
    fn apply(&mut self, answer: &Value) {
        let state = &mut self.state;
        if let Some(user) = answer["user"].as_object() {
            state.own = (text(&user["nickname"]), text(&user["portraitUri"]));
        }
        for row in rows(answer, "blacklist") {
            let id = text(&row["friendId"]);
            if row["status"].as_bool().unwrap() {
                state.blacklist.insert(id)
            } else {
                state.blacklist.remove(&id)
            };
        }
        for row in rows(answer, "friends") {
            let (id, status) = (text(&row["friendId"]), number(&row["status"]));
            let nickname = (status == 20).then(|| text(&row["user"]["nickname"]));
            match status {
                30 => drop(state.friends.remove(&id)),
                _ => drop(state.friends.insert(id, (status, text(&row["displayName"]), nickname))),
            }
        }
        for row in rows(answer, "groups") {
            let (group, id) = (&row["group"], text(&row["groupId"]));
            assert_eq!(group["id"], row["groupId"]);
            if row["isDeleted"] == true {
                state.groups.remove(&id);
                state.members.retain(|(group, _), _| *group != id);
            } else {
                let role = number(&row["role"]);
                let shown = (text(&group["name"]), text(&group["portraitUri"]), role, text(&row["displayName"]));
                state.groups.insert(id, shown);
            }
        }
        for row in rows(answer, "group_members") {
            let key = (text(&row["groupId"]), text(&row["memberId"]));
            if row["isDeleted"] == true {
                state.members.remove(&key);
            } else {
                state.members.insert(key, (number(&row["role"]), text(&row["displayName"])));
            }
        }
    }
}

/// Reads everything there is.
pub async fn fresh(api: &Api, who: &Friend) -> State {
    let mut state = State::default();
    let own = api.asks(who, &format!("/user/{}", who.id)).await.result();
    state.own = (text(&own["nickname"]), text(&own["portraitUri"]));
    let blacklist = api.asks(who, "/user/blacklist").await.result();
    state.blacklist = blacklist.as_array().unwrap().iter().map(|row| text(&row["user"]["id"])).collect();
    for row in api.asks(who, "/friendship/all").await.result().as_array().unwrap() {
        let status = number(&row["status"]);
        // A number is shown where both are friends.
        let nickname = (row["user"]["phone"] != "").then(|| text(&row["user"]["nickname"]));
        if status != 30 {
            state.friends.insert(text(&row["user"]["id"]), (status, text(&row["displayName"]), nickname));
        }
    }
    for row in api.asks(who, "/user/groups").await.result().as_array().unwrap() {
        let id = text(&row["id"]);
        let mut own_name = None;
        for member in api.asks(who, &format!("/group/{id}/members")).await.result().as_array().unwrap() {
            let (uid, name) = (text(&member["user"]["id"]), text(&member["displayName"]));
            if uid == who.id {
                own_name = Some(name.clone());
            }
            state.members.insert((id.clone(), uid), (number(&member["role"]), name));
        }
        let shown = (text(&row["name"]), text(&row["portraitUri"]), number(&row["role"]), own_name.expect("oneself"));
        state.groups.insert(id, shown);
    }
    state
}
