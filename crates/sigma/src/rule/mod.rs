//! Rules and correlations as their authors wrote them, with all metadata.
//!
//! Source: SigmaHQ/sigma-specification, pages `sigma-rules-specification` and `sigma-correlation-rules-specification`,
//! version 2.1.0.

mod correlation;
mod detection;
mod metadata;

pub use correlation::{Bounds, Correlation, CorrelationKind};
pub(crate) use detection::{Condition, ConditionExpr, Item, Search, SearchBody};
pub use detection::{Literal, LogSource, Rule};
pub use metadata::{CustomAttribute, Level, Metadata, Origin, Related, Status};

/// One document of a rule file.
#[derive(Clone, Debug)]
pub enum Document {
    /// A detection over single records.
    Rule(Box<Rule>),
    /// A detection over what rules found.
    Correlation(Box<Correlation>),
}

impl Document {
    /// What the document says of itself.
    pub fn metadata(&self) -> &Metadata {
        match self {
            Self::Rule(rule) => &rule.metadata,
            Self::Correlation(correlation) => &correlation.metadata,
        }
    }
}
