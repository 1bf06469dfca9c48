//! The answer: how bad it is, and what to look at first.

use security_model::Severity;
use security_model::summary::FindingsSummary;

use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{counted, minute, number, series};

pub(super) fn section(case: &Case<'_, FindingsSummary>) -> Option<Section> {
    let mut lead = vec![if case.summary.total > 0 { answer(case) } else { nothing_counted(case) }];
    lead.extend(reading::incomplete(case.coverage));
    if case.summary.total > 0 {
        lead.push(recent(case));
    }
    Some(Section::text("Executive Summary", Keep::Headline, "findings", lead))
}

fn answer(case: &Case<'_, FindingsSummary>) -> String {
    let summary = case.summary;
    let urgent = [Severity::Critical, Severity::High].map(|severity| {
        let count = summary.by_severity.get(severity);
        format!("**{} {}**", number(count), severity.label())
    });
    let resources = match case.total("findings.top_resources.length") {
        0 => String::new(),
        resources => format!(" on {}", counted(resources, "resource", "resources")),
    };
    let mut text = format!(
        "{} findings among {}{resources}",
        series(urgent.into()),
        counted(summary.total, "finding", "findings")
    );
    if let Some(first) = summary.attention.first() {
        let title = case.title(&first.title).unwrap_or_else(|| "the finding".to_owned());
        let on = case.first(" on ", &first.resources);
        text.push_str(&format!("; look first at {title}{on} (`{}`)", first.evidence_id));
    }
    text.push('.');
    text
}

fn recent(case: &Case<'_, FindingsSummary>) -> String {
    let summary = case.summary;
    let before = minute(&case.scope.as_of).unwrap_or_else(|| "the newest record".to_owned());
    let created = counted(summary.new_last_7_days, "finding was", "findings were");
    let resolved = match summary.resolved {
        Some(resolved) => counted(resolved, "finding is resolved", "findings are resolved"),
        None => "how many are resolved is not known".to_owned(),
    };
    format!("{created} created in the 7 days before {before}; {resolved}.")
}

fn nothing_counted(case: &Case<'_, FindingsSummary>) -> String {
    let coverage = case.coverage;
    if coverage.seen == 0 {
        return nothing_read(case);
    }
    let mut text = String::from("No findings in the working set.");
    if coverage.excluded > 0 {
        let left_out = counted(coverage.excluded, "record was", "records were");
        let by = if case.scope.filters.is_empty() { "the working set" } else { "the filters or the working set" };
        let see = match case.scope.filters.is_empty() {
            true => "widen the working set (the include argument) to see them.",
            false => "relax the filters, or widen the working set (the include argument), to see them.",
        };
        text.push_str(&format!(" {left_out} left out by {by}; {see}"));
    }
    text
}

fn nothing_read(case: &Case<'_, FindingsSummary>) -> String {
    let vantage = case.scope.vantage.as_ref();
    if vantage.is_some_and(|vantage| vantage.hub_enabled == Some(false)) {
        let place = case.first(" in ", vantage.and_then(|vantage| vantage.region.as_ref()));
        return format!(
            "No findings were read: Security Hub is not enabled{place}. Enable it there, or ask the region that your \
             organization aggregates findings in."
        );
    }
    match (case.coverage.complete, case.scope.source.as_str()) {
        (false, _) => "No findings were read, so this says nothing about the state of the account.".to_owned(),
        (true, "aws") => {
            "Security Hub answered and holds no findings that match. Check that the account and region are the ones you \
             mean, and that standards or products are enabled there."
                .to_owned()
        }
        (true, _) => {
            "The source was read and holds no findings. Check that it is what `aws securityhub get-findings` printed, a \
             findings export or OCSF findings."
                .to_owned()
        }
    }
}
