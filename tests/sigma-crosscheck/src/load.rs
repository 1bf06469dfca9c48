//! Rules and records from folders, for both engines.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use json_records::{Limits, RecordReader};
use sigma::{Document, Problem};

/// A rule as the other engine has it.
pub(crate) struct Theirs {
    pub(crate) file: String,
    pub(crate) rule: sigma_rust::Rule,
}

#[derive(Default)]
pub(crate) struct Rules {
    pub(crate) files: usize,
    pub(crate) documents: Vec<Document>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) theirs: Vec<Theirs>,
    /// What the other engine refuses, with its reason.
    pub(crate) refused: Vec<String>,
}

/// A record as each engine has it.
pub(crate) struct Event {
    /// File and place in the file, from 1.
    pub(crate) place: String,
    pub(crate) ours: serde_json::Value,
    pub(crate) theirs: sigma_rust::Event,
}

#[derive(Default)]
pub(crate) struct Events {
    pub(crate) files: usize,
    pub(crate) events: Vec<Event>,
    pub(crate) unreadable: usize,
}

/// Every `.yml` and `.yaml` file below a folder.
pub(crate) fn rules(folder: &Path) -> io::Result<Rules> {
    let mut rules = Rules::default();
    for path in files(folder, &["yml", "yaml"])? {
        let bytes = fs::read(&path)?;
        let file = name(&path, folder);
        let parsed = sigma::parse(&file, &bytes);
        rules.files += 1;
        rules.documents.extend(parsed.documents);
        rules.problems.extend(parsed.problems);
        for document in String::from_utf8_lossy(&bytes).split("\n---") {
            match sigma_rust::rule_from_yaml(document) {
                Ok(rule) => rules.theirs.push(Theirs { file: file.clone(), rule }),
                Err(error) => rules.refused.push(format!("{file}: {error}")),
            }
        }
    }
    Ok(rules)
}

/// Every record of every `.json` and `.jsonl` file below a folder.
pub(crate) fn events(folder: &Path) -> io::Result<Events> {
    let mut events = Events::default();
    for path in files(folder, &["json", "jsonl"])? {
        let bytes = fs::read(&path)?;
        events.files += 1;
        let mut reader = RecordReader::new(bytes.as_slice(), &["Records", "Findings"], Limits::default());
        let mut number = 0;
        while let Some(record) = reader.next_record() {
            number += 1;
            let text = record.map(|record| record.text.to_owned());
            match text.ok().and_then(|text| event(&text, format!("{}#{number}", name(&path, folder)))) {
                Some(event) => events.events.push(event),
                None => events.unreadable += 1,
            }
        }
    }
    Ok(events)
}

fn event(text: &str, place: String) -> Option<Event> {
    let ours = serde_json::from_str(text).ok()?;
    Some(Event { place, ours, theirs: sigma_rust::event_from_json(text).ok()? })
}

fn name(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

/// The files below a folder with one of these extensions, in order. Links are not followed.
fn files(folder: &Path, extensions: &[&str]) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let wanted = path.extension().is_some_and(|own| extensions.iter().any(|extension| own == *extension));
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && wanted {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
