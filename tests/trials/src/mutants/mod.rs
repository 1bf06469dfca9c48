//! One-fault mutants of true reports.
//!
//! Faults are made with knowledge of the fact set and of what the text claims; the verifier is not asked. A mutant that
//! may still be true is not counted, and how many there were is.

mod annotate;
mod judge;
mod labels;
mod names;
mod numbers;
mod statements;
mod times;

pub(crate) use annotate::annotate;
pub(crate) use judge::short;

use std::ops::Range;

use crate::claims::Sheet;
use crate::corpus::Case;
use crate::rng::Rng;

/// What a mutant changes; each kind has its own target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A name that no longer names anything in the evidence.
    Identifier,
    /// A number.
    Number,
    /// A number or name that is real, and belongs to something else.
    Label,
    /// Times, units, statements that something is or is not there, omissions.
    Other,
}

impl Kind {
    /// All kinds, with their names and targets in per cent.
    pub(crate) const ALL: [(Self, &'static str, f64); 4] = [
        (Self::Identifier, "identifiers", 100.0),
        (Self::Number, "numbers", 99.5),
        (Self::Label, "label swaps", 95.0),
        (Self::Other, "other", 0.0),
    ];
}

/// A report that a fault is put into.
pub(crate) struct Original<'a> {
    /// Where it comes from.
    pub(crate) case: &'a Case,
    /// Its text and claims.
    pub(crate) sheet: &'a Sheet,
    /// Whether the local writer wrote it.
    pub(crate) is_local: bool,
}

/// A report with one fault.
#[derive(Clone, Debug)]
pub(crate) struct Mutant {
    /// The whole text.
    pub(crate) text: String,
    /// What was changed.
    pub(crate) before: String,
    /// Into what.
    pub(crate) after: String,
    /// Where, in the new text.
    pub(crate) at: usize,
}

/// What an operator made of a report.
pub(crate) enum Made {
    /// A report with one fault.
    Mutant(Mutant),
    /// Something that may still be true.
    StillTrue,
    /// Nothing: the report has nothing for it to change.
    Nothing,
}

/// Puts one fault into a report.
pub(crate) type Operate = fn(&Original<'_>, &mut Rng) -> Made;

/// Every operator: name, kind, what it does.
pub(crate) const OPERATORS: &[(&str, Kind, Operate)] = &[
    ("digit swap", Kind::Number, numbers::digit_swap),
    ("plus or minus 1", Kind::Number, numbers::plus_minus_one),
    ("times 10", Kind::Number, numbers::times_ten),
    ("wrong sum or share", Kind::Number, numbers::wrong_sum_or_share),
    ("another fact's number", Kind::Label, numbers::another_facts_number),
    ("label swap", Kind::Label, labels::label_swap),
    ("severity swap", Kind::Label, labels::severity_swap),
    ("name swap", Kind::Label, names::name_swap),
    ("invented pairing", Kind::Label, statements::invented_pairing),
    ("ranking", Kind::Label, statements::ranking),
    ("unit swap", Kind::Other, labels::unit_swap),
    ("IP octet", Kind::Identifier, names::ip_octet),
    ("account transposition", Kind::Identifier, names::account_transposition),
    ("ARN part", Kind::Identifier, names::arn_part),
    ("resource or key id", Kind::Identifier, names::resource_id),
    ("region", Kind::Identifier, names::region),
    ("event name", Kind::Identifier, names::event_name),
    ("control or technique", Kind::Identifier, names::control_or_technique),
    ("name misspelt", Kind::Identifier, names::misspelt),
    ("invented finding", Kind::Identifier, statements::invented),
    ("date shift", Kind::Other, times::date_shift),
    ("dropped finding", Kind::Other, statements::dropped_row),
    ("dropped number", Kind::Other, statements::dropped_number),
    ("gaps denied", Kind::Other, statements::gaps_denied),
    ("negation", Kind::Other, statements::negation),
];

impl Original<'_> {
    /// The text of a span.
    fn at(&self, span: &Range<usize>) -> &str {
        self.sheet.text.get(span.clone()).unwrap_or_default()
    }

    /// The report with `span` replaced.
    fn replaced(&self, span: &Range<usize>, by: &str) -> Made {
        let (head, tail) = (&self.sheet.text[..span.start], &self.sheet.text[span.end..]);
        Made::Mutant(Mutant {
            text: format!("{head}{by}{tail}"),
            before: self.at(span).to_owned(),
            after: by.to_owned(),
            at: span.start,
        })
    }

    /// The line around a place.
    fn line(&self, at: usize) -> Range<usize> {
        let text = &self.sheet.text;
        let start = text[..at].rfind('\n').map_or(0, |found| found + 1);
        let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
        start..end
    }

    /// The sentence, or for lists in one line the item, around a place.
    fn clause(&self, at: usize) -> Range<usize> {
        let line = self.line(at);
        let text = &self.sheet.text;
        let in_code = |position: usize| text[line.start..position].matches('`').count() % 2 == 1;
        let breaks = |mark: &str| {
            let found = text[line.clone()].match_indices(mark);
            found.map(|(offset, _)| line.start + offset).filter(|at| !in_code(*at)).collect::<Vec<_>>()
        };
        let mut edges: Vec<usize> = [". ", "; "].into_iter().flat_map(breaks).map(|at| at + 2).collect();
        if self.is_local {
            edges.extend(breaks(", ").into_iter().map(|at| at + 2));
        }
        edges.push(line.start);
        edges.push(line.end);
        edges.sort_unstable();
        let start = edges.iter().copied().filter(|edge| *edge <= at).max().unwrap_or(line.start);
        let end = edges.iter().copied().filter(|edge| *edge > at).min().unwrap_or(line.end);
        start..end
    }
}

/// Tries an operator a few times on a report: a mutant if it can be had, and how many tries ended in something still true.
pub(crate) fn attempt(operate: Operate, original: &Original<'_>, rng: &mut Rng) -> (Option<Mutant>, usize) {
    let mut still_true = 0;
    for _ in 0..12 {
        match operate(original, rng) {
            Made::Mutant(mutant) => return (Some(mutant), still_true),
            Made::StillTrue => still_true += 1,
            Made::Nothing => return (None, still_true),
        }
    }
    (None, still_true)
}
