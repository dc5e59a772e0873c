//! Groups (`docs/dialects/sealtalk.md`).

mod doors;
mod erasing;
mod fan_out;
mod ignored;
mod joining;
mod leaving;
mod notices;
mod races;
mod reads;
mod settings;
mod wishes;

use super::client::Friend;
use crate::{
    crowd::{Item, count, number, text},
    world::{Answer, Api},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::config::Table;
use shared::values::TokenHash;
use std::collections::BTreeMap;

pub(super) fn ids(people: &[&Friend]) -> Vec<String> {
    people.iter().map(|friend| friend.id.clone()).collect()
}

fn sk(row: &Item) -> &str {
    row["sk"].as_s().unwrap()
}

fn pk(row: &Item) -> &str {
    row["pk"].as_s().unwrap()
}

impl Api {
    /// So many people signed in to SealTalk, at the price of two rows each.
    pub async fn friends(&self, many: usize) -> Vec<Friend> {
        let sealtalk = |_: u64, item: &mut Item| {
            item.insert("dialects".into(), AttributeValue::Ss(vec!["sealtalk".into()]));
        };
        let people = self.write_people(many, "male", sealtalk).await;
        let (users, now) = (self.world.app.config.tables.name(Table::Users), self.world.clock.seconds());
        let mut sessions = Vec::new();
        let mut friends = Vec::new();
        for person in people {
            let token = format!("{}{}", person.id, "a".repeat(40));
            sessions.push(Item::from([
                ("pk".into(), text(format!("USER#{}", person.id))),
                ("sk".into(), text(format!("SESSION#{}", TokenHash::of(&token).as_str()))),
                ("type".into(), text("session")),
                ("dialect".into(), text("sealtalk")),
                ("issued_at".into(), number(now)),
                ("expires_at".into(), number(now + 10_000_000)),
                ("epoch".into(), number(0)),
            ]));
            friends.push(Friend { phone: person.phone, id: person.id, cookie: format!("rong_auth_cookie={token}") });
        }
        self.write(users, sessions).await;
        friends
    }

    /// A new group of these people; its id.
    pub async fn group(&self, creator: &Friend, name: &str, others: &[&Friend]) -> String {
        let mut members = vec![creator.id.clone()];
        members.extend(ids(others));
        let body = json!({"name": name, "memberIds": members});
        let created = self.says(creator, "/group/create", body).await.result();
        created["id"].as_str().unwrap().to_owned()
    }

    /// A call about a group and nothing else; `name` is what follows `/group/`.
    pub async fn of_group(&self, who: &Friend, name: &str, group: &str) -> Answer {
        self.says(who, &format!("/group/{name}"), json!({"groupId": group})).await
    }

    /// A call about a group and some people.
    pub async fn about_people(&self, who: &Friend, name: &str, group: &str, people: &[&Friend]) -> Answer {
        self.says(who, &format!("/group/{name}"), json!({"groupId": group, "memberIds": ids(people)})).await
    }

    /// Role and display name of every member, by id, as somebody sees them.
    pub async fn members_of(&self, who: &Friend, group: &str) -> BTreeMap<String, Value> {
        let members = self.asks(who, &format!("/group/{group}/members")).await.result();
        let by_id = |it: &Value| (it["user"]["id"].as_str().unwrap().to_owned(), it.clone());
        members.as_array().unwrap().iter().map(by_id).collect()
    }

    /// A row of the table of groups.
    pub async fn group_row(&self, pk: &str, sk: &str) -> Option<Item> {
        self.item(self.world.app.config.tables.name(Table::Groups), pk, sk).await
    }

    /// The newest change of a group that was delivered to a user: the version of their own row.
    pub async fn version_of(&self, who: &Friend, group: &str) -> i64 {
        let row = self.group_row(&format!("USER#{}", who.id), &format!("GROUP#{group}")).await;
        count(row.as_ref(), "version")
    }

    /// That the rows of all groups fit together: counts of members and of wishes that wait, both sides of each membership,
    /// versions, and that every fan-out has ended.
    pub async fn groups_fit(&self) {
        let rows = self.rows(self.world.app.config.tables.name(Table::Groups)).await;
        let friends = self.rows(self.world.app.config.tables.name(Table::Friends)).await;
        let live = |row: &&Item| !row.contains_key("left_at");
        let of = |key: &str, prefix: &str| -> Vec<&Item> {
            rows.iter().filter(|row| pk(row) == key && sk(row).starts_with(prefix)).collect()
        };
        for meta in rows.iter().filter(|row| sk(row) == "META") {
            let members = of(pk(meta), "MEMBER#");
            let counted = i64::try_from(members.iter().copied().filter(live).count()).unwrap();
            assert_eq!(count(Some(meta), "member_count"), counted, "{meta:?} {members:?}");
            assert!(
                !meta.contains_key("owed_since") && !meta.contains_key("lease_until"),
                "a fan-out has not ended: {meta:?}"
            );
            let waiting = of(pk(meta), "WISH#").iter().filter(|row| row["status"] == text("waiting")).count();
            assert_eq!(count(Some(meta), "open_wishes"), i64::try_from(waiting).unwrap(), "wishes that wait: {meta:?}");
            let creators = members.iter().filter(|row| live(row) && row["role"] == number(0));
            assert_eq!(creators.count(), usize::from(counted > 0), "one creator: {members:?}");
        }
        for membership in rows.iter().filter(|row| sk(row).starts_with("GROUP#")) {
            let uid = pk(membership).trim_start_matches("USER#");
            let member = of(sk(membership), &format!("MEMBER#{uid}"));
            assert_eq!(member.len(), 1, "{membership:?}");
            assert_eq!(live(&membership), live(&member[0]), "{membership:?} {member:?}");
            let version = friends.iter().find(|row| pk(row) == pk(membership) && sk(row) == "VERSION");
            assert!(count(version, "latest") >= count(Some(membership), "version"), "{membership:?} {version:?}");
            let groups = of(pk(membership), "GROUP#").into_iter().filter(live).count();
            assert_eq!(count(version, "groups"), i64::try_from(groups).unwrap(), "{version:?}");
        }
    }
}
