//! Turns events and findings into counts, rankings and the evidence behind them: no I/O, no clock.
//!
//! Records come in one at a time through the borrowed views of `security-model`; what goes out are the summaries
//! answers carry, with whole lists (whoever answers cuts them), and a table of evidence rows that can page the records
//! behind every number. The result does not depend on the order in which records come in.
//!
//! Beside the counting stand [`places`] (where a call came from), [`identity`] (who is behind it, across roles and accounts)
//! and [`behavior`] (what no single record shows), each of use on its own, and [`baseline`] (what was ordinary before).
//!
//! Memory grows with the number of distinct names counted, not with the size of records: evidence rows are bounded by
//! [`EvidenceLimits`], a text longer than a kilobyte is kept by its hash and neutralised form, and of a finding beyond
//! the limit only its creation time is kept.
//!
//! ```
//! use std::sync::Arc;
//!
//! use analysis::{EvidenceLimits, cloudtrail::EventAnalysis};
//! use security_model::{EventView, RawJson, RecordOrigin, Untrusted, evidence::ids};
//!
//! let record = r#"{"eventName":"StopLogging","eventSource":"cloudtrail.amazonaws.com"}"#;
//! let event = EventView {
//!     event_time: "2026-11-21T02:13:00Z".parse().ok(),
//!     event_name: Untrusted::new("StopLogging"),
//!     event_source: Untrusted::new("cloudtrail.amazonaws.com"),
//!     read_only: Some(false),
//!     record: RawJson::new(record),
//!     ..EventView::default()
//! };
//! let mut analysis = EventAnalysis::new(EvidenceLimits::default());
//! analysis.observe(&event, &RecordOrigin { place: Arc::from("trail.json"), index: 0 });
//! let result = analysis.finish();
//!
//! assert_eq!(result.summary.high_risk.len(), 1);
//! let page = result.evidence.page(ids::HIGH_RISK, 0, 10).unwrap();
//! assert_eq!((page.total, page.rows.len()), (1, 1));
//! ```

pub mod baseline;
pub mod behavior;
pub mod cloudtrail;
pub mod detect;
mod evidence;
mod hash;
pub mod identity;
mod incident;
mod json;
mod names;
pub mod places;
mod rank;
mod recent;
pub mod security_hub;
mod trail;

pub use evidence::{EvidenceLimits, EvidencePage};
