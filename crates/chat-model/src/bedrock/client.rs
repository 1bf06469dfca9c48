//! The way into Bedrock: configuration, credentials, and the endpoint that requests really go to.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{Builder, Credentials};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::BedrockSettings;
use crate::endpoint;
use crate::error::ChatError;

const FALLBACK_REGION: &str = "us-east-1";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Access keys. They never print themselves.
#[derive(Clone)]
pub struct AwsKeys(Credentials);

impl AwsKeys {
    /// Long-term keys, or temporary ones with their session token.
    #[must_use]
    pub fn new(id: &str, secret: &str, session_token: Option<&str>) -> Self {
        Self(Credentials::new(id, secret, session_token.map(str::to_owned), None, "settings"))
    }
}

impl fmt::Debug for AwsKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AwsKeys")
    }
}

/// Loads the configuration. Credentials are asked for when the first request is signed.
pub(super) async fn connect(
    settings: &BedrockSettings,
    guard: &EndpointGuard,
    http: SharedHttpClient,
) -> Result<Client, ChatError> {
    let region = region(settings).await;
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http.clone())
        // A region that is always set keeps the SDK from asking the instance metadata service for one.
        .region(region.clone())
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).build())
        // A model may think for minutes without a byte; how long is too long is decided by `silence` and the deadline.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        // Whether to try again is decided in one place: `crate::retry`.
        .retry_config(RetryConfig::disabled());
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(endpoint) = &settings.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    loader = match &settings.keys {
        Some(keys) => loader.credentials_provider(keys.0.clone()),
        None => {
            let config = ProviderConfig::without_region().with_region(Some(region)).with_http_client(http);
            loader.credentials_provider(credentials(settings, &config))
        }
    };
    let config = loader.load().await;
    if let Some(url) = config.endpoint_url() {
        check_endpoint(url)?;
    }
    Ok(Client::from_conf(Builder::from(&config).interceptor(guard.clone()).build()))
}

async fn region(settings: &BedrockSettings) -> Region {
    if let Some(region) = &settings.region {
        return Region::new(region.clone());
    }
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    let chain = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new()).or_else(profile.build());
    chain.or_else(FALLBACK_REGION).region().await.unwrap_or(Region::from_static(FALLBACK_REGION))
}

/// The SDK's default chain, except that the instance metadata service is asked only when the user says so.
fn credentials(settings: &BedrockSettings, config: &ProviderConfig) -> CredentialsProviderChain {
    let mut profile = ProfileFileCredentialsProvider::builder().configure(config);
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    let profile = profile.build();
    // A profile given by name outranks keys that happen to be in the environment.
    let chain = if settings.profile.is_some() {
        CredentialsProviderChain::first_try("profile", profile)
    } else {
        CredentialsProviderChain::first_try("environment", EnvironmentVariableCredentialsProvider::new())
            .or_else("profile", profile)
    };
    let chain = chain
        .or_else("web identity", WebIdentityTokenCredentialsProvider::builder().configure(config).build())
        .or_else("container", EcsCredentialsProvider::builder().configure(config).build());
    let asks_instance = settings.instance_metadata.unwrap_or_else(|| {
        std::env::var("AWS_EC2_METADATA_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("false"))
    });
    if asks_instance {
        chain.or_else("instance metadata", ImdsCredentialsProvider::builder().configure(config).build())
    } else {
        chain
    }
}

fn check_endpoint(url: &str) -> Result<(), ChatError> {
    let origin = endpoint::origin(url);
    if endpoint::is_safe(&origin) { Ok(()) } else { Err(unsafe_endpoint(&origin)) }
}

/// The error of an endpoint that signed requests must not go to.
pub(super) fn unsafe_endpoint(origin: &str) -> ChatError {
    ChatError::not_configured(format!(
        "the endpoint {origin} is neither https nor on this machine; use https, or unset AWS_ENDPOINT_URL and \
         `endpoint_url` in the profile"
    ))
}

/// Looks at every request before it is signed, wherever its endpoint came from: the environment or a profile can
/// redirect calls too.
#[derive(Clone, Debug, Default)]
pub(super) struct EndpointGuard {
    refused: Arc<OnceLock<String>>,
}

impl EndpointGuard {
    /// The endpoint that was refused, if one was.
    pub(super) fn refused(&self) -> Option<String> {
        self.refused.get().cloned()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("plain http is only accepted for loopback addresses")]
struct Refused;

#[dyn_dispatch_hint]
impl Intercept for EndpointGuard {
    fn name(&self) -> &'static str {
        "EndpointGuard"
    }

    fn read_before_signing(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let origin = endpoint::origin(context.request().uri());
        if endpoint::is_safe(&origin) {
            return Ok(());
        }
        // The first refusal is as good as any later one.
        let _ = self.refused.set(origin);
        Err(Box::new(Refused))
    }
}
