//! Erasures that meet something on its way: what is written too late is refused, what is somebody else's stays.

use super::{DEVICE, ERASED, NICKNAME, PASSWORD, PHONE, SIGNED_OUT, delete, gone, lights, received, somebody, upload};
use crate::{
    crowd::{Item, text},
    lightup::account::{UNPROVEN, change_password, request_change, validate, with_token},
    world::{Api, Person, question_arr, questions},
};
use futures_util::future::join_all;
use local::Fault;
use serde_json::json;
use shared::config::Table;
use std::time::Duration;

/// Longer than an erasure takes.
const LATE: Duration = Duration::from_millis(1_500);
const A_LITTLE: Duration = Duration::from_millis(300);

/// Waits until all failures of an operation that were asked for have struck.
async fn struck(api: &Api, operation: &str) {
    for _ in 0..600 {
        if api.world.faults.left(operation) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{operation} was not called");
}

/// Somebody who may do everything that `after_the_end` asks for, and the id of an upload that waits.
async fn ready(api: &Api) -> (Person, String) {
    let tony = api.complete(PHONE, NICKNAME, "male").await;
    let portrait = [("save_key", "/his-portrait.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    upload(api, &api.signed(&tony, "account/upload_portrait_request", &portrait).await.data()).await;
    let form = api.request_video(&tony, "value_concept").await.data();
    upload(api, &form).await;
    assert_eq!(request_change(api, PHONE).await.status, 200);
    let code = api.code(PHONE).await;
    let proven = validate(api, PHONE, &code, "change_password").await.data();
    (with_token(&tony, &proven), form["video_buffer_id"].as_str().unwrap().to_owned())
}

/// A request whose write arrives when its user has been erased: it is refused and leaves nothing.
async fn after_the_end(name: &str, fields: &[(&str, &str)], error: &str) {
    let api = Api::start().await;
    let (tony, id) = ready(&api).await;
    let key = format!("/value_concept/{}-1460000002.mp4", tony.id);
    let own = [("phone_number", PHONE), ("file_id", id.as_str()), ("save_key", key.as_str())];
    let named = |name: &str| fields.iter().any(|field| field.0 == name);
    let own = own.into_iter().filter(|field| !named(field.0));
    let fields: Vec<_> = fields.iter().copied().chain(own).collect();
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(LATE));
    let erasure = async {
        struck(&api, "TransactWriteItems").await;
        delete(&api, PHONE).await
    };
    let (answer, erased) = tokio::join!(api.signed(&tony, name, &fields), erasure);
    erased.is(200, ERASED);
    assert_eq!((answer.status, answer.json()["error"].as_str()), (401, Some(error)), "{name}: {answer:?}");
    gone(&api, &tony).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_arrives_after_the_end_is_refused() {
    let (arr, set) = (question_arr(), questions());
    let device = [("device_token", DEVICE)];
    let portrait = [("save_key", "/his-portrait.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    let audio = [("sex", "male"), ("file_type", "audio"), ("audio_class", "basic_info"), ("question_arr", &*arr)];
    let video = [("sex", "male"), ("file_type", "video"), ("video_class", "value_concept"), ("questions", &*set)];
    join_all([
        after_the_end("account/refresh_device_token", &device, SIGNED_OUT),
        after_the_end("account/refresh_device_token_lib", &device, SIGNED_OUT),
        after_the_end("account/get_questions", &[("class", "basic_info")], SIGNED_OUT),
        after_the_end("account/upload_portrait_request", &portrait, SIGNED_OUT),
        after_the_end("account/upload_portrait_confirm", &[], SIGNED_OUT),
        after_the_end("account/change_password", &[("password", PASSWORD)], UNPROVEN),
        after_the_end("media/upload_request", &audio, SIGNED_OUT),
        after_the_end("media/upload_request", &video, SIGNED_OUT),
        after_the_end("media/upload_media", &video, SIGNED_OUT),
        after_the_end("media/confirm", &[("file_type", "video")], SIGNED_OUT),
    ])
    .await;
}

/// A file that is copied behind the erasure's back is deleted by whoever copied it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_under_way() {
    for (name, fields) in [("media/confirm", &[("file_type", "video")][..]), ("account/upload_portrait_confirm", &[])] {
        let api = Api::start().await;
        let (tony, id) = ready(&api).await;
        // The erasure has passed what is live and not yet what is pending when the copy is made.
        api.world.faults.strike("CopyObject", 1, &Fault::Delayed(A_LITTLE));
        api.world.faults.strike("ListObjectsV2", 1, &Fault::Delayed(3 * A_LITTLE));
        let erasure = async {
            struck(&api, "CopyObject").await;
            delete(&api, PHONE).await
        };
        let fields = [fields, &[("file_id", &*id)]].concat();
        let (answer, erased) = tokio::join!(api.signed(&tony, name, &fields), erasure);
        answer.fails(401, SIGNED_OUT);
        erased.is(200, ERASED);
        gone(&api, &tony).await;
    }
}

/// A proof that is still there while its user is being erased sets no password any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_under_way() {
    let api = Api::start().await;
    let tony = api.verified(PHONE).await;
    let pk = format!("USER#{}", tony.id);
    api.amend(&pk, "PROFILE", &[("state", Some(text("erasing")))]).await;
    change_password(&api, PHONE, PASSWORD).await.fails(401, UNPROVEN);
    assert!(api.item(api.world.app.config.tables.name(Table::Users), &pk, "CREDENTIAL").await.is_none());
    delete(&api, PHONE).await.is(200, ERASED);
    gone(&api, &tony).await;
}

/// A code that is stored while the erasure is under way goes at its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_on_its_way() {
    let api = Api::start().await;
    let tony = api.complete(PHONE, NICKNAME, "male").await;
    // Four counters, then the code.
    api.world.faults.strike("UpdateItem", 5, &Fault::Delayed(A_LITTLE));
    api.world.faults.strike("ListObjectsV2", 1, &Fault::Delayed(3 * A_LITTLE));
    let erasure = async {
        struck(&api, "UpdateItem").await;
        delete(&api, PHONE).await
    };
    let (asked, erased) = tokio::join!(request_change(&api, PHONE), erasure);
    assert_eq!(asked.status, 200);
    erased.is(200, ERASED);
    gone(&api, &tony).await;
    let rows = api.rows("UsersTable").await;
    assert!(rows.iter().all(|row| row["type"] != text("code")), "{rows:?}");
}

/// Whose a claim is.
async fn owner(api: &Api, pk: &str) -> Option<String> {
    let claim = api.item(api.world.app.config.tables.name(Table::Users), pk, "CLAIM").await?;
    Some(claim["uid"].as_s().unwrap().clone())
}

/// Another call has erased the user, and number and nickname are somebody else's again, while this one is under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_of_somebody_else_stay() {
    for taken in [
        &["NICKNAME#tony the first"][..],
        &["PHONE#+8615172354423"],
        &["NICKNAME#tony the first", "PHONE#+8615172354423"],
    ] {
        let api = Api::start().await;
        let ann = api.complete("15172354424", "Ann", "female").await;
        let bob = api.complete("15172354425", "Bob", "male").await;
        let tony = somebody(&api, &ann, &bob).await;
        // Past the first step, which reads whose the number is.
        api.world.faults.strike("Query", 1, &Fault::Delayed(A_LITTLE));
        let other = async {
            struck(&api, "Query").await;
            for claim in taken {
                api.amend(claim, "CLAIM", &[("uid", Some(text(&bob.id)))]).await;
            }
        };
        let (erased, ()) = tokio::join!(delete(&api, PHONE), other);
        erased.is(200, ERASED);
        for claim in ["NICKNAME#tony the first", "PHONE#+8615172354423"] {
            assert_eq!(owner(&api, claim).await, taken.contains(&claim).then(|| bob.id.clone()), "{claim}");
        }
        let rows = api.rows("UsersTable").await;
        assert!(rows.iter().all(|row| !format!("{row:?}").contains(&tony.id)), "{rows:?}");
    }
}

/// The lights of a pair change between the erasure's look at them and its write: it looks again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_that_changes_under_way() {
    let api = Api::start().await;
    let tony = api.complete(PHONE, NICKNAME, "male").await;
    let ann = api.complete("15172354424", "Ann", "female").await;
    lights(&api, &tony, &ann, &["1", "2"]).await;
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(A_LITTLE));
    let table = api.world.app.config.tables.name(Table::Lights);
    let change = async {
        struck(&api, "TransactWriteItems").await;
        // The second goes off, with everything that is counted.
        let (pk, sk) = (format!("USER#{}", tony.id), format!("PAIR#{}", ann.id));
        let mut pair: Item = api.item(table, &pk, &sk).await.unwrap();
        pair.remove("on2");
        let received = [("pk", text(format!("USER#{}", ann.id))), ("sk", text("RECEIVED"))];
        let counts = [("received1", crate::crowd::number(1)), ("received2", crate::crowd::number(0))];
        let received = received.into_iter().chain(counts).map(|(name, value)| (name.to_owned(), value)).collect();
        api.write(table, vec![pair, received]).await;
    };
    let (erased, ()) = tokio::join!(delete(&api, PHONE), change);
    erased.is(200, ERASED);
    assert_eq!(received(&api, &ann).await, json!([0, 0, 0]));
    gone(&api, &tony).await;
}
