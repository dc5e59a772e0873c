//! Finding people by number, name or id, and one person's rows in all tables.

mod rows;

pub(super) use rows::{shown_rows, table_rows};

use super::{
    Console,
    fields::{Query, link},
    frame::{Section, failed, heading, nothing, page, region},
    shown,
    tables::{After, Page, Row, whole, word},
};
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use futures_util::future::try_join_all;
use maud::{Markup, html};
use serde::Deserialize;
use shared::{config::Table, store::keys, values::UserId};

/// People on one page.
const PAGE: usize = 50;

/// Rows of one table on the page of a person.
const ROWS: i32 = 100;

/// Attributes that people are found by.
const FOUND_BY: [&str; 6] = ["uid", "phone", "nickname", "nickname_claim", "username", "account_name"];

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    pk: String,
    sk: String,
}

/// Everybody, or those whose number, name or id has a part that is asked for.
pub(super) async fn list(State(console): State<Console>, Query(asked): Query<Asked>) -> Response {
    let wanted = asked.q.trim();
    if let Ok(uid) = UserId::try_from(wanted.to_owned()) {
        return Redirect::to(&shown::person_path(uid.as_str())).into_response();
    }
    let after = After { pk: asked.pk, sk: asked.sk };
    let found = match found(&console, wanted, &after).await {
        Ok(found) => found,
        Err(reason) => return failed(&console, Section::People, &reason),
    };
    let content = html! {
        (heading("People", "Everybody of whom there is a record, in every API."))
        form.find role="search" {
            label.unseen for="find" { "Number, name or id" }
            input #find type="search" name="q" value=(wanted) autocomplete="off" spellcheck="false"
                placeholder="Number, name or id";
            kbd aria-hidden="true" { "/" }
        }
        (region("people", "request", &table(&console, &found, wanted)))
    };
    page(&console, Section::People, "People", &content)
}

/// A name or number may stand in the person's record or in what one API shows of them: both lead to the person.
async fn found(console: &Console, wanted: &str, after: &After) -> Result<Page, String> {
    let (folded, digits) = (wanted.to_lowercase(), wanted.trim_start_matches('+').replace([' ', '-'], ""));
    let has = |row: &Row| {
        let texts = FOUND_BY.iter().filter_map(|name| word(row, name));
        let has = |text: &str| text.to_lowercase().contains(&folded) || !digits.is_empty() && text.contains(&digits);
        texts.into_iter().any(has)
    };
    let nobody = UserId::nobody();
    let (record, facet) = (keys::profile(&nobody).sk, keys::chat_facet(&nobody).sk);
    let fits = |row: &Row| match word(row, "sk") {
        Some(sk) if sk == record => wanted.is_empty() || has(row),
        Some(sk) if sk == facet => !wanted.is_empty() && has(row),
        _ => false,
    };
    let mut page = console.tables.scan(Table::Users, after, PAGE, fits).await?;
    // What the one row lacks of somebody the other may have: a username, or since when they are there.
    let beside = page.rows.iter().map(|row| async {
        let pk = word(row, "pk").unwrap_or_default();
        let sk = if word(row, "sk") == Some(&record) { &facet } else { &record };
        console.tables.one(Table::Users, pk, sk).await
    });
    let beside = try_join_all(beside).await?;
    for (row, beside) in page.rows.iter_mut().zip(beside) {
        for (name, value) in beside.into_iter().flatten() {
            row.entry(name).or_insert(value);
        }
    }
    Ok(page)
}

fn table(console: &Console, found: &Page, wanted: &str) -> Markup {
    let cell = |row: &Row, names: &[&str]| names.iter().find_map(|name| word(row, name)).unwrap_or("–").to_owned();
    let uid = |row: &Row| cell(row, &["pk"]).trim_start_matches("USER#").to_owned();
    if found.rows.is_empty() {
        return match wanted.is_empty() {
            false => nothing("Nobody is found by this.", "A part of a number, a name or the whole id will do.", None),
            true => {
                let line = format!("curl {}/v1/account/register -d phone_number=15172354423", console.url);
                nothing("Nobody is here yet.", "Register a number, then redeem the code of its SMS:", Some(&line))
            }
        };
    }
    html! {
        table.people {
            caption.unseen { "People" }
            thead {
                tr {
                    th scope="col" { "Name" } th scope="col" { "Number" } th.id scope="col" { "Id" }
                    th scope="col" { "Since" }
                }
            }
            tbody {
                @for row in &found.rows {
                    @let uid = uid(row);
                    tr {
                        td { a href=(shown::person_path(&uid)) { (cell(row, &["nickname", "username"])) } }
                        td { (cell(row, &["phone"])) }
                        td.id { code { (uid) } }
                        td { @match whole(row, "created_at") { Some(at) => (moment(at)), None => "–" } }
                    }
                }
            }
        }
        @if let Some(After { pk, sk }) = &found.next {
            p.more { a href=(link("/console/people", &[("q", wanted), ("pk", pk), ("sk", sk)])) { "More" } }
        }
    }
}

fn moment(at: i64) -> Markup {
    let at =
        if at > 100_000_000_000 { jiff::Timestamp::from_millisecond(at) } else { jiff::Timestamp::from_second(at) };
    html! { @if let Ok(at) = at { (shown::day_and_time(at)) } }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct More {
    /// The table whose rows go on.
    table: String,
    sk: String,
}

/// The rows of a person in all tables. Of a table with many, a page.
pub(super) async fn one(State(console): State<Console>, Path(uid): Path<String>, Query(more): Query<More>) -> Response {
    let Ok(uid) = UserId::try_from(uid) else {
        let content = nothing("This is nobody's id.", "An id has 24 hexadecimal digits.", None);
        return page(&console, Section::People, "Nobody", &content);
    };
    let partition = keys::partition(&uid);
    let read = Table::ALL.map(|table| {
        let begins = more.table == console.tables.name(table) && !more.sk.is_empty();
        let after = if begins { After { pk: partition.clone(), sk: more.sk.clone() } } else { After::default() };
        let (console, partition) = (&console, &partition);
        async move { Ok::<_, String>((table, console.tables.partition(table, partition, &after, ROWS).await?)) }
    });
    match try_join_all(read).await {
        Err(reason) => failed(&console, Section::People, &reason),
        Ok(tables) => {
            let name = tables
                .iter()
                .flat_map(|(_, page)| &page.rows)
                .find_map(|row| word(row, "nickname").or(word(row, "username")));
            let name = name.unwrap_or("Somebody without a name").to_owned();
            page(&console, Section::People, &name, &person(&console, &uid, &name, &tables))
        }
    }
}

fn person(console: &Console, uid: &UserId, name: &str, tables: &[(Table, Page)]) -> Markup {
    let empty = tables.iter().all(|(_, page)| page.rows.is_empty());
    html! {
        p.back { a href="/console/people" { "People" } }
        div.heading {
            h1 { (name) }
            p { code { (uid) } " " a href=(link("/console/wallet", &[("user", uid.as_str())])) { "Wallet and grants" } }
        }
        div #person data-follows="request" {
            @if empty { (nothing("No table has a row of this user.", "Somebody who was erased leaves none.", None)) }
            @for (table, found) in tables.iter().filter(|(_, found)| !found.rows.is_empty()) {
                @let name = console.tables.name(*table);
                (table_rows(name, &found.rows))
                @if let Some(After { sk, .. }) = &found.next {
                    p.more { a href=(link(&shown::person_path(uid.as_str()), &[("table", name), ("sk", sk)])) { "More of " (name) } }
                }
            }
        }
    }
}
