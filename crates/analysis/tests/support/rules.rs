//! The built-in rule pack, read from its files.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use analysis::detect::{PackBuilder, RulePack};

/// A rule file of the pack.
pub(crate) struct RuleFile {
    /// Relative to the pack.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) static FILES: LazyLock<Vec<RuleFile>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut files = Vec::new();
    for folder in std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|extension| extension == "yml") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.push(RuleFile { name, bytes: std::fs::read(&path).unwrap(), path });
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
});

pub(crate) static PACK: LazyLock<Arc<RulePack>> = LazyLock::new(|| {
    let mut builder = PackBuilder::default();
    for file in FILES.iter() {
        builder.add(&file.name, &file.bytes);
    }
    builder.build()
});
