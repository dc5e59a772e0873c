//! A person with a browser: headless Chromium, driven by its WebDriver. Where there is none the tests say so and pass, unless
//! `CONSOLE_BROWSER=required` is set.

mod driver;

pub(crate) use driver::Browser;

use super::PAGES;
use crate::world::{Api, Person};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

/// A picture of one red pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

/// What is wrong with a page for somebody who does not see it, or has no mouse.
pub(super) const PROBLEMS: &str = r#"
    const wrong = [];
    const shown = (element) => element.getClientRects().length > 0;
    const named = (element) => (element.getAttribute("aria-label") || element.labels?.length || element.textContent.trim()
        || document.getElementById(element.getAttribute("aria-labelledby"))?.textContent.trim());
    for (const tag of ["main", "nav", "header"]) if (!document.querySelector(tag)) wrong.push(`no ${tag}`);
    if (document.querySelectorAll("main").length !== 1) wrong.push("not one main");
    if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
    if (!document.documentElement.lang || !document.title) wrong.push("no language or title");
    for (const element of document.querySelectorAll("input:not([type=hidden]), select, button, a"))
        if (shown(element) && !named(element)) wrong.push(`without a name: ${element.outerHTML}`);
    for (const table of document.querySelectorAll("table")) {
        if (!table.caption && !table.getAttribute("aria-label")) wrong.push("a table without a name");
        if (!table.querySelector("th[scope]")) wrong.push("a table without headers");
    }
    for (const image of document.querySelectorAll("img")) if (!image.hasAttribute("alt")) wrong.push("an image without a text");
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push(`twice: ${id}`);
    if (document.documentElement.scrollWidth > innerWidth) wrong.push(`${document.documentElement.scrollWidth} wide`);
    return wrong.join("\n");
"#;

/// Text that stands out too little from what is behind it, by the rule of WCAG: 4.5 to 1.
pub(super) const FAINT: &str = r#"
    const parts = (color) => color.match(/[\d.]+/g).map(Number);
    const light = ([red, green, blue]) => {
        const part = (value) => { const of = value / 255; return of <= 0.03928 ? of / 12.92 : ((of + 0.055) / 1.055) ** 2.4; };
        return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
    };
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const color = parts(getComputedStyle(at).backgroundColor);
            if (color[3] !== 0) return color;
        }
        return [255, 255, 255];
    };
    const faint = new Set();
    for (const element of document.querySelectorAll("body *")) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!own || !element.getClientRects().length || element.closest(".unseen, .skip, kbd")) continue;
        const [one, two] = [light(parts(getComputedStyle(element).color)), light(behind(element))];
        const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
        if (ratio < 4.5) faint.add(`${ratio.toFixed(2)}: ${element.tagName}.${element.className} ${element.textContent.slice(0, 40)}`);
    }
    return [...faint].join("\n");
"#;

/// Two people with what every page shows something of.
async fn filled(api: &Api) -> Person {
    let tony = api.complete("15172354423", "Tony", "male").await;
    api.person("15172354424", "Mia", "female").await;
    let put = api.world.clients.s3.put_object().bucket("media").key(format!("media/{}/portrait.png", tony.id));
    put.content_type("image/png").body(BASE64_STANDARD.decode(PIXEL).unwrap().into()).send().await.unwrap();
    tony
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_shows_what_happens_while_it_happens() {
    let api = Api::start().await;
    Browser::used(async |browser| {
        requests_and_messages_come_by_themselves(&api, browser).await;
        let tony = filled(&api).await;
        people_and_objects_open(&api, browser, &tony).await;
        forms_do_what_they_say(&api, browser, &tony).await;
        every_page_is_readable(&api, browser, &tony).await;
        assert_eq!(browser.errors().await, "", "what the browser has logged");
    })
    .await;
}

/// The answers to what a page fetches wait until it is told that they may come.
const HELD_BACK: &str = "
    const real = fetch;
    window.fetch = async (...asked) => {
        const answer = await real(...asked);
        await new Promise((goOn) => { window.goOn = goOn; });
        return answer;
    };
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_stays_that_comes_while_the_page_is_looked_at() {
    let api = Api::start().await;
    Browser::used(async |browser| {
        browser.chrome("Page.addScriptToEvaluateOnNewDocument", json!({ "source": HELD_BACK })).await;
        browser.goto(&api.url("/")).await;
        browser.until("window.goOn").await;
        api.get("/nothing").await;
        browser.until("document.querySelectorAll('#rows tr').length === 1").await;
        // What was fetched before comes only now, and takes the place of the list.
        browser.run("document.querySelector('#rows').dataset.old = true; goOn()").await;
        browser.until("!document.querySelector('#rows').dataset.old").await;
        assert_eq!(browser.run("return document.querySelectorAll('#rows tr').length").await, 1);
        assert!(!browser.text("main").await.contains("No requests yet."));
    })
    .await;
}

async fn requests_and_messages_come_by_themselves(api: &Api, browser: &Browser) {
    browser.size(1280, 800).await;
    browser.goto(&api.url("/")).await;
    browser.until("document.querySelector('#live.on')").await;
    assert!(browser.text("main").await.contains("No requests yet."));
    let widths = "return [...document.querySelectorAll('table.requests th')].map((th) => th.offsetWidth).join()";
    let before = browser.run(widths).await;
    let answer = api.form("/v1/account/register", &[("phone_number", "15172354423")]).await;
    browser.until("document.querySelector('#rows tr') && document.querySelector('#messages .code code')").await;
    assert_eq!(browser.run(widths).await, before, "the columns stay where they are");
    assert!(!browser.text("main").await.contains("No requests yet."));
    let code = api.code("15172354423").await;
    assert_eq!(browser.text("#messages .code code").await, code);
    for (label, header) in [("rounds", "rounds"), ("calls", "calls"), ("read", "rru"), ("write", "wru")] {
        let shown = browser.text(&format!("#rows td[data-label='{label}']")).await;
        assert_eq!(shown, answer.headers[&format!("x-cost-{header}")], "{label}");
    }

    // By the keyboard: to the row, into it, out of it, and to other pages.
    browser.keys("j\u{e007}").await;
    browser.until("location.pathname === '/console/requests/1' && document.querySelector('#detail .calls')").await;
    let detail = browser.text("#detail").await;
    for part in ["UpdateItem", "UsersTable", "PHONE#+8615172354423", "write units"] {
        assert!(detail.contains(part), "{part} in {detail}");
    }
    browser.keys("\u{e00c}").await;
    browser.until("location.pathname === '/' && document.activeElement.matches('#rows a')").await;
    browser.keys("p").await;
    api.get("/nothing").await;
    browser.until("document.querySelector('#pause').textContent === 'Show 1 new'").await;
    assert_eq!(browser.run("return document.querySelectorAll('#rows tr').length").await, 1);
    browser.keys("p").await;
    browser.until("document.querySelectorAll('#rows tr').length === 2").await;
    browser.keys("?").await;
    browser.until("document.querySelector('#help').open").await;
    browser.keys("\u{e00c}").await;
    browser.until("!document.querySelector('#help').open").await;
    browser.keys("gs").await;
    browser.until("location.pathname === '/console/sms' && document.querySelector('#live.on')").await;
    api.form("/v1/account/register", &[("phone_number", "15172354499")]).await;
    browser.until("document.querySelectorAll('#messages li').length === 2").await;
    assert!(browser.text("#messages li").await.contains("+8615172354499"));
}

async fn people_and_objects_open(api: &Api, browser: &Browser, tony: &Person) {
    browser.keys("gp").await;
    browser
        .until(
            "location.pathname === '/console/people' && document.querySelectorAll('table.people tbody tr').length > 1",
        )
        .await;
    browser.keys("/Tony\u{e007}").await;
    browser
        .until("location.search === '?q=Tony' && document.querySelectorAll('table.people tbody tr').length === 1")
        .await;
    browser.click("table.people tbody tr td:nth-child(2)").await;
    browser
        .until(&format!("location.pathname === '/console/people/{}' && document.querySelector('details.row')", tony.id))
        .await;
    assert!(browser.text("details.row[open]").await.contains("+8615172354423"), "the record is open");
    browser.click("details.row[data-key='CREDENTIAL'] summary").await;
    assert!(browser.text("details.row[data-key='CREDENTIAL']").await.contains("$argon2id…"));
    // What changes is seen by itself, and what was opened stays so.
    let info = [("personal_info", r#"{"nickname":"Anthony"}"#)];
    assert_eq!(api.signed(tony, "account/change_personal_info", &info).await.status, 200);
    browser.until("document.querySelector('details.row[data-key=PROFILE]').textContent.includes('Anthony')").await;
    assert!(browser.text("details.row[data-key='CREDENTIAL']").await.contains("$argon2id…"));

    browser.keys("go").await;
    let loaded = "document.querySelector('.thumb img')?.naturalWidth === 1";
    browser.until(loaded).await;
    browser.click("ul.objects a").await;
    browser
        .until("location.pathname === '/console/object' && document.querySelector('.preview img')?.naturalWidth === 1")
        .await;
}

async fn forms_do_what_they_say(api: &Api, browser: &Browser, tony: &Person) {
    browser.goto(&api.url(&format!("/console/wallet?user={}", tony.id))).await;
    browser.click("input[name=coins]").await;
    browser.keys("25\u{e007}").await;
    browser.until("document.querySelector('.said.good') && document.querySelector('#balance')").await;
    assert!(browser.text("#balance").await.contains("coins 25"));
    browser.click("section:nth-of-type(2) button").await;
    browser.until("document.querySelector('#receipt')?.textContent.length === 32").await;

    browser.goto(&api.url("/console/clock")).await;
    let before = api.world.clock.seconds();
    browser.click("button[value='3600']").await;
    browser.until("document.querySelector('#ahead')?.textContent === '1h'").await;
    assert!(api.world.clock.seconds() - before >= 3_600);
    // Moved from elsewhere, it is seen here too.
    browser.until("document.querySelector('#live.on')").await;
    assert_eq!(api.bytes("/_local/clock", None, r#"{"advance_seconds":3600}"#).await.status, 200);
    browser.until("document.querySelector('#ahead').textContent === '2h'").await;
}

async fn every_page_is_readable(api: &Api, browser: &Browser, tony: &Person) {
    let more = [
        "/console/requests/1".to_owned(),
        format!("/console/people/{}", tony.id),
        format!("/console/wallet?user={}", tony.id),
    ];
    let pages: Vec<_> = PAGES.iter().map(|page| (*page).to_owned()).chain(more).collect();
    for (width, height) in [(390, 844), (1280, 800)] {
        browser.size(width, height).await;
        for page in &pages {
            browser.goto(&api.url(page)).await;
            assert_eq!(browser.run(PROBLEMS).await, "", "{page} at {width}");
            let mut grounds = Vec::new();
            for scheme in ["light", "dark"] {
                browser.scheme(scheme).await;
                assert_eq!(browser.run(FAINT).await, "", "{page} at {width}, {scheme}");
                grounds.push(browser.run("return getComputedStyle(document.body).backgroundColor").await);
            }
            assert_ne!(grounds[0], grounds[1], "{page}");
        }
    }
}
