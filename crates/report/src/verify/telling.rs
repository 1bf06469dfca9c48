//! Numbers whose label is spread over the sentence: told by the things it names, by a superlative, or by the whole they are
//! part of.

use std::ops::Range;

use super::judge::Judge;
use super::known::Names;
use super::label::{Label, Level};
use super::line::Line;
use super::measure::Measure;
use super::quantity::{Amount, Quantity};
use super::token::Kind;
use super::words::concept::{Concepts, DEFAULT_HEADS, HEADS, HIGH_RISK, NO_MFA, SUCCEEDED};
use super::words::grammar::{HIGHEST, LOWEST};

/// Tokens before a number that may name what it is about.
const REACH: usize = 40;
/// Tokens between a superlative and the number it tells.
const SUPERLATIVE: usize = 10;
/// Rows of one name that are looked through.
const MOST_ROWS: usize = 200;

impl Judge<'_> {
    /// Whether the number is right for what the sentence says of it from further away.
    pub(super) fn is_told_apart(&self, block: usize, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let open = line.ends_before(quantity.tokens.start, &["more than"]).is_some();
        if quantity.low != quantity.high && !open || quantity.amount != Amount::Count || quantity.value < 1.0 {
            return false;
        }
        self.is_of_what_is_named(line, quantity, label)
            || self.is_extreme(line, quantity, label)
            || self.is_part_of_a_whole(line, quantity, label)
            || self.is_of_topic(block, line, quantity, label)
            || self.is_counted_with(line, quantity, label)
            || self.continues_a_list(line, quantity, label)
    }

    /// ``X`: `StopLogging`, 1 time`, `X raised more than any other tool: 53`: a number without a noun of its own, of the one
    /// thing that its clause names, or of all of them together.
    fn is_of_what_is_named(&self, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        if !label.own().is_empty() {
            return false;
        }
        let mut named: Vec<&Names> = Vec::new();
        for token in clause_before(line, quantity).rev() {
            match line.kind(token) {
                Some(Kind::Name { names, .. }) if !named.contains(&names) => named.push(names),
                Some(Kind::Foreign(_)) => return false,
                _ => {}
            }
        }
        let Some((first, others)) = named.split_first() else { return false };
        let rows = first.iter().filter_map(|name| self.reading.directory.get(*name)).flat_map(|known| &known.rows);
        let shared =
            rows.take(MOST_ROWS).filter(|row| others.iter().all(|other| self.reading.rows.holds(**row, other)));
        let of_rows = || {
            let rows = shared.clone().filter_map(|row| self.reading.facts.rows.get(*row as usize));
            let mut of_rows = rows.flat_map(|row| &row.facts).filter_map(|fact| self.reading.position(fact));
            of_rows.any(|fact| self.fits_fact(fact, quantity, label))
        };
        let of_name = || {
            let about = first.iter().flat_map(|name| self.reading.measures.about(*name));
            about.filter_map(|index| self.reading.measures.get(*index)).any(|m| self.is_said(m, quantity, label))
        };
        if others.is_empty() { of_name() } else { of_rows() }
    }

    fn fits_fact(&self, fact: u32, quantity: &Quantity, label: &Label) -> bool {
        // Measures of a single fact come first, in the order of the facts.
        let measure = self.reading.measures.get(fact).filter(|measure| measure.facts == [fact]);
        measure.is_some_and(|measure| self.is_said(measure, quantity, label))
    }

    /// Whether a measure has the value, and everything that makes it what it is was said somewhere.
    fn is_said(&self, measure: &Measure, quantity: &Quantity, label: &Label) -> bool {
        let fit = label.fit(measure, &self.reading.measures);
        let told = measure.need | measure.allow | measure.head | measure.context | HEADS;
        let explained = (label.near() - HIGH_RISK).each().all(|one| told.meets(one));
        measure.value as f64 == quantity.value && fit.complete && !fit.conflict && explained
    }

    /// `the busiest principal, with 284 events`: the number of whoever leads, named or not.
    fn is_extreme(&self, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let before = clause_before(line, quantity);
        let before = before.start.max(quantity.tokens.start.saturating_sub(SUPERLATIVE))..before.end;
        let says =
            |list: &[&str]| before.clone().any(|token| line.word(token).is_some_and(|word| list.contains(&word)));
        // `No control fails more than four times.`
        let denied =
            line.ends_before(quantity.tokens.start, &["more than"]).is_some() && says(&["no", "none", "nobody"]);
        let (highest, lowest) = (says(HIGHEST) || denied, says(LOWEST));
        let named = clause_before(line, quantity).any(|token| matches!(line.kind(token), Some(Kind::Name { .. })))
            || label.names.iter().any(|(_, level)| *level <= Level::Clause);
        if !highest && !lowest || named {
            return false;
        }
        let own = label.own();
        let measures = &self.reading.measures;
        let mut of_value = measures.valued(quantity.value as u64).iter().filter_map(|index| measures.get(*index));
        of_value.any(|measure| {
            let told = measure.need | measure.allow | measure.head;
            let alike = || {
                let all = measures.of_metric(measure.metric).iter().filter_map(|index| measures.get(*index));
                all.filter(|other| other.name.is_some() && other.need == measure.need).map(|other| other.value)
            };
            let extreme = if highest { alike().max() } else { alike().min() };
            measure.name.is_some() && own.each().all(|one| told.meets(one)) && extreme == Some(measure.value)
        })
    }

    /// `2 identities together account for 8 high-risk calls`: what they are counted for stands at another number.
    fn is_counted_with(&self, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let own = label.own();
        let (_, sentence) = line.sentence_of(quantity.tokens.start);
        let range = sentence.start.max(quantity.tokens.start.saturating_sub(REACH))
            ..sentence.end.min(quantity.tokens.end + REACH);
        let another = line
            .quantities_in(range.clone())
            .any(|other| other.tokens.start != quantity.tokens.start && other.amount == Amount::Count);
        if !another || own.is_empty() || !HEADS.contains(own) || own.meets(DEFAULT_HEADS) || label.is_of_a_name() {
            return false;
        }
        let said = range.filter_map(|token| line.phrase_at(token)).fold(Concepts::NONE, |all, p| all | p.concepts);
        self.general().any(|measure| {
            measure.value as f64 == quantity.value
                && measure.head.meets(own)
                && !(measure.need - HEADS).is_empty()
                && said.contains(measure.need)
        })
    }

    /// `us-east-1 192, eu-central-1 35, then 20, 6 and 4`: the next ones of a list whose first are named with their numbers.
    fn continues_a_list(&self, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let at = quantity.tokens.start;
        let (_, sentence) = line.sentence_of(at);
        let from = sentence.start.max(at.saturating_sub(REACH));
        let named = (from..at).rev().find_map(|token| match line.kind(token) {
            Some(Kind::Name { names, .. }) => Some((token, names)),
            _ => None,
        });
        let Some((token, names)) = named.filter(|_| HEADS.contains(label.own())) else { return false };
        let counts = |tokens: Range<usize>| line.quantities_in(tokens).find(|other| other.amount == Amount::Count);
        let Some(first) = counts(token..at).filter(|first| first.value >= quantity.value) else { return false };
        let measures = &self.reading.measures;
        let about = names.iter().flat_map(|name| measures.about(*name)).filter_map(|index| measures.get(*index));
        // `130 events by 12 principals`: another thing is counted.
        let own = label.own();
        let counts_the_same = |measure: &Measure| own.is_empty() || measure.head.meets(own);
        let mut of_first = about.filter(|measure| {
            measure.value as f64 == first.value && measure.facts.len() == 1 && counts_the_same(measure)
        });
        of_first.any(|measure| {
            let alike = measures.of_metric(measure.metric).iter().filter_map(|index| measures.get(*index));
            alike.filter(|other| other.name.is_some()).any(|other| other.value as f64 == quantity.value)
        })
    }

    /// `Console. Successful: 10. Failed: 6.`: what is counted was said in the heading or the sentences before.
    fn is_of_topic(&self, block: usize, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let own = if label.own().is_empty() { label.near() } else { label.own() };
        if own.is_empty() || own.meets(HEADS) || label.is_of_a_name() {
            return false;
        }
        let said = |line: &Line, tokens: Range<usize>| {
            tokens.filter_map(|token| line.phrase_at(token)).fold(Concepts::NONE, |all, phrase| all | phrase.concepts)
        };
        let at = quantity.tokens.start;
        let whole = |block: usize| {
            let line = self.reading.lines.get(block);
            line.map_or(Concepts::NONE, |line| said(line, 0..line.tokens.len().min(REACH)))
        };
        let place = self.reading.document.blocks.get(block);
        let around = place.into_iter().flat_map(|place| [place.heading, place.lead, block.checked_sub(1)]).flatten();
        let topic = around.fold(said(line, at.saturating_sub(REACH)..at), |all, block| all | whole(block));
        self.general().any(|measure| {
            // Only a sign-in that succeeded says whether MFA was used.
            let implied = if measure.need.meets(NO_MFA) { SUCCEEDED } else { Concepts::NONE };
            let told = measure.need | measure.head | implied;
            measure.value as f64 == quantity.value
                && measure.need.meets(own)
                && label.divides(measure)
                && own.each().all(|one| told.meets(one))
                && (measure.need - own).each().all(|one| topic.meets(one))
        })
    }

    /// `Success rate: 43 of 51`: the whole that is stated says what the part is part of.
    fn is_part_of_a_whole(&self, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let whole = quantity.part_of.and_then(|whole| line.quantities.get(whole));
        let in_front = whole.is_none();
        let whole = whole.or_else(|| whole_in_front(line, quantity));
        let Some(whole) = whole.filter(|whole| whole.low == whole.high && !label.is_of_a_name()) else { return false };
        let said = label.near();
        let general = || self.general();
        let mut parts = general().filter(|part| part.value as f64 == quantity.value);
        parts.any(|part| {
            let told = part.need | part.allow | part.head | part.context;
            let wider = |all: &Measure| all.need != part.need && part.need.contains(all.need) && all.head == part.head;
            said.each().all(|one| told.meets(one))
                && (in_front || said.meets(part.need))
                && general().any(|all| all.value as f64 == whole.value && !all.need.is_empty() && wider(all))
        })
    }
}

/// `Of 51 sensitive calls, 43 were carried out`: the number that the sentence begins with.
fn whole_in_front<'a>(line: &'a Line, quantity: &Quantity) -> Option<&'a Quantity> {
    let (_, sentence) = line.sentence_of(quantity.tokens.start);
    let first = line.quantities_in(sentence.start..quantity.tokens.start).next()?;
    let before = first.tokens.start.checked_sub(1).and_then(|before| line.word(before));
    let before_article = first.tokens.start.checked_sub(2).and_then(|before| line.word(before));
    (before == Some("of") || before == Some("the") && before_article == Some("of")).then_some(first)
}

/// What stands before a number, back to the number before or the break between two statements.
fn clause_before(line: &Line, quantity: &Quantity) -> Range<usize> {
    let at = quantity.tokens.start;
    let (_, sentence) = line.sentence_of(at);
    let from = sentence.start.max(at.saturating_sub(REACH));
    let ends = |token: &usize| {
        line.is_mark(*token, ';')
            || line.quantity_at(*token).is_some_and(|(_, other)| matches!(other.amount, Amount::Count | Amount::Share))
    };
    let start = (from..at).rev().find(ends).map_or(from, |token| token + 1);
    start..at
}
