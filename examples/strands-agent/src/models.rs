//! Which model answers, and which one takes over when it is withdrawn.

use std::path::PathBuf;
use std::sync::Arc;

use chat_model::{ApiKey, Bedrock, BedrockSettings, ChatError, ChatModel, OpenAi, OpenAiSettings};

use crate::offline::Offline;

/// The model that the agent was made for: Amazon Nova Premier, through its only inference profile.
pub const DEFAULT_MODEL: &str = "us.amazon.nova-premier-v1:0";

/// The model that AWS documents as its successor (read 2026-11-21).
pub const SUCCESSOR: &str = "us.amazon.nova-2-lite-v1:0";

/// Who runs the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Provider {
    /// Amazon Bedrock, any model that Converse takes.
    #[default]
    Bedrock,
    /// Any endpoint that speaks OpenAI's chat completions: Ollama, vLLM, gateways, OpenAI itself.
    OpenAi,
    /// The stand-in: no account, no key, no network, and no model.
    Offline,
}

/// Which model to use.
#[derive(Clone, Debug, Default)]
pub struct ModelChoice {
    /// Who runs it.
    pub provider: Provider,
    /// The model as its provider names it. Left out: [`DEFAULT_MODEL`] on Bedrock.
    pub model: Option<String>,
    /// Use no other model, even when this one is withdrawn.
    pub strict: bool,
    /// AWS region.
    pub region: Option<String>,
    /// AWS profile.
    pub profile: Option<String>,
    /// URL of an OpenAI-compatible endpoint, up to and with `/v1`.
    pub base_url: Option<String>,
    /// Its key.
    pub api_key: Option<ApiKey>,
}

/// The models that answer.
#[derive(Clone)]
pub struct Models {
    /// The one that was chosen.
    pub first: Arc<dyn ChatModel>,
    /// The one that takes over.
    pub successor: Option<Arc<dyn ChatModel>>,
}

/// Why there is no model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelProblem {
    /// A setting is missing.
    #[error("{0}")]
    Missing(&'static str),
    /// A setting cannot be used.
    #[error(transparent)]
    Unusable(#[from] ChatError),
}

impl ModelChoice {
    /// The models. Nothing is reached yet.
    ///
    /// # Errors
    /// What is missing for an OpenAI-compatible endpoint.
    pub fn models(&self) -> Result<Models, ModelProblem> {
        Ok(match self.provider {
            Provider::Offline => Models { first: Arc::new(Offline), successor: None },
            Provider::OpenAi => Models { first: Arc::new(self.openai()?), successor: None },
            Provider::Bedrock => {
                let model = self.model.as_deref().unwrap_or(DEFAULT_MODEL);
                let is_premier = model.trim_start_matches("us.") == DEFAULT_MODEL.trim_start_matches("us.");
                let successor = (is_premier && !self.strict).then(|| self.bedrock(SUCCESSOR));
                Models { first: self.bedrock(model), successor }
            }
        })
    }

    fn bedrock(&self, model: &str) -> Arc<dyn ChatModel> {
        let mut settings = BedrockSettings::new(model);
        (settings.region, settings.profile) = (self.region.clone(), self.profile.clone());
        Arc::new(Bedrock::new(settings))
    }

    fn openai(&self) -> Result<OpenAi, ModelProblem> {
        let missing_url = "say where the endpoint is, e.g. --base-url http://localhost:11434/v1 for Ollama";
        let missing_model = "say which model the endpoint is to run, e.g. --model qwen3:8b";
        let url = self.base_url.as_deref().ok_or(ModelProblem::Missing(missing_url))?;
        let model = self.model.as_deref().ok_or(ModelProblem::Missing(missing_model))?;
        let mut settings = OpenAiSettings::new(url, model);
        settings.api_key = self.api_key.clone();
        Ok(OpenAi::new(settings)?)
    }
}

/// Whether there is a sign of AWS credentials, in the environment or in the usual files. Finding out whether they are any
/// good takes a call.
#[must_use]
pub fn may_have_aws_credentials() -> bool {
    let variables = [
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_BEARER_TOKEN_BEDROCK",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let asks_instance =
        std::env::var("AWS_EC2_METADATA_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("false"));
    variables.into_iter().any(is_set) || asks_instance || credential_files().iter().any(|file| file.is_file())
}

fn credential_files() -> Vec<PathBuf> {
    let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    let home = named("HOME").or_else(|| named("USERPROFILE"));
    let usual = |file: &str| home.as_ref().map(|home| home.join(".aws").join(file));
    let credentials = named("AWS_SHARED_CREDENTIALS_FILE").or_else(|| usual("credentials"));
    let config = named("AWS_CONFIG_FILE").or_else(|| usual("config"));
    credentials.into_iter().chain(config).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(provider: Provider, model: Option<&str>) -> ModelChoice {
        ModelChoice { provider, model: model.map(str::to_owned), ..ModelChoice::default() }
    }

    fn ids(choice: &ModelChoice) -> (String, Option<String>) {
        let models = choice.models().unwrap();
        (models.first.id().to_owned(), models.successor.map(|model| model.id().to_owned()))
    }

    #[test]
    fn nova_premier_is_the_default_and_has_a_successor_unless_strict() {
        let default = choice(Provider::Bedrock, None);
        assert_eq!(ids(&default), (DEFAULT_MODEL.into(), Some(SUCCESSOR.into())));
        assert_eq!(ids(&ModelChoice { strict: true, ..default }), (DEFAULT_MODEL.into(), None));
        let other = choice(Provider::Bedrock, Some("us.amazon.nova-pro-v1:0"));
        assert_eq!(ids(&other), ("us.amazon.nova-pro-v1:0".into(), None));
    }

    #[test]
    fn an_endpoint_needs_a_url_and_a_model() {
        let problem = |choice: ModelChoice| choice.models().err().unwrap().to_string();
        assert!(problem(choice(Provider::OpenAi, Some("m"))).contains("--base-url"));
        let base_url = Some("http://localhost:11434/v1".to_owned());
        assert!(problem(ModelChoice { base_url, ..choice(Provider::OpenAi, None) }).contains("--model"));
    }
}
