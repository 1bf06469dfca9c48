//! From the command line to an agent.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chat_model::ApiKey;
use serde_json::json;
use strands_agent::{
    Agent, AskBeforeChanges, Era, Limits, Metrics, ModelChoice, ModelProblem, Models, Person, Presets, Provider,
    RequirementProblem, ServerProblem, ServerSettings, Token, Tools, Trace, find_nightdesk, may_have_aws_credentials,
    read_requirements, read_servers,
};

use crate::Exit;
use crate::cli::{Arguments, EraName, ProviderName};
use crate::lines::{Line, Lines};
use crate::terminal::Terminal;

/// An agent, and what is known about the session.
pub(crate) struct Session {
    pub(crate) agent: Agent,
    pub(crate) metrics: Arc<Metrics>,
    /// What the analyses read, where the person or the provider has set it.
    pub(crate) source: Option<String>,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error(transparent)]
    Model(#[from] ModelProblem),
    #[error(transparent)]
    Server(#[from] ServerProblem),
    #[error(transparent)]
    Requirement(#[from] RequirementProblem),
    #[error("{0}")]
    Unreadable(String),
    #[error("signals cannot be listened for: {0}")]
    Signals(std::io::Error),
    #[error("no server could be used")]
    NoServer,
    #[error("{NO_CREDENTIALS}")]
    NoCredentials,
}

const NO_CREDENTIALS: &str = "\
there are no AWS credentials for the model. Sign in (`aws sso login`), or set AWS_PROFILE, or \
AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; on EC2, AWS_EC2_METADATA_DISABLED=false has the instance's role used. \
To see how it works without an account: --provider offline";

impl Problem {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::NoServer
            | Self::Signals(_)
            | Self::Server(ServerProblem::NotFound(_) | ServerProblem::NoAnswer(_)) => Exit::Failed,
            Self::NoCredentials => Exit::NoCredentials,
            _ => Exit::BadInput,
        }
    }
}

/// Says at once when there is no sign of AWS credentials, instead of after the first question. A person may go on with
/// the stand-in.
pub(crate) async fn check_credentials(arguments: &mut Arguments, lines: Option<&Lines>) -> Result<(), Problem> {
    if arguments.provider() != Provider::Bedrock || arguments.profile.is_some() || may_have_aws_credentials() {
        return Ok(());
    }
    let Some(lines) = lines else { return Err(Problem::NoCredentials) };
    let question = format!("{NO_CREDENTIALS}.\n\nGo on with the offline stand-in on the built-in sample? [y/N]: ");
    match lines.reply(&question).await {
        Line::Text(line) if line.trim().eq_ignore_ascii_case("y") => {
            arguments.provider = Some(ProviderName::Offline);
            Ok(())
        }
        _ => Err(Problem::NoCredentials),
    }
}

/// The models that the command line asks for.
pub(crate) fn models(arguments: &Arguments) -> Result<Models, Problem> {
    Ok(models_named(arguments, arguments.model.clone())?)
}

/// The models, with another one first.
pub(crate) fn models_named(arguments: &Arguments, model: Option<String>) -> Result<Models, ModelProblem> {
    let api_key = std::env::var("OPENAI_API_KEY").ok().filter(|key| !key.trim().is_empty()).map(ApiKey::new);
    let choice = ModelChoice {
        provider: arguments.provider(),
        model,
        strict: arguments.strict_model,
        region: arguments.region.clone(),
        profile: arguments.profile.clone(),
        base_url: arguments.base_url.clone().or_else(|| std::env::var("OPENAI_BASE_URL").ok()),
        api_key,
    };
    choice.models()
}

/// Connects to the servers and makes the agent.
pub(crate) async fn session(
    arguments: &Arguments,
    models: Models,
    terminal: &Arc<Terminal>,
) -> Result<Session, Problem> {
    let (presets, source) = presets(arguments)?;
    let servers = servers(arguments)?;
    let person: Arc<dyn Person> = Arc::<Terminal>::clone(terminal);
    let tools = Tools::connect(&servers, Arc::clone(&person)).await;
    if tools.servers().next().is_none() {
        return Err(Problem::NoServer);
    }
    let approval = AskBeforeChanges::new(person);
    let approval = if arguments.ask_all { approval.about_all() } else { approval };
    let metrics = Arc::new(Metrics::default());
    let agent = Agent::with_approval(models.first, tools, Some(approval))
        .fallback(models.successor)
        .hook(Arc::new(Trace::default()))
        .hook(Arc::<Metrics>::clone(&metrics))
        .presets(presets)
        .limits(limits(arguments))
        .price(arguments.price)
        .temperature(arguments.temperature);
    Ok(Session { agent, metrics, source })
}

fn presets(arguments: &Arguments) -> Result<(Presets, Option<String>), Problem> {
    let is_offline = arguments.provider() == Provider::Offline;
    let source = arguments.source.clone().or_else(|| is_offline.then(|| "sample".to_owned()));
    let mut presets =
        arguments.set.iter().fold(Presets::default(), |presets, (name, value)| presets.with(name, value.clone()));
    if let Some(source) = &source {
        presets = presets.with("source", source.as_str());
    }
    let requirements = read_requirements(&arguments.requirement, arguments.requirements.as_deref())?;
    if !requirements.is_empty() {
        presets = presets.with("requirements", json!(requirements));
    }
    Ok((presets, source))
}

fn servers(arguments: &Arguments) -> Result<Vec<ServerSettings>, Problem> {
    let mut servers = arguments.mcp_config.as_deref().map(read_servers).transpose()?.unwrap_or_default();
    if let Some(url) = &arguments.server {
        servers.push(ServerSettings::http("nightdesk", url, token(arguments.token_file.as_deref())?));
    }
    if servers.is_empty() {
        servers.push(nightdesk(arguments)?);
    }
    for server in &mut servers {
        server.allow.extend(arguments.allow.iter().cloned());
        server.reject.extend(arguments.reject.iter().cloned());
        server.era = match arguments.protocol {
            EraName::Auto => Era::Auto,
            EraName::Legacy => Era::Legacy,
            EraName::Modern => Era::Modern,
        };
    }
    Ok(servers)
}

/// The server beside us. It may read the path that the person has named as the source, and no other.
fn nightdesk(arguments: &Arguments) -> Result<ServerSettings, Problem> {
    let path = arguments.source.as_deref().filter(|source| !matches!(*source, "aws" | "sample"));
    let options = path.into_iter().flat_map(|path| ["--allow-path", path]);
    Ok(ServerSettings::command("nightdesk", find_nightdesk()?, options))
}

fn token(file: Option<&Path>) -> Result<Option<Token>, Problem> {
    let token = match file {
        Some(file) => Some(
            std::fs::read_to_string(file)
                .map_err(|error| Problem::Unreadable(format!("{}: {error}", file.display())))?,
        ),
        None => std::env::var("STRANDS_AGENT_TOKEN").ok(),
    };
    Ok(token.map(|token| Token::new(&token)))
}

fn limits(arguments: &Arguments) -> Limits {
    Limits {
        turns: arguments.max_turns,
        tokens: arguments.max_tokens,
        time: Duration::from_secs(arguments.max_seconds),
        cost: arguments.max_cost,
        tool_time: Duration::from_secs(arguments.tool_seconds),
        answer_tokens: arguments.answer_tokens,
    }
}
