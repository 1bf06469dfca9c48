//! Settings: flags, then environment, then one TOML file, then defaults. Each value knows where it came from.

mod file;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use crate::error::Failure;

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
    /// Log filter.
    pub log: Setting<String>,
}

/// A command-line analysis is watched by a person: it may take this many times the budget of an MCP call.
const COMMAND_LINE_BUDGET_FACTOR: u64 = 5;

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
        Ok(Self {
            allow_path: layers.pick("allow_path", allow_path, keys.allow_path, Vec::new()),
            profile: layers.pick("profile", flags.profile.map(Some), keys.profile.map(Some), None),
            region: layers.pick("region", flags.region.map(Some), keys.region.map(Some), None),
            instance_credentials: layers.pick(
                "instance_credentials",
                flags.instance_credentials,
                keys.instance_credentials,
                false,
            ),
            budget_seconds: layers.pick("budget_seconds", flags.budget_seconds, keys.budget_seconds, 45),
            evidence_minutes: layers.pick("evidence_minutes", flags.evidence_minutes, keys.evidence_minutes, 60),
            evidence_mib: layers.pick("evidence_mib", flags.evidence_mib, keys.evidence_mib, 64),
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

    /// Name, value and origin of every setting, for people.
    #[must_use]
    pub fn rows(&self) -> Vec<(&'static str, String, Origin)> {
        let paths = |paths: &[PathBuf]| match paths {
            [] => "(none)".to_owned(),
            paths => paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "),
        };
        let optional = |value: &Option<String>| value.clone().unwrap_or_else(|| "(as the AWS SDK finds it)".to_owned());
        vec![
            ("allow_path", paths(&self.allow_path.value), self.allow_path.origin.clone()),
            ("profile", optional(&self.profile.value), self.profile.origin.clone()),
            ("region", optional(&self.region.value), self.region.origin.clone()),
            (
                "instance_credentials",
                self.instance_credentials.value.to_string(),
                self.instance_credentials.origin.clone(),
            ),
            ("budget_seconds", self.budget_seconds.value.to_string(), self.budget_seconds.origin.clone()),
            ("evidence_minutes", self.evidence_minutes.value.to_string(), self.evidence_minutes.origin.clone()),
            ("evidence_mib", self.evidence_mib.value.to_string(), self.evidence_mib.origin.clone()),
            ("log", self.log.value.clone(), self.log.origin.clone()),
        ]
    }
}

struct Layers<'a> {
    matches: &'a ArgMatches,
    path: Option<PathBuf>,
}

impl Layers<'_> {
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
