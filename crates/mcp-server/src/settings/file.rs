//! The settings file: TOML, one table, unknown keys refused.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::arguments::WriterArgument;
use crate::error::Failure;

/// The keys a settings file may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Keys {
    pub(super) allow_path: Option<Vec<PathBuf>>,
    pub(super) profile: Option<String>,
    pub(super) region: Option<String>,
    pub(super) instance_credentials: Option<bool>,
    pub(super) budget_seconds: Option<u64>,
    pub(super) evidence_minutes: Option<u64>,
    pub(super) evidence_mib: Option<u64>,
    pub(super) rules: Option<Vec<PathBuf>>,
    pub(super) disable_rule: Option<Vec<String>>,
    pub(super) geoip: Option<Vec<PathBuf>>,
    pub(super) baseline: Option<PathBuf>,
    pub(super) writer: Option<WriterArgument>,
    pub(super) maestro_url: Option<String>,
    pub(super) maestro_model: Option<String>,
    pub(super) maestro_key_file: Option<PathBuf>,
    pub(super) bedrock_model: Option<String>,
    pub(super) bedrock_region: Option<String>,
    pub(super) openai_base_url: Option<String>,
    pub(super) openai_model: Option<String>,
    pub(super) openai_key_file: Option<PathBuf>,
    pub(super) pseudonyms: Option<bool>,
    pub(super) log: Option<String>,
}

/// Their names, for naming the nearest one to a mistyped key.
const NAMES: [&str; 22] = [
    "allow_path",
    "profile",
    "region",
    "instance_credentials",
    "budget_seconds",
    "evidence_minutes",
    "evidence_mib",
    "rules",
    "disable_rule",
    "geoip",
    "baseline",
    "writer",
    "maestro_url",
    "maestro_model",
    "maestro_key_file",
    "bedrock_model",
    "bedrock_region",
    "openai_base_url",
    "openai_model",
    "openai_key_file",
    "pseudonyms",
    "log",
];

/// What was found, and where.
#[derive(Debug, Default)]
pub(super) struct SettingsFile {
    pub(super) path: Option<PathBuf>,
    pub(super) keys: Keys,
}

/// Reads the file that was named, or the default one when it exists.
pub(super) fn load(named: Option<&Path>) -> Result<SettingsFile, Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => match default_path() {
            Some(path) if path.is_file() => path,
            _ => return Ok(SettingsFile::default()),
        },
    };
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Failure::Setting(format!("cannot read settings file {}: {error}", path.display())))?;
    let keys =
        parse(&text).map_err(|reason| Failure::Setting(format!("settings file {}: {reason}", path.display())))?;
    Ok(SettingsFile { path: Some(path), keys })
}

fn parse(text: &str) -> Result<Keys, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    for key in table.keys() {
        if !NAMES.contains(&key.as_str()) {
            return Err(unknown_key(key));
        }
    }
    table.try_into().map_err(|error: toml::de::Error| error.to_string())
}

fn unknown_key(key: &str) -> String {
    let nearest = NAMES
        .iter()
        .map(|name| (strsim::damerau_levenshtein(key, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len() / 2);
    match nearest {
        Some((_, name)) => format!("unknown key `{key}`; did you mean `{name}`?"),
        None => format!("unknown key `{key}`; the keys are {}", NAMES.join(", ")),
    }
}

/// `nightdesk/nightdesk.toml` under `$XDG_CONFIG_HOME`, `~/.config` or `%APPDATA%`.
fn default_path() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = folder("XDG_CONFIG_HOME")
        .or_else(|| folder("APPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".config")))?;
    Some(config.join("nightdesk").join("nightdesk.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_keys_are_read() {
        let keys = parse("allow_path = [\"/var/log/aws\"]\nbudget_seconds = 30\n").unwrap();
        assert_eq!(keys.allow_path, Some(vec![PathBuf::from("/var/log/aws")]));
        assert_eq!(keys.budget_seconds, Some(30));
        assert_eq!(keys.region, None);
    }

    #[test]
    fn unknown_keys_are_refused_with_the_nearest_name() {
        assert_eq!(parse("alow_path = []").unwrap_err(), "unknown key `alow_path`; did you mean `allow_path`?");
        assert!(parse("colour = 1").unwrap_err().starts_with("unknown key `colour`; the keys are allow_path"));
    }

    #[test]
    fn wrong_types_name_the_key() {
        assert!(parse("budget_seconds = \"soon\"").unwrap_err().contains("budget_seconds"));
    }

    #[test]
    fn every_name_is_a_key() {
        for name in NAMES {
            let error = parse(&format!("{name} = 1979-05-27T07:32:00Z")).err();
            assert!(error.is_none_or(|error| !error.contains("unknown key")), "{name}");
        }
    }
}
