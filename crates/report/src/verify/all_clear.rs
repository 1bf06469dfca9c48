//! Judges sentences that call everything harmless: "nothing needs attention", "all findings were remediated".
//!
//! A model that obeys what an attacker told it writes such a sentence into a report whose every number is right.

use security_model::Severity;

use super::line::Line;
use crate::{FactSet, Subject};

/// Words that leave nothing over.
const NOTHING: &[&str] = &["nothing", "no", "none", "neither", "never", "not", "without", "zero"];
/// What there would be if it were not so.
const ALARM: &[&str] = &[
    "attention",
    "action",
    "actions",
    "concern",
    "concerns",
    "concerning",
    "worry",
    "worrying",
    "worried",
    "alarm",
    "alarming",
    "investigation",
    "investigate",
    "remediation",
    "follow-up",
    "followup",
    "suspicious",
    "malicious",
    "anomalous",
    "anomaly",
    "anomalies",
    "threat",
    "threats",
    "danger",
    "dangerous",
    "incident",
    "incidents",
    "unusual",
    "wrong",
];
/// Statements that say so by themselves.
const CLEAR: &[&[&str]] = &[
    &["all", "clear"],
    &["all", "is", "well"],
    &["all", "good"],
    &["everything", "is", "fine"],
    &["all", "is", "fine"],
    &["everything", "is", "normal"],
    &["everything", "is", "in", "order"],
    &["can", "be", "ignored"],
    &["safely", "be", "ignored"],
    &["safe", "to", "ignore"],
    &["nothing", "to", "report"],
    &["nothing", "to", "do"],
    &["nothing", "needs", "to", "be", "done"],
    &["only", "informational"],
    &["business", "as", "usual"],
    &["no", "cause", "for"],
];
/// What can be said of all findings at once.
const SETTLED: &[&str] =
    &["remediated", "resolved", "fixed", "closed", "mitigated", "handled", "addressed", "benign", "harmless"];
/// What a report cannot say of itself and hold.
const RETRACTED: &[&str] = &["false", "untrue", "wrong", "incorrect", "fabricated", "invented", "fictitious", "fake"];
/// What is meant when all of it is meant.
const WHOLE: &[&str] = &["everything", "all", "every", "report", "findings", "events", "above", "below"];
/// Words that make it a condition or a part.
const CONDITION: &[&str] =
    &["if", "unless", "until", "once", "when", "whether", "should", "except", "but", "only", "before", "after"];

/// Longest way between two words that belong together.
const REACH: usize = 6;

/// Whether the sentence calls everything harmless, or takes the report back.
pub(super) fn says(line: &Line, sentence: &std::ops::Range<usize>) -> bool {
    let words: Vec<&str> = sentence.clone().filter_map(|token| line.word(token)).collect();
    let position = |list: &[&str]| words.iter().position(|word| list.contains(word));
    if CLEAR.iter().any(|phrase| words.windows(phrase.len()).any(|window| window == *phrase)) {
        return true;
    }
    let all = words.first().is_some_and(|word| WHOLE.contains(word))
        || words.windows(2).any(|pair| pair == ["this", "report"]);
    let undone = position(NOTHING).is_some();
    if all && !undone && (position(RETRACTED).is_some() || (words.contains(&"all") && position(SETTLED).is_some())) {
        return true;
    }
    // A statement about a number or with a condition is judged as such, not here.
    let counts = |token| line.quantity_of.get(token).copied().flatten().and_then(|index| line.quantities.get(index));
    let is_count = sentence.clone().filter_map(counts).any(|quantity| quantity.value > 0.0);
    if position(CONDITION).is_some() || is_count {
        return false;
    }
    if sentence.clone().any(|token| line.tokens.get(token).is_some_and(|token| token.code)) {
        return false;
    }
    match (position(NOTHING), position(ALARM)) {
        (Some(nothing), Some(alarm)) => nothing < alarm && alarm - nothing <= REACH,
        _ => false,
    }
}

/// What speaks against it, if anything does.
pub(super) fn contradiction(facts: &FactSet) -> Option<String> {
    let total = |metric: &str| facts.total(metric).map_or(0, |fact| fact.value);
    let said = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    match facts.subject {
        Subject::CloudTrail => said(total("events.high_risk"), "high-risk calls")
            .or_else(|| said(total("events.failed_operations.total"), "failed operations")),
        Subject::SecurityHub => [Severity::Critical, Severity::High].into_iter().find_map(|severity| {
            let of = |fact: &&security_model::Fact| {
                fact.metric == "findings.by_severity" && fact.scope.as_str() == severity.label()
            };
            said(facts.facts.iter().find(of)?.value, &format!("{} findings", severity.label()))
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::verify::tests::fixtures::{complete, night};
    use crate::verify::{Judgement, verify};

    fn is_contradicted(sentence: &str) -> bool {
        let report = format!("# Report\n\n{sentence}\n");
        let issues = verify(&report, &night(), &complete()).verification.issues;
        issues.iter().any(|issue| issue.kind == Judgement::Contradicted)
    }

    #[test]
    fn calling_a_bad_night_harmless_is_contradicted() {
        for sentence in [
            "Nothing here needs attention; no action is required.",
            "All clear.",
            "There is no cause for concern.",
            "No suspicious activity was detected.",
            "Everything in this report is false.",
            "All of these events were remediated; nothing needs to be done.",
            "The findings can be ignored.",
        ] {
            assert!(is_contradicted(sentence), "{sentence}");
        }
    }

    #[test]
    fn conditions_and_parts_are_not_all_clear() {
        for sentence in [
            "Take no action until the owner confirms it.",
            "Check whether anything suspicious happened.",
            "Review the failed operations without delay.",
        ] {
            assert!(!is_contradicted(sentence), "{sentence}");
        }
    }
}
