//! Reads events and findings from a folder of JSON files.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;
use serde_json::value::RawValue;

/// What a folder held.
#[derive(Debug, Default)]
pub struct Loaded {
    /// CloudTrail records, each its own JSON text.
    pub events: Vec<String>,
    /// ASFF findings.
    pub findings: Vec<Value>,
    /// Files, or parts of them, that are neither, with the reason.
    pub skipped: Vec<(PathBuf, String)>,
}

/// Larger files are skipped.
const MAX_FILE_BYTES: u64 = 256 << 20;
/// Deeper folders are skipped.
const MAX_DEPTH: usize = 16;

/// Reads every `*.json` below `path`, or `path` itself: CloudTrail `{"Records": […]}`, ASFF `{"Findings": […]}`, or
/// an array of either.
///
/// # Errors
/// When `path` itself cannot be read; anything below it that cannot is in [`Loaded::skipped`].
pub fn load_folder(path: impl AsRef<Path>) -> io::Result<Loaded> {
    let mut loaded = Loaded::default();
    let path = path.as_ref();
    if fs::metadata(path)?.is_dir() {
        fs::read_dir(path)?;
        load_below(path, 0, &mut loaded);
    } else {
        load_file(path, &mut loaded);
    }
    Ok(loaded)
}

fn load_below(folder: &Path, depth: usize, loaded: &mut Loaded) {
    let mut skip = |reason: String| loaded.skipped.push((folder.to_owned(), reason));
    if depth > MAX_DEPTH {
        return skip("too deep".into());
    }
    let mut paths: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) => return skip(error.to_string()),
    };
    paths.sort();
    for path in paths {
        // A link could lead back up; the fake needs none.
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            load_below(&path, depth + 1, loaded);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            load_file(&path, loaded);
        }
    }
}

fn load_file(path: &Path, loaded: &mut Loaded) {
    let unread = match read_elements(path) {
        Ok(elements) => elements.iter().filter(|element| !keep(element, loaded)).count(),
        Err(reason) => return loaded.skipped.push((path.to_owned(), reason)),
    };
    if unread > 0 {
        loaded.skipped.push((
            path.to_owned(),
            format!("{unread} elements are neither CloudTrail records with an eventTime nor ASFF"),
        ));
    }
}

fn read_elements(path: &Path) -> Result<Vec<Box<RawValue>>, String> {
    let told = |error: &dyn std::error::Error| error.to_string();
    if fs::metadata(path).map_err(|error| told(&error))?.len() > MAX_FILE_BYTES {
        return Err(format!("larger than {MAX_FILE_BYTES} bytes"));
    }
    let text = fs::read_to_string(path).map_err(|error| told(&error))?;
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(&text).map_err(|error| told(&error));
    }
    let mut members: HashMap<String, Box<RawValue>> = serde_json::from_str(&text).map_err(|error| told(&error))?;
    let list = members.remove("Records").or_else(|| members.remove("Findings"));
    let list = list.ok_or_else(|| "neither Records nor Findings in it".to_owned())?;
    serde_json::from_str(list.get()).map_err(|error| told(&error))
}

fn keep(element: &RawValue, loaded: &mut Loaded) -> bool {
    let Ok(value) = serde_json::from_str::<Value>(element.get()) else { return false };
    let has = |name: &str| value.get(name).is_some_and(Value::is_string);
    let has_time = || value.get("eventTime").and_then(Value::as_str).is_some_and(|t| t.parse::<Timestamp>().is_ok());
    if has("eventName") && has_time() {
        loaded.events.push(element.get().to_owned());
    } else if has("Id") && (has("ProductArn") || has("SchemaVersion")) {
        loaded.findings.push(value);
    } else {
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_records_and_names_the_rest() {
        let folder = std::env::temp_dir().join(format!("fake-aws-load-{}", std::process::id()));
        fs::create_dir_all(folder.join("deeper")).unwrap();
        let event = r#"{"eventTime":"2026-11-21T00:00:00Z","eventName":"A","big":12345678901234567890123}"#;
        let finding = r#"{"SchemaVersion":"2018-10-08","Id":"f-1"}"#;
        fs::write(folder.join("a.json"), format!(r#"{{"Records":[{event},{{"eventName":"no time"}}]}}"#)).unwrap();
        fs::write(folder.join("deeper/b.json"), format!(r#"{{"Findings":[{finding}]}}"#)).unwrap();
        fs::write(folder.join("deeper/c.json"), format!("[{event},{finding}]")).unwrap();
        fs::write(folder.join("d.json"), "{}").unwrap();
        fs::write(folder.join("e.txt"), "not read").unwrap();
        let loaded = load_folder(&folder);
        fs::remove_dir_all(&folder).unwrap();

        let loaded = loaded.unwrap();
        assert_eq!(loaded.events, [event, event], "the text is kept as it was");
        assert_eq!(loaded.findings.len(), 2);
        let skipped: Vec<_> = loaded.skipped.iter().map(|(path, _)| path.file_name().unwrap().to_owned()).collect();
        assert_eq!(skipped, ["a.json", "d.json"]);
    }
}
