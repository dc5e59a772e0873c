//! A person's own data: a copy of it, and the end of all of it (`docs/dialects/chat.md#export`, `docs/dialects/chat.md#erase`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, Template, anywhere, refused},
    status::Status,
    wire::{Answer, Sent, done},
};
use kit::{Sample::Str, Signed, exported::Exported, post};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{App, Error, accounts, values::Password};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/android/export", "ExportAccount")
            .about("Gives a copy of everything that is stored of the caller")
            .example(&[("password", Str("secret12"))])
            .refusing(no_export)
            .checked(Asked::checked, export),
        post("/android/erase", "EraseAccount")
            .about("Erases the caller and everything that is theirs")
            .example(&[("password", Str("secret12"))])
            .refusing(not_erased)
            .checked(Asked::checked, erase),
    ])
}

/// Whoever fails too often is told no more than who fails.
fn not_erased(error: &Error) -> Option<Refusal> {
    matches!(error, Error::TooManyRequests { .. }).then(|| refused(Status::WrongPassword))
}

fn no_export(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::Export))
}

#[derive(Deserialize, JsonSchema)]
struct Asked {
    /// Of whoever has one.
    #[serde(default)]
    password: Sent,
    /// The `next` of the archive before.
    #[serde(default)]
    after: Sent,
}

/// What was asked for, and with which password.
type Checked = (Option<Password>, Option<String>);

impl Asked {
    fn checked(self) -> Result<Checked, Error> {
        let given = |sent: &Sent, name| Ok(sent.optional(name)?.filter(|text| !text.is_empty()));
        let password = given(&self.password, "password")?.map(|text| Password::new(&text, 1..=usize::MAX)).transpose();
        Ok((password.map_err(|_| Error::invalid("password", "length"))?, given(&self.after, "after")?))
    }
}

async fn export(app: App, signed: Signed, (password, after): Checked) -> Result<Answer<Exported>, Error> {
    let (address, claim) = (&signed.caller.address, &signed.claim);
    let export = accounts::export_own(&app, address, claim, password.as_ref(), after.as_deref()).await?;
    Ok(Answer::of(&app, export.into()))
}

/// The cookie stays with the client, as at signing out.
async fn erase(app: App, signed: Signed, (password, _): Checked) -> Result<Answer<&'static str>, Error> {
    accounts::erase_own(&app, &signed.caller.address, &signed.claim, password.as_ref()).await?;
    Ok(done(&app))
}
