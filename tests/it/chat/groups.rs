//! Messages to groups (`docs/dialects/chat.md#messages-to-groups`).

use super::socket::{Socket, Someone, text_of};
use crate::world::Api;
use local::Fault;
use serde_json::{Value, json};
use shared::{
    sessions::Claim,
    values::{Dialect, GroupId, UserId},
};

fn claim(who: &Someone) -> Claim {
    Claim::of_token(Dialect::Chat, &who.session).unwrap()
}

/// A group that the first of these people makes of all of them.
async fn group(api: &Api, people: &[Someone]) -> GroupId {
    let uids: Vec<_> = people[1..].iter().map(|who| UserId::try_from(who.id.clone()).unwrap()).collect();
    let claim = claim(&people[0]);
    let new = shared::groups::NewGroup { name: "club", portrait: "", description: "", members: &uids, all: true };
    shared::groups::create(&api.world.app, &claim, &new).await.unwrap().0.gid
}

async fn people(api: &Api, count: usize) -> Vec<Someone> {
    let mut people = Vec::new();
    for number in 0..count {
        people.push(Someone::register(api, &format!("138000001{number:02}")).await);
    }
    people
}

/// A message to a group.
fn to_group(from: &Someone, gid: &GroupId, kind: u8, text: &str) -> Value {
    let info = json!([{ "category": 0, "content": text }]);
    json!({ "chatId": "", "fromId": from.id, "toId": gid.as_str(), "type": kind, "info": info, "createTime": "" })
}

/// The next messages that people have written, which are so many: not those that tell of the group.
async fn all_written(socket: &mut Socket, count: usize) -> Vec<Value> {
    let mut written = Vec::new();
    while written.len() < count {
        let messages = socket.messages().await;
        socket.packet(1, json!("ok")).await;
        written.extend(messages.into_iter().filter(|message| message["type"] != 0));
    }
    assert_eq!(written.len(), count, "{written:?}");
    written
}

/// The next of them.
async fn written(socket: &mut Socket) -> Value {
    all_written(socket, 1).await.remove(0)
}

/// Hears that something was accepted, whatever else comes before.
async fn accepted(socket: &mut Socket) {
    while !socket.hear().await.contains(r#""message":"ok""#) {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_other_member_gets_it_once() {
    let api = Api::start().await;
    let people = people(&api, 5).await;
    let [ann, bob, cid, dan, eve] = &people[..] else { unreachable!() };
    let gid = group(&api, &people[..4]).await;
    let mut sockets = Vec::new();
    for who in &people[..3] {
        sockets.push(Socket::started(&api, who).await);
    }
    let [of_ann, of_bob, of_cid] = &mut sockets[..] else { unreachable!() };
    of_ann.packet(1, json!([to_group(ann, &gid, 7, "hello")])).await;
    accepted(of_ann).await;
    let (of_b, of_c) = (written(of_bob).await, written(of_cid).await);
    assert_eq!(of_b, of_c, "the same under the same id");
    assert_eq!((&of_b["toId"], &of_b["chatId"]), (&json!(gid.as_str()), &json!(gid.as_str())));
    assert_eq!((&of_b["fromId"], &of_b["type"], text_of(&of_b)), (&json!(ann.id), &json!(7), "hello".to_owned()));
    of_ann.hears_nothing().await;
    of_bob.hears_nothing().await;
    // Who was away has it when they come; who has come since does not, and who has left neither.
    shared::groups::quit(&api.world.app, &claim(cid), &gid).await.unwrap();
    shared::groups::join(&api.world.app, &claim(eve), &gid).await.unwrap();
    let mut of_dan = Socket::started(&api, dan).await;
    assert_eq!(written(&mut of_dan).await, of_b);
    let mut of_eve = Socket::started(&api, eve).await;
    of_bob.packet(1, json!([to_group(bob, &gid, 7, "without Cid")])).await;
    accepted(of_bob).await;
    assert_eq!(text_of(&written(&mut of_eve).await), "without Cid");
    assert_eq!(text_of(&written(&mut of_dan).await), "without Cid");
    assert_eq!(text_of(&written(&mut sockets[0]).await), "without Cid");
    api.world.shutdown().await;
}

/// Who may not write to a group is not answered, and nothing is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_write() {
    let api = Api::start().await;
    let people = people(&api, 3).await;
    let [ann, bob, cid] = &people[..] else { unreachable!() };
    let gid = group(&api, &people[..2]).await;
    let refused = async |who: &Someone, kind: u8, status: u16| {
        let mut socket = super::socket::ask(&api, who, "?v=2", true).await.unwrap();
        socket.start().await;
        socket.packet(1, json!([to_group(who, &gid, kind, "no")])).await;
        let answer = format!(r#"{{"status":{status},"pushId":"{}","message":""}}"#, who.push_id);
        while socket.hear().await != answer {}
        socket.close().await;
    };
    refused(cid, 7, 6004).await;
    refused(cid, 3, 6004).await;
    refused(bob, 4, 0).await;
    refused(ann, 1, 6004).await;
    refused(ann, 0, 0).await;
    let mut of_bob = Socket::started(&api, bob).await;
    let mut of_ann = Socket::started(&api, ann).await;
    for kind in [3, 4, 5, 6, 7] {
        of_ann.packet(1, json!([to_group(ann, &gid, kind, "yes")])).await;
        accepted(&mut of_ann).await;
        let got = written(&mut of_bob).await;
        assert_eq!((&got["type"], text_of(&got)), (&json!(kind), "yes".to_owned()));
    }
    let change = shared::groups::Change::Mute(true);
    shared::groups::change(&api.world.app, &claim(ann), &gid, &change).await.unwrap();
    refused(bob, 7, 0).await;
    api.world.shutdown().await;
}

/// Where the fan-out was cut, a heartbeat of the sender, the next message to the group, whosever it is, or a member who starts resumes it.
/// Nobody gets anything twice, and what was said first comes first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fan_out_that_was_cut_is_resumed() {
    let api = Api::start().await;
    let people = people(&api, 3).await;
    let [ann, bob, cid] = &people[..] else { unreachable!() };
    let gid = group(&api, &people).await;
    let open = async || {
        let rows = api.rows("ChatTable").await;
        rows.iter().filter(|row| row["sk"].as_s().unwrap().starts_with("SAID#")).count()
    };
    for (number, resumed) in ["by a heartbeat", "by the next", "by a start", "by their next"].into_iter().enumerate() {
        let mut of_ann = Socket::started(&api, ann).await;
        let mut of_bob = Socket::started(&api, bob).await;
        let text = format!("cut {number}");
        // Until what belongs to their start is done.
        of_ann.packet(1, json!("")).await;
        accepted(&mut of_ann).await;
        of_bob.is_heard().await;
        // The members' queues are not read, however often that is tried.
        api.world.faults.strike("BatchGetItem", 2, &Fault::Delayed(std::time::Duration::ZERO));
        api.world.faults.strike("BatchGetItem", 3, &Fault::Internal);
        of_ann.packet(1, json!([to_group(ann, &gid, 7, &text)])).await;
        accepted(&mut of_ann).await;
        while api.world.faults.left("BatchGetItem") > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        assert_eq!(open().await, 1, "{resumed}");
        if number < 3 {
            api.advance(11);
        }
        let mut of_cid = match number {
            0 => {
                api.advance(300);
                of_ann.packet(1, json!("")).await;
                accepted(&mut of_ann).await;
                Socket::started(&api, cid).await
            }
            1 => {
                of_bob.packet(1, json!([to_group(bob, &gid, 7, "next")])).await;
                accepted(&mut of_bob).await;
                Socket::started(&api, cid).await
            }
            3 => {
                of_ann.packet(1, json!([to_group(ann, &gid, 7, "next")])).await;
                accepted(&mut of_ann).await;
                Socket::started(&api, cid).await
            }
            _ => Socket::started(&api, cid).await,
        };
        let count = if number % 2 == 1 { 2 } else { 1 };
        let texts: Vec<_> = all_written(&mut of_cid, count).await.iter().map(text_of).collect();
        let expected: Vec<_> = [text.as_str(), "next"].into_iter().take(texts.len()).collect();
        assert_eq!(texts, expected, "{resumed}");
        let to_bob = if number == 3 { 2 } else { 1 };
        let texts: Vec<_> = all_written(&mut of_bob, to_bob).await.iter().map(text_of).collect();
        assert_eq!(texts, [text.as_str(), "next"][..to_bob], "{resumed}");
        of_cid.hears_nothing().await;
        assert_eq!(open().await, 0, "{resumed}");
        for socket in [of_ann, of_bob, of_cid] {
            socket.close().await;
        }
    }
    api.world.shutdown().await;
}

/// Several talk at once, and each of them sends the next message when the one before was accepted. Whoever is in the group gets everything once,
/// what each has said in its order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_talk_at_once() {
    const EACH: usize = 6;
    let api = Api::start().await;
    let people = people(&api, 6).await;
    let gid = group(&api, &people).await;
    let mut of_last = Socket::started(&api, &people[5]).await;
    let talk = people[..4].iter().map(|who| {
        let (api, gid) = (&api, &gid);
        async move {
            // A socket for each message: the events of one socket come one after the other here.
            for number in 0..EACH {
                let mut socket = Socket::started(api, who).await;
                socket.packet(1, json!([to_group(who, gid, 7, &number.to_string())])).await;
                accepted(&mut socket).await;
            }
        }
    });
    futures_util::future::join_all(talk).await;
    let (all, away) = (4 * EACH, &people[4]);
    let to_last = all_written(&mut of_last, all).await;
    let to_away = all_written(&mut Socket::started(&api, away).await, all).await;
    for written in [to_last, to_away] {
        for who in &people[..4] {
            let of_one = written.iter().filter(|message| message["fromId"] == who.id.as_str());
            let expected: Vec<_> = (0..EACH).map(|number| number.to_string()).collect();
            assert_eq!(of_one.map(text_of).collect::<Vec<_>>(), expected);
        }
    }
    api.world.shutdown().await;
}
