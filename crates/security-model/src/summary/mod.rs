//! What the analyses found, in the names that answers carry (`schema_version` 1).

pub mod cloudtrail;
pub mod security_hub;

use schemars::JsonSchema;
use serde::Serialize;

pub use cloudtrail::EventsSummary;
pub use security_hub::FindingsSummary;

use crate::SafeText;

/// A name and how many records carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NamedCount {
    /// Region, account, product, category, error code or client; `(none)` where records do not say.
    pub name: SafeText,
    /// Events or findings.
    pub count: u64,
}
