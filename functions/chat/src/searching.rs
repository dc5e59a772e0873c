//! Finding people (`docs/dialects/chat.md#searching`).

use crate::{
    dialect::Routes,
    fields::{PageField, SoughtField},
    refusal::{Refusal, Template, anywhere},
    wire::{Answer, ListedUser, PHONE},
};
use kit::{
    Sample::{Int, Str},
    Signed, get,
};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error,
    friends::searching::{self, Sought},
    values::E164,
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        // Looking a number up counts.
        get("/android/user_search/{field}/{page}", "UserSearch")
            .about("Finds people by a part of their names")
            .changing()
            .example(&[("field", Str(PHONE)), ("page", Int(0))])
            .refusing(no_list)
            .signed(search),
    ])
}

fn no_list(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::List))
}

#[derive(Deserialize, JsonSchema)]
struct Search {
    field: SoughtField,
    /// From 0.
    page: PageField,
}

/// The number that a text is, written as everywhere in this API; `None`: it is none.
fn number(text: &str) -> Option<E164> {
    let mobile = text.len() == 11 && text.starts_with('1') && matches!(text.as_bytes().get(1), Some(b'3'..=b'9'));
    E164::new("86", text).ok().filter(|_| mobile)
}

async fn search(app: App, signed: Signed, input: Search) -> Result<Answer<Vec<ListedUser>>, Error> {
    let (text, page) = (&input.field.0, input.page.0);
    let found = searching::search(&app, &signed.claim, &Sought { text, phone: number(text) }, page).await?;
    Ok(Answer::list(&app, found.iter().map(ListedUser::of).collect()))
}
