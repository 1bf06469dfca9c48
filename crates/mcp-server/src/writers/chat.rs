//! Chat models as writers: Bedrock and OpenAI-compatible endpoints.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use chat_model::{
    ApiKey, Bedrock, BedrockSettings, ChatError, ChatModel, ChatRequest, Message, OpenAi, OpenAiSettings,
};
use report::egress::Shown;
use report::writer::{
    BoxFuture, Brief, Judged, ModelScore, Revision, Usage, Wish, Writer, WriterError, WriterErrorKind, WriterKind,
    Written,
};
use security_model::secret::{Reading, without_secrets};
use serde::Deserialize;

use super::{Unusable, error, prompt};
use crate::app::App;
use crate::settings::Settings;

/// Longest answer that is asked for, in tokens: several times a report.
const MAX_TOKENS: u32 = 6_000;
/// Facts are to be repeated, not embellished.
const TEMPERATURE: f32 = 0.2;

/// A chat model that writes reports.
struct ChatWriter {
    kind: WriterKind,
    model: Box<dyn ChatModel>,
    destination: String,
}

impl fmt::Debug for ChatWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatWriter").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl ChatWriter {
    fn request(&self, system: &str, messages: Vec<Message>, deadline: Instant) -> ChatRequest {
        let request = ChatRequest::new(messages).system(system).max_tokens(MAX_TOKENS).deadline(deadline);
        match self.kind {
            // Some models behind such endpoints refuse a request that names a temperature.
            WriterKind::OpenAi => request,
            _ => request.temperature(TEMPERATURE),
        }
    }

    async fn ask(&self, request: ChatRequest) -> Result<chat_model::Reply, WriterError> {
        let reply = self.model.complete(request).await.map_err(|failure| refused(&failure))?;
        match reply.stop.error(self.model.id()) {
            Some(failure) => Err(refused(&failure)),
            None => Ok(reply),
        }
    }
}

/// Bedrock as the settings describe it. Neither configuration nor credentials are touched before the first draft.
pub(super) fn bedrock(app: &App) -> Arc<dyn Writer> {
    let settings = &app.settings;
    let region = settings.bedrock_region.value.clone().or_else(|| settings.region.value.clone());
    let destination = match &region {
        Some(region) => format!("Amazon Bedrock in {region}"),
        None => "Amazon Bedrock in the region of the AWS configuration".to_owned(),
    };
    let model = Bedrock::new(BedrockSettings {
        region,
        profile: settings.profile.value.clone(),
        instance_metadata: settings.instance_credentials.value.then_some(true),
        ..BedrockSettings::new(settings.bedrock_model.value.as_str())
    });
    Arc::new(ChatWriter { kind: WriterKind::Bedrock, model: Box::new(model), destination })
}

/// The OpenAI-compatible endpoint as the settings describe it.
pub(super) fn openai(app: &App) -> Arc<dyn Writer> {
    // A password in it is refused below, and must not be said in the refusal.
    let url = app.settings.openai_base_url.value.as_deref().unwrap_or("nowhere");
    let destination = without_secrets(url, Reading::Name).into_owned();
    match openai_model(&app.settings) {
        Ok(model) => Arc::new(ChatWriter { kind: WriterKind::OpenAi, model: Box::new(model), destination }),
        Err(why) => {
            let reason = error(WriterErrorKind::NotConfigured, why);
            Unusable::writer(WriterKind::OpenAi, destination, reason)
        }
    }
}

fn openai_model(settings: &Settings) -> Result<OpenAi, String> {
    let missing = |name: &str, flag: &str| format!("set {name} ({flag})");
    let url =
        settings.openai_base_url.value.as_deref().ok_or_else(|| missing("openai_base_url", "--openai-base-url"))?;
    let model = settings.openai_model.value.as_deref().ok_or_else(|| missing("openai_model", "--openai-model"))?;
    let mut endpoint = OpenAiSettings::new(url, model);
    if let Some(key) = settings.openai_key.read().map_err(|failure| failure.to_string())? {
        endpoint = endpoint.api_key(ApiKey::new(key.expose()));
    }
    OpenAi::new(endpoint).map_err(|failure| failure.to_string())
}

/// Whether something listens at the endpoint. No request is made: a model's answer may cost.
pub(super) async fn reach(settings: &Settings) -> Result<String, WriterError> {
    openai_model(settings).map_err(|why| error(WriterErrorKind::NotConfigured, why))?;
    let url = settings.openai_base_url.value.as_deref().unwrap_or_default();
    let (host, port) = host_and_port(url);
    let connected = tokio::time::timeout(super::REACH, tokio::net::TcpStream::connect((host, port))).await;
    match connected {
        Ok(Ok(_)) => Ok(format!("{host}:{port} listens")),
        _ => Err(error(WriterErrorKind::Unreachable, format!("no direct connection to {host}:{port}; is it running?"))),
    }
}

/// Host and port of a URL that the client has accepted.
fn host_and_port(url: &str) -> (&str, u16) {
    let (scheme, rest) = url.trim().split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let default = if scheme.eq_ignore_ascii_case("http") { 80 } else { 443 };
    let bracketed = authority.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (host, port) = match bracketed {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    (host, port.and_then(|port| port.parse().ok()).unwrap_or(default))
}

impl Writer for ChatWriter {
    fn kind(&self) -> WriterKind {
        self.kind
    }

    fn model(&self) -> Option<&str> {
        Some(self.model.id())
    }

    fn destination(&self) -> String {
        self.destination.clone()
    }

    fn framing(&self, judged: &[Wish]) -> Vec<(&'static str, String)> {
        let mut framing = prompt::framing();
        framing.push(("judging: system prompt", prompt::JUDGE.to_owned()));
        framing.push(("judging: the message", prompt::judging(judged, prompt::DRAFT)));
        framing
    }

    fn write<'a>(
        &'a self,
        brief: &'a Brief,
        revision: Option<&'a Revision>,
    ) -> BoxFuture<'a, Result<Written, WriterError>> {
        Box::pin(async move {
            let mut messages = vec![Message::user(prompt::assignment(brief))];
            if let Some(revision) = revision {
                messages.push(Message::assistant(revision.draft.as_str()));
                messages.push(Message::user(prompt::mending(revision)));
            }
            let reply = self.ask(self.request(brief.instructions.as_str(), messages, brief.deadline)).await?;
            let text = reply.text();
            let markdown = prompt::unfenced(&text);
            if markdown.is_empty() {
                return Err(error(WriterErrorKind::Failed, format!("{} answered without a report", self.model.id())));
            }
            Ok(Written {
                markdown: markdown.to_owned(),
                usage: usage(&reply),
                model: Some(reply.model),
                scores: Vec::new(),
            })
        })
    }

    fn judge<'a>(
        &'a self,
        wishes: &'a [Wish],
        draft: &'a Shown,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<Judged, WriterError>> {
        Box::pin(async move {
            let messages = vec![Message::user(prompt::judging(wishes, draft.as_str()))];
            let reply = self.ask(self.request(prompt::JUDGE, messages, deadline)).await?;
            Ok(Judged { scores: scores(&reply.text(), wishes), usage: usage(&reply) })
        })
    }
}

const fn usage(reply: &chat_model::Reply) -> Usage {
    Usage { input_tokens: reply.usage.input_tokens, output_tokens: reply.usage.output_tokens }
}

/// The scores in a judge's answer; none when it is not exactly what was asked for: a score is never guessed.
fn scores(text: &str, wishes: &[Wish]) -> Vec<ModelScore> {
    #[derive(Deserialize)]
    struct Score {
        name: String,
        score: f64,
        reason: Option<String>,
    }
    let Ok(scores) = serde_json::from_str::<Vec<Score>>(prompt::unfenced(text)) else { return Vec::new() };
    let asked = |name: &str| wishes.iter().any(|wish| wish.name == name);
    let mut kept: Vec<ModelScore> = Vec::new();
    for Score { name, score, reason } in scores {
        if !asked(&name) || !(0.0..=1.0).contains(&score) || kept.iter().any(|earlier| earlier.name == name) {
            return Vec::new();
        }
        kept.push(ModelScore { name, score, reason });
    }
    kept
}

/// The error in our words; what the service itself said stays behind.
fn refused(failure: &ChatError) -> WriterError {
    error(kind(failure), failure.to_string())
}

const fn kind(failure: &ChatError) -> WriterErrorKind {
    match failure {
        ChatError::NotConfigured { .. } => WriterErrorKind::NotConfigured,
        ChatError::NoCredentials { .. } => WriterErrorKind::Unauthorised,
        ChatError::AccessDenied { .. } => WriterErrorKind::NotEntitled,
        ChatError::ModelEndOfLife { .. } => WriterErrorKind::Discontinued,
        ChatError::ModelNotFound { .. } | ChatError::ContextOverflow { .. } | ChatError::Validation { .. } => {
            WriterErrorKind::Refused
        }
        ChatError::Throttled { .. } => WriterErrorKind::Throttled,
        ChatError::ContentFiltered { .. } | ChatError::GuardrailIntervened { .. } => WriterErrorKind::Failed,
        ChatError::Timeout { .. } => WriterErrorKind::TimedOut,
        ChatError::Unreachable { .. } => WriterErrorKind::Unreachable,
        ChatError::ServiceError { .. } => WriterErrorKind::ServiceError,
        ChatError::MalformedAnswer { .. } => WriterErrorKind::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(name: &str) -> Wish {
        Wish { name: name.to_owned(), description: Shown::new("x").unwrap(), mandatory: false }
    }

    #[test]
    fn an_endpoint_has_a_host_and_a_port() {
        for (url, expected) in [
            ("http://localhost:11434/v1", ("localhost", 11434)),
            ("https://llm.example.com/v1", ("llm.example.com", 443)),
            ("http://127.0.0.1", ("127.0.0.1", 80)),
            ("http://[::1]:8000/v1", ("::1", 8000)),
        ] {
            assert_eq!(host_and_port(url), expected);
        }
    }

    #[test]
    fn scores_are_taken_only_as_asked_for() {
        let wishes = [wish("tone"), wish("actions")];
        let read =
            |text: &str| scores(text, &wishes).into_iter().map(|score| (score.name, score.score)).collect::<Vec<_>>();
        let both = r#"[{"name":"tone","score":0.5,"reason":"dry"},{"name":"actions","score":1}]"#;
        let expected = vec![("tone".to_owned(), 0.5), ("actions".to_owned(), 1.0)];
        assert_eq!(read(both), expected);
        assert_eq!(read(&format!("```json\n{both}\n```")), expected);
        for malformed in [
            "",
            "All good!",
            r#"{"name":"tone","score":1}"#,
            r#"[{"name":"tone","score":"high"}]"#,
            r#"[{"name":"tone","score":1.5}]"#,
            r#"[{"name":"tone","score":-0.1}]"#,
            r#"[{"name":"tone","score":NaN}]"#,
            r#"[{"name":"other","score":1}]"#,
            r#"[{"name":"tone","score":1},{"name":"tone","score":0}]"#,
            r#"Here: [{"name":"tone","score":1}]"#,
        ] {
            assert_eq!(read(malformed), vec![], "{malformed}");
        }
    }
}
