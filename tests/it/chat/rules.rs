//! What the rules of a queue say where a random run seldom comes to (`docs/dialects/chat.md#queue`).

use shared::{
    inbox::{
        packet::{Message, Stored},
        plan::{FRAME, Known, Letter, Plan, plan},
        rules::{ARRIVED, CONNECTION_LIFE, Conn, Done, Inbox, LEASE, MOST_CONNECTIONS, MOST_WAITING, Outcome, SETTLED},
    },
    values::{ConnectionId, MessageId, PushId, UserId},
};

const NOW: i64 = 1_800_000_000_000;

fn id(name: &str) -> ConnectionId {
    ConnectionId::try_from(name.to_owned()).unwrap()
}

fn user() -> UserId {
    UserId::try_from("5702a4a5589613964cafdc76".to_owned()).unwrap()
}

fn open(inbox: &Inbox, name: &str, now: i64) -> Inbox {
    inbox.open(&id(name), Conn::new(name.to_owned(), false, now, now + CONNECTION_LIFE), now).0
}

/// The client of a connection starts, by a call that has read the row before.
fn started(inbox: &Inbox, read: &Inbox) -> Inbox {
    inbox.start(&id("a"), read, NOW).unwrap()
}

/// Somebody with one reader, to whom everything is posted.
fn reading() -> Inbox {
    started(&open(&Inbox::default(), "a", NOW), &Inbox::default())
}

/// A frame is posted that completes the next number.
fn posted(inbox: &Inbox, now: i64) -> Inbox {
    let inbox = inbox.send(1, now).expect("a sender who posts");
    let lease = inbox.turn;
    let outcome = Outcome::Posted { end: inbox.seq, sent: true };
    inbox.mark(lease, &[Done { connection: id("a"), starts: 1, outcome }], now).unwrap()
}

fn message(text: &str) -> Stored {
    let raw = |text: String| serde_json::value::RawValue::from_string(text).unwrap();
    Stored::of(&Message {
        chat_id: "c",
        from_id: &user(),
        to_id: "x",
        r#type: &raw("1".into()),
        info: &raw(serde_json::json!([{ "category": 0, "content": text }]).to_string()),
        create_time: "",
        msg_id: &MessageId::nobody(),
    })
    .unwrap()
}

fn letter(text: &str) -> Letter {
    Letter { messages: vec![message(text)], expires_at: NOW / 1_000 + 100 }
}

/// Everything up to `seq`, of which these letters are there.
fn known(seq: i64, letters: impl IntoIterator<Item = (i64, Letter)>) -> Known {
    Known { letters: letters.into_iter().collect(), from: 0, to: seq }
}

#[test]
fn each_acknowledgement_is_for_the_oldest_frame() {
    let mut inbox = reading();
    for _ in 0..3 {
        inbox = posted(&inbox, NOW);
    }
    for acked in 1..=3 {
        inbox = inbox.ack(&id("a"), &format!("ok {acked}"), NOW).unwrap();
        assert_eq!(inbox.acked, acked);
        assert!(inbox.ack(&id("a"), &format!("ok {acked}"), NOW).is_none(), "the same again");
    }
    assert!(inbox.ack(&id("a"), "one more", NOW).is_none(), "for nothing");
    assert!(inbox.ack(&id("b"), "of nobody", NOW).is_none());
    inbox = posted(&inbox, NOW);
    assert_eq!(inbox.acked, 3);
}

/// Many frames without an acknowledgement are remembered together, and none of them is acknowledged too early.
#[test]
fn frames_that_are_too_many() {
    let mut inbox = reading();
    for _ in 0..40 {
        inbox = posted(&inbox, NOW);
    }
    assert!(inbox.conns[&id("a")].frames.len() <= 16);
    for number in 1..=40 {
        inbox = inbox.ack(&id("a"), &number.to_string(), NOW).unwrap();
        assert!(inbox.acked <= number, "{} after {number}", inbox.acked);
    }
    assert_eq!(inbox.acked, 40);
}

/// An acknowledgement is also for what was posted long before; what comes late for that is for nothing else.
#[test]
fn a_client_that_acknowledges_seldom() {
    let mut inbox = reading();
    for _ in 0..3 {
        inbox = posted(&inbox, NOW);
    }
    inbox = posted(&inbox, NOW + ARRIVED);
    inbox = inbox.ack(&id("a"), "one for all", NOW + ARRIVED).unwrap();
    assert_eq!(inbox.acked, 3);
    // The two that it has left out come after all.
    for late in ["two", "three"] {
        inbox = inbox.ack(&id("a"), late, NOW + ARRIVED).unwrap();
        assert_eq!(inbox.acked, 3, "{late}");
    }
    assert_eq!(inbox.ack(&id("a"), "four", NOW + ARRIVED).unwrap().acked, 4);
}

#[test]
fn the_oldest_connection_makes_room() {
    let mut inbox = Inbox::default();
    for number in 0..MOST_CONNECTIONS {
        inbox = open(&inbox, &format!("c{number}"), NOW + i64::try_from(number).unwrap());
    }
    let new = Conn::new(String::new(), false, NOW, NOW + CONNECTION_LIFE);
    let (inbox, too_many) = inbox.open(&id("new"), new, NOW);
    assert_eq!((too_many, inbox.conns.len()), (vec![id("c0")], MOST_CONNECTIONS));
    assert!(inbox.start(&id("c0"), &inbox, NOW).is_none(), "it never comes back");
    // Those that are over make room by themselves.
    let later = NOW + 2 * CONNECTION_LIFE;
    let (inbox, too_many) = inbox.open(&id("later"), Conn::new(String::new(), false, later, later + 1), later);
    assert_eq!((too_many, inbox.conns.len()), (vec![], 1));
}

#[test]
fn what_too_many_others_have_followed_is_counted_and_not_read() {
    let inbox = Inbox { seq: MOST_WAITING + 7, acked: 2, numbered_at: NOW, ..Inbox::default() };
    assert_eq!(inbox.trimmed().unwrap().dropped, 5);
    let started = started(&open(&inbox, "a", NOW), &inbox);
    assert_eq!((started.dropped, started.acked, started.conns[&id("a")].posted), (5, 7, 7));
    assert!(started.trimmed().is_none(), "once");
}

/// What another connection has acknowledged since a client was told that it has started comes to it all the same; so does what could
/// not be posted to it, when it starts again. What it was posted, and what was acknowledged before, does not come.
#[test]
fn what_others_acknowledge_meanwhile_comes_to_whoever_has_started() {
    let posted = |inbox: &Inbox| inbox.conns[&id("a")].posted;
    let read = open(&Inbox { seq: 3, acked: 1, numbered_at: NOW, ..Inbox::default() }, "a", NOW);
    let acknowledged = Inbox { acked: 3, ..read.clone() };
    let first = started(&acknowledged, &read);
    assert_eq!((posted(&first), first.behind(NOW)), (1, Some(1)));
    // A frame that is handed over twice starts twice.
    assert_eq!(posted(&started(&started(&acknowledged, &acknowledged), &read)), 1);
    assert_eq!(posted(&started(&first, &first)), 1);
    let done = Done { connection: id("a"), starts: 1, outcome: Outcome::Posted { end: 3, sent: true } };
    let has_all = first.mark(first.turn, &[done], NOW).unwrap();
    assert_eq!((posted(&has_all), posted(&started(&has_all, &has_all))), (3, 3));
}

#[test]
fn a_lease_that_has_run_out_is_taken_over_with_a_doubt() {
    let inbox = reading().send(1, NOW).unwrap();
    assert!(inbox.take(NOW + LEASE - 1).is_none());
    let taken = inbox.take(NOW + LEASE).unwrap();
    assert!(!taken.is_held_by(inbox.turn) && taken.is_held_by(taken.turn));
    assert_eq!(taken.conns[&id("a")].frames[0].end, 0, "its acknowledgement is for nothing");
    assert!(taken.mark(inbox.turn, &[], NOW + LEASE).is_none(), "who has lost it marks nothing");
}

/// A letter that is missing is waited for; one that was lost or has expired long ago is not.
#[test]
fn holes() {
    let push_id = PushId::of(&user());
    let inbox = Inbox { seq: 4, numbered_at: NOW, ..reading() };
    let some = || known(4, [(3, letter("3"))]);
    assert_eq!(plan(&inbox, &push_id, &some(), NOW), Plan::Wait(vec![1, 2]));
    let settled = Inbox { settled: 2, ..inbox.clone() };
    let Plan::Post(frames) = plan(&settled, &push_id, &some(), NOW) else { panic!("a frame") };
    assert_eq!(frames[0].end, 3);
    let Plan::Post(frames) = plan(&inbox, &push_id, &some(), NOW + SETTLED + 1) else { panic!("a frame") };
    assert_eq!((frames[0].end, frames[0].text.is_some()), (4, false), "the letter has expired by then, too");
    // What nobody has read yet is no hole.
    assert_eq!(plan(&inbox, &push_id, &Known::default(), NOW), Plan::Read(0));
    let gone = Letter { messages: Vec::new(), expires_at: i64::MAX / 1_000 };
    let Plan::Post(frames) = plan(&inbox, &push_id, &known(4, [(1, gone)]), NOW) else { panic!("a frame") };
    assert_eq!((frames[0].end, &frames[0].text), (1, &None), "a number that was given up is passed over");
}

#[test]
fn frames_are_no_longer_than_they_may_be() {
    let push_id = PushId::of(&user());
    let inbox = Inbox { seq: 40, numbered_at: NOW, ..reading() };
    let letters = (1..=40).map(|number| (number, letter(&"x".repeat(1_000))));
    let Plan::Post(frames) = plan(&inbox, &push_id, &known(40, letters), NOW) else { panic!("a frame") };
    let text = frames[0].text.as_ref().unwrap();
    assert!(text.len() <= FRAME && text.len() > FRAME - 1_500, "{}", text.len());
    assert_eq!(text.matches("msgId").count(), usize::try_from(frames[0].end).unwrap());
}
