//! Settings: flags, then environment, then one TOML file, then defaults. Each value knows where it came from.

mod file;
mod keys;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use crate::arguments::WriterArgument;
use crate::error::Failure;

pub use keys::{KeySource, Secret};

/// The flags every command takes. Each has an environment variable and a key of the same name in the settings file.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Settings (also as environment variables and in the settings file)")]
pub struct SettingsFlags {
    /// Settings file (TOML). Default: nightdesk.toml in the user's configuration folder, if there is one.
    #[arg(long, global = true, env = "NIGHTDESK_SETTINGS_FILE", value_name = "FILE")]
    pub settings_file: Option<PathBuf>,
    /// Folder that MCP callers may name as a source; repeatable. Without one, they may only use aws and sample.
    #[arg(long, global = true, env = "NIGHTDESK_ALLOW_PATH", value_name = "DIR", value_delimiter = ':')]
    pub allow_path: Vec<PathBuf>,
    /// AWS profile, as in AWS_PROFILE.
    #[arg(long, global = true, env = "NIGHTDESK_PROFILE", value_name = "NAME")]
    pub profile: Option<String>,
    /// AWS region asked first, as in AWS_REGION.
    #[arg(long, global = true, env = "NIGHTDESK_REGION", value_name = "REGION")]
    pub region: Option<String>,
    /// Ask the instance metadata service for credentials; off, because it is slow to fail anywhere but on EC2.
    #[arg(long, global = true, env = "NIGHTDESK_INSTANCE_CREDENTIALS", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub instance_credentials: Option<bool>,
    /// Seconds a live analysis may take over MCP, where many hosts give up at 60; on the command line five times that.
    #[arg(long, global = true, env = "NIGHTDESK_BUDGET_SECONDS", value_name = "SECONDS")]
    pub budget_seconds: Option<u64>,
    /// Minutes that the evidence of an answer is kept.
    #[arg(long, global = true, env = "NIGHTDESK_EVIDENCE_MINUTES", value_name = "MINUTES")]
    pub evidence_minutes: Option<u64>,
    /// MiB of evidence that are kept in all, oldest dropped first.
    #[arg(long, global = true, env = "NIGHTDESK_EVIDENCE_MIB", value_name = "MIB")]
    pub evidence_mib: Option<u64>,
    /// Folder of Sigma rules for CloudTrail, beside the built-in ones; repeatable. A rule with the id of another replaces it.
    #[arg(long, global = true, env = "NIGHTDESK_RULES", value_name = "DIR", value_delimiter = ':')]
    pub rules: Vec<PathBuf>,
    /// Id of a rule that is not to make detections; repeatable. `nightdesk rules list` shows ids.
    #[arg(long, global = true, env = "NIGHTDESK_DISABLE_RULE", value_name = "ID", value_delimiter = ',')]
    pub disable_rule: Vec<String>,
    /// MMDB database of where addresses are, e.g. GeoLite2 City or DB-IP ASN, asked before the built-in data; repeatable.
    #[arg(long, global = true, env = "NIGHTDESK_GEOIP", value_name = "FILE", value_delimiter = ':')]
    pub geoip: Vec<PathBuf>,
    /// What was ordinary before, as `nightdesk baseline` writes it: what it knows is not new.
    #[arg(long, global = true, env = "NIGHTDESK_BASELINE", value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Who writes reports: local needs no model and no network; auto is Maestro when its key is set, else local. MCP callers
    /// may only ask for local and for what is configured here.
    #[arg(long, global = true, env = "NIGHTDESK_WRITER", value_name = "WRITER", value_enum)]
    pub writer: Option<WriterArgument>,
    /// Base URL of Maestro; default: AI21's hosted API at api.ai21.com/studio/v1.
    #[arg(long, global = true, env = "AI21_API_HOST", value_name = "URL")]
    pub maestro_url: Option<String>,
    /// Model that Maestro is asked for.
    #[arg(long, global = true, env = "NIGHTDESK_MAESTRO_MODEL", value_name = "MODEL")]
    pub maestro_model: Option<String>,
    /// File that holds the Maestro key, when it is not in AI21_API_KEY.
    #[arg(long, global = true, env = "NIGHTDESK_MAESTRO_KEY_FILE", value_name = "FILE")]
    pub maestro_key_file: Option<PathBuf>,
    /// Bedrock model or inference profile that writes when the writer is bedrock.
    #[arg(long, global = true, env = "NIGHTDESK_BEDROCK_MODEL", value_name = "MODEL")]
    pub bedrock_model: Option<String>,
    /// Region of Bedrock; default: that of the analyses.
    #[arg(long, global = true, env = "NIGHTDESK_BEDROCK_REGION", value_name = "REGION")]
    pub bedrock_region: Option<String>,
    /// Base URL of an OpenAI-compatible endpoint, e.g. http://localhost:11434/v1.
    #[arg(long, global = true, env = "NIGHTDESK_OPENAI_BASE_URL", value_name = "URL")]
    pub openai_base_url: Option<String>,
    /// Model that this endpoint is asked for.
    #[arg(long, global = true, env = "NIGHTDESK_OPENAI_MODEL", value_name = "MODEL")]
    pub openai_model: Option<String>,
    /// File that holds the endpoint's key, when it is not in OPENAI_API_KEY.
    #[arg(long, global = true, env = "NIGHTDESK_OPENAI_KEY_FILE", value_name = "FILE")]
    pub openai_key_file: Option<PathBuf>,
    /// Show models tokens instead of account ids, ARNs, names, addresses and key ids.
    #[arg(long, global = true, env = "NIGHTDESK_PSEUDONYMS", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub pseudonyms: Option<bool>,
    /// The same as --pseudonyms=false.
    #[arg(long, global = true)]
    pub no_pseudonyms: bool,
    /// What is logged to stderr: error, warn, info, debug or trace, or a list such as warn,aws_collectors=debug.
    #[arg(long, global = true, env = "NIGHTDESK_LOG", value_name = "LEVEL")]
    pub log: Option<String>,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A command-line flag.
    Flag,
    /// An environment variable.
    Environment,
    /// The settings file.
    File(PathBuf),
    /// Nobody set it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment => f.write_str("environment"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug)]
pub struct Setting<T> {
    /// The value in force.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folders that MCP callers may name.
    pub allow_path: Setting<Vec<PathBuf>>,
    /// AWS profile.
    pub profile: Setting<Option<String>>,
    /// AWS region asked first.
    pub region: Setting<Option<String>>,
    /// Whether the instance metadata service is asked for credentials.
    pub instance_credentials: Setting<bool>,
    /// Seconds a live analysis may take over MCP.
    pub budget_seconds: Setting<u64>,
    /// Minutes that evidence is kept.
    pub evidence_minutes: Setting<u64>,
    /// MiB of evidence kept.
    pub evidence_mib: Setting<u64>,
    /// Folders of rules beside the built-in ones.
    pub rules: Setting<Vec<PathBuf>>,
    /// Ids of rules that make no detections.
    pub disable_rule: Setting<Vec<String>>,
    /// MMDB databases of where addresses are.
    pub geoip: Setting<Vec<PathBuf>>,
    /// What was ordinary before.
    pub baseline: Setting<Option<PathBuf>>,
    /// Who writes reports.
    pub writer: Setting<WriterArgument>,
    /// Where Maestro answers; none: where its client looks by itself.
    pub maestro_url: Setting<Option<String>>,
    /// Model that Maestro is asked for.
    pub maestro_model: Setting<String>,
    /// Where the Maestro key is.
    pub maestro_key: KeySource,
    /// Bedrock model.
    pub bedrock_model: Setting<String>,
    /// Region of Bedrock; none: that of the analyses.
    pub bedrock_region: Setting<Option<String>>,
    /// Base URL of the OpenAI-compatible endpoint.
    pub openai_base_url: Setting<Option<String>>,
    /// Model that this endpoint is asked for.
    pub openai_model: Setting<Option<String>>,
    /// Where the endpoint's key is.
    pub openai_key: KeySource,
    /// Whether models see tokens instead of identifiers.
    pub pseudonyms: Setting<bool>,
    /// Log filter.
    pub log: Setting<String>,
}

/// A command-line analysis is watched by a person: it may take this many times the budget of an MCP call.
const COMMAND_LINE_BUDGET_FACTOR: u64 = 5;

/// The model that AI21 documented for Maestro besides its large one.
const DEFAULT_MAESTRO_MODEL: &str = "jamba-mini";
/// The model of the example client. It has reached its end of life on Bedrock; the writer says so and names its successor.
const DEFAULT_BEDROCK_MODEL: &str = "us.amazon.nova-premier-v1:0";

impl Settings {
    /// Puts the layers together.
    ///
    /// # Errors
    /// [`Failure::Setting`] naming the file and key that cannot be used, with the nearest name for an unknown key.
    pub fn load(flags: SettingsFlags, matches: &ArgMatches) -> Result<Self, Failure> {
        let file = file::load(flags.settings_file.as_deref())?;
        let layers = Layers { matches, path: file.path };
        let keys = file.keys;
        let allow_path = (!flags.allow_path.is_empty()).then_some(flags.allow_path);
        let rules = (!flags.rules.is_empty()).then_some(flags.rules);
        let disable_rule = (!flags.disable_rule.is_empty()).then_some(flags.disable_rule);
        let geoip = (!flags.geoip.is_empty()).then_some(flags.geoip);
        Ok(Self {
            allow_path: layers.pick("allow_path", allow_path, keys.allow_path, Vec::new()),
            profile: layers.optional("profile", flags.profile, keys.profile),
            region: layers.optional("region", flags.region, keys.region),
            instance_credentials: layers.pick(
                "instance_credentials",
                flags.instance_credentials,
                keys.instance_credentials,
                false,
            ),
            budget_seconds: layers.pick("budget_seconds", flags.budget_seconds, keys.budget_seconds, 45),
            evidence_minutes: layers.pick("evidence_minutes", flags.evidence_minutes, keys.evidence_minutes, 60),
            evidence_mib: layers.pick("evidence_mib", flags.evidence_mib, keys.evidence_mib, 64),
            rules: layers.pick("rules", rules, keys.rules, Vec::new()),
            disable_rule: layers.pick("disable_rule", disable_rule, keys.disable_rule, Vec::new()),
            geoip: layers.pick("geoip", geoip, keys.geoip, Vec::new()),
            baseline: layers.optional("baseline", flags.baseline, keys.baseline),
            writer: layers.pick("writer", flags.writer, keys.writer, WriterArgument::Auto),
            maestro_url: layers.optional("maestro_url", flags.maestro_url, keys.maestro_url),
            maestro_model: layers.pick(
                "maestro_model",
                flags.maestro_model,
                keys.maestro_model,
                DEFAULT_MAESTRO_MODEL.to_owned(),
            ),
            maestro_key: KeySource {
                variable: "AI21_API_KEY",
                file: layers.optional("maestro_key_file", flags.maestro_key_file, keys.maestro_key_file),
            },
            bedrock_model: layers.pick(
                "bedrock_model",
                flags.bedrock_model,
                keys.bedrock_model,
                DEFAULT_BEDROCK_MODEL.to_owned(),
            ),
            bedrock_region: layers.optional("bedrock_region", flags.bedrock_region, keys.bedrock_region),
            openai_base_url: layers.optional("openai_base_url", flags.openai_base_url, keys.openai_base_url),
            openai_model: layers.optional("openai_model", flags.openai_model, keys.openai_model),
            openai_key: KeySource {
                variable: "OPENAI_API_KEY",
                file: layers.optional("openai_key_file", flags.openai_key_file, keys.openai_key_file),
            },
            pseudonyms: if flags.no_pseudonyms {
                Setting { value: false, origin: Origin::Flag }
            } else {
                layers.pick("pseudonyms", flags.pseudonyms, keys.pseudonyms, true)
            },
            log: layers.pick("log", flags.log, keys.log, "warn".to_owned()),
        })
    }

    /// Seconds a live analysis may take on the command line.
    #[must_use]
    pub const fn command_line_budget_seconds(&self) -> u64 {
        self.budget_seconds.value.saturating_mul(COMMAND_LINE_BUDGET_FACTOR)
    }

    /// How long evidence is kept.
    #[must_use]
    pub const fn evidence_lifetime(&self) -> Duration {
        Duration::from_secs(self.evidence_minutes.value.saturating_mul(60))
    }

    /// How many bytes of evidence are kept.
    #[must_use]
    pub fn evidence_bytes(&self) -> usize {
        usize::try_from(self.evidence_mib.value.saturating_mul(1024 * 1024)).unwrap_or(usize::MAX)
    }

    /// Name, value and origin of every setting, for people. Keys are told of, never shown.
    #[must_use]
    pub fn rows(&self) -> Vec<(&'static str, String, Origin)> {
        fn row<T>(name: &'static str, setting: &Setting<T>, shown: String) -> (&'static str, String, Origin) {
            (name, shown, setting.origin.clone())
        }
        let paths = |paths: &[PathBuf]| match paths {
            [] => "(none)".to_owned(),
            paths => paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "),
        };
        let ids = |ids: &[String]| if ids.is_empty() { "(none)".to_owned() } else { ids.join(", ") };
        let or = |setting: &Setting<Option<String>>, absent: &str| {
            setting.value.clone().unwrap_or_else(|| absent.to_owned())
        };
        let path = |path: &Option<PathBuf>| {
            path.as_ref().map_or_else(|| "(none)".to_owned(), |path| path.display().to_string())
        };
        let file = |key: &KeySource| path(&key.file.value);
        const AWS: &str = "(as the AWS SDK finds it)";
        vec![
            row("allow_path", &self.allow_path, paths(&self.allow_path.value)),
            row("profile", &self.profile, or(&self.profile, AWS)),
            row("region", &self.region, or(&self.region, AWS)),
            row("instance_credentials", &self.instance_credentials, self.instance_credentials.value.to_string()),
            row("budget_seconds", &self.budget_seconds, self.budget_seconds.value.to_string()),
            row("evidence_minutes", &self.evidence_minutes, self.evidence_minutes.value.to_string()),
            row("evidence_mib", &self.evidence_mib, self.evidence_mib.value.to_string()),
            row("rules", &self.rules, paths(&self.rules.value)),
            row("disable_rule", &self.disable_rule, ids(&self.disable_rule.value)),
            row("geoip", &self.geoip, paths(&self.geoip.value)),
            row("baseline", &self.baseline, path(&self.baseline.value)),
            row("writer", &self.writer, self.writer.value.name().to_owned()),
            row("maestro_url", &self.maestro_url, or(&self.maestro_url, "(AI21's hosted API)")),
            row("maestro_model", &self.maestro_model, self.maestro_model.value.clone()),
            row("maestro_key_file", &self.maestro_key.file, file(&self.maestro_key)),
            row("bedrock_model", &self.bedrock_model, self.bedrock_model.value.clone()),
            row("bedrock_region", &self.bedrock_region, or(&self.bedrock_region, "(that of the analyses)")),
            row("openai_base_url", &self.openai_base_url, or(&self.openai_base_url, "(none)")),
            row("openai_model", &self.openai_model, or(&self.openai_model, "(none)")),
            row("openai_key_file", &self.openai_key.file, file(&self.openai_key)),
            row("pseudonyms", &self.pseudonyms, self.pseudonyms.value.to_string()),
            row("log", &self.log, self.log.value.clone()),
        ]
    }
}

struct Layers<'a> {
    matches: &'a ArgMatches,
    path: Option<PathBuf>,
}

impl Layers<'_> {
    /// A setting that may be absent.
    fn optional<T>(&self, name: &str, given: Option<T>, in_file: Option<T>) -> Setting<Option<T>> {
        self.pick(name, given.map(Some), in_file.map(Some), None)
    }

    /// Flag or environment (clap has merged those two), else file, else default.
    fn pick<T>(&self, name: &str, given: Option<T>, in_file: Option<T>, default: T) -> Setting<T> {
        match (given, in_file, &self.path) {
            (Some(value), _, _) => {
                let origin = match self.matches.value_source(name) {
                    Some(ValueSource::EnvVariable) => Origin::Environment,
                    _ => Origin::Flag,
                };
                Setting { value, origin }
            }
            (None, Some(value), Some(path)) => Setting { value, origin: Origin::File(path.clone()) },
            _ => Setting { value: default, origin: Origin::Default },
        }
    }
}
