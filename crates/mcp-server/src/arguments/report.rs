//! What may be asked about the report: who writes it, for how much, and what it has to be.

use std::path::Path;

use clap::ValueEnum;
use report::requirement::StatedRequirement;
use report::writer::Budget;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Failure;

/// How much may be spent on a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum BudgetArgument {
    Low,
    Medium,
    High,
}

impl From<BudgetArgument> for Budget {
    fn from(argument: BudgetArgument) -> Self {
        match argument {
            BudgetArgument::Low => Self::Low,
            BudgetArgument::Medium => Self::Medium,
            BudgetArgument::High => Self::High,
        }
    }
}

/// Who writes the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WriterArgument {
    /// Maestro when its key is set, else local.
    #[default]
    Auto,
    /// No model, no network.
    Local,
    /// AI21 Maestro.
    Maestro,
    /// A Bedrock model.
    Bedrock,
    /// An OpenAI-compatible endpoint.
    Openai,
}

impl WriterArgument {
    /// The name, as flags and arguments write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Local => "local",
            Self::Maestro => "maestro",
            Self::Bedrock => "bedrock",
            Self::Openai => "openai",
        }
    }
}

/// The part of an analysis' arguments that is about its report.
#[derive(Clone, Copy, Debug)]
pub struct ReportArguments<'a> {
    /// What it has to be, besides the built-in requirements.
    pub requirements: &'a [StatedRequirement],
    /// How much may be spent.
    pub budget: Budget,
    /// Who writes; what the settings say when nothing is asked.
    pub writer: Option<WriterArgument>,
}

/// Reads `name: description`, with `!` before the name of a mandatory one.
pub(super) fn requirement(text: &str) -> Result<StatedRequirement, String> {
    let (name, description) = text
        .split_once(':')
        .ok_or("write it as 'name: what the report has to be', with ! before the name when it is mandatory")?;
    let name = name.trim();
    Ok(StatedRequirement {
        name: name.trim_start_matches('!').trim_start().to_owned(),
        description: description.trim().to_owned(),
        mandatory: name.starts_with('!'),
    })
}

/// A file of requirements: a list, or a table with the list under `requirements`.
#[derive(Deserialize)]
#[serde(untagged)]
enum RequirementsFile {
    List(Vec<StatedRequirement>),
    Table { requirements: Vec<StatedRequirement> },
}

/// Largest file of requirements, in bytes: ten of the longest fit many times.
const MAX_FILE_BYTES: u64 = 256 * 1024;

/// Reads a file of requirements, JSON or TOML.
///
/// # Errors
/// [`Failure::BadArgument`] saying what is wrong with the file and how to write it.
pub fn requirements_file(path: &Path) -> Result<Vec<StatedRequirement>, Failure> {
    let bad = |reason: String| Failure::bad_argument("--requirements", format!("{}: {reason}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| bad(error.to_string()))?.len();
    if size > MAX_FILE_BYTES {
        return Err(bad(format!("larger than {MAX_FILE_BYTES} bytes")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    let is_json = text.trim_start().starts_with(['[', '{']) && !text.trim_start().starts_with("[[");
    let read: Result<RequirementsFile, ()> =
        if is_json { serde_json::from_str(&text).map_err(drop) } else { toml::from_str(&text).map_err(drop) };
    read.map(|file| match file {
        RequirementsFile::List(list) | RequirementsFile::Table { requirements: list } => list,
    })
    .map_err(|()| {
        bad("not a list of requirements; write JSON [{\"name\": \"…\", \"description\": \"…\", \"mandatory\": false}] \
             or TOML with [[requirements]] tables of the same keys"
            .to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(name: &str, description: &str, mandatory: bool) -> StatedRequirement {
        StatedRequirement { name: name.to_owned(), description: description.to_owned(), mandatory }
    }

    #[test]
    fn a_requirement_is_a_name_and_what_it_asks() {
        assert_eq!(
            requirement("brief: Under 100 words: no more"),
            Ok(stated("brief", "Under 100 words: no more", false))
        );
        assert_eq!(requirement("! brief : Under 100 words"), Ok(stated("brief", "Under 100 words", true)));
        assert!(requirement("under 100 words").unwrap_err().contains("name:"));
    }

    #[test]
    fn files_are_json_or_toml() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wishes");
        let expected = vec![stated("brief", "Under 100 words", true)];
        for text in [
            r#"[{"name":"brief","description":"Under 100 words","mandatory":true}]"#,
            r#"{"requirements":[{"name":"brief","description":"Under 100 words","mandatory":true}]}"#,
            "[[requirements]]\nname = \"brief\"\ndescription = \"Under 100 words\"\nmandatory = true\n",
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(requirements_file(&path).unwrap(), expected, "{text}");
        }
        for text in ["", "[1]", "name: brief", r#"[{"name":"brief","text":"x"}]"#] {
            std::fs::write(&path, text).unwrap();
            assert!(requirements_file(&path).unwrap_err().to_string().contains("[[requirements]]"), "{text}");
        }
        assert!(requirements_file(&folder.path().join("absent")).is_err());
    }
}
