//! A draft with everything that was found about it.

use std::cmp::Ordering;

use super::{Assignment, secret};
use crate::egress::Curtain;
use crate::language;
use crate::requirement::{Check, Draft, Judge, Requirement, RequirementScore, assess, overall};
use crate::verify::{Checked, Verdict, verify};
use crate::writer::ModelScore;

/// A draft this many times the longest report allowed is not even looked at.
const ABSURD: usize = 16;

/// Why a draft is no report at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// There is nothing in it.
    Empty,
    /// It is longer than a report may be.
    TooLong {
        /// Its bytes.
        bytes: usize,
    },
    /// It is not in English.
    NotEnglish,
    /// Part of it is not in English.
    PartlyForeign,
    /// Something in it looks like a secret. The text is not kept.
    Secret {
        /// What it looks like. Never the text.
        looks_like: &'static str,
    },
}

/// A draft, lifted, verified and scored.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The draft as the writer wrote it.
    pub(super) raw: String,
    /// The report as it would be delivered.
    pub(super) markdown: String,
    /// What the verifier found; `None` when the draft is unusable.
    pub(super) checked: Result<Checked, Unusable>,
    /// How well each requirement is met; empty when the draft is unusable.
    pub(super) scores: Vec<RequirementScore>,
    /// The draft's number, from 1.
    pub(super) round: u64,
}

impl Candidate {
    /// Looks at a draft. `model` are the scores that came with it.
    pub(super) fn new(
        raw: String,
        round: u64,
        assignment: &Assignment<'_>,
        curtain: &Curtain<'_>,
        model: &[ModelScore],
    ) -> Self {
        if raw.len() > assignment.max_bytes.saturating_mul(ABSURD) {
            let bytes = raw.len();
            return Self { raw: String::new(), ..Self::unusable(Unusable::TooLong { bytes }, round) };
        }
        // Before names come back: those may look like anything.
        if let Some(looks_like) = secret::in_text(&raw) {
            return Self::unusable(Unusable::Secret { looks_like }, round);
        }
        let markdown = curtain.lift(&raw);
        let unusable = if markdown.trim().is_empty() {
            Some(Unusable::Empty)
        } else if markdown.len() > assignment.max_bytes {
            Some(Unusable::TooLong { bytes: markdown.len() })
        } else if !language::is_english(&markdown) {
            Some(Unusable::NotEnglish)
        } else if !language::is_english_throughout(&markdown) {
            Some(Unusable::PartlyForeign)
        } else {
            None
        };
        match unusable {
            Some(unusable) => Self { raw, ..Self::unusable(unusable, round) },
            None => Self::usable(raw, markdown, round, assignment, model),
        }
    }

    fn unusable(unusable: Unusable, round: u64) -> Self {
        Self { raw: String::new(), markdown: String::new(), checked: Err(unusable), scores: vec![], round }
    }

    fn usable(raw: String, markdown: String, round: u64, assignment: &Assignment<'_>, model: &[ModelScore]) -> Self {
        let (checked, scores) = examine(&markdown, assignment, model);
        Self { raw, markdown, checked: Ok(checked), scores, round }
    }

    /// Whether every claim holds.
    pub(super) fn is_verified(&self) -> bool {
        self.checked.as_ref().is_ok_and(|checked| checked.verification.verdict == Verdict::Verified)
    }

    /// Whether it is verified and code finds nothing to mend.
    pub(super) fn passes_code(&self) -> bool {
        self.is_verified()
            && self.scores.iter().filter(|score| score.judge == Judge::Rule).all(|score| score.score == Some(1.0))
    }

    /// Whether nothing is left to mend.
    pub(super) fn is_done(&self) -> bool {
        self.is_verified() && self.scores.iter().all(|score| score.score.is_none_or(|score| score >= 1.0))
    }

    /// Whether a requirement waits for a reader.
    pub(super) fn is_unjudged(&self, requirement: &Requirement) -> bool {
        let nobody = |score: &RequirementScore| score.name == requirement.name && score.judge == Judge::None;
        matches!(requirement.check, Check::Reader) && self.scores.iter().any(nobody)
    }

    /// Takes over scores that a reader gave.
    pub(super) fn judge(&mut self, assignment: &Assignment<'_>, given: &[ModelScore]) {
        let Ok(checked) = &self.checked else { return };
        let draft = Draft { markdown: &self.markdown, facts: assignment.facts, coverage: assignment.coverage, checked };
        let judged = assess(&assignment.selection.requirements, &draft, given);
        for (own, new) in self.scores.iter_mut().zip(judged) {
            if own.judge == Judge::None {
                *own = new;
            }
        }
    }

    /// Claims that do not hold and things left out.
    pub(super) fn issues(&self) -> usize {
        self.checked.as_ref().map_or(usize::MAX, |checked| checked.verification.issues.len())
    }

    /// Better drafts are greater: verified ones before all, by score; the others by how little does not hold.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let verified = self.is_verified();
        let by_issues = || other.issues().cmp(&self.issues());
        let by_score = || {
            let overall = |candidate: &Self| overall(&candidate.scores).unwrap_or(0.0);
            overall(self).total_cmp(&overall(other)).then(mean(&self.scores).total_cmp(&mean(&other.scores)))
        };
        verified
            .cmp(&other.is_verified())
            .then_with(|| if verified { by_score().then_with(by_issues) } else { by_issues().then_with(by_score) })
    }
}

/// Verifies a report and scores what code can decide, and what `model` already scored.
pub(super) fn examine(
    markdown: &str,
    assignment: &Assignment<'_>,
    model: &[ModelScore],
) -> (Checked, Vec<RequirementScore>) {
    let checked = verify(markdown, assignment.facts, assignment.coverage);
    let draft = Draft { markdown, facts: assignment.facts, coverage: assignment.coverage, checked: &checked };
    let scores = assess(&assignment.selection.requirements, &draft, model);
    (checked, scores)
}

fn mean(scores: &[RequirementScore]) -> f64 {
    let scored: Vec<f64> = scores.iter().filter_map(|score| score.score).collect();
    if scored.is_empty() { 0.0 } else { scored.iter().sum::<f64>() / scored.len() as f64 }
}
