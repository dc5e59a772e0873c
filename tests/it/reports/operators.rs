//! How operators work through reports, and how long these are kept.

use super::two;
use crate::world::Api;
use local::{Fault, tasks::Task};
use serde_json::Value;
use shared::{
    Error,
    feedback::deciding::{self, Decision, ReportId, Verdict},
};

fn decision(verdict: Verdict) -> Decision {
    Decision::new(verdict, "seen it", "olga").unwrap()
}

fn id(filed: &Value) -> ReportId {
    filed["id"].as_str().unwrap().parse().unwrap()
}

/// The reports that a command prints.
async fn printed(api: &Api, line: &[&str]) -> Vec<Value> {
    let text = api.operator(line).await.unwrap();
    serde_json::Deserializer::from_str(&text).into_iter().collect::<Result<_, _>>().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_page_through_open_reports_and_decide_each_once() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    for reason in ["first", "second", "third"] {
        api.reports(&ann, &bob, reason).await;
        api.advance(1);
    }
    let app = &api.world.app;
    let (page, next) = deciding::open(app, None, 2).await.unwrap();
    let (rest, end) = deciding::open(app, next.as_ref(), 2).await.unwrap();
    let reasons: Vec<_> = page.iter().chain(&rest).map(|filed| filed.reason.as_str().to_owned()).collect();
    assert_eq!((reasons, end), (vec!["first".to_owned(), "second".into(), "third".into()], None));

    let all = printed(&api, &["reports"]).await;
    assert_eq!(all.len(), 3);
    assert!(all[0]["made"].as_str().unwrap().ends_with('Z'), "{}", all[0]);
    assert_eq!(printed(&api, &["reports", "--after", &id(&all[1]).to_string()]).await, all[2..]);
    let first = id(&all[0]);
    let one = ["report", &first.to_string()];
    assert_eq!(printed(&api, &one).await, all[..1]);

    let before = api.world.clock.seconds();
    // An answer that was lost, and the same decision again, change nothing.
    api.world.faults.strike("TransactWriteItems", 1, &Fault::AnswerLost);
    for _ in 0..2 {
        let line = ["decide", one[1], "warned", "--reason", "seen it", "--operator", "olga"];
        let Ok(Task::Decide(decide)) = Task::parse(&line) else { panic!("a decision") };
        assert_eq!(api.operator_of_a_deployed_stack(decide.task).await.unwrap(), "recorded\n");
    }
    for other in [decision(Verdict::Dismissed), Decision::new(Verdict::Warned, "no", "olga").unwrap()] {
        let refused = deciding::decide(app, &first, &other).await;
        assert!(matches!(refused, Err(Error::DecidedAlready)), "{refused:?}");
    }
    assert_eq!(api.filed().await.len(), 2);
    let decided = printed(&api, &one).await.remove(0);
    let recorded = &decided["decision"];
    assert_eq!(
        (recorded["verdict"].as_str(), recorded["reason"].as_str(), recorded["operator"].as_str()),
        (Some("warned"), Some("seen it"), Some("olga"))
    );
    let at = recorded["at"].as_i64().unwrap() / 1_000;
    assert!((before..=api.world.clock.seconds()).contains(&at), "{at}");
    assert_eq!(decided["expires_at"].as_i64().unwrap(), at + deciding::KEPT_DECIDED);
    let unknown: ReportId = "1480000000000-0123456789abcdef".parse().unwrap();
    let refused = deciding::decide(app, &unknown, &decision(Verdict::Erased)).await;
    assert!(matches!(refused, Err(Error::NoSuchReport)), "{refused:?}");
    assert!(matches!(deciding::one(app, &unknown).await, Err(Error::NoSuchReport)));

    // Decided reports stay as long as the decision says, open ones for 180 days.
    api.advance(89 * 86_400);
    assert!(deciding::one(app, &first).await.is_ok());
    api.advance(86_400);
    assert!(matches!(deciding::one(app, &first).await, Err(Error::NoSuchReport)));
    assert_eq!(api.filed().await.len(), 2);
    api.advance(91 * 86_400);
    assert!(api.filed().await.is_empty());
    let late = deciding::decide(app, &id(&all[1]), &decision(Verdict::Removed)).await;
    assert!(matches!(late, Err(Error::NoSuchReport)), "{late:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_decisions_at_once_one_is_recorded() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    // Two at once are two reports.
    futures_util::join!(api.reports(&ann, &bob, "one"), api.reports(&ann, &bob, "two"));
    let filed = api.filed().await;
    assert_eq!(filed.len(), 2);
    let (app, id) = (&api.world.app, id(&filed[0]));
    let tried = Verdict::ALL.map(|verdict| async move { (verdict, decision(verdict)) });
    let decide =
        async |(verdict, decision): (Verdict, Decision)| (verdict, deciding::decide(app, &id, &decision).await);
    let outcomes = futures_util::future::join_all(tried.map(async |it| decide(it.await).await)).await;
    let won: Vec<_> = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).map(|(verdict, _)| *verdict).collect();
    assert_eq!(won.len(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|(_, it)| matches!(it, Ok(()) | Err(Error::DecidedAlready))), "{outcomes:?}");
    assert_eq!(deciding::one(app, &id).await.unwrap().decision.unwrap().decision.verdict, won[0]);
    assert_eq!(api.filed().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_goes_with_its_writer_and_what_it_shows_with_whom_it_is_about() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    api.reports(&ann, &bob, "his").await;
    api.reports(&bob, &ann, "hers").await;
    let decided = id(&api.newest().await);
    api.reports(&bob, &ann, "hers too").await;
    let app = &api.world.app;
    deciding::decide(app, &decided, &decision(Verdict::Dismissed)).await.unwrap();
    shared::accounts::erase_person(app, &bob.uid()).await.unwrap();
    let filed = api.filed().await;
    assert_eq!(filed.len(), 1);
    assert_eq!((&filed[0]["reason"], &filed[0]["target"]), (&"his".into(), &bob.person.id.as_str().into()));
    assert!(filed[0]["evidence"].as_object().unwrap().is_empty(), "{}", filed[0]);
    assert!(matches!(deciding::one(app, &decided).await, Err(Error::NoSuchReport)));
    let late = deciding::decide(app, &decided, &decision(Verdict::Dismissed)).await;
    assert!(matches!(late, Err(Error::NoSuchReport)), "{late:?}");
    // What is left says nothing of what Bob has written or shown.
    let rows = api.rows("SocialTable").await;
    assert!(rows.iter().all(|row| !["hers", "Bob"].iter().any(|said| format!("{row:?}").contains(said))), "{rows:?}");
    deciding::decide(app, &id(&filed[0]), &decision(Verdict::Erased)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_are_told_where_and_the_reported_person_nothing() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    api.reports(&ann, &bob, "secret reason").await;
    let notices = api.get("/_local/notices").await.text;
    assert!(
        notices.contains("REPORT#") && !notices.contains("secret") && !notices.contains(&bob.person.id),
        "{notices}"
    );
    let copy = tempfile::tempdir().unwrap();
    for (who, knows) in [(&ann, true), (&bob, false)] {
        let to = copy.path().join(&who.person.id);
        api.operator(&["export", &who.person.id, "--to", to.to_str().unwrap()]).await.unwrap();
        let mut archive = zip::ZipArchive::new(std::fs::File::open(to.join("1.zip")).unwrap()).unwrap();
        let reports = archive.by_name("reports.json").map(std::io::read_to_string);
        let text = reports.map_or_else(|_| String::new(), Result::unwrap);
        assert_eq!(text.contains("secret reason"), knows, "{text}");
        assert!(!text.contains("evidence") && !text.contains("Bob"), "{text}");
    }
}

#[test]
fn ids_and_verdicts_are_read_as_they_are_written() {
    for verdict in Verdict::ALL {
        assert_eq!(verdict.as_str().parse::<Verdict>(), Ok(verdict));
    }
    let text = "1480000000000-0123456789abcdef";
    assert_eq!(text.parse::<ReportId>().unwrap().to_string(), text);
    for wrong in ["", "1480000000000", "148000000000-0123456789abcdef", "1480000000000-0123456789ABCDEF", "x-y"] {
        assert!(wrong.parse::<ReportId>().is_err(), "{wrong}");
    }
    for (reason, operator) in [("", "olga"), ("seen", ""), ("seen", &*"x".repeat(65)), (&*"x".repeat(501), "olga")] {
        assert!(Decision::new(Verdict::Warned, reason, operator).is_err());
    }
}
