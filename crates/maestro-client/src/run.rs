//! What the service answers about a run.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::error::Error;

/// A run as the service tells it, without the key wherever the service repeats it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Run {
    /// Names the run.
    pub id: String,
    /// How far it is.
    pub status: Status,
    /// The result of a completed run: text, unless another form was asked for.
    #[serde(default)]
    pub result: Option<Value>,
    /// Why it failed.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub error: Option<RunError>,
    /// How well the requirements are met, when asked for.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub requirements_result: Option<RequirementsResult>,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// The result is there.
    Completed,
    /// There will be no result.
    Failed,
    /// Still working.
    InProgress,
    /// Waits for something that this client does not do. An end.
    RequiresAction,
    /// A status that this crate does not know; taken as still working, until the deadline.
    #[serde(other)]
    Unknown,
}

/// Why a run failed, in the service's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct RunError {
    /// Text of the service. Untrusted.
    #[serde(default)]
    pub message: Option<String>,
}

/// How well the requirements are met, as the service's model sees it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct RequirementsResult {
    /// 0.0 to 1.0 over all; 0 when a mandatory requirement is not fully met.
    #[serde(default, deserialize_with = "share")]
    pub score: Option<f64>,
    /// Why the service stopped, in its words: a sentence, not a code.
    #[serde(default)]
    pub finish_reason: Option<String>,
    /// In the order they were sent.
    #[serde(default)]
    pub requirements: Vec<RequirementResult>,
}

/// How well one requirement is met.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct RequirementResult {
    /// Name, as sent.
    pub name: String,
    /// Description, as sent.
    #[serde(default)]
    pub description: String,
    /// Whether it is mandatory.
    #[serde(default)]
    pub is_mandatory: bool,
    /// 0.0 to 1.0.
    #[serde(default, deserialize_with = "share")]
    pub score: Option<f64>,
    /// Why, in the model's words. Untrusted.
    #[serde(default, deserialize_with = "reason")]
    pub reason: Option<String>,
}

/// What stands beside a result does not spoil it: a form that is not known is taken as absent.
fn if_it_fits<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// A score that is none between 0 and 1 is no score.
fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let score = Option::<f64>::deserialize(deserializer)?;
    Ok(score.filter(|score| (0.0..=1.0).contains(score)))
}

/// The service writes "no reason" as null or as the text `None`.
fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let reason = Option::<String>::deserialize(deserializer)?;
    Ok(reason.filter(|reason| reason != "None"))
}

/// A run that came to a result.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CompletedRun {
    /// Names the run.
    pub id: String,
    /// The result, not empty. Written by a model: untrusted.
    pub text: String,
    /// How well the requirements are met, when asked for.
    pub requirements_result: Option<RequirementsResult>,
    /// Times the run was asked after.
    pub polls: u32,
}

/// What to do about a run.
pub(crate) enum Progress {
    Wait,
    Done(CompletedRun),
}

impl Run {
    /// Whether the run is over, and how.
    pub(crate) fn progress(
        self,
        polls: u32,
        service_text: impl Fn(&str) -> crate::ServiceText,
    ) -> Result<Progress, Error> {
        let run_id = self.id;
        match self.status {
            Status::InProgress | Status::Unknown => Ok(Progress::Wait),
            Status::RequiresAction => Err(Error::RequiresAction { run_id }),
            Status::Failed => {
                let message = self.error.and_then(|error| error.message).unwrap_or_default();
                Err(Error::Failed { run_id, message: service_text(&message) })
            }
            Status::Completed => match self.result {
                Some(Value::String(text)) if !text.trim().is_empty() => {
                    let requirements_result = self.requirements_result;
                    Ok(Progress::Done(CompletedRun { id: run_id, text, requirements_result, polls }))
                }
                None | Some(Value::Null | Value::String(_)) => Err(Error::EmptyResult { run_id }),
                Some(other) => Err(Error::UnexpectedResult { run_id, found: kind_of(&other) }),
            },
        }
    }
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Whether an id can stand in a path as it is.
pub(crate) fn is_run_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(answer: Value) -> Run {
        serde_json::from_value(answer).unwrap()
    }

    #[test]
    fn a_reason_of_none_is_no_reason() {
        let scored = |reason: Value| {
            let item = json!({"name": "length", "description": "Under 300 words", "is_mandatory": false, "score": 0.5,
                              "reason": reason});
            let result = json!({"score": 0.5, "finish_reason": "Budget exhausted", "requirements": [item]});
            run(json!({"id": "r", "status": "completed", "result": "x", "requirements_result": result}))
        };
        let reason = |run: Run| run.requirements_result.unwrap().requirements.remove(0).reason;
        assert_eq!(reason(scored(json!("None"))), None);
        assert_eq!(reason(scored(Value::Null)), None);
        assert_eq!(reason(scored(json!("312 words"))).as_deref(), Some("312 words"));
    }

    #[test]
    fn what_stands_beside_a_result_does_not_spoil_it() {
        let odd = run(json!({"id": "r", "status": "completed", "result": "x", "error": "none", "new": [1],
                             "requirements_result": ["?"]}));
        assert_eq!((odd.error, odd.requirements_result), (None, None));
        let scores = run(json!({"id": "r", "status": "completed", "result": "x",
                                "requirements_result": {"score": 7.5, "requirements": []}}));
        assert_eq!(scores.requirements_result.unwrap().score, None);
    }

    #[test]
    fn a_status_that_is_not_known_is_not_an_end() {
        let run = run(json!({"id": "r", "status": "queued", "result": null}));
        assert_eq!(run.status, Status::Unknown);
    }

    #[test]
    fn ids_that_could_change_a_path_are_none() {
        for id in ["a079e447-3c67-42c2-8241-93d8ba428631", "run_1"] {
            assert!(is_run_id(id), "{id}");
        }
        for id in ["", "..", "a/b", "a?b", "a%2fb", "a b", "é", &"a".repeat(129)] {
            assert!(!is_run_id(id), "{id}");
        }
    }
}
