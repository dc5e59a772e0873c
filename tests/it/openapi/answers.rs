//! What the tests of the dialects are answered.

use crate::world::Answer;
use serde_json::json;
use std::{
    fs::{File, OpenOptions},
    io::Write,
    sync::LazyLock,
};

/// The file that every answer is written down in, if the environment names one.
#[expect(clippy::disallowed_methods, reason = "a setting of these tests, and none of the product's")]
static WRITTEN_DOWN: LazyLock<Option<File>> = LazyLock::new(|| {
    let path = std::env::var_os("ANSWERS")?;
    Some(OpenOptions::new().create(true).append(true).open(path).expect("the file that ANSWERS names"))
});

/// Looks at an answer that has come.
pub(crate) fn seen(answer: &Answer) {
    let Some((dialect, operation)) = answer.headers.get("x-operation").and_then(|name| name.split_once(' ')) else {
        return;
    };
    if let Some(mut file) = WRITTEN_DOWN.as_ref() {
        let outcome = &answer.headers["x-outcome"];
        let kind = answer.headers.get("content-type");
        let line = json!([dialect, operation, answer.status, outcome, kind, answer.text]);
        file.write_all(format!("{line}\n").as_bytes()).expect("an answer written down");
    }
}
