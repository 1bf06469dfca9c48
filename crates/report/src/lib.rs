//! Reports on an analysis: what they may say, who writes them, what they have to be, and whether what they say is so.
//!
//! | part | what it does | start at |
//! |---|---|---|
//! | facts | every number and name that a report may use, from a summary; the risk rating that follows from them | [`security_hub_fact_set`], [`cloudtrail_fact_set`], [`risk_rating`] |
//! | local writer | writes the report itself: deterministic, no model, no network | [`local`] |
//! | requirements | what a report has to be, stated beforehand and scored afterwards | [`requirement::select`], [`requirement::assess`] |
//! | verifier | finds every claim of a report and checks it against the facts | [`verify::verify`] |
//! | egress | what a model is shown: slots and tokens in place of what records say, and the way back | [`egress::Curtain`] |
//! | engine | has a [writer](writer::Writer) draft, verifies, scores, sends back, and delivers a report that holds | [`engine::compose`] |
//! | bundle | a report with all that it rests on, in one file that can be checked elsewhere | [`bundle::Bundle`] |
//!
//! Everything that an attacker may have written stands inside code spans of the markdown. Facts and the local writer take
//! summaries whose lists are whole; cutting lists for an answer comes after. Nothing here opens a connection or knows AWS:
//! whoever implements [`writer::Writer`] does.
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
//! let set = report::cloudtrail_fact_set(&scope, &coverage, &summary, None, &[]);
//! assert_eq!((set.facts[0].metric.as_str(), set.facts[0].value), ("events.total", 1));
//!
//! let (detail, max_bytes) = (Detail::Standard, 4096);
//! let input = Input { scope: &scope, coverage: &coverage, summary: &summary, incidents: None, alone: &[], detail, max_bytes };
//! let markdown = local::cloudtrail(input);
//! assert!(markdown.contains("no high-risk calls among the 1 event"));
//! ```

mod arn;
pub mod bundle;
pub mod egress;
pub mod engine;
mod fact_set;
mod facts;
mod input;
mod language;
pub mod local;
pub mod markdown;
pub mod requirement;
pub mod verify;
pub mod writer;

pub use fact_set::{FactRow, FactSet, Name, NameKind, Required, Subject};
pub use facts::{RiskLabel, cloudtrail_fact_set, risk_rating, security_hub_fact_set};
pub use input::{Detail, Input};
