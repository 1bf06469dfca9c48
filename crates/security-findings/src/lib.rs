//! Reads security findings in ASFF and OCSF.
//!
//! One JSON value in, owned findings out. A [`Finding`] holds an allow-list of fields and the SHA-256 of the finding's
//! text; resource details, notes, user-defined fields and the rest, where secrets live, are never stored.
//!
//! - **ASFF**, the AWS Security Finding Format of Security Hub CSPM (Security Hub API reference, `AwsSecurityFinding`,
//!   read 2026-11-21).
//! - **OCSF** findings, category 2 of the Open Cybersecurity Schema Framework, as Security Hub, Security Lake and Prowler
//!   write them (schema.ocsf.io and the Security Hub user guide, "OCSF findings", read 2026-11-21).
//!
//! The format is decided by content. A value may be a finding, an EventBridge event around findings, or an envelope of
//! [`ENVELOPES`]; files of many values are split by the caller. Fields are read leniently: an optional field of another
//! JSON type than documented counts as absent, and of a repeated field the last one counts.
//!
//! ```
//! use security_findings::{Format, Latest, read_findings};
//! use security_model::Severity;
//!
//! let record = r#"{
//!     "Id": "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f",
//!     "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/guardduty",
//!     "Title": "The API ListBuckets was invoked from a Tor exit node.",
//!     "Severity": {"Normalized": 70},
//!     "UpdatedAt": "2026-11-21T02:13:00+00:00"
//! }"#;
//!
//! let mut findings = Vec::new();
//! let faults = read_findings(record, &mut findings);
//! assert_eq!(faults.total(), 0);
//!
//! let mut latest = Latest::new();
//! for finding in findings {
//!     latest.add(finding, "where it was read");
//! }
//! let (kept, superseded) = latest.finish();
//! assert!(superseded.is_empty());
//! for (finding, _) in &kept {
//!     assert_eq!(finding.format(), Format::Asff);
//!     let view = finding.view();
//!     assert_eq!(view.severity, Severity::High);
//!     assert_eq!(view.account_id.map(|id| id.for_matching()), Some("111122223333"));
//! }
//! # assert_eq!(kept.len(), 1);
//! ```

mod arn;
mod asff;
mod error;
mod finding;
mod json;
mod latest;
mod ocsf;
mod record;

pub use error::{Fault, Faults, RecordError};
pub use finding::{Finding, FindingKey, Format};
pub use latest::Latest;
pub use record::{ENVELOPES, read_findings};
