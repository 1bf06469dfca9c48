//! Scores.

use schemars::JsonSchema;
use security_model::SafeText;
use serde::{Deserialize, Serialize};

/// Who decided a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Judge {
    /// Code.
    Rule,
    /// The writer's model.
    Model,
    /// Nobody: no reader was there to decide.
    None,
}

/// How well a report meets one requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementScore {
    /// Name.
    pub name: String,
    /// What was required.
    pub description: String,
    /// Whether it is mandatory.
    pub mandatory: bool,
    /// 0.0 to 1.0; null when nobody judged.
    pub score: Option<f64>,
    /// Who decided.
    pub judge: Judge,
    /// Why.
    pub reason: Option<SafeText>,
}

/// How [`overall`] is made, as answers state it.
pub const FORMULA: &str = "0 when a mandatory requirement is below 1; null when a mandatory requirement is unjudged or nothing \
     was scored; else the mean over the requirements that were scored. The formula is Nightdesk's own; AI21 has not \
     published Maestro's.";

/// The overall score: 0 when a mandatory requirement is below 1, null when a mandatory one is unjudged or nothing was
/// scored, else the mean over those that were scored. The formula is ours; AI21 has not published theirs.
#[must_use]
pub fn overall(scores: &[RequirementScore]) -> Option<f64> {
    let mut mandatory = scores.iter().filter(|score| score.mandatory);
    if mandatory.clone().any(|score| score.score.is_some_and(|score| score < 1.0)) {
        return Some(0.0);
    }
    if mandatory.any(|score| score.score.is_none()) {
        return None;
    }
    let scored: Vec<f64> = scores.iter().filter_map(|score| score.score).collect();
    (!scored.is_empty()).then(|| scored.iter().sum::<f64>() / scored.len() as f64)
}
