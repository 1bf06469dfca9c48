//! Models on Amazon Bedrock, through Converse and ConverseStream.

mod answer;
mod client;
mod document;
mod failure;
mod request;
mod route;
mod stream;

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::Builder as ConfigBuilder;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_smithy_http_client::proxy::ProxyConfig;
use tokio::sync::OnceCell;

use crate::error::ChatError;
use crate::event::EventStream;
use crate::message::ChatRequest;
use crate::model::{BoxFuture, ChatModel};
use crate::names;
use crate::reply::Reply;
use crate::retry::{RetryPolicy, RetryingStream, retrying};

use client::EndpointGuard;
use failure::Context;
use request::Parts;

pub use client::AwsKeys;

/// How to reach a model on Bedrock. Everything left out follows the SDK's usual environment variables and profile
/// files, `AWS_ENDPOINT_URL_BEDROCK_RUNTIME` and `AWS_BEARER_TOKEN_BEDROCK` included.
#[derive(Clone, Debug)]
pub struct BedrockSettings {
    /// Model id, inference profile id or ARN.
    pub model: String,
    /// Region; us-east-1 when nothing says otherwise.
    pub region: Option<String>,
    /// Profile name.
    pub profile: Option<String>,
    /// Endpoint in place of Bedrock's own. Plain http only to loopback.
    pub endpoint: Option<String>,
    /// Keys to use instead of the credential chain.
    pub keys: Option<AwsKeys>,
    /// Whether to ask the EC2 instance metadata service for credentials. Left out: only when
    /// `AWS_EC2_METADATA_DISABLED` is `false`, for elsewhere it costs seconds before it fails.
    pub instance_metadata: Option<bool>,
    /// Longest silence of a stream.
    pub silence: Duration,
    /// How patient to be.
    pub retry: RetryPolicy,
}

impl BedrockSettings {
    /// A model, and everything else as the environment has it.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            region: None,
            profile: None,
            endpoint: None,
            keys: None,
            instance_metadata: None,
            silence: Duration::from_secs(120),
            retry: RetryPolicy::default(),
        }
    }
}

/// A model on Bedrock. Creating one touches nothing; the first call loads configuration and credentials, once.
///
/// `complete` needs `bedrock:InvokeModel`, `stream` needs `bedrock:InvokeModelWithResponseStream`.
#[derive(Clone, Debug)]
pub struct Bedrock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: BedrockSettings,
    client: OnceCell<Client>,
    guard: EndpointGuard,
}

impl Bedrock {
    /// A model that has not been reached yet.
    #[must_use]
    pub fn new(settings: BedrockSettings) -> Self {
        Self { shared: Arc::new(Shared { settings, client: OnceCell::new(), guard: EndpointGuard::default() }) }
    }
}

impl ChatModel for Bedrock {
    fn id(&self) -> &str {
        &self.shared.settings.model
    }

    fn stream(&self, request: ChatRequest) -> BoxFuture<'_, Result<EventStream, ChatError>> {
        Box::pin(async move {
            let deadline = request.ends_at();
            let parts = Arc::new(self.shared.prepare(&request)?);
            let shared = Arc::clone(&self.shared);
            let open = move || -> BoxFuture<'static, _> {
                let (shared, parts) = (Arc::clone(&shared), Arc::clone(&parts));
                Box::pin(async move { shared.open_stream(&parts, deadline).await })
            };
            let BedrockSettings { model, retry, silence, .. } = &self.shared.settings;
            Ok(EventStream::new(RetryingStream::new(model, *retry, deadline, *silence, Box::new(open))))
        })
    }

    fn complete(&self, request: ChatRequest) -> BoxFuture<'_, Result<Reply, ChatError>> {
        Box::pin(async move {
            let deadline = request.ends_at();
            let parts = self.shared.prepare(&request)?;
            let BedrockSettings { model, retry, .. } = &self.shared.settings;
            retrying(model, *retry, deadline, || Box::pin(self.shared.converse(&parts, deadline))).await
        })
    }
}

/// Sends a call with the same parts whether it is streamed or not; the SDK gives the two calls no type in common.
macro_rules! sent {
    ($call:expr, $model:expr, $parts:expr, $deadline:expr) => {
        $call
            .model_id($model)
            .set_messages(Some($parts.messages.clone()))
            .set_system($parts.system.clone())
            .set_inference_config($parts.inference.clone())
            .set_tool_config($parts.tools.clone())
            .set_additional_model_request_fields($parts.additional.clone())
            .customize()
            .config_override(within($deadline))
            .send()
    };
}

impl Shared {
    /// What can be refused before anything is sent is refused here.
    fn prepare(&self, request: &ChatRequest) -> Result<Parts, ChatError> {
        if self.settings.model.trim().is_empty() {
            return Err(ChatError::not_configured("no model is set; give a Bedrock model or inference profile id"));
        }
        names::check_tools(&request.tools)?;
        Parts::build(&self.settings.model, request)
    }

    async fn client(&self) -> Result<&Client, ChatError> {
        self.client
            .get_or_try_init(|| {
                client::connect(&self.settings, &self.guard, route::http_client(ProxyConfig::from_env()))
            })
            .await
    }

    async fn converse(&self, parts: &Parts, deadline: Instant) -> Result<Reply, ChatError> {
        let sent = sent!(self.client().await?.converse(), &self.settings.model, parts, deadline);
        let output = Box::pin(sent).await.map_err(|error| self.context().http(&error))?;
        answer::reply(&self.settings.model, output)
    }

    async fn open_stream(&self, parts: &Parts, deadline: Instant) -> Result<EventStream, ChatError> {
        let sent = sent!(self.client().await?.converse_stream(), &self.settings.model, parts, deadline);
        let output = Box::pin(sent).await.map_err(|error| self.context().http(&error))?;
        Ok(EventStream::new(stream::Events::new(output.stream, self.context())))
    }

    fn context(&self) -> Context {
        Context { model: self.settings.model.clone(), refused_endpoint: self.guard.refused() }
    }
}

/// Only these timeouts may differ between calls: others are part of the connection pool's key.
fn within(deadline: Instant) -> ConfigBuilder {
    let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    let timeouts = TimeoutConfig::builder().operation_timeout(left).operation_attempt_timeout(left).build();
    ConfigBuilder::default().timeout_config(timeouts)
}
