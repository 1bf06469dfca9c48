//! The failures a person or a host is told about, and nothing else: each says what to do.

use aws_collectors::CollectError;

/// Why a command or a tool call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An argument cannot be used.
    #[error("argument `{argument}`: {advice}")]
    BadArgument {
        /// Its name.
        argument: String,
        /// How to write it.
        advice: String,
    },
    /// A path is not allowed, or does not exist.
    #[error("{0}")]
    Path(String),
    /// A setting cannot be used.
    #[error("{0}")]
    Setting(String),
    /// Nothing could be collected.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// No such analysis or evidence.
    #[error("{0}")]
    Evidence(String),
    /// A listener could not be opened, or output not written.
    #[error("{what}: {source}")]
    Io {
        /// What was attempted.
        what: String,
        /// The cause.
        source: std::io::Error,
    },
    /// A defect of ours.
    #[error("internal failure: {0}; please report this with the command that shows it")]
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
