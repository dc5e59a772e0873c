//! Amazon IVS as the service that takes and plays live streams.
//!
//! It is a crate of its own because its SDK makes a function larger and slower to start: only the function that opens rooms
//! links it, and calls [`attach`] where the settings choose it. The rules of rooms are in `shared::rooms`.

use aws_sdk_ivs::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::RequestId,
    types,
};
use aws_types::SdkConfig;
use futures_util::{
    TryFutureExt,
    future::{BoxFuture, FutureExt, try_join_all},
};
use shared::{
    App, OnDemand,
    clients::log_failure,
    config::LiveProvider,
    streams::{Channel, Channels, Failed, Key},
};
use std::fmt;

/// Gives an application Amazon IVS, if its settings choose it. Does no I/O.
pub fn attach(app: &App) {
    if app.config.streaming.provider == LiveProvider::Ivs {
        app.streams.attach(Ivs::new(app.streams.sdk(), None));
    }
}

/// Amazon IVS. A person has one channel, which takes plain RTMP too, and everybody may watch.
#[derive(Clone)]
pub struct Ivs(OnDemand<Client>);

impl fmt::Debug for Ivs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ivs(..)")
    }
}

/// A call about what is not there, or not any more.
const GONE: &str = "ResourceNotFoundException";

/// Nobody is publishing to the channel.
const SILENT: &str = "ChannelNotBroadcasting";

impl Ivs {
    /// With the connections, credentials, retries and timeouts of the other services. Another endpoint than AWS's is for tests.
    #[must_use]
    pub fn new(sdk: &SdkConfig, endpoint: Option<String>) -> Self {
        let mut config = aws_sdk_ivs::config::Builder::from(sdk);
        config.set_endpoint_url(endpoint);
        Self(OnDemand::new(|| Client::from_conf(config.build())))
    }

    async fn new_channel(&self) -> Result<(Channel, Key), Failed> {
        let made = self.0.create_channel().insecure_ingest(true).authorized(false).send().await;
        let made = made.map_err(|error| failed("CreateChannel", &error))?;
        let channel = made.channel.as_ref().and_then(channel);
        channel.zip(made.stream_key.and_then(key)).ok_or_else(|| incomplete("CreateChannel"))
    }

    /// All keys go first: a channel has no more than one, and a call that died may have left it.
    async fn only_key(&self, channel: &str) -> Result<Option<Key>, Failed> {
        let listed = match self.0.list_stream_keys().channel_arn(channel).max_results(50).send().await {
            Ok(listed) => listed.stream_keys,
            Err(error) if error.code() == Some(GONE) => return Ok(None),
            Err(error) => return Err(failed("ListStreamKeys", &error)),
        };
        try_join_all(listed.iter().filter_map(|key| key.arn()).map(|key| self.delete_key(key))).await?;
        match self.0.create_stream_key().channel_arn(channel).send().await {
            Ok(made) => made.stream_key.and_then(key).map(Some).ok_or_else(|| incomplete("CreateStreamKey")),
            Err(error) if error.code() == Some(GONE) => Ok(None),
            Err(error) => Err(failed("CreateStreamKey", &error)),
        }
    }

    async fn delete_key(&self, key: &str) -> Result<(), Failed> {
        let deleted = self.0.delete_stream_key().arn(key).send().await.map(drop);
        unless(deleted, &[GONE], "DeleteStreamKey")
    }

    async fn stop_stream(&self, channel: &str) -> Result<(), Failed> {
        let stopped = self.0.stop_stream().channel_arn(channel).send().await.map(drop);
        unless(stopped, &[SILENT, GONE], "StopStream")
    }

    async fn delete_channel(&self, channel: &str) -> Result<(), Failed> {
        let deleted = self.0.delete_channel().arn(channel).send().await.map(drop);
        unless(deleted, &[GONE], "DeleteChannel")
    }
}

impl Channels for Ivs {
    fn make(&self) -> BoxFuture<'_, Result<(Channel, Key), Failed>> {
        self.new_channel().boxed()
    }

    fn renew_key<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<Option<Key>, Failed>> {
        self.only_key(channel).boxed()
    }

    /// The key first, so that an encoder that connects again at once is refused.
    fn stop<'a>(&'a self, channel: &'a str, key: &'a str) -> BoxFuture<'a, Result<(), Failed>> {
        self.delete_key(key).and_then(|()| self.stop_stream(channel)).boxed()
    }

    fn drop_key<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), Failed>> {
        self.delete_key(key).boxed()
    }

    /// A channel to which somebody publishes is not deleted. Its keys go with it.
    fn remove<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<(), Failed>> {
        self.stop_stream(channel).and_then(|()| self.delete_channel(channel)).boxed()
    }
}

fn channel(channel: &types::Channel) -> Option<Channel> {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let (arn, ingest) = (text(channel.arn())?, text(channel.ingest_endpoint())?);
    Some(Channel { arn, ingest, playback: text(channel.playback_url())? })
}

fn key(key: types::StreamKey) -> Option<Key> {
    Some(Key { arn: key.arn?, value: key.value? })
}

/// Success also for errors that say that there is nothing to do.
fn unless<E>(outcome: Result<(), SdkError<E>>, nothing: &[&str], operation: &str) -> Result<(), Failed>
where
    SdkError<E>: ProvideErrorMetadata + RequestId,
{
    match outcome {
        Err(error) if !error.code().is_some_and(|code| nothing.contains(&code)) => Err(failed(operation, &error)),
        _ => Ok(()),
    }
}

/// Logs why.
fn failed<E>(operation: &str, error: &SdkError<E>) -> Failed
where
    SdkError<E>: ProvideErrorMetadata + RequestId,
{
    log_failure("Amazon IVS", operation, error);
    Failed
}

fn incomplete(operation: &str) -> Failed {
    tracing::error!(operation, "an answer of the streaming service lacks what was made");
    Failed
}
