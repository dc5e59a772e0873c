//! What people say to each other, and to groups (`docs/dialects/chat.md#messages`).
//!
//! | module | what it holds |
//! |---|---|
//! | this one | what a client's socket brings: its start, its messages, its acknowledgements |
//! | `rules` | who may write to whom |
//! | `said` | a message to a group: written once, then fanned out to its members |
//! | `rows` | the row of such a message, and what is to be known of whom somebody writes to |
//!
//! A message to a person is a letter in their queue (`inbox.rs`), and is accepted once it is there. A message to a group is accepted
//! once it is a row of its own; the fan-out to the members' queues begins in the same call, and is resumed by others if that dies
//! (`changes.rs`).
//!
//! What a socket brings is proven by the session or the device that it was opened with. One that is over takes its socket along.

mod rows;
pub mod rules;
mod said;

pub use rules::{Kind, MOST_MESSAGES, Said};

use crate::{
    app::App,
    error::Error,
    groups,
    inbox::{self, Connection, packet},
    sessions::{self, Reader},
    values::{ConnectionId, GroupId, MessageId, UserId},
};
use futures_util::future::{join_all, try_join_all};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// What somebody's client has sent, and over which connection.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// The connection.
    pub connection: &'a ConnectionId,
    /// Whose it is.
    pub of: &'a Connection,
    /// What API Gateway calls the text: two calls for one text have the same.
    pub name: &'a str,
    /// When API Gateway has received it, in milliseconds.
    pub at: i64,
}

/// So many groups are looked at for messages whose fan-out was cut.
const LOOKED_AT: usize = 24;

impl Received<'_> {
    /// The id of a message in it. A text that is handed over twice brings its messages twice, under the same ids.
    fn id(&self, place: usize) -> MessageId {
        let text = format!("{}\0{}\0{place}", self.connection, self.name);
        let digits: String = hex::encode(Sha256::digest(text)).chars().take(24).collect();
        MessageId::try_from(digits).unwrap_or_else(|_| MessageId::nobody())
    }
}

/// A client starts to read (`docs/dialects/chat.md#starting`). Also what others have said in its groups, and has not reached
/// everybody, is fanned out then. Two to three rounds until everything that waits is posted; two more for the groups.
///
/// # Errors
/// As a proof of the session; faults.
pub async fn start(app: &App, received: &Received<'_>) -> Result<(), Error> {
    let inbox = inbox::start(app, received.connection, received.of).await?;
    said::resume_own(app, &received.of.uid, &inbox.owes).await;
    match rows::groups_of(app, &received.of.uid, LOOKED_AT).await {
        Ok(gids) => said::resume(app, &gids).await,
        Err(error) => tracing::warn!(%error, "what was said in groups is fanned out later"),
    }
    Ok(())
}

/// A client says that it is still there (`docs/dialects/chat.md#heartbeats`). None or two rounds.
///
/// # Errors
/// As [`start`].
pub async fn heartbeat(app: &App, received: &Received<'_>) -> Result<(), Error> {
    let inbox = inbox::heartbeat(app, received.connection, received.of).await?;
    said::resume_own(app, &received.of.uid, &inbox.map(|inbox| inbox.owes).unwrap_or_default()).await;
    Ok(())
}

/// A client has got a text with messages (`docs/dialects/chat.md#acknowledgements`). Two rounds.
///
/// # Errors
/// As [`start`].
pub async fn acknowledge(app: &App, received: &Received<'_>) -> Result<(), Error> {
    let inbox = inbox::acknowledge(app, received.connection, received.of, received.name, received.at).await?;
    said::resume_own(app, &received.of.uid, &inbox.owes).await;
    Ok(())
}

/// A conversation that somebody has read, as they say it.
#[derive(Clone, Debug)]
pub struct ReadConversation {
    /// One of the two who talk, or who has written in a group.
    pub from: String,
    /// The other one, or the group.
    pub to: String,
    /// The conversation.
    pub chat: String,
}

/// A client's user has read conversations: what waits for them of these need not be posted any more
/// (`docs/dialects/chat.md#reading`). One round where nothing waits, else three.
///
/// # Errors
/// [`Error::NotYourself`] where the user is none of those who talk; as [`start`].
pub async fn read(app: &App, received: &Received<'_>, conversations: &[ReadConversation]) -> Result<(), Error> {
    let reads = async |reader: &Reader| rows::own_inbox(app, reader).await;
    let proven = sessions::verify_with(app, &received.of.claim(), reads).await;
    let (actor, own) = inbox::proven(app, received.connection, proven)?;
    let me = actor.uid().as_str();
    if conversations.iter().any(|it| !it.from.eq_ignore_ascii_case(me) && !it.to.eq_ignore_ascii_case(me)) {
        return Err(Error::NotYourself);
    }
    let is_read = |message: &packet::Stored| {
        conversations.iter().any(|it| {
            let from = message.from.as_str();
            // In a group, whose conversation has its name, it does not matter who has written.
            let of_group = it.chat.eq_ignore_ascii_case(&it.to) || it.chat.eq_ignore_ascii_case(&it.from);
            message.chat == it.chat
                && (of_group || it.from.eq_ignore_ascii_case(from) || it.to.eq_ignore_ascii_case(from))
        })
    };
    inbox::take_out(app, actor.uid(), &own, |message| !is_read(message)).await?;
    accept(app, received, actor.uid()).await
}

/// A client sends messages (`docs/dialects/chat.md#messages`): all of them are accepted or none. Three rounds until they are
/// stored and the sender hears of that; then they are posted.
///
/// # Errors
/// [`Error::NotYourself`] in somebody else's name; [`Error::NoSuchUser`], [`Error::NoSuchGroup`] for a receiver who cannot be written
/// to; [`Error::NotFriends`]; [`Error::NotAMember`], [`Error::NotGroupCreator`], [`Error::NotGroupManager`]; as [`start`].
pub async fn send(app: &App, received: &Received<'_>, said: &[Said]) -> Result<(), Error> {
    let reads = async |reader: &Reader| rows::receivers(app, reader, said).await;
    let proven = sessions::verify_with(app, &received.of.claim(), reads).await;
    let (actor, receivers) = inbox::proven(app, received.connection, proven)?;
    let fellows = rules::needs_fellows(said, &receivers, &actor, *app.config.only_friends);
    let fellows = if fellows.is_empty() { Vec::new() } else { rows::fellows(app, &actor, &fellows).await? };
    let judged = rules::judge(said, &receivers, &actor, *app.config.only_friends, &fellows)?;
    let letters = letters(app, received, said, &judged)?;
    let now = app.clock.millis();
    let store = letters.people.into_iter().map(|(uid, messages)| {
        let (read, receivers) = (inbox::rules::Inbox::default(), &receivers);
        async move { inbox::store(app, &uid, receivers.inboxes.get(&uid).unwrap_or(&read), messages).await }
    });
    let say = letters.groups.into_iter().map(|(gid, messages)| said::write(app, gid, actor.uid(), messages, now));
    let (stored, written) = futures_util::try_join!(try_join_all(store), try_join_all(say))?;
    let objects = said.iter().any(|said| said.is_object);
    let post = join_all(stored.into_iter().map(|due| due.post(app)));
    let fan_out = join_all(written.iter().map(|gid| said::fan_out(app, gid, actor.uid())));
    let own = said::resume_own(app, actor.uid(), &receivers.own.owes);
    let wishes = async {
        if objects {
            inbox::wants_objects(app, actor.uid(), received.connection, &receivers.own).await;
        }
    };
    let (accepted, ..) = futures_util::join!(accept(app, received, actor.uid()), post, fan_out, wishes, own);
    accepted
}

async fn accept(app: &App, received: &Received<'_>, uid: &UserId) -> Result<(), Error> {
    inbox::reply(app, received.connection, uid, &packet::ok(&received.of.push_id())).await
}

/// What is to be stored, in the order in which it was said.
#[derive(Default)]
struct Letters {
    people: BTreeMap<UserId, Vec<packet::Stored>>,
    groups: BTreeMap<GroupId, Vec<packet::Stored>>,
}

fn letters(app: &App, received: &Received<'_>, said: &[Said], judged: &[rules::To]) -> Result<Letters, Error> {
    let mut letters = Letters::default();
    let now = crate::time::china_seconds(app.clock.seconds());
    for (place, (said, to)) in said.iter().zip(judged).enumerate() {
        let conversation = || crate::values::new_conversation(&app.random);
        let chat = match (to, said.chat.is_empty()) {
            (rules::To::Group(gid), true) => gid.to_string(),
            (rules::To::Group(gid), false) if said.kind == Kind::Group => gid.to_string(),
            (_, true) => conversation(),
            (_, false) => said.chat.clone(),
        };
        let stored = packet::Stored::of(&packet::Message {
            chat_id: &chat,
            from_id: &received.of.uid,
            to_id: to.as_str(),
            r#type: &said.written_kind,
            info: &said.info,
            create_time: if said.at.is_empty() { &now } else { &said.at },
            msg_id: &received.id(place),
        })?;
        if stored.size() > inbox::LARGEST {
            return Err(Error::TooLarge);
        }
        match to {
            rules::To::Person(uid) => letters.people.entry(uid.clone()).or_default().push(stored),
            rules::To::Group(gid) => letters.groups.entry(gid.clone()).or_default().push(stored),
            rules::To::Nobody(_) => {}
        }
    }
    Ok(letters)
}

/// Whether a failure means that the session is over which the socket hangs on.
#[must_use]
pub fn ends_the_socket(error: &Error) -> bool {
    matches!(error, Error::SignedOut | Error::WrongSession | Error::SessionNeeded | Error::ReviewOnly)
}

/// Tells a client that what it has sent was refused, if there is anything to say; then its socket is closed, if its session is over.
pub async fn refuse(app: &App, received: &Received<'_>, error: &Error, text: Option<&str>) {
    if let Some(text) = text
        && let Err(error) = inbox::reply(app, received.connection, &received.of.uid, text).await
    {
        tracing::warn!(%error, "a client does not hear of a failure");
    }
    if ends_the_socket(error) {
        inbox::expel(app, received.connection, &received.of.uid).await;
    }
}

/// What is to be known of those whom somebody writes to.
#[derive(Debug, Default)]
pub struct Receivers {
    /// People and what they are to the sender.
    pub(crate) people: HashMap<UserId, rules::Receiver>,
    /// Groups and who is in them.
    pub(crate) groups: HashMap<GroupId, (groups::Group, Vec<groups::Member>)>,
    /// The queues of the people.
    pub(crate) inboxes: HashMap<UserId, inbox::rules::Inbox>,
    /// The sender's own.
    pub(crate) own: inbox::rules::Inbox,
}

/// Ends what somebody who is being erased says and hears: their connections are closed, what waits for them is deleted, and what they have
/// said to groups is fanned out no further. What others have been sent is theirs and stays. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase(app: &App, uid: &UserId) -> Result<(), Error> {
    let groups = inbox::close(app, uid).await?;
    for gid in groups.into_iter().filter_map(|gid| GroupId::try_from(gid).ok()) {
        rows::erase(&app.store, uid, &gid).await?;
    }
    inbox::erase(app, uid).await
}
