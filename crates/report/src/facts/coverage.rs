//! Numbers and rows about the reading itself.

use std::collections::{BTreeMap, BTreeSet};

use security_model::{Coverage, GapKind, SafeText, Unit};

use super::builder::{Builder, Described, Metric, count, identifier, name};
use crate::{Name, NameKind};

/// How many records and files, and what became of them.
pub(super) fn records(builder: &mut Builder, coverage: &Coverage) {
    for (metric, value) in [
        (SEEN, coverage.seen),
        (COUNTED, coverage.counted),
        (EXCLUDED, coverage.excluded),
        (DUPLICATES, coverage.duplicates),
        (UNREADABLE, coverage.unreadable),
        (CONFLICTING_IDS, coverage.conflicting_ids),
        (FILES_SEEN, coverage.files.seen),
        (FILES_READ, coverage.files.read),
        (FILES_SKIPPED, coverage.files.skipped),
    ] {
        builder.single(metric, value, None);
    }
}

/// Gaps of one kind.
#[derive(Default)]
struct OfKind<'a> {
    gaps: u64,
    regions: BTreeSet<&'a SafeText>,
    accounts: BTreeSet<&'a SafeText>,
}

/// How much was not read: totals, then one row per kind of gap with its regions and accounts.
pub(super) fn gaps(builder: &mut Builder, coverage: &Coverage) {
    let mut kinds: BTreeMap<GapKind, OfKind<'_>> = BTreeMap::new();
    for (source, gap) in coverage.gaps() {
        let of_kind = kinds.entry(gap.kind).or_default();
        of_kind.gaps += 1;
        of_kind.regions.extend(&source.region);
        of_kind.accounts.extend(&source.account);
    }
    let limiting = || kinds.iter().filter(|(kind, _)| **kind != GapKind::NotRecords).map(|(_, of_kind)| of_kind);
    let regions: BTreeSet<&SafeText> = limiting().flat_map(|kind| kind.regions.iter().copied()).collect();
    builder.single(GAPS, limiting().map(|kind| kind.gaps).sum(), None);
    builder.single(GAP_REGIONS, count(regions.len()), None);
    for (index, (kind, of_kind)) in kinds.iter().enumerate() {
        let label = label(*kind);
        builder.named(GAPS_OF_KIND, index, &label, of_kind.gaps, None);
        builder.named_in(GAPS_OF_KIND.path, GAP_REGIONS_OF_KIND, index, &label, count(of_kind.regions.len()));
        let mut names = vec![Name { kind: NameKind::Status, text: identifier(&label) }];
        names.extend(of_kind.regions.iter().map(|region| name(NameKind::Region, region)));
        names.extend(of_kind.accounts.iter().map(|account| name(NameKind::Account, account)));
        builder.row(GAPS_OF_KIND.path, None, index, Described { names, ..Described::default() });
    }
}

/// A kind of gap as the answer writes it, e.g. `access_denied`.
fn label(kind: GapKind) -> String {
    let value = serde_json::to_value(kind).ok();
    value.as_ref().and_then(serde_json::Value::as_str).unwrap_or("gap").to_owned()
}

const fn records_metric(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Records, derivation }
}

const fn files(path: &'static str, derivation: &'static str) -> Metric {
    Metric { path, unit: Unit::Files, derivation }
}

const SEEN: Metric = records_metric("coverage.seen", "Records read, whatever became of them.");
const COUNTED: Metric = records_metric("coverage.counted", "Records read that are in the numbers.");
const EXCLUDED: Metric =
    records_metric("coverage.excluded", "Records read that the window, a filter or the working set left out.");
const DUPLICATES: Metric = records_metric("coverage.duplicates", "Records read that had been read before.");
const UNREADABLE: Metric = records_metric("coverage.unreadable", "Records met that could not be understood.");
const CONFLICTING_IDS: Metric =
    records_metric("coverage.conflicting_ids", "Records counted although another of the same id has other content.");
const FILES_SEEN: Metric = files("coverage.files.seen", "Files met in the source.");
const FILES_READ: Metric = files("coverage.files.read", "Files that were read and understood.");
const FILES_SKIPPED: Metric = files("coverage.files.skipped", "Files left out: no security records, or not readable.");
const GAPS: Metric = Metric {
    path: "coverage.gaps.length",
    unit: Unit::Kinds,
    derivation: "Gaps listed under coverage.sources[].gaps that make the answer incomplete; many of one kind end in one \
                 that says how many more.",
};
const GAP_REGIONS: Metric = Metric {
    path: "coverage.gaps.regions",
    unit: Unit::Regions,
    derivation: "Distinct regions of the sources that have gaps.",
};
const GAPS_OF_KIND: Metric = Metric {
    path: "coverage.gaps",
    unit: Unit::Kinds,
    derivation: "Gaps of this kind listed under coverage.sources[].",
};
const GAP_REGIONS_OF_KIND: Metric = Metric {
    path: "coverage.gaps.regions",
    unit: Unit::Regions,
    derivation: "Distinct regions of the sources that have gaps of this kind.",
};
