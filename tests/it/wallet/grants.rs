//! What an operator gives for nothing: coins and VIP days, each grant once.

use super::{claim, id, uid};
use crate::{
    crowd::text,
    wallet::books::{amount, note, request},
    world::{Api, NOBODY, Person},
};
use futures_util::future::join_all;
use local::{
    Fault,
    tasks::{self, Task},
};
use shared::{
    Error,
    sessions::{self, Profile},
    values::RequestId,
    wallet::{self, GRANT_REMEMBERED, Grant, MOST_GRANTED, MOST_VIP_DAYS},
};

const DAY: i64 = 86_400;

fn grant(coins: u64, days: u32, request: Option<RequestId>) -> Grant {
    let some = |number: u32| Some(number).filter(|number| *number > 0);
    Grant::new(Some(coins).filter(|coins| *coins > 0), some(days), "birthday".into(), request).unwrap()
}

impl Api {
    pub async fn grant(&self, who: &Person, coins: u64, days: u32, request: Option<RequestId>) -> Result<(), Error> {
        wallet::grant(&self.world.app, &uid(who), &grant(coins, days, request)).await
    }

    async fn vip_days(&self, who: &Person) -> i64 {
        let actor = sessions::verify(&self.world.app, &claim(who)).await.unwrap();
        actor.profile().vip_days_left(self.world.clock.seconds())
    }
}

async fn one() -> (Api, Person) {
    let api = Api::start().await;
    let ann = api.crowd(1, "female").await.remove(0);
    (api, ann)
}

#[test]
fn a_grant_is_checked_where_it_is_made() {
    let new = |coins, days, reason: &str, named: bool| {
        Grant::new(coins, days, reason.to_owned(), id("x").filter(|_| named)).is_ok()
    };
    assert!(new(Some(1), None, "x", true) && new(Some(MOST_GRANTED), Some(MOST_VIP_DAYS), &"字".repeat(200), true));
    assert!(new(None, Some(1), "x", false) && new(None, Some(1), "x", true));
    for (coins, days) in [(Some(0), None), (Some(MOST_GRANTED + 1), None), (None, Some(0)), (None, Some(3_651))] {
        assert!(!new(coins, days, "x", true), "{coins:?} {days:?}");
    }
    assert!(!new(None, None, "x", true), "a grant of nothing");
    assert!(!new(Some(1), None, "x", false), "coins without an id");
    assert!(
        !new(Some(1), None, "", true) && !new(Some(1), None, " ", true) && !new(Some(1), None, &"x".repeat(201), true)
    );
}

#[test]
fn a_day_that_has_begun_counts() {
    let vip = |until: i64| Profile { vip_until: Some(until), ..Profile::default() }.vip_days_left(1_000_000);
    assert_eq!(Profile::default().vip_days_left(1_000_000), 0);
    for (left, days) in [(-DAY, 0), (-1, 0), (0, 0), (1, 1), (DAY - 1, 1), (DAY, 1), (DAY + 1, 2), (30 * DAY, 30)] {
        assert_eq!(vip(1_000_000 + left), days, "{left}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coins_and_days_are_granted_once() {
    let (api, ann) = one().await;
    for _ in 0..2 {
        api.grant(&ann, 10, 30, id("one")).await.unwrap();
    }
    assert_eq!((api.coins(&ann).await, api.vip_days(&ann).await), (10, 30));
    let bob = api.crowd(1, "male").await.remove(0);
    for (who, coins, days) in [(&ann, 11, 30), (&ann, 10, 31), (&ann, 10, 0), (&bob, 10, 30)] {
        assert!(matches!(api.grant(who, coins, days, id("one")).await, Err(Error::RequestIdReused)));
    }
    let reason = Grant::new(Some(10), Some(30), "another".into(), id("one")).unwrap();
    let reason = wallet::grant(&api.world.app, &uid(&ann), &reason).await;
    assert!(matches!(reason, Err(Error::RequestIdReused)));
    // Days without coins need no id, and are added to those that are left.
    for days in [31, 32] {
        api.grant(&ann, 0, 1, None).await.unwrap();
        assert_eq!(api.vip_days(&ann).await, days);
    }
    let books = api.books().await;
    books.are_true();
    assert_eq!((books.issued(), books.held()), (10, 10));
    let ledger = books.ledger(&ann);
    assert_eq!(ledger.iter().map(|entry| amount(entry)).collect::<Vec<_>>(), [10, 0, 0]);
    let first = ledger[0];
    assert_eq!((note(first), request(first), &first["kind"]), ("birthday", "one", &text("grant")));
    let days = ledger.iter().map(|entry| entry["vip_days"].as_n().unwrap().as_str()).collect::<Vec<_>>();
    assert_eq!(days, ["30", "1", "1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_begin_anew_once_they_are_over_and_so_do_ids() {
    let (api, ann) = one().await;
    api.grant(&ann, 5, 2, id("one")).await.unwrap();
    api.advance(u32::try_from(3 * DAY).unwrap());
    api.sign_in_again(&ann).await;
    assert_eq!(api.vip_days(&ann).await, 0);
    api.grant(&ann, 0, 7, None).await.unwrap();
    assert_eq!(api.vip_days(&ann).await, 7);
    // Some weeks later the id still stands for what was granted; then the row is there and does not count.
    api.advance(u32::try_from(GRANT_REMEMBERED - 3 * DAY - 60).unwrap());
    api.grant(&ann, 5, 2, id("one")).await.unwrap();
    api.advance(120);
    api.grant(&ann, 5, 2, id("one")).await.unwrap();
    api.sign_in_again(&ann).await;
    assert_eq!((api.coins(&ann).await, api.vip_days(&ann).await), (10, 2));
    api.books().await.are_true();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_and_the_erased_are_granted_nothing() {
    let (api, ann) = one().await;
    let nobody = Person { id: NOBODY.into(), ..ann.clone() };
    assert!(matches!(api.grant(&nobody, 1, 0, id("one")).await, Err(Error::NoSuchUser)));
    assert!(api.books().await.rows.is_empty(), "a refusal is not remembered");
    let carl = api.person("15172354411", "Carl", "male").await;
    api.grant(&carl, 7, 3, id("one")).await.unwrap();
    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", &carl.phone)]).await.status, 200);
    assert!(matches!(api.grant(&carl, 1, 1, id("two")).await, Err(Error::NoSuchUser)));
    let books = api.books().await;
    books.are_true();
    assert_eq!((books.issued(), books.held()), (7, 0));
    let left = books.rows.iter().filter(|row| !row.contains_key("erased")).map(|row| format!("{row:?}"));
    assert!(left.into_iter().all(|row| !row.contains(&carl.id) && !row.contains("birthday")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grants_outlast_races_and_lost_answers() {
    let (api, ann) = one().await;
    // The same twenty times at once is one; ten others are ten, whatever the days of each were read as.
    let same = join_all((0..20).map(|_| api.grant(&ann, 3, 1, id("same")))).await;
    let others = join_all((0..10).map(|nth| api.grant(&ann, 1, 1, id(&format!("other-{nth}"))))).await;
    assert!(same.iter().chain(&others).all(Result::is_ok), "{same:?} {others:?}");
    assert_eq!((api.coins(&ann).await, api.vip_days(&ann).await), (13, 11));
    for (nth, named) in [false, true].into_iter().enumerate() {
        api.world.faults.strike("TransactWriteItems", 3, &Fault::AnswerLost);
        api.grant(&ann, if named { 2 } else { 0 }, 1, id("lost").filter(|_| named)).await.unwrap();
        assert_eq!(api.world.faults.left("TransactWriteItems"), 0);
        assert_eq!(api.vip_days(&ann).await, 12 + nth as i64);
        api.world.faults.strike("TransactWriteItems", 3, &Fault::Internal);
        assert!(api.grant(&ann, 1, 1, id("failed")).await.is_err());
        api.world.faults.clear();
    }
    assert_eq!((api.coins(&ann).await, api.vip_days(&ann).await), (15, 13));
    api.books().await.are_true();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_local_server_grants() {
    let (api, ann) = one().await;
    let ask = async |body: &str| {
        let body = body.replace("ID", &ann.id);
        api.bytes("/_local/grants", None, body).await
    };
    let good = r#"{"user_id":"ID","coins":10,"vip_days":30,"reason":"x","request_id":"r"}"#;
    for _ in 0..2 {
        let granted = ask(good).await;
        assert_eq!((granted.status, granted.json()), (200, serde_json::json!({})));
    }
    assert_eq!(ask(r#"{"user_id":"ID","vip_days":1,"reason":"x"}"#).await.status, 200);
    assert_eq!((api.coins(&ann).await, api.vip_days(&ann).await), (10, 31));
    assert_eq!(ask(&good.replace("10", "11")).await.status, 409);
    assert_eq!(ask(&good.replace("ID", NOBODY).replace("\"r\"", "\"s\"")).await.status, 404);
    assert_eq!(ask(&good.replace("ID", "me")).await.status, 404);
    for bad in [
        "",
        "{}",
        r#"{"user_id":"ID","coins":10,"reason":"x"}"#,
        r#"{"user_id":"ID","reason":"x","request_id":"r"}"#,
        r#"{"user_id":"ID","vip_days":0,"reason":"x"}"#,
        r#"{"user_id":"ID","vip_days":"1","reason":"x"}"#,
        r#"{"user_id":"ID","vip_days":1}"#,
        r#"{"user_id":"ID","vip_days":1,"reason":""}"#,
        r#"{"user_id":"ID","vip_days":1,"reason":"x","request_id":"a b"}"#,
        r#"{"user_id":"ID","vip_days":1,"reason":"x","more":1}"#,
    ] {
        assert_eq!(ask(bad).await.status, 400, "{bad}");
    }
    assert_eq!(api.get("/_local/grants").await.status, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_grants_in_a_stack() {
    let (api, ann) = one().await;
    let line = |user, more: &[&'static str]| [&["grant", user, "--reason", "x"], more].concat();
    let coins = ["--coins", "10", "--vip-days", "1", "--request-id", "one"];
    for _ in 0..2 {
        assert_eq!(api.operator(&line(&ann.id, &coins)).await.unwrap(), "granted\n");
    }
    assert_eq!((api.coins(&ann).await, api.vip_days(&ann).await), (10, 1));
    let refused = api.operator(&line(NOBODY, &["--vip-days", "1"])).await;
    assert!(matches!(refused, Err(tasks::Failure::Product(Error::NoSuchUser))), "{refused:?}");
    let unfit = api.operator(&["grant", &ann.id, "--reason", "", "--vip-days", "1"]).await.unwrap_err();
    assert!(unfit.exit_code() == 2 && unfit.to_string().starts_with("--reason: "), "{unfit}");
    // What the command line itself refuses.
    for wrong in [&[][..], &["--coins", "10"], &["--vip-days", "0"], &["--coins", "1", "--request-id", "a b"]] {
        assert!(Task::parse(&line(&ann.id, wrong)).is_err(), "{wrong:?}");
    }
    let Ok(Task::Grant(given)) = Task::parse(&line(&ann.id, &["--vip-days", "2"])) else { panic!("a grant") };
    assert_eq!(api.operator_of_a_deployed_stack(given.task).await.unwrap(), "granted\n");
    assert_eq!(api.vip_days(&ann).await, 3);
}
