//! Rows as they are stored, each of which opens to its attributes.

use crate::console::{
    shown,
    tables::{Row, word},
};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use shared::{store::keys, values::UserId};

/// The key, and what is read beside it.
const KEY: [&str; 3] = ["pk", "sk", "type"];

/// The rows of one table, under its name.
pub(in crate::console) fn table_rows(table: &str, rows: &[Row]) -> Markup {
    html! {
        section.rows {
            h2 { (table) " " span.muted { (rows.len()) } }
            (shown_rows(table, rows, false, &keys::profile(&UserId::nobody()).sk))
        }
    }
}

/// The same without the name; with the partition keys, where rows are of several partitions. Those of the sort key `open` are open.
pub(in crate::console) fn shown_rows(table: &str, rows: &[Row], with_partitions: bool, open: &str) -> Markup {
    html! {
        @for row in rows {
            @let (pk, sk) = (word(row, "pk").unwrap_or_default(), word(row, "sk").unwrap_or_default());
            details.row id=(id(table, pk, sk)) data-key=(shown::shortened(sk)) open[sk == open] {
                summary {
                    span.key { @if with_partitions { (shown::shortened(pk)) span.muted { " / " } } (shown::shortened(sk)) }
                    " " span.muted { (word(row, "type").unwrap_or_default()) }
                }
                (attributes(row))
            }
        }
    }
}

/// A name for a row that stays when the page is read again. Keys hold hashes, so it is not made of them as they are.
fn id(table: &str, pk: &str, sk: &str) -> String {
    let digest = Sha256::digest(format!("{table} {pk} {sk}"));
    format!("row-{}", hex::encode(&digest[..8]))
}

fn attributes(row: &Row) -> Markup {
    html! {
        table.attributes aria-label="Attributes" {
            tbody {
                @for (name, value) in row.iter().filter(|(name, _)| !KEY.contains(&name.as_str())) {
                    tr { th scope="row" { (name) } td { (shown::value(name, value)) } }
                }
            }
        }
    }
}
