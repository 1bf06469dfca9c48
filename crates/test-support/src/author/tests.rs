use std::collections::BTreeSet;

use super::*;

const HUB: &str = "\
Write a report.

FACTS
{{f:1}} | 126 | findings | findings.total | all
{{f:2}} | 2 | findings | findings.by_severity | CRITICAL
{{f:3}} | 34 | findings | findings.by_severity | HIGH
{{f:4}} | 90 | findings | findings.by_severity | MEDIUM
{{f:5}} | 12 | findings | findings.top_resources | RESOURCE_1
{{f:6}} | 8 | findings | findings.top_resources | RESOURCE_2
ROWS
attention-1 | findings.attention | TITLE_1 | SEVERITY CRITICAL | RESOURCE_1 | CRITICAL threat detection
attention-2 | findings.attention | TITLE_2 | SEVERITY HIGH | RESOURCE_2 | HIGH failed control
control-1 | findings.top_controls | CONTROL S3.2 | TITLE_2 | SEVERITY HIGH | {{f:3}}
TOKENS
TITLE_1 | title of a finding
TITLE_2 | title of a finding
RESOURCE_1 | bucket
RESOURCE_2 | access key
NOT READ
access_denied | region eu-west-1 | the hub refused

Your last draft was: {{f:9}} | 1 | findings | findings.total | all
";

const TRAIL: &str = "\
FACTS
{{f:1}} | 2616 | events | events.total | all
{{f:2}} | 51 | events | events.high_risk | all
{{f:3}} | 99 | events | events.failed_operations.total | all
{{f:4}} | 61 | events | events.failed_operations.by_error | AccessDenied
{{f:5}} | 284 | events | events.by_principal | PRINCIPAL_1
{{f:6}} | 253 | events | events.by_principal | PRINCIPAL_2
{{f:7}} | 2359 | events | events.by_region | eu-west-1
{{f:8}} | 192 | events | events.by_region | us-east-1
{{f:9}} | 1 | events | events.high_risk.count | StopLogging
ROWS
high-risk-1 | events.high_risk | EVENT StopLogging | PRINCIPAL_1 | TECHNIQUE T1685.002 | {{f:9}} | Stops recording
principal-1 | events.by_principal | PRINCIPAL_1 | {{f:5}}
TOKENS
PRINCIPAL_1 | role in ACCOUNT_1
PRINCIPAL_2 | role in ACCOUNT_1
NOT READ
complete
";

#[test]
fn an_honest_report_is_made_of_slots_and_tokens() {
    for (brief, title) in [(HUB, "# Security Hub findings"), (TRAIL, "# CloudTrail activity")] {
        let report = honest(brief, &[]);
        assert!(report.starts_with(title), "{report}");
        let outside: String = report.split("{{").map(|part| part.split_once("}}").map_or(part, |p| p.1)).collect();
        let numbers: Vec<&str> = outside
            .split(|c: char| c.is_whitespace() || c == '`')
            .filter(|word| word.chars().all(|c| c.is_ascii_digit()) && !word.is_empty())
            .collect();
        assert!(numbers.is_empty(), "{numbers:?} in {report}");
    }
}

#[test]
fn sections_come_in_order_and_what_was_not_read_is_said() {
    let hub = honest(HUB, &[]);
    let headings: Vec<&str> = hub.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(
        headings,
        [
            "Executive Summary",
            "Severity Analysis",
            "Affected Resources",
            "Common Issues",
            "Recommended Actions",
            "Data Gaps"
        ]
    );
    assert!(hub.contains("- access denied: region eu-west-1: the hub refused"), "{hub}");
    assert!(hub.contains("1. Remediate the findings on RESOURCE_1 "), "{hub}");
    assert!(!hub.contains("{{f:9}}"), "a draft that came back is no fact");
    let trail = honest(TRAIL, &[]);
    assert!(trail.contains("- `StopLogging`: {{f:9}} calls by PRINCIPAL_1"), "{trail}");
    assert!(trail.contains("Everything asked for was read."), "{trail}");
    assert!(trail.contains("Risk rating: **HIGH**"), "{trail}");
}

#[test]
fn a_word_limit_that_is_asked_for_is_kept() {
    let few = Asked { name: "short".to_owned(), description: "The report is under 80 words.".to_owned() };
    let (long, short) = (honest(TRAIL, &[]), honest(TRAIL, &[few]));
    assert!(short.split_whitespace().count() < long.split_whitespace().count());
    assert!(long.split_whitespace().count() < 350);
}

#[test]
fn an_input_without_facts_gets_a_report_that_claims_nothing() {
    assert_eq!(honest("hello", &[]).lines().next(), Some("# Report"));
    for lie_kind in [Lie::SwappedNames, Lie::SwappedNumbers, Lie::DroppedCriticals, Lie::PromptObeying] {
        assert_eq!(lie(lie_kind, "hello", &[], 1).1, [], "{lie_kind}");
    }
}

#[test]
fn every_lie_is_in_the_report_and_written_down() {
    for brief in [HUB, TRAIL] {
        for kind in Lie::ALL {
            for seed in 0..200 {
                let (report, planted) = lie(kind, brief, &[], seed);
                assert!(!planted.is_empty(), "{kind} {seed}");
                for planted in planted {
                    assert_eq!(planted.lie, kind);
                    let told = planted.kind != PlantedKind::Omission;
                    assert_eq!(report.contains(&planted.sentence), told, "{kind} {seed}: {planted:?} in {report}");
                    assert!(planted.sentence.contains(&planted.value) || !told, "{planted:?}");
                    if planted.kind == PlantedKind::Value {
                        assert!(!brief.contains(&planted.value), "{kind} {seed}: {planted:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn seeds_repeat_and_differ() {
    for kind in [Lie::SwappedNumbers, Lie::InventedArn, Lie::InventedIp, Lie::Links, Lie::WrongSum] {
        let reports: BTreeSet<String> = (0..300).map(|seed| lie(kind, TRAIL, &[], seed).0).collect();
        assert!(reports.len() > 40, "{kind}: {}", reports.len());
        assert_eq!(lie(kind, TRAIL, &[], 7), lie(kind, TRAIL, &[], 7));
    }
}

#[test]
fn names_of_lies_round_trip() {
    for kind in Lie::ALL {
        assert_eq!(kind.name().parse::<Lie>(), Ok(kind));
    }
}
