//! Why a file is not taken for a bundle.

use std::fmt;

use security_model::{SafeText, TextKind};

use super::{MAX_BYTES, MAX_WEIGHT, SCHEMA_VERSION};

/// Why a bundle could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleError {
    /// It is longer than [`MAX_BYTES`], or its values would take too much memory.
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// It is not JSON, or cut short.
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// It is JSON, and something else.
    NotABundle,
    /// A later Nightdesk wrote it.
    Newer {
        /// Its schema version.
        found: u64,
    },
    /// A member is missing.
    Missing {
        /// Its name.
        field: &'static str,
    },
    /// A member is not what it has to be.
    Invalid {
        /// Its path.
        field: String,
        /// What is wrong with it.
        reason: SafeText,
    },
    /// A part is not what it was when the bundle was written.
    HashMismatch {
        /// Which part.
        part: &'static str,
    },
}

impl BundleError {
    pub(super) fn invalid(field: &str, reason: &str) -> Self {
        // A field may be one that a file names.
        let field = SafeText::from_raw(field, TextKind::Name).as_str().to_owned();
        Self::Invalid { field, reason: SafeText::from_raw(reason, TextKind::Prose) }
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes } => write!(
                f,
                "the evidence bundle has {bytes} bytes; at most {} MiB are read, and at most what takes {} MiB of \
                 memory. Narrow the window or the filters and write it again.",
                MAX_BYTES / (1024 * 1024),
                MAX_WEIGHT / (1024 * 1024)
            ),
            Self::NotJson { line, column } => write!(
                f,
                "the evidence bundle is not valid JSON from line {line}, column {column}; it may have been cut short. \
                 Copy the file again from where it was written."
            ),
            Self::NotABundle => f.write_str(
                "this is JSON, but no evidence bundle of Nightdesk. Give the file that `nightdesk analyze … \
                 --evidence-out FILE` wrote.",
            ),
            Self::Newer { found } => write!(
                f,
                "the evidence bundle has schema_version {found}; this build reads up to {SCHEMA_VERSION}. Update \
                 Nightdesk to check it."
            ),
            Self::Missing { field } => write!(
                f,
                "the evidence bundle has no `{field}`; it is not complete as it was written. Copy the file again from \
                 where it was written."
            ),
            Self::Invalid { field, reason } => write!(
                f,
                "`{field}` of the evidence bundle is not what it has to be: {reason}. It was edited or not written by \
                 Nightdesk; use the original file."
            ),
            Self::HashMismatch { part } => write!(
                f,
                "the evidence bundle was changed after it was written: the hash of {part} does not match. Nothing in it \
                 can be relied on; use the original file."
            ),
        }
    }
}

impl std::error::Error for BundleError {}
