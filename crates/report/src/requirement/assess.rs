//! Scoring a draft: code first, and a model's scores only for what code cannot decide.

use security_model::{SafeText, TextKind};

use super::shared::word_limit;
use super::{Check, Draft, Finding, Judge, Reading, Requirement, RequirementScore, is_same};
use crate::writer::ModelScore;

/// How far beyond 1 a score may lie from rounding.
const SLACK: f64 = 1e-6;

/// Longest report that is scored, in bytes.
const LONGEST: usize = 1 << 20;
/// How much of a report rules look at, in bytes: no report that is delivered is longer.
const LOOKED_AT: usize = 64 << 10;
/// What a report scores at most of which not everything was looked at.
const BEST_IN_PART: f64 = 0.99;

/// Every requirement with its score. `model` are scores that a writer's model gave, by name; they count for requirements
/// that only a reader can judge, and for no others.
#[must_use]
pub fn assess(requirements: &[Requirement], draft: &Draft<'_>, model: &[ModelScore]) -> Vec<RequirementScore> {
    let looked_at = draft.markdown.get(..draft.markdown.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let reading = Reading::new(&Draft { markdown: looked_at, ..*draft });
    requirements.iter().map(|requirement| score(requirement, draft, &reading, model)).collect()
}

fn score(
    requirement: &Requirement,
    draft: &Draft<'_>,
    reading: &Reading<'_>,
    model: &[ModelScore],
) -> RequirementScore {
    let (score, judge, reason) = match requirement.check {
        Check::Rule(_) | Check::WordLimit(_) if draft.markdown.len() > LONGEST => {
            decided(too_long(draft.markdown.len()))
        }
        Check::Rule(rule) if reading.markdown.len() < draft.markdown.len() => decided(in_part(rule(reading))),
        Check::Rule(rule) => decided(rule(reading)),
        Check::WordLimit(limit) => decided(word_limit::check(draft.markdown, limit)),
        Check::Reader => judged(&requirement.name, model),
    };
    RequirementScore {
        name: requirement.name.clone(),
        description: requirement.description.clone(),
        mandatory: requirement.mandatory,
        score,
        judge,
        reason: Some(SafeText::from_raw(&reason, TextKind::Prose)),
    }
}

fn too_long(bytes: usize) -> Finding {
    Finding { score: 0.0, reason: format!("{bytes} bytes are too long to check; at most {LONGEST}.") }
}

/// What stands behind the part that was looked at may be wrong.
fn in_part(found: Finding) -> Finding {
    let reason = format!("Only the first {LOOKED_AT} bytes were looked at; shorten the report. {}", found.reason);
    Finding { score: found.score.min(BEST_IN_PART), reason }
}

fn decided(finding: Finding) -> (Option<f64>, Judge, String) {
    let score = if finding.score.is_finite() { finding.score.clamp(0.0, 1.0) } else { 0.0 };
    (Some(score), Judge::Rule, finding.reason)
}

/// The lowest of the model's scores of that name. One that is not between 0 and 1 says nothing: it may be on any scale.
fn judged(name: &str, model: &[ModelScore]) -> (Option<f64>, Judge, String) {
    let given: Vec<&ModelScore> = model.iter().filter(|given| is_same(&given.name, name)).collect();
    if given.is_empty() {
        return (None, Judge::None, "No reader judged this.".to_owned());
    }
    if given.iter().any(|given| !is_score(given.score)) {
        return (None, Judge::None, "The model's score is not between 0 and 1, and was not used.".to_owned());
    }
    let lowest = given.into_iter().min_by(|a, b| a.score.total_cmp(&b.score));
    let score = lowest.map(|given| given.score.clamp(0.0, 1.0));
    let reason = lowest.and_then(|given| given.reason.clone()).filter(|reason| !reason.trim().is_empty());
    (score, Judge::Model, reason.unwrap_or_else(|| "The model gave no reason.".to_owned()))
}

fn is_score(score: f64) -> bool {
    score.is_finite() && (-SLACK..=1.0 + SLACK).contains(&score)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str, score: f64) -> ModelScore {
        ModelScore { name: name.to_owned(), score, reason: None }
    }

    #[test]
    fn a_model_score_counts_only_within_its_scale() {
        for (score, expected) in [
            (0.0, Some(0.0)),
            (0.75, Some(0.75)),
            (1.0, Some(1.0)),
            (1.000_000_5, Some(1.0)),
            (1.2, None),
            (85.0, None),
            (-0.5, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            let (found, judge, _) = judged("tone", &[given(" Tone ", score)]);
            assert_eq!(
                (found, judge),
                (expected, if expected.is_some() { Judge::Model } else { Judge::None }),
                "{score}"
            );
        }
    }

    #[test]
    fn of_two_scores_the_lower_counts_and_other_names_do_not() {
        let (score, ..) = judged("tone", &[given("tone", 0.9), given("tone", 0.4), given("length", 0.1)]);
        assert_eq!(score, Some(0.4));
        assert_eq!(judged("tone", &[given("length", 1.0)]).0, None);
    }
}
