//! Receipts, grants and the clock: what the console's forms do.

use crate::world::Api;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_is_made_once_and_moves_the_balance() {
    let api = Api::start().await;
    let tony = api.person("15172354423", "Tony", "male").await;
    let wallet = format!("/console/wallet?user={}", tony.id);
    assert!(api.page(&wallet).await.contains("This user's accounts are empty."));
    let fields = [("user", &*tony.id), ("coins", "25"), ("vip_days", ""), ("reason", "a gift"), ("request_id", "g1")];
    for _ in 0..2 {
        let granted = api.submits("/console/wallet/grants", &fields).await;
        assert!(
            granted.text.contains("The grant was made.") && granted.text.contains("coins <strong>25</strong>"),
            "{}",
            granted.text
        );
    }
    let page = api.page(&wallet).await;
    assert!(
        page.contains("coins <strong>25</strong>") && page.contains("a gift") && page.contains("BALANCE#coins"),
        "{page}"
    );
    for (name, value, why) in [
        ("user", "nobody", "no id of 24 digits"),
        ("coins", "many", "The coins are no number."),
        ("coins", "2000000000", "Wanted: 1 to 1000000000 coins"),
        ("coins", "26", "id"),
        ("request_id", "not an id!", "An id has 1 to 64"),
        ("request_id", "", "an id for coins"),
        ("user", "5702a05c7b6ef053a330e8c3", "There is no such user."),
    ] {
        let wrong: Vec<_> =
            fields.iter().map(|(field, old)| (*field, if *field == name { value } else { old })).collect();
        let answer = api.submits("/console/wallet/grants", &wrong).await;
        assert!(answer.text.contains("said bad") && answer.text.contains(why), "{name}={value}: {}", answer.text);
    }
    assert!(api.page(&wallet).await.contains("coins <strong>25</strong>"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_is_shown_once() {
    let api = Api::start().await;
    let issued = api.submits("/console/wallet/receipts", &[("amount", "50")]).await.text;
    let receipt = issued.split("<code id=\"receipt\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!((receipt.len(), receipt.bytes().all(|byte| byte.is_ascii_hexdigit())), (32, true), "{receipt}");
    let later = api.page("/console/wallet").await;
    assert!(later.contains("RECEIPT#") && !later.contains(&receipt), "{later}");
    let refused = api.submits("/console/wallet/receipts", &[("amount", "51")]).await;
    assert!(refused.text.contains("A receipt is worth 10, 50 or 100 yuan."));
    assert_eq!(api.rows("WalletTable").await.len(), 1);

    for _ in 0..50 {
        assert_eq!(api.bytes("/_local/receipts", None, r#"{"amount":10}"#).await.status, 200);
    }
    let first = api.page("/console/wallet").await;
    assert_eq!(first.matches("<details").count(), 50);
    let more = first.split("href=\"").find(|link| link.contains("pk=RECEIPT")).unwrap().split('"').next().unwrap();
    assert_eq!(api.page(&more.replace("&amp;", "&")).await.matches("<details").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_is_shown_and_moved() {
    let api = Api::start().await;
    assert!(api.page("/console/clock").await.contains("<dd id=\"ahead\">0s</dd>"));
    let before = api.world.clock.seconds();
    let moved = api.submits("/console/clock", &[("seconds", "90000")]).await.text;
    assert!(
        moved.contains("The clock was moved by 1d 1h.") && moved.contains("<dd id=\"ahead\">1d 1h</dd>"),
        "{moved}"
    );
    assert!((90_000..90_060).contains(&(api.world.clock.seconds() - before)));
    // Every page says so.
    assert!(api.page("/").await.contains("+1d 1h"));
    for wrong in ["", "-1", "1.5", "soon", "4294967295", "315360001"] {
        let refused = api.submits("/console/clock", &[("seconds", wrong)]).await.text;
        assert!(refused.contains("Wanted a whole number of seconds"), "{wrong}");
    }
    assert!((90_000..90_060).contains(&(api.world.clock.seconds() - before)));
}
