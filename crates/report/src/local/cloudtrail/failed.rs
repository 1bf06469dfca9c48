//! Failed operations by error, call and principal.

use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::FailedOperations;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counted, counts, number, percent};

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let summary = input.summary;
    let failed = &summary.failed_operations;
    if summary.total == 0 {
        return None;
    }
    let of_all = counted(summary.total, "event", "events");
    let mut answer = match failed.total {
        0 => format!("None of the {of_all} counted carries an error code."),
        total => format!("{} of {of_all} ({}) failed (`failed`).", number(total), percent(total, summary.total)),
    };
    if failed.dry_run > 0 {
        let dry_runs = counted(failed.dry_run, "dry-run answer is", "dry-run answers are");
        answer.push_str(&format!(" {dry_runs} counted apart."));
    }
    let mut lead = vec![answer];
    if failed.total > 0 {
        lead.push(breakdown(failed, input.detail.names()));
    }
    Some(Section {
        heading: "Failed operations",
        keep: Keep::Key,
        path: "events.failed_operations",
        lead,
        rows: vec![],
        total: 0,
    })
}

fn breakdown(failed: &FailedOperations, shown: usize) -> String {
    let errors = failed.by_error.iter().map(|row| (&row.name, row.count));
    let events = failed.by_event.iter().map(|row| (&row.event_name, row.count));
    let principals = failed.by_principal.iter().map(|row| (&row.name, row.count));
    format!(
        "- By error: {}\n- By call: {}\n- By principal: {}",
        counts(errors, shown, "events.failed_operations.by_error"),
        counts(events, shown, "events.failed_operations.by_event"),
        counts(principals, shown, "events.failed_operations.by_principal"),
    )
}
