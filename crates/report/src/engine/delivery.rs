//! The report as it is handed over.

use std::time::Instant;

use super::candidate::{Candidate, examine};
use super::{Assignment, Delivery, Report, WriterInfo};
use crate::requirement::{FORMULA, RequirementScore, overall};
use crate::verify::Verification;
use crate::writer::WriterKind;

/// The local report, checked and scored. Its `rounds` is 1: it is written once.
#[must_use]
pub fn deliver_local(assignment: &Assignment<'_>) -> Report {
    let started = Instant::now();
    let writer = WriterInfo {
        kind: WriterKind::Local,
        model: None,
        rounds: 1,
        input_tokens: None,
        output_tokens: None,
        elapsed_ms: 0,
        fallback_reason: None,
    };
    let mut report = local(assignment, writer, Delivery::AsWritten);
    report.writer.elapsed_ms = elapsed_ms(started);
    report
}

/// The local report, whoever it stands in for.
pub(super) fn local(assignment: &Assignment<'_>, writer: WriterInfo, delivery: Delivery) -> Report {
    let (checked, scores) = examine(assignment.local, assignment, &[]);
    report(assignment, assignment.local.to_owned(), writer, delivery, scores, checked.verification)
}

/// A writer's draft.
pub(super) fn drafted(assignment: &Assignment<'_>, candidate: Candidate, writer: WriterInfo) -> Report {
    let delivery = if candidate.round <= 1 { Delivery::AsWritten } else { Delivery::Repaired };
    let verification = candidate.checked.map(|checked| checked.verification).unwrap_or_default();
    report(assignment, candidate.markdown, writer, delivery, candidate.scores, verification)
}

fn report(
    assignment: &Assignment<'_>,
    markdown: String,
    writer: WriterInfo,
    delivery: Delivery,
    requirements: Vec<RequirementScore>,
    verification: Verification,
) -> Report {
    Report {
        markdown,
        writer,
        delivery,
        score: overall(&requirements),
        score_formula: FORMULA.to_owned(),
        requirements,
        requirements_left_out: assignment.selection.left_out.clone(),
        verification,
    }
}

/// Milliseconds since then.
pub(super) fn elapsed_ms(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
