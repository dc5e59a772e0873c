//! The settings of the SealTalk API.

use crate::config::{BadConfig, CodeText, Stage, TestCode, Variables};
use serde_json::{Value, json};

const CODE_TEXT: &str = "验证码：{code}，两分钟内有效。【SealTalk】";

/// Where browsers send the session cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// To pages of the same site, and to those that a link leads to.
    Lax,
    /// To pages of the same site only.
    Strict,
    /// Everywhere; needs a secure cookie.
    None,
}

/// Which web pages may call the API with a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebOrigins {
    /// Pages of this machine, on any port.
    Localhost,
    /// These, as browsers write them: scheme, host and port.
    Only(Vec<String>),
}

impl WebOrigins {
    /// Whether pages of this origin may call.
    #[must_use]
    pub fn allow(&self, origin: &str) -> bool {
        match self {
            Self::Only(origins) => origins.iter().any(|allowed| allowed == origin),
            Self::Localhost => {
                // Apps made of web pages have schemes of their own, such as `capacitor`.
                let host = origin.split_once("://").map_or("", |(_, host)| host);
                let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
                ["localhost", "127.0.0.1", "[::1]"].into_iter().any(|own| {
                    let rest = host.strip_prefix(own);
                    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(digits))
                })
            }
        }
    }
}

/// Every setting that only SealTalk has. The name of the variable is in each field's comment.
#[derive(Clone, Debug)]
pub struct SealTalk {
    /// `COOKIE_NAME`: the session cookie's.
    pub cookie_name: String,
    /// `COOKIE_DOMAIN`: unset, the cookie is for the API's own host only.
    pub cookie_domain: Option<String>,
    /// `COOKIE_SECURE`: whether browsers send the cookie over TLS only.
    pub cookie_secure: bool,
    /// `COOKIE_SAME_SITE`: `Lax`, `Strict` or `None`.
    pub cookie_same_site: SameSite,
    /// `WEB_ORIGINS`: origins with commas between them; unset, none.
    pub web_origins: WebOrigins,
    /// `WRONG_PASSWORD_CODE`: 1000 as documented, or 1001 as the shipped mobile apps tell it apart
    /// (`docs/dialects/sealtalk.md#login`).
    pub wrong_password_code: u16,
    /// `CAPTCHA_REQUIRED`: whether a code is sent only with a solved picture (`docs/dialects/sealtalk.md#captchas`).
    pub captcha_required: bool,
    /// `SEALTALK_CODE_TEXT`: the text message with a code (`docs/dialects/sealtalk.md#verification-codes`).
    pub code_text: CodeText,
    /// `TEST_CODE`: unset, none. Refused at start in prod (`docs/dialects/sealtalk.md#test-code`).
    pub test_code: Option<TestCode>,
    /// `CLIENT_VERSIONS`: JSON with the newest versions of the apps and where they are
    /// (`docs/dialects/sealtalk.md#misc`).
    pub client_versions: Value,
}

/// What is said while no deployment knows better.
fn no_versions() -> Value {
    json!({"iOS": {"version": "", "build": "", "url": ""}, "Android": {"version": "", "url": ""}})
}

impl SealTalk {
    /// The environment variables of these settings.
    pub const SETTINGS: [&'static str; 10] = [
        "COOKIE_NAME",
        "COOKIE_DOMAIN",
        "COOKIE_SECURE",
        "COOKIE_SAME_SITE",
        "WEB_ORIGINS",
        "WRONG_PASSWORD_CODE",
        "CAPTCHA_REQUIRED",
        "TEST_CODE",
        "SEALTALK_CODE_TEXT",
        "CLIENT_VERSIONS",
    ];

    pub(super) fn read(variables: &Variables<'_>, stage: Stage) -> Result<Self, BadConfig> {
        let test_code = variables.get("TEST_CODE").map(|digits| digits.parse()).transpose()?;
        if test_code.is_some() && stage == Stage::Prod {
            return Err(BadConfig { variable: "TEST_CODE", reason: "is not possible in prod" });
        }
        let cookie_same_site = match variables.get("COOKIE_SAME_SITE").as_deref() {
            None | Some("Lax") => SameSite::Lax,
            Some("Strict") => SameSite::Strict,
            Some("None") => SameSite::None,
            Some(_) => return Err(BadConfig { variable: "COOKIE_SAME_SITE", reason: "is none of Lax, Strict, None" }),
        };
        let wrong_password_code = match variables.get("WRONG_PASSWORD_CODE").as_deref() {
            None | Some("1000") => 1_000,
            Some("1001") => 1_001,
            Some(_) => return Err(BadConfig { variable: "WRONG_PASSWORD_CODE", reason: "is neither 1000 nor 1001" }),
        };
        let client_versions = match variables.get("CLIENT_VERSIONS") {
            None => no_versions(),
            Some(text) => serde_json::from_str(&text)
                .ok()
                .filter(Value::is_object)
                .ok_or(BadConfig { variable: "CLIENT_VERSIONS", reason: "is no JSON object" })?,
        };
        let origins = variables.get("WEB_ORIGINS").unwrap_or_default();
        let origins = origins.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        Ok(Self {
            cookie_name: variables.get("COOKIE_NAME").unwrap_or_else(|| "rong_auth_cookie".into()),
            cookie_domain: variables.get("COOKIE_DOMAIN"),
            cookie_secure: variables.get("COOKIE_SECURE").as_deref() != Some("false"),
            cookie_same_site,
            web_origins: WebOrigins::Only(origins.map(str::to_owned).collect()),
            wrong_password_code,
            captcha_required: variables.get("CAPTCHA_REQUIRED").as_deref() == Some("true"),
            code_text: CodeText::read(variables, "SEALTALK_CODE_TEXT", CODE_TEXT)?,
            test_code,
            client_versions,
        })
    }

    /// What `cargo run` and the tests use: cookies without TLS, pages of this machine.
    pub(crate) fn local() -> Self {
        Self {
            cookie_name: "rong_auth_cookie".into(),
            cookie_domain: None,
            cookie_secure: false,
            cookie_same_site: SameSite::Lax,
            web_origins: WebOrigins::Localhost,
            wrong_password_code: 1_000,
            captcha_required: false,
            code_text: CodeText(CODE_TEXT.to_owned()),
            test_code: None,
            client_versions: no_versions(),
        }
    }
}
