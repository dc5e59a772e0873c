//! The clients of AWS, made once from the environment of a Lambda function: DynamoDB's at start, others at first use.
//!
//! Only what is needed is looked at: on Lambda that is a handful of variables, no file and no network.

use crate::config::{BadConfig, Config, required, variable};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    behavior_version::BehaviorVersion,
    connector_metadata::ConnectorMetadata,
    http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector},
    orchestrator::HttpResponse,
    result::SdkError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::{error::metadata::ProvideErrorMetadata, retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::{SdkConfig, region::Region, request_id::RequestId};
use std::{
    fmt,
    ops::Deref,
    sync::{Arc, LazyLock},
    time::Duration,
};

/// The five roots that AWS's own endpoints chain to. Reading the system's certificate folder takes longer than all
/// the rest of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("../data/amazon-roots.pem");

/// A client that is made when it is first used: each takes a twentieth of a cold start, and not every request needs all
/// of them.
pub struct OnDemand<C>(Arc<Made<C>>);

type Made<C> = LazyLock<C, Box<dyn FnOnce() -> C + Send>>;

impl<C> OnDemand<C> {
    /// A client that this makes.
    pub fn new(make: impl FnOnce() -> C + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(make))))
    }
}

impl<C> Clone for OnDemand<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C> Deref for OnDemand<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

impl<C> fmt::Debug for OnDemand<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnDemand(..)")
    }
}

/// Where the services answer, when it is not where AWS has them.
struct Endpoints {
    dynamodb: Option<String>,
    s3: Option<String>,
    sns: Option<String>,
}

impl Endpoints {
    /// Reads the standard variables. An empty one counts as absent: `sam local` sets those, and the SDK's own reading
    /// of them would panic.
    fn from_env() -> Self {
        let of = |service: &str| {
            variable(&format!("AWS_ENDPOINT_URL_{service}"))
                .or_else(|| variable("AWS_ENDPOINT_URL"))
                .map(|url| url.trim_end_matches('/').to_owned())
        };
        Self { dynamodb: of("DYNAMODB"), s3: of("S3"), sns: of("SNS") }
    }

    /// Whether any of them is somebody else's and speaks TLS.
    fn need_other_roots(&self) -> bool {
        [&self.dynamodb, &self.s3, &self.sns].into_iter().flatten().any(|url| url.starts_with("https:"))
    }
}

impl Clients {
    /// Clients for where this process runs: region, credentials and endpoints from the environment.
    ///
    /// `AWS_ENDPOINT_URL_DYNAMODB`, `_S3` and `_SNS`, or `AWS_ENDPOINT_URL` for all of them, lead to other services than
    /// AWS's; S3 then has the bucket's name in the path.
    ///
    /// Credentials and region are those that Lambda hands to every function; nothing else is searched. Does no I/O,
    /// unless an endpoint of somebody else's needs the system's roots.
    ///
    /// # Errors
    /// `AWS_REGION`, `AWS_ACCESS_KEY_ID` or `AWS_SECRET_ACCESS_KEY` is not set.
    pub fn from_env(config: &Config) -> Result<Self, BadConfig> {
        let endpoints = Endpoints::from_env();
        let region = Region::new(required("AWS_REGION")?);
        let http = http_client(!endpoints.need_other_roots() && is_commercial(region.as_ref()));
        let credentials = SharedCredentialsProvider::new(credentials()?);
        let upload_url = upload_url(&config.media_bucket, region.as_ref(), endpoints.s3.as_deref());
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(region.clone())
            .credentials_provider(credentials.clone())
            .http_client(http)
            .retry_config(RetryConfig::standard())
            .timeout_config(timeouts())
            .build();
        let mut dynamodb = aws_sdk_dynamodb::config::Builder::from(&sdk);
        dynamodb.set_endpoint_url(endpoints.dynamodb);
        let mut sns = aws_sdk_sns::config::Builder::from(&sdk);
        sns.set_endpoint_url(endpoints.sns);
        // `http://<bucket>.localhost` resolves hardly anywhere.
        let mut s3 = aws_sdk_s3::config::Builder::from(&sdk).force_path_style(endpoints.s3.is_some());
        s3.set_endpoint_url(endpoints.s3);
        Ok(Self {
            dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
            s3: OnDemand::new(|| aws_sdk_s3::Client::from_conf(s3.build())),
            sns: OnDemand::new(|| aws_sdk_sns::Client::from_conf(sns.build())),
            credentials,
            region: region.to_string(),
            upload_url,
            sdk,
        })
    }
}

/// The URL of the bucket, which is what forms are sent to.
fn upload_url(bucket: &str, region: &str, endpoint: Option<&str>) -> String {
    match endpoint {
        Some(endpoint) => format!("{endpoint}/{bucket}"),
        None if region.starts_with("cn-") => format!("https://{bucket}.s3.{region}.amazonaws.com.cn/"),
        None => format!("https://{bucket}.s3.{region}.amazonaws.com/"),
    }
}

/// Whether the region belongs to the partition whose endpoints are known to chain to [`AMAZON_ROOTS`].
fn is_commercial(region: &str) -> bool {
    !["cn-", "us-gov-", "us-iso", "eu-iso", "eusc-"].iter().any(|prefix| region.starts_with(prefix))
}

/// One pool of connections for all services. Somebody else's endpoint is judged by the system's roots.
fn http_client(amazon_only: bool) -> SharedHttpClient {
    let roots = match amazon_only {
        true => TrustStore::empty().with_pem_certificate(AMAZON_ROOTS),
        false => TrustStore::default(),
    };
    let client = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(TlsContext::builder().with_trust_store(roots).build().unwrap_or_default())
        .build_https();
    SharedHttpClient::new(Unprobed(client))
}

/// A client whose connector is made when a call first needs it. The SDK makes one more when it checks the settings, and
/// drops it: a tenth of a cold start, for the roots are read each time.
#[derive(Debug)]
struct Unprobed(SharedHttpClient);

impl HttpClient for Unprobed {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

/// A call that hangs is repeated soon; all attempts together end before API Gateway gives up at 30 s.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(20))
        .build()
}

/// What kind of failure a call had, in a word for the log. What services say of it themselves may repeat what was sent.
#[must_use]
pub fn failure<E, R>(error: &SdkError<E, R>) -> &'static str {
    match error {
        SdkError::ServiceError(_) => "refused",
        SdkError::TimeoutError(_) => "timeout",
        SdkError::DispatchFailure(_) => "no connection",
        _ => "other",
    }
}

/// Logs that a call of a service has failed, and why. The text of the error may repeat what was sent, so it stays out.
pub fn log_failure<E>(service: &str, operation: &str, error: &SdkError<E, HttpResponse>)
where
    SdkError<E, HttpResponse>: ProvideErrorMetadata + RequestId,
{
    let fault = failure(error);
    let (code, aws_request_id) = (error.code().unwrap_or("none"), error.request_id().unwrap_or("none"));
    tracing::error!(service, operation, fault, code, aws_request_id, "a service of AWS failed");
}

/// What Lambda hands to every function. Fixed for the life of the process.
fn credentials() -> Result<Credentials, BadConfig> {
    let (id, secret) = (required("AWS_ACCESS_KEY_ID")?, required("AWS_SECRET_ACCESS_KEY")?);
    Ok(Credentials::new(id, secret, variable("AWS_SESSION_TOKEN"), None, "environment"))
}

/// The clients of the services, made once.
#[derive(Clone, Debug)]
pub struct Clients {
    /// DynamoDB.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// S3.
    pub s3: OnDemand<aws_sdk_s3::Client>,
    /// SNS.
    pub sns: OnDemand<aws_sdk_sns::Client>,
    /// Signs upload forms.
    pub credentials: aws_credential_types::provider::SharedCredentialsProvider,
    /// The region that signatures name.
    pub region: String,
    /// Where upload forms are sent: the URL of the bucket.
    pub upload_url: String,
    /// Region, credentials, connections, retries and timeouts: what the client of one more service is made from.
    pub sdk: SdkConfig,
}
