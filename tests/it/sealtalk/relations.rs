//! What holds for two people whatever they do: the rules of friends as pure functions
//! (`docs/dialects/sealtalk.md#friends`).

use proptest::{collection::vec, prelude::*, sample::select};
use shared::{
    Error,
    friends::{
        Action, Relation, Status,
        rules::{AGAIN_AFTER_IGNORED, AGAIN_AFTER_SILENCE},
    },
    values::UserId,
};

/// Something that one of two does.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// To somebody who wants to be asked, or not.
    Invite(bool),
    Agree,
    Ignore,
    Delete,
    Block,
    Unblock,
    Rename,
    /// To have the other as a friend, whatever they have (`docs/dialects/chat.md#friends`).
    Add,
    /// To have them as one no more.
    Remove,
}

fn nobody() -> Relation {
    let uid = |digit: &str| UserId::try_from(digit.repeat(24)).unwrap();
    Relation::none(uid("a"), uid("b"))
}

/// What becomes of the relation, and the answer to an invitation.
fn done(before: &Relation, step: Step, now: i64) -> (Option<Action>, Relation) {
    let relation = before.clone();
    let after = match step {
        Step::Invite(approves) => match relation.invited(approves, "hi", now) {
            Ok((action, after)) => return (Some(action), after),
            Err(error) => Err(error),
        },
        Step::Agree => relation.agreed(now),
        Step::Ignore => relation.ignored(now),
        Step::Delete => relation.deleted(now),
        Step::Block => Ok(relation.blocked(now)),
        Step::Unblock => Ok(relation.unblocked(now)),
        Step::Rename => relation.named(Some("x"), now),
        Step::Add => relation.added(now),
        Step::Remove => relation.removed(now),
    };
    (
        None,
        after.unwrap_or_else(|error| {
            let blocked = matches!(error, Error::NoSuchUser) && before.is_blocked();
            assert!(blocked || matches!(error, Error::NoSuchFriend | Error::AlreadyFriends(_)), "{error:?}");
            before.clone()
        }),
    )
}

fn status(relation: &Relation) -> (Option<Status>, Option<Status>) {
    (relation.mine.as_ref().map(|edge| edge.status), relation.theirs.as_ref().map(|edge| edge.status))
}

fn listed(relation: &Relation) -> bool {
    relation.my_block.as_ref().is_some_and(|block| block.active && !block.hidden)
}

fn active(relation: &Relation) -> bool {
    relation.my_block.as_ref().is_some_and(|block| block.active)
}

/// Pairs of statuses that there can be, seen from either side.
fn fits(pair: (Option<Status>, Option<Status>)) -> bool {
    use Status::{Asked, Blocked, Deleted, Friends, Ignored, Requested};
    let ended = |status| matches!(status, Friends | Deleted | Blocked);
    match pair {
        (None, None) => true,
        (Some(Requested), Some(other)) | (Some(other), Some(Requested)) => matches!(other, Asked | Ignored),
        // Who adds by themselves what they have asked for leaves the request where it is.
        (Some(Asked | Ignored), Some(other)) | (Some(other), Some(Asked | Ignored)) => ended(other),
        (Some(one), Some(other)) => ended(one) && ended(other),
        // The other has done nothing.
        (Some(one), None) | (None, Some(one)) => ended(one),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_sides_fit_whatever_two_people_do(steps in vec((any::<bool>(), select(vec![
        Step::Invite(true), Step::Invite(true), Step::Invite(false), Step::Agree, Step::Agree, Step::Ignore,
        Step::Delete, Step::Block, Step::Unblock, Step::Rename, Step::Add, Step::Add, Step::Remove,
    ]), 0..3_i64), 1..30)) {
        let (mut relation, mut now, mut turned) = (nobody(), 1_700_000_000_000, false);
        for (turn, step, days) in steps {
            now += days * AGAIN_AFTER_IGNORED + 1;
            if turn {
                relation = relation.reversed();
                turned = !turned;
            }
            let before = relation.clone();
            let (action, after) = done(&before, step, now);
            let them = before.clone().reversed();
            prop_assert!(fits(status(&after)), "{step:?}: {:?} after {:?}", status(&after), status(&before));
            // What only one does, the other does not see.
            let asked = before.theirs.as_ref().is_some_and(|edge| edge.status == Status::Requested);
            let alone = matches!(step, Step::Ignore | Step::Delete | Step::Block | Step::Unblock | Step::Rename | Step::Remove);
            if alone || matches!(step, Step::Add) && !asked {
                prop_assert_eq!((&after.theirs, &after.their_block), (&before.theirs, &before.their_block));
            }
            // A block that came after the request is not lifted by agreeing to it.
            if let (Step::Agree, true, Some(block), Some(asked)) =
                (step, listed(&them), &before.their_block, &before.theirs)
            {
                let lifted = after.their_block.as_ref().is_some_and(|block| !block.active);
                prop_assert!(!lifted || block.updated_at < asked.updated_at, "{before:?}");
            }
            // Nobody becomes a friend who does not want the other any more.
            let wanted = before.theirs.as_ref().is_some_and(|edge| matches!(edge.status, Status::Requested | Status::Friends));
            if matches!(step, Step::Agree | Step::Add) && !wanted {
                prop_assert_eq!(&after.theirs, &before.theirs);
            }
            // Again at the same moment, nothing changes.
            let (_, again) = done(&after, step, now);
            prop_assert_eq!(&again, &after, "{:?} twice", step);
            // Whoever is blocked in the open gets nothing by asking, and who asks blocks nobody.
            if let (Step::Invite(approves), true) = (step, listed(&them)) {
                let friends = status(&before) == (Some(Status::Friends), Some(Status::Friends));
                prop_assert!(!friends, "a friend is not blocked");
                prop_assert_eq!((action, &after), (Some(Action::Nothing), &before), "{}", approves);
            }
            if let Some(action) = action {
                let befriended = status(&after) == (Some(Status::Friends), Some(Status::Friends));
                prop_assert_eq!(befriended, matches!(action, Action::Added | Action::AddedDirectly));
                prop_assert_eq!(action == Action::Nothing, after == before && !befriended);
            }
            for side in [after.clone(), after.clone().reversed()] {
                match side.mine.as_ref().map(|edge| edge.status) {
                    Some(Status::Friends) => prop_assert!(!active(&side), "a friend who is blocked"),
                    Some(Status::Blocked) => prop_assert!(listed(&side), "blocked without a block"),
                    _ => {}
                }
            }
            relation = after;
        }
        let _ = turned;
    }
}

#[test]
fn a_request_can_be_sent_again_after_its_time_to_the_millisecond() {
    let asked = done(&nobody(), Step::Invite(true), 1_000).1;
    let ignored = done(&asked.clone().reversed(), Step::Ignore, 5_000).1.reversed();
    for (relation, wait) in [(asked, AGAIN_AFTER_SILENCE), (ignored, AGAIN_AFTER_IGNORED)] {
        let action = |now| relation.clone().invited(true, "again", now).unwrap().0;
        assert_eq!((action(1_000 + wait - 1), action(1_000 + wait)), (Action::Nothing, Action::Sent));
        assert_eq!(relation.clone().invited(false, "again", 1_001).unwrap().0, Action::AddedDirectly);
    }
}

#[test]
fn every_pair_of_statuses_has_the_documented_answer() {
    use Action::{Added, Nothing, Sent};
    use Status::{Asked, Blocked, Deleted, Friends, Ignored, Requested};
    let edge = |status: Status| {
        let (_, mut relation) = done(&nobody(), Step::Invite(false), 0);
        let mut edge = relation.mine.take().unwrap();
        edge.status = status;
        edge
    };
    for mine in Status::ALL {
        for theirs in Status::ALL {
            let mut relation = nobody();
            (relation.mine, relation.theirs) = (Some(edge(mine)), Some(edge(theirs)));
            let expected = match (mine, theirs) {
                (_, Blocked) => Some(Nothing),
                (Friends, Friends) => None,
                (_, Requested | Friends) => Some(Added),
                (Requested, Ignored | Asked) => Some(Nothing),
                (_, Asked | Ignored | Deleted) => Some(Sent),
            };
            let answer = relation.clone().invited(true, "hi", 1).ok().map(|(action, _)| action);
            assert_eq!(answer, expected, "{mine:?} {theirs:?}");
            let agreed = relation.clone().agreed(1).is_ok();
            assert_eq!(agreed, mine == Friends || mine == Asked && matches!(theirs, Requested | Friends));
            assert_eq!(relation.clone().ignored(1).is_ok(), mine == Asked);
            assert_eq!(relation.clone().removed(1).is_ok(), mine == Friends);
            let added = relation.clone().added(1).ok();
            assert_eq!(added.is_some(), mine != Friends);
            let back = added.and_then(|after| after.theirs).map(|edge| edge.status);
            assert_eq!(back, (mine != Friends).then_some(if theirs == Requested { Friends } else { theirs }));
            assert_eq!(relation.deleted(1).is_ok(), matches!(mine, Friends | Blocked));
        }
    }
}
