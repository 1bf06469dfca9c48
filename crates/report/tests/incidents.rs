//! Incidents in facts, in the local report, before the verifier and behind the curtain.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use report::egress::Curtain;
use report::verify::verify;
use report::{Detail, FactSet, Input, RiskLabel, cloudtrail_fact_set, local, risk_rating};
use security_model::{Coverage, Incident, IncidentActor, LastingChange, Level, SafeText, TextKind, TimelineEntry};
use support::*;

const MARA: &str = "arn:aws:iam::111122223333:user/mara";
const ADMIN: &str = "arn:aws:iam::111122223333:role/harbour-admin";
const KEY: &str = "AKIAEXAMPLEKEYOFMARA";
const TRAIL: &str = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/harbour-trail";

fn change(kind: &str, name: &str, time: &str) -> LastingChange {
    LastingChange { kind: kind.to_owned(), name: safe(name), time: Some(time.to_owned()), event_id: None }
}

fn call(time: &str, event_name: &str, tactic: &str, summary: &str) -> TimelineEntry {
    TimelineEntry {
        time: Some(time.to_owned()),
        event_id: None,
        event_name: safe(event_name),
        tactic: Some(tactic.to_owned()),
        summary: SafeText::from_raw(summary, TextKind::Sentence),
    }
}

/// A leaked key makes a user, stops a trail, and attaches a policy that is taken back.
fn leaked_key() -> Incident {
    let live = vec![
        change("IAM user", "backup-sync", "2026-11-21T02:12:18Z"),
        change("trail stopped", TRAIL, "2026-11-21T02:33:03Z"),
    ];
    let mut left = live.clone();
    left.push(change("attached policy", "backup-sync / AdministratorAccess", "2026-11-21T02:12:49Z"));
    Incident {
        id: "incident-0a1b2c3d".to_owned(),
        title: safe("`user/mara`: Logging was stopped"),
        level: Level::Critical,
        score: 85,
        reasons: vec![safe("2 changes still live when the records end")],
        actor: IncidentActor {
            principal: safe(MARA),
            kind: "IAM user with a long-term key".to_owned(),
            account: Some(safe("111122223333")),
            chain: vec![safe(&format!("{MARA} (IAM user)")), safe(&format!("{ADMIN} (AssumeRole)"))],
            access_keys: vec![safe(KEY)],
            source_ips: vec![safe("203.0.113.118, documentation address")],
        },
        first_seen: Some("2026-11-21T01:37:03Z".to_owned()),
        last_seen: Some("2026-11-21T02:33:03Z".to_owned()),
        tactics: vec!["discovery".to_owned(), "persistence".to_owned(), "defense-impairment".to_owned()],
        timeline: vec![
            call("2026-11-21T01:37:03Z", "GetCallerIdentity", "discovery", "`user/mara` asked who it is."),
            call(
                "2026-11-21T02:33:03Z",
                "StopLogging",
                "defense-impairment",
                "`user/mara` as `role/harbour-admin` stopped a trail.",
            ),
        ],
        resources: vec![],
        left_behind: left,
        still_live: live,
        detections: vec![],
        findings: vec![],
        next_steps: vec![SafeText::from_raw(
            &format!("Deactivate access key `{KEY}` of `user/mara`."),
            TextKind::Sentence,
        )],
    }
}

fn facts(incidents: Option<&[Incident]>) -> (FactSet, Coverage) {
    let coverage = coverage(2_743, 0);
    (cloudtrail_fact_set(&scope("logs"), &coverage, &night_of_events(), incidents, &[]), coverage)
}

fn report(incidents: &[Incident], detail: Detail) -> String {
    local::cloudtrail(Input {
        scope: &scope("logs"),
        coverage: &coverage(2_743, 0),
        summary: &night_of_events(),
        incidents: Some(incidents),
        alone: &[],
        detail,
        max_bytes: usize::MAX,
    })
}

#[test]
fn an_incident_becomes_numbers_and_rows() {
    let (set, _) = facts(Some(&[leaked_key()]));
    for (metric, scope, value) in [
        ("incidents.length", "all", 1),
        ("incidents.still_live.length", "all", 2),
        ("incidents.left_behind.length", "incident-0a1b2c3d", 3),
        ("incidents.score", "incident-0a1b2c3d", 85),
    ] {
        assert_eq!(set.scoped(metric, scope).map(|fact| fact.value), Some(value), "{metric} of {scope}");
    }
    let named = |list: &'static str, text: &'static str| -> Vec<&str> {
        let rows = set.list(list).filter(|row| row.names.iter().any(|name| name.text.as_str() == text));
        rows.map(|row| row.names[0].text.as_str()).collect()
    };
    assert_eq!(named("incidents", "203.0.113.118"), ["incident-0a1b2c3d"], "the address without what is said of it");
    assert_eq!(named("incidents", ADMIN), ["incident-0a1b2c3d"]);
    assert_eq!(named("incidents.left_behind", "AdministratorAccess"), ["backup-sync / AdministratorAccess"]);
    assert_eq!(named("incidents.timeline", MARA), ["GetCallerIdentity", "StopLogging"]);
    assert_eq!(named("incidents.timeline", ADMIN), ["StopLogging"], "only who is said to have made a call");
    assert!(set.required.iter().any(|required| required.what == "the number of incidents" && required.omission));
}

#[test]
fn of_more_incidents_than_have_room_the_rest_is_counted() {
    let incidents: Vec<Incident> =
        (0..30).map(|n| Incident { id: format!("incident-0a1b2c{n:02}"), ..leaked_key() }).collect();
    let (set, coverage) = facts(Some(&incidents));
    for detail in [Detail::Summary, Detail::Standard, Detail::Full] {
        let report = report(&incidents, detail);
        assert!(report.contains(" more: `incidents`"), "{report}");
        let issues = verify(&report, &set, &coverage).verification.issues;
        assert!(issues.is_empty(), "{issues:?}\n{report}");
    }
}

#[test]
fn nobody_looked_is_not_none() {
    assert!(facts(None).0.total("incidents.length").is_none());
    assert_eq!(facts(Some(&[])).0.total("incidents.length").map(|fact| fact.value), Some(0));
}

#[test]
fn the_worst_incident_lifts_the_rating_and_never_lowers_it() {
    let quiet = security_model::summary::EventsSummary { total: 9, read: 9, ..no_events() };
    let coverage = coverage(9, 0);
    let rated = |level: Level, summary| {
        let incident = Incident { level, ..leaked_key() };
        risk_rating(&cloudtrail_fact_set(&scope("logs"), &coverage, summary, Some(&[incident]), &[]))
    };
    assert_eq!(rated(Level::High, &quiet), (RiskLabel::High, "the worst incident is of high level".to_owned()));
    let (bad, why) = risk_rating(&cloudtrail_fact_set(&scope("logs"), &coverage, &night_of_events(), None, &[]));
    assert_eq!(rated(Level::Medium, &night_of_events()), (bad, why));
}

#[test]
fn the_local_report_leads_with_the_incident_and_holds() {
    for (incidents, says) in [
        (vec![leaked_key()], "1 incident, "),
        (vec![], "no incidents, "),
        (
            vec![leaked_key(), Incident { id: "incident-1".to_owned(), still_live: vec![], ..leaked_key() }],
            "2 incidents, ",
        ),
    ] {
        for detail in [Detail::Summary, Detail::Standard, Detail::Full] {
            let text = report(&incidents, detail);
            assert!(text.contains(says), "{text}");
            let (set, coverage) = facts(Some(&incidents));
            let checked = verify(&text, &set, &coverage);
            assert_eq!(checked.verification.issues, [], "{text}");
            if let Some(first) = incidents.first() {
                let heading = text.find("## Incidents").unwrap();
                assert!(heading < text.find("## High-Risk Activity").unwrap_or(usize::MAX), "{text}");
                assert!(text.contains(&format!("`{}` by `{MARA}`", first.id)), "{text}");
                assert!(text.contains("2 changes still live: IAM user `backup-sync`"), "{text}");
                assert!(text.contains(&format!("1. Deactivate access key `{KEY}`")), "{text}");
            }
        }
    }
}

#[test]
fn what_others_write_about_an_incident_is_checked() {
    let (set, coverage) = facts(Some(&[leaked_key()]));
    // What one sentence leaves out is another matter.
    let issues = |text: &str| {
        let issues = verify(text, &set, &coverage).verification.issues;
        issues.into_iter().filter(|issue| issue.span.is_some()).collect::<Vec<_>>()
    };
    for sentence in [
        "One incident was found.",
        "There is 1 incident, `incident-0a1b2c3d`, with a score of 85.",
        "Two changes are still live.",
        "One intrusion; 2 changes that nobody reverted.",
        "1 incident stood out, with two lasting changes not undone.",
        "All in all 1 separate incident came to light, 2 changes never reverted.",
        "The incident scored 85 out of 100.",
        "Score: 85/100",
        "**CRITICAL**: `incident-0a1b2c3d` by `user/mara`.",
        "`incident-0a1b2c3d` is a critical incident.",
        "`incident-0a1b2c3d` is of critical level; the risk is rated HIGH.",
        "The risk is rated HIGH: look first at `incident-0a1b2c3d`.",
        "`incident-0a1b2c3d` holds many high-risk calls.",
        "Incident `incident-0a1b2c3d` (score 85 of 100) is critical.",
        "| Incident | Score | Still live |\n|---|---|---|\n| `incident-0a1b2c3d` | 85 | 2 |",
        "`user/mara` left behind 3 changes, 2 of which are still live.",
        "`StopLogging` was called by `user/mara` through `role/harbour-admin` at 02:33 UTC.",
        "The user `backup-sync` was made at 02:12 UTC and is still live.",
    ] {
        assert_eq!(issues(sentence), [], "{sentence}");
    }
    for sentence in [
        "3 incidents were found.",
        "No incidents were found.",
        "Five changes are still live.",
        "Nothing is still live.",
        "One intrusion; 9 changes that nobody reverted.",
        "1 incident stood out, with nine lasting changes not undone.",
        "The incident scored 58 out of 100.",
        "Score: 58/100",
        "**HIGH**: `incident-0a1b2c3d` by `user/mara`.",
        "`incident-0a1b2c3d` is a low incident.",
        "Incident `incident-0a1b2c3d` (MEDIUM) began at 01:37 UTC.",
        "`incident-0a1b2c3d` is of high level.",
        "There is 1 incident, `incident-0a1b2c3d`, with a score of 42.",
        "`role/harbour-admin` called `GetCallerIdentity`.",
        "The user `backup-sink` was made at 02:12 UTC.",
    ] {
        assert!(!issues(sentence).is_empty(), "{sentence} passes");
    }
}

#[test]
fn that_there_is_no_incident_is_no_all_clear_where_it_was_looked_for() {
    let kinds = |incidents: Option<Vec<Incident>>| {
        let (set, coverage) = facts(incidents.as_deref());
        let issues = verify("No incident was found.\n", &set, &coverage).verification.issues;
        issues.into_iter().filter(|issue| issue.span.is_some()).count()
    };
    assert_eq!(kinds(Some(vec![])), 0, "high-risk calls were made, and none hangs together with others");
    assert!(kinds(Some(vec![leaked_key()])) > 0);
    assert!(kinds(None) > 0, "nobody knows");
}

#[test]
fn a_model_sees_tokens_in_place_of_what_an_incident_names() {
    let (set, coverage) = facts(Some(&[leaked_key()]));
    let curtain = Curtain::new(&set, true);
    let shown = curtain.show_facts(&coverage).unwrap();
    for name in ["mara", KEY, "backup-sync", "harbour", "203.0.113.118", "0a1b2c3d"] {
        assert!(!shown.as_str().contains(name), "{name} is shown");
    }
    for said in [
        "incidents.still_live.length",
        "INCIDENT_1",
        "Tactics in order: discovery, persistence",
        "trail stopped, still live",
    ] {
        assert!(shown.as_str().contains(said), "{said} is missing in {}", shown.as_str());
    }
}
