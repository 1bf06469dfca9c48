//! Whether a report is true to its facts.
//!
//! The report is read as markdown into blocks (`document`), each block as tokens, phrases and quantities (`line`). The
//! facts are indexed by name, by value and by what they are about (`known`, `measure`, `clock`). Every number, name
//! and time is then a claim that is looked up: a number by the words and names around it (`label`, `count`, `share`), a
//! name by itself and by what it stands with (`relation`), a time by what it belongs to (`times`). What had to be said
//! and is not comes last (`omission`).

mod all_clear;
mod anaphora;
mod arithmetic;
mod bulk;
mod clock;
mod completeness;
mod count;
mod dates;
mod document;
mod enumeration;
mod exempt;
mod existence;
mod figure;
mod figures;
mod forms;
mod identify;
mod judge;
mod known;
mod label;
mod lexicon;
mod line;
mod measure;
mod mention;
mod metric;
mod moment;
mod naming;
mod normalise;
mod numerals;
mod omission;
mod outcome;
mod pairing;
mod points;
mod quantity;
mod ranking;
mod rating;
mod reader;
mod relation;
mod report;
mod rows;
mod runs;
mod share;
mod telling;
mod times;
mod token;
mod turning;
mod unknown;
mod verdict;
mod vicinity;
mod words;

pub use verdict::{Checked, Claim, Issue, Judgement, NOT_COVERED, Span, Verdict, Verification};

use std::collections::BTreeSet;

use security_model::{Coverage, SafeText, TextKind};

use crate::FactSet;

/// Longest report that is checked, in bytes.
const MAX_REPORT: usize = 256 * 1024;

/// Every phrase the verifier knows.
#[doc(hidden)]
pub fn phrases() -> impl Iterator<Item = &'static str> {
    words::phrases()
}

/// Checks every claim of a report against the facts, and the report as a whole for what it leaves out.
///
/// A report that cannot be checked (empty, longer than 256 KiB, not in English) fails with one issue that says so.
#[must_use]
pub fn verify(report: &str, facts: &FactSet, coverage: &Coverage) -> Checked {
    if report.trim().is_empty() {
        return refused("The report is empty: there is nothing to check.");
    }
    if report.len() > MAX_REPORT {
        return refused("The report is longer than 256 KiB and was not checked: shorten it, or check it in parts.");
    }
    if !crate::language::is_english(report) {
        return refused("The report does not read as English and was not checked: have it written in English.");
    }
    let reading = report::Reading::of(report, facts, coverage);
    let mut judge = judge::Judge::new(&reading, report);
    judge.run();
    let missing = omission::find(&reading, &judge.stated, &judge.claims);
    let omissions = missing.into_iter().map(|missing| Issue {
        kind: Judgement::Omitted,
        text: SafeText::from_raw(&missing.what, TextKind::Prose),
        span: None,
        expected: None,
        facts: missing.ids,
    });
    let omissions: Vec<Issue> = omissions.collect();
    let judge::Judge { claims, mut issues, stated, .. } = judge;
    let omitted = omissions.len() as u64;
    issues.extend(omissions);
    let verification = tally(&claims, omitted, issues);
    Checked { verification, claims, stated }
}

fn tally(claims: &[Claim], omitted: u64, issues: Vec<Issue>) -> Verification {
    let count = |kind: Judgement| claims.iter().filter(|claim| claim.judgement == kind).count() as u64;
    let mut verification = Verification {
        verdict: Verdict::Failed,
        claims: claims.len() as u64,
        supported: count(Judgement::Supported),
        contradicted: count(Judgement::Contradicted),
        misattributed: count(Judgement::Misattributed),
        ambiguous: count(Judgement::Ambiguous),
        unsupported: count(Judgement::Unsupported),
        omitted,
        issues,
        not_covered: NOT_COVERED.to_owned(),
    };
    let wrong =
        verification.contradicted + verification.misattributed + verification.unsupported + verification.omitted;
    // One ambiguous claim says little of a short report.
    let tolerable = verification.ambiguous <= 1 || verification.ambiguous * 50 <= verification.claims;
    if wrong == 0 && tolerable {
        verification.verdict = Verdict::Verified;
    }
    verification
}

/// A verdict on a report that was not checked.
fn refused(why: &str) -> Checked {
    let issue = Issue {
        kind: Judgement::Unsupported,
        text: SafeText::from_raw(why, TextKind::Prose),
        span: None,
        expected: None,
        facts: vec![],
    };
    let verification = Verification { unsupported: 1, ..tally(&[], 0, vec![issue]) };
    let verification = Verification { verdict: Verdict::Failed, ..verification };
    Checked { verification, claims: vec![], stated: BTreeSet::new() }
}

#[cfg(test)]
mod tests;
