//! `nightdesk settings`: what is in force, and where it came from.

use std::fmt::Write as _;

use security_model::secret::{Reading, without_secrets};

use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Settings;

/// Variables of AWS and of writers worth seeing when something is off. Secrets are shown as present, never as values.
const VARIABLES: [(&str, Shown); 15] = [
    ("AWS_PROFILE", Shown::Whole),
    ("AWS_REGION", Shown::Whole),
    ("AWS_DEFAULT_REGION", Shown::Whole),
    ("AWS_CONFIG_FILE", Shown::Whole),
    ("AWS_SHARED_CREDENTIALS_FILE", Shown::Whole),
    ("AWS_ENDPOINT_URL", Shown::Whole),
    ("AWS_ENDPOINT_URL_CLOUDTRAIL", Shown::Whole),
    ("AWS_ENDPOINT_URL_SECURITYHUB", Shown::Whole),
    ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", Shown::Whole),
    ("AWS_EC2_METADATA_DISABLED", Shown::Whole),
    ("AWS_ACCESS_KEY_ID", Shown::Ends),
    ("AWS_SECRET_ACCESS_KEY", Shown::Hidden),
    ("AWS_SESSION_TOKEN", Shown::Hidden),
    ("AI21_API_KEY", Shown::Hidden),
    ("OPENAI_API_KEY", Shown::Hidden),
];

#[derive(Clone, Copy)]
enum Shown {
    Whole,
    Ends,
    Hidden,
}

pub(super) fn print(settings: &Settings) -> Result<Exit, Failure> {
    let mut text = String::new();
    for (name, value, origin) in settings.rows() {
        _ = writeln!(text, "{name:<22} {value:<34} {origin}");
    }
    text.push('\n');
    for (name, shown) in VARIABLES {
        if let Some(value) = std::env::var_os(name) {
            _ = writeln!(text, "{name:<30} {}", masked(&value.to_string_lossy(), shown));
        }
    }
    // An address may have a password in it.
    super::print(&without_secrets(&text, Reading::Name))?;
    Ok(Exit::Done)
}

fn masked(value: &str, shown: Shown) -> String {
    match shown {
        Shown::Whole => value.to_owned(),
        Shown::Hidden => "(set, hidden)".to_owned(),
        Shown::Ends => {
            let characters: Vec<char> = value.chars().collect();
            match (characters.first_chunk::<4>(), characters.last_chunk::<4>()) {
                (Some(head), Some(tail)) if characters.len() >= 16 => {
                    format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
                }
                _ => "(set, hidden)".to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_shown() {
        assert_eq!(masked("wJalrXUtnFEMI", Shown::Hidden), "(set, hidden)");
        assert_eq!(masked("AKIAIOSFODNN7EXAMPLE", Shown::Ends), "AKIA…MPLE");
        assert_eq!(masked("short", Shown::Ends), "(set, hidden)");
    }
}
