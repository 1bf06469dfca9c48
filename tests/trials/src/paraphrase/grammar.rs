//! The phrase files: sections of alternatives, kept outside the code and outside `report`.
//!
//! A section starts with `[name]`; every line below is one alternative. `#` starts a comment.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Alternatives by section.
pub(crate) struct Grammar(BTreeMap<String, Vec<String>>);

impl Grammar {
    /// Reads phrase files.
    pub(crate) fn read(files: &[&str]) -> Self {
        let mut sections: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in files.iter().flat_map(|file| file.lines()).map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                Some(name) if !name.contains(']') => current = name.to_owned(),
                _ => sections.entry(current.clone()).or_default().push(line.to_owned()),
            }
        }
        Self(sections)
    }

    /// The alternatives of a section; none where there is no such section.
    pub(crate) fn alternatives(&self, section: &str) -> &[String] {
        self.0.get(section).map_or(&[], Vec::as_slice)
    }

    /// Names of sections that start with `prefix`, without it.
    pub(crate) fn sections<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.keys().filter_map(move |name| name.strip_prefix(prefix))
    }
}

/// Folder of phrase files to use in the place of those built in.
static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// Takes the phrases from other files of the same names: for wording that nobody here has seen.
pub(crate) fn read_from(folder: PathBuf) {
    // The first call counts; there is only one.
    let _ = FOLDER.set(folder);
}

/// The grammar of one subject: what it has in common with the other, and its own.
pub(crate) fn of(cloudtrail: bool) -> Grammar {
    let built_in: [(&str, &str); 3] = if cloudtrail {
        [
            ("common.txt", include_str!("../../phrases/common.txt")),
            ("cloudtrail.txt", include_str!("../../phrases/cloudtrail.txt")),
            ("cloudtrail-labels.txt", include_str!("../../phrases/cloudtrail-labels.txt")),
        ]
    } else {
        [
            ("common.txt", include_str!("../../phrases/common.txt")),
            ("findings.txt", include_str!("../../phrases/findings.txt")),
            ("findings-labels.txt", include_str!("../../phrases/findings-labels.txt")),
        ]
    };
    let files: Vec<String> = match FOLDER.get() {
        Some(folder) => {
            built_in.iter().map(|(name, _)| std::fs::read_to_string(folder.join(name)).unwrap_or_default()).collect()
        }
        None => built_in.iter().map(|(_, text)| (*text).to_owned()).collect(),
    };
    Grammar::read(&files.iter().map(String::as_str).collect::<Vec<_>>())
}
