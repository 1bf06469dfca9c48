//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use serde_json::Value;
use strands_agent::{Price, Requirement};
use tracing::level_filters::LevelFilter;

const EXAMPLES: &str = "\
Examples:
  strands-agent --provider offline                          no account, key or network: see how it works
  strands-agent                                             Nova Premier on Bedrock, your AWS account
  strands-agent \"Are there any failed login attempts?\"      one question, one answer
  strands-agent --format json < questions.txt               one question a line, one JSON object a line
  strands-agent --provider openai --base-url http://localhost:11434/v1 --model qwen3:8b
  strands-agent --requirement '!brief: Under 300 words' --source ./logs

The server: the binary that NIGHTDESK names, else `nightdesk` beside this program, else on the PATH, as a child process;
or what --server or --mcp-config says.

Exit codes: 0 answered; 1 failed or stopped before its end; 2 bad input; 3 no AWS credentials; 130 interrupted.";

/// A security analyst for AWS: a model that works with Nightdesk's tools over MCP.
#[derive(Debug, Parser)]
#[command(name = "strands-agent", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A question to answer. Without one: a prompt, or the lines of standard input.
    #[arg(value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) question: Option<String>,
    /// What answers look like.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// Who runs the model.
    #[arg(long, value_enum, help_heading = "Model")]
    pub(crate) provider: Option<ProviderName>,
    /// The model as its provider names it. Bedrock: Nova Premier unless set.
    #[arg(long, value_name = "ID", help_heading = "Model")]
    pub(crate) model: Option<String>,
    /// Use no other model, even when this one is withdrawn.
    #[arg(long, help_heading = "Model")]
    pub(crate) strict_model: bool,
    /// Temperature. Left out, Nova models decode greedily.
    #[arg(long, value_name = "0..1", help_heading = "Model")]
    pub(crate) temperature: Option<f32>,
    /// AWS region of the model.
    #[arg(long, value_name = "REGION", help_heading = "Model")]
    pub(crate) region: Option<String>,
    /// AWS profile for the model.
    #[arg(long, value_name = "NAME", help_heading = "Model")]
    pub(crate) profile: Option<String>,
    /// OpenAI-compatible endpoint, up to and with /v1; its key is read from OPENAI_API_KEY.
    #[arg(long, value_name = "URL", help_heading = "Model")]
    pub(crate) base_url: Option<String>,
    /// US dollars a million tokens, read and written, e.g. 2.5/12.5.
    #[arg(long, value_name = "IN/OUT", help_heading = "Model")]
    pub(crate) price: Option<Price>,

    /// A server that runs already, e.g. http://127.0.0.1:8117/mcp; its bearer token is read from STRANDS_AGENT_TOKEN.
    #[arg(long, value_name = "URL", help_heading = "Servers")]
    pub(crate) server: Option<String>,
    /// File with the bearer token.
    #[arg(long, value_name = "FILE", requires = "server", help_heading = "Servers")]
    pub(crate) token_file: Option<PathBuf>,
    /// File with `mcpServers`, as for Claude Desktop.
    #[arg(long, value_name = "FILE", help_heading = "Servers")]
    pub(crate) mcp_config: Option<PathBuf>,
    /// Tools to take, by the server's names; * at the end stands for anything. Repeatable.
    #[arg(long, value_name = "TOOL", help_heading = "Servers")]
    pub(crate) allow: Vec<String>,
    /// Tools to leave out. Repeatable.
    #[arg(long, value_name = "TOOL", help_heading = "Servers")]
    pub(crate) reject: Vec<String>,
    /// Which protocol to speak: legacy is 2025-11-25, modern is 2026-07-28.
    #[arg(long, value_enum, default_value_t = EraName::Auto, help_heading = "Servers")]
    pub(crate) protocol: EraName,

    /// What the analyses read: aws, sample, or a path. Offline: sample unless set.
    #[arg(long, value_name = "SOURCE", help_heading = "Reports")]
    pub(crate) source: Option<String>,
    /// What reports have to be, as 'name: description', with ! before a mandatory one. Repeatable, up to 10.
    #[arg(long, value_name = "REQUIREMENT", help_heading = "Reports")]
    pub(crate) requirement: Vec<Requirement>,
    /// JSON file with requirements: a list of name, description, mandatory.
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(crate) requirements: Option<PathBuf>,
    /// An argument to set in every tool that has it, as JSON or plain text, e.g. budget=high. Repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = preset, help_heading = "Reports")]
    pub(crate) set: Vec<(String, Value)>,

    /// Ask before every tool, also before those that only read.
    #[arg(long, help_heading = "Limits")]
    pub(crate) ask_all: bool,
    /// Calls of the model for one question.
    #[arg(long, value_name = "N", default_value_t = 12, help_heading = "Limits")]
    pub(crate) max_turns: u32,
    /// Tokens for one question.
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub(crate) max_tokens: Option<u64>,
    /// Seconds for one question.
    #[arg(long, value_name = "N", default_value_t = 600, value_parser = seconds(), help_heading = "Limits")]
    pub(crate) max_seconds: u64,
    /// US dollars for one question.
    #[arg(long, value_name = "DOLLARS", requires = "price", help_heading = "Limits")]
    pub(crate) max_cost: Option<f64>,
    /// Seconds for one tool call.
    #[arg(long, value_name = "N", default_value_t = 120, value_parser = seconds(), help_heading = "Limits")]
    pub(crate) tool_seconds: u64,
    /// Tokens for one answer of the model.
    #[arg(long, value_name = "N", default_value_t = 4_096, help_heading = "Limits")]
    pub(crate) answer_tokens: u32,

    /// What is logged to standard error: off, error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value = "off", env = "STRANDS_AGENT_LOG")]
    pub(crate) log: LevelFilter,
}

/// What answers look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The answer as it comes; what happens meanwhile goes to standard error.
    Text,
    /// One object a question, with every tool call.
    Json,
}

/// Who runs the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProviderName {
    /// Amazon Bedrock.
    Bedrock,
    /// An OpenAI-compatible endpoint.
    Openai,
    /// A stand-in without a model.
    Offline,
}

/// Which protocol to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EraName {
    /// The newer one, else the older one.
    Auto,
    /// 2025-11-25.
    Legacy,
    /// 2026-07-28.
    Modern,
}

/// Up to a day.
fn seconds() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(1..=86_400)
}

fn preset(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value")?;
    Ok((name.trim().to_owned(), serde_json::from_str(value).unwrap_or_else(|_| Value::from(value))))
}

impl Arguments {
    /// Who runs the model: what was said, else what follows from it.
    pub(crate) fn provider(&self) -> strands_agent::Provider {
        match self.provider {
            Some(ProviderName::Bedrock) => strands_agent::Provider::Bedrock,
            Some(ProviderName::Openai) => strands_agent::Provider::OpenAi,
            Some(ProviderName::Offline) => strands_agent::Provider::Offline,
            None if self.base_url.is_some() => strands_agent::Provider::OpenAi,
            None => strands_agent::Provider::Bedrock,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn presets_are_json_or_text() {
        assert_eq!(preset("budget=high"), Ok(("budget".into(), "high".into())));
        assert_eq!(preset("max_calls=3"), Ok(("max_calls".into(), 3.into())));
        assert!(preset("budget").is_err());
    }
}
