//! The text blocks about reports and verdicts: what a person, or a host without structured content, reads.

use std::fmt::Write as _;

use report::engine::{Delivery, Report};
use report::requirement::Judge;
use report::verify::{Issue, Judgement, Verdict, Verification};
use security_model::{SafeText, TextKind};

use super::MAX_TEXT_BYTES;
use crate::writers::name;

/// Room that the footer of a report's text block needs at most, in bytes.
pub const FOOTER_BYTES: usize = 640;
/// Longest reason for a fallback within the footer, in bytes.
const REASON_BYTES: usize = 240;

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
        _ = write!(line, ", in place of another. {}", shortened(reason));
    }
    match report.score {
        Some(score) => _ = write!(line, ". Score: {score:.2} of 1"),
        None => line.push_str(". Score: none, because a mandatory requirement was not judged"),
    }
    _ = write!(line, ". {}.", verification_line(&report.verification));
    line
}

fn shortened(reason: &str) -> String {
    let reason = reason.trim_end_matches('.');
    if reason.len() <= REASON_BYTES {
        return reason.to_owned();
    }
    let end = (0..=REASON_BYTES).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or(0);
    format!("{}…", reason.get(..end).unwrap_or_default())
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

/// The verdict with what does not hold, and what was not looked at.
#[must_use]
pub fn verification_text(verification: &Verification) -> String {
    let mut text = format!("{}.\n", verification_line(verification));
    if !verification.issues.is_empty() {
        text.push('\n');
    }
    let room = MAX_TEXT_BYTES.saturating_sub(verification.not_covered.len() + 120);
    for (shown, issue) in verification.issues.iter().enumerate() {
        let line = issue_line(issue);
        if text.len() + line.len() > room {
            _ = writeln!(text, "- … {} more in the structured content", verification.issues.len() - shown);
            break;
        }
        text.push_str(&line);
    }
    _ = write!(text, "\n{}\n", verification.not_covered);
    text
}

fn issue_line(issue: &Issue) -> String {
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
        _ = write!(line, " at bytes {} to {}", span.start, span.end);
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
    use report::verify::Span;
    use report::writer::WriterKind;

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
        report.score = None;
        report.verification.verdict = Verdict::Failed;
        assert!(report_text(&report).len() - report.markdown.len() <= FOOTER_BYTES, "{}", footer(&report).len());
    }

    #[test]
    fn issues_are_listed_within_the_text_block() {
        let text = |text: &str| SafeText::from_raw(text, TextKind::Reference);
        let issue = Issue {
            kind: Judgement::Contradicted,
            text: text("2,617 events"),
            span: Some(Span { start: 10, end: 22 }),
            expected: Some(text("2,616")),
            facts: vec!["f1".to_owned()],
        };
        let mut verification =
            Verification { claims: 1, contradicted: 1, issues: vec![issue.clone()], ..Default::default() };
        let written = verification_text(&verification);
        assert!(written.contains("NOT verified: 0 of 1 claims hold."), "{written}");
        assert!(
            written.contains("- contradicted: `2,617 events` at bytes 10 to 22; right is `2,616` (f1)\n"),
            "{written}"
        );
        verification.issues = vec![issue; 500];
        let written = verification_text(&verification);
        assert!(written.len() <= MAX_TEXT_BYTES && written.contains("more in the structured content"));
    }
}
