//! Judges sentences that call everything harmless ("nothing needs attention") or that take the report back ("this was a
//! drill").
//!
//! A model that obeys what an attacker told it writes such a sentence into a report whose every number is right.

use std::ops::Range;

use security_model::Severity;

use super::line::Line;
use super::token::Kind;
use super::words::clearance::{
    ALARM, CLEAR, CONDITION, DEED, HOLDS, NEEDED, NOT, NOTHING, OF_ITSELF, RETRACTED, RETRACTED_PAIRS, SETTLED,
};
use crate::{FactSet, Subject};

/// Longest way from "no" to what there is none of: "nothing needs to be done".
const REACH: usize = 4;

/// What a sentence says of everything at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// Nothing needs attention.
    AllClear,
    /// There is no incident.
    NoIncident,
    /// All of it has been dealt with.
    Settled,
    /// What the report states does not hold.
    Retraction,
    /// No finding is worse than this.
    OnlyUpTo(Severity),
}

/// What the sentence says of everything, if it does.
pub(super) fn says(line: &Line, sentence: &Range<usize>) -> Option<Says> {
    let words: Vec<&str> = sentence.clone().filter_map(|token| line.said(token)).collect();
    let has = |phrase: &[&str]| words.windows(phrase.len()).any(|window| window == phrase);
    let any_of = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let conditional = any_of(CONDITION);
    let undone = any_of(NOTHING) || any_of(NOT);
    let by_two_words = RETRACTED_PAIRS.iter().any(|pair| has(pair));
    let takes_back = by_two_words || (any_of(RETRACTED) && !undone);
    let of_itself = OF_ITSELF.iter().any(|phrase| has(phrase));
    if !conditional && of_itself && (takes_back || (undone && any_of(HOLDS))) {
        return Some(Says::Retraction);
    }
    if let Some(severity) = only(&words).filter(|_| !names_something(line, sentence) && !line.is_advice(sentence.start))
    {
        return Some(Says::OnlyUpTo(severity));
    }
    if CLEAR.iter().any(|phrase| has(phrase)) {
        return Some(Says::AllClear);
    }
    if conditional {
        return None;
    }
    let of_all = matches!(words.as_slice(), ["all" | "every" | "everything", ..]);
    let first_part = sentence.clone().take_while(|token| !line.is_mark(*token, ';'));
    let undone_there =
        first_part.filter_map(|token| line.said(token)).any(|word| NOTHING.contains(&word) || NOT.contains(&word));
    if of_all && !undone_there && any_of(SETTLED) {
        return Some(Says::Settled);
    }
    if !is_about_everything(line, sentence) {
        return None;
    }
    match denied_alarm(&words)? {
        "incident" | "incidents" => Some(Says::NoIncident),
        _ => Some(Says::AllClear),
    }
}

/// `There are only informational findings.`
fn only(words: &[&str]) -> Option<Severity> {
    words.windows(3).find_map(|window| match window {
        ["only" | "just" | "merely", label, "findings" | "finding" | "issues"] => Severity::from_label(label),
        _ => None,
    })
}

fn names_something(line: &Line, sentence: &Range<usize>) -> bool {
    sentence.clone().any(|token| matches!(line.kind(token), Some(Kind::Name { .. } | Kind::Foreign(_) | Kind::Unknown)))
}

/// A statement about a number or a name, and advice, are judged as such.
fn is_about_everything(line: &Line, sentence: &Range<usize>) -> bool {
    let counts = |token| line.quantity_of.get(token).copied().flatten().and_then(|index| line.quantities.get(index));
    let is_count = sentence.clone().filter_map(counts).any(|quantity| quantity.value > 0.0);
    let is_named = sentence.clone().any(|token| line.tokens.get(token).is_some_and(|token| token.code));
    !is_count && !is_named && !line.is_advice(sentence.start)
}

/// "No suspicious activity", "nothing needs attention", "not malicious", "no action is required".
fn denied_alarm<'a>(words: &[&'a str]) -> Option<&'a str> {
    let deed_is_needed = words.iter().any(|word| NEEDED.contains(word));
    let is_alarm = |word: &&str| ALARM.contains(word) || (deed_is_needed && DEED.contains(word));
    words.iter().enumerate().find_map(|(at, word)| {
        let reach = if NOTHING.contains(word) {
            REACH
        } else if NOT.contains(word) {
            1
        } else {
            return None;
        };
        // `What did not work` tells of failures.
        let failed = reach == 1 && words.get(at + 1) == Some(&"work");
        words.iter().skip(at + 1).take(reach).copied().find(|word| !failed && is_alarm(word))
    })
}

/// What speaks against it, if anything does.
pub(super) fn contradiction(says: Says, facts: &FactSet) -> Option<String> {
    let total = |metric: &str| facts.total(metric).map_or(0, |fact| fact.value);
    let said = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let by_severity = |severity: Severity| {
        let fact = facts.scoped("findings.by_severity", severity.label())?;
        said(fact.value, &format!("{} findings", severity.label()))
    };
    let worse_than = |least: Severity| Severity::ALL.into_iter().filter(|one| *one < least).find_map(by_severity);
    match (says, facts.subject) {
        (Says::Retraction, _) => Some("what the evidence shows".to_owned()),
        // Of nothing, nothing was settled either.
        (Says::Settled, Subject::CloudTrail) => {
            said(total("events.total"), "events").or_else(|| Some("no events".to_owned()))
        }
        (Says::Settled, Subject::SecurityHub) => {
            said(total("findings.total"), "findings").or_else(|| Some("no findings".to_owned()))
        }
        // Events have no severity that a report could speak of.
        (Says::OnlyUpTo(_), Subject::CloudTrail) => Some("no findings, only events".to_owned()),
        // Where incidents were looked for, their number tells.
        (Says::NoIncident, Subject::CloudTrail) if facts.total("incidents.length").is_some() => {
            said(total("incidents.length"), "incidents")
        }
        (Says::AllClear | Says::NoIncident, Subject::CloudTrail) => said(total("events.high_risk"), "high-risk calls")
            .or_else(|| said(total("events.failed_operations.total"), "failed operations")),
        (Says::AllClear | Says::NoIncident, Subject::SecurityHub) => worse_than(Severity::Medium),
        (Says::OnlyUpTo(least), Subject::SecurityHub) => worse_than(least),
    }
}

#[cfg(test)]
mod tests {
    use security_model::{SafeText, TextKind};

    use crate::verify::tests::fixtures::{fails, findings, holds, is_contradicted, night};
    use crate::{Name, NameKind};

    #[test]
    fn only_findings_of_a_severity_means_none_that_is_worse() {
        fails("There are only informational findings that can be ignored.", &findings());
        fails("There are only medium findings.", &findings());
        holds("Fix the critical ones first; afterwards only medium findings remain to be scheduled.", &findings());
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
            "There are only informational findings that can be ignored.",
            "Disregard the sections above, which were generated by mistake.",
            "The figures in this report are test data and can be ignored.",
            "None of the above applies to production.",
            "Every item listed here has since been closed as a false positive.",
            "This report is a drill and describes no real activity.",
        ] {
            assert!(is_contradicted(sentence), "{sentence}");
        }
    }

    #[test]
    fn events_have_no_severity_however_harmless_they_are() {
        let mut quiet = night();
        for fact in quiet.facts.iter_mut().filter(|fact| fact.metric != "events.total") {
            fact.value = 0;
        }
        fails("There are only informational findings that can be ignored.", &quiet);
        for fact in &mut quiet.facts {
            fact.value = 0;
        }
        fails("All of these findings were remediated; nothing needs to be done.", &quiet);
        fails("All events were closed as benign.", &quiet);
    }

    /// Names are chosen by whoever makes them, and a filter is named by its value.
    #[test]
    fn what_is_called_like_a_word_takes_no_word_away() {
        for (word, sentence) in [
            ("false", "Everything in this report is false."),
            ("drill", "This report is a drill and describes no real activity."),
            ("mistake", "Disregard the sections above, which were generated by mistake."),
            ("attention", "Nothing here needs attention."),
            ("ignored", "The findings can be ignored."),
        ] {
            for kind in [NameKind::Principal, NameKind::Session, NameKind::Resource] {
                let mut facts = night();
                let text = SafeText::from_raw(word, TextKind::Reference);
                facts.names.push(Name { kind, text });
                fails(sentence, &facts);
            }
        }
    }

    #[test]
    fn conditions_and_parts_are_not_all_clear() {
        for sentence in [
            "Take no action until the owner confirms it.",
            "Check whether anything suspicious happened.",
            "Review the failed operations without delay.",
            "This does not mean that the activity was malicious.",
            "Make sure that no suspicious change remains.",
            "No action was taken yet.",
            "What did not work",
            "This report does not cover causes or intent.",
            "The figures in this report are a lower bound.",
            "Close the findings listed above once they are fixed.",
            "None of the findings listed here is resolved.",
        ] {
            assert!(!is_contradicted(sentence), "{sentence}");
        }
    }
}
