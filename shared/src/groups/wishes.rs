//! Wishes to let somebody into a group: when those who manage it are asked anew
//! (`docs/dialects/sealtalk.md#approval-and-invitations`).

use crate::{
    app::App,
    error::Error,
    groups::rows::{
        self, Group, Person,
        notices::{AGAIN_AFTER, Answered, Notice},
        wishes::by_others,
    },
    store::Attempt,
};

/// Asks those who manage a group to let people in, who are as they were read. A wish for the same person that [`stands`] is left
/// alone, unless they block whoever made it. One round, and another where that has to be seen. Stale: somebody, or the group, is
/// not as they were read.
///
/// # Errors
/// [`Error::TooManyWishes`], [`Error::NoSuchGroup`].
pub(super) async fn ask_managers(
    app: &App,
    group: &Group,
    wishes: Vec<(Notice, &Person)>,
) -> Result<Attempt<()>, Error> {
    let millis = app.clock.millis();
    let standing = wishes.iter().filter(|(wish, person)| stands(wish, person, group, millis));
    let made_by_others = standing
        .filter_map(|(wish, person)| person.wish.as_ref().filter(|before| before.requester != wish.requester))
        .filter_map(by_others);
    let blocked = rows::read::blocks(&app.store, made_by_others).await?;
    let gives_way = |person: &Person| person.wish.as_ref().and_then(by_others).is_some_and(|it| blocked.contains(&it));
    let is_new = |(wish, person): &(Notice, &Person)| gives_way(person) || !stands(wish, person, group, millis);
    let new =
        wishes.into_iter().filter(is_new).map(|(wish, person)| (repeated(wish, person, group), person.wish.clone()));
    rows::wishes::put(&app.store, &group.gid, &new.collect::<Vec<_>>(), millis).await
}

/// Whether the wish that there is keeps a new one from being made: for [`AGAIN_AFTER`], unless entering has used it up, whoever joins
/// makes it their own, or somebody has taken it off their list while it waits.
fn stands(wish: &Notice, person: &Person, group: &Group, millis: i64) -> bool {
    let Some(before) = &person.wish else { return false };
    let used = before.status == Answered::Agreed || person.entered_at.is_some_and(|at| at >= before.at);
    let becomes_own = wish.requester == wish.invitee && before.requester != wish.requester;
    let cleared = before.waits() && before.at <= group.wishes_cleared_at;
    let is_new = millis - before.answered_at.unwrap_or(before.at) < AGAIN_AFTER;
    is_new && !used && !becomes_own && !cleared
}

/// A wish as it is to be stored: newer than what anybody has cleared. One that somebody has made themselves, and that waits,
/// stays theirs when another repeats it.
fn repeated(mut wish: Notice, person: &Person, group: &Group) -> Notice {
    wish.at = wish.at.max(group.wishes_cleared_at + 1);
    if person.wish.as_ref().is_some_and(|before| before.waits() && before.requester == before.invitee) {
        wish.requester = wish.invitee.clone();
    }
    wish
}
