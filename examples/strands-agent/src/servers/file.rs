//! The `mcpServers` file, as Claude Desktop and others write it, with a few keys of our own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::connect::ServerProblem;
use super::settings::{ServerSettings, Transport};

/// Largest file, in bytes.
const MOST_BYTES: u64 = 1 << 20;

#[derive(Deserialize)]
struct File {
    #[serde(rename = "mcpServers")]
    servers: BTreeMap<String, Entry>,
}

/// Keys that other hosts add are none of our business.
#[derive(Deserialize)]
struct Entry {
    command: Option<String>,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    cwd: Option<PathBuf>,
    url: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    disabled: bool,
    /// Ours: what stands before the names of its tools.
    prefix: Option<String>,
    /// Ours: tools to take.
    #[serde(default)]
    allow: Vec<String>,
    /// Ours: tools to leave out.
    #[serde(default)]
    reject: Vec<String>,
}

/// Reads the servers in a `mcpServers` file. `${NAME}` in commands, arguments, variables, URLs and headers stands for an
/// environment variable. A program gets the variables that its `env` names, and the usual ones.
///
/// # Errors
/// The file, the server in it and what is wrong.
pub fn read_servers(path: &Path) -> Result<Vec<ServerSettings>, ServerProblem> {
    let environment = |name: &str| std::env::var(name).ok();
    read(path, &environment).map_err(|problem| ServerProblem::Settings(format!("{}: {problem}", path.display())))
}

fn read(path: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Result<Vec<ServerSettings>, String> {
    if std::fs::metadata(path).map_err(|error| error.to_string())?.len() > MOST_BYTES {
        return Err(format!("larger than {MOST_BYTES} bytes"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let file: File = serde_json::from_str(&text)
        .map_err(|error| format!(r#"{error}; write {{"mcpServers": {{"nightdesk": {{"command": "nightdesk"}}}}}}"#))?;
    let used = file.servers.into_iter().filter(|(_, entry)| !entry.disabled);
    used.map(|(name, entry)| server(&name, entry, environment).map_err(|problem| format!("server `{name}`: {problem}")))
        .collect()
}

fn server(name: &str, entry: Entry, environment: &dyn Fn(&str) -> Option<String>) -> Result<ServerSettings, String> {
    let filled = |text: &str| fill(text, environment);
    let filled_map = |map: &BTreeMap<String, String>| -> Result<BTreeMap<String, String>, String> {
        map.iter().map(|(name, value)| Ok((name.clone(), filled(value)?))).collect()
    };
    let transport = match (&entry.command, &entry.url) {
        (Some(command), None) => Transport::Command {
            program: filled(command)?.into(),
            arguments: entry.args.iter().map(|argument| Ok(filled(argument)?.into())).collect::<Result<_, String>>()?,
            inherits: false,
            environment: filled_map(&entry.env)?,
            folder: entry.cwd,
        },
        (None, Some(url)) => Transport::Http { url: filled(url)?, token: None, headers: filled_map(&entry.headers)? },
        _ => return Err("give either `command` or `url`".to_owned()),
    };
    let mut settings = ServerSettings::new(name, transport);
    (settings.prefix, settings.allow, settings.reject) = (entry.prefix, entry.allow, entry.reject);
    Ok(settings)
}

/// Writes environment variables in the place of `${NAME}`.
fn fill(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').ok_or("`${` without `}`")?;
        filled.push_str(before);
        filled.push_str(&environment(name).ok_or_else(|| format!("the environment variable {name} is not set"))?);
        rest = after;
    }
    Ok(filled + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<ServerSettings>, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path(), &|name| (name == "TOKEN").then(|| "hush".to_owned()))
    }

    #[test]
    fn both_kinds_of_server_are_read() {
        let servers = read_text(
            r#"{"mcpServers": {
                "desk": {"command": "nightdesk", "args": ["--region", "eu-west-1"], "env": {"AWS_PROFILE": "audit"},
                         "reject": ["get_*"], "type": "stdio"},
                "far": {"url": "https://example.com/mcp", "headers": {"Authorization": "Bearer ${TOKEN}"},
                        "prefix": "f_"},
                "off": {"command": "x", "disabled": true}
            }, "theme": "dark"}"#,
        )
        .unwrap();
        assert_eq!(servers.iter().map(|server| server.name.as_str()).collect::<Vec<_>>(), ["desk", "far"]);
        let Transport::Command { arguments, environment, .. } = &servers[0].transport else { panic!("{servers:?}") };
        assert_eq!((arguments.len(), environment["AWS_PROFILE"].as_str()), (2, "audit"));
        assert!(!servers[0].takes("get_evidence"));
        let Transport::Http { headers, .. } = &servers[1].transport else { panic!("{servers:?}") };
        assert_eq!((headers["Authorization"].as_str(), servers[1].prefix.as_deref()), ("Bearer hush", Some("f_")));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problem = |text: &str| read_text(text).unwrap_err();
        assert!(problem("{}").contains("mcpServers"));
        assert!(problem(r#"{"mcpServers": {"a": {}}}"#).contains("server `a`: give either"));
        let unset = problem(r#"{"mcpServers": {"a": {"command": "${NOT_THERE}"}}}"#);
        assert!(unset.contains("NOT_THERE is not set"), "{unset}");
    }
}
