//! The page with two people: a browser lives their story, and what the page says is looked up where it is stored.

use super::browser::{Browser, FAINT, PROBLEMS};
use crate::{live::client::PASSWORD, world::Api};
use serde_json::json;

/// The steps, as the page names them.
const STEPS: [&str; 9] = ["register", "profile", "answer", "connect", "guests", "lights", "friends", "chat", "gift"];

/// What the page shows of one of the two.
struct Shown {
    phone: String,
    id: String,
}

async fn shown(browser: &Browser, who: &str) -> Shown {
    let id = browser.run(&format!("return document.querySelector('#{who} [data-part=rows]').href")).await;
    let id = id.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    Shown { phone: browser.text(&format!("#{who} [data-part=phone]")).await, id }
}

async fn done(browser: &Browser, step: &str) {
    browser.until(&format!("/done|failed/.test(document.querySelector('[data-step={step}]').dataset.state)")).await;
    assert_eq!(browser.run("return document.querySelector('li.said')?.textContent ?? ''").await, "", "{step}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_live_their_story_in_a_browser() {
    let api = Api::start().await;
    Browser::used(async |browser| {
        browser.size(1280, 800).await;
        browser.goto(&api.url("/demo")).await;
        browser.until("!document.querySelector('#next').disabled").await;
        // By the keyboard: a step, another, and then whatever is left.
        browser.run("document.querySelector('#next').focus()").await;
        for step in &STEPS[..2] {
            browser.keys("\u{e007}").await;
            done(browser, step).await;
            browser.run("document.querySelector('#next').focus()").await;
        }
        browser.keys("\u{e004}\u{e007}").await;
        for step in &STEPS[2..] {
            done(browser, step).await;
        }
        let said = browser.text("#said").await;
        assert!(said.starts_with("Done: ") && said.contains("12 uploads, 8 texts over sockets"), "{said}");
        assert_eq!(browser.errors().await, "", "what the browser has logged");

        let (ann, ben) = (shown(browser, "ann").await, shown(browser, "ben").await);
        files_are_in_the_bucket(&api, [&ann, &ben]).await;
        talk_and_lights_are_shown(browser).await;
        assert_eq!(api.get("/_local/sockets").await.json(), json!({ "open": 2 }));
        the_apis_say_the_same(&api, &ann, &ben).await;
        it_is_readable(browser).await;

        // Two others, in the same world.
        browser.click("#again").await;
        browser.until("document.querySelector('#demo').dataset.state === 'ready'").await;
        browser.click("#all").await;
        for step in STEPS {
            done(browser, step).await;
        }
        assert_ne!(shown(browser, "ann").await.id, ann.id);
        assert_eq!(browser.errors().await, "", "what the browser has logged");
    })
    .await;
}

/// A portrait, three answers in sound and two films of each, and these are what they are called.
async fn files_are_in_the_bucket(api: &Api, people: [&Shown; 2]) {
    let objects = api.objects().await;
    for who in people {
        let live = objects.iter().filter(|key| !key.starts_with("pending/") && key.contains(&who.id));
        let mut begins = Vec::new();
        for key in live {
            let object = api.world.clients.s3.get_object().bucket("media").key(key).send().await.unwrap();
            let kind = object.content_type().unwrap_or_default().to_owned();
            let bytes = object.body.collect().await.unwrap().to_vec();
            let known = [("image/png", &b"\x89PNG"[..]), ("audio/wav", b"RIFF"), ("video/webm", b"\x1a\x45\xdf\xa3")];
            let (_, head) =
                known.into_iter().find(|(known, _)| *known == kind).unwrap_or_else(|| panic!("{key}: {kind}"));
            assert!(bytes.starts_with(head) && bytes.len() > 1_000, "{key}: {} bytes", bytes.len());
            begins.push(kind);
        }
        begins.sort();
        assert_eq!(begins, ["audio/wav", "audio/wav", "audio/wav", "image/png", "video/webm", "video/webm"]);
    }
}

async fn talk_and_lights_are_shown(browser: &Browser) {
    for (who, lines) in [("ann", 10), ("ben", 7)] {
        let talk = browser.text(&format!("#{who} .talk")).await;
        for line in ["is this thing on?", "no less!", "on Sunday?", "the cake.", "switched on your third light"] {
            assert!(talk.contains(line), "{line} in {talk}");
        }
        assert!(talk.lines().count() <= lines, "nothing comes twice: {talk}");
        assert_eq!(browser.run(&format!("return document.querySelectorAll('#{who} .lamps .on').length")).await, 3);
        browser.until(&format!("document.querySelector('#{who} [data-part=portrait]').naturalWidth === 256")).await;
        browser.until(&format!("document.querySelectorAll('#{who} video')[1].videoWidth === 192")).await;
    }
    assert_eq!(browser.text("#ann .coins").await, "0 → 4");
    assert_eq!(browser.text("#ben .coins").await, "0 → 10 → 6");
}

/// Each sets another password with a code, as whoever forgets theirs, and looks.
async fn the_apis_say_the_same(api: &Api, ann: &Shown, ben: &Shown) {
    for (who, other, coins) in [(ann, ben, 4), (ben, ann, 6)] {
        let asked = api.form("/v1/account/change_password_request", &[("phone_number", &who.phone)]).await;
        assert_eq!(asked.status, 200, "{asked:?}");
        let person = api.validated(&who.phone, "change_password").await;
        assert_eq!(person.id, who.id);
        let logs = api.signed(&person, "procedure/get_message", &[]).await.data()["logs"].clone();
        assert_eq!(logs[0]["lighter"]["user_id"], other.id);
        let fields = [("phone_number", who.phone.as_str()), ("password", PASSWORD)];
        assert_eq!(api.form("/v1/account/change_password", &fields).await.status, 200);
        let token = api.live_token(&who.phone).await;
        let held = api.form("/golden", &[("balance", "1"), ("token", &token)]).await.message();
        assert_eq!(held, json!({ "coins": coins }));
        let friends = api.form("/list", &[("friendlist", "1"), ("token", &token)]).await.message();
        assert_eq!(
            (&friends["count"], &friends["friends"][0]["userId"]),
            (&json!(1), &json!(other.phone)),
            "{friends}"
        );
    }
}

async fn it_is_readable(browser: &Browser) {
    browser.run("document.querySelectorAll('details').forEach((details) => { details.open = true; })").await;
    for (width, height) in [(390, 844), (1280, 800)] {
        browser.size(width, height).await;
        assert_eq!(browser.run(PROBLEMS).await, "", "at {width}");
        for scheme in ["light", "dark"] {
            browser.scheme(scheme).await;
            assert_eq!(browser.run(FAINT).await, "", "at {width}, {scheme}");
        }
    }
}
