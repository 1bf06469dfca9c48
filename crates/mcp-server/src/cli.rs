//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::arguments::{CloudTrailArguments, SecurityHubArguments, SeverityArgument};
use crate::settings::SettingsFlags;

const AFTER_HELP: &str = "\
Examples:
  nightdesk demo                                             see both reports; no account, key or network
  nightdesk analyze cloudtrail --source ./logs               a folder of downloaded logs
  nightdesk analyze cloudtrail --last 7d --regions all       live, every enabled region
  nightdesk analyze security-hub --severity critical,high --format json
  nightdesk analyze cloudtrail --source ./logs --evidence-out night.json > report.md
  nightdesk baseline --source ./october --out october.baseline   what is ordinary, for --baseline
  nightdesk verify report.md --evidence night.json           is every number in it so? offline, years later
  nightdesk rules list --level high                          what it looks for; --rules DIR adds your own
  nightdesk evaluate ./labelled                              how well the rules do on labelled records
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
    /// CloudTrail's incidents, each with its whole story: who, timeline, what is still live, what to do first.
    Incidents {
        /// What to analyse.
        #[command(flatten)]
        arguments: Box<CloudTrailArguments>,
        /// markdown for people; json for programs.
        #[arg(long, value_enum, default_value = "markdown")]
        format: Format,
    },
    /// Everything CloudTrail tells of one actor, address, resource or incident.
    ///
    /// For example: nightdesk investigate principal deploy-storefront --source sample
    Investigate {
        /// What NAME is.
        #[arg(value_enum)]
        kind: SubjectKind,
        /// An ARN or its last part, a key id, a session name, an address or block, or the id of an incident.
        name: String,
        /// What to analyse.
        #[command(flatten)]
        arguments: Box<CloudTrailArguments>,
        /// Which page of it.
        #[command(flatten)]
        page: Page,
    },
    /// The CloudTrail events for which everything given holds.
    ///
    /// FILTER is name=value, with the names of the tool's arguments: principal, session, access_key, source_ip (address or
    /// block), region, account, country, event_name, event_source, error_code, failed, resource, text, read_only, start, end.
    /// For example: nightdesk search source_ip=203.0.113.0/24 read_only=false --source sample
    Search {
        /// What has to hold.
        #[arg(value_name = "FILTER")]
        filters: Vec<String>,
        /// What to analyse.
        #[command(flatten)]
        arguments: Box<CloudTrailArguments>,
        /// Which page of it.
        #[command(flatten)]
        page: Page,
    },
    /// What is ordinary in CloudTrail's events, as a small file for --baseline: a month of them is enough.
    ///
    /// For example: nightdesk baseline --source ./october --out october.baseline
    Baseline {
        /// The events to learn from.
        #[command(flatten)]
        arguments: Box<CloudTrailArguments>,
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// The detection rules: what there is, and whether your own are sound.
    Rules {
        /// What to do with them.
        #[command(subcommand)]
        what: RulesCommand,
    },
    /// Scores the rules in force on labelled records: techniques found, harmless records that fire, calls missed.
    ///
    /// FOLDER holds labels.json: {"files": [{"file", "kind", "technique", "essential": [{"index"}], "benign_indices",
    /// "tests": [{"index", "expected", "needs_mock"}]}]}. file is a JSON file with an array Records, relative to FOLDER; kind
    /// is attack, benign, rule-tests, api-catalogue or campaign; index is a place in Records, from 0. Each file is analysed
    /// on its own. A technique is surfaced when one of its essential records stands in a detection.
    Evaluate {
        /// The labelled folder.
        folder: PathBuf,
        /// markdown for people; json with every missed record.
        #[arg(long, value_enum, default_value = "markdown")]
        format: Format,
        /// Empty user agents that contain this text, to see what rests on the name of a tool; repeatable.
        #[arg(long, value_name = "TEXT")]
        blank_user_agent: Vec<String>,
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

/// Which page of an answer, and how it is printed.
#[derive(Clone, Debug, clap::Args)]
pub struct Page {
    /// markdown for people; json is exactly the tool's structured content.
    #[arg(long, value_enum, default_value = "markdown")]
    pub format: Format,
    /// Where the next page starts, as the page before said.
    #[arg(long)]
    pub cursor: Option<String>,
    /// Events a page, 1 to 100, fewer where they are long.
    #[arg(long)]
    pub limit: Option<u64>,
}

/// What a subject of `investigate` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SubjectKind {
    /// An identity.
    Principal,
    /// An access key.
    AccessKey,
    /// A session.
    Session,
    /// An address, a block or a service.
    SourceIp,
    /// Something that calls name.
    Resource,
    /// An incident.
    Incident,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// The rules in force, worst first: level, id, tactics, title.
    List {
        /// This level and above.
        #[arg(long, value_enum)]
        level: Option<SeverityArgument>,
        /// Only of this ATT&CK tactic, e.g. exfiltration.
        #[arg(long)]
        tactic: Option<String>,
        /// markdown for people; json for programs.
        #[arg(long, value_enum, default_value = "markdown")]
        format: Format,
    },
    /// One rule: what the attacker gains, who does it legally, whose rule it is.
    Show {
        /// Its id.
        id: String,
    },
    /// Reads Sigma rules and says what is wrong, where, and what to write instead: exit code 2 when a rule is refused.
    Validate {
        /// Folders of rules, or single files.
        #[arg(required = true)]
        folders: Vec<PathBuf>,
    },
    /// Tries rules on the records beside them: exit code 1 when one does otherwise than its records say.
    ///
    /// Beside rule.yml stands rule.records.json with arrays fires, quiet and near_miss. Each element is a whole CloudTrail
    /// record, or an array of them for a correlation.
    Test {
        /// Folders of rules, or single files.
        #[arg(required = true)]
        folders: Vec<PathBuf>,
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
