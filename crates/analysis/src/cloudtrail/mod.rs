//! Counts CloudTrail events.
//!
//! A section of the summary is one file: it counts what `Features` say, writes its fields of the summary and names the
//! evidence behind them. `sections` is the registry.

pub(crate) mod behind;
mod by_event;
mod by_region;
pub(crate) mod console;
mod evidence;
mod failed;
mod features;
mod high_risk;
pub(crate) mod principal;
mod profile;
mod reader;
pub(crate) mod root;
mod search;
pub(crate) mod source_ip;
mod totals;
mod touched;
pub(crate) mod user_agent;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::{ConsoleLogins, FailedOperations, ObservedWindow};
use security_model::{EventView, Incident, RecordHash, RecordOrigin, SafeText, TextKind, rfc3339};

use self::behind::Behind;
pub use self::evidence::EventEvidence;
use self::evidence::{EventData, EventSets};
pub(crate) use self::features::Features;
use self::high_risk::HighRisk;
pub use self::profile::{Profile, Subject};
pub(crate) use self::reader::{Call, Kinds, Met, Parts, Reader, Reading, Setting};
pub use self::search::{EventSearch, FoundEvents, NotABlock, Source};
use crate::EvidenceLimits;
use crate::baseline::{Baseline, Fit};
use crate::detect::{Actor, DetectionLimits, Detections, Detector, RulePack};
use crate::evidence::{Evidence, Kept, Sets, Table};
use crate::incident;
use crate::names::{Pool, Texts};
use crate::places::Places;
use crate::rank::sorted;
use crate::trail::{Replay, Trail};

/// One part of the summary.
trait Section {
    /// Counts an event.
    fn observe(&mut self, event: &Features);

    /// Writes the summary's fields and names the records behind them.
    fn finish(self: Box<Self>, texts: &Texts, summary: &mut EventsSummary, sets: &mut EventSets);
}

fn sections() -> Vec<Box<dyn Section + Send>> {
    vec![
        Box::<totals::Totals>::default(),
        Box::<by_event::ByEvent>::default(),
        Box::<principal::Principals>::default(),
        Box::<source_ip::SourceIps>::default(),
        Box::<by_region::ByRegion>::default(),
        Box::<user_agent::Families>::default(),
        Box::<failed::Failed>::default(),
        Box::<console::Console>::default(),
        Box::<root::RootActivity>::default(),
    ]
}

/// Counts events one at a time.
pub struct EventAnalysis {
    reader: Reader,
    sections: Vec<Box<dyn Section + Send>>,
    high_risk: HighRisk,
    extent: Extent,
    table: Table<EventData>,
    pool: Pool,
    detection: Option<Detection>,
}

/// What finds suspicious activity.
struct Detection {
    trail: Trail,
    detector: Detector,
    places: Arc<Places>,
    baseline: Option<Arc<Baseline>>,
}

/// From when to when the events are.
#[derive(Default)]
struct Extent {
    oldest: Option<Timestamp>,
    newest: Option<Timestamp>,
}

/// What an analysis of events found.
pub struct EventResult {
    /// The numbers, with whole lists.
    pub summary: EventsSummary,
    /// The records behind them.
    pub evidence: EventEvidence,
    /// Time of the newest event.
    pub newest: Option<Timestamp>,
    /// Time of the oldest event.
    pub oldest: Option<Timestamp>,
    /// Distinct accounts of the events, sorted.
    pub accounts: Vec<SafeText>,
    /// Distinct regions, sorted.
    pub regions: Vec<SafeText>,
    /// What was found; nothing without rules.
    pub detections: Detections,
    /// Detections that tell one story, worst first.
    pub incidents: Vec<Incident>,
}

impl EventAnalysis {
    /// An analysis that has seen nothing. Without rules it detects nothing, and the high-risk calls are those that the
    /// built-in pack names.
    #[must_use]
    pub fn new(limits: EvidenceLimits) -> Self {
        Self {
            reader: Reader::default(),
            sections: sections(),
            high_risk: HighRisk::default(),
            extent: Extent::default(),
            table: Table::new(limits),
            pool: Pool::default(),
            detection: None,
        }
    }

    /// Looks for suspicious activity, too: tries rules on every event. The high-risk calls are those that these rules name.
    /// To be called before the first event.
    #[must_use]
    pub fn with_rules(mut self, pack: Arc<RulePack>, limits: DetectionLimits) -> Self {
        self.high_risk = HighRisk::of(Arc::clone(pack.high_risk()));
        let trail = Trail::new(limits.trail());
        let places = Places::shared();
        self.detection = Some(Detection { trail, detector: Detector::new(pack, limits), places, baseline: None });
        self
    }

    /// Leaves out the numbers of the summary, for those who only ask what was detected.
    #[must_use]
    pub fn without_counts(mut self) -> Self {
        self.sections = Vec::new();
        self
    }

    /// Uses this for where calls came from, in place of the embedded data.
    #[must_use]
    pub fn with_places(mut self, places: Arc<Places>) -> Self {
        if let Some(detection) = &mut self.detection {
            detection.places = places;
        }
        self
    }

    /// Judges events beside what was ordinary before them; not beside what came [after](crate::baseline::Fit::After) them.
    #[must_use]
    pub fn with_baseline(mut self, baseline: Arc<Baseline>) -> Self {
        if let Some(detection) = &mut self.detection {
            detection.baseline = Some(baseline);
        }
        self
    }

    /// Counts an event that passed the filters and is no duplicate.
    pub fn observe(&mut self, event: &EventView<'_>, origin: &RecordOrigin) {
        let reading = self.reader.read(event, |event| self.high_risk.api_of(event));
        let features = reading.features;
        for section in &mut self.sections {
            section.observe(&features);
        }
        self.high_risk.observe(&features);
        self.extent.observe(&features);
        let (mut detected, mut place) = (false, None);
        if let Some(Detection { trail, detector, .. }) = &mut self.detection {
            let names = &mut self.reader.names;
            let at = trail.observe(event, &reading, origin, names);
            place = at.map(|(at, _)| at);
            let Features { principal, session, source_ip, .. } = features;
            let actor = Actor { principal: principal.name, session, source_ip, at };
            detected = detector.observe(event, (origin, reading.kinds), actor, names);
        }
        let worth = features.worth(detected);
        if self.table.wants(worth) {
            let data = EventData::of(event, features, place, &mut self.pool);
            let hash = RecordHash::of(event.record);
            self.table.offer(Kept { worth, hash, origin: origin.clone(), data });
        }
    }

    /// The result.
    #[must_use]
    pub fn finish(self) -> EventResult {
        let Self { reader, sections, high_risk, extent, table, mut pool, detection } = self;
        let Parts { names, met, accounts, regions } = reader.into_parts();
        let texts = names.into_texts();
        let mut summary = empty_summary();
        let mut sets = Sets::new();
        for section in sections {
            section.finish(&texts, &mut summary, &mut sets);
        }
        if let Some(detection) = &detection {
            source_ip::locate(&mut summary.by_source_ip, &detection.places);
        }
        high_risk.finish(&texts, &mut summary, &mut sets);
        let (detections, incidents, behind) =
            detection.map(|detection| detection.finish(met, &texts, &extent)).unwrap_or_default();
        summary.window = ObservedWindow { start: extent.oldest.map(rfc3339), end: extent.newest.map(rfc3339) };
        let rows = table.finish();
        pool.sweep();
        let row_heap = pool.heap_bytes() + rows.iter().map(|row| row.data.heap_bytes()).sum::<usize>();
        EventResult {
            summary,
            newest: extent.newest,
            oldest: extent.oldest,
            accounts: sorted(accounts, &texts, TextKind::Identifier),
            regions: sorted(regions, &texts, TextKind::Identifier),
            detections,
            incidents,
            evidence: EventEvidence::new(Evidence::new(rows, sets, texts, row_heap), behind),
        }
    }
}

impl Detection {
    fn finish(self, met: Met, texts: &Texts, extent: &Extent) -> (Detections, Vec<Incident>, Behind) {
        let Self { trail, detector, places, baseline } = self;
        let baseline = baseline.filter(|baseline| match (extent.oldest, extent.newest) {
            (Some(oldest), Some(newest)) => baseline.fit(oldest, newest) != Fit::After,
            _ => false,
        });
        let trail = Replay::new(trail, met, texts, &places);
        let mut detections = detector.finish(texts, &trail, baseline);
        let incident::Told { incidents, changes, mut members } = incident::told(&detections.rows, &trail, texts);
        for (at, row) in detections.rows.iter_mut().enumerate() {
            row.detection.incident = members.remove(&at);
        }
        let (chain_of, chains, places) = trail.into_parts();
        let (incidents, stories) = incidents
            .into_iter()
            .map(|(incident, story)| {
                let id = incident.id.clone();
                (incident, (id, story))
            })
            .unzip();
        (detections, incidents, Behind { chain_of, chains, places, changes, stories })
    }
}

impl Extent {
    fn observe(&mut self, event: &Features) {
        if let Some(time) = event.time {
            self.oldest = Some(self.oldest.map_or(time, |oldest| oldest.min(time)));
            self.newest = Some(self.newest.map_or(time, |newest| newest.max(time)));
        }
    }
}

fn empty_summary() -> EventsSummary {
    EventsSummary {
        total: 0,
        window: ObservedWindow::default(),
        read: 0,
        write: 0,
        read_write_unknown: 0,
        by_event: Vec::new(),
        by_principal: Vec::new(),
        by_source_ip: Vec::new(),
        by_region: Vec::new(),
        by_user_agent_family: Vec::new(),
        failed_operations: FailedOperations::default(),
        console_logins: ConsoleLogins::default(),
        root_activity: 0,
        high_risk: Vec::new(),
        truncated: BTreeMap::new(),
    }
}
