//! A browser, and the program that drives it: a client of [WebDriver](https://www.w3.org/TR/webdriver2/), which is JSON over HTTP. The
//! libraries that there are change features or versions of what the product itself is built with.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures_util::FutureExt;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

/// Longer than any step takes.
const PATIENCE: Duration = Duration::from_secs(15);

/// Longer than all steps together take.
const ALTOGETHER: Duration = Duration::from_secs(120);

/// How answers name an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What the browser is started with. Its sandbox asks for rights that containers do not have; only pages of the test are opened.
const ARGUMENTS: [&str; 6] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--disable-lcd-text",
];

/// A browser that nobody sees.
pub(crate) struct Browser {
    http: reqwest::Client,
    /// The URL of the session.
    session: String,
    /// Ends with this value.
    _program: Child,
}

#[expect(clippy::disallowed_methods, reason = "where a browser is, is a matter of the machine that the tests run on")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Browser {
    /// Does something with a browser, which is gone afterwards whatever happens. Without one the test says why it does nothing.
    pub(crate) async fn used(steps: impl AsyncFnOnce(&Self)) {
        let browser = match Self::start().await {
            Ok(browser) => browser,
            Err(reason) if variable("CONSOLE_BROWSER").as_deref() == Some("required") => panic!("{reason}"),
            Err(reason) => return eprintln!("skipped: {reason}"),
        };
        let outcome = AssertUnwindSafe(timeout(ALTOGETHER, steps(&browser))).catch_unwind().await;
        let _ = browser.asks(Method::DELETE, "", Value::Null).await;
        match outcome {
            Ok(done) => done.expect("the browser took too long"),
            Err(panic) => resume_unwind(panic),
        }
    }

    /// `CHROMEDRIVER` is the program, if it is not on the path under its own name. The error says that there is none, or no browser; all
    /// else that goes wrong is a failure.
    async fn start() -> Result<Self, String> {
        let name = variable("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".to_owned());
        let mut program = Command::new(&name);
        program.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut program = program.spawn().map_err(|error| format!("no {name}: {error}"))?;
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let listening = async {
            loop {
                let line = lines.next_line().await.unwrap().expect("a line that says where it listens");
                if let Some((_, port)) = line.split_once("successfully on port ") {
                    return port.trim_end_matches('.').to_owned();
                }
            }
        };
        let port = timeout(PATIENCE, listening).await.expect("chromedriver starts");
        let mut browser = Self {
            http: reqwest::Client::new(),
            session: format!("http://127.0.0.1:{port}/session"),
            _program: program,
        };
        let wanted =
            json!({ "goog:chromeOptions": { "args": ARGUMENTS }, "goog:loggingPrefs": { "browser": "WARNING" } });
        let wanted = json!({ "capabilities": { "alwaysMatch": wanted } });
        match browser.asks(Method::POST, "", wanted).await {
            Ok(session) => {
                browser.session = format!("{}/{}", browser.session, session["sessionId"].as_str().unwrap());
                Ok(browser)
            }
            Err(error) if error.contains("cannot find") => Err(format!("no browser: {error}")),
            Err(error) => panic!("{name} does not start a browser: {error}"),
        }
    }

    /// A command; what it gives back, or why it failed.
    async fn asks(&self, method: Method, command: &str, body: Value) -> Result<Value, String> {
        let mut request = self.http.request(method, format!("{}{command}", self.session));
        if !body.is_null() {
            request = request.json(&body);
        }
        let mut answer: Value = request.send().await.unwrap().json().await.unwrap();
        match answer["value"]["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", answer["value"]["message"])),
            None => Ok(answer["value"].take()),
        }
    }

    /// The same for a command that succeeds.
    async fn does(&self, command: &str, body: Value) -> Value {
        self.asks(Method::POST, command, body).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// A command of Chrome's own protocol.
    pub(super) async fn chrome(&self, command: &str, parameters: Value) -> Value {
        self.does("/goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// Opens a page and waits until it is loaded.
    pub(crate) async fn goto(&self, url: &str) {
        self.does("/url", json!({ "url": url })).await;
    }

    /// How large the window is, as a phone's or another's.
    pub(crate) async fn size(&self, width: u32, height: u32) {
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.chrome("Emulation.setDeviceMetricsOverride", screen).await;
    }

    /// Whether the person likes `light` or `dark`.
    pub(crate) async fn scheme(&self, scheme: &str) {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.chrome("Emulation.setEmulatedMedia", media).await;
    }

    async fn script(&self, script: &str) -> Result<Value, String> {
        self.asks(Method::POST, "/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// What a script gives back.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.script(script).await.unwrap()
    }

    /// Waits until an expression of the page holds.
    pub(crate) async fn until(&self, holds: &str) {
        let until = Instant::now() + PATIENCE;
        // While a page is being left, no script runs on it.
        let script = format!("return document.readyState === 'complete' && !!({holds})");
        while self.script(&script).await != Ok(json!(true)) {
            if Instant::now() > until {
                let at = self.run("return location.href + '\\n' + document.querySelector('main').innerText").await;
                panic!("never: {holds}\n{}", at.as_str().unwrap_or_default());
            }
            sleep(Duration::from_millis(25)).await;
        }
    }

    /// A command about the first element of this kind, which may be replaced by a fresh one at any moment: then that one is meant.
    async fn of(&self, method: Method, selector: &str, command: &str, body: Value) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let found = self.does("/element", json!({ "using": "css selector", "value": selector })).await;
            let command = format!("/element/{}/{command}", found[ELEMENT].as_str().unwrap());
            match self.asks(method.clone(), &command, body.clone()).await {
                Err(error) if error.starts_with("stale") && Instant::now() < until => {}
                done => return done.unwrap_or_else(|error| panic!("{selector}: {error}")),
            }
        }
    }

    /// The text that is seen of the first element of this kind.
    pub(crate) async fn text(&self, selector: &str) -> String {
        self.of(Method::GET, selector, "text", Value::Null).await.as_str().unwrap().to_owned()
    }

    /// Clicks on it.
    pub(crate) async fn click(&self, selector: &str) {
        self.of(Method::POST, selector, "click", json!({})).await;
    }

    /// Presses keys one after the other, wherever the focus is. Keys without a character have those that WebDriver gives them.
    pub(crate) async fn keys(&self, keys: &str) {
        let press = |key: char| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key }));
        let presses: Vec<_> = keys.chars().flat_map(press).collect();
        self.does("/actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": presses }] })).await;
    }

    /// What the browser has complained about, such as a script that failed or something that the policy of a page forbids.
    pub(crate) async fn errors(&self) -> String {
        let log = self.does("/se/log", json!({ "type": "browser" })).await;
        let messages = log.as_array().unwrap().iter().map(|entry| entry["message"].as_str().unwrap());
        messages.collect::<Vec<_>>().join("\n")
    }

    /// A picture of what is seen.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let shot = self.chrome("Page.captureScreenshot", json!({ "format": "png" })).await;
        BASE64_STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()
    }
}
