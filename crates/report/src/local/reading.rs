//! What was read and what was not: said the same way in every report.

use security_model::{Coverage, Gap, GapKind, SafeText, Scope, SourceCoverage};

use super::layout::{Keep, Section};
use super::text::{counted, length, minute, names, number, sentence, series};

/// Names listed within one line about the reading.
const NAMES: usize = 4;

/// The warning that opens a report on incomplete data.
pub(crate) fn incomplete(coverage: &Coverage) -> Option<String> {
    if coverage.complete {
        return None;
    }
    let mut kinds: Vec<GapKind> = coverage.gaps().map(|(_, gap)| gap.kind).filter(|kind| limits(*kind)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let why = series(kinds.into_iter().map(|kind| cause(kind).to_owned()).collect());
    let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
    Some(format!(
        "**Incomplete:** not everything asked for was read{why}. The numbers cover only what was read; see \"What was \
         not read\"."
    ))
}

/// Source, vantage point, accounts, regions, filters, and what became of every record.
pub(crate) fn what_was_read(scope: &Scope, coverage: &Coverage, left_out_by: &str) -> String {
    let mut parts = vec![source(scope)];
    parts.extend(place("account", "accounts", &scope.accounts));
    parts.extend(place("region", "regions", &scope.regions));
    parts.extend(window(scope));
    let mut text = format!("**Read:** {}. {}", parts.join("; "), records(coverage, left_out_by));
    for (name, values) in &scope.filters {
        text.push_str(&format!(" Filter {name}: {}.", names(values, NAMES)));
    }
    text
}

fn source(scope: &Scope) -> String {
    match scope.source.as_str() {
        "aws" => format!("AWS, live{}", scope.vantage.as_ref().map(seen_from).unwrap_or_default()),
        "sample" => "the built-in sample".to_owned(),
        _ => format!("files at {}", scope.source.code_span()),
    }
}

fn seen_from(vantage: &security_model::Vantage) -> String {
    let mut text = String::new();
    if let Some(account) = &vantage.caller_account {
        text.push_str(&format!(", as account {}", account.code_span()));
    }
    if let Some(region) = &vantage.region {
        text.push_str(&format!(", asked first in {}", region.code_span()));
    }
    // A list of regions that was not given needs its origin said: opt-in regions may be missing from ours.
    if let Some(from) =
        vantage.regions_from.as_deref().filter(|from| matches!(*from, "account:ListRegions" | "built-in list"))
    {
        text.push_str(&format!(", regions by {from}"));
    }
    if let Some(endpoint) = &vantage.endpoint {
        text.push_str(&format!(", through the endpoint override {}", endpoint.code_span()));
    }
    text
}

fn place(one: &str, many: &str, all: &[SafeText]) -> Option<String> {
    match all {
        [] => None,
        [only] => Some(format!("{one} {}", only.code_span())),
        several => Some(format!("{} {many}: {}", several.len(), names(several, NAMES))),
    }
}

fn window(scope: &Scope) -> Option<String> {
    let start = scope.start.as_deref().and_then(minute);
    let end = scope.end.as_deref().and_then(minute);
    match (start, end) {
        (Some(start), Some(end)) => Some(format!("window {start} up to {end}")),
        (Some(start), None) => Some(format!("window from {start}")),
        (None, Some(end)) => Some(format!("window up to {end}")),
        (None, None) => None,
    }
}

fn records(coverage: &Coverage, left_out_by: &str) -> String {
    let calls: u64 = coverage.sources.iter().map(|source| source.calls).sum();
    let mut from = Vec::new();
    if coverage.files.seen > 0 {
        let skipped = match coverage.files.skipped {
            0 => String::new(),
            skipped => format!(" ({} skipped)", number(skipped)),
        };
        from.push(format!("{}{skipped}", counted(coverage.files.seen, "file", "files")));
    }
    if calls > 0 {
        from.push(counted(calls, "API call", "API calls"));
    }
    let from = if from.is_empty() { String::new() } else { format!(" from {}", series(from)) };
    let mut fates = vec![format!("{} counted", number(coverage.counted))];
    for (count, fate) in [
        (coverage.excluded, left_out_by),
        (coverage.duplicates, "read twice and counted once"),
        (coverage.unreadable, "not understood"),
    ] {
        if count > 0 {
            fates.push(format!("{} {fate}", number(count)));
        }
    }
    let conflicts = match coverage.conflicting_ids {
        0 => String::new(),
        n => format!(
            " {} an id with another record of different content; all are counted.",
            if n == 1 { "1 record shares".to_owned() } else { format!("{} records share", number(n)) }
        ),
    };
    let seen = counted(coverage.seen, "record", "records");
    if coverage.seen == 0 {
        return format!("{seen}{from}.{conflicts}");
    }
    format!("{seen}{from}: {}.{conflicts}", fates.join(", "))
}

/// The section that no report is without. `never` names what this kind of reading cannot hold.
pub(crate) fn what_was_not_read(coverage: &Coverage, never: Option<&str>) -> Section {
    let groups = grouped(coverage);
    let mut lead = Vec::new();
    if coverage.complete {
        lead.push(if groups.is_empty() {
            "Everything asked for was read.".to_owned()
        } else {
            "Everything asked for was read, apart from files that are no security records.".to_owned()
        });
    }
    lead.extend(never.map(str::to_owned));
    let rows: Vec<String> = groups.iter().map(Group::row).collect();
    let total = length(&rows);
    Section { heading: "What was not read", keep: Keep::Gaps, path: "coverage.sources", lead, rows, total }
}

/// Gaps of one kind with one remedy: sixteen regions that refuse for the same reason are one line.
struct Group<'a> {
    kind: GapKind,
    remedy: &'a str,
    gaps: Vec<(&'a SourceCoverage, &'a Gap)>,
}

fn grouped(coverage: &Coverage) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (source, gap) in coverage.gaps() {
        let known = groups.iter_mut().find(|group| group.kind == gap.kind && group.remedy == gap.remedy);
        match known {
            Some(group) => group.gaps.push((source, gap)),
            None => groups.push(Group { kind: gap.kind, remedy: &gap.remedy, gaps: vec![(source, gap)] }),
        }
    }
    groups.sort_by_key(|group| !limits(group.kind));
    groups
}

impl Group<'_> {
    fn row(&self) -> String {
        let mut regions: Vec<&SafeText> = self.gaps.iter().filter_map(|(source, _)| source.region.as_ref()).collect();
        regions.sort_unstable();
        regions.dedup();
        let places = if regions.is_empty() { String::new() } else { format!(" in {}", names(regions, NAMES)) };
        let mut details: Vec<&SafeText> = self.gaps.iter().map(|(_, gap)| &gap.detail).collect();
        details.sort_unstable();
        details.dedup();
        format!(
            "- **{}**{places}: {}. {}",
            sentence(cause(self.kind)).trim_end_matches('.'),
            names(details, 2),
            sentence(self.remedy)
        )
        .trim_end()
        .to_owned()
    }
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
