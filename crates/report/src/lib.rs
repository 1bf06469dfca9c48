//! Facts, and the local writer that turns an answer into a report: deterministic, no model, no network, no AWS.
//!
//! [`security_hub_facts`] and [`cloudtrail_facts`] list the numbers that a report may use, most important first.
//! [`local`] writes the report itself: markdown for a person, within a byte limit, in which everything that an attacker
//! may have written stands inside code spans. Both take summaries whose lists are whole; cutting lists for an answer
//! comes after.
//!
//! ```
//! use report::{Detail, Input, local};
//! use security_model::summary::{EventsSummary, cloudtrail};
//! use security_model::{Ledger, Outcome, SafeText, Scope, SourceKey, TextKind};
//!
//! let text = |text| SafeText::from_raw(text, TextKind::Name);
//! let scope = Scope {
//!     source: text("sample"),
//!     as_of: "2026-11-21T06:00:00Z".to_owned(),
//!     start: None,
//!     end: None,
//!     accounts: vec![text("111122223333")],
//!     regions: vec![text("eu-west-1")],
//!     filters: Default::default(),
//!     working_set: "all events".to_owned(),
//!     vantage: None,
//!     truncated: Default::default(),
//! };
//! let mut ledger = Ledger::default();
//! ledger.record(&SourceKey::new("sample", None, None), Outcome::Counted);
//! let coverage = ledger.close();
//! let summary = EventsSummary {
//!     total: 1,
//!     window: cloudtrail::ObservedWindow::default(),
//!     read: 1,
//!     write: 0,
//!     read_write_unknown: 0,
//!     by_event: vec![],
//!     by_principal: vec![],
//!     by_source_ip: vec![],
//!     by_region: vec![],
//!     by_user_agent_family: vec![],
//!     failed_operations: cloudtrail::FailedOperations::default(),
//!     console_logins: cloudtrail::ConsoleLogins::default(),
//!     root_activity: 0,
//!     high_risk: vec![],
//!     truncated: Default::default(),
//! };
//!
//! let facts = report::cloudtrail_facts(&summary, &coverage);
//! assert_eq!((facts[0].metric.as_str(), facts[0].value), ("events.total", 1));
//!
//! let input = Input { scope: &scope, coverage: &coverage, summary: &summary, detail: Detail::Standard, max_bytes: 4096 };
//! let markdown = local::cloudtrail(input);
//! assert!(markdown.starts_with("# CloudTrail activity\n\n1 event"));
//! ```

mod facts;
mod input;
pub mod local;

pub use facts::{cloudtrail_facts, security_hub_facts};
pub use input::{Detail, Input};
