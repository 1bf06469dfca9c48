//! What was read and what was not: said the same way in every report.

use security_model::{Coverage, Gap, GapKind, SafeText, SourceCoverage};

use super::case::Case;
use super::layout::{Keep, Section};
use super::text::{OTHERS, counted, length, minute, names, number, sentence, series};

/// Names listed within one line about the reading.
const NAMES: usize = 2;
/// Kinds of gaps named in one line.
const KINDS: usize = 6;

/// The warning that a report on incomplete data opens with, after its first sentence.
pub(crate) fn incomplete(coverage: &Coverage) -> Option<String> {
    let warning = "**Incomplete:** the numbers cover only what was read; see Data Gaps.";
    (!coverage.complete).then(|| warning.to_owned())
}

/// `among the 9 events`, or, when there are gaps, `among the 9 events counted (incomplete)`: what "none" is said of.
pub(crate) fn among(coverage: &Coverage, total: u64, one: &str, many: &str) -> String {
    let all = counted(total, one, many);
    if coverage.complete { format!("among the {all}") } else { format!("among the {all} counted (incomplete)") }
}

/// The section that no report is without. `notes` are further paragraphs.
pub(crate) fn data_gaps<S>(case: &Case<'_, S>, left_out_by: &str, notes: Vec<String>) -> Section {
    let coverage = case.coverage;
    let mut lead = vec![what_was_not_read(coverage)];
    let left_out = if case.is_full() { left_out_by } else { "left out" };
    lead.push(format!("{}{}", records(coverage, left_out), filters(case)));
    if case.is_ample() {
        lead.extend(asked(case));
    }
    lead.extend(notes);
    let groups = grouped(coverage, case.is_full());
    let rows: Vec<String> = groups.iter().map(|group| group.row(case)).collect();
    let total = length(&rows);
    Section { heading: "Data Gaps", keep: Keep::Gaps, path: "coverage.sources", lead, rows, first: 1, total }
}

/// `Not everything was read: access denied and file damaged.`
fn what_was_not_read(coverage: &Coverage) -> String {
    let groups = grouped(coverage, false);
    let limiting: Vec<&Group<'_>> = groups.iter().filter(|group| limits(group.kind)).collect();
    if limiting.is_empty() && coverage.complete {
        return if groups.is_empty() {
            "Everything asked for was read.".to_owned()
        } else {
            "Everything asked for was read, apart from files that are no security records.".to_owned()
        };
    }
    let kinds = limiting.iter().take(KINDS).map(|group| cause(group.kind).to_owned());
    let kinds = names(kinds.collect(), limiting.len(), OTHERS);
    format!("Not everything was read: {kinds}.")
}

/// `455 records read: 243 counted and 212 left out. 12 files seen, 1 file skipped.`
fn records(coverage: &Coverage, left_out_by: &str) -> String {
    let mut text = counted(coverage.seen, "record read", "records read");
    let fates: Vec<String> = [
        (coverage.counted, "counted"),
        (coverage.excluded, left_out_by),
        (coverage.duplicates, if coverage.duplicates == 1 { "duplicate" } else { "duplicates" }),
        (coverage.unreadable, "not understood"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, fate)| format!("{} {fate}", number(count)))
    .collect();
    if !fates.is_empty() {
        text.push_str(&format!(": {}", series(fates)));
    }
    text.push('.');
    if coverage.files.seen > 0 {
        let skipped = match coverage.files.skipped {
            0 => String::new(),
            skipped => format!(", {} skipped", counted(skipped, "file", "files")),
        };
        text.push_str(&format!(" {} seen{skipped}.", counted(coverage.files.seen, "file", "files")));
    }
    if coverage.conflicting_ids > 0 {
        let share = counted(coverage.conflicting_ids, "record has a conflicting id", "records have conflicting ids");
        text.push_str(&format!(" {share}; all are counted."));
    }
    text
}

/// Filters are always said: the numbers are about what they let through.
fn filters<S>(case: &Case<'_, S>) -> String {
    let filters = case.scope.filters.iter().map(|(filter, values)| {
        let shown: Vec<String> = values.iter().take(NAMES).filter_map(|value| case.name(value)).collect();
        let values = names(shown, values.len(), OTHERS);
        if values.is_empty() { filter.clone() } else { format!("{filter} {values}") }
    });
    let filters: Vec<String> = filters.collect();
    if filters.is_empty() { String::new() } else { format!(" Filters: {}.", filters.join("; ")) }
}

/// Source, accounts, regions and window.
fn asked<S>(case: &Case<'_, S>) -> Option<String> {
    let scope = case.scope;
    let mut parts = vec![source(case)];
    parts.extend(place(case, "account", "accounts", &scope.accounts));
    parts.extend(place(case, "region", "regions", &scope.regions));
    let start = scope.start.as_deref().and_then(minute);
    let end = scope.end.as_deref().and_then(minute);
    parts.extend(match (start, end) {
        (Some(start), Some(end)) => Some(format!("window {start} to {end}")),
        (Some(start), None) => Some(format!("window from {start}")),
        (None, Some(end)) => Some(format!("window to {end}")),
        (None, None) => None,
    });
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| format!("Source: {}.", parts.join("; ")))
}

fn source<S>(case: &Case<'_, S>) -> String {
    match case.scope.source.as_str() {
        "aws" => format!("AWS, live{}", seen_from(case)),
        "sample" => "the built-in sample".to_owned(),
        _ => case.first("files at ", [&case.scope.source]),
    }
}

fn seen_from<S>(case: &Case<'_, S>) -> String {
    let Some(vantage) = &case.scope.vantage else { return String::new() };
    let mut text = case.first(", as account ", &vantage.caller_account);
    if case.is_full() {
        text.push_str(&case.first(", asked first in ", &vantage.region));
        // A list of regions that was not given needs its origin said: opt-in regions may be missing from ours.
        let from = vantage.regions_from.as_deref();
        if let Some(from) = from.filter(|from| matches!(*from, "account:ListRegions" | "built-in list")) {
            text.push_str(&format!(", regions by {from}"));
        }
    }
    text.push_str(&case.first(", through the endpoint override ", &vantage.endpoint));
    text
}

fn place<S>(case: &Case<'_, S>, one: &str, many: &str, all: &[SafeText]) -> Option<String> {
    let most = if case.is_full() { 20 } else { NAMES };
    let shown: Vec<String> = all.iter().take(most).filter_map(|name| case.name(name)).collect();
    match all {
        [] => None,
        [_] => shown.first().map(|only| format!("{one} {only}")),
        // Those that cannot be named are not told apart from those that there was no room for.
        several if shown.len() < several.len().min(most) => Some(counted(length(several), one, many)),
        several => {
            Some(format!("{}: {}", counted(length(several), one, many), names(shown, several.len(), (one, many))))
        }
    }
}

/// Gaps that are told in one line: sixteen regions that refuse for the same reason are one.
struct Group<'a> {
    kind: GapKind,
    gaps: Vec<(&'a SourceCoverage, &'a Gap)>,
}

/// By kind, or by kind and remedy; what makes an answer incomplete comes first.
fn grouped(coverage: &Coverage, by_remedy: bool) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (source, gap) in coverage.gaps() {
        let belongs = |group: &&mut Group<'_>| {
            group.kind == gap.kind && (!by_remedy || group.gaps.first().is_some_and(|(_, g)| g.remedy == gap.remedy))
        };
        match groups.iter_mut().find(belongs) {
            Some(group) => group.gaps.push((source, gap)),
            None => groups.push(Group { kind: gap.kind, gaps: vec![(source, gap)] }),
        }
    }
    groups.sort_by_key(|group| (!limits(group.kind), group.kind));
    groups
}

impl Group<'_> {
    fn regions(&self) -> Vec<&SafeText> {
        let mut regions: Vec<&SafeText> = self.gaps.iter().filter_map(|(source, _)| source.region.as_ref()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }

    fn row<S>(&self, case: &Case<'_, S>) -> String {
        let regions = self.regions();
        let most = if case.is_full() { usize::MAX } else { NAMES };
        let shown: Vec<String> = regions.iter().take(most).filter_map(|region| case.name(region)).collect();
        let places = names(shown, regions.len(), ("region", "regions"));
        let places = if places.is_empty() { places } else { format!(" in {places}") };
        let remedy = self.gaps.first().map_or("", |(_, gap)| gap.remedy.as_str());
        let cause = sentence(cause(self.kind));
        let row = format!("- **{}**{places}: {}{}", cause.trim_end_matches('.'), self.details(case), sentence(remedy));
        row.trim_end().trim_end_matches(':').to_owned()
    }

    /// What exactly, in the words of files and services: only where there is room for any number of them.
    fn details<S>(&self, case: &Case<'_, S>) -> String {
        if !case.is_full() {
            return String::new();
        }
        let mut details: Vec<&SafeText> = self.gaps.iter().map(|(_, gap)| &gap.detail).collect();
        details.sort_unstable();
        details.dedup();
        let shown = details.iter().take(NAMES).map(|detail| detail.code_span()).collect();
        format!("{}. ", names(shown, details.len(), OTHERS))
    }
}

/// The first region that could not be read and what to do about it, as an action.
pub(crate) fn close_the_gap<S>(case: &Case<'_, S>) -> Option<String> {
    let groups = grouped(case.coverage, false);
    let group = groups.iter().find(|group| limits(group.kind) && !group.regions().is_empty())?;
    let (_, gap) = group.gaps.iter().find(|(source, _)| source.region.is_some())?;
    let place = case.first(" in ", group.regions());
    Some(format!("Close the gap{place} ({}): {}", cause(group.kind), sentence(&gap.remedy)))
}

/// Whether a gap makes an answer incomplete.
fn limits(kind: GapKind) -> bool {
    kind != GapKind::NotRecords
}

const fn cause(kind: GapKind) -> &'static str {
    match kind {
        GapKind::AccessDenied => "access denied",
        GapKind::NoCredentials => "no usable credentials",
        GapKind::ExpiredCredentials => "expired or invalid credentials",
        GapKind::NotEnabled => "service not enabled",
        GapKind::Throttled => "throttled by AWS",
        GapKind::ServiceError => "service error",
        GapKind::Unreachable => "service not reachable",
        GapKind::PagingBroken => "paging broke off",
        GapKind::TimeBudget => "time budget spent",
        GapKind::CallBudget => "call budget spent",
        GapKind::RecordBudget => "record budget spent",
        GapKind::OutsideRetention => "older than what the service keeps",
        GapKind::Cancelled => "cancelled",
        GapKind::FileUnreadable => "file not readable",
        GapKind::FileDamaged => "file damaged",
        GapKind::FileTooLarge => "file too large",
        GapKind::NotRecords => "no security records",
        GapKind::RecordsUnreadable => "records not understood",
        GapKind::NotEvaluated => "number not established",
    }
}
