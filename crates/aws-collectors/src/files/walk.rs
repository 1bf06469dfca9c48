//! Walks a folder: sorted, within it, and only to regular files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use security_model::{SafeText, TextKind};

use crate::error::CollectError;

/// Folders within folders that are followed.
const MAX_DEPTH: usize = 64;

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
#[derive(Debug)]
pub(crate) struct Walk {
    root: PathBuf,
    waiting: Vec<(PathBuf, usize)>,
}

impl Walk {
    /// Begins at a file or a folder; the root itself may be a link.
    pub(crate) fn new(path: &Path) -> Result<Self, CollectError> {
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
            fs::read_dir(&root).map_err(|error| bad(&cause(&error)))?;
        } else {
            fs::File::open(&root).map_err(|error| bad(&cause(&error)))?;
        }
        Ok(Self { waiting: vec![(root.clone(), 0)], root })
    }

    fn name(&self, path: &Path) -> String {
        match path.strip_prefix(&self.root) {
            Ok(relative) if !relative.as_os_str().is_empty() => relative.to_string_lossy().into_owned(),
            _ => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
        }
    }

    fn visit(&mut self, path: PathBuf, depth: usize) -> Option<Found> {
        let name = self.name(&path);
        let passed = |reason: String| Some(Found::Passed { name: name.clone(), reason });
        let kind = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata.file_type(),
            Err(error) => return passed(cause(&error)),
        };
        if kind.is_symlink() {
            return match fs::canonicalize(&path) {
                Ok(target) if target.starts_with(&self.root) => None,
                Ok(_) => passed("it is a link that leads out of the folder".to_owned()),
                Err(error) => passed(format!("it is a link that leads nowhere ({})", cause(&error))),
            };
        }
        if kind.is_file() {
            return Some(Found::File { path, name });
        }
        if !kind.is_dir() {
            return passed("it is neither a file nor a folder".to_owned());
        }
        if depth >= MAX_DEPTH {
            return passed(format!("folders are nested deeper than {MAX_DEPTH}"));
        }
        match entries(&path) {
            Ok(entries) => {
                self.waiting.extend(entries.into_iter().rev().map(|entry| (entry, depth + 1)));
                None
            }
            Err(error) => passed(cause(&error)),
        }
    }
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        while let Some((path, depth)) = self.waiting.pop() {
            if let Some(found) = self.visit(path, depth) {
                return Some(found);
            }
        }
        None
    }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

/// The kind of an error, without the path it may quote.
pub(crate) fn cause(error: &io::Error) -> String {
    error.kind().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(walk: Walk) -> Vec<String> {
        walk.map(|found| match found {
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
        assert_eq!(told(Walk::new(root.path()).unwrap()), ["a.json", "b/1.json", "b/c/2.json", "z.json"]);
        assert_eq!(told(Walk::new(&root.path().join("a.json")).unwrap()), ["a.json"]);
    }

    #[test]
    fn a_path_that_is_not_there_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        assert!(matches!(Walk::new(&root.path().join("none")), Err(CollectError::BadPath { .. })));
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
        let told = told(Walk::new(root.path()).unwrap());
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].starts_with("dead: it is a link that leads nowhere"), "{told:?}");
        assert_eq!(told[1], "folder/real.json");
        assert_eq!(told[2], "out: it is a link that leads out of the folder");
    }
}
