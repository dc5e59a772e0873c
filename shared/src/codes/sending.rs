//! How a code comes to a phone.

use crate::{
    app::App,
    captcha::{self, Answer},
    codes::{
        Code, Policy,
        handles::Handle,
        hash, key,
        rows::{self, Before, SentCode},
    },
    error::{Error, Limit},
    limits::{self, Counted},
    metrics::Count,
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
/// [gap](Policy::gap) as well. Gives back what stands for the code, where the API has [handles](Policy::handles).
///
/// `permitted` is asked beside the first counting. A refusal is counted for the address only. A message that the gateway did
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
) -> Result<Option<Handle>, Error> {
    let sent = send_if_allowed(app, policy, request, permitted).await;
    let count = if sent.is_ok() { Count::CodesSent } else { Count::CodesRefused };
    count.once();
    sent
}

async fn send_if_allowed(
    app: &App,
    policy: &Policy<'_>,
    request: &Request<'_>,
    permitted: impl Future<Output = Result<(), Error>>,
) -> Result<Option<Handle>, Error> {
    if !app.config.sms_regions.allow_number(request.phone) {
        return Err(Error::RegionNotServed);
    }
    if policy.captcha {
        captcha::check(app, request.captcha.ok_or(Error::WrongCaptcha)?).await?;
    }
    let key = key(app, policy, request.purpose, request.phone);
    let (counted, before) = match policy.gap {
        Some(gap) => count_after(app, policy, request, permitted, gap, &key).await?,
        None => {
            let everything =
                [&[(policy.per_address, request.address.subject())], &*for_number(policy, request)].concat();
            let (counted, permitted) = futures_util::join!(limits::count(app, &everything), permitted);
            (admitted(app, policy, counted?, permitted).await?, Before::Any)
        }
    };
    let sent = Sending { app, policy, phone: request.phone, key, before }.run().await;
    if let Err(Error::SmsFailed) = sent {
        counted.give_back_but(app, &[policy.per_address, Limit::SmsBudget]).await;
    }
    sent
}

/// What a code to a number is counted under besides the address.
fn for_number<'a>(policy: &Policy<'_>, request: &Request<'a>) -> Vec<(Limit, &'a str)> {
    let per_number = policy.per_number.iter().map(|limit| (*limit, request.phone.as_str()));
    [(Limit::SmsBudget, "")].into_iter().chain(per_number).collect()
}

/// What was counted, if the code may be sent; else it counts for the address alone.
async fn admitted(
    app: &App,
    policy: &Policy<'_>,
    counted: Counted,
    permitted: Result<(), Error>,
) -> Result<Counted, Error> {
    match permitted {
        Ok(()) => Ok(counted),
        Err(refusal) => {
            counted.give_back_but(app, &[policy.per_address]).await;
            Err(refusal)
        }
    }
}

/// Counts where the API has a gap between codes: the address, the gap and whether the code is permitted come first. Of several
/// refusals the address is told, then what is not permitted, then the gap.
async fn count_after(
    app: &App,
    policy: &Policy<'_>,
    request: &Request<'_>,
    permitted: impl Future<Output = Result<(), Error>>,
    gap: Limit,
    key: &Key,
) -> Result<(Counted, Before), Error> {
    let address = [(policy.per_address, request.address.subject())];
    let (address, waited, permitted) =
        futures_util::join!(limits::count(app, &address), wait(app, policy, request.phone, gap, key), permitted);
    let (waited, before, gap) = match waited {
        Ok((waited, before)) => (waited, before, Ok(())),
        Err(refusal) => (Counted::default(), Before::Any, Err(refusal)),
    };
    let address = match address {
        Ok(address) => address,
        Err(refusal) => {
            waited.give_back(app).await;
            return Err(refusal);
        }
    };
    let counted = admitted(app, policy, address.and(waited), permitted).await?;
    let rest = match gap {
        Ok(()) => limits::count(app, &for_number(policy, request)).await,
        Err(refusal) => Err(refusal),
    };
    match rest {
        Ok(rest) => Ok((counted.and(rest), before)),
        Err(refusal) => {
            counted.give_back(app).await;
            Err(refusal)
        }
    }
}

/// Refuses a number whose code before this one was sent a moment ago, where the API has a gap.
///
/// By itself and first: of many requests at once, those that it refuses would otherwise hold places under the other
/// limits for a moment, and keep the one that it lets through from going out.
async fn wait(app: &App, policy: &Policy<'_>, phone: &E164, gap: Limit, key: &Key) -> Result<(Counted, Before), Error> {
    // Each API has a gap of its own.
    let subject = format!("{} {}", policy.dialect.as_str(), phone.as_str());
    let events = [(gap, &*subject)];
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

/// A code that may be sent.
struct Sending<'a> {
    app: &'a App,
    policy: &'a Policy<'a>,
    phone: &'a E164,
    key: Key,
    before: Before,
}

impl Sending<'_> {
    async fn run(self) -> Result<Option<Handle>, Error> {
        let Self { app, policy, phone, key, before } = &self;
        let handle = policy.handles.then(|| Handle::new(&app.random));
        let (code, salt, now) = (Code::new(app, policy.digits), app.random.hex::<8>(), app.clock.seconds());
        let dead_at = now + policy.lifetime;
        let stored = SentCode {
            hash: Some(hash(app, key, &code.digits())),
            salt,
            attempts: 0,
            sent_at: now,
            dead_at,
            expires_at: dead_at + policy.remembered,
            exchanger: None,
            handle: handle.as_ref().map(|handle| handle.hash(app)),
        };
        let text = policy.text.with(&code.digits());
        // Side by side: a message without its code cannot be used, a code without its message cannot be known.
        let (replaced, named, sent) = futures_util::join!(
            rows::replace_code(&app.store, key, before, &stored),
            rows::handles::put(&app.store, key, phone, &stored),
            app.sms.send(phone, &text)
        );
        if let Err(refusal) = sent {
            if let Err(error) = rows::take_code_back(&app.store, key, before, &stored).await {
                tracing::warn!(%error, "a code that was not sent stays until it expires");
            }
            return Err(refusal);
        }
        named?;
        match (replaced?, policy.gap) {
            (false, Some(limit)) => Err(Error::TooManyRequests { limit }),
            _ => Ok(handle),
        }
    }
}
