//! A password that changes while somebody signs in with the old one.

use super::{PHONE, light_up, number};
use crate::{
    crowd::text,
    world::{Answer, Api},
};
use local::Fault;
use std::time::Duration;

async fn sign_in(api: &Api, in_sealtalk: bool) -> Answer {
    if in_sealtalk { api.anyone("/user/login", number("secret12")).await } else { light_up(api, "secret12").await }
}

/// The profile may have been read after the change and the password before it: then the profile alone does not show that
/// the password is an old one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_password_opens_no_session_beside_its_change() {
    for in_sealtalk in [false, true] {
        let api = Api::start().await;
        let who = api.person(PHONE, "Tony", "male").await;
        assert_eq!(sign_in(&api, in_sealtalk).await.status, 200);
        api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::from_millis(300)));
        let change = async {
            while api.world.faults.left("TransactWriteItems") > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            api.amend(&format!("USER#{}", who.id), "CREDENTIAL", &[("hash", Some(text("$argon2id$another")))]).await;
        };
        let (answer, ()) = tokio::join!(sign_in(&api, in_sealtalk), change);
        if in_sealtalk {
            answer.declined(1_000, "Invalid phone or password.");
        } else {
            answer.fails(400, "phone_number and password don't match");
        }
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}
