//! Collecting from files: a file, a folder, or files held in memory. Content decides what a file is, not its name.

mod events;
mod findings;
mod metered;
mod opening;
mod reading;
mod verdict;
mod walk;

pub(crate) use events::collect as collect_events;
pub(crate) use findings::collect as collect_findings;
pub(crate) use reading::{RecordTaker, Taken};

use std::path::PathBuf;

/// Files to read.
#[derive(Clone, Debug)]
pub(crate) enum FileSource {
    Path(PathBuf),
    Bytes { label: &'static str, parts: Vec<(&'static str, &'static [u8])> },
}

impl FileSource {
    /// The name under which records are accounted.
    pub(crate) const fn label(&self) -> &'static str {
        match self {
            Self::Path(_) => "files",
            Self::Bytes { label, .. } => label,
        }
    }
}
