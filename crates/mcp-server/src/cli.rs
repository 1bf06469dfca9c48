//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::arguments::{CloudTrailArguments, SecurityHubArguments};
use crate::settings::SettingsFlags;

const AFTER_HELP: &str = "\
Examples:
  nightdesk demo                                             see both reports; no account, key or network
  nightdesk analyze cloudtrail --source ./logs               a folder of downloaded logs
  nightdesk analyze cloudtrail --last 7d --regions all       live, every enabled region
  nightdesk analyze security-hub --severity critical,high --format json
  nightdesk analyze cloudtrail --source ./logs --evidence-out night.json > report.md
  nightdesk verify report.md --evidence night.json           is every number in it so? offline, years later
  nightdesk doctor                                           what AWS lets this identity do

As an MCP server, in the configuration of Claude Desktop, Cursor and others:
  {\"mcpServers\": {\"nightdesk\": {\"command\": \"nightdesk\", \"env\": {\"AWS_PROFILE\": \"audit\"}}}}

Exit codes: 0 done; 1 failed; 2 bad input; 3 no usable AWS credentials; 4 partial answer with --fail-on-gaps;
5 report not verified; 130 interrupted (what was read so far is printed first).";

/// AWS security analysis: Security Hub findings and CloudTrail events, with evidence and stated gaps.
///
/// Without a command: an MCP server over stdin and stdout, which is what MCP hosts launch.
#[derive(Debug, Parser)]
#[command(name = "nightdesk", version, after_help = AFTER_HELP, max_term_width = 110)]
pub struct Cli {
    /// Settings that every command takes.
    #[command(flatten)]
    pub settings: SettingsFlags,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Both analyses on the built-in sample incident: no account, no key, no network.
    Demo,
    /// One analysis, printed.
    Analyze {
        /// Which.
        #[command(subcommand)]
        what: Box<Analyze>,
    },
    /// MCP over streamable HTTP at /mcp.
    Serve {
        /// Loopback address and port; port 0 picks a free one.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8117")]
        http: SocketAddr,
    },
    /// Checks a report against an evidence bundle, offline: exit code 0 verified, 5 not.
    Verify {
        /// The report, markdown in English; - is stdin.
        report: PathBuf,
        /// The bundle that --evidence-out wrote; - is stdin.
        #[arg(long, value_name = "FILE")]
        evidence: PathBuf,
        /// markdown for people; json is exactly the tool's structured content.
        #[arg(long, value_enum, default_value = "markdown")]
        format: Format,
    },
    /// Who this is to AWS, which regions answer, which permission is missing.
    Doctor {
        /// Only these regions; default: the configured one.
        #[arg(long, value_delimiter = ',')]
        regions: Vec<String>,
    },
    /// The least-privilege IAM policy, as JSON.
    Permissions {
        /// Only what these tools need; repeatable. bedrock-writer and strands-agent name the later parts.
        #[arg(long = "tool", value_name = "NAME")]
        tools: Vec<String>,
    },
    /// The settings in force, and where each came from.
    Settings,
    /// Writes the generated documentation.
    #[command(hide = true)]
    GenerateDocs {
        /// Root of the repository.
        root: PathBuf,
    },
}

/// Which analysis.
#[derive(Debug, Subcommand)]
pub enum Analyze {
    /// Security Hub findings: AWS live, ASFF or OCSF files, or the sample.
    SecurityHub {
        /// What to analyse.
        #[command(flatten)]
        arguments: SecurityHubArguments,
        /// How to print it.
        #[command(flatten)]
        output: Output,
    },
    /// CloudTrail events: AWS live, log files, or the sample.
    #[command(name = "cloudtrail")]
    CloudTrail {
        /// What to analyse.
        #[command(flatten)]
        arguments: CloudTrailArguments,
        /// How to print it.
        #[command(flatten)]
        output: Output,
    },
}

/// How an answer is printed.
#[derive(Clone, Debug, clap::Args)]
pub struct Output {
    /// markdown for people; json is exactly the tool's structured content.
    #[arg(long, value_enum, default_value = "markdown")]
    pub format: Format,
    /// Exit with 4 when something that was asked for could not be read.
    #[arg(long)]
    pub fail_on_gaps: bool,
    /// File of requirements, JSON or TOML: what --requirement says, as a list of name, description, mandatory.
    #[arg(long = "requirements", value_name = "FILE")]
    pub requirements_file: Option<PathBuf>,
    /// Print what the writer's model would be sent, and to whom; nothing is sent.
    #[arg(long)]
    pub explain_egress: bool,
    /// Also write the evidence bundle: facts, coverage, rows, report and hashes, for `nightdesk verify`.
    #[arg(long, value_name = "FILE")]
    pub evidence_out: Option<PathBuf>,
}

/// Output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Markdown,
    /// For programs.
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
