//! Failed operations by error, principal and operation.

use security_model::SafeText;
use security_model::summary::EventsSummary;

use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{counted, number, percent};

pub(super) fn section(case: &Case<'_, EventsSummary>) -> Option<Section> {
    let summary = case.summary;
    let failed = &summary.failed_operations;
    if summary.total == 0 {
        return None;
    }
    let mut lead = match failed.total {
        0 => format!("No failed operations {}.", reading::among(case.coverage, summary.total, "event", "events")),
        total => format!(
            "{} among {} ({}).",
            counted(total, "failed operation", "failed operations"),
            counted(summary.total, "event", "events"),
            percent(total, summary.total)
        ),
    };
    if failed.dry_run > 0 && case.is_ample() {
        lead.push_str(&format!(" {} counted apart.", counted(failed.dry_run, "dry run is", "dry runs are")));
    }
    let rows = if failed.total == 0 { vec![] } else { breakdown(case) };
    Some(Section {
        heading: "Failed Operations",
        keep: Keep::Key,
        path: "events.failed_operations",
        lead: vec![lead],
        rows,
        total: 0,
        first: 1,
    })
}

fn breakdown(case: &Case<'_, EventsSummary>) -> Vec<String> {
    let failed = &case.summary.failed_operations;
    let lists = [
        ("error", failed.by_error.iter().map(|row| (&row.name, row.count)).collect(), "by_error"),
        ("principal", failed.by_principal.iter().map(|row| (&row.name, row.count)).collect(), "by_principal"),
        ("operation", failed.by_event.iter().map(|row| (&row.event_name, row.count)).collect(), "by_event"),
    ];
    lists.into_iter().filter_map(|(by, rows, list)| line(case, by, rows, list)).collect()
}

fn line(case: &Case<'_, EventsSummary>, by: &str, rows: Vec<(&SafeText, u64)>, list: &str) -> Option<String> {
    let most = if case.is_full() { case.detail.names() } else { 3 };
    let shown = rows.iter().filter_map(|(name, count)| Some(format!("{} {}", case.name(name)?, number(*count))));
    let mut parts: Vec<String> = shown.take(most).collect();
    if parts.is_empty() {
        return None;
    }
    let left_out = rows.len().saturating_sub(parts.len());
    if left_out > 0 {
        let left_out = number(u64::try_from(left_out).unwrap_or(u64::MAX));
        parts.push(format!("… {left_out} more: `events.failed_operations.{list}`"));
    }
    Some(format!("- Failed by {by}: {}", parts.join(", ")))
}
