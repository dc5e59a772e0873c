//! A new password ends every session but the one that sets it (`docs/dialects/lightup.md#change_password`).

use super::{
    CHANGED, MISMATCH, PASSWORD, PHONE, SIGNED_OUT, change_password, login, login_by_token, refresh, request_change,
    signed_in, with_token,
};
use crate::world::{Api, Person};

/// The owner of a number proves it again, to set another password.
async fn proven(api: &Api) -> Person {
    assert_eq!(request_change(api, PHONE).await.status, 200);
    api.validated(PHONE, "change_password").await
}

/// That nothing can be done with a session, also not to keep it.
async fn is_over(api: &Api, who: &Person) {
    assert!(!signed_in(api, who).await);
    refresh(api, who).await.fails(401, SIGNED_OUT);
    login_by_token(api, PHONE, &who.token).await.fails(400, MISMATCH);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_knew_the_old_password_is_signed_out() {
    let api = Api::start().await;
    let owner = api.person(PHONE, "Tony", "male").await;
    let mut password = PASSWORD;
    for (nth, next) in ["another1", "another2", "another3"].into_iter().enumerate() {
        api.next_window(86_400);
        proven(&api).await;
        let thief = with_token(&owner, &login(&api, PHONE, password).await.data());
        // However the thief goes on.
        let thief = match nth {
            0 => thief,
            1 => with_token(&thief, &refresh(&api, &thief).await.data()),
            _ => with_token(&thief, &login_by_token(&api, PHONE, &thief.token).await.data()),
        };
        assert!(signed_in(&api, &thief).await);
        change_password(&api, PHONE, next).await.is(200, CHANGED);
        is_over(&api, &thief).await;
        login(&api, PHONE, password).await.fails(400, MISMATCH);
        assert_eq!(login(&api, PHONE, next).await.status, 200);
        password = next;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_session_of_the_proof_stays() {
    let api = Api::start().await;
    api.person(PHONE, "Tony", "male").await;
    for nth in 0..3 {
        api.next_window(86_400);
        let mine = proven(&api).await;
        let mine = match nth {
            0 => mine,
            1 => with_token(&mine, &refresh(&api, &mine).await.data()),
            _ => with_token(&mine, &login_by_token(&api, PHONE, &mine.token).await.data()),
        };
        change_password(&api, PHONE, &format!("another{nth}")).await.is(200, CHANGED);
        assert!(signed_in(&api, &mine).await, "{nth}");
        assert_eq!(refresh(&api, &mine).await.status, 200);
    }
}

/// Only the newest proof spares a session: not one that was used, and not one before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_of_an_older_proof_ends() {
    let api = Api::start().await;
    api.person(PHONE, "Tony", "male").await;
    api.next_window(86_400);
    let first = proven(&api).await;
    let second = proven(&api).await;
    assert!(!signed_in(&api, &first).await);
    change_password(&api, PHONE, "another1").await.is(200, CHANGED);
    assert!(signed_in(&api, &second).await);
    refresh(&api, &first).await.fails(401, SIGNED_OUT);
}

/// The thief signs in while the password is being set: either is refused, or the session is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_beside_the_change_does_not_survive_it() {
    let api = Api::start().await;
    let owner = api.person(PHONE, "Tony", "male").await;
    for (nth, password) in
        [PASSWORD, "another1", "another2", "another3"].windows(2).map(|pair| (pair[0], pair[1])).enumerate()
    {
        api.next_window(86_400);
        proven(&api).await;
        let (signed, changed) = tokio::join!(login(&api, PHONE, password.0), change_password(&api, PHONE, password.1));
        changed.is(200, CHANGED);
        if signed.status == 200 {
            let thief = with_token(&owner, &signed.data());
            assert!(!signed_in(&api, &thief).await, "{nth}");
        }
    }
}
