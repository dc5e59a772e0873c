//! Settings: one struct, filled from the environment once at start. `template.yaml` declares the same names.

mod chat;
mod codes;
mod gifts;
mod lightup;
mod live;
mod push;
mod qiniu;
mod regions;
mod review;
mod sealtalk;
mod setting;
mod signing;
mod streaming;
mod tables;
mod wallet;

pub use chat::Chat;
pub use codes::{CodeText, TestCode};
pub use gifts::Gifts;
pub use lightup::LightUp;
pub use live::Live;
pub use push::{Expiry, Push};
pub use qiniu::Qiniu;
pub use regions::Regions;
pub use review::{Review, ReviewClient};
pub use sealtalk::{SameSite, SealTalk, WebOrigins};
pub use setting::Setting;
pub use signing::{SignMode, Signing};
pub use streaming::{LiveProvider, PublishingServer, Streaming};
pub use tables::{Table, Tables};
pub use wallet::{RefillMode, Wallet};

use crate::values::Kind;
use std::fmt;
use subtle::ConstantTimeEq;

/// The environment variables that a function reads which sends codes, beside the text of its API and the table of users.
pub const SENDING_CODES: [&str; 4] = ["STAGE", "HASH_KEY", "SMS_REGIONS", "SMS_DAILY_BUDGET"];

/// The topic of operators on this machine.
const LOCAL_TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:operators";

/// Where the application runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `cargo run` and tests.
    Local,
    /// A developer's stack.
    Dev,
    /// The stack before production.
    Staging,
    /// Production.
    Prod,
}

/// A secret that never shows itself in a log.
#[derive(Clone)]
pub struct Secret(Option<Vec<u8>>);

impl Secret {
    /// Wraps the secret's bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Some(bytes.into()))
    }

    /// Whether this is the secret, compared in constant time.
    ///
    /// # Panics
    /// As [`Secret::expose`].
    #[must_use]
    pub fn is(&self, presented: &[u8]) -> bool {
        self.expose().ct_eq(presented).into()
    }

    /// The secret of a function that declares none.
    fn undeclared() -> Self {
        Self(None)
    }

    /// The secret itself.
    ///
    /// # Panics
    /// The function has not declared the secret. An answer made with another key would be worse than none.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        match &self.0 {
            Some(bytes) => bytes,
            None => panic!("this function uses a secret that it does not declare"),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Every setting. The name of the variable is in each field's comment.
#[derive(Clone, Debug)]
pub struct Config {
    /// `STAGE`: `local`, `dev`, `staging` or `prod`.
    pub stage: Stage,
    /// `USERS_TABLE` and the other tables: see [`Table::setting`].
    pub tables: Tables,
    /// `MEDIA_BUCKET`: private, holds uploads and live media.
    pub media_bucket: String,
    /// `MEDIA_BASE`: the URL in front of `/media/<key>`, without a trailing slash. Unset: the API's own URL.
    pub media_base: Setting<Option<String>>,
    /// `HASH_KEY`: at least 32 bytes, keys the hashes of phone numbers, addresses, codes and devices.
    pub hash_key: Secret,
    /// `FRONT_KEY`: by what CloudFront in front of the APIs is known, at least 32 bytes; unset, nothing stands there.
    pub front_key: Setting<Option<Secret>>,
    /// `ALLOW_ERASE`: whether `delete_user` answers. Refused at start in prod.
    pub allow_erase: Setting<bool>,
    /// `SMS_REGIONS`: where SMS may be sent to, as [`Regions`] reads it.
    pub sms_regions: Setting<Regions>,
    /// `SMS_DAILY_BUDGET`: SMS a day over all users, 0 for none. Spread over up to ten counters.
    pub sms_daily_budget: Setting<u32>,
    /// `GUESTS_PER_SEGMENT`: guests that may be logged as seen in a segment; 0 = no limit
    /// (`docs/dialects/lightup.md#quotas-of-guests`).
    pub guests_per_segment: Setting<u32>,
    /// `GUESTS_PER_DAY`: the same for a day of an incomplete user; 0 = no limit.
    pub guests_per_day: Setting<u32>,
    /// `LIGHTS_PER_DAY`: lights a day of an incomplete user; 0 = no limit (`docs/dialects/lightup.md#quota-of-lights`).
    pub lights_per_day: Setting<u32>,
    /// `GUEST_SHARDS`: over how many index partitions each pool of guests is spread. 1 serves 3,000 draws a second.
    pub guest_shards: Setting<u32>,
    /// `DEFAULT_PORTRAIT`: what login returns for a user without a portrait
    /// (`docs/dialects/lightup.md#when-a-number-is-taken`).
    pub default_portrait: Setting<String>,
    /// `CODES_PER_ADDRESS`: so many codes an address may ask for in an hour
    /// (`docs/dialects/sealtalk.md#limits-of-codes`).
    pub codes_per_address: Setting<u32>,
    /// `REFUSE_COMMON_PASSWORDS`: whether one of the thousand most common passwords can be set.
    pub refuse_common_passwords: Setting<bool>,
    /// How coins come into wallets.
    pub wallet: Setting<Wallet>,
    /// What gifts cost.
    pub gifts: Setting<Gifts>,
    /// Where pictures are uploaded to; unset, to this project's own bucket.
    pub qiniu: Setting<Option<Qiniu>>,
    /// Who takes and plays live streams.
    pub streaming: Setting<Streaming>,
    /// Where functions post to open WebSockets.
    pub push: Setting<Push>,
    /// By what the function that opens sockets is told when a session ends.
    pub expiry: Setting<Option<Expiry>>,
    /// How the reviewers of app stores are let in.
    pub review: Setting<Review>,
    /// Whether requests have to be signed by the app that sends them.
    pub signing: Setting<Signing>,
    /// `OPERATOR_TOPIC`: the ARN of the SNS topic that operators are told by; unset, nobody is told.
    pub operator_topic: Setting<Option<String>>,
    /// What only Light Up has.
    pub lightup: Setting<LightUp>,
    /// What only SealTalk has.
    pub sealtalk: Setting<SealTalk>,
    /// What only Live has.
    pub live: Setting<Live>,
    /// `ONLY_FRIENDS`: whether only friends can write to each other (`docs/dialects/chat.md#who-may-write-to-whom`).
    pub only_friends: Setting<bool>,
    /// What only Chat has.
    pub chat: Setting<Chat>,
    /// `DEFAULT_NICKNAME`: what login returns for a user without a profile
    /// (`docs/dialects/lightup.md#when-a-number-is-taken`).
    pub default_nickname: Setting<String>,
}

/// A setting is missing or makes no sense. Names the variable, never its value.
#[derive(Debug, thiserror::Error)]
#[error("{variable}: {reason}")]
pub struct BadConfig {
    /// The environment variable.
    pub variable: &'static str,
    /// What it should have been.
    pub reason: &'static str,
}

/// One variable; an empty one counts as absent, because `sam local` hands over empty strings.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A variable that has to be there.
pub(crate) fn required(variable_name: &'static str) -> Result<String, BadConfig> {
    variable(variable_name).ok_or(BadConfig { variable: variable_name, reason: "is not set" })
}

/// The variables that a function declares, and where their values come from. A variable that is not declared is never
/// looked up.
struct Variables<'a> {
    declared: &'a [&'static str],
    lookup: &'a dyn Fn(&str) -> Option<String>,
}

impl Variables<'_> {
    fn declare(&self, name: &str) -> bool {
        self.declared.contains(&name)
    }

    /// The value; an empty one counts as absent.
    fn get(&self, name: &str) -> Option<String> {
        if self.declare(name) { (self.lookup)(name).filter(|value| !value.is_empty()) } else { None }
    }

    /// The value of a variable that has to be there if it is declared.
    fn required(&self, name: &'static str) -> Result<Option<String>, BadConfig> {
        match self.get(name) {
            None if self.declare(name) => Err(BadConfig { variable: name, reason: "is not set" }),
            value => Ok(value),
        }
    }

    fn number(&self, name: &'static str, default: u32) -> Result<u32, BadConfig> {
        match self.get(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| BadConfig { variable: name, reason: "is not a number" }),
        }
    }
}

impl Config {
    /// Reads the environment of a Lambda function, and of it only the variables that the function declares.
    ///
    /// # Errors
    /// The first variable that is missing or makes no sense.
    pub fn from_env(declared: &[&'static str]) -> Result<Self, BadConfig> {
        Self::read(declared, &variable)
    }

    /// Reads the declared variables from anywhere. What is not declared cannot be used: a [`Setting`] and a [`Secret`] panic,
    /// and no table and no bucket is found.
    ///
    /// # Errors
    /// The first variable that is missing or makes no sense.
    pub fn read(declared: &[&'static str], lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, BadConfig> {
        let variables = Variables { declared, lookup };
        let stage = match variables.required("STAGE")?.as_deref() {
            Some("local") => Stage::Local,
            Some("dev") => Stage::Dev,
            Some("staging") => Stage::Staging,
            Some("prod") | None => Stage::Prod,
            Some(_) => return Err(BadConfig { variable: "STAGE", reason: "is none of local, dev, staging, prod" }),
        };
        let hash_key = variables.required("HASH_KEY")?;
        if hash_key.as_ref().is_some_and(|key| key.len() < 32) {
            return Err(BadConfig { variable: "HASH_KEY", reason: "is shorter than 32 bytes" });
        }
        let front_key = variables.get("FRONT_KEY");
        if front_key.as_ref().is_some_and(|key| key.len() < 32) {
            return Err(BadConfig { variable: "FRONT_KEY", reason: "is shorter than 32 bytes" });
        }
        let allow_erase = variables.get("ALLOW_ERASE").as_deref() == Some("true");
        if allow_erase && stage == Stage::Prod {
            return Err(BadConfig { variable: "ALLOW_ERASE", reason: "is not possible in prod" });
        }
        let sms_regions = variables.required("SMS_REGIONS")?.map(|list| list.parse()).transpose()?.unwrap_or_default();
        let table = |table: Table| variables.required(table.setting()).map(|name| name.map(|name| (table, name)));
        let media_base = variables.get("MEDIA_BASE").map(|base| base.trim_end_matches('/').to_owned());
        let config = Self {
            stage,
            tables: Table::ALL.into_iter().filter_map(|one| table(one).transpose()).collect::<Result<_, _>>()?,
            media_bucket: variables.required("MEDIA_BUCKET")?.unwrap_or_default(),
            media_base: Setting::new(&["MEDIA_BASE"], media_base),
            hash_key: hash_key.map_or(Secret::undeclared(), Secret::new),
            front_key: Setting::new(&["FRONT_KEY"], front_key.map(Secret::new)),
            allow_erase: Setting::new(&["ALLOW_ERASE"], allow_erase),
            sms_regions: Setting::new(&["SMS_REGIONS"], sms_regions),
            sms_daily_budget: Setting::new(&["SMS_DAILY_BUDGET"], variables.number("SMS_DAILY_BUDGET", 1_000)?),
            guests_per_segment: Setting::new(&["GUESTS_PER_SEGMENT"], variables.number("GUESTS_PER_SEGMENT", 8)?),
            guests_per_day: Setting::new(&["GUESTS_PER_DAY"], variables.number("GUESTS_PER_DAY", 3)?),
            lights_per_day: Setting::new(&["LIGHTS_PER_DAY"], variables.number("LIGHTS_PER_DAY", 2)?),
            guest_shards: Setting::new(&["GUEST_SHARDS"], variables.number("GUEST_SHARDS", 1)?.clamp(1, 100)),
            default_portrait: Setting::new(
                &["DEFAULT_PORTRAIT"],
                variables.get("DEFAULT_PORTRAIT").unwrap_or_default(),
            ),
            default_nickname: Setting::new(
                &["DEFAULT_NICKNAME"],
                variables.get("DEFAULT_NICKNAME").unwrap_or_default(),
            ),
            codes_per_address: Setting::new(&["CODES_PER_ADDRESS"], variables.number("CODES_PER_ADDRESS", 20)?),
            refuse_common_passwords: Setting::new(
                &["REFUSE_COMMON_PASSWORDS"],
                variables.get("REFUSE_COMMON_PASSWORDS").as_deref() != Some("false"),
            ),
            wallet: Setting::new(&Wallet::SETTINGS, Wallet::read(&variables, stage)?),
            gifts: Setting::new(&Gifts::SETTINGS, Gifts::read(&variables)?),
            qiniu: Setting::new(&Qiniu::SETTINGS, Qiniu::read(&variables)?),
            streaming: Setting::new(&Streaming::SETTINGS, Streaming::read(&variables, stage)?),
            push: Setting::new(&Push::SETTINGS, Push::read(&variables)?),
            expiry: Setting::new(&Expiry::SETTINGS, Expiry::read(&variables)?),
            review: Setting::new(&Review::SETTINGS, Review::read(&variables)?),
            signing: Setting::new(&Signing::SETTINGS, Signing::read(&variables)?),
            operator_topic: Setting::new(&["OPERATOR_TOPIC"], variables.get("OPERATOR_TOPIC")),
            lightup: Setting::new(&LightUp::SETTINGS, LightUp::read(&variables)?),
            sealtalk: Setting::new(&SealTalk::SETTINGS, SealTalk::read(&variables, stage)?),
            live: Setting::new(&Live::SETTINGS, Live::read(&variables)?),
            chat: Setting::new(&Chat::SETTINGS, Chat::read(&variables)?),
            only_friends: Setting::new(&["ONLY_FRIENDS"], variables.get("ONLY_FRIENDS").as_deref() == Some("true")),
        };
        Ok(config.only(declared))
    }

    /// The same settings for a function that declares these variables: reading any other [`Setting`] or [`Secret`] panics.
    #[must_use]
    pub fn only(self, declared: &[&str]) -> Self {
        // Every field is named, so that a new one is not forgotten.
        Self {
            stage: self.stage,
            tables: self.tables,
            media_bucket: self.media_bucket,
            hash_key: if declared.contains(&"HASH_KEY") { self.hash_key } else { Secret::undeclared() },
            media_base: self.media_base.only(declared),
            front_key: self.front_key.only(declared),
            allow_erase: self.allow_erase.only(declared),
            sms_regions: self.sms_regions.only(declared),
            sms_daily_budget: self.sms_daily_budget.only(declared),
            guests_per_segment: self.guests_per_segment.only(declared),
            guests_per_day: self.guests_per_day.only(declared),
            lights_per_day: self.lights_per_day.only(declared),
            guest_shards: self.guest_shards.only(declared),
            default_portrait: self.default_portrait.only(declared),
            default_nickname: self.default_nickname.only(declared),
            codes_per_address: self.codes_per_address.only(declared),
            refuse_common_passwords: self.refuse_common_passwords.only(declared),
            wallet: self.wallet.only(declared),
            gifts: self.gifts.only(declared),
            qiniu: self.qiniu.only(declared),
            streaming: self.streaming.only(declared),
            push: self.push.only(declared),
            expiry: self.expiry.only(declared),
            review: self.review.only(declared),
            signing: self.signing.only(declared),
            operator_topic: self.operator_topic.only(declared),
            lightup: self.lightup.only(declared),
            sealtalk: self.sealtalk.only(declared),
            live: self.live.only(declared),
            chat: self.chat.only(declared),
            only_friends: self.only_friends.only(declared),
        }
    }

    /// The settings of `cargo run` and of the tests. The names of tables and bucket are those of `template.yaml`.
    #[must_use]
    pub fn local(hash_key: Secret) -> Self {
        Self {
            stage: Stage::Local,
            tables: Tables::local(),
            media_bucket: "media".into(),
            media_base: Setting::new(&["MEDIA_BASE"], None),
            hash_key,
            front_key: Setting::new(&["FRONT_KEY"], None),
            allow_erase: Setting::new(&["ALLOW_ERASE"], true),
            sms_regions: Setting::new(&["SMS_REGIONS"], Regions::all()),
            sms_daily_budget: Setting::new(&["SMS_DAILY_BUDGET"], 1_000_000),
            guests_per_segment: Setting::new(&["GUESTS_PER_SEGMENT"], 8),
            guests_per_day: Setting::new(&["GUESTS_PER_DAY"], 3),
            lights_per_day: Setting::new(&["LIGHTS_PER_DAY"], 2),
            guest_shards: Setting::new(&["GUEST_SHARDS"], 1),
            default_portrait: Setting::new(&["DEFAULT_PORTRAIT"], String::new()),
            default_nickname: Setting::new(&["DEFAULT_NICKNAME"], String::new()),
            codes_per_address: Setting::new(&["CODES_PER_ADDRESS"], 20),
            refuse_common_passwords: Setting::new(&["REFUSE_COMMON_PASSWORDS"], false),
            wallet: Setting::new(&Wallet::SETTINGS, Wallet::local()),
            gifts: Setting::new(&Gifts::SETTINGS, Gifts::local()),
            qiniu: Setting::new(&Qiniu::SETTINGS, None),
            streaming: Setting::new(&Streaming::SETTINGS, Streaming::local()),
            push: Setting::new(&Push::SETTINGS, Push::default()),
            expiry: Setting::new(&Expiry::SETTINGS, Some(Expiry::local())),
            review: Setting::new(&Review::SETTINGS, Review::local()),
            signing: Setting::new(&Signing::SETTINGS, Signing::local()),
            operator_topic: Setting::new(&["OPERATOR_TOPIC"], Some(LOCAL_TOPIC.to_owned())),
            lightup: Setting::new(&LightUp::SETTINGS, LightUp::local()),
            sealtalk: Setting::new(&SealTalk::SETTINGS, SealTalk::local()),
            live: Setting::new(&Live::SETTINGS, Live::local()),
            chat: Setting::new(&Chat::SETTINGS, Chat::local()),
            only_friends: Setting::new(&["ONLY_FRIENDS"], false),
        }
    }

    /// The largest upload of a kind, in bytes.
    #[must_use]
    pub fn upload_limit(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Picture => 10 << 20,
            Kind::Audio => 20 << 20,
            Kind::Video => 200 << 20,
        }
    }
}
