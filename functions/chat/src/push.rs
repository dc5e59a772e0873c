//! What a socket's client says and hears (`docs/dialects/chat.md#push-protocol`).
//!
//! | module | what it holds |
//! |---|---|
//! | this one | who may open a socket, and what becomes of what it says |
//! | `inbound` | what a text is |
//! | `json` | objects and texts as clients mean them |
//! | `entry` | messages, and which conversations have been read, as clients write them |
//! | `garbage` | clients that say nothing that can be read |

mod entry;
mod garbage;
mod inbound;
mod json;

use crate::{
    dialect::{COOKIE, bearers},
    status::Status,
};
use inbound::Inbound;
use kit::sockets::{Ended, Example, Expired, Message, Opening, Sockets};
use shared::{
    App, Error, ErrorKind,
    chat::{self, Received},
    inbox::{self, Key, Wishes, packet},
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

    /// The first of what the client shows that holds counts.
    async fn opening(app: &App, opening: &Opening) -> Result<UserId, Error> {
        let said = |name: &str| opening.query.get(name).map(String::as_str);
        let wishes = Wishes { v2: said("v") == Some("2"), object: said("info") == Some("object") };
        // A browser sends the cookie for any page.
        let cookies = opening.cookies(COOKIE).filter(|_| !opening.is_of_another_host());
        let tokens = bearers(&opening.headers).chain(cookies).chain(said("sessionid"));
        let session = Claim::of_tokens(Dialect::Chat, tokens).ok().map(Key::Session);
        let of_sealtalk = said("token").map(|token| Key::PushToken(Dialect::SealTalk, token.to_owned()));
        let of_device = said("im_token").map(|token| Key::DevicePushToken(Dialect::MUser, token.to_owned()));
        let mut refused = Error::SignedOut;
        for key in [session, of_sealtalk, of_device].into_iter().flatten() {
            match inbox::open(app, &opening.connection, &key, wishes).await {
                Err(error) if !is_fault(&error) => refused = error,
                opened => return opened,
            }
        }
        // Last, because it is used up.
        let ticket = said("ticket").ok_or(refused)?;
        let claim = sessions::redeem_ticket(app, ticket).await?;
        inbox::open(app, &opening.connection, &Key::Session(claim), wishes).await
    }

    async fn message(app: &App, message: &Message) -> Result<&'static str, Error> {
        let id = &message.connection;
        let of = match inbox::connection(app, id).await {
            Ok(connection) => connection,
            Err(error) => {
                inbox::turn_away(app, id).await;
                return Err(error);
            }
        };
        let push_id = of.push_id();
        let said = Inbound::read(&message.text, &push_id);
        if garbage::is_enough(id, matches!(said, Inbound::Garbage)) {
            inbox::expel(app, id, &of.uid).await;
            return Ok("garbage");
        }
        let received = Received { connection: id, of: &of, name: &message.name, at: message.at };
        let (kind, heard) = match said {
            Inbound::Garbage => ("garbage", Ok(())),
            Inbound::Foreign => ("foreign", Ok(())),
            Inbound::Unknown => ("unknown", Ok(())),
            Inbound::Start => ("start", chat::start(app, &received).await),
            Inbound::Heartbeat => ("heartbeat", chat::heartbeat(app, &received).await),
            Inbound::Acknowledged => ("acknowledge", chat::acknowledge(app, &received).await),
            Inbound::Read(conversations) => ("read", chat::read(app, &received, &conversations).await),
            Inbound::Messages(Some(said)) => ("send", chat::send(app, &received, &said).await),
            Inbound::Messages(None) => ("send", Err(Error::NotYourself)),
        };
        if let Err(error) = &heard {
            let status = status(error);
            let said = of.v2.then(|| packet::refused(&push_id, i64::from(status.code())));
            chat::refuse(app, &received, error, said.as_deref()).await;
        }
        heard.map(|()| kind)
    }

    async fn ended(app: &App, ended: &Ended) -> Result<(), Error> {
        garbage::forget(&ended.connection);
        inbox::ended(app, &ended.connection).await
    }

    async fn expired(app: &App, expired: &Expired) -> Result<(), Error> {
        garbage::forget(&expired.connection);
        inbox::expired(app, &expired.connection).await
    }
}

fn is_fault(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable)
}

/// What a client that wants to hear it is told of a failure (`docs/dialects/chat.md#refused-packets`).
fn status(error: &Error) -> Status {
    match error {
        Error::NoSuchUser | Error::NoSuchGroup | Error::NotAMember | Error::NotFriends => Status::NoUser,
        error if is_fault(error) || chat::ends_the_socket(error) => Status::NoSession,
        _ => Status::Failure,
    }
}
