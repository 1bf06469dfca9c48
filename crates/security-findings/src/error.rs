//! Why a record is not read as a finding.

use thiserror::Error;

/// Why one JSON value could not be read as a finding. No message repeats text of the record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// Well-formed JSON that is no security finding.
    #[error("not a security finding in ASFF or OCSF, but {looks_like}")]
    NotAFinding {
        /// What it is instead, as a noun phrase.
        looks_like: &'static str,
    },
    /// A finding without an identity, or text that is not JSON.
    #[error("{detail}")]
    Malformed {
        /// What is wrong, naming the field or the position.
        detail: String,
    },
}

impl RecordError {
    pub(crate) fn missing(field: &str) -> Self {
        Self::Malformed { detail: format!("{field} is missing, empty or not a string") }
    }

    /// Only for errors of syntax: those of type would repeat the record's text.
    pub(crate) fn syntax(error: &serde_json::Error) -> Self {
        Self::Malformed { detail: format!("not valid JSON: {error}") }
    }
}

/// One unreadable finding of a record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("finding {index} of the record: {error}")]
pub struct Fault {
    /// Position among the findings of the record, from 0.
    pub index: u64,
    /// What is wrong with it.
    pub error: RecordError,
}

/// The unreadable findings of one record: all are counted, the first few are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    total: u64,
    examples: Vec<Fault>,
}

impl Faults {
    /// How many faults are kept as examples, so that a record of nothing but faults cannot fill the memory.
    pub const MAX_EXAMPLES: usize = 8;

    /// How many findings of the record could not be read.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// The first faults, at most [`Faults::MAX_EXAMPLES`].
    #[must_use]
    pub fn examples(&self) -> &[Fault] {
        &self.examples
    }

    pub(crate) fn add(&mut self, index: u64, error: RecordError) {
        self.total += 1;
        if self.examples.len() < Self::MAX_EXAMPLES {
            self.examples.push(Fault { index, error });
        }
    }
}
