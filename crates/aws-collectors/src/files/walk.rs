//! Walks a folder: sorted, within it, and only to regular files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use security_model::{SafeText, TextKind};

use super::metered::Stopped;
use super::opening;
use crate::budget::{Meter, Stop};
use crate::error::CollectError;

/// Folders within folders that are followed.
const MAX_DEPTH: usize = 64;

/// Names of a folder taken between two looks at the budget.
const BATCH: usize = 256;

/// What the walk comes upon.
#[derive(Debug)]
pub(crate) enum Found {
    /// A regular file: where it is, and its name relative to the root.
    File { path: PathBuf, name: String },
    /// Something that was not looked into, and why.
    Passed { name: String, reason: String },
}

/// The files under a root, in order of their names. A symbolic link is never followed: what it shows within the root is
/// met as itself, and what lies outside was not asked for.
///
/// It ends with the call's time or cancellation, for a folder may hold any number of names and no file.
#[derive(Debug)]
pub(crate) struct Walk {
    root: PathBuf,
    meter: Meter,
    waiting: Vec<(PathBuf, usize)>,
}

impl Walk {
    /// Begins at a file or a folder; the root itself may be a link.
    pub(crate) fn new(path: &Path, meter: &Meter) -> Result<Self, CollectError> {
        let bad = |reason: &str| CollectError::BadPath {
            path: SafeText::from_raw(&path.to_string_lossy(), TextKind::Reference),
            reason: SafeText::from_raw(reason, TextKind::Prose),
        };
        let root = fs::canonicalize(path).map_err(|error| bad(&cause(&error)))?;
        let kind = fs::metadata(&root).map_err(|error| bad(&cause(&error)))?.file_type();
        if !kind.is_file() && !kind.is_dir() {
            return Err(bad("it is neither a file nor a folder"));
        }
        if kind.is_dir() {
            opening::folder(&root, &root).map_err(|reason| bad(&reason))?;
        } else {
            opening::file(&root, &root).map_err(|reason| bad(&reason))?;
        }
        Ok(Self { waiting: vec![(root.clone(), 0)], meter: meter.beside(), root })
    }

    /// The canonical path at which it began.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn name(&self, path: &Path) -> String {
        match path.strip_prefix(&self.root) {
            Ok(relative) if !relative.as_os_str().is_empty() => relative.to_string_lossy().into_owned(),
            _ => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
        }
    }

    fn visit(&mut self, path: PathBuf, name: &str, depth: usize) -> Result<Option<Found>, Stop> {
        let passed = |reason: String| Ok(Some(Found::Passed { name: name.to_owned(), reason }));
        let kind = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata.file_type(),
            Err(error) => return passed(cause(&error)),
        };
        if kind.is_symlink() {
            return match fs::canonicalize(&path) {
                Ok(target) if target.starts_with(&self.root) => Ok(None),
                // Whether something is there must not be told of what lies outside.
                _ => passed("it is a link that leads to nothing in the folder".to_owned()),
            };
        }
        if kind.is_file() {
            return Ok(Some(Found::File { path, name: name.to_owned() }));
        }
        if !kind.is_dir() {
            return passed("it is neither a file nor a folder".to_owned());
        }
        if depth >= MAX_DEPTH {
            return passed(format!("folders are nested deeper than {MAX_DEPTH}"));
        }
        match self.entries(&path)? {
            Ok(entries) => {
                self.waiting.extend(entries.into_iter().rev().map(|entry| (entry, depth + 1)));
                Ok(None)
            }
            Err(reason) => passed(reason),
        }
    }

    /// What is in a folder, sorted, or why that cannot be told.
    fn entries(&self, folder: &Path) -> Result<Result<Vec<PathBuf>, String>, Stop> {
        let listed = match opening::folder(folder, &self.root) {
            Ok(listed) => listed,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut entries = Vec::new();
        for entry in listed {
            if entries.len().is_multiple_of(BATCH) {
                self.meter.check()?;
            }
            match entry {
                Ok(entry) => entries.push(folder.join(entry.file_name())),
                Err(error) => return Ok(Err(cause(&error))),
            }
        }
        entries.sort();
        Ok(Ok(entries))
    }
}

impl Iterator for Walk {
    type Item = Result<Found, Stopped>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((path, depth)) = self.waiting.pop() {
            let name = self.name(&path);
            match self.meter.check().and_then(|()| self.visit(path, &name, depth)) {
                Ok(None) => {}
                Ok(Some(found)) => return Some(Ok(found)),
                Err(stop) => return Some(Err(Stopped { stop, place: name })),
            }
        }
        None
    }
}

/// The kind of an error, without the path it may quote.
pub(crate) fn cause(error: &io::Error) -> String {
    error.kind().to_string()
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::request::Budget;

    fn walk(path: &Path) -> Result<Walk, CollectError> {
        Walk::new(path, &Meter::start(Budget::default(), CancellationToken::new()))
    }

    fn told(walk: Walk) -> Vec<String> {
        walk.map(|found| match found.unwrap() {
            Found::File { name, .. } => name,
            Found::Passed { name, reason } => format!("{name}: {reason}"),
        })
        .collect()
    }

    #[test]
    fn files_come_sorted_with_names_relative_to_the_root() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("b/c")).unwrap();
        for name in ["b/c/2.json", "b/1.json", "a.json", "z.json"] {
            fs::write(root.path().join(name), "{}").unwrap();
        }
        assert_eq!(told(walk(root.path()).unwrap()), ["a.json", "b/1.json", "b/c/2.json", "z.json"]);
        assert_eq!(told(walk(&root.path().join("a.json")).unwrap()), ["a.json"]);
    }

    #[test]
    fn a_path_that_is_not_there_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        assert!(matches!(walk(&root.path().join("none")), Err(CollectError::BadPath { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_loops_come_to_an_end() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.json"), "{}").unwrap();
        fs::create_dir(root.path().join("folder")).unwrap();
        fs::write(root.path().join("folder/real.json"), "{}").unwrap();
        symlink(root.path(), root.path().join("folder/loop")).unwrap();
        symlink(root.path().join("folder/real.json"), root.path().join("again.json")).unwrap();
        symlink(outside.path(), root.path().join("out")).unwrap();
        symlink(root.path().join("missing"), root.path().join("dead")).unwrap();
        let told = told(walk(root.path()).unwrap());
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(told[0], "dead: it is a link that leads to nothing in the folder");
        assert_eq!(told[1], "folder/real.json");
        assert_eq!(told[2], "out: it is a link that leads to nothing in the folder");
    }

    #[test]
    fn empty_folders_do_not_outlast_the_budget() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("a")).unwrap();
        let cancel = CancellationToken::new();
        let mut walk = Walk::new(root.path(), &Meter::start(Budget::default(), cancel.clone())).unwrap();
        cancel.cancel();
        assert_eq!(walk.next().unwrap().unwrap_err().stop, Stop::Cancelled);
    }
}
