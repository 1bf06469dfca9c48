//! Counts Security Hub findings.
//!
//! A section of the summary is one file: it counts what `Features` say, writes its fields of the summary and names the
//! evidence behind them. `sections` is the registry.

mod attention;
mod controls;
mod evidence;
mod features;
mod named;
mod new_findings;
mod resources;
mod statuses;
use std::collections::BTreeMap;

use jiff::Timestamp;
use security_model::evidence::ids;
use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::{ComplianceCounts, RecordStateCounts, SeverityCounts, WorkflowCounts};
use security_model::{FindingView, RecordHash, RecordOrigin, SafeText, TextKind};

pub use self::attention::ATTENTION_ROWS;
pub use self::evidence::FindingEvidence;
use self::evidence::{FindingData, FindingSets, Selector};
use self::features::Features;
use crate::EvidenceLimits;
use crate::evidence::{Evidence, Kept, Sets, Table};
use crate::hash::HashSet;
use crate::names::{Name, Names, Pool, Texts};
use crate::rank::sorted;

/// One part of the summary.
trait Section {
    /// Counts a finding of the working set.
    fn observe(&mut self, finding: &Features, hash: RecordHash);

    /// Writes the summary's fields and names the records behind them.
    fn finish(self: Box<Self>, found: &Found<'_>, summary: &mut FindingsSummary, sets: &mut FindingSets);
}

fn sections() -> Vec<Box<dyn Section + Send>> {
    vec![
        Box::<statuses::Statuses>::default(),
        Box::<named::Products>::default(),
        Box::<named::Accounts>::default(),
        Box::<named::Regions>::default(),
        Box::<named::Categories>::default(),
        Box::<resources::Resources>::default(),
        Box::<controls::Controls>::default(),
        Box::<new_findings::NewFindings>::default(),
        Box::<attention::Attention>::default(),
    ]
}

/// What sections know when they finish.
struct Found<'a> {
    texts: &'a Texts,
    /// The rows kept, newest first.
    rows: &'a [Kept<FindingData>],
    as_of: Option<Timestamp>,
}

/// Counts findings one at a time.
pub struct FindingAnalysis {
    names: Names,
    sections: Vec<Box<dyn Section + Send>>,
    extent: Extent,
    table: Table<FindingData>,
    pool: Pool,
    total: u64,
    resolved: u64,
    resolved_is_known: bool,
}

/// What the findings span.
#[derive(Default)]
struct Extent {
    newest: Option<Timestamp>,
    accounts: HashSet<Name>,
    regions: HashSet<Name>,
}

/// What an analysis of findings found.
pub struct FindingResult {
    /// The numbers, with whole lists.
    pub summary: FindingsSummary,
    /// The records behind them.
    pub evidence: FindingEvidence,
    /// The instant that "last 7 days" counts from: the one given, else the newest `UpdatedAt` or `CreatedAt` among the
    /// findings of the working set.
    pub as_of: Option<Timestamp>,
    /// Distinct accounts of the findings, sorted.
    pub accounts: Vec<SafeText>,
    /// Distinct regions, sorted.
    pub regions: Vec<SafeText>,
}

impl FindingAnalysis {
    /// An analysis that has seen nothing.
    #[must_use]
    pub fn new(limits: EvidenceLimits) -> Self {
        Self {
            names: Names::default(),
            sections: sections(),
            extent: Extent::default(),
            table: Table::new(limits),
            pool: Pool::default(),
            total: 0,
            resolved: 0,
            resolved_is_known: true,
        }
    }

    /// Counts a finding of the working set.
    pub fn observe(&mut self, finding: &FindingView<'_>, hash: RecordHash, origin: &RecordOrigin) {
        let features = Features::of(finding, &mut self.names, &mut self.pool);
        for section in &mut self.sections {
            section.observe(&features, hash);
        }
        self.total += 1;
        self.extent.newest = self.extent.newest.max(features.created_at).max(features.updated_at);
        self.extent.accounts.insert(features.account);
        self.extent.regions.insert(features.region);
        self.keep(finding, features, false, hash, origin);
    }

    /// Counts a resolved finding: one that passes the filters, is not archived and has the workflow status RESOLVED. It
    /// is in `resolved` and its evidence alone; one that belongs to the working set too is also given to
    /// [`Self::observe`].
    pub fn observe_resolved(&mut self, finding: &FindingView<'_>, hash: RecordHash, origin: &RecordOrigin) {
        self.resolved += 1;
        let features = Features::of(finding, &mut self.names, &mut self.pool);
        self.keep(finding, features, true, hash, origin);
    }

    /// Says that the resolved findings could not be counted: `resolved` is null.
    pub const fn resolved_unknown(&mut self) {
        self.resolved_is_known = false;
    }

    fn keep(
        &mut self,
        finding: &FindingView<'_>,
        features: Features,
        is_resolved: bool,
        hash: RecordHash,
        origin: &RecordOrigin,
    ) {
        let worth = features.worth(is_resolved);
        if self.table.wants(worth) {
            let data = FindingData::of(finding, features, is_resolved);
            self.table.offer(Kept { worth, hash, origin: origin.clone(), data });
        }
    }

    /// The result, with "last 7 days" counted from `as_of`, or from the newest finding where that is `None`.
    #[must_use]
    pub fn finish(self, as_of: Option<Timestamp>) -> FindingResult {
        let Self { names, sections, extent, table, mut pool, total, resolved, resolved_is_known } = self;
        let texts = names.into_texts();
        let as_of = as_of.or(extent.newest);
        let rows = table.finish();
        let mut summary = empty_summary();
        let mut sets = Sets::new();
        summary.total = total;
        sets.add(ids::FINDINGS, "Every finding counted", Selector::All, total);
        if resolved_is_known {
            summary.resolved = Some(resolved);
            sets.add(ids::RESOLVED, "Findings whose workflow status is RESOLVED", Selector::Resolved, resolved);
        }
        let found = Found { texts: &texts, rows: &rows, as_of };
        for section in sections {
            section.finish(&found, &mut summary, &mut sets);
        }
        pool.sweep();
        let row_heap = pool.heap_bytes() + rows.iter().map(|row| row.data.heap_bytes()).sum::<usize>();
        FindingResult {
            summary,
            as_of,
            accounts: sorted(extent.accounts, &texts, TextKind::Identifier),
            regions: sorted(extent.regions, &texts, TextKind::Identifier),
            evidence: FindingEvidence::new(Evidence::new(rows, sets, texts, row_heap)),
        }
    }
}

fn empty_summary() -> FindingsSummary {
    FindingsSummary {
        total: 0,
        by_severity: SeverityCounts::default(),
        by_record_state: RecordStateCounts::default(),
        by_workflow_status: WorkflowCounts::default(),
        by_compliance_status: ComplianceCounts::default(),
        by_product: Vec::new(),
        by_account: Vec::new(),
        by_region: Vec::new(),
        by_category: Vec::new(),
        top_resources: Vec::new(),
        top_controls: Vec::new(),
        new_last_7_days: 0,
        resolved: None,
        attention: Vec::new(),
        statistics_v2: None,
        truncated: BTreeMap::new(),
    }
}
