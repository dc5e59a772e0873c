//! What a socket's client says and hears (`docs/dialects/chat.md#sessions`).

use crate::dialect::{COOKIE, bearers};
use kit::sockets::{Ended, Example, Message, Opening, Sockets};
use shared::{
    App, Error,
    sessions::{self, Claim},
    values::{Dialect, UserId},
};

/// The sockets of the Chat contract.
#[derive(Debug)]
pub enum Push {}

impl Sockets for Push {
    const NAME: &'static str = "chat";
    const EXAMPLE: Example = Example {
        headers: &[("Cookie", "sessionid=5702a4a5589613964cafdc76b9a86e1d74c0352fa81d6c93e75b02f4d8c61a37")],
        query: &[],
        message: r#"{"status":0,"pushId":"","message":"start"}"#,
    };

    async fn opening(app: &App, opening: &Opening) -> Result<UserId, Error> {
        let query = opening.query.get("sessionid").map(String::as_str);
        let tokens = bearers(&opening.headers).chain(opening.cookies(COOKIE)).chain(query);
        let claim = Claim::of_tokens(Dialect::Chat, tokens)?;
        Ok(sessions::verify(app, &claim).await?.uid().clone())
    }

    async fn message(_: &App, _: &Message) -> Result<&'static str, Error> {
        Ok("ignored")
    }

    async fn ended(_: &App, _: &Ended) -> Result<(), Error> {
        Ok(())
    }
}
