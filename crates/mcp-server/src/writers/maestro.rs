//! AI21 Maestro as a writer.

use std::fmt;
use std::sync::Arc;

use maestro_client::{
    ApiKey, BuildError, Client, CompletedRun, DEFAULT_BASE_URL, Deadline, Error, Message, ResponseLanguage, Role,
    RunRequest, Unreachable,
};
use report::writer::{
    BoxFuture, Brief, Budget, ModelScore, Revision, Usage, Wish, Writer, WriterError, WriterErrorKind, WriterKind,
    Written,
};

use super::{LATE, Unusable, error, prompt};
use crate::app::App;
use crate::settings::Settings;

/// Said wherever the service looks as if it were no longer there.
/// Source: AI21's notice on the Jamba API, the Maestro API and the File library, read 2026-11-21.
const SUNSET: &str = "AI21 announced that its hosted Maestro API ends on 2026-08-09: set maestro_url to a deployment that \
     still answers, or use another writer";

struct MaestroWriter {
    client: Client,
    model: String,
}

impl fmt::Debug for MaestroWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaestroWriter").field("model", &self.model).finish_non_exhaustive()
    }
}

/// The writer as the settings describe it.
pub(super) fn writer(app: &App) -> Arc<dyn Writer> {
    match client(&app.settings) {
        Ok(client) => Arc::new(MaestroWriter { client, model: app.settings.maestro_model.value.clone() }),
        Err(reason) => Unusable::writer(WriterKind::Maestro, base_url(&app.settings), reason),
    }
}

fn base_url(settings: &Settings) -> &str {
    settings.maestro_url.value.as_deref().unwrap_or(DEFAULT_BASE_URL)
}

fn client(settings: &Settings) -> Result<Client, WriterError> {
    let unusable = |why: String| error(WriterErrorKind::NotConfigured, why);
    let key = settings.maestro_key.read().map_err(|failure| unusable(failure.to_string()))?;
    let key = key.ok_or_else(|| unusable("set AI21_API_KEY, or maestro_key_file".to_owned()))?;
    let key = ApiKey::new(key.expose()).map_err(|invalid| unusable(invalid.to_string()))?;
    Client::builder().base_url(base_url(settings)).api_key(key).build().map_err(|failure| match failure {
        BuildError::BaseUrl(invalid) => unusable(format!("the setting maestro_url: {invalid}")),
        other => unusable(other.to_string()),
    })
}

impl MaestroWriter {
    fn request(&self, brief: &Brief, revision: Option<&Revision>) -> RunRequest {
        let said = |role, content: &str| Message { role, content: content.to_owned() };
        // The instructions stand in the input: AI21's own clients have no field for a system prompt.
        let mut messages = vec![Message {
            role: Role::User,
            content: format!("{}\n\n{}", brief.instructions.as_str().trim_end(), brief.facts.as_str()),
        }];
        if let Some(revision) = revision {
            messages.push(said(Role::Assistant, revision.draft.as_str()));
            messages.push(said(Role::User, &prompt::mending(revision)));
        }
        let budget = match brief.budget {
            Budget::Low => maestro_client::Budget::Low,
            Budget::Medium => maestro_client::Budget::Medium,
            Budget::High => maestro_client::Budget::High,
        };
        let request = RunRequest::new(messages)
            .models([self.model.as_str()])
            .budget(budget)
            .response_language(ResponseLanguage::English);
        brief.wishes.iter().fold(request, |request, wish| {
            request.requirement(wish.name.as_str(), wish.description.as_str(), wish.mandatory)
        })
    }
}

impl Writer for MaestroWriter {
    fn kind(&self) -> WriterKind {
        WriterKind::Maestro
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn destination(&self) -> String {
        self.client.host().to_owned()
    }

    fn framing(&self, _judged: &[Wish]) -> Vec<(&'static str, String)> {
        // The service scores by itself.
        prompt::framing()
    }

    fn write<'a>(
        &'a self,
        brief: &'a Brief,
        revision: Option<&'a Revision>,
    ) -> BoxFuture<'a, Result<Written, WriterError>> {
        Box::pin(async move {
            let request = self.request(brief, revision);
            let left = brief.deadline.saturating_duration_since(std::time::Instant::now());
            let run =
                self.client.run_to_end(&request, Deadline::after(left)).await.map_err(|failure| refused(&failure))?;
            let scores = scores(&run);
            Ok(Written {
                markdown: prompt::unfenced(&run.text).to_owned(),
                model: Some(self.model.clone()),
                // The service does not tell what a run costs.
                usage: Usage::default(),
                scores,
            })
        })
    }
}

/// Whether the service answers and takes the key. Asking after a run that does not exist costs nothing.
pub(super) async fn reach(settings: &Settings) -> Result<String, WriterError> {
    let client = client(settings)?;
    let asked = tokio::time::timeout(super::REACH, client.get(NO_RUN)).await;
    match asked.map_err(|_| error(WriterErrorKind::TimedOut, "no answer"))? {
        Ok(_) | Err(Error::NotFound { run_id: Some(_), .. }) => Ok(format!("{} answers", client.host())),
        Err(failure) => Err(refused(&failure)),
    }
}

/// An id that no run has.
const NO_RUN: &str = "00000000-0000-0000-0000-000000000000";

fn scores(run: &CompletedRun) -> Vec<ModelScore> {
    let results = run.requirements_result.iter().flat_map(|result| &result.requirements);
    results
        .filter_map(|result| {
            let score = result.score.filter(|score| (0.0..=1.0).contains(score))?;
            Some(ModelScore { name: result.name.clone(), score, reason: result.reason.clone() })
        })
        .collect()
}

/// The error in our words; what the service itself said stays behind.
fn refused(failure: &Error) -> WriterError {
    let kind = kind(failure.root());
    let advice = if looks_discontinued(failure.root()) {
        SUNSET
    } else {
        match kind {
            WriterErrorKind::Throttled | WriterErrorKind::ServiceError => "try again later",
            WriterErrorKind::TimedOut => LATE,
            WriterErrorKind::Refused => "check maestro_model, maestro_url and the requirements",
            _ => return error(kind, failure.to_string()),
        }
    };
    error(kind, format!("{failure}; {advice}"))
}

/// What the end of a service looks like from outside, at AI21's own host or behind a gateway to it.
const fn looks_discontinued(failure: &Error) -> bool {
    matches!(
        failure,
        Error::Forbidden { .. }
            | Error::NotFound { .. }
            | Error::Gone { .. }
            | Error::Unreachable { reason: Unreachable::UnknownHost, .. }
    )
}

const fn kind(failure: &Error) -> WriterErrorKind {
    match failure {
        Error::Unauthorised { .. } => WriterErrorKind::Unauthorised,
        Error::PaymentRequired { .. } | Error::Forbidden { .. } => WriterErrorKind::NotEntitled,
        Error::NotFound { .. } | Error::Gone { .. } => WriterErrorKind::Discontinued,
        Error::InvalidRequest(_) | Error::Unprocessable { .. } | Error::Refused { .. } | Error::Redirected { .. } => {
            WriterErrorKind::Refused
        }
        Error::TooManyRequests { .. } => WriterErrorKind::Throttled,
        Error::Unreachable { .. } | Error::ConnectionLost => WriterErrorKind::Unreachable,
        Error::NoAnswer { .. } | Error::Timeout { .. } | Error::DeadlinePassed => WriterErrorKind::TimedOut,
        Error::TooLarge { .. } | Error::Malformed { .. } | Error::UnexpectedResult { .. } => WriterErrorKind::Malformed,
        Error::Failed { .. } | Error::RequiresAction { .. } | Error::EmptyResult { .. } => WriterErrorKind::Failed,
        _ => WriterErrorKind::ServiceError,
    }
}
