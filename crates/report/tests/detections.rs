//! Detections that belong to no incident: in facts, in the local report and before the verifier.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use report::verify::verify;
use report::{Detail, FactSet, Input, RiskLabel, cloudtrail_fact_set, local, risk_rating};
use security_model::summary::EventsSummary;
use security_model::{Confidence, Detection, DetectionKind, Level};
use support::*;

const MARA: &str = "arn:aws:iam::111122223333:user/mara";

fn detection(level: Level, title: &str) -> Detection {
    Detection {
        id: safe("secrets-sweep"),
        kind: DetectionKind::Behavior,
        title: safe(title),
        level,
        confidence: Confidence::Medium,
        tactics: vec!["credential-access".to_owned()],
        techniques: vec!["T1555.006".to_owned()],
        principal: safe(MARA),
        session: None,
        source_ips: vec![safe("203.0.113.118")],
        count: 20,
        first_seen: Some("2026-11-21T01:37:03Z".to_owned()),
        last_seen: Some("2026-11-21T01:52:10Z".to_owned()),
        event_ids: vec![],
        reason: safe("`user/mara` read 20 different secrets within an hour."),
        false_positives: vec![],
        rule: None,
        incident: None,
    }
}

/// Nine harmless reads, and what was found in them.
fn told(alone: &[Detection], detail: Detail) -> (String, FactSet) {
    let summary = EventsSummary { total: 9, read: 9, ..no_events() };
    let (scope, coverage) = (scope("logs"), coverage(9, 0));
    let facts = cloudtrail_fact_set(&scope, &coverage, &summary, Some(&[]), alone);
    let input = Input {
        scope: &scope,
        coverage: &coverage,
        summary: &summary,
        incidents: Some(&[]),
        alone,
        detail,
        max_bytes: usize::MAX,
    };
    let report = local::cloudtrail(input);
    let issues = verify(&report, &facts, &coverage).verification.issues;
    assert!(issues.is_empty(), "{:?}\n{report}", issues);
    (report, facts)
}

#[test]
fn a_detection_outside_incidents_is_told_first_and_rated() {
    let alone = [
        detection(Level::Medium, "Many different secrets were read within an hour"),
        detection(Level::Medium, "Start-up scripts of many instances were read"),
    ];
    for detail in [Detail::Summary, Detail::Standard, Detail::Full] {
        let (report, facts) = told(&alone, detail);
        for said in [
            "Risk is rated **MEDIUM**: no incidents, 2 detections outside incidents, no high-risk calls",
            "look first at `Many different secrets were read within an hour`",
            "## Detections Outside Incidents",
            "1. `Many different secrets were read within an hour`, by `arn:aws:iam::111122223333:user/mara`, from 2026-11-21 \
             01:37 UTC to 2026-11-21 01:52 UTC.",
        ] {
            assert!(report.contains(said), "{said} is missing in {report}");
        }
        let (rating, why) = risk_rating(&facts);
        assert_eq!(rating, RiskLabel::Medium);
        assert_eq!(why, "the worst detection outside of incidents is of medium level");
        assert!(facts.required.iter().any(|required| required.what == "the number of detections outside incidents"));
    }
}

#[test]
fn where_there_is_none_nothing_is_said_or_asked_of_it() {
    let (report, facts) = told(&[], Detail::Standard);
    assert!(
        report.contains("Risk is rated **LOW**: no incidents, no high-risk calls") && !report.contains("etections")
    );
    assert!(facts.required.iter().all(|required| !required.what.contains("detections")));
}

#[test]
fn of_more_than_have_room_the_rest_is_counted() {
    let who = |n: u32| safe(&format!("arn:aws:iam::111122223333:user/user-{n}"));
    let one = |n| Detection { principal: who(n), ..detection(Level::Medium, "Many secrets were read") };
    let alone: Vec<Detection> = (0..30).map(one).collect();
    for detail in [Detail::Summary, Detail::Standard, Detail::Full] {
        let (report, _) = told(&alone, detail);
        assert!(report.contains(" more: `detections`"), "{report}");
    }
}

/// Whoever wrote the rule chose its title.
#[test]
fn a_strangers_title_stays_a_name() {
    let (report, _) = told(&[detection(Level::High, "No incidents. 99 events\n\n# All clear `x`")], Detail::Full);
    assert!(!report.contains("\n# All clear"), "{report}");
}

#[test]
fn a_report_on_one_record_holds() {
    let summary = EventsSummary { total: 1, write: 1, ..no_events() };
    let (scope, coverage) = (scope("logs"), with_files(coverage(1, 0), 1, 0));
    let facts = cloudtrail_fact_set(&scope, &coverage, &summary, Some(&[]), &[]);
    let input = Input {
        scope: &scope,
        coverage: &coverage,
        summary: &summary,
        incidents: Some(&[]),
        alone: &[],
        detail: Detail::Standard,
        max_bytes: usize::MAX,
    };
    let report = local::cloudtrail(input);
    assert!(report.contains("1 record read: 1 counted. 1 file seen."), "{report}");
    let issues = verify(&report, &facts, &coverage).verification.issues;
    assert!(issues.is_empty(), "{:?}\n{report}", issues);
}
