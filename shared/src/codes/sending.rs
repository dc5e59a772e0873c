//! How a code comes to a phone.

use crate::{
    app::App,
    captcha::{self, Answer},
    codes::{
        Code, Policy, hash, key,
        rows::{self, Before, SentCode},
    },
    error::{Error, Limit},
    limits::{self, Counted},
    store::keys::Key,
    values::{Address, E164, Purpose},
};
use std::future::Future;

/// Who asks for a code, and for which number.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Where the request comes from.
    pub address: &'a Address,
    /// Where the code goes to.
    pub phone: &'a E164,
    /// What the code is for.
    pub purpose: Purpose,
    /// What the caller read in a picture.
    pub captcha: Option<&'a Answer>,
}

/// Sends a code to a number of a region that is served. Two rounds; a captcha is one more, and a
/// [gap](Policy::gap) as well.
///
/// `permitted` is asked beside the counting. A refusal is counted for the address only. A message that the gateway did
/// not take is not counted for the number.
///
/// # Errors
/// [`Error::RegionNotServed`]; [`Error::WrongCaptcha`] where one is required; what `permitted` says;
/// [`Error::TooManyRequests`]; [`Error::SmsFailed`].
pub async fn send(
    app: &App,
    policy: &Policy<'_>,
    request: &Request<'_>,
    permitted: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    if !app.config.sms_regions.allow_number(request.phone) {
        return Err(Error::RegionNotServed);
    }
    if policy.captcha {
        captcha::check(app, request.captcha.ok_or(Error::WrongCaptcha)?).await?;
    }
    let key = key(app, policy, request.purpose, request.phone);
    let (waited, before) = wait(app, policy, request.phone, &key).await?;
    let (counted, permitted) = futures_util::join!(count(app, policy, request), permitted);
    let counted = match counted {
        Ok(counted) => counted.and(waited),
        Err(refusal) => {
            waited.give_back(app).await;
            return Err(refusal);
        }
    };
    if let Err(refusal) = permitted {
        counted.give_back_but(app, &[policy.per_address]).await;
        return Err(refusal);
    }
    let sent = Sending { app, policy, phone: request.phone, key, before }.run().await;
    if let Err(Error::SmsFailed) = sent {
        counted.give_back_but(app, &[policy.per_address, Limit::SmsBudget]).await;
    }
    sent
}

/// Refuses a number whose code before this one was sent a moment ago, where the API has a gap.
///
/// By itself and first: of many requests at once, those that it refuses would otherwise hold places under the other
/// limits for a moment, and keep the one that it lets through from going out.
async fn wait(app: &App, policy: &Policy<'_>, phone: &E164, key: &Key) -> Result<(Counted, Before), Error> {
    let Some(gap) = policy.gap else { return Ok((Counted::default(), Before::Any)) };
    let events = [(gap, phone.as_str())];
    let (counted, before) = futures_util::join!(limits::count(app, &events), rows::sent_code(&app.store, key));
    let counted = counted?;
    // The limit counts in fixed windows; this is to the second.
    let earliest = app.clock.seconds() - limits::rule(gap, &app.config).window;
    let before = before.and_then(|before| match before {
        Some(before) if before.sent_at > earliest => Err(Error::TooManyRequests { limit: gap }),
        before => Ok(Before::Read(before)),
    });
    match before {
        Ok(before) => Ok((counted, before)),
        Err(error) => {
            counted.give_back(app).await;
            Err(error)
        }
    }
}

async fn count(app: &App, policy: &Policy<'_>, request: &Request<'_>) -> Result<Counted, Error> {
    let mut events = vec![(Limit::SmsBudget, ""), (policy.per_address, request.address.subject())];
    events.extend(policy.per_number.iter().map(|limit| (*limit, request.phone.as_str())));
    limits::count(app, &events).await
}

/// A code that may be sent.
struct Sending<'a> {
    app: &'a App,
    policy: &'a Policy<'a>,
    phone: &'a E164,
    key: Key,
    before: Before,
}

impl Sending<'_> {
    async fn run(self) -> Result<(), Error> {
        let Self { app, policy, phone, key, before } = &self;
        let (code, salt, now) = (Code::new(app, policy.digits), app.random.hex::<8>(), app.clock.seconds());
        let dead_at = now + policy.lifetime;
        let stored = SentCode {
            hash: Some(hash(app, key, code)),
            salt,
            attempts: 0,
            sent_at: now,
            dead_at,
            expires_at: dead_at + policy.remembered,
            exchanger: None,
        };
        let text = policy.text.with(&code.digits());
        // Side by side: a message without its code cannot be used, a code without its message cannot be known.
        let (replaced, sent) =
            futures_util::join!(rows::replace_code(&app.store, key, before, &stored), app.sms.send(phone, &text));
        if sent.is_err() {
            if let Err(error) = rows::take_code_back(&app.store, key, before, &stored).await {
                tracing::warn!(%error, "a code that was not sent stays until it expires");
            }
            return sent;
        }
        match (replaced?, policy.gap) {
            (false, Some(limit)) => Err(Error::TooManyRequests { limit }),
            _ => Ok(()),
        }
    }
}
