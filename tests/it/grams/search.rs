//! Searching groups: what is found by whom, exactly, and hostile fields.

use super::client::no_group;
use crate::{
    crowd::{Item, text},
    world::Api,
};
use local::Options;
use reqwest::Method;
use serde_json::json;
use shared::config::Table;

#[tokio::test]
async fn a_group_is_found_by_a_part_of_its_name_on_page_0_and_1() {
    let api = Api::start().await;
    let [p, q] = &api.chatters(2).await[..] else { panic!() };
    let club = api.club(p, "Club", &[q]).await;
    for path in
        ["group_search/lu/1/", "group_search/lu/0/", "group_search/LU/1", "group_search/club/01/", "group_search/c/1/"]
    {
        assert_eq!(api.chatter_gets(q, path).await.ids(), [club.as_str()], "{path}");
    }
    for path in ["group_search/lu/2/", "group_search/cb/1/", "group_search/clubs/1/", "group_search/138/0/"] {
        api.chatter_gets(q, path).await.empty();
    }
}

#[tokio::test]
async fn what_a_search_shows_of_a_group() {
    let api = Api::start().await;
    let [p, q, r] = &api.chatters(3).await[..] else { panic!() };
    let body = json!({"name": "Chess ♞", "picture": "media/avatars/android/x.png", "description": "We play.", "members": [q.id]});
    let made = api.chatter_sends(p, Method::POST, "create_group", &body).await.ok();
    let id = made["id"].as_str().unwrap();
    assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let mut group = json!({
        "id": id, "name": "Chess ♞", "picture": "media/avatars/android/x.png", "desc": "We play.", "ownerId": p.id,
        "members": 2, "isMember": true, "modifyAt": made["modifyAt"],
    });
    assert_eq!(made, group);
    api.chatter_gets(q, "group_search/%E2%99%9E/1/").await.is(&json!([group]));
    group["isMember"] = json!(false);
    api.chatter_gets(r, "group_search/%20CHESS/1/").await.is(&json!([group]));
}

#[tokio::test]
async fn an_empty_page_has_the_status_that_the_deployment_wants() {
    let api = Api::with(Options::ephemeral().config(|config| config.chat.empty_search_status = 6005)).await;
    let p = api.chatters(1).await.remove(0);
    let answer = api.chatter_gets(&p, "group_search/lu/1/").await;
    answer.fails(6005, "ok", &json!([]));
}

#[tokio::test]
async fn whoever_is_not_signed_in_finds_nothing() {
    let api = Api::start().await;
    let mut p = api.chatters(1).await.remove(0);
    p.token = "0".repeat(64);
    for path in ["group_search/lu/1/", "group_search/lu/x/", "user_groups/"] {
        api.chatter_gets(&p, path).await.fails(11_001, "sign in first", &json!([]));
    }
    let made = api.chatter_sends(&p, Method::POST, "create_group/", &json!({"name": ""})).await;
    made.fails(11_001, "sign in first", &no_group());
}

#[tokio::test]
async fn hostile_fields_find_what_they_say_or_are_refused() {
    let api = Api::start().await;
    let p = api.chatters(1).await.remove(0);
    let names =
        ["a/b#c", "50%", "👩\u{200d}🚀 crew", "Zoe\u{308}", "a\u{200d}b", "{\"$ne\":1}", "' OR 1=1", "é", "ﬁne"];
    let mut clubs = Vec::new();
    for name in names {
        clubs.push(api.club(&p, name, &[]).await);
    }
    let find = async |field: &str| {
        let found = api.chatter_gets(&p, &format!("group_search/{field}/1/")).await;
        assert_eq!(found.0.json()["message"], json!("ok"), "{field}: {found:?}");
        found.ids()
    };
    let of = |name: &str| vec![clubs[names.iter().position(|it| *it == name).unwrap()].clone()];
    let none: Vec<String> = Vec::new();
    for (field, wanted) in [
        ("a%2Fb", of("a/b#c")),
        ("%2F", of("a/b#c")),
        ("%23", of("a/b#c")),
        ("b%23c", of("a/b#c")),
        ("50%25", of("50%")),
        ("%25", of("50%")),
        ("%F0%9F%9A%80", of("👩\u{200d}🚀 crew")),
        // The joiner between the two cannot be seen, and makes no difference.
        ("%F0%9F%91%A9%F0%9F%9A%80", of("👩\u{200d}🚀 crew")),
        ("zo%C3%AB", of("Zoe\u{308}")),
        ("zoe%CC%88", of("Zoe\u{308}")),
        ("zoe", none.clone()),
        ("ab", of("a\u{200d}b")),
        ("%7B%22%24ne%22%3A1%7D", of("{\"$ne\":1}")),
        ("%27%20OR%201%3D1", of("' OR 1=1")),
        ("%C3%89", of("é")),
        ("fi", of("ﬁne")),
        ("%EF%AC%81", of("ﬁne")),
        ("+", none.clone()),
        ("%09", none.clone()),
        ("%20", none.clone()),
        ("%E2%80%8B", none.clone()),
        ("%CC%81", none.clone()),
        ("%00", none.clone()),
        ("%EF%B7%BA", none.clone()),
        (&"x".repeat(20), none.clone()),
    ] {
        assert_eq!(find(field).await, wanted, "{field}");
    }
    // The empty list of a search and that of a refusal differ in what they say.
    for path in [
        format!("group_search/{}/1/", "x".repeat(21)),
        format!("group_search/{}/1/", "%F0%9F%9A%80".repeat(21)),
        "group_search/lu/-1/".to_owned(),
        "group_search/lu/x/".to_owned(),
        "group_search/lu/1.5/".to_owned(),
        "group_search/lu/%D9%A1/".to_owned(),
    ] {
        api.chatter_gets(&p, &path).await.fails(0, "failure", &json!([]));
    }
    api.chatter_gets(&p, "group_search/lu/99999999999999999999999999/").await.empty();
    // What is no text at all reaches nothing.
    let broken = api.chatter_gets(&p, "group_search/%FF%FE/1/").await;
    assert!(broken.0.status < 500 && broken.0.json()["status"] == json!(0), "{broken:?}");
}

#[tokio::test]
async fn groups_are_found_where_they_were_made_to_be_found_whoever_renames_or_ends_them() {
    let api = Api::start().await;
    let people = api.chatters_of(2, &["chat", "sealtalk"]).await;
    let [p, q] = &people[..] else { panic!() };
    let (there_p, there_q) = (api.in_sealtalk(p), api.in_sealtalk(q));
    let club = api.club(p, "club", &[q]).await;
    // A group of SealTalk's is found by nobody, under no name.
    let team = api.group(&there_p, "club of others", &[&there_q]).await;
    let rename = async |group: &str, name: &str| {
        api.says(&there_p, "/group/rename", json!({"groupId": group, "name": name})).await.ok();
    };
    rename(&team, "club of all").await;
    assert_eq!(api.chatter_gets(q, "group_search/club/1/").await.ids(), [club.as_str()]);
    // Its name is changed elsewhere: case alone writes nothing, and shows.
    rename(&club, "CLUB").await;
    assert_eq!(api.chatter_gets(q, "group_search/club/1/").await.ok()[0]["name"], json!("CLUB"));
    rename(&club, "A name of more than twenty").await;
    api.grams_fit().await;
    api.chatter_gets(q, "group_search/club/1/").await.empty();
    assert_eq!(api.chatter_gets(q, "group_search/more%20than/1/").await.ids(), [club.as_str()]);
    // Of a long name the beginning is looked in.
    api.chatter_gets(q, "group_search/twenty/1/").await.empty();
    api.of_group(&there_p, "dismiss", &club).await.ok();
    api.chatter_gets(q, "group_search/name/1/").await.empty();
    api.grams_fit().await;
}

#[tokio::test]
async fn rows_that_say_what_is_no_more_are_passed_over() {
    let api = Api::start().await;
    let p = api.chatters(1).await.remove(0);
    let row = |name: &str, id: &str| {
        Item::from([
            ("pk".into(), text("GRAM#groups#lu")),
            ("sk".into(), text(format!("{name}\t{id}"))),
            ("type".into(), text("gram")),
            ("name".into(), text(name)),
        ])
    };
    let mut rows: Vec<_> = (0..15).map(|number| row(&format!("club {number:02}"), &format!("{number:024x}"))).collect();
    let clubs = [api.club(&p, "club a", &[]).await, api.club(&p, "club b", &[]).await];
    // One that is there, under a name that it has not.
    rows.push(row("club 99", &clubs[0]));
    api.write(api.world.app.config.tables.name(Table::Chat), rows).await;
    assert_eq!(api.chatter_gets(&p, "group_search/club/1/").await.ids(), clubs);
    api.chatter_gets(&p, "group_search/club/2/").await.empty();
}

#[tokio::test]
async fn a_search_stops_behind_so_many_names_that_hold_its_rarest_pair() {
    let api = Api::start().await;
    let p = api.chatters(1).await.remove(0);
    let club = api.club(&p, "zaaaz", &[]).await;
    let row = |number: usize| {
        let name = format!("aa {number:05}");
        Item::from([
            ("pk".into(), text("GRAM#groups#aa")),
            ("sk".into(), text(format!("{name}\t{number:024x}"))),
            ("type".into(), text("gram")),
            ("name".into(), text(name)),
        ])
    };
    let chat = api.world.app.config.tables.name(Table::Chat);
    api.write(chat, (0..6_599).map(row).collect()).await;
    assert_eq!(api.chatter_gets(&p, "group_search/aaa/1/").await.ids(), [club.as_str()]);
    api.write(chat, (6_599..6_601).map(row).collect()).await;
    api.chatter_gets(&p, "group_search/aaa/1/").await.empty();
    // A text with a rarer pair finds it.
    assert_eq!(api.chatter_gets(&p, "group_search/aaaz/1/").await.ids(), [club.as_str()]);
}

#[tokio::test]
async fn of_an_erased_person_no_group_of_theirs_alone_is_found_and_no_search_is_left() {
    let api = Api::start().await;
    let [p, q] = &api.chatters(2).await[..] else { panic!() };
    let claim = [("uid", Some(text(&p.id))), ("type", Some(text("phone claim")))];
    api.amend(&format!("PHONE#+86{}", p.phone), "CLAIM", &claim).await;
    let mine = api.club(p, "club of one", &[]).await;
    let ours = api.club(p, "club of two", &[q]).await;
    for number in 0..10 {
        api.club(q, &format!("club {number}"), &[]).await;
    }
    assert_eq!(api.chatter_gets(p, "group_search/club/1/").await.ids().len(), 10);
    let searches = async || {
        let rows = api.rows(api.world.app.config.tables.name(Table::Chat)).await;
        let of = |row: &Item| row["sk"].as_s().unwrap().starts_with("SEARCH#");
        rows.iter().filter(|row| of(row)).count()
    };
    assert_eq!(searches().await, 1);
    api.form("/v1/account/delete_user", &[("phone_number", &p.phone)]).await.data();
    assert_eq!(searches().await, 0);
    api.grams_fit().await;
    let found = api.chatter_gets(q, "group_search/club%20of/1/").await.ok();
    assert_eq!((found[0]["id"].as_str(), found[0]["ownerId"].as_str()), (Some(&*ours), Some(&*q.id)), "{mine}");
    assert_eq!(found.as_array().unwrap().len(), 1);
}
