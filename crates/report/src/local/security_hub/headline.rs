//! Title, answer, and what was read.

use security_model::Severity;
use security_model::summary::FindingsSummary;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{counted, minute, number, phrase, series};

pub(super) fn section(input: &Input<'_, FindingsSummary>) -> Option<Section> {
    let answer = if input.summary.total > 0 { answer(input) } else { nothing_counted(input) };
    let mut lead: Vec<String> = reading::incomplete(input.coverage).into_iter().collect();
    lead.push(answer);
    lead.push(what_was_read(input));
    Some(Section {
        heading: "Security Hub findings",
        keep: Keep::Headline,
        path: "findings",
        lead,
        rows: vec![],
        total: 0,
    })
}

fn answer(input: &Input<'_, FindingsSummary>) -> String {
    let summary = input.summary;
    let severities = Severity::ALL
        .into_iter()
        .filter(|severity| *severity <= Severity::High || summary.by_severity.get(*severity) > 0)
        .map(|severity| format!("{} {}", number(summary.by_severity.get(severity)), severity.label()))
        .collect();
    let created = match summary.new_last_7_days {
        1 => "1 was".to_owned(),
        created => format!("{} were", number(created)),
    };
    let mut text = format!(
        "{} to work on: {}. {created} created in the 7 days before {}.",
        counted(summary.total, "finding", "findings"),
        series(severities),
        minute(&input.scope.as_of).unwrap_or_else(|| "the newest record".to_owned()),
    );
    if let Some(first) = summary.attention.first() {
        text.push_str(&format!(" Look first at {}", first.title.code_span()));
        if let Some(resource) = first.resources.first() {
            text.push_str(&format!(" on {}", resource.code_span()));
        }
        text.push('.');
    }
    text
}

fn nothing_counted(input: &Input<'_, FindingsSummary>) -> String {
    let coverage = input.coverage;
    if coverage.seen == 0 {
        return nothing_read(input);
    }
    let mut text = String::from("No findings in the working set.");
    if coverage.excluded > 0 {
        let one_or_many = if coverage.excluded == 1 { "finding was" } else { "findings were" };
        text.push_str(&format!(
            " {} {one_or_many} left out by {}; ",
            number(coverage.excluded),
            if input.scope.filters.is_empty() { "the working set" } else { "the filters or the working set" },
        ));
        text.push_str(match input.scope.filters.is_empty() {
            true => "pass `include=all` to see them.",
            false => "relax the filters, or pass `include=all`, to see them.",
        });
    }
    text
}

fn nothing_read(input: &Input<'_, FindingsSummary>) -> String {
    let vantage = input.scope.vantage.as_ref();
    if vantage.is_some_and(|vantage| vantage.hub_enabled == Some(false)) {
        let region = vantage.and_then(|vantage| vantage.region.as_ref());
        let place = region.map_or_else(String::new, |region| format!(" in {}", region.code_span()));
        return format!(
            "No findings were read: Security Hub is not enabled{place}. Enable it there, or ask the region that your \
             organization aggregates findings in."
        );
    }
    match (input.coverage.complete, input.scope.source.as_str()) {
        (false, _) => "No findings were read, so this says nothing about the state of the account.".to_owned(),
        (true, "aws") => {
            "Security Hub answered and holds no findings that match. Check that the account and region are \
                          the ones you mean, and that standards or products are enabled there."
                .to_owned()
        }
        (true, _) => {
            "The source was read and holds no findings. Check that it is a GetFindings output, a findings export \
                      or OCSF findings."
                .to_owned()
        }
    }
}

fn what_was_read(input: &Input<'_, FindingsSummary>) -> String {
    let mut text = reading::what_was_read(input.scope, input.coverage, "left out by filters or the working set");
    if !input.scope.working_set.is_empty() {
        text.push_str(&format!(" Working set: {}.", phrase(&input.scope.working_set)));
    }
    let aggregation = input.scope.vantage.as_ref().and_then(|vantage| vantage.aggregation.as_deref());
    match aggregation {
        Some("none") => text.push_str(" No cross-region aggregation: only the regions named were seen."),
        Some(mode) => text.push_str(&format!(" Cross-region aggregation: {mode}.")),
        None => {}
    }
    text
}
