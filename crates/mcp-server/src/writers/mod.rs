//! Writers that talk to a network, each behind [`report::writer::Writer`]; made on first use, so that whoever writes
//! locally pays for none of it.

mod chat;
mod maestro;
mod prompt;
mod watched;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use report::writer::{BoxFuture, Brief, Revision, Writer, WriterError, WriterErrorKind, WriterKind, Written};

pub use watched::Watched;

use crate::app::App;
use crate::arguments::WriterArgument;
use crate::error::Failure;
use crate::settings::{Origin, Settings};

/// Who asks for a writer.
#[derive(Clone, Copy, Debug)]
pub enum Asker {
    /// The operator, who may use any writer and waits as long as its budget lasts.
    Operator,
    /// A host over MCP, or a model behind it: it may use what the operator has configured, and gives up at some time.
    Host {
        /// When the writer has to be done.
        until: Instant,
    },
}

/// The writer to use; `None` is the local one.
///
/// # Errors
/// [`Failure::BadArgument`] when a host asks for a writer that the operator has not configured.
pub fn choose(app: &App, asked: Option<WriterArgument>, asker: Asker) -> Result<Option<Arc<dyn Writer>>, Failure> {
    let settings = &app.settings;
    let wanted = match asked {
        None | Some(WriterArgument::Auto) => settings.writer.value,
        Some(named) => named,
    };
    if matches!(asker, Asker::Host { .. }) && !is_open_to_hosts(settings, wanted) {
        return Err(Failure::bad_argument(
            "writer",
            format!(
                "the operator has not configured {}; leave writer out, or ask for local. What leaves the machine is the \
                 operator's choice: the setting writer (or --writer) switches it on",
                wanted.name()
            ),
        ));
    }
    Ok(match wanted {
        WriterArgument::Auto if !settings.maestro_key.is_set() => None,
        WriterArgument::Local => None,
        WriterArgument::Auto | WriterArgument::Maestro => {
            Some(app.writers.maestro.get_or_init(|| maestro::writer(app)))
        }
        WriterArgument::Bedrock => Some(app.writers.bedrock.get_or_init(|| chat::bedrock(app))),
        WriterArgument::Openai => Some(app.writers.openai.get_or_init(|| chat::openai(app))),
    }
    .map(Arc::clone))
}

/// How long the doctor waits for a writer.
const REACH: Duration = Duration::from_secs(8);

/// Which writer is configured, and whether it can be reached, as far as that costs nothing.
pub async fn doctor(settings: &Settings) -> String {
    let wanted = match settings.writer.value {
        WriterArgument::Auto if settings.maestro_key.is_set() => WriterArgument::Maestro,
        WriterArgument::Auto => WriterArgument::Local,
        named => named,
    };
    let (model, reached) = match wanted {
        WriterArgument::Local | WriterArgument::Auto => return "local: no model, no network".to_owned(),
        WriterArgument::Maestro => (settings.maestro_model.value.as_str(), maestro::reach(settings).await),
        WriterArgument::Openai => {
            (settings.openai_model.value.as_deref().unwrap_or("no model"), chat::reach(settings).await)
        }
        // Bedrock has no call that tells without a charge.
        WriterArgument::Bedrock => {
            (settings.bedrock_model.value.as_str(), Ok("not tried, because every call is charged".to_owned()))
        }
    };
    let name = wanted.name();
    match reached {
        Ok(how) => format!("{name} ({model}): {how}"),
        Err(reason) => {
            format!("{name} ({model}) does NOT answer: {reason}. Reports are written locally, and say so")
        }
    }
}

/// The writers of the process, each made when it is first asked for.
#[derive(Default)]
pub struct Writers {
    maestro: OnceLock<Arc<dyn Writer>>,
    bedrock: OnceLock<Arc<dyn Writer>>,
    openai: OnceLock<Arc<dyn Writer>>,
}

impl fmt::Debug for Writers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writers").finish_non_exhaustive()
    }
}

/// The name of a writer, as answers and flags have it.
#[must_use]
pub const fn name(kind: WriterKind) -> &'static str {
    match kind {
        WriterKind::Local => "local",
        WriterKind::Maestro => "maestro",
        WriterKind::Bedrock => "bedrock",
        WriterKind::OpenAi => "openai",
    }
}

/// Whether the operator's settings let a host ask for this writer. `writer = local` closes all others.
fn is_open_to_hosts(settings: &Settings, wanted: WriterArgument) -> bool {
    match (settings.writer.value, wanted) {
        (_, WriterArgument::Local | WriterArgument::Auto) => true,
        (WriterArgument::Local, _) => false,
        (configured, wanted) if configured == wanted => true,
        (_, WriterArgument::Maestro) => settings.maestro_key.is_set(),
        (_, WriterArgument::Bedrock) => settings.bedrock_model.origin != Origin::Default,
        (_, WriterArgument::Openai) => settings.openai_base_url.value.is_some(),
    }
}

/// What to do about a writer that is not done in time.
const LATE: &str = "choose a higher budget or a faster model; over MCP, raise the setting budget_seconds where the host waits \
     longer";

/// An error of a writer, in our words.
fn error(kind: WriterErrorKind, message: impl Into<String>) -> WriterError {
    WriterError { kind, message: message.into() }
}

/// A writer that cannot be used as it is configured: every draft is refused with the reason, and the local report goes
/// out with that on its label.
struct Unusable {
    kind: WriterKind,
    destination: String,
    reason: WriterError,
}

impl fmt::Debug for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unusable").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Unusable {
    fn writer(kind: WriterKind, destination: impl Into<String>, reason: WriterError) -> Arc<dyn Writer> {
        tracing::warn!(writer = ?kind, %reason, "the writer cannot be used.");
        Arc::new(Self { kind, destination: destination.into(), reason })
    }
}

impl Writer for Unusable {
    fn kind(&self) -> WriterKind {
        self.kind
    }

    fn model(&self) -> Option<&str> {
        None
    }

    fn destination(&self) -> String {
        self.destination.clone()
    }

    fn write<'a>(
        &'a self,
        _brief: &'a Brief,
        _revision: Option<&'a Revision>,
    ) -> BoxFuture<'a, Result<Written, WriterError>> {
        Box::pin(async { Err(self.reason.clone()) })
    }
}
