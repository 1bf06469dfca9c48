//! Judges superlatives: "the busiest principal was X", "most events came from Y".

use super::Judgement;
use super::count::Finding;
use super::known::Names;
use super::label::{Label, Level, Mark};
use super::line::Line;
use super::measure::Measure;
use super::numerals;
use super::quantity::Amount;
use super::report::Reading;
use super::token::Kind;
use super::words::concept::*;
use super::words::grammar::{HIGHEST, LOWEST, NARROWS};
use super::words::quantity::NONE;

/// Words between a subject and its superlative.
pub(super) const SUBJECT_VERBS: &[&str] = &[
    "was",
    "is",
    "were",
    "are",
    "the",
    "a",
    "by",
    "far",
    "made",
    "had",
    "has",
    "saw",
    "sent",
    "with",
    "generated",
    "caused",
    "met",
    "shows",
    "carries",
    "collects",
    "received",
    "remains",
    "clearly",
    "also",
    "produced",
    "contributed",
    "reports",
    "reported",
    "raises",
    "raised",
];

/// Tokens before a superlative that are looked through for the number that is ranked.
const FURTHEST_NUMBER: usize = 60;

/// A superlative in a line, and what became of it.
pub(super) struct Ranked {
    pub(super) token: usize,
    pub(super) finding: Finding,
}

/// Judges every superlative of a line that is tied to a name.
pub(super) fn judge(reading: &Reading<'_>, line: &Line) -> Vec<Ranked> {
    let superlatives = (0..line.tokens.len()).filter_map(|token| {
        let word = line.word(token)?;
        let highest = HIGHEST.contains(&word);
        (highest || LOWEST.contains(&word)).then_some((token, highest))
    });
    let ranked = superlatives.filter_map(|(token, highest)| one(reading, line, token, highest));
    // `Nobody was busier than X` ranks X first.
    let outdone = (0..line.tokens.len())
        .filter(|token| line.begins(*token, NONE).is_some())
        .filter_map(|token| numerals::outdoes(line, token))
        .filter_map(|than| one(reading, line, than, true));
    ranked.chain(outdone).collect()
}

fn one(reading: &Reading<'_>, line: &Line, token: usize, highest: bool) -> Option<Ranked> {
    let before = token.checked_sub(1).and_then(|before| line.word(before));
    let after = line.word(token + 1);
    // `at most`, `second most`, `most of the events`, `the most severe`: other statements.
    let other = matches!(before, Some("at" | "second" | "third" | "fourth" | "next" | "one" | "among"))
        || matches!(
            after,
            Some(
                "of" | "likely"
                    | "recent"
                    | "severe"
                    | "critical"
                    | "urgent"
                    | "serious"
                    | "important"
                    | "recently"
                    | "probably"
                    | "severity"
                    | "risk"
                    | "rating"
                    | "level"
            )
        )
        || (line.word(token) == Some("top") && line.quantity_at(token + 1).is_some());
    let (_, sentence) = line.sentence_of(token);
    let narrows = sentence.clone().any(|token| line.word(token).is_some_and(|word| NARROWS.contains(&word)));
    if other || narrows || line.is_instruction(token) {
        return None;
    }
    let name = name_of(reading, line, token, &sentence)?;
    let label = label(reading, line, &sentence, &name);
    let of_name =
        || name.iter().flat_map(|name| reading.measures.about(*name)).filter_map(|index| reading.measures.get(*index));
    let fitted: Vec<(f64, &Measure)> = of_name()
        .filter(|measure| measure.name.is_some())
        .map(|measure| (label.fit(measure, &reading.measures).score, measure))
        .collect();
    let best = fitted.iter().map(|(score, _)| *score).max_by(f64::total_cmp)?;
    // `responsible for 45 of them, by far the most`: the number stated of the name tells what is ranked.
    let stated: Vec<f64> = line
        .quantities_in(
            sentence.start.max(token.saturating_sub(FURTHEST_NUMBER))..sentence.end.min(token + FURTHEST_NUMBER),
        )
        .filter(|quantity| quantity.amount == Amount::Count && quantity.low == quantity.high && quantity.value > 2.0)
        .map(|quantity| quantity.value)
        .collect();
    let tells = |measure: &Measure| stated.contains(&(measure.value as f64));
    let told = fitted.iter().any(|(_, measure)| tells(measure));
    let meant: Vec<&Measure> = fitted
        .iter()
        .filter(|(score, measure)| if told { tells(measure) } else { *score >= best - 0.75 })
        .map(|(_, measure)| *measure)
        .collect();
    let addresses =
        sentence.clone().any(|token| line.phrase_at(token).is_some_and(|phrase| phrase.concepts.meets(ADDRESS)));
    let holds = meant
        .iter()
        .any(|measure| extreme(reading, measure, highest, addresses).is_none_or(|(value, _)| value == measure.value));
    let first = meant.first()?;
    let facts = first.facts.clone();
    let finding = if holds {
        Finding { judgement: Some(Judgement::Supported), facts, ..Finding::default() }
    } else {
        let top = extreme(reading, first, highest, addresses).and_then(|(_, name)| reading.directory.get(name));
        let expected = top.map(|known| known.text.clone());
        Finding { judgement: Some(Judgement::Contradicted), facts, expected, ..Finding::default() }
    };
    Some(Ranked { token, finding })
}

/// The name that a superlative is tied to: the first after it, else the last before it.
fn name_of(reading: &Reading<'_>, line: &Line, token: usize, sentence: &std::ops::Range<usize>) -> Option<Names> {
    let counted = |token: usize| match line.kind(token) {
        Some(Kind::Name { names, .. }) if names.iter().any(|name| !reading.measures.about(*name).is_empty()) => {
            Some(names.clone())
        }
        _ => None,
    };
    // `X was the most common`, `X made by far the most calls`: the name is the subject.
    let subject = (sentence.start..token).rev().take(6).take_while(|token| {
        line.word(*token).is_none_or(|word| SUBJECT_VERBS.contains(&word) || word.ends_with("ly"))
            && !matches!(line.kind(*token), Some(Kind::Mark(mark)) if *mark != '"')
    });
    if let Some(names) = subject.into_iter().find_map(counted) {
        return Some(names);
    }
    // `X forms the largest type (53), ahead of Y`
    let mut before =
        (sentence.start..token).rev().take(8).take_while(|token| !matches!(line.kind(*token), Some(Kind::Mark(_))));
    let breaks = (token..sentence.end)
        .find(|at| counted(*at).is_some())
        .is_none_or(|after| (token..after).any(|token| matches!(line.kind(token), Some(Kind::Mark(',' | ';' | '(')))));
    if breaks && let Some(names) = before.find_map(counted) {
        return Some(names);
    }
    (token..sentence.end).find_map(counted).or_else(|| (sentence.start..token).rev().find_map(counted))
}

/// Everything the sentence says, as the label of a number that it need not state.
pub(super) fn label(reading: &Reading<'_>, line: &Line, sentence: &std::ops::Range<usize>, name: &Names) -> Label {
    let starts =
        sentence.clone().filter_map(|token| line.phrase_at(token).filter(|phrase| phrase.tokens.start == token));
    let phrases = starts.filter(|phrase| !phrase.concepts.is_empty());
    let marks = phrases.map(|phrase| Mark { concepts: phrase.concepts, level: Level::Clause }).collect();
    let mut label = Label::new(marks, vec![(name.clone(), Level::Own)]);
    // A number of the sentence tells which of the name's numbers is meant.
    let stated: Vec<f64> = line
        .quantities_in(sentence.clone())
        .filter(|quantity| quantity.amount == Amount::Count)
        .map(|quantity| quantity.value)
        .collect();
    let of_name =
        name.iter().flat_map(|name| reading.measures.about(*name)).filter_map(|index| reading.measures.get(*index));
    if let Some(measure) =
        of_name.into_iter().find(|measure| stated.contains(&(measure.value as f64)) && measure.need.is_empty())
    {
        label.marks.push(Mark { concepts: measure.head, level: Level::Clause });
    }
    label
}

/// The largest or smallest number of a metric, and whose it is.
pub(super) fn extreme(reading: &Reading<'_>, measure: &Measure, highest: bool, addresses: bool) -> Option<(u64, u32)> {
    let own_is_address = measure.name.is_some_and(|name| is_address(reading, name));
    let alike =
        reading.measures.of_metric(measure.metric).iter().filter_map(|index| reading.measures.get(*index)).filter(
            |other| {
                let address = other.name.is_some_and(|name| is_address(reading, name));
                other.need == measure.need && (!addresses || !own_is_address || address)
            },
        );
    let named = alike.filter_map(|other| other.name.map(|name| (other.value, name)));
    if highest { named.max_by_key(|(value, _)| *value) } else { named.min_by_key(|(value, _)| *value) }
}

fn is_address(reading: &Reading<'_>, name: u32) -> bool {
    reading.directory.get(name).is_some_and(|known| super::identify::address(&known.text).is_some())
}
