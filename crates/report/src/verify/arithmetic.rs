//! Numbers that others of the report add up to: sums, remainders, totals of a column, a number said again.

use std::ops::Range;

use super::Judgement;
use super::anaphora::sentence_around;
use super::document::Place;
use super::judge::Judge;
use super::label::{Label, Level};
use super::line::Line;
use super::measure::Measure;
use super::quantity::{Amount, Quantity};
use super::share::{self, percent_of};
use super::token::Kind;
use super::words::concept::*;

/// Sentences before one whose numbers may be added up.
const SENTENCES_BEFORE: usize = 3;
/// Claims that are looked back through.
const MOST_CLAIMS: usize = 60;
/// Numbers that are added up.
const MOST_PARTS: usize = 12;
/// Cells of a row that are looked at.
const LONGEST_ROW: usize = 24;
/// Rows of a column that are added up.
const LONGEST_COLUMN: usize = 200;

/// Tokens before a share that are looked through.
const REACH: usize = 80;
/// Longest paragraph, in tokens, in which shares may be of something stated elsewhere.
const LONGEST_LINE: usize = 2_000;

/// What the row of a total is called.
const TOTAL: &[&str] = &["total", "sum", "all"];

/// `63 medium + 26 low + 1 informational = 90`
fn is_total_of_stated(line: &Line, quantity: &Quantity) -> bool {
    let at = quantity.tokens.start;
    if !at.checked_sub(1).is_some_and(|before| line.is_mark(before, '=')) {
        return false;
    }
    let (_, sentence) = sentence_around(line, at);
    let parts = line.quantities_in(sentence.start..at).filter(|other| other.amount == Amount::Count);
    parts.map(|part| part.value).sum::<f64>() == quantity.value
}

impl Judge<'_> {
    /// Whether other numbers of the report and the evidence make up this one.
    pub(super) fn adds_up(&self, block: usize, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        self.is_part_that_counts(line, quantity)
            || self.is_in_bracket_of_counted(line, quantity)
            || is_total_of_stated(line, quantity)
            || is_sum_of_brackets(line, quantity)
            || is_sum_of_next_bracket(line, quantity)
            || self.is_left_over(block, line, quantity)
            || self.is_repeated(block, line, quantity)
            || self.is_part_of_a_name(line, quantity, label)
    }

    /// `414 of 2,652 ingested records feed into the figures above`: what of the records read is in the numbers.
    fn is_part_that_counts(&self, line: &Line, quantity: &Quantity) -> bool {
        let whole = quantity.part_of.and_then(|whole| line.quantities.get(whole));
        let Some(whole) = whole.filter(|whole| whole.tokens.start >= quantity.tokens.end) else { return false };
        let noun = whole.tokens.end..whole.tokens.end + 4;
        let of_records = noun.into_iter().any(|token| line.phrase_at(token).is_some_and(|p| p.concepts.meets(RECORD)));
        let is_read = |measure: &Measure| measure.head.meets(RECORD) && (measure.need - SEEN - HEADS).is_empty();
        of_records
            && self.general().any(|measure| is_read(measure) && measure.value as f64 == whole.value)
            && self.general().any(|measure| {
                self.reading.measures.is_total(measure) && !is_read(measure) && measure.value as f64 == quantity.value
            })
    }

    /// `5 private addresses (281)`: what of everything is theirs.
    fn is_in_bracket_of_counted(&self, line: &Line, quantity: &Quantity) -> bool {
        let at = quantity.tokens.start;
        let alone =
            at.checked_sub(1).is_some_and(|before| line.is_mark(before, '(')) && line.is_mark(quantity.tokens.end, ')');
        let (_, sentence) = sentence_around(line, at);
        let counted = (sentence.start..at).rev().find(|token| line.quantity_at(*token).is_some());
        let Some(counted) = counted.filter(|_| alone) else { return false };
        let said =
            (counted + 1..at).filter_map(|token| line.phrase_at(token)).fold(Concepts::NONE, |all, p| all | p.concepts);
        let unnamed =
            (counted + 1..at).all(|token| !matches!(line.kind(token), Some(Kind::Name { .. } | Kind::Mark(',' | ';'))));
        unnamed
            && said.meets(HEADS | SERVICE)
            && self.general().any(|measure| {
                measure.value as f64 == quantity.value
                    && !measure.need.is_empty()
                    && said.contains(measure.need)
                    && measure.head.meets(EVENT | FINDING)
            })
    }

    /// `8 of those 10 show no MFA`: a number that was stated before, and held.
    fn is_repeated(&self, block: usize, line: &Line, quantity: &Quantity) -> bool {
        let at = quantity.tokens.start;
        let definite =
            at.checked_sub(1).is_some_and(|before| matches!(line.word(before), Some("those" | "these" | "the")));
        if !definite || quantity.whole_of.is_none() {
            return false;
        }
        let (index, _) = line.sentence_of(at);
        let from = line.sentences.get(index.saturating_sub(1)).map_or(at, |sentence| sentence.start);
        let alike =
            line.quantities_in(from..at).filter(|other| other.amount == Amount::Count && other.value == quantity.value);
        alike.filter_map(|other| self.reading.span(block, other.tokens.clone())).any(|span| {
            let mut claims = self.claims.iter().rev().take(MOST_CLAIMS);
            claims.any(|claim| claim.span == span && claim.judgement == Judgement::Supported)
        })
    }

    /// `vendor-reports, 12 out of 24`: two numbers of one thing, the part narrower than the whole.
    fn is_part_of_a_name(&self, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let whole = quantity.part_of.and_then(|whole| line.quantities.get(whole));
        let Some(whole) = whole.filter(|_| label.own().is_empty()) else { return false };
        let names = label.names.iter().filter(|(_, level)| *level <= Level::Sentence).flat_map(|(names, _)| names);
        names.into_iter().any(|name| {
            let about =
                || self.reading.measures.about(*name).iter().filter_map(|index| self.reading.measures.get(*index));
            about().filter(|part| part.value as f64 == quantity.value && !part.need.is_empty()).any(|part| {
                let wider =
                    |all: &Measure| part.need != all.need && part.need.contains(all.need) && part.head == all.head;
                about().any(|all| all.value as f64 == whole.value && wider(all))
            })
        })
    }

    /// `| role | 37 | 18.0% |`: the share that another number of the row has in everything.
    pub(super) fn is_share_of_row(&self, block: usize, quantity: &Quantity) -> bool {
        let place = self.reading.place(block);
        let Some(Place::Cell { table, row, .. }) = place else { return false };
        let cells = self.reading.document.tables.get(table).and_then(|table| table.rows.get(row));
        let counts = cells.into_iter().flatten().take(LONGEST_ROW).filter(|cell| **cell != block).filter_map(|cell| {
            let line = self.reading.lines.get(*cell)?;
            let alone = line.quantities.first().filter(|_| line.quantities.len() == 1 && line.tokens.len() <= 2);
            alone.filter(|count| count.amount == Amount::Count).map(|count| count.value)
        });
        let counts: Vec<f64> = counts.collect();
        let wholes = self.general().filter(|whole| whole.value > 0 && self.reading.measures.is_total(whole));
        wholes
            .map(|whole| whole.value as f64)
            .any(|whole| counts.iter().any(|count| *count <= whole && quantity.admits(percent_of(*count, whole))))
    }

    /// `1 critical plus 6 high, 41% of the list`, `Together they supply 80.2%`: a share without a label of its own, of a number
    /// that stands near or of several in a row.
    pub(super) fn is_share_of_stated(&self, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let said = label.own() - HEADS;
        let at = quantity.tokens.start;
        let (index, sentence) = sentence_around(line, at);
        let announced = sentence.clone().any(|token| matches!(line.word(token), Some("shares" | "percentages")));
        let back = if announced { SENTENCES_BEFORE } else { 1 };
        let from = line.sentences.get(index.saturating_sub(back)).map_or(sentence.start, |first| first.start);
        if said.meets(SEVERITIES | FAILED | SUCCEEDED | READ_ONLY | WRITE | HIGH_RISK)
            || line.tokens.len() > LONGEST_LINE
        {
            return false;
        }
        let counts = |tokens: Range<usize>| -> Vec<f64> {
            let counts = share::stated_parts(line, tokens).into_iter();
            let counts = counts.filter(|other| other.low == other.high && line.word(other.tokens.end) != Some("more"));
            counts.take(MOST_PARTS).map(|other| other.value).collect()
        };
        let (earlier, here, after) = (
            counts(from.max(at.saturating_sub(REACH))..sentence.start),
            counts(sentence.start..at),
            counts(quantity.tokens.end..sentence.end),
        );
        // `Half come from public addresses (1,406)`: the number in the bracket right behind is the share's own.
        let ratio = here
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.min(*b) > 0.0 && quantity.admits(percent_of(a.min(*b), a.max(*b)))));
        let mut parts = if here.is_empty() { earlier.clone() } else { here.clone() };
        for run in [&earlier, &here, &after] {
            parts.extend(sums_of_runs(run));
        }
        let wholes = self.general().filter(|whole| whole.value > 0 && self.reading.measures.is_total(whole));
        let mut wholes = wholes.map(|whole| whole.value as f64);
        ratio
            || wholes.any(|whole| parts.iter().any(|part| *part <= whole && quantity.admits(percent_of(*part, whole))))
    }

    /// `| Total | 126 | 100 |`
    pub(super) fn is_total_row(&self, block: usize) -> bool {
        self.reading.row_label(block).is_some_and(|label| label.split(' ').any(|word| TOTAL.contains(&word)))
    }

    /// `| Total | 99 |`, `| Other | 13 |` below the numbers of a column.
    pub(super) fn is_of_column(&self, block: usize, quantity: &Quantity) -> bool {
        let Some(Place::Cell { table, row, column }) = self.reading.place(block) else {
            return false;
        };
        let Some(label) = self.reading.row_label(block) else { return false };
        let says = |words: &[&str]| label.split(' ').any(|word| words.contains(&word));
        let (total, rest) = (says(TOTAL), says(&["other", "others", "rest", "remaining", "remainder"]));
        if !total && !rest {
            return false;
        }
        let rows = self.reading.document.tables.get(table).map_or(&[][..], |table| table.rows.as_slice());
        let above = rows.get(1..row).unwrap_or(&[]).iter().take(LONGEST_COLUMN).filter_map(|row| row.get(column));
        let number = |cell: &usize| {
            let line = self.reading.lines.get(*cell)?;
            line.quantities.first().filter(|other| other.amount == Amount::Count).map(|other| other.value)
        };
        let above: Vec<f64> = above.filter_map(number).collect();
        let sum: f64 = above.iter().sum();
        let is_known = |value: f64| self.general().any(|whole| whole.value as f64 == value);
        above.len() > 1 && (total && sum == quantity.value || rest && is_known(sum + quantity.value))
    }

    /// `eu-west-1 has 2,359 events; the other five regions share the remaining 257`: what is left of everything.
    fn is_left_over(&self, block: usize, line: &Line, quantity: &Quantity) -> bool {
        let at = quantity.tokens.start;
        let (_, sentence) = sentence_around(line, at);
        let is_word = |token: &usize| line.word(*token).is_some();
        let before = (at.saturating_sub(3).max(sentence.start)..at).rev().take_while(is_word);
        let near = before.chain((quantity.tokens.end..quantity.tokens.end + 2).take_while(is_word));
        let rest = near.filter_map(|token| line.word(token)).any(|word| {
            matches!(
                word,
                "remaining"
                    | "rest"
                    | "remainder"
                    | "other"
                    | "others"
                    | "leaving"
                    | "leaves"
                    | "left"
                    | "balance"
                    | "between"
                    | "another"
                    | "only"
            )
        });
        if !rest {
            return false;
        }
        let before = line.quantities_in(sentence.start..at).filter(|other| other.amount == Amount::Count);
        let mut before: Vec<f64> = before.filter(|other| other.low == other.high).map(|other| other.value).collect();
        if before.is_empty() {
            before = self.first_numbers_before(block);
        } else {
            // `61 were X. Then come Y with 13 and Z with 12; the others add another 13.`
            let (index, _) = line.sentence_of(at);
            let sentences = line.sentences.get(index.saturating_sub(SENTENCES_BEFORE)..index).unwrap_or(&[]);
            let earlier = sentences.iter().flat_map(|sentence| line.quantities_in(sentence.clone()));
            let earlier: Vec<f64> =
                earlier.filter(|other| other.amount == Amount::Count).map(|other| other.value).collect();
            before = [earlier, before].concat();
        }
        let before = before.get(before.len().saturating_sub(MOST_PARTS)..).unwrap_or(&[]).to_vec();
        let is_whole = |sum: f64| {
            self.general().any(|whole| {
                let plain = self.reading.measures.is_total(whole)
                    || before.contains(&(whole.value as f64))
                    || whole.need == FAILED;
                plain && whole.value as f64 == sum
            })
        };
        let reaches = |parts: &[f64]| {
            let mut sum = quantity.value;
            parts.iter().rev().any(|value| {
                sum += value;
                is_whole(sum)
            })
        };
        // `the other five regions`: how many things share the rest is no part of it.
        let of_things: Vec<f64> = line
            .quantities_in(sentence.start..at)
            .filter(|other| other.in_words && other.value < 20.0)
            .map(|other| other.value)
            .collect();
        let without: Vec<f64> = before.iter().copied().filter(|value| !of_things.contains(value)).collect();
        reaches(&before) || reaches(&without)
    }

    /// The first number of each item or paragraph before a block, in order.
    pub(super) fn first_numbers_before(&self, block: usize) -> Vec<f64> {
        let first = |block: usize| {
            let line = self.reading.lines.get(block)?;
            line.quantities.iter().find(|other| other.amount == Amount::Count).map(|other| other.value)
        };
        let mut values: Vec<f64> = (block.saturating_sub(10)..block).rev().map_while(first).collect();
        values.reverse();
        values
    }
}

/// What the first two numbers, the first three and so on make together, and the last.
fn sums_of_runs(values: &[f64]) -> Vec<f64> {
    let sums = |values: &mut dyn Iterator<Item = &f64>| -> Vec<f64> {
        let mut sum = 0.0;
        let running = values.map(|value| {
            sum += value;
            sum
        });
        running.skip(1).collect()
    };
    [sums(&mut values.iter()), sums(&mut values.iter().rev())].concat()
}

/// `53 belong to the two gravest classes (CRITICAL 3, HIGH 50)`: the numbers of the bracket behind it.
fn is_sum_of_next_bracket(line: &Line, quantity: &Quantity) -> bool {
    let (_, sentence) = sentence_around(line, quantity.tokens.end);
    let Some(open) = (quantity.tokens.end..sentence.end).find(|token| line.is_mark(*token, '(')) else { return false };
    let close = (open..sentence.end).find(|token| line.is_mark(*token, ')')).unwrap_or(open);
    let parts = line.quantities_in(open..close).filter(|part| part.amount == Amount::Count);
    let parts: Vec<f64> = parts.take(MOST_PARTS).map(|part| part.value).collect();
    parts.len() > 1 && parts.iter().sum::<f64>() == quantity.value
}

/// `A (45) and B (12) produced 57`: the numbers in brackets before it.
fn is_sum_of_brackets(line: &Line, quantity: &Quantity) -> bool {
    let (_, sentence) = sentence_around(line, quantity.tokens.start);
    let bracketed = |other: &&Quantity| {
        let before = other.tokens.start.checked_sub(1).is_some_and(|before| line.is_mark(before, '('));
        before && line.is_mark(other.tokens.end, ')') && other.amount == Amount::Count
    };
    let parts: Vec<f64> =
        line.quantities_in(sentence.start..quantity.tokens.start).filter(bracketed).map(|part| part.value).collect();
    parts.len() > 1 && parts.iter().sum::<f64>() == quantity.value
}
