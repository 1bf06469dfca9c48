//! Requirements: what a report has to be, stated beforehand; the tools score their reports against them.

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Most requirements in one run, as AI21 Maestro documents it and Nightdesk takes them.
const MOST: usize = 10;
/// Most words in a description.
const MOST_WORDS: usize = 128;
/// Largest file, in bytes: ten of the longest fit many times.
const MOST_BYTES: u64 = 256 * 1024;

/// One requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Short name, unique.
    pub name: String,
    /// What the report has to be.
    pub description: String,
    /// Whether the overall score is 0 unless this one is met.
    #[serde(default)]
    pub mandatory: bool,
}

/// Why requirements cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RequirementProblem(String);

/// Reads `name: description`, with `!` before the name of a mandatory one.
impl std::str::FromStr for Requirement {
    type Err = RequirementProblem;

    fn from_str(text: &str) -> Result<Self, RequirementProblem> {
        let (name, description) = text.split_once(':').ok_or_else(|| {
            let how = "write a requirement as 'name: what the report has to be', with ! before a mandatory one";
            RequirementProblem(how.to_owned())
        })?;
        let (mandatory, name) = match name.trim().strip_prefix('!') {
            Some(name) => (true, name.trim()),
            None => (false, name.trim()),
        };
        Ok(Self { name: name.to_owned(), description: description.trim().to_owned(), mandatory })
    }
}

/// Takes requirements from the command line and from a JSON file, a list of `name`, `description` and `mandatory`.
///
/// # Errors
/// Which one cannot be used and why: more than ten, a name twice, an empty or too long description, an unreadable file.
pub fn read_requirements(stated: &[Requirement], file: Option<&Path>) -> Result<Vec<Requirement>, RequirementProblem> {
    let mut all = stated.to_vec();
    if let Some(path) = file {
        all.extend(read_file(path).map_err(|problem| RequirementProblem(format!("{}: {problem}", path.display())))?);
    }
    check(&all).map_err(RequirementProblem)?;
    Ok(all)
}

fn read_file(path: &Path) -> Result<Vec<Requirement>, String> {
    if std::fs::metadata(path).map_err(|error| error.to_string())?.len() > MOST_BYTES {
        return Err(format!("larger than {MOST_BYTES} bytes"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| {
        format!(r#"no list of requirements ({error}); write [{{"name": "brief", "description": "Under 300 words"}}]"#)
    })
}

fn check(all: &[Requirement]) -> Result<(), String> {
    if all.len() > MOST {
        return Err(format!("{} requirements are stated, and at most {MOST} can be", all.len()));
    }
    let mut names = HashSet::new();
    for Requirement { name, description, .. } in all {
        if name.is_empty() || description.is_empty() {
            return Err(format!("the requirement `{name}` needs both a name and a description"));
        }
        if !names.insert(name) {
            return Err(format!("the requirement `{name}` is stated twice"));
        }
        let words = description.split_whitespace().count();
        if words > MOST_WORDS {
            return Err(format!("the requirement `{name}` has {words} words, and at most {MOST_WORDS} are allowed"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(text: &str) -> Requirement {
        text.parse().unwrap()
    }

    #[test]
    fn a_requirement_is_a_name_and_a_description() {
        let brief =
            Requirement { name: "brief".into(), description: "Under 300 words: no more".into(), mandatory: true };
        assert_eq!(stated("! brief : Under 300 words: no more"), brief);
        assert!("brief".parse::<Requirement>().is_err());
    }

    #[test]
    fn ten_are_enough() {
        let many: Vec<_> = (0..11).map(|n| stated(&format!("r{n}: Be good"))).collect();
        assert_eq!(read_requirements(&many[..10], None).unwrap().len(), 10);
        assert!(read_requirements(&many, None).unwrap_err().to_string().starts_with("11 requirements"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problem = |stated: &[Requirement]| read_requirements(stated, None).unwrap_err().to_string();
        assert!(problem(&[stated("a: x"), stated("a: y")]).contains("`a` is stated twice"));
        assert!(problem(&[stated("a:")]).contains("`a` needs both"));
        assert!(problem(&[stated(&format!("a: {}", "word ".repeat(129)))]).contains("129 words"));
    }

    #[test]
    fn a_file_adds_to_the_command_line() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), r#"[{"name": "tone", "description": "Professional", "mandatory": true}]"#).unwrap();
        let all = read_requirements(&[stated("brief: Short")], Some(file.path())).unwrap();
        assert_eq!(
            all.iter().map(|r| (r.name.as_str(), r.mandatory)).collect::<Vec<_>>(),
            [("brief", false), ("tone", true)]
        );
        std::fs::write(file.path(), r#"{"name": 3}"#).unwrap();
        assert!(read_requirements(&[], Some(file.path())).unwrap_err().to_string().contains("no list of requirements"));
    }
}
