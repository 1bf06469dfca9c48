//! Where the `nightdesk` binary is.

use std::env;
use std::path::{Path, PathBuf};

use super::connect::ServerProblem;

/// Finds `nightdesk`: the path in the environment variable NIGHTDESK, else beside this executable (where cargo puts
/// both), else on the PATH.
///
/// # Errors
/// A message that says where it was looked for and which command builds it.
pub fn find_nightdesk() -> Result<PathBuf, ServerProblem> {
    let executable = env::current_exe().ok();
    let path = env::var_os("PATH").unwrap_or_default();
    find(env::var_os("NIGHTDESK").map(PathBuf::from), executable.as_deref(), env::split_paths(&path))
}

fn find(
    named: Option<PathBuf>,
    executable: Option<&Path>,
    path: impl Iterator<Item = PathBuf>,
) -> Result<PathBuf, ServerProblem> {
    let name = format!("nightdesk{}", env::consts::EXE_SUFFIX);
    if let Some(named) = named.filter(|named| !named.as_os_str().is_empty()) {
        let missing = || ServerProblem::NotFound(format!("NIGHTDESK names {}, which is no file", named.display()));
        return if named.is_file() { Ok(named) } else { Err(missing()) };
    }
    let folder = executable.and_then(Path::parent);
    // Cargo puts examples and tests one folder below the binaries.
    let below = folder.filter(|folder| folder.ends_with("examples") || folder.ends_with("deps"));
    let beside = folder.into_iter().chain(below.and_then(Path::parent)).map(Path::to_owned);
    beside.chain(path).map(|folder| folder.join(&name)).find(|candidate| candidate.is_file()).ok_or_else(|| {
        let beside = folder.map_or_else(String::new, |folder| format!(" beside this program in {},", folder.display()));
        let build = "cargo build --release -p mcp-server";
        ServerProblem::NotFound(format!(
            "nightdesk is not{beside} nor on the PATH; build it with `{build}`, or say where it is with \
             NIGHTDESK=/path/to/nightdesk"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_goes_before_the_neighbour_and_that_before_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let at = |place: &str| {
            let file = folder.path().join(place).join(format!("nightdesk{}", env::consts::EXE_SUFFIX));
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, "").unwrap();
            file
        };
        let (named, beside, on_path) = (at("named"), at("target/debug"), at("bin"));
        let path = || [folder.path().join("bin")].into_iter();
        let agent = folder.path().join("target/debug/strands-agent");
        let example = folder.path().join("target/debug/examples/minimal");

        assert_eq!(find(Some(named.clone()), Some(&agent), path()).unwrap(), named);
        assert_eq!(find(None, Some(&agent), path()).unwrap(), beside);
        assert_eq!(find(None, Some(&example), path()).unwrap(), beside);
        std::fs::remove_file(beside).unwrap();
        assert_eq!(find(None, Some(&agent), path()).unwrap(), on_path);
    }

    #[test]
    fn the_message_says_which_command_builds_it() {
        let agent = Path::new("/nowhere/strands-agent");
        let message = find(None, Some(agent), std::iter::empty()).unwrap_err().to_string();
        assert!(message.contains("/nowhere") && message.contains("cargo build --release -p mcp-server"), "{message}");
        let message = find(Some("/nowhere/else".into()), Some(agent), std::iter::empty()).unwrap_err().to_string();
        assert!(message.contains("NIGHTDESK names /nowhere/else"), "{message}");
    }
}
