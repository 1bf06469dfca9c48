//! Rule files of a folder, in a stable order and within bounds.

use std::path::{Path, PathBuf};

/// Most files of one folder: all of SigmaHQ's rules are a fifth of it.
const FILES: usize = 20_000;
/// Most bytes of all files together.
const BYTES: u64 = 128 << 20;
/// Folders inside each other.
const DEPTH: usize = 32;

/// One rule file.
#[derive(Debug)]
pub struct RuleFile {
    /// Relative to the folder that was asked for.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The `.yml` and `.yaml` files below a folder, or the one file that is named. Links to folders are not followed.
///
/// # Errors
/// What could not be read, and why.
pub fn read(root: &Path) -> Result<Vec<RuleFile>, String> {
    let mut paths = Vec::new();
    if root.is_file() {
        paths.push(root.to_owned());
    } else {
        walk(root, DEPTH, &mut paths)?;
    }
    paths.sort();
    let mut files = Vec::with_capacity(paths.len());
    let mut left = BYTES;
    for path in paths {
        let cannot = |error: std::io::Error| format!("cannot read {}: {error}", path.display());
        let length = std::fs::metadata(&path).map_err(cannot)?.len();
        left = left.checked_sub(length).ok_or_else(|| {
            format!("{} holds more than {} MiB of rules; name a folder below it", root.display(), BYTES >> 20)
        })?;
        let bytes = std::fs::read(&path).map_err(cannot)?;
        let relative = path.strip_prefix(root).ok().filter(|rest| !rest.as_os_str().is_empty());
        let name = relative.unwrap_or(&path).display().to_string();
        files.push(RuleFile { name, path, bytes });
    }
    Ok(files)
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let cannot = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(cannot)?);
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !hidden && depth > 0 {
            walk(&path, depth - 1, found)?;
        } else if is_rule(&path) && path.is_file() {
            found.push(path);
            if found.len() > FILES {
                return Err(format!("{} holds more than {FILES} rule files; name a folder below it", folder.display()));
            }
        }
    }
    Ok(())
}

fn is_rule(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
}
