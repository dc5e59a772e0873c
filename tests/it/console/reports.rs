//! Reports in the console: they are shown, and decided.

use crate::world::Api;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_shown_with_its_evidence_and_leaves_once_it_is_decided() {
    let api = Api::start().await;
    assert!(api.page("/console/reports").await.contains("No report is open."));
    let ann = api.person("15172354423", "Ann", "female").await;
    let tony = api.person("15172354424", "Tony", "male").await;
    let report = [("target_id", &*tony.id), ("reason", "<b>spam</b>")];
    assert_eq!(api.signed(&ann, "account/report_user", &report).await.status, 200);
    let page = api.page("/console/reports").await;
    assert!(page.contains("&lt;b&gt;spam") && page.contains("<dd>Tony</dd>"), "{page}");
    assert!(page.contains(&ann.id) && page.contains(&tony.id), "{page}");
    let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("id", &*id), ("verdict", "warned"), ("reason", "seen it"), ("operator", "olga")];
    for (name, value, why) in [
        ("id", "x", "Wanted: "),
        ("verdict", "shouted", "Wanted: "),
        ("reason", "", "Wanted: "),
        ("operator", "", "Wanted: "),
        ("id", "1480000000000-0123456789abcdef", "There is no such report"),
    ] {
        let wrong: Vec<_> =
            fields.iter().map(|(field, old)| (*field, if *field == name { value } else { old })).collect();
        let answer = api.submits("/console/reports", &wrong).await;
        assert!(answer.text.contains("said bad") && answer.text.contains(why), "{name}={value}: {}", answer.text);
    }
    for _ in 0..2 {
        let decided = api.submits("/console/reports", &fields).await.text;
        assert!(decided.contains("It is recorded: warned.") && decided.contains("No report is open."), "{decided}");
    }
    let mut other = fields;
    other[1].1 = "dismissed";
    let refused = api.submits("/console/reports", &other).await.text;
    assert!(refused.contains("Something else has been decided"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_reports_are_pages() {
    let api = Api::start().await;
    let tony = api.person("15172354424", "Tony", "male").await;
    for phone in ["15172354423", "15172354425"] {
        let who = api.person(phone, &phone[8..], "female").await;
        for _ in 0..15 {
            let report = [("target_id", &*tony.id), ("reason", "spam")];
            assert_eq!(api.signed(&who, "account/report_user", &report).await.status, 200);
        }
    }
    let first = api.page("/console/reports").await;
    assert_eq!(first.matches("<section").count(), 20);
    let more = first.split("href=\"").find(|link| link.contains("after=")).unwrap().split('"').next().unwrap();
    let rest = api.page(more).await;
    assert_eq!((rest.matches("<section").count(), rest.contains("after=")), (10, false));
}
