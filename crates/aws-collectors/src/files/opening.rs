//! Opens what the walk found without being led elsewhere: between the look and the opening, a file or a folder above
//! it may have been swapped for a link, a pipe or a device. So the thing that was opened is judged, not its path.

use std::fs::{self, File, ReadDir};
use std::io;
use std::path::{Path, PathBuf};

use super::walk::cause;

const ELSEWHERE: &str = "it was moved or replaced while it was read";
const NOT_A_FILE: &str = "it is neither a file nor a folder";

/// Opens a regular file at or below `root`, a canonical path; otherwise says why not.
pub(super) fn file(path: &Path, root: &Path) -> Result<File, String> {
    let file = open(path).map_err(|error| cause(&error))?;
    if !file.metadata().map_err(|error| cause(&error))?.is_file() {
        return Err(NOT_A_FILE.to_owned());
    }
    if within(real_path(&file, path), root) { Ok(file) } else { Err(ELSEWHERE.to_owned()) }
}

/// Opens a folder at or below `root`, a canonical path, to list it. The names count, not the paths, which may lead
/// through the opened folder.
pub(super) fn folder(path: &Path, root: &Path) -> Result<ReadDir, String> {
    list(path, root).map_err(|error| cause(&error))?.ok_or_else(|| ELSEWHERE.to_owned())
}

fn within(real: io::Result<PathBuf>, root: &Path) -> bool {
    real.is_ok_and(|real| real.starts_with(root))
}

/// Follows no link in the last component, and waits for no writer of a pipe.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(target_os = "linux")]
fn real_path(opened: &File, _path: &Path) -> io::Result<PathBuf> {
    fs::read_link(own_link(opened))
}

#[cfg(not(target_os = "linux"))]
fn real_path(_opened: &File, path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

#[cfg(target_os = "linux")]
fn own_link(opened: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    PathBuf::from(format!("/proc/self/fd/{}", opened.as_raw_fd()))
}

/// Lists the folder that was opened, whatever its path leads to by now.
#[cfg(target_os = "linux")]
fn list(path: &Path, root: &Path) -> io::Result<Option<ReadDir>> {
    let opened = open(path)?;
    if within(real_path(&opened, path), root) { fs::read_dir(own_link(&opened)).map(Some) } else { Ok(None) }
}

#[cfg(not(target_os = "linux"))]
fn list(path: &Path, root: &Path) -> io::Result<Option<ReadDir>> {
    let listed = fs::read_dir(path)?;
    Ok(within(fs::canonicalize(path), root).then_some(listed))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn folders() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let whole = tempfile::tempdir().unwrap();
        let base = fs::canonicalize(whole.path()).unwrap();
        let (root, outside) = (base.join("root"), base.join("outside"));
        fs::create_dir_all(root.join("folder")).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::write(root.join("folder/a.json"), "{}").unwrap();
        fs::write(outside.join("a.json"), "{}").unwrap();
        (whole, root, outside)
    }

    #[test]
    fn a_regular_file_and_a_folder_within_the_root_open() {
        let (_whole, root, _) = folders();
        let path = root.join("folder/a.json");
        assert!(file(&path, &root).is_ok());
        assert!(file(&path, &path).is_ok(), "a file may be the root itself");
        let found: Vec<_> =
            folder(&root.join("folder"), &root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(found, ["a.json"]);
    }

    #[test]
    fn a_folder_swapped_for_a_link_leads_nowhere() {
        let (_whole, root, outside) = folders();
        fs::remove_dir_all(root.join("folder")).unwrap();
        symlink(&outside, root.join("folder")).unwrap();
        assert_eq!(file(&root.join("folder/a.json"), &root).unwrap_err(), ELSEWHERE);
        assert!(folder(&root.join("folder"), &root).is_err());
        fs::create_dir(outside.join("below")).unwrap();
        assert_eq!(folder(&root.join("folder/below"), &root).err().unwrap(), ELSEWHERE);
    }

    #[test]
    fn a_file_swapped_for_a_link_or_a_folder_is_refused() {
        let (_whole, root, outside) = folders();
        symlink(outside.join("a.json"), root.join("link.json")).unwrap();
        assert!(file(&root.join("link.json"), &root).is_err());
        assert_eq!(file(&root.join("folder"), &root).unwrap_err(), NOT_A_FILE);
    }

    #[test]
    fn a_pipe_without_a_writer_holds_nobody_up() {
        let (_whole, root, _) = folders();
        let pipe = root.join("pipe.json");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(file(&pipe, &root).unwrap_err(), NOT_A_FILE);
    }
}
