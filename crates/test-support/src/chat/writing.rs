//! A fake model that writes reports, or lies in them, and judges what it is given.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::prompt::Prompt;
use super::turn::Turn;
use crate::author::{self, Asked, Lie, Planted};

/// What the model makes of a brief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// A report that says what the facts say.
    Honest,
    /// A report with falsehoods of one kind in it, from the first draft to the last.
    Lie {
        /// Which.
        kind: Lie,
        /// The same seed tells the same lie.
        seed: u64,
    },
    /// A lie at first, and the truth when the draft comes back.
    LieOnce {
        /// Which.
        kind: Lie,
        /// The same seed tells the same lie.
        seed: u64,
    },
}

/// Writes, and remembers what it planted.
#[derive(Debug)]
pub(super) struct Writer {
    writing: Writing,
    planted: Mutex<Vec<Planted>>,
}

impl Writer {
    pub(super) fn new(writing: Writing) -> Self {
        Self { writing, planted: Mutex::default() }
    }

    /// Falsehoods so far.
    pub(super) fn planted(&self) -> Vec<Planted> {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn answer(&self, prompt: &Prompt) -> Turn {
        let text = prompt.text();
        let asked = requirements(&text);
        let written = if wants_scores(&text) { scores(&asked).to_string() } else { self.report(prompt, &text, &asked) };
        let tokens = |text: &str| u64::try_from(text.len() / 4).unwrap_or(u64::MAX);
        Turn::text(&written).tokens(tokens(&text), tokens(&written), None)
    }

    fn report(&self, prompt: &Prompt, brief: &str, asked: &[Asked]) -> String {
        let (kind, seed) = match self.writing {
            Writing::Honest => return author::honest(brief, asked),
            Writing::LieOnce { .. } if prompt.user.len() > 1 => return author::honest(brief, asked),
            Writing::Lie { kind, seed } | Writing::LieOnce { kind, seed } => (kind, seed),
        };
        let (report, planted) = author::lie(kind, brief, asked, seed);
        self.planted.lock().unwrap_or_else(PoisonError::into_inner).extend(planted);
        report
    }
}

/// The requirements that a prompt lists as `- name (mandatory): what the report has to be`, below `REQUIREMENTS`.
fn requirements(text: &str) -> Vec<Asked> {
    let listed = text.lines().skip_while(|line| line.trim() != "REQUIREMENTS").skip(1);
    let mut seen = HashSet::new();
    listed
        .map_while(|line| line.strip_prefix("- ")?.split_once(": "))
        .map(|(name, description)| (name.trim_end_matches(" (mandatory)"), description))
        .filter(|(name, _)| seen.insert(*name))
        .map(|(name, description)| Asked { name: name.to_owned(), description: description.to_owned() })
        .collect()
}

fn wants_scores(text: &str) -> bool {
    text.contains("JSON array") && text.contains("score")
}

/// Full marks, so that what code can decide is left to code.
fn scores(asked: &[Asked]) -> Value {
    asked.iter().map(|one| json!({"name": one.name, "score": 1.0, "reason": "It reads well."})).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Face;

    fn prompt(user: &[&str]) -> Prompt {
        Prompt {
            face: Face::OpenAi,
            model: "m".into(),
            stream: false,
            system: String::new(),
            user: user.iter().map(ToString::to_string).collect(),
            tools: Vec::new(),
            results: Vec::new(),
        }
    }

    #[test]
    fn a_request_for_scores_gets_one_for_each_requirement() {
        let text = "Answer with a JSON array: name, score.\nREQUIREMENTS\n- tone (mandatory): Calm.\n- clear: Clear.\n\nREPORT\nx";
        let turn = Writer::new(Writing::Honest).answer(&prompt(&[text]));
        let scores: Value = serde_json::from_str(&turn.parts[0].joined()).unwrap();
        assert_eq!(scores[0]["name"], "tone");
        assert_eq!(scores[1]["name"], "clear");
        assert_eq!(scores.as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_lie_is_told_and_remembered_and_taken_back_when_asked() {
        let brief = "FACTS\n{{f:1}} | 2616 | events | events.total | all\n{{f:2}} | 61 | events | events.failed_operations | all\n\
                     ROWS\nTIMES\nTOKENS\nNOT READ\ncomplete\n";
        let writer = Writer::new(Writing::LieOnce { kind: Lie::InventedArn, seed: 1 });
        writer.answer(&prompt(&[brief]));
        let planted = writer.planted();
        assert!(!planted.is_empty());
        let mended = writer.answer(&prompt(&[brief, "Mend this."]));
        assert!(planted.iter().all(|falsehood| !mended.parts[0].joined().contains(&falsehood.value)));
        assert_eq!(writer.planted().len(), planted.len());
    }
}
