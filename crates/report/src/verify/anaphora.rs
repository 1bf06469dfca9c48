//! Numbers whose label stands elsewhere: parts ("45 of them"), wholes ("its 88 events"), remainders ("164 do not"), sums
//! over the list before ("these three make up 86").

use std::ops::Range;

use super::enumeration;
use super::judge::Judge;
use super::known::Names;
use super::label::{Label, Level};
use super::line::Line;
use super::measure::Measure;
use super::quantity::{Amount, Quantity};
use super::token::Kind;
use super::words::concept::*;

/// Blocks before one that its pronouns may refer to.
const BLOCKS_BEFORE: usize = 2;
/// Tokens on either side of a number, and of what stands before, that are looked through.
const REACH: usize = 60;
/// Longest paragraph, in tokens, in which numbers may refer to something.
const LONGEST_LINE: usize = 2_000;
/// Names that are compared.
const MOST: usize = 24;

/// The sentence of a token, as far as it bears on it.
pub(super) fn sentence_around(line: &Line, at: usize) -> (usize, Range<usize>) {
    let (index, sentence) = line.sentence_of(at);
    (index, sentence.start.max(at.saturating_sub(REACH))..sentence.end.min(at + REACH))
}

impl Judge<'_> {
    /// Whether the number is right for something that the sentence only points at.
    pub(super) fn refers(&self, block: usize, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        if quantity.low != quantity.high || quantity.value < 1.0 || quantity.amount != Amount::Count {
            return false;
        }
        if line.tokens.len() > LONGEST_LINE {
            return false;
        }
        if self.reading.column_header(block).is_some() {
            return self.is_of_column(block, quantity);
        }
        self.adds_up(block, line, quantity, label)
            || self.is_said_after(line, quantity, label)
            || self.is_remainder(line, quantity)
            || self.is_sum_of_list(block, line, quantity)
            || self.is_of_antecedent(block, line, quantity, label)
    }

    pub(super) fn general(&self) -> impl Iterator<Item = &Measure> {
        self.reading.measures.of_all()
    }

    /// `2,178 events, roughly 83 percent, only read`, `1 (0.8 %) INFORMATIONAL`: everything said right after the number, over
    /// a share that restates it, says what the number is.
    fn is_said_after(&self, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let (_, sentence) = sentence_around(line, quantity.tokens.start);
        if label.is_of_a_name() || quantity.whole_of.is_some() || line.is_advice(quantity.tokens.start) {
            return false;
        }
        let mut said = Concepts::NONE;
        for token in quantity.tokens.end..sentence.end.min(quantity.tokens.end + 12) {
            let ends = match line.kind(token) {
                Some(Kind::Name { .. } | Kind::Mark(';' | ':')) => true,
                // Behind a comma comes something else, unless what came was only the noun.
                Some(Kind::Mark(',')) => !(said - HEADS).is_empty(),
                _ => matches!(line.word(token), Some("and" | "but" | "while" | "whereas" | "not")),
            };
            let counts = line.quantity_at(token).is_some_and(|(_, other)| other.amount != Amount::Share);
            if ends || counts {
                break;
            }
            if let Some(phrase) = line.phrase_at(token).filter(|phrase| phrase.tokens.start == token) {
                said |= phrase.concepts;
            }
        }
        let passive = |token: usize| {
            line.word(token) == Some("read")
                && line.word(token.wrapping_sub(1)).is_some_and(|word| matches!(word, "were" | "was"))
        };
        let of_severity = !said.is_empty() && SEVERITIES.contains(said);
        if !of_severity && !said.meets(HEADS) {
            said = Concepts::NONE;
        }
        let was_read = (quantity.tokens.end..sentence.end.min(quantity.tokens.end + 9)).any(passive);
        self.general().any(|measure| {
            let told = measure.need | measure.allow | measure.head;
            let said_in_full = !(measure.need - HEADS).is_empty()
                && (measure.need - HEADS).each().all(|need| said.meets(need))
                && said.each().all(|one| told.meets(one));
            let is_all_read = was_read && measure.need.contains(SEEN);
            measure.value as f64 == quantity.value && (said_in_full || is_all_read)
        })
    }

    /// `eight failed and forty-three did not`, `290 records in, 164 not counted`, `rest 7`.
    fn is_remainder(&self, line: &Line, quantity: &Quantity) -> bool {
        let at = quantity.tokens.start;
        let (_, sentence) = sentence_around(line, at);
        let rest = at.checked_sub(1).is_some_and(|token| line.word(token) == Some("rest"));
        // `164 of 290 records do not belong`
        let whole = quantity.part_of.and_then(|whole| line.quantities.get(whole)).map(|whole| whole.tokens.end);
        let end = whole.filter(|end| *end > quantity.tokens.end).unwrap_or(quantity.tokens.end);
        let clause = (end..sentence.end.min(end + 5)).take_while(|token| {
            line.quantity_at(*token).is_none_or(|(_, other)| other.tokens.start == at || other.amount == Amount::None)
        });
        let denied = clause
            .into_iter()
            .any(|token| matches!(line.word(token), Some("not" | "outside" | "didn't" | "don't" | "weren't")));
        if !rest && !denied {
            return false;
        }
        let said: Vec<f64> = line
            .quantities_in(sentence)
            .filter(|other| other.amount == Amount::Count && other.tokens.start != at && other.low == other.high)
            .map(|other| other.value)
            .collect();
        let before: f64 = line
            .quantities_in(sentence_around(line, at).1.start..at)
            .filter(|other| other.amount == Amount::Count)
            .map(|other| other.value)
            .sum();
        let value = quantity.value;
        if rest {
            return self.general().any(|whole| whole.value as f64 == before + value);
        }
        let excluded = self.general().any(|m| m.value as f64 == value && m.need.meets(EXCLUDED));
        let is_part = |part: &Measure, whole: &Measure| {
            part.head == whole.head && part.need != whole.need && part.need.contains(whole.need)
        };
        excluded
            || said.iter().filter(|one| **one > 0.0).any(|one| {
                let wholes = self.general().filter(|whole| whole.value as f64 == one + value);
                let mut wholes = wholes.filter(|whole| !whole.head.meets(HEADS - DEFAULT_HEADS));
                wholes.any(|whole| self.general().any(|part| part.value as f64 == *one && is_part(part, whole)))
            })
    }

    /// `These three make up 86 of the 99 failures.`
    fn is_sum_of_list(&self, block: usize, line: &Line, quantity: &Quantity) -> bool {
        let (_, sentence) = sentence_around(line, quantity.tokens.start);
        let points = sentence.clone().any(|token| {
            let between = line.word(token) == Some("between") && line.word(token + 1) == Some("them");
            between
                || matches!(
                    line.word(token),
                    Some("these" | "those" | "together" | "their" | "both" | "combined" | "jointly")
                )
        });
        // `AccessDenied 61, ThrottlingException 13. Together they make 74.`
        if points && self.is_sum_of_last(block, line, quantity) {
            return true;
        }
        // `A and B together: 34` adds up A and B, whatever list stands before.
        let named = (sentence.start..quantity.tokens.start).any(|at| matches!(line.kind(at), Some(Kind::Name { .. })));
        if !points || named || enumeration::items_before(self.reading, block).is_empty() {
            return false;
        }
        let mut sum = 0.0;
        self.first_numbers_before(block).iter().rev().enumerate().any(|(n, value)| {
            sum += value;
            n > 0 && sum == quantity.value
        })
    }

    /// Whether the last numbers of the sentence before add up to this one.
    fn is_sum_of_last(&self, block: usize, line: &Line, quantity: &Quantity) -> bool {
        let values = |line: &Line, tokens: Range<usize>| -> Vec<f64> {
            let counts = line.quantities_in(tokens).filter(|other| {
                let differs = line.word(other.tokens.end) == Some("more");
                other.amount == Amount::Count && other.low == other.high && !differs
            });
            counts.take(MOST).map(|other| other.value).collect()
        };
        let (index, _) = line.sentence_of(quantity.tokens.start);
        let before = match index.checked_sub(1) {
            Some(before) => line.sentences.get(before).map(|before| values(line, before.clone())),
            None => block
                .checked_sub(1)
                .and_then(|before| self.reading.lines.get(before))
                .map(|line| values(line, 0..line.tokens.len())),
        };
        let mut sum = 0.0;
        before.unwrap_or_default().iter().rev().enumerate().any(|(n, value)| {
            sum += value;
            n > 0 && sum == quantity.value
        })
    }

    /// Everything that the sentence and the one before it speak of.
    fn said_before(&self, line: &Line, at: usize) -> Concepts {
        let (index, sentence) = sentence_around(line, at);
        let before = index.checked_sub(1).and_then(|before| line.sentences.get(before)).cloned().unwrap_or(0..0);
        let tokens = before.rev().take(REACH).chain(sentence);
        tokens.filter_map(|token| line.phrase_at(token)).fold(Concepts::NONE, |all, phrase| all | phrase.concepts)
    }

    /// `45 of them`, `its 88 events`, `that same bucket has 12 findings`.
    fn is_of_antecedent(&self, block: usize, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let at = quantity.tokens.start;
        let (index, sentence) = sentence_around(line, at);
        let is_whole = quantity.whole_of.is_some();
        let pronoun = |token: usize| {
            matches!(
                line.word(token),
                Some("them" | "these" | "those" | "its" | "it" | "their" | "they" | "same" | "that" | "ones" | "which")
            )
        };
        let thing = |token: usize| {
            matches!(line.word(token), Some("bucket" | "role" | "user" | "resource" | "instance" | "principal"))
                && line.word(token.wrapping_sub(1)).is_some_and(|word| matches!(word, "the" | "that" | "this" | "same"))
        };
        let points = is_whole || sentence.clone().any(|token| pronoun(token) || thing(token));
        let own_name = label.names.iter().any(|(_, level)| *level == Level::Own);
        let of_them = line.word(quantity.tokens.end) == Some("of")
            && matches!(line.word(quantity.tokens.end + 1), Some("them" | "these" | "those"));
        if !points || own_name && !is_whole && !of_them {
            return false;
        }
        let mut names: Vec<Names> = label.names.iter().take(MOST).map(|(names, _)| names.clone()).collect();
        let mut take = |line: &Line, tokens: Range<usize>| {
            names.extend(tokens.rev().take(REACH).filter_map(|token| match line.kind(token) {
                Some(Kind::Name { names, .. }) => Some(names.clone()),
                _ => None,
            }));
        };
        let back = if sentence.clone().any(thing) { 6 } else { 2 };
        for before in line.sentences.get(index.saturating_sub(back)..index).unwrap_or(&[]) {
            take(line, before.clone());
        }
        if index == 0 {
            for before in block.saturating_sub(BLOCKS_BEFORE)..block {
                if let Some(line) = self.reading.lines.get(before) {
                    take(line, 0..line.tokens.len());
                }
            }
        }
        let own = label.own();
        // An error code says that something failed.
        let measures = &self.reading.measures;
        let meant = names.iter().flatten().map(|name| measures.common(*name));
        let said = meant.fold(self.said_before(line, at), |said, common| said | common);
        // Of calls, those that succeeded are meant only where that is said.
        let is_said = |measure: &Measure| {
            let divided = DIMENSIONS.iter().filter(|dimension| dimension.meets(measure.need));
            divided.into_iter().all(|dimension| said.meets(measure.need & *dimension))
        };
        let fits = |measure: &Measure| {
            let told = measure.need | measure.allow | measure.head;
            measure.value as f64 == quantity.value
                && is_said(measure)
                && label.divides(measure)
                && (own - HEADS).each().all(|one| told.meets(one))
                && ((own & HEADS).is_empty() || (own & HEADS).meets(told))
        };
        let of_name = names
            .iter()
            .flatten()
            .flat_map(|name| self.reading.measures.about(*name))
            .filter_map(|index| self.reading.measures.get(*index));
        // `Since 6 of the 8 are federated`: signs-in were spoken of before.
        let told =
            |measure: &&Measure| !measure.need.is_empty() && said.contains(measure.need) && measure.need.meets(own);
        of_name.into_iter().any(fits)
            || is_whole && own.is_empty() && self.general().any(fits)
            || names.is_empty() && self.general().filter(told).any(fits)
    }
}
