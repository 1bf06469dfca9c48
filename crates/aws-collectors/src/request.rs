//! What a caller may ask for, and what comes back.

use std::path::PathBuf;

use security_findings::Finding;
use security_model::summary::security_hub::StatisticsV2;
use security_model::{Coverage, EventFilter, EventView, FindingFilter, RecordOrigin, SafeText, Vantage};

/// Where records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The live AWS APIs.
    Aws,
    /// A file, or a folder that is walked.
    Path(PathBuf),
    /// Files held in memory, such as the built-in sample.
    Bytes {
        /// Name under which they are accounted: `sample`.
        label: &'static str,
        /// Name and content of each file, plain or gzip.
        parts: Vec<(&'static str, &'static [u8])>,
    },
}

/// How much a collection may spend. What it could not read for that reason is declared as a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Seconds of wall clock, from the start of the call.
    pub seconds: Option<u64>,
    /// AWS calls that read records, retries included.
    pub calls: Option<u64>,
    /// Records read. Live collections finish the page in hand.
    pub records: Option<u64>,
}

/// Which regions to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RegionChoice {
    /// Events: the configured region and us-east-1, where global services report. Findings: the configured region.
    #[default]
    Default,
    /// These.
    Named(Vec<String>),
    /// Every region enabled in the account, by `account:ListRegions`, else a built-in list.
    All,
}

/// A lookup attribute the caller wants CloudTrail to filter by. CloudTrail takes exactly one; it goes before anything
/// derived from the filter, and it is the caller's to know that it means what they ask (`Username` is the user name or
/// the role *session* name). Files ignore it.
///
/// Source: CloudTrail API reference, `LookupAttribute`, read 2026-11-21.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// `EventId`
    EventId(String),
    /// `Username`
    Username(String),
    /// `ResourceName`
    ResourceName(String),
    /// `ResourceType`
    ResourceType(String),
}

/// A request for events.
#[derive(Clone, Debug)]
pub struct EventRequest {
    /// Where from.
    pub source: Source,
    /// Which events count.
    pub filter: EventFilter,
    /// Which regions to ask, when live.
    pub regions: RegionChoice,
    /// An attribute for CloudTrail to filter by, when live.
    pub lookup: Option<Lookup>,
    /// How much it may spend.
    pub budget: Budget,
}

/// A request for findings.
#[derive(Clone, Debug)]
pub struct FindingRequest {
    /// Where from.
    pub source: Source,
    /// Which findings count.
    pub filter: FindingFilter,
    /// Which regions to ask, when live.
    pub regions: RegionChoice,
    /// How much it may spend.
    pub budget: Budget,
}

/// Takes the events that count, one by one, on the collecting task.
pub trait EventSink: Send {
    /// One event, lent for the call. Events arrive in no particular order.
    fn event(&mut self, event: &EventView<'_>, origin: &RecordOrigin);
}

/// What was read and from where.
#[derive(Clone, Debug)]
pub struct Collection {
    /// The books.
    pub coverage: Coverage,
    /// Where a live answer was seen from.
    pub vantage: Option<Vantage>,
    /// Regions asked, when live.
    pub regions_asked: Vec<String>,
    /// The attribute CloudTrail filtered by, as `Name=value`, when live and there was one.
    pub pushed_down: Option<SafeText>,
}

/// A finding and where it was read.
#[derive(Debug)]
pub struct CollectedFinding {
    /// The finding.
    pub finding: Finding,
    /// Its origin.
    pub origin: RecordOrigin,
}

/// The findings of one request.
#[derive(Debug)]
pub struct FindingCollection {
    /// Findings that count.
    pub counted: Vec<CollectedFinding>,
    /// Findings that pass the filters, are not archived, and whose workflow status is RESOLVED. `None`: not known, and
    /// a gap says why.
    pub resolved: Option<Vec<CollectedFinding>>,
    /// Counts of the new Security Hub, where it answers.
    pub statistics_v2: Option<StatisticsV2>,
    /// What was read and from where.
    pub collection: Collection,
}
