//! Countries of addresses, in facts, in the local report, and in the reports of others.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use report::egress::Curtain;
use report::verify::verify;
use report::{Detail, FactSet, Input, Subject, cloudtrail_fact_set, local, requirement};
use security_model::Coverage;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::{SourceIpCount, SourceIpKind};
use support::*;

/// 41 + 2 events from Germany, 30 from South Korea, 9 from a public address that nobody knows.
fn summary() -> EventsSummary {
    let at = |address: &str, country: Option<&str>, count| SourceIpCount {
        country: country.map(str::to_owned),
        ..ip(address, SourceIpKind::Public, count, 1)
    };
    let mut summary = night_of_events();
    summary.by_source_ip = vec![
        at("203.0.113.7", Some("Germany"), 41),
        at("198.51.100.4", Some("South Korea"), 30),
        at("198.51.100.9", None, 9),
        at("203.0.113.8", Some("Germany"), 2),
    ];
    summary
}

fn facts() -> (FactSet, Coverage) {
    let coverage = coverage(2_743, 0);
    (cloudtrail_fact_set(&scope("logs"), &coverage, &summary(), Some(&[]), &[]), coverage)
}

fn report() -> String {
    local::cloudtrail(Input {
        scope: &scope("logs"),
        coverage: &coverage(2_743, 0),
        summary: &summary(),
        incidents: Some(&[]),
        alone: &[],
        detail: Detail::Standard,
        max_bytes: usize::MAX,
    })
}

#[test]
fn events_are_counted_by_country() {
    let (set, _) = facts();
    for (country, events) in [("Germany", 43), ("South Korea", 30)] {
        assert_eq!(set.scoped("events.by_country", country).map(|fact| fact.value), Some(events), "{country}");
    }
    assert_eq!(set.list("events.by_country").count(), 2);
}

#[test]
fn the_local_report_names_them_and_holds() {
    let text = report();
    assert!(text.contains("By country: 43 events from `Germany` and 30 events from `South Korea`."), "{text}");
    assert!(text.contains("1. `203.0.113.7` (`Germany`): 41 events"), "{text}");
    let (set, coverage) = facts();
    assert_eq!(verify(&text, &set, &coverage).verification.issues, [], "{text}");
}

#[test]
fn countries_of_the_facts_may_be_named_and_others_not() {
    let (set, coverage) = facts();
    let geography = |text: &str| {
        let checked = verify(text, &set, &coverage);
        let draft = requirement::Draft { markdown: text, facts: &set, coverage: &coverage, checked: &checked };
        let selection = requirement::select(Subject::CloudTrail, &[]).unwrap();
        let scores = requirement::assess(&selection.requirements, &draft, &[]);
        scores.into_iter().find(|score| score.name == "geographic_insights").unwrap()
    };
    let told = report();
    assert_eq!(geography(&told).score, Some(1.0), "{:?}", geography(&told));
    assert_eq!(geography(&told.replace("`South Korea`", "South Korea")).score, Some(1.0));
    let invented = geography(&told.replace("`South Korea`", "North Korea"));
    assert_eq!(invented.score, Some(0.0), "{invented:?}");
    let issues =
        |text: &str| verify(text, &set, &coverage).verification.issues.iter().filter(|i| i.span.is_some()).count();
    assert_eq!(issues("43 events came from `Germany`."), 0);
    assert!(issues("34 events came from `Germany`.") > 0);
    assert!(issues("`198.51.100.4` is in `Germany`.") > 0);
}

#[test]
fn a_model_may_know_the_country_but_not_the_address() {
    let (set, coverage) = facts();
    let curtain = Curtain::new(&set, true);
    let shown = curtain.show_facts(&coverage).unwrap();
    assert!(
        shown.as_str().contains("COUNTRY Germany") && !shown.as_str().contains("203.0.113.7"),
        "{}",
        shown.as_str()
    );
}
