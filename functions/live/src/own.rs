//! A person's own data: a copy of it, and the end of all of it (`docs/dialects/live.md#export`, `docs/dialects/live.md#erase`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, refused},
    wire::{Answer, answer, done},
};
use kit::{
    Sample::Str,
    Selector, Signed,
    exported::{Asked, Checked, Exported},
    post,
};
use shared::{App, Error, accounts};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/account", "ExportAccount")
            .about("Gives a copy of everything that is stored of the caller")
            .chosen_by(Selector::Field("export", "1"))
            .example(&[("password", Str("abc12345"))])
            .refusing(wrong_password)
            .checked(Asked::checked, export),
        post("/account", "EraseAccount")
            .about("Erases the caller and everything that is theirs")
            .chosen_by(Selector::Field("erase", "1"))
            .example(&[("password", Str("abc12345"))])
            .refusing(wrong_password)
            .checked(Asked::checked, erase),
    ])
}

/// Whoever fails too often is told no more than who fails.
fn wrong_password(error: &Error) -> Option<Refusal> {
    matches!(error, Error::WrongPassword | Error::TooManyRequests { .. }).then(|| refused("0008"))
}

async fn export(app: App, signed: Signed, (password, after): Checked) -> Result<Answer<Exported>, Error> {
    let (address, claim) = (&signed.caller.address, &signed.claim);
    let export = accounts::export_own(&app, address, claim, password.as_ref(), after.as_deref()).await?;
    Ok(answer(export.into()))
}

async fn erase(app: App, signed: Signed, (password, _): Checked) -> Result<Answer<()>, Error> {
    accounts::erase_own(&app, &signed.caller.address, &signed.claim, password.as_ref()).await?;
    Ok(done())
}
