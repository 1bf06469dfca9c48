//! The answer: how bad it is, and what to look at first; then the size of what was looked at.

use security_model::summary::EventsSummary;

use super::incidents;
use crate::facts::risk_rating;
use crate::local::case::Case;
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{counted, length, minute, series};

pub(super) fn section(case: &Case<'_, EventsSummary>) -> Option<Section> {
    let mut lead = vec![if case.summary.total > 0 { answer(case) } else { nothing_counted(case) }];
    lead.extend(reading::incomplete(case.coverage));
    if case.summary.total > 0 {
        lead.push(size(case));
    }
    Some(Section::text("Executive Summary", Keep::Headline, "events", lead))
}

fn answer(case: &Case<'_, EventsSummary>) -> String {
    let summary = case.summary;
    let (rating, _) = risk_rating(case.facts);
    let all = counted(summary.total, "event", "events");
    let calls = match case.total("events.high_risk") {
        0 => format!("no high-risk calls {}", reading::among(case.coverage, summary.total, "event", "events")),
        calls => format!("{} among {all}", counted(calls, "high-risk call", "high-risk calls")),
    };
    let incidents = case.facts.total("incidents.length").map(|fact| match fact.value {
        0 => "no incidents, ".to_owned(),
        all => format!("{}, ", counted(all, "incident", "incidents")),
    });
    let alone = match length(case.alone) {
        0 => String::new(),
        all => format!("{}, ", counted(all, "detection outside incidents", "detections outside incidents")),
    };
    let mut text = format!("Risk is rated **{}**: {}{alone}{calls}", rating.label(), incidents.unwrap_or_default());
    if let Some(worst) = case.incidents.first() {
        text.push_str(&format!("; look first at {}", incidents::called(case, worst)));
    } else if let Some(worst) = case.alone.first().and_then(|row| case.title(&row.title)) {
        text.push_str(&format!("; look first at {worst}"));
    } else if let Some(first) = summary.high_risk.first() {
        let call = case.name(&first.event_name).unwrap_or_else(|| "the call".to_owned());
        text.push_str(&format!(
            "; look first at {call}{} (`{}`)",
            case.first(" by ", &first.principals),
            first.evidence_id
        ));
    }
    text.push('.');
    text
}

fn size(case: &Case<'_, EventsSummary>) -> String {
    let summary = case.summary;
    let (start, end) = (&summary.window.start, &summary.window.end);
    let when = start.as_deref().and_then(minute).zip(end.as_deref().and_then(minute));
    let when = when.map_or_else(String::new, |(first, last)| format!("From {first} to {last}: "));
    let mut kinds =
        vec![counted(summary.read, "read event", "read events"), counted(summary.write, "write event", "write events")];
    if summary.read_write_unknown > 0 {
        kinds.push(counted(summary.read_write_unknown, "event that does not say", "events that do not say"));
    }
    let principals = counted(case.total("events.by_principal.length"), "principal", "principals");
    let regions = counted(case.total("events.by_region.length"), "region", "regions");
    format!("{when}{}, by {principals} in {regions}.", series(kinds))
}

fn nothing_counted(case: &Case<'_, EventsSummary>) -> String {
    let coverage = case.coverage;
    match (coverage.seen, case.scope.source.as_str()) {
        (0, _) if !coverage.complete => "No events were read, so this says nothing about what happened.".to_owned(),
        (0, "aws") => {
            "No events: CloudTrail answered and has none for this question. Widen the window (`last`, or `start` \
                       and `end`), or ask more regions (`regions=all`)."
                .to_owned()
        }
        (0, _) => {
            "No events: the source was read and holds no CloudTrail events. Check that it is a trail's log folder or \
                   what `aws cloudtrail lookup-events` printed."
                .to_owned()
        }
        _ if coverage.excluded > 0 => format!(
            "No events counted: {} left out by the window or filters. Widen the window (`last`, or `start` and `end`) or \
             relax the filters to see them.",
            counted(coverage.excluded, "record was", "records were")
        ),
        _ => "No events counted: none of the records read could be used.".to_owned(),
    }
}
