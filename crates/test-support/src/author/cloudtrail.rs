//! An honest report on CloudTrail events.

use super::actions;
use super::brief::{Brief, Named, Row};
use super::layout::{Report, Section};
use super::rating::rating;

const HIGH_RISK: &str = "events.high_risk";

pub(super) fn report(brief: &Brief<'_>) -> Report {
    let sections = vec![
        summary(brief),
        high_risk(brief),
        behavior(brief),
        failed(brief),
        geography(brief),
        actions::section(&recommended(brief)),
        threat(brief),
        actions::gaps(brief),
    ];
    Report::new("CloudTrail activity", sections)
}

/// `- words: {{f:n}}` for each metric that the brief has.
fn counts(mut section: Section, brief: &Brief<'_>, metrics: &[(&str, &str)]) -> Section {
    for (words, metric) in metrics {
        if let Some(slot) = brief.slot(metric, "all") {
            section = section.must(format!("- {words}: {slot}"));
        }
    }
    section
}

fn summary(brief: &Brief<'_>) -> Section {
    let mut section = Section::new("Executive Summary");
    if let Some(total) = brief.slot("events.total", "all") {
        section = section.must(format!("{total} events were counted."));
    }
    let metrics = [
        ("High-risk calls", "events.high_risk"),
        ("Failed operations", "events.failed_operations.total"),
        ("Read events", "events.read"),
        ("Write events", "events.write"),
    ];
    counts(section, brief, &metrics)
}

fn high_risk(brief: &Brief<'_>) -> Section {
    let mut section = Section::new("High-Risk Activity");
    for (index, row) in brief.list(HIGH_RISK).take(6).enumerate() {
        let Some(event) = row.subject() else { continue };
        let calls = brief.all("events.high_risk.count").find(|fact| row.slots.contains(&fact.slot));
        let calls = calls.map(|fact| format!(": {} calls", fact.slot)).unwrap_or_default();
        let by = row.name("PRINCIPAL").map(|name| format!(" by {}", name.written())).unwrap_or_default();
        let line = format!("- {}{calls}{by}", event.written());
        section = if index < 3 { section.must(line) } else { section.may(line) };
    }
    if section.lines.is_empty() {
        section = section.must("No high-risk calls were made in what was read.");
    }
    section
}

fn behavior(brief: &Brief<'_>) -> Section {
    let metrics = [
        ("Distinct principals", "events.by_principal.length"),
        ("Console sign-ins that succeeded", "events.console_logins.succeeded"),
        ("Console sign-ins that failed", "events.console_logins.failed"),
        ("Console sign-ins without MFA", "events.console_logins.without_mfa"),
        ("Root user events", "events.root_activity"),
    ];
    let mut section = counts(Section::new("User Behavior"), brief, &metrics);
    for (index, fact) in brief.all("events.by_principal").take(4).enumerate() {
        let line = format!("- {}: {} events", actions::scope(fact.scope), fact.slot);
        section = if index == 0 { section.must(line) } else { section.may(line) };
    }
    section
}

fn failed(brief: &Brief<'_>) -> Section {
    let mut section = Section::new("Failed Operations");
    let metric = "events.failed_operations.total";
    if let (0, Some(events)) = (brief.value(metric, "all"), brief.slot("events.total", "all")) {
        return section.must(format!("No operation failed, out of {events} events."));
    }
    if let Some(total) = brief.slot(metric, "all") {
        section = section.must(format!("{total} operations failed."));
    }
    for metric in ["events.failed_operations.by_error", "events.failed_operations.by_principal"] {
        for (index, fact) in brief.all(metric).take(2).enumerate() {
            let line = format!("- {}: {} failed operations", actions::scope(fact.scope), fact.slot);
            section = if index == 0 { section.must(line) } else { section.may(line) };
        }
    }
    section
}

fn geography(brief: &Brief<'_>) -> Section {
    let mut section = Section::new("Geography");
    for fact in brief.all("events.by_region").take(3) {
        section = section.must(format!("- {}: {} events", actions::scope(fact.scope), fact.slot));
    }
    // An AWS service may stand in the place of an address; those come without a token, or say so.
    let is_address = |scope: &str| scope.starts_with("IP_") && !brief.about(scope).contains("service");
    for (index, fact) in brief.all("events.by_source_ip").filter(|fact| is_address(fact.scope)).take(2).enumerate() {
        let line = format!("- {}: {} events", fact.scope, fact.slot);
        section = if index == 0 { section.must(line) } else { section.may(line) };
    }
    if section.lines.is_empty() {
        section = section.must("The records name no regions and no source addresses.");
    }
    section
}

fn threat(brief: &Brief<'_>) -> Section {
    let rating = rating(brief);
    Section::new("Threat Assessment").must(format!("Risk rating: **{rating}**"))
}

/// High-risk calls first, then whoever failed most, then whoever did most.
fn recommended(brief: &Brief<'_>) -> Vec<String> {
    let failing = brief.all("events.failed_operations.by_principal").take(2);
    let busiest = brief.all("events.by_principal").take(1);
    let review = |scope: &str| format!("Review whether {} needs the permissions it has.", actions::scope(scope));
    let mut all: Vec<String> = brief.list(HIGH_RISK).filter_map(confirm).take(4).collect();
    all.extend(failing.map(|fact| format!("Check the failed operations of {}.", actions::scope(fact.scope))));
    all.extend(busiest.map(|fact| review(fact.scope)));
    all
}

fn confirm(row: &Row<'_>) -> Option<String> {
    let event = row.subject()?.written();
    let by = row.name("PRINCIPAL").map(Named::written)?;
    Some(format!("Confirm with the owner that {event} by {by} was intended, and undo it if not."))
}
