//! Reporting in each API: what is kept, and every failure.

use super::{told, two};
use crate::world::{Api, NOBODY};
use serde_json::{Value, json};
use shared::values::UserId;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lightup_reports_people_and_what_is_live_of_them() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    api.upload_all(&bob.person, "male").await;
    let send = async |fields: &[(&str, &str)]| api.signed(&ann.person, "account/report_user", fields).await;
    let whom = ("target_id", &*bob.person.id);
    for wrong in [
        &[whom][..],
        &[whom, ("reason", "")],
        &[whom, ("reason", &*"x".repeat(501))],
        &[whom, ("reason", "a\u{0}b")],
        &[("reason", "spam")],
        &[("target_id", "x"), ("reason", "spam")],
        &[whom, ("reason", "spam"), ("class", "all")],
    ] {
        send(wrong).await.fails(400, "invalid request");
    }
    send(&[("target_id", NOBODY), ("reason", "spam")]).await.fails(400, "no such user");
    let own = ("target_id", &*ann.person.id);
    send(&[own, ("reason", "spam"), ("class", "basic_info")]).await.fails(400, "No such media");
    let signed_out = [("user_id", &*ann.person.id), ("access_token", &*"0".repeat(32)), whom, ("reason", "spam")];
    api.form("/v1/account/report_user", &signed_out).await.fails(401, "You haven't logined");
    assert!(api.filed().await.is_empty());

    api.reports(&ann, &bob, "spam\nand more").await;
    let person = api.newest().await;
    assert_eq!(told(&person), json!(["lightup", "user", bob.person.id, "spam\nand more", bob.person.id]));
    assert_eq!((&person["user"], &person["evidence"]["texts"]["nickname"]), (&json!(ann.person.id), &json!("Bob")));
    let files = person["evidence"]["files"].as_array().unwrap();
    assert!(files.len() >= 3 && files.iter().all(|file| file.as_str().unwrap().starts_with("media/")), "{files:?}");
    let done = send(&[whom, ("reason", "loud"), ("class", "basic_info")]).await;
    done.is(200, r#"{"status":"report user successfully","data":{}}"#);
    let media = api.newest().await;
    assert_eq!(told(&media), json!(["lightup", "media", bob.person.id, "loud", bob.person.id]));
    assert_eq!(media["evidence"]["texts"]["class"], "basic_info");
    // It stays as it was, whatever becomes of it.
    let renamed = [("personal_info", r#"{"nickname":"Robert"}"#)];
    assert_eq!(api.signed(&bob.person, "account/change_personal_info", &renamed).await.status, 200);
    api.delete_media(&bob.person, "audio", "basic_info").await;
    assert_eq!(api.filed().await, [person, media]);
    send(&[whom, ("reason", "loud"), ("class", "basic_info")]).await.fails(400, "No such media");
    for _ in 2..20 {
        api.reports(&ann, &bob, "spam").await;
    }
    send(&[whom, ("reason", "spam")]).await.fails(429, "too many requests");
    assert_eq!(api.filed().await.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sealtalk_reports_people_and_groups_that_one_knows_of() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let carl = api.everywhere("13900000003", "Carl").await;
    let ids = [&*bob.friend.id, &*carl.friend.id];
    let group = api.says(&bob.friend, "/group/create", json!({"name": "Loud ones", "memberIds": ids})).await.result();
    let group = group["id"].as_str().unwrap().to_owned();
    let send = async |body: Value| api.says(&ann.friend, "/user/report", body).await;
    let report = |kind: &str, id: &str| json!({"targetType": kind, "targetId": id, "reason": "spam"});
    send(report("user", NOBODY)).await.rejected(404, "Unknown user.");
    send(report("group", NOBODY)).await.rejected(404, "Unknown group.");
    // She is not in it, and nobody finds it.
    send(report("group", &group)).await.rejected(404, "Unknown group.");
    send(report("room", &group)).await.rejected(400, "Invalid targetType.");
    send(json!({"targetType": "user", "targetId": bob.friend.id})).await.rejected(400, "Empty reason.");
    let long = json!({"targetType": "user", "targetId": bob.friend.id, "reason": "x", "quoted": "x".repeat(2_001)});
    send(long).await.rejected(400, "Invalid quoted.");
    assert!(api.filed().await.is_empty());

    let said = json!({"targetType": "user", "targetId": bob.friend.id, "reason": "spam", "quoted": "buy this"});
    send(said).await.ok();
    let person = api.newest().await;
    assert_eq!(told(&person), json!(["sealtalk", "user", bob.friend.id, "spam", bob.friend.id]));
    assert_eq!(person["quoted"], "buy this");
    api.says(&carl.friend, "/user/report", report("group", &group)).await.ok();
    let filed = api.newest().await;
    assert_eq!(told(&filed), json!(["sealtalk", "group", group, "spam", bob.friend.id]));
    assert_eq!(filed["evidence"]["texts"], json!({"group": "Loud ones"}));
    // Who has left has seen it.
    api.says(&carl.friend, "/group/quit", json!({"groupId": group})).await.ok();
    api.says(&carl.friend, "/user/report", report("group", &group)).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live_reports_people_by_number_and_rooms_while_they_are_open() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let number = ("userId", &*bob.person.phone);
    let send = async |path: &str, fields: &[(&str, &str)]| {
        api.live_says(&ann, path, &[fields, &[("report", "1"), ("reason", "spam")]].concat()).await.0
    };
    assert_eq!(send("/friend", &[("userId", "13900000099")]).await, "0007");
    assert_eq!(send("/room", &[("userId", "13900000099")]).await, "0007");
    assert_eq!(send("/friend", &[("userId", "5")]).await, "0006");
    assert_eq!(send("/room", &[number]).await, "0009");
    assert_eq!(api.live_says(&ann, "/friend", &[("report", "1"), number]).await.0, "0006", "no reason");
    assert_eq!(send("/friend", &[number]).await, "0000");
    assert_eq!(told(&api.newest().await), json!(["live", "user", bob.person.id, "spam", bob.person.id]));
    assert_eq!(api.live_says(&bob, "/room", &[("live", "1"), ("title", "free money")]).await.0, "0000");
    assert_eq!(send("/room", &[number]).await, "0000");
    let room = api.newest().await;
    assert_eq!(told(&room), json!(["live", "room", bob.person.id, "spam", bob.person.id]));
    assert_eq!(room["evidence"]["texts"]["room"], "free money");
    // Whose number is hidden is nobody, room or not, unless they have asked.
    api.says(&bob.friend, "/user/set_privacy", json!({"phoneVerify": 0})).await.ok();
    assert_eq!((send("/friend", &[number]).await, send("/room", &[number]).await), ("0007".into(), "0007".into()));
    assert_eq!(api.filed().await.len(), 2);
    let asks = [("add", "1"), ("userId", &*ann.person.phone)];
    assert_eq!(api.live_says(&bob, "/friend", &asks).await.0, "0000");
    assert_eq!(send("/friend", &[number]).await, "0000");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_that_lead_to_nobody_count_as_looked_up() {
    let api = Api::start().await;
    let ann = api.everywhere("13900000001", "Anna").await;
    for number in 0..200 {
        let number = format!("1380000{number:04}");
        let fields = [("report", "1"), ("userId", &*number), ("reason", "spam")];
        assert_eq!(api.live_says(&ann, "/friend", &fields).await.0, "0007");
    }
    let fields = [("report", "1"), ("userId", "13800009999"), ("reason", "spam")];
    assert_eq!(api.live_says(&ann, "/friend", &fields).await.0, "0006");
    assert_eq!(api.live_says(&ann, "/friend", &[("block", "1"), fields[1]]).await.0, "0006");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chat_reports_people_and_groups_that_searches_find() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let group = json!({"name": "club", "description": "cheap coins", "members": []});
    let group = api.member_posts(&bob.member, "/create_group/", group).await.ok()["id"].as_str().unwrap().to_owned();
    let send = async |body: Value| api.member_posts(&ann.member, "/report/", body).await;
    let report = |kind: &str, id: &str| json!({"type": kind, "id": id, "reason": "spam"});
    for kind in ["user", "group"] {
        for id in [NOBODY, "x", ""] {
            send(report(kind, id)).await.fails(6004, &json!(""));
        }
    }
    send(report("room", &group)).await.fails(0, &json!(""));
    send(json!({"type": "user", "id": bob.member.id})).await.fails(0, &json!(""));
    let mut said = report("user", &bob.member.id);
    said["quoted"] = json!("x".repeat(2_001));
    send(said.clone()).await.fails(0, &json!(""));
    assert!(api.filed().await.is_empty());
    said["quoted"] = json!("buy this");
    send(said).await.is(&json!("ok"));
    let person = api.newest().await;
    assert_eq!(told(&person), json!(["chat", "user", bob.member.id, "spam", bob.member.id]));
    assert_eq!(person["quoted"], "buy this");
    send(report("group", &group)).await.is(&json!("ok"));
    let filed = api.newest().await;
    assert_eq!(told(&filed), json!(["chat", "group", group, "spam", bob.member.id]));
    assert_eq!(filed["evidence"]["texts"], json!({"group": "club", "description": "cheap coins"}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m_user_keeps_what_posts_and_comments_say() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let post = api.m_said(&bob.device, "cheap coins").await;
    let other = api.m_said(&bob.device, "another").await;
    let comment = api.m_comment(&bob.device, &post, "buy them").await.ok()["id"].as_str().unwrap().to_owned();
    let send = async |kind: &str, id: &str, on: Option<&str>| {
        let mut form = json!({"target_type": kind, "target_id": id, "reason": "spam"});
        form["post_id"] = json!(on);
        api.m_post(&ann.device, "/m_user/reports", form).await
    };
    let unknown = UserId::nobody().to_string();
    for on in [&*other, &*unknown, "x"] {
        send("comment", &comment, Some(on)).await.not_found();
    }
    send("comment", &unknown, Some(&post)).await.not_found();
    send("post", &post, None).await.done();
    send("comment", &comment, Some(&post)).await.done();
    send("comment", &comment, None).await.done();
    api.m_delete(&bob.device, &format!("/m_sns/posts/{post}"), Value::Null).await.done();
    let filed = api.filed().await;
    let texts: Vec<_> = filed.iter().map(|filed| &filed["evidence"]["texts"]).collect();
    let comment_texts = json!({"comment": "buy them", "on": post});
    assert_eq!(texts, [&json!({"post": "cheap coins"}), &comment_texts, &Value::Null]);
    assert_eq!(told(&filed[0]), json!(["m_user", "post", post, "spam", bob.person.id]));
    assert_eq!(told(&filed[1]), json!(["m_user", "comment", comment, "spam", bob.person.id]));
    send("post", &post, None).await.not_found();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_reports_a_day_are_taken_of_all_apis_together() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    for _ in 0..20 {
        api.reports(&ann, &bob, "spam").await;
    }
    let number = [("report", "1"), ("userId", &*bob.person.phone), ("reason", "spam")];
    let id = &bob.person.id;
    let refused = async || {
        let body = json!({"targetType": "user", "targetId": id, "reason": "spam"});
        api.says(&ann.friend, "/user/report", body).await.rejected(429, "Too many requests.");
        assert_eq!(api.live_says(&ann, "/friend", &number).await.0, "0006");
        let body = json!({"type": "user", "id": id, "reason": "spam"});
        api.member_posts(&ann.member, "/report/", body).await.fails(0, &json!(""));
        let body = json!({"target_type": "user", "target_id": id, "reason": "spam"});
        api.m_post(&ann.device, "/m_user/reports", body).await.fails(429, 729, "too many requests");
    };
    refused().await;
    assert_eq!(api.filed().await.len(), 20);
    // Somebody else has twenty of their own, at once.
    let all = (0..25).map(|_| async {
        let fields = [("target_id", &*ann.person.id), ("reason", "spam")];
        api.signed(&bob.person, "account/report_user", &fields).await.status
    });
    let taken = futures_util::future::join_all(all).await;
    assert_eq!(taken.iter().filter(|status| **status == 200).count(), 20, "{taken:?}");
    assert_eq!(api.filed().await.len(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reports_or_blocks_without_a_session() {
    let api = Api::start().await;
    let body = json!({"targetType": "user", "targetId": NOBODY, "reason": "spam"});
    api.anyone("/user/report", body).await.refused(403, 10_000);
    for (path, what) in [
        ("/friend", "report"),
        ("/room", "report"),
        ("/friend", "block"),
        ("/friend", "unblock"),
        ("/list", "blocklist"),
    ] {
        let fields = [(what, "1"), ("userId", "13800000002"), ("reason", "spam")];
        api.form(path, &fields).await.please_sign_up();
    }
    let body = json!({"type": "user", "id": NOBODY, "reason": "spam"});
    api.stranger_posts("/report/", body).await.fails(11_001, &json!(""));
    for path in [format!("/block/{NOBODY}/"), format!("/unblock/{NOBODY}/")] {
        api.stranger_posts(&path, Value::Null).await.fails(11_001, &json!(""));
    }
    assert!(api.filed().await.is_empty());
}
