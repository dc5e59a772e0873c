//! What holds for any input: codes, keys, names, forms, limits.

mod nicknames;
mod searched;
mod texts;

use crate::world::Api;
use proptest::{collection::vec, prelude::*, sample::select, test_runner::TestRunner};
use shared::{
    codes::{Code, Purpose},
    limits::{self, Limit},
    media::{Class, Slot},
    store::{Key, keys},
    time::Segment,
    values::{Dialect, E164, QuestionId, SaveKey, TokenHash, UserId},
};
use std::collections::HashMap;
use tokio::runtime::Handle;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn every_number_of_six_digits_is_a_code_and_no_other() {
    for number in 0..1_100_000_u32 {
        assert_eq!(Code::parse(&number.to_string(), 6).is_ok(), (100_000..=999_999).contains(&number), "{number}");
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_code_is_written_in_one_way(text in prop_oneof![
        "[0-9]{0,8}", "[+\\- 0]?[0-9]{5,6}[ .0]?", "[１-９]{6}", "[0-9]{6}\\PC", "\\PC{0,8}"
    ]) {
        let plain = text.parse::<u32>().is_ok_and(|code| code.to_string() == text && (100_000..=999_999).contains(&code));
        let code = Code::parse(&text, 6);
        prop_assert_eq!(code.is_ok(), plain);
        if let Ok(code) = code {
            prop_assert_eq!(code.digits(), text);
        }
    }

    #[test]
    fn a_save_key_is_any_tame_text_of_254_bytes(text in prop_oneof![
        "[a-z/.]{0,8}", "\\PC{0,90}", "(?s).{0,12}", "[a-z/:]{250,256}", "[é中]{80,90}", "[a\\\\\u{7f}\u{85}\n]{1,3}"
    ]) {
        let tame = !text.contains("..") && !text.contains('\\') && !text.chars().any(char::is_control);
        // Without slashes and single dots nothing may be left, and no answer of S3 can hold these characters.
        let unnamed = text.split('/').all(|segment| segment.is_empty() || segment == ".");
        let unlistable = text.contains(['\u{fffe}', '\u{ffff}']);
        let allowed = (1..=254).contains(&text.len()) && tame && !unnamed && !unlistable;
        let key = SaveKey::try_from(text.clone());
        prop_assert_eq!(key.is_ok(), allowed, "{:?}", text);
        if let Ok(key) = key {
            prop_assert!(!key.relative().starts_with("./") && !key.relative().contains("/./"));
            prop_assert!(text.ends_with(key.relative().rsplit('/').next().unwrap()) || text.ends_with("/."));
        }
    }

    #[test]
    fn bytes_are_fields_or_refused(body in prop_oneof![
        vec(any::<u8>(), 0..64).boxed(),
        "[a-z%=&+0-9A-F;]{0,40}".prop_map(String::into_bytes).boxed(),
        "[{}\\[\\]\":,0-9a-z\\\\ue.\\-]{0,40}".prop_map(String::into_bytes).boxed(),
    ]) {
        if let Ok(pairs) = kit::decode::form(&body) {
            prop_assert!(pairs.len() <= body.len());
            prop_assert!(std::str::from_utf8(&body).is_err() || !body.ends_with(b"%"));
        }
        if let Ok(members) = kit::decode::object(&body) {
            prop_assert!(serde_json::from_slice::<serde_json::Map<_, _>>(&body).is_ok());
            prop_assert!(members.len() <= body.len());
        }
    }

    #[test]
    fn a_form_says_what_was_written(pairs in vec(("\\PC{1,6}", "(?s).{0,12}"), 0..6)) {
        let request = reqwest::Client::new().post("http://localhost").form(&pairs).build().unwrap();
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        prop_assert_eq!(kit::decode::form(body).unwrap(), pairs);
    }
}

fn one_of<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = T> + Clone + use<T> {
    select(values.to_vec())
}

/// What a key is made of, in words, and the key.
fn any_key() -> impl Strategy<Value = (String, Key)> {
    // Few of each, so that two keys often differ in one thing only.
    let ids = ["0", "a", "1"].map(|digit| digit.repeat(24));
    let uid = one_of(&ids.clone().map(|id| UserId::try_from(id).unwrap()));
    let question = one_of(&ids.map(|id| QuestionId::try_from(id).unwrap()));
    let phone = one_of(&[("86", "15172354423"), ("861", "5172354423"), ("1", "15172354423")]);
    let phone = phone.prop_map(|(region, number)| E164::new(region, number).unwrap());
    let token = one_of(&["a", "b"]).prop_map(TokenHash::of);
    let class = one_of(&Class::ALL);
    let names = one_of(&["claim", "a#claim", "+8615172354423"]).prop_map(str::to_owned);
    let folded = prop_oneof!["[a#]{1,4}", "\\PC{1,8}", names];
    let numbers = (0..=9_999_999_999_999_i64, 1_u8..=3, "201605[0-3][0-9]");
    let limit = ("[a-z]{1,3}(-[a-z]{1,3})?", "[0-9a-f]{1,4}", 0..30_i64);
    let (ids, rest) = ((uid.clone(), uid, question, token), (0..19_u8, phone, class, folded));
    (ids, rest, numbers, limit).prop_map(
        |((uid, other, question, token), (kind, phone, class, folded), (millis, number, date), limit)| match kind {
            0 => (format!("profile {uid}"), keys::profile(&uid)),
            1 => (format!("credential {uid}"), keys::credential(&uid)),
            2 => (format!("drawn {uid}"), keys::drawn_questions(&uid)),
            3 => (format!("media {uid} {class:?}"), keys::media(&uid, class)),
            4 => (format!("upload {uid} {class:?}"), keys::upload(&uid, Slot::Class(class))),
            5 => (format!("portrait {uid}"), keys::upload(&uid, Slot::Portrait)),
            6 => (format!("device {uid} {}", token.as_str()), keys::device(&uid, &token)),
            7 => (format!("phone {}", phone.as_str()), keys::phone(&phone)),
            8 => (format!("nickname {folded:?}"), keys::nickname(&folded)),
            9 => {
                let purpose = if number == 1 { Purpose::Register } else { Purpose::ChangePassword };
                let dialect = if millis % 2 == 0 { Dialect::LightUp } else { Dialect::SealTalk };
                (format!("code {} {dialect:?} {purpose:?}", limit.1), keys::code(&limit.1, dialect, purpose))
            }
            10 => (format!("owner {}", token.as_str()), keys::device_owner(&token)),
            11 => (format!("limit {limit:?}"), keys::limit(&limit.0, &limit.1, limit.2)),
            12 => (format!("question {class:?} {question}"), keys::question(class, &question)),
            13 => (format!("pair {uid} {other}"), keys::pair(&uid, &other)),
            14 => (format!("received {uid}"), keys::received(&uid)),
            15 => (format!("light {uid} {millis} {other}"), keys::third_light(&uid, millis, &other)),
            16 => (format!("day {uid} {date}"), keys::day(&uid, &date)),
            17 => (format!("reviewer {folded:?}"), keys::review_account(&folded)),
            _ => (format!("seen {uid} {date} {number}"), keys::seen(&uid, &Segment { date, number })),
        },
    )
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn no_two_keys_are_the_same(made in vec(any_key(), 80)) {
        let mut known: HashMap<Key, String> = HashMap::new();
        for (words, key) in made {
            prop_assert!(!key.pk.is_empty() && key.pk.len() <= 2_048 && key.sk.len() <= 1_024);
            let first = known.entry(key).or_insert_with(|| words.clone());
            prop_assert_eq!(first, &words);
        }
    }

    #[test]
    fn third_lights_lie_in_the_order_of_time(mut times in vec(0..=9_999_999_999_999_i64, 2..20)) {
        let (target, lighter) = ("a".repeat(24), "b".repeat(24));
        let (target, lighter) = (UserId::try_from(target).unwrap(), UserId::try_from(lighter).unwrap());
        times.sort_unstable();
        let made: Vec<_> = times.iter().map(|millis| keys::third_light(&target, *millis, &lighter).sk).collect();
        prop_assert!(made.is_sorted());
        prop_assert!(made.iter().all(|sk| sk.starts_with(keys::THIRD_LIGHTS)));
    }
}

#[derive(Clone, Debug)]
enum Step {
    Wait(u32),
    Attempt,
    /// Counted, and given back because it was no attempt after all.
    Success,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![1..60_u32, 100..700_u32, 3_600..90_000_u32].prop_map(Step::Wait);
    vec(prop_oneof![2 => wait, 9 => Just(Step::Attempt), 1 => Just(Step::Success)], 1..40)
}

/// The two limits of a phone's sends, as the table has them.
const RULES: [(Limit, usize, i64); 2] = [(Limit::SendBurst, 5, 600), (Limit::SendDay, 10, 86_400)];

/// Runs the steps beside a model: counts by limit and window.
async fn follow(api: &Api, subject: &str, steps: &[Step]) -> Result<(), TestCaseError> {
    let app = &api.world.app;
    let mut counts: HashMap<(usize, i64), usize> = HashMap::new();
    for step in steps {
        if let Step::Wait(seconds) = step {
            api.advance(*seconds);
            continue;
        }
        let before = app.clock.seconds();
        let counted = limits::count(app, &RULES.map(|(limit, ..)| (limit, subject))).await;
        let windows = RULES.map(|(_, _, window)| before / window);
        if windows != RULES.map(|(_, _, window)| app.clock.seconds() / window) {
            return Err(TestCaseError::reject("a window ended in between"));
        }
        let free = RULES
            .iter()
            .enumerate()
            .all(|(at, (_, most, _))| counts.get(&(at, windows[at])).copied().unwrap_or_default() < *most);
        prop_assert_eq!(counted.is_ok(), free, "{:?}", counts);
        match (counted, step) {
            (Ok(counted), Step::Success) => counted.give_back(app).await,
            (Ok(_), _) => (0..2).for_each(|at| *counts.entry((at, windows[at])).or_default() += 1),
            (Err(error), _) => prop_assert!(matches!(error, shared::Error::TooManyRequests { .. }), "{}", error),
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_window_holds_more_than_its_limit() {
    let api = Api::start().await;
    let subjects = std::cell::Cell::new(0);
    let outcome = tokio::task::block_in_place(|| {
        TestRunner::new(cases(24)).run(&steps(), |steps| {
            subjects.set(subjects.get() + 1);
            Handle::current().block_on(follow(&api, &format!("+86{}", subjects.get()), &steps))
        })
    });
    outcome.unwrap();
    assert_eq!(
        RULES.map(|(limit, ..)| shared::limits::rule(limit, &api.world.app.config).most as usize),
        RULES.map(|(_, most, _)| most)
    );
    assert_eq!(
        RULES.map(|(limit, ..)| shared::limits::rule(limit, &api.world.app.config).window),
        RULES.map(|(_, _, window)| window)
    );
}
