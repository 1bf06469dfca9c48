//! Title, the story in numbers, and what was read.

use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::SourceIpKind;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{counted, duration, length, minute, names, number, percent};

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let mut lead: Vec<String> = reading::incomplete(input.coverage).into_iter().collect();
    if input.summary.total > 0 {
        lead.push(answer(input.summary));
        lead.push(key_numbers(input.summary));
    } else {
        lead.push(nothing_counted(input));
    }
    lead.push(reading::what_was_read(input.scope, input.coverage, "left out by the window or filters"));
    Some(Section { heading: "CloudTrail activity", keep: Keep::Headline, path: "events", lead, rows: vec![], total: 0 })
}

fn answer(summary: &EventsSummary) -> String {
    let mut text = counted(summary.total, "event", "events");
    if let (Some(start), Some(end)) = (&summary.window.start, &summary.window.end)
        && let (Some(first), Some(last), Some(between)) = (minute(start), minute(end), duration(start, end))
    {
        text.push_str(&format!(" from {first} to {last} ({between})"));
    }
    let public: Vec<_> = summary.by_source_ip.iter().filter(|ip| ip.kind == SourceIpKind::Public).collect();
    text.push_str(&format!(
        ", by {}, from {}, in {}.",
        counted(length(&summary.by_principal), "principal", "principals"),
        counted(length(&public), "public address", "public addresses"),
        counted(length(&summary.by_region), "region", "regions"),
    ));
    if let Some(first) = summary.high_risk.first() {
        text.push_str(&format!(" Look first at {}", first.event_name.code_span()));
        if !first.principals.is_empty() {
            text.push_str(&format!(" by {}", names(&first.principals, 1)));
        }
        text.push('.');
    }
    text
}

fn key_numbers(summary: &EventsSummary) -> String {
    let high_risk: u64 = summary.high_risk.iter().map(|row| row.count).sum();
    let high_risk_failed: u64 = summary.high_risk.iter().map(|row| row.failed).sum();
    let failed = summary.failed_operations.total;
    let logins = &summary.console_logins;
    [
        format!("- High-risk calls: {} ({} failed)", number(high_risk), number(high_risk_failed)),
        format!("- Failed operations: {} ({} of events)", number(failed), percent(failed, summary.total)),
        format!(
            "- Console sign-ins: {} succeeded ({} without MFA{}), {} failed",
            number(logins.succeeded),
            number(logins.without_mfa),
            // Their second factor is the identity provider's to ask for; without saying so the number alarms for nothing.
            match logins.without_mfa_federated {
                0 => String::new(),
                federated => format!(", {} of them federated", number(federated)),
            },
            number(logins.failed)
        ),
        format!("- Root user: {}", counted(summary.root_activity, "event", "events")),
    ]
    .join("\n")
}

fn nothing_counted(input: &Input<'_, EventsSummary>) -> String {
    let coverage = input.coverage;
    match (coverage.seen, input.scope.source.as_str()) {
        (0, _) if !coverage.complete => "No events were read, so this says nothing about what happened.".to_owned(),
        (0, "aws") => {
            "CloudTrail answered and has no events for this question. Widen the window (`last`, or `start` and \
                       `end`), or ask more regions (`regions=all`)."
                .to_owned()
        }
        (0, _) => "The source was read and holds no CloudTrail events. Check that it is a trail's log folder or a \
                   LookupEvents output."
            .to_owned(),
        (seen, _) if coverage.excluded > 0 => format!(
            "No events counted. {} read, {} of them left out by the window or filters: widen the window (`last`, or \
             `start` and `end`) or relax the filters to see them.",
            if seen == 1 { "1 record was".to_owned() } else { format!("{} records were", number(seen)) },
            number(coverage.excluded)
        ),
        _ => "No events counted: none of the records read could be used.".to_owned(),
    }
}
