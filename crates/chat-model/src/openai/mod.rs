//! Models behind any endpoint that speaks OpenAI's chat completions: Ollama, vLLM, gateways, OpenAI itself.

mod accumulator;
mod failure;
mod http;
mod request;
mod secret;
mod sse;
mod stream;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::error::ChatError;
use crate::event::EventStream;
use crate::message::ChatRequest;
use crate::model::{BoxFuture, ChatModel};
use crate::names;
use crate::reply::Reply;
use crate::retry::{RetryPolicy, RetryingStream, retrying};

use accumulator::Accumulator;
use http::Http;
use request::TokenLimit;

/// A bearer key. It never prints itself.
#[derive(Clone)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key as the service issued it.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    fn expose(&self) -> &str {
        self.0.trim()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey")
    }
}

/// How to reach a model behind an OpenAI-compatible endpoint.
#[derive(Clone, Debug)]
pub struct OpenAiSettings {
    /// URL to which `/chat/completions` is added, e.g. `http://localhost:11434/v1` for Ollama. Plain http only to
    /// loopback.
    pub base_url: String,
    /// Model as the endpoint names it.
    pub model: String,
    /// Key; many local servers need none.
    pub api_key: Option<ApiKey>,
    /// Longest silence of a stream.
    pub silence: Duration,
    /// How patient to be.
    pub retry: RetryPolicy,
}

impl OpenAiSettings {
    /// A model at a base URL, without a key.
    #[must_use]
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            model: model.into(),
            api_key: None,
            silence: Duration::from_secs(120),
            retry: RetryPolicy::default(),
        }
    }

    /// Sets the key.
    #[must_use]
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.api_key = Some(key);
        self
    }
}

/// A model behind an OpenAI-compatible endpoint. No redirect is followed, and answers are bounded in size.
#[derive(Clone, Debug)]
pub struct OpenAi {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: OpenAiSettings,
    http: Http,
    /// Whether the endpoint has refused `max_tokens` in favour of its newer name.
    newer_limit: AtomicBool,
}

impl OpenAi {
    /// A model that has not been reached yet.
    ///
    /// # Errors
    /// [`ChatError::NotConfigured`] for a model or key that cannot be sent and for a base URL that is unusable or
    /// unsafe.
    pub fn new(settings: OpenAiSettings) -> Result<Self, ChatError> {
        if settings.model.trim().is_empty() {
            return Err(ChatError::not_configured("no model is set; give the model as the endpoint names it"));
        }
        let http = Http::new(&settings)?;
        Ok(Self { shared: Arc::new(Shared { settings, http, newer_limit: AtomicBool::new(false) }) })
    }
}

impl ChatModel for OpenAi {
    fn id(&self) -> &str {
        &self.shared.settings.model
    }

    fn stream(&self, request: ChatRequest) -> BoxFuture<'_, Result<EventStream, ChatError>> {
        Box::pin(async move {
            names::check_tools(&request.tools)?;
            let deadline = request.ends_at();
            let (shared, request) = (Arc::clone(&self.shared), Arc::new(request));
            let open = move || -> BoxFuture<'static, _> {
                let (shared, request) = (Arc::clone(&shared), Arc::clone(&request));
                Box::pin(async move { shared.open_stream(&request).await })
            };
            let OpenAiSettings { model, retry, silence, .. } = &self.shared.settings;
            Ok(EventStream::new(RetryingStream::new(model, *retry, deadline, *silence, Box::new(open))))
        })
    }

    fn complete(&self, request: ChatRequest) -> BoxFuture<'_, Result<Reply, ChatError>> {
        Box::pin(async move {
            names::check_tools(&request.tools)?;
            let OpenAiSettings { model, retry, .. } = &self.shared.settings;
            retrying(model, *retry, request.ends_at(), || Box::pin(self.shared.complete(&request))).await
        })
    }
}

impl Shared {
    async fn complete(&self, request: &ChatRequest) -> Result<Reply, ChatError> {
        let response = self.post(request, false).await?;
        let body = self.http.read_json(response).await?;
        Accumulator::new(self.settings.api_key.as_ref()).whole(&self.settings.model, body)
    }

    async fn open_stream(&self, request: &ChatRequest) -> Result<EventStream, ChatError> {
        let response = self.post(request, true).await?;
        Ok(EventStream::new(stream::Events::new(response, self.http.context())))
    }

    /// Newer OpenAI models refuse `max_tokens`, most other servers know nothing else: the first refusal is remembered.
    async fn post(&self, request: &ChatRequest, stream: bool) -> Result<reqwest::Response, ChatError> {
        let limit = if self.newer_limit.load(Ordering::Relaxed) {
            TokenLimit::MaxCompletionTokens
        } else {
            TokenLimit::MaxTokens
        };
        let sent = self.http.post(&self.body(request, stream, limit)).await;
        match sent {
            Err(ChatError::Validation { detail: Some(detail), .. })
                if limit == TokenLimit::MaxTokens && detail.as_str().contains("max_completion_tokens") =>
            {
                self.newer_limit.store(true, Ordering::Relaxed);
                self.http.post(&self.body(request, stream, TokenLimit::MaxCompletionTokens)).await
            }
            other => other,
        }
    }

    fn body(&self, request: &ChatRequest, stream: bool, limit: TokenLimit) -> Value {
        request::body(&self.settings.model, request, stream, limit)
    }
}
