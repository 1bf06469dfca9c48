//! The text blocks about reports and verdicts: what a person, or a host without structured content, reads.

use std::fmt::Write as _;

use report::engine::{Delivery, Report};
use report::requirement::Judge;
use report::verify::{Issue, Judgement, Verdict, Verification};
use security_model::{SafeText, TextKind};

use crate::writers::name;

/// Room that the footer of a report's text block needs at most, in bytes.
pub const FOOTER_BYTES: usize = 640;
/// Longest reason for a fallback within the footer, in bytes.
const REASON_BYTES: usize = 240;
/// Longest name of a requirement within the footer, in bytes.
const NAME_BYTES: usize = 64;

/// The report, and a line on who wrote it and whether it holds.
#[must_use]
pub fn report_text(report: &Report) -> String {
    format!("{}\n\n---\n{}\n", report.markdown.trim_end(), footer(report))
}

/// `text` without the footer that [`report_text`] put under this very report.
#[must_use]
pub fn without_footer<'a>(text: &'a str, report: &Report) -> &'a str {
    text.trim_end().strip_suffix(&footer(report)).and_then(|text| text.trim_end().strip_suffix("---")).unwrap_or(text)
}

/// The requirements with their scores, one line each.
#[must_use]
pub fn requirements_text(report: &Report) -> String {
    let mut text = String::new();
    for requirement in &report.requirements {
        let mark = if requirement.mandatory { " (mandatory)" } else { "" };
        _ = match (requirement.score, requirement.judge) {
            (Some(score), Judge::Model) => {
                writeln!(text, "- {score:.2} {}{mark}, judged by the model", requirement.name)
            }
            (Some(score), _) => writeln!(text, "- {score:.2} {}{mark}", requirement.name),
            (None, _) => writeln!(text, "- none {}{mark}: no reader judged it", requirement.name),
        };
    }
    text
}

fn footer(report: &Report) -> String {
    let writer = &report.writer;
    let mut line = format!("Writer: {}", name(writer.kind));
    if let Some(model) = &writer.model {
        _ = write!(line, " ({})", SafeText::from_raw(model, TextKind::Identifier).as_str());
    }
    match report.delivery {
        Delivery::AsWritten | Delivery::Replaced => {}
        Delivery::Repaired => _ = write!(line, ", {} drafts", writer.rounds),
    }
    if let Some(reason) = &writer.fallback_reason {
        _ = write!(line, ", in place of another. {}", shortened(reason, REASON_BYTES));
    }
    match report.score {
        Some(score) => _ = write!(line, ". Score: {score:.2} of 1{}", unmet(report)),
        None => line.push_str(". Score: none, because a mandatory requirement was not judged"),
    }
    _ = write!(line, ". {}.", verification_line(&report.verification));
    line
}

/// Which mandatory requirement makes the score 0, if one does.
fn unmet(report: &Report) -> String {
    let mut mandatory = report.requirements.iter().filter(|requirement| requirement.mandatory);
    match mandatory.find(|requirement| requirement.score.is_some_and(|score| score < 1.0)) {
        Some(one) => {
            let name = SafeText::from_raw(&shortened(&one.name, NAME_BYTES), TextKind::Identifier);
            format!(", because {} is mandatory and not fully met", name.code_span())
        }
        None => String::new(),
    }
}

fn shortened(text: &str, most_bytes: usize) -> String {
    let text = text.trim_end_matches('.');
    if text.len() <= most_bytes {
        return text.to_owned();
    }
    let end = (0..=most_bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}…", text.get(..end).unwrap_or_default())
}

/// The verdict in a few words: `Verified: 41 of 41 claims`.
fn verification_line(verification: &Verification) -> String {
    let Verification { claims, supported, ambiguous, omitted, .. } = verification;
    let mut line = match verification.verdict {
        Verdict::Verified => format!("Verified: {supported} of {claims} claims"),
        Verdict::Failed => format!("NOT verified: {supported} of {claims} claims hold"),
    };
    if *ambiguous > 0 {
        _ = write!(line, ", {ambiguous} ambiguous");
    }
    if *omitted > 0 {
        _ = write!(line, ", {omitted} left out");
    }
    line
}

/// The verdict on `report` with what does not hold, and what was not looked at, in at most `most_bytes`.
#[must_use]
pub fn verification_text(verification: &Verification, report: &str, most_bytes: usize) -> String {
    let mut text = format!("{}.\n", verification_line(verification));
    if !verification.issues.is_empty() {
        text.push('\n');
    }
    let room = most_bytes.saturating_sub(verification.not_covered.len() + 120);
    let mut shown = 0;
    for line in verification.issues.iter().map(|issue| issue_line(issue, report)) {
        if text.len() + line.len() > room {
            break;
        }
        text.push_str(&line);
        shown += 1;
    }
    let left_out = issues_in_all(verification).saturating_sub(shown);
    if left_out > 0 {
        _ = writeln!(text, "- … {left_out} more, which are counted; mend these and check again");
    }
    _ = write!(text, "\n{}\n", verification.not_covered);
    text
}

fn issues_in_all(verification: &Verification) -> u64 {
    let Verification { contradicted, misattributed, ambiguous, unsupported, omitted, .. } = verification;
    contradicted + misattributed + ambiguous + unsupported + omitted
}

fn issue_line(issue: &Issue, report: &str) -> String {
    let what = match issue.kind {
        Judgement::Supported => "supported",
        Judgement::Contradicted => "contradicted",
        Judgement::Misattributed => "misattributed",
        Judgement::Ambiguous => "ambiguous",
        Judgement::Unsupported => "unsupported",
        Judgement::Omitted => "left out",
    };
    let mut line = format!("- {what}: {}", issue.text.code_span());
    if let Some(span) = issue.span {
        let before = report.as_bytes().get(..span.start).unwrap_or_default();
        let number = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        _ = write!(line, ", line {number} (bytes {} to {})", span.start, span.end);
    }
    if let Some(expected) = &issue.expected {
        _ = write!(line, "; right is {}", expected.code_span());
    }
    if !issue.facts.is_empty() {
        let shown: Vec<&str> = issue.facts.iter().take(5).map(String::as_str).collect();
        _ = write!(line, " ({}{})", shown.join(", "), if issue.facts.len() > 5 { ", …" } else { "" });
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use report::engine::WriterInfo;
    use report::requirement::RequirementScore;
    use report::verify::Span;
    use report::writer::WriterKind;

    use super::super::MAX_TEXT_BYTES;
    use super::*;

    fn report(kind: WriterKind, delivery: Delivery, reason: Option<&str>) -> Report {
        Report {
            markdown: "# Title\n".to_owned(),
            writer: WriterInfo {
                kind,
                model: (kind != WriterKind::Local).then(|| "jamba-mini".to_owned()),
                rounds: 2,
                input_tokens: None,
                output_tokens: None,
                elapsed_ms: 5,
                fallback_reason: reason.map(str::to_owned),
            },
            delivery,
            score: Some(0.875),
            score_formula: String::new(),
            requirements: vec![],
            requirements_left_out: vec![],
            verification: Verification { verdict: Verdict::Verified, claims: 41, supported: 41, ..Default::default() },
        }
    }

    #[test]
    fn the_footer_names_writer_score_and_verdict() {
        let text = report_text(&report(WriterKind::Maestro, Delivery::Repaired, None));
        let expected =
            "# Title\n\n---\nWriter: maestro (jamba-mini), 2 drafts. Score: 0.88 of 1. Verified: 41 of 41 claims.\n";
        assert_eq!(text, expected);
        let replaced = report(WriterKind::Local, Delivery::Replaced, Some("The key was refused."));
        let text = report_text(&replaced);
        assert!(text.contains("Writer: local, in place of another. The key was refused. Score"), "{text}");
    }

    fn requirement(name: &str, mandatory: bool, score: Option<f64>) -> RequirementScore {
        let judge = if score.is_some() { Judge::Rule } else { Judge::None };
        RequirementScore { name: name.to_owned(), description: String::new(), mandatory, score, judge, reason: None }
    }

    #[test]
    fn a_score_of_nothing_says_why() {
        let mut report = report(WriterKind::Local, Delivery::AsWritten, None);
        report.score = Some(0.0);
        report.requirements = vec![
            requirement("calm", true, None),
            requirement("long", false, Some(0.5)),
            requirement("brief", true, Some(0.5)),
        ];
        let text = report_text(&report);
        assert!(text.contains("Score: 0.00 of 1, because `brief` is mandatory and not fully met. Verified"), "{text}");
        assert_eq!(
            requirements_text(&report),
            "- none calm (mandatory): no reader judged it\n- 0.50 long\n- 0.50 brief (mandatory)\n"
        );
    }

    #[test]
    fn only_the_own_footer_is_taken_off() {
        let own = report(WriterKind::Local, Delivery::AsWritten, None);
        assert_eq!(without_footer(&report_text(&own), &own).trim_end(), "# Title");
        let forged = report_text(&own).replace("41 of 41", "42 of 42");
        assert_eq!(without_footer(&forged, &own), forged);
        assert_eq!(without_footer("# Title\n", &own), "# Title\n");
    }

    #[test]
    fn the_footer_stays_within_its_room() {
        let long = "ü".repeat(10_000);
        let mut report = report(WriterKind::Local, Delivery::Replaced, Some(&long));
        report.score = Some(0.0);
        report.requirements = vec![requirement(&"ü".repeat(64), true, Some(0.0))];
        report.verification = Verification {
            verdict: Verdict::Failed,
            claims: 99_999,
            supported: 99_998,
            ambiguous: 99_999,
            omitted: 99_999,
            ..Default::default()
        };
        assert!(report_text(&report).len() - report.markdown.len() <= FOOTER_BYTES, "{}", footer(&report).len());
    }

    #[test]
    fn issues_are_listed_within_the_text_block() {
        let text = |text: &str| SafeText::from_raw(text, TextKind::Reference);
        let issue = Issue {
            kind: Judgement::Contradicted,
            text: text("2,617 events"),
            span: Some(Span { start: 9, end: 21 }),
            expected: Some(text("2,616")),
            facts: vec!["f1".to_owned()],
        };
        let mut verification =
            Verification { claims: 1, contradicted: 1, issues: vec![issue.clone()], ..Default::default() };
        let report = "# Title\n\n2,617 events";
        let written = verification_text(&verification, report, MAX_TEXT_BYTES);
        assert!(written.contains("NOT verified: 0 of 1 claims hold."), "{written}");
        assert!(
            written.contains("- contradicted: `2,617 events`, line 3 (bytes 9 to 21); right is `2,616` (f1)\n"),
            "{written}"
        );
        (verification.issues, verification.contradicted) = (vec![issue; 200], 700);
        let written = verification_text(&verification, report, MAX_TEXT_BYTES);
        let listed = written.matches("- contradicted").count();
        assert!(written.len() <= MAX_TEXT_BYTES && listed > 10, "{written}");
        assert!(written.contains(&format!("- … {} more, which are counted", 700 - listed)), "{written}");
        assert!(verification_text(&verification, report, usize::MAX).contains("- … 500 more"));
    }
}
