//! Reports and records made to cost time.

use std::time::{Duration, Instant};

use report::requirement::{Draft, assess, profile};
use report::verify::Checked;
use report::{FactSet, NameKind, Subject};
use security_model::{Coverage, Unit};

use super::fact_sets::{self, Builder};

/// Generous for a debug build on a busy machine: what is not linear takes many times as long.
const MOST: Duration = Duration::from_secs(10);

fn time_of(subject: Subject, markdown: &str, facts: &FactSet, coverage: &Coverage) -> Duration {
    let checked = Checked { verification: Default::default(), claims: vec![], stated: Default::default() };
    let draft = Draft { markdown, facts, coverage, checked: &checked };
    let started = Instant::now();
    assert_eq!(assess(&profile(subject), &draft, &[]).len(), 8);
    started.elapsed()
}

/// An attacker makes as many roles as he likes, each with one event.
#[test]
fn many_level_principals_cost_no_more_than_their_number() {
    let mut set = Builder::new(Subject::CloudTrail);
    let arns: Vec<String> = (0..2000).map(|n| format!("arn:aws:iam::111122223333:role/p{n}/Paris")).collect();
    let level: Vec<(&str, u64)> = arns.iter().map(|arn| (arn.as_str(), 1)).collect();
    set.totals(&[("events.total", 2000), ("events.failed_operations.total", 2000)]);
    set.list("events.by_principal", "principal", NameKind::Principal, &level, Unit::Events);
    set.list("events.failed_operations.by_principal", "failed", NameKind::Principal, &level, Unit::Events);
    let facts = set.0;
    let coverage = fact_sets::case("night").coverage;
    for unit in ["- 1 x\n", "1. Fix Paris `Paris` 1\n", "Paris 1\n\n", "`a` 1\n\n"] {
        let took = time_of(Subject::CloudTrail, &unit.repeat((16 << 10) / unit.len()), &facts, &coverage);
        assert!(took < MOST, "{unit:?} took {took:?}");
    }
}

#[test]
fn a_long_block_is_read_once() {
    for unit in ["CRITICAL ", "- ", "critical - ", "* CRITICAL\n", "risk is "] {
        let text = unit.repeat((1 << 20) / unit.len());
        for (subject, name) in [(Subject::SecurityHub, "fleet"), (Subject::CloudTrail, "night")] {
            let case = fact_sets::case(name);
            let took = time_of(subject, &text, &case.facts, &case.coverage);
            assert!(took < MOST, "{unit:?} took {took:?}");
        }
    }
    let long = format!("# R\n\n{}", "\u{2022} critical ".repeat(4000));
    let case = fact_sets::case("fleet");
    let took = time_of(Subject::SecurityHub, &long, &case.facts, &case.coverage);
    assert!(took < MOST, "{took:?}");
}

#[test]
fn what_is_not_looked_at_is_not_vouched_for() {
    let case = fact_sets::case("fleet");
    let checked = Checked { verification: Default::default(), claims: vec![], stated: Default::default() };
    let fine = "# R\n\n## Summary\n\n- one\n".to_owned();
    let padded = format!("{fine}{}", "\nPlain words.\n".repeat(6000));
    let format = |markdown: &str| {
        let draft = Draft { markdown, facts: &case.facts, coverage: &case.coverage, checked: &checked };
        let scores = assess(&profile(Subject::SecurityHub), &draft, &[]);
        let found = scores.into_iter().find(|score| score.name == "markdown_format").unwrap();
        (found.score.unwrap(), found.reason.unwrap().as_str().to_owned())
    };
    assert!(format(&fine).0 >= 1.0);
    let (score, reason) = format(&padded);
    assert!(score < 1.0 && reason.contains("were looked at"), "{score} {reason}");
}
