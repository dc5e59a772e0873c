//! Files that people send each other and show (`docs/dialects/chat.md#files`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, Template, anywhere},
    wire::{Answer, Sent},
};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use kit::{
    Sample::{Int, Str},
    Signed, post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    attachments::{self, MOST_SAVED},
    error::Unusable,
    values::Ending,
};
use std::collections::BTreeMap;

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/android/save_file", "SaveFile")
            .about("Saves a small file that stands in the request")
            .example(&[("name", Str("hello.txt")), ("content", Str("aGVsbG8="))])
            .refusing(no_path)
            .checked(Save::checked, save),
        post("/android/file_ticket", "FileTicket")
            .about("Gives a place that a file is uploaded to")
            .example(&[("name", Str("me.mp4")), ("size", Int(1_048_576))])
            .refusing(no_upload)
            .checked(Wanted::checked, ticket),
    ])
}

fn no_path(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::Path))
}

fn no_upload(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::Upload))
}

/// Base64, whether it is filled up with `=` or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Deserialize, JsonSchema)]
struct Save {
    /// What the client calls the file. Its ending alone counts.
    #[serde(default)]
    name: Sent,
    /// The bytes in base64, with ends of lines where the client puts them.
    #[serde(default)]
    content: Sent,
}

/// The ending of a name.
fn ending(name: &Sent) -> Result<Ending, Error> {
    Ending::of_name(&name.text("name")?).map_err(|_| Error::malformed("name"))
}

impl Save {
    fn checked(self) -> Result<(Ending, Vec<u8>), Error> {
        let ending = ending(&self.name)?;
        let mut text = self.content.text("content")?;
        text.retain(|char| !char.is_ascii_whitespace());
        if text.len() > MOST_SAVED.div_ceil(3) * 4 {
            return Err(Error::Unusable(Unusable::Size));
        }
        let bytes = BASE64.decode(text).map_err(|_| Error::malformed("content"))?;
        Ok((ending, bytes))
    }
}

#[derive(Serialize, JsonSchema)]
struct Saved {
    path: String,
}

async fn save(app: App, signed: Signed, (ending, bytes): (Ending, Vec<u8>)) -> Result<Answer<Saved>, Error> {
    let name = attachments::save(&app, &signed.claim, ending, bytes).await?;
    Ok(Answer::of(&app, Saved { path: name.path() }))
}

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    #[serde(default)]
    name: Sent,
    /// In bytes, at most 50 MiB.
    #[serde(default)]
    size: Sent,
}

impl Wanted {
    fn checked(self) -> Result<(Ending, u64), Error> {
        let ending = ending(&self.name)?;
        let size = self.size.text("size")?.parse().map_err(|_| Error::malformed("size"))?;
        Ok((ending, size))
    }
}

#[derive(Serialize, JsonSchema)]
struct Upload {
    path: String,
    /// Where to PUT the file.
    url: String,
    /// With these headers.
    headers: BTreeMap<String, String>,
}

async fn ticket(app: App, signed: Signed, (ending, size): (Ending, u64)) -> Result<Answer<Upload>, Error> {
    let ticket = attachments::ticket(&app, &signed.claim, ending, size).await?;
    let path = ticket.name.path();
    Ok(Answer::of(&app, Upload { path, url: ticket.put.url, headers: ticket.put.headers }))
}
