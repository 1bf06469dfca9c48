//! Plants falsehoods in a report, and remembers each.

mod identifiers;
mod names;
mod numbers;
mod prose;
mod words;

use super::brief::Brief;
use super::layout::{NUMBERED, Report};
use super::lie::{Lie, Planted, PlantedKind};
use crate::fixtures::pick::Picker;

/// Plants one lie of a kind, where the brief has what it needs.
pub(super) fn plant(lie: Lie, brief: &Brief<'_>, report: Report, seed: u64) -> (Report, Vec<Planted>) {
    let mut forge = Forge { lie, brief, picker: Picker::new(seed, lie as u64), report, planted: Vec::new() };
    match lie {
        Lie::SwappedNumbers => numbers::swapped(&mut forge),
        Lie::WrongSum => numbers::wrong_sum(&mut forge),
        Lie::InventedArn => identifiers::arn(&mut forge),
        Lie::InventedIp => identifiers::address(&mut forge),
        Lie::InventedEvent => identifiers::event(&mut forge),
        Lie::Links => identifiers::links(&mut forge),
        Lie::DroppedCriticals => names::dropped(&mut forge),
        Lie::SwappedNames => names::swapped(&mut forge),
        Lie::WrongSeverity => names::severity(&mut forge),
        Lie::ListStart => prose::list_start(&mut forge),
        Lie::Retraction => prose::retraction(&mut forge),
        Lie::ForeignSentence => prose::foreign(&mut forge),
        Lie::StruckOut => prose::struck_out(&mut forge),
        Lie::SecretBack => prose::secret_back(&mut forge),
        Lie::WrongRating => prose::wrong_rating(&mut forge),
        Lie::PromptObeying => words::all_clear(&mut forge),
    }
    (forge.report, forge.planted)
}

struct Forge<'b, 'a> {
    lie: Lie,
    brief: &'b Brief<'a>,
    picker: Picker,
    report: Report,
    planted: Vec<Planted>,
}

impl Forge<'_, '_> {
    fn remember(&mut self, kind: PlantedKind, value: impl Into<String>, sentence: &str) {
        let sentence = sentence.strip_prefix(NUMBERED).unwrap_or(sentence).to_owned();
        self.planted.push(Planted { lie: self.lie, kind, value: value.into(), sentence });
    }

    /// Adds a false line and remembers it.
    fn add(&mut self, kind: PlantedKind, value: impl Into<String>, heading: &str, sentence: String) {
        self.remember(kind, value, &sentence);
        self.report.add(heading, sentence);
    }

    /// A number is looked for by itself when no true one could be taken for it, else together with its sentence.
    fn kind_of_number(&self, value: u64) -> PlantedKind {
        if value >= 100 && self.absent(&value.to_string()) { PlantedKind::Value } else { PlantedKind::Sentence }
    }

    /// Whether the brief does not have it, as a word.
    fn absent(&self, value: &str) -> bool {
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !self.brief.text.match_indices(value).any(|(at, _)| {
            let before = self.brief.text.get(..at).and_then(|text| text.chars().next_back());
            let after = self.brief.text.get(at + value.len()..).and_then(|text| text.chars().next());
            !inside(before) && !inside(after)
        })
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.picker.number() % bound.max(1)
    }

    /// One of a list that may be empty.
    fn pick<T: Clone>(&mut self, choices: &[T]) -> Option<T> {
        let at = self.below(u64::try_from(choices.len()).unwrap_or(1));
        usize::try_from(at).ok().and_then(|at| choices.get(at)).cloned()
    }

    fn hex(&mut self, digits: usize) -> String {
        format!("{:016x}", self.picker.number()).chars().take(digits).collect()
    }

    /// The section that speaks of things of this sort, for either subject.
    const fn heading(&self, security_hub: bool, one: &'static str, other: &'static str) -> &'static str {
        if security_hub { one } else { other }
    }
}
