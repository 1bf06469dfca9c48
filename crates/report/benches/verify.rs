//! How long the verifier takes, and that it grows no faster than the report and the facts.

use divan::Bencher;
use report::verify::verify;
use report::{FactRow, FactSet, Name, NameKind, Subject};
use security_model::{Coverage, Fact, Ledger, Outcome, SafeText, SourceKey, TextKind, Unit};

fn main() {
    divan::main();
}

fn text(text: &str) -> SafeText {
    SafeText::from_raw(text, TextKind::Reference)
}

fn principal(n: usize) -> String {
    format!("arn:aws:iam::111122223333:role/service-{n}")
}

/// `count` facts, each the number of a row of its own but for the totals.
fn facts(count: usize) -> FactSet {
    let mut set = FactSet {
        subject: Subject::CloudTrail,
        as_of: "2026-11-21T06:00:00Z".to_owned(),
        times: vec![],
        facts: vec![],
        rows: vec![],
        names: vec![],
        required: vec![],
    };
    for n in 0..count {
        let (metric, scope) = match n {
            0 => ("events.total", "all".to_owned()),
            1 => ("events.failed_operations.total", "all".to_owned()),
            2 => ("events.high_risk", "all".to_owned()),
            3 => ("events.by_principal.length", "all".to_owned()),
            _ if n % 2 == 0 => ("events.by_principal", principal(n / 2)),
            _ => ("events.by_principal.failed", principal(n / 2)),
        };
        let unit = if n == 3 { Unit::Principals } else { Unit::Events };
        set.facts.push(Fact {
            id: format!("f{}", n + 1),
            metric: metric.to_owned(),
            value: 7 * n as u64 + 11,
            unit,
            scope: text(&scope),
            derivation: String::new(),
            evidence_id: None,
        });
        if n > 3 && n % 2 == 0 {
            set.rows.push(FactRow {
                id: format!("principal-{n}"),
                list: "events.by_principal".to_owned(),
                rank: n as u64,
                names: vec![Name { kind: NameKind::Principal, text: text(&scope) }],
                severity: None,
                times: vec![],
                facts: vec![format!("f{}", n + 1), format!("f{}", n + 2)],
                reason: String::new(),
            });
        }
    }
    set
}

/// About `words` words that say true things.
fn report(words: usize, facts: usize) -> String {
    let mut report = "# Activity\n\nOf 11 events 18 failed; 25 high-risk calls came from 32 principals.\n\n".to_owned();
    let mut n = 4;
    while report.split_whitespace().count() < words {
        let at = 4 + (n % (facts - 6)) / 2 * 2;
        report.push_str(&format!(
            "- `{}`: {} events, {} failed, so review what it was used for in the night.\n",
            principal(at / 2),
            7 * at + 11,
            7 * (at + 1) + 11
        ));
        n += 2;
    }
    report
}

fn coverage() -> Coverage {
    let mut ledger = Ledger::default();
    ledger.record(&SourceKey::new("files", None, None), Outcome::Counted);
    ledger.close()
}

/// A report of 300 words against facts of growing number.
#[divan::bench(args = [150, 600, 2_400])]
fn words_300_against_facts(bencher: Bencher<'_, '_>, count: usize) {
    let (facts, report, coverage) = (facts(count), report(300, count), coverage());
    bencher.bench(|| verify(&report, &facts, &coverage));
}

/// Reports of growing length against 600 facts.
#[divan::bench(args = [300, 1_200, 4_800])]
fn facts_600_against_words(bencher: Bencher<'_, '_>, words: usize) {
    let (facts, report, coverage) = (facts(600), report(words, 600), coverage());
    bencher.bench(|| verify(&report, &facts, &coverage));
}
