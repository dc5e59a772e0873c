//! A person's own data: a copy of it, and the end of all of it (`docs/dialects/m_user.md#export`, `docs/dialects/m_user.md#erase`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, field},
    wire::Done,
};
use axum::http::Method;
use kit::{
    Sample::Str,
    Signed, at,
    exported::{Asked, Checked, Exported},
    post,
};
use shared::{App, Error, accounts, error::Unusable};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/m_user/exports", "ExportAccount")
            .about("Gives a copy of everything that is stored of the caller")
            .example(&[("password", Str("secret12"))])
            .refusing(wrong_field)
            .checked(Asked::checked, export),
        at([Method::DELETE], "/m_user/users", "EraseAccount")
            .about("Erases the caller and everything that is theirs")
            .example(&[("password", Str("secret12"))])
            .refusing(wrong_field)
            .checked(Asked::checked, erase),
    ])
}

fn wrong_field(error: &Error) -> Option<Refusal> {
    match error {
        Error::WrongPassword => Some(field("password")),
        Error::Unusable(Unusable::Cursor) => Some(field("after")),
        _ => None,
    }
}

async fn export(app: App, signed: Signed, (password, after): Checked) -> Result<Exported, Error> {
    let (address, claim) = (&signed.caller.address, &signed.claim);
    let export = accounts::export_own(&app, address, claim, password.as_ref(), after.as_deref()).await?;
    Ok(export.into())
}

async fn erase(app: App, signed: Signed, (password, _): Checked) -> Result<Done, Error> {
    accounts::erase_own(&app, &signed.caller.address, &signed.claim, password.as_ref()).await?;
    Ok(Done {})
}
