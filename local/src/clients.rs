//! The real AWS SDK clients, pointed at the stand-ins.

use crate::{
    account::Account,
    elsewhere::Elsewhere,
    faults::{Faults, Service},
    transport::{Transport, Watch},
};
use aws_sdk_dynamodb::config::{
    BehaviorVersion, IdentityCache, Region, SharedHttpClient,
    retry::{RetryConfig, RetryPartition, TokenBucket},
    timeout::TimeoutConfig,
};
use aws_types::SdkConfig;
use serde::Deserialize;
use shared::{App, Clients, OnDemand};
use shared_push::Builder as PushBuilder;
use shared_schedules::Builder as ScheduleBuilder;
use std::time::Duration;

/// The URLs of the stand-ins, without a trailing slash: what `AWS_ENDPOINT_URL_*` takes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Endpoints {
    /// `AWS_ENDPOINT_URL_DYNAMODB`.
    pub dynamodb: String,
    /// `AWS_ENDPOINT_URL_S3`.
    pub s3: String,
    /// `AWS_ENDPOINT_URL_SNS`.
    pub sns: String,
}

/// Retries are the SDK's usual ones, only sooner: nobody here needs time to recover.
const FIRST_BACKOFF: Duration = Duration::from_millis(25);

/// A machine that is busy building may take longer than the SDK's 3 seconds, and a retry would count as a call.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// What limits the retries of a client, for this world alone: else all worlds of a process would share the SDK's one
/// budget for a service, and failures in one would leave none for another.
fn retries(service: &'static str) -> RetryPartition {
    RetryPartition::custom(service).token_bucket(TokenBucket::default()).build()
}

/// Gives an application the client that posts to the sockets of this server, if it says where that is.
pub(crate) fn attach_push(app: &App) {
    let watched = |config: PushBuilder| config.retry_partition(retries("push")).interceptor(Watch(Service::Push));
    shared_push::attach_with(app, watched);
}

/// Gives it the client that schedules calls of the function of sockets, which this server keeps as well.
pub(crate) fn attach_schedules(app: &App, url: &str) {
    let watched = |config: ScheduleBuilder| {
        config.endpoint_url(url).retry_partition(retries("scheduler")).interceptor(Watch(Service::Scheduler))
    };
    shared_schedules::attach_with(app, watched);
}

/// The clients of a world: of stand-ins, but for what is elsewhere.
pub(crate) fn clients(endpoints: &Endpoints, elsewhere: &Elsewhere, bucket: &str, faults: &Faults) -> Clients {
    let local = Account::local();
    let account = if elsewhere.is_nowhere() { local.clone() } else { elsewhere.account() };
    let of = |url: &Option<String>| if url.is_some() { account.clone() } else { local.clone() };
    let (mut for_dynamodb, for_s3, for_sns) = (of(&elsewhere.dynamodb), of(&elsewhere.s3), of(&elsewhere.sns));
    if let Some(key) = &elsewhere.access_key {
        key.id().clone_into(&mut for_dynamodb.id);
    }
    let common = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(local.region.clone()))
        .credentials_provider(local.credentials())
        // Nothing to cache, and looking for it must not put a wait in front of a call: see the cost headers.
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::standard().with_initial_backoff(FIRST_BACKOFF))
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .http_client(SharedHttpClient::new(Transport::new(faults.clone(), elsewhere)))
        .build();
    let dynamodb = aws_sdk_dynamodb::config::Builder::from(&common)
        .credentials_provider(for_dynamodb.credentials())
        .region(Region::new(for_dynamodb.region))
        .endpoint_url(&endpoints.dynamodb)
        .retry_partition(retries("dynamodb"))
        .interceptor(Watch(Service::DynamoDb));
    let s3 = aws_sdk_s3::config::Builder::from(&common)
        .credentials_provider(for_s3.credentials())
        .region(Region::new(for_s3.region.clone()))
        .endpoint_url(&endpoints.s3)
        .force_path_style(true)
        .retry_partition(retries("s3"))
        .interceptor(Watch(Service::S3));
    let sns = aws_sdk_sns::config::Builder::from(&common)
        .credentials_provider(for_sns.credentials())
        .region(Region::new(for_sns.region))
        .endpoint_url(&endpoints.sns)
        .retry_partition(retries("sns"))
        .interceptor(Watch(Service::Sns));
    Clients {
        dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
        s3: OnDemand::new(|| aws_sdk_s3::Client::from_conf(s3.build())),
        sns: OnDemand::new(|| aws_sdk_sns::Client::from_conf(sns.build())),
        credentials: for_s3.credentials(),
        region: for_s3.region,
        upload_url: format!("{}/{bucket}", endpoints.s3),
        sdk: common,
    }
}
