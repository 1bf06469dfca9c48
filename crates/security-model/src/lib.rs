//! The ground floor: the values and borrowed views every Nightdesk crate shares.
//!
//! Nothing here does I/O, reads a clock, starts a task or knows an AWS SDK type. Format crates lend their records as
//! [`EventView`] and [`FindingView`]; `analysis` reads only those; `report` and the server speak in the summaries,
//! facts, coverage and evidence rows defined here.

pub mod coverage;
pub mod detection;
pub mod event;
pub mod evidence;
pub mod fact;
pub mod filter;
pub mod finding;
pub mod fold;
pub mod incident;
pub mod scope;
pub mod secret;
pub mod summary;
pub mod text;
pub mod time;

pub use coverage::{Coverage, FileCoverage, Gap, GapKind, Ledger, Outcome, SourceCoverage, SourceKey};
pub use detection::{Confidence, Detection, DetectionKind, Level, RuleOrigin};
pub use event::{EventView, RawJson, SessionIssuerView, UserIdentityView};
pub use evidence::{EventRow, FindingRow, RecordHash, RecordOrigin};
pub use fact::{Fact, Unit};
pub use filter::{EventFilter, Exclusion, FindingFilter, WorkingSet};
pub use finding::{Compliance, FindingView, RecordState, ResourceView, Severity, Workflow};
pub use incident::{Incident, IncidentActor, LastingChange, TimelineEntry};
pub use scope::{Scope, Vantage};
pub use text::{SafeText, TextKind, Untrusted};
pub use time::{TimeWindow, parse_timestamp, rfc3339};
