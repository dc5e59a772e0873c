//! Who is told of a request to be friends, and of a friendship (`docs/dialects/chat.md#notices`).

use crate::{
    app::App,
    friends::rows::{Relation, Status, read::Found},
    inbox::{Audience, Contact, Notice},
    sessions::Actor,
    values::UserId,
};

/// The other side of a change, whose queue is read beside the two sides; nobody where nobody is told. One round, or none.
pub(super) async fn audience(app: &App, other: &UserId, tells: bool) -> Audience {
    if tells { Audience::of(app, std::slice::from_ref(other)).await } else { Audience::default() }
}

/// Tells the other side of a change that was written at this time, if it is theirs to know: they are asked to be friends, or the two
/// are friends from now on.
pub(super) async fn tell(app: &App, audience: &Audience, actor: &Actor, found: &Found, after: &Relation, millis: i64) {
    let version = found.their_version.next(millis);
    let contact = |message| Contact { from: actor.profile(), to: &after.other, message, version };
    let notice = match after.mine.as_ref().map(|edge| edge.status) {
        Some(Status::Requested) => Notice::Asks(contact(after.theirs.as_ref().map_or("", |edge| &edge.message))),
        Some(Status::Friends) if after.is_mutual() => Notice::Befriends(contact("")),
        _ => return,
    };
    notice.tell(app, audience).await;
}
