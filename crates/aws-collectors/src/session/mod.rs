//! The way into AWS: settings, lazily loaded credentials, clients, and the pace of each operation. Creating a session
//! touches nothing; the first call does.

mod body_capture;
mod call;
mod credentials;
mod doctor;
mod endpoint;
mod operations;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Builder as HttpClientBuilder, ConnectorBuilder, tls};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use security_model::{SafeText, TextKind};

use crate::error::CollectError;
use crate::pacer::{Pace, Pacer};

pub(crate) use call::{Caller, Halt};
pub(crate) use doctor::fatal;
pub use doctor::{Identity, Probe, ProbeResult};
pub(crate) use operations::{EVENTS_PER_PAGE, HubPage, LookupQuery};

/// The region used when nothing says otherwise; global services report there.
pub(crate) const FALLBACK_REGION: &str = "us-east-1";

/// How to reach AWS. Everything left out follows the SDK's usual environment variables and profile files.
#[derive(Clone, Debug, Default)]
pub struct AwsSettings {
    /// Profile name.
    pub profile: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Endpoint for all services, e.g. a proxy or an emulator. Plain http only to loopback.
    pub endpoint: Option<String>,
    /// Whether to ask the EC2 instance metadata service for credentials. Left out: only when
    /// `AWS_EC2_METADATA_DISABLED` is `false`.
    pub instance_metadata: Option<bool>,
    /// Keys to use instead of the credential chain.
    pub keys: Option<AccessKeys>,
    /// Time one attempt of a call may take, connecting included.
    pub attempt_timeout: Option<Duration>,
    /// Pause before a failed call is tried again; later ones are longer. A fifth of a second when left out.
    pub retry_pause: Option<Duration>,
    /// Request quotas to keep.
    pub paces: Paces,
}

/// Access keys. They never print themselves.
#[derive(Clone)]
pub struct AccessKeys {
    credentials: Credentials,
}

impl AccessKeys {
    /// Long-term keys, or temporary ones with their session token.
    #[must_use]
    pub fn new(id: &str, secret: &str, session_token: Option<&str>) -> Self {
        Self { credentials: Credentials::new(id, secret, session_token.map(str::to_owned), None, "settings") }
    }
}

impl std::fmt::Debug for AccessKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessKeys")
    }
}

/// The pace of each class of operations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paces {
    /// `cloudtrail:LookupEvents`
    pub lookup_events: Pace,
    /// `securityhub:GetFindings`
    pub get_findings: Pace,
    /// Everything else.
    pub other: Pace,
}

impl Default for Paces {
    fn default() -> Self {
        Self { lookup_events: Pace::LOOKUP_EVENTS, get_findings: Pace::GET_FINDINGS, other: Pace::OTHER }
    }
}

/// Operations that share a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OperationClass {
    LookupEvents,
    GetFindings,
    Other,
}

/// One identity's way into AWS. Clones share credentials, connections and paces: use one for all concurrent calls.
#[derive(Clone, Debug)]
pub struct AwsSession {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: AwsSettings,
    connected: tokio::sync::Mutex<Option<Arc<Connected>>>,
    pacers: Mutex<HashMap<(OperationClass, String), Arc<Pacer>>>,
}

/// Clients with credentials that were found.
pub(crate) struct Connected {
    region: Option<String>,
    guard: endpoint::EndpointGuard,
    cloudtrail: aws_sdk_cloudtrail::Client,
    securityhub: aws_sdk_securityhub::Client,
    sts: aws_sdk_sts::Client,
    account: aws_sdk_account::Client,
}

impl std::fmt::Debug for Connected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connected").field("region", &self.region).finish_non_exhaustive()
    }
}

impl AwsSession {
    /// A session that has not touched anything yet.
    #[must_use]
    pub fn new(settings: AwsSettings) -> Self {
        let connected = tokio::sync::Mutex::new(None);
        Self { shared: Arc::new(Shared { settings, connected, pacers: Mutex::default() }) }
    }

    /// The clients, loading configuration and credentials on first use.
    pub(crate) async fn connected(&self) -> Result<Arc<Connected>, CollectError> {
        let mut slot = self.shared.connected.lock().await;
        if let Some(connected) = slot.as_ref() {
            return Ok(Arc::clone(connected));
        }
        let connected = Arc::new(Box::pin(connect(&self.shared.settings)).await?);
        *slot = Some(Arc::clone(&connected));
        Ok(connected)
    }

    /// Forgets `stale`, so that the next call loads fresh credentials. A newer connection is left alone.
    pub(crate) async fn forget(&self, stale: &Arc<Connected>) {
        let mut slot = self.shared.connected.lock().await;
        if slot.as_ref().is_some_and(|current| Arc::ptr_eq(current, stale)) {
            *slot = None;
        }
    }

    pub(crate) fn first_retry_pause(&self) -> Duration {
        self.shared.settings.retry_pause.unwrap_or(Duration::from_millis(200))
    }

    /// The pacer of a class of operations in a region.
    pub(crate) fn pacer(&self, class: OperationClass, region: &str) -> Arc<Pacer> {
        let paces = &self.shared.settings.paces;
        let pace = match class {
            OperationClass::LookupEvents => paces.lookup_events,
            OperationClass::GetFindings => paces.get_findings,
            OperationClass::Other => paces.other,
        };
        let mut pacers = self.shared.pacers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(pacers.entry((class, region.to_owned())).or_insert_with(|| Arc::new(Pacer::new(pace))))
    }
}

impl Connected {
    /// The configured region.
    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The endpoint override in force, once a call has been made.
    pub(crate) fn endpoint(&self) -> Option<SafeText> {
        self.guard.overridden().map(|endpoint| SafeText::from_raw(endpoint, TextKind::Reference))
    }
}

async fn connect(settings: &AwsSettings) -> Result<Connected, CollectError> {
    check_endpoints(settings)?;
    let http = http_client();
    let region = configured_region(settings).await;
    let config = sdk_config(settings, region.clone(), http).await?;
    if let Some(endpoint) = config.endpoint_url() {
        check_endpoint(endpoint)?;
    }
    let guard = endpoint::EndpointGuard::default();
    Ok(Connected {
        region: region.map(|region| region.as_ref().to_owned()),
        cloudtrail: aws_sdk_cloudtrail::Client::from_conf(
            aws_sdk_cloudtrail::config::Builder::from(&config).interceptor(guard.clone()).build(),
        ),
        securityhub: aws_sdk_securityhub::Client::from_conf(
            aws_sdk_securityhub::config::Builder::from(&config).interceptor(guard.clone()).build(),
        ),
        sts: aws_sdk_sts::Client::from_conf(
            aws_sdk_sts::config::Builder::from(&config).interceptor(guard.clone()).build(),
        ),
        account: aws_sdk_account::Client::from_conf(
            aws_sdk_account::config::Builder::from(&config).interceptor(guard.clone()).build(),
        ),
        guard,
    })
}

async fn sdk_config(
    settings: &AwsSettings,
    region: Option<Region>,
    http: SharedHttpClient,
) -> Result<SdkConfig, CollectError> {
    let attempt = settings.attempt_timeout.unwrap_or(Duration::from_secs(15));
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3).min(attempt))
        .read_timeout(attempt)
        .operation_attempt_timeout(attempt)
        .operation_timeout(attempt)
        .build();
    let provider_config = ProviderConfig::without_region().with_region(region.clone()).with_http_client(http.clone());
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http)
        // A region that is always set keeps the SDK from asking the instance metadata service for one.
        .region(region.unwrap_or(Region::from_static(FALLBACK_REGION)))
        .timeout_config(timeouts)
        // Every attempt goes through a pacer, so the retries are ours.
        .retry_config(RetryConfig::disabled());
    if let Ok(name) = AppName::new("nightdesk") {
        loader = loader.app_name(name);
    }
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(endpoint) = &settings.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    loader = match &settings.keys {
        Some(keys) => loader.credentials_provider(keys.credentials.clone()),
        None => loader.credentials_provider(credentials::load(settings, &provider_config).await?),
    };
    Ok(loader.load().await)
}

async fn configured_region(settings: &AwsSettings) -> Option<Region> {
    if let Some(region) = &settings.region {
        return Some(Region::new(region.clone()));
    }
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new()).or_else(profile.build()).region().await
}

/// One client for all services, so that trust roots are loaded and connections pooled once.
fn http_client() -> SharedHttpClient {
    HttpClientBuilder::new().build_with_connector_fn(|settings, components| {
        let mut connector = ConnectorBuilder::default()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc))
            .enable_tcp_nodelay(true)
            .proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.build()
    })
}

/// Refuses overrides that would send signed requests, or requests for credentials, in the clear.
fn check_endpoints(settings: &AwsSettings) -> Result<(), CollectError> {
    if let Some(endpoint) = &settings.endpoint {
        return check_endpoint(endpoint);
    }
    let ignored = std::env::var("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_ok_and(|v| v.eq_ignore_ascii_case("true"));
    if ignored {
        return Ok(());
    }
    std::env::vars_os()
        .filter(|(name, value)| {
            name.to_str().is_some_and(|name| name.starts_with("AWS_ENDPOINT_URL")) && !value.is_empty()
        })
        .try_for_each(|(_, value)| check_endpoint(&value.to_string_lossy()))
}

fn check_endpoint(url: &str) -> Result<(), CollectError> {
    let origin = endpoint::origin(url);
    if endpoint::is_safe(&origin) {
        Ok(())
    } else {
        Err(CollectError::EndpointRefused { endpoint: SafeText::from_raw(&origin, TextKind::Reference) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_never_print_themselves() {
        let settings =
            AwsSettings { keys: Some(AccessKeys::new("AKIDEXAMPLE", "not-a-secret", None)), ..AwsSettings::default() };
        let printed = format!("{settings:?}");
        assert!(!printed.contains("not-a-secret") && !printed.contains("AKIDEXAMPLE"), "{printed}");
    }

    #[tokio::test]
    async fn an_unsafe_endpoint_is_refused_before_anything_is_sent() {
        let settings = AwsSettings {
            endpoint: Some("http://aws.example.com/".into()),
            keys: Some(AccessKeys::new("AKIDEXAMPLE", "not-a-secret", None)),
            ..AwsSettings::default()
        };
        let error = AwsSession::new(settings).connected().await.unwrap_err();
        assert_eq!(
            error,
            CollectError::EndpointRefused {
                endpoint: SafeText::from_raw("http://aws.example.com", TextKind::Reference)
            }
        );
    }

    #[test]
    fn concurrent_calls_share_a_pacer_per_region() {
        let session = AwsSession::new(AwsSettings::default());
        let one = session.pacer(OperationClass::LookupEvents, "eu-west-1");
        let same = session.clone().pacer(OperationClass::LookupEvents, "eu-west-1");
        let other = session.pacer(OperationClass::LookupEvents, "eu-west-2");
        assert!(Arc::ptr_eq(&one, &same));
        assert!(!Arc::ptr_eq(&one, &other));
    }
}
