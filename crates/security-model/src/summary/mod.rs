//! What the analyses found, in the names that answers carry (`schema_version` 1).

pub mod cloudtrail;
pub mod security_hub;

pub use cloudtrail::EventsSummary;
pub use security_hub::FindingsSummary;
