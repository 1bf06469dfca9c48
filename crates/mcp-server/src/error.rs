//! The failures a person or a host is told about, and nothing else: each says what to do.
//!
//! They may name what a caller wrote or what a file is called: what looks like a secret in that is not said again.

use std::fmt;

use aws_collectors::CollectError;
use security_model::secret::{Reading, without_secrets};

/// Why a command or a tool call has no answer.
#[derive(Debug)]
pub enum Failure {
    /// An argument cannot be used.
    BadArgument {
        /// Its name.
        argument: String,
        /// How to write it.
        advice: String,
    },
    /// A path is not allowed, or does not exist.
    Path(String),
    /// A setting cannot be used.
    Setting(String),
    /// Nothing could be collected.
    Collect(CollectError),
    /// No such analysis or evidence.
    Evidence(String),
    /// A listener could not be opened, or output not written.
    Io {
        /// What was attempted.
        what: String,
        /// The cause.
        source: std::io::Error,
    },
    /// A defect of ours.
    Internal(String),
}

impl Failure {
    /// An argument that cannot be used, and how to write it.
    pub fn bad_argument(argument: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::BadArgument { argument: argument.into(), advice: advice.into() }
    }

    /// An input or output failure.
    pub fn io(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io { what: what.into(), source }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = match self {
            Self::BadArgument { argument, advice } => format!("argument `{argument}`: {advice}"),
            Self::Path(said) | Self::Setting(said) | Self::Evidence(said) => said.clone(),
            Self::Collect(error) => error.to_string(),
            Self::Io { what, source } => format!("{what}: {source}"),
            Self::Internal(what) => {
                format!("internal failure: {what}; please report this with the command that shows it")
            }
        };
        f.write_str(&without_secrets(&said, Reading::Prose))
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Collect(error) => error.source(),
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<CollectError> for Failure {
    fn from(error: CollectError) -> Self {
        Self::Collect(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_a_failure_is_not_said_again() {
        let failures = [
            Failure::Path("cannot read ./password=hunter2: no such file".to_owned()),
            Failure::bad_argument("password=hunter2", "must be text"),
            Failure::io("cannot write xoxb-222-hunter2hunter2", std::io::Error::other("full")),
        ];
        for failure in failures {
            let said = failure.to_string();
            assert!(!said.contains("hunter2") && said.contains("[secret removed: "), "{said}");
        }
    }
}
