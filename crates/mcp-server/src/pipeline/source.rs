//! The source language: `aws`, `sample`, or a path. Over MCP a path must lie below an allowed folder.

use std::path::{Path, PathBuf};

use aws_collectors::Source;
use jiff::Timestamp;
use security_model::{SafeText, TextKind, parse_timestamp};

use crate::error::Failure;

/// Which paths may be read.
#[derive(Clone, Debug)]
pub enum PathPolicy {
    /// Any: the operator typed it.
    Any,
    /// Only below these folders: a host, or a model behind it, asked.
    Below(Vec<PathBuf>),
}

impl PathPolicy {
    /// The real path of the evidence bundle that a caller names, if it may be read.
    ///
    /// # Errors
    /// [`Failure::BadArgument`] saying which folders are allowed, or [`Failure::Path`] that there is nothing at the path.
    pub fn bundle(&self, path: &str) -> Result<PathBuf, Failure> {
        allowed("evidence_path", Path::new(path), self, "An analysis_id needs no path")
    }
}

/// Reads the `source` argument.
///
/// # Errors
/// [`Failure::BadArgument`] saying which folders are allowed, or [`Failure::Path`] that there is nothing at the path.
pub fn parse(
    text: Option<&str>,
    sample: Vec<(&'static str, &'static [u8])>,
    policy: &PathPolicy,
) -> Result<Source, Failure> {
    match text.unwrap_or("aws").trim() {
        "" | "aws" => Ok(Source::Aws),
        "sample" => Ok(Source::Bytes { label: "sample", parts: sample }),
        s3 if s3.starts_with("s3://") => Err(Failure::bad_argument(
            "source",
            "s3:// is not read yet; copy the objects to a folder (aws s3 cp --recursive) and name that folder",
        )),
        path => {
            Ok(Source::Path(allowed("source", Path::new(path), policy, "The sources aws and sample need no path")?))
        }
    }
}

/// The instant the sample is looked at from.
pub(super) fn sample_as_of() -> Option<Timestamp> {
    parse_timestamp(sample_night::AS_OF)
}

/// How the source is named in the answer.
#[must_use]
pub fn describe(source: &Source) -> SafeText {
    match source {
        Source::Aws => SafeText::from_raw("aws", TextKind::Identifier),
        Source::Bytes { label, .. } => SafeText::from_raw(label, TextKind::Identifier),
        Source::Path(path) => SafeText::from_raw(&path.display().to_string(), TextKind::Reference),
    }
}

/// The real path, links resolved, if the policy lets it be read. `otherwise` is what a caller can do without one.
fn allowed(argument: &str, path: &Path, policy: &PathPolicy, otherwise: &str) -> Result<PathBuf, Failure> {
    let PathPolicy::Below(folders) = policy else {
        return path.canonicalize().map_err(|error| Failure::Path(format!("cannot read {}: {error}", path.display())));
    };
    if folders.is_empty() {
        return Err(Failure::bad_argument(
            argument,
            format!(
                "paths are not open to MCP callers; the operator can open a folder with --allow-path DIR \
                 (or allow_path in the settings file). {otherwise}"
            ),
        ));
    }
    let refused = || {
        let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        Failure::bad_argument(
            argument,
            format!("that path is not below an allowed folder, or does not exist; allowed: {}", names.join(", ")),
        )
    };
    // One answer for "outside" and "absent", so that a caller cannot probe the disk.
    let real = path.canonicalize().map_err(|_| refused())?;
    let inside = folders.iter().filter_map(|folder| folder.canonicalize().ok()).any(|folder| real.starts_with(folder));
    if inside { Ok(real) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(folder: &Path) -> PathPolicy {
        PathPolicy::Below(vec![folder.to_owned()])
    }

    #[test]
    fn the_words_of_the_language() {
        assert!(matches!(parse(None, vec![], &PathPolicy::Any), Ok(Source::Aws)));
        assert!(matches!(parse(Some(" aws "), vec![], &PathPolicy::Any), Ok(Source::Aws)));
        assert!(matches!(parse(Some("sample"), vec![], &PathPolicy::Below(vec![])), Ok(Source::Bytes { .. })));
        assert!(parse(Some("s3://bucket/logs"), vec![], &PathPolicy::Any).is_err());
    }

    #[test]
    fn callers_over_mcp_stay_below_the_allowed_folders() {
        let allowed = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let file = allowed.path().join("log.json");
        std::fs::write(&file, "{}").unwrap();
        std::fs::write(outside.path().join("log.json"), "{}").unwrap();
        let open = |path: &Path| parse(path.to_str(), vec![], &below(allowed.path()));

        assert!(open(&file).is_ok());
        assert!(open(allowed.path()).is_ok());
        assert!(open(&outside.path().join("log.json")).is_err());
        assert!(open(&allowed.path().join("..")).is_err());
        assert!(open(&allowed.path().join("absent.json")).is_err());
        let none = parse(file.to_str(), vec![], &PathPolicy::Below(vec![])).unwrap_err();
        assert!(none.to_string().contains("--allow-path"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_is_refused() {
        let allowed = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let link = allowed.path().join("link");
        std::os::unix::fs::symlink(outside.path(), &link).unwrap();
        assert!(parse(link.to_str(), vec![], &below(allowed.path())).is_err());
    }

    #[test]
    fn outside_and_absent_cannot_be_told_apart() {
        let allowed = tempfile::tempdir().unwrap();
        let message = |path: &str| parse(Some(path), vec![], &below(allowed.path())).unwrap_err().to_string();
        assert_eq!(message("/"), message("/nonexistent/x"));
    }
}
