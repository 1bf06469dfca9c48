//! The real `nightdesk`, its sessions, and nights as folders for it to read.

use std::path::{Path, PathBuf};
use std::process::Command;

use end_to_end::{Era, Session};

/// Who writes, and where the fake that plays its service is.
#[derive(Clone, Debug)]
pub(crate) enum Author {
    /// A fake Maestro.
    Maestro {
        /// Base URL.
        url: String,
        /// Key.
        key: String,
    },
    /// A fake OpenAI-compatible endpoint.
    OpenAi {
        /// Base URL.
        url: String,
        /// Key.
        key: String,
    },
    /// A fake Bedrock.
    Bedrock {
        /// Endpoint.
        url: String,
    },
}

impl Author {
    /// Points a command at the fake.
    pub(crate) fn configure(&self, command: &mut Command) {
        match self {
            Self::Maestro { url, key } => {
                command.args(["--writer", "maestro", "--maestro-url", url]).env("AI21_API_KEY", key);
            }
            Self::OpenAi { url, key } => {
                command.args(["--writer", "openai", "--openai-base-url", url, "--openai-model", "fake-1"]);
                command.env("OPENAI_API_KEY", key);
            }
            Self::Bedrock { url } => {
                command.args([
                    "--writer",
                    "bedrock",
                    "--bedrock-model",
                    "fake.model-v1:0",
                    "--bedrock-region",
                    "eu-west-1",
                ]);
                command.env("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url).env("AWS_ENDPOINT_URL", url);
                command.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
                command.env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
                command.env("AWS_REGION", "eu-west-1");
            }
        }
    }
}

/// A long-lived session that may read below `folder`.
pub(crate) fn session(author: &Author, folder: &Path) -> Session {
    let mut command = end_to_end::nightdesk(&[]);
    command.arg("--allow-path").arg(folder);
    author.configure(&mut command);
    Session::with(Era::Legacy, command)
}

/// Writes the files of a night below `folder`, in a folder of its own.
pub(crate) fn night(folder: &Path, seed: u64) -> std::io::Result<PathBuf> {
    let place = folder.join(format!("night-{seed}"));
    if !place.exists() {
        for file in sample_night::output_files(&sample_night::generate(seed), seed)? {
            let path = place.join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap_or(&place))?;
            std::fs::write(path, &file.bytes)?;
        }
    }
    Ok(place)
}
