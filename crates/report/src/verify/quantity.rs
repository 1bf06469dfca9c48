//! Numbers as a report means them: digits, words, ranges, ratios, hedges, "none" and "several".

use std::ops::Range;

use super::dates;
use super::figure::Figure;
use super::figures;
use super::line::{Line, is_head};
use super::numerals;
use super::token::Kind;
use super::words::concept::{ACCOUNT, REGION, SESSION};
use super::words::quantity::{ABOUT, ABOVE, BELOW};

/// What kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Amount {
    /// So many of something.
    Count,
    /// So many percent of something.
    Share,
    /// So many seconds, of a unit of so many.
    Time {
        unit: u32,
    },
    /// Not one.
    None,
    /// At least so many, and nothing more precise.
    Some,
    Money,
    Port,
    /// Not a statement: a step, a version, a place in a list.
    Inert,
}

/// A quantity, and which true values bear it out.
#[derive(Clone, Debug)]
pub(super) struct Quantity {
    pub(super) tokens: Range<usize>,
    pub(super) amount: Amount,
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) in_words: bool,
    pub(super) hedged: bool,
    /// `45 of 88`: position of the whole among the line's quantities.
    pub(super) part_of: Option<usize>,
    /// `45 of 88`: position of the part.
    pub(super) whole_of: Option<usize>,
    /// `half`, `1 in 4`: said loosely.
    pub(super) loose: bool,
}

impl Quantity {
    /// Whether `value` bears the statement out.
    pub(super) fn admits(&self, value: f64) -> bool {
        const SLACK: f64 = 1e-9;
        value >= self.low - SLACK && value <= self.high + SLACK
    }

    pub(super) fn new(tokens: Range<usize>, amount: Amount, value: f64) -> Self {
        Self {
            tokens,
            amount,
            value,
            low: value,
            high: value,
            in_words: false,
            hedged: false,
            part_of: None,
            whole_of: None,
            loose: false,
        }
    }
}

/// Tokens between a part and its whole.
const FURTHEST_PART: usize = 16;

/// Widest range of small numbers, such as `1 to 5`.
const WIDEST_SMALL: f64 = 4.0;

/// Finds the quantities of a line, and the dates that are written in words.
pub(super) fn find(line: &mut Line) {
    let mut at = 0;
    while at < line.tokens.len() {
        let next = dates::date(line, at)
            .or_else(|| figures::figure(line, at))
            .or_else(|| numerals::fraction(line, at))
            .or_else(|| numerals::words(line, at))
            .or_else(|| numerals::existence(line, at))
            .or_else(|| numerals::presence(line, at));
        at = next.unwrap_or(at + 1).max(at + 1);
    }
    dates::join_moments(line);
}

pub(super) fn add(line: &mut Line, quantity: Quantity) -> usize {
    let end = quantity.tokens.end;
    let index = line.quantities.len();
    for slot in line.quantity_of.iter_mut().skip(quantity.tokens.start).take(quantity.tokens.len()) {
        *slot = Some(index);
    }
    line.quantities.push(quantity);
    end
}

pub(super) fn number(line: &Line, token: usize) -> Option<&Figure> {
    match line.kind(token) {
        Some(Kind::Number(figure)) => Some(figure),
        _ => None,
    }
}

/// `45 of its 88 events`: ties the last number to the one it is the whole of.
pub(super) fn link_whole(line: &mut Line) {
    let index = line.quantities.len().saturating_sub(1);
    // The whole comes before as well: is this number the `88` of `45 of 88`?
    let Some(current) = line.quantities.get(index) else { return };
    let start = current.tokens.start;
    let mut before = start;
    for _ in 0..3 {
        let Some(previous) = before.checked_sub(1) else { return };
        match line.word(previous) {
            Some("of") => {
                let part_end =
                    if previous > 0 && line.word(previous - 1) == Some("out") { previous - 1 } else { previous };
                let part = part_end.checked_sub(1).and_then(|token| line.quantity_of.get(token).copied().flatten());
                let apart = || (part_end < previous).then(|| part_before(line, part_end)).flatten();
                // `6 findings out of 3 products`: only of nothing it is plain that a whole follows.
                let apart = || apart().filter(|part| line.quantities.get(*part).is_some_and(|part| part.high == 0.0));
                if let Some(part) = part.or_else(apart).filter(|part| *part != index) {
                    mark_part(line, part, index);
                }
                return;
            }
            Some("the" | "its" | "their" | "all" | "these" | "his" | "her" | "total" | "about" | "some") => {
                before = previous;
            }
            _ => return,
        }
    }
}

/// `No operation failed, out of 88`: the nearest number of the clause before.
fn part_before(line: &Line, end: usize) -> Option<usize> {
    let near = (end.saturating_sub(FURTHEST_PART)..end).rev();
    let mut near = near.take_while(|token| !matches!(line.kind(*token), Some(Kind::Mark(';' | ':' | '.' | '(' | ')'))));
    near.find_map(|token| line.quantity_of.get(token).copied().flatten())
}

pub(super) fn mark_part(line: &mut Line, part: usize, whole: usize) {
    if let Some(quantity) = line.quantities.get_mut(part)
        && matches!(quantity.amount, Amount::Count | Amount::Share | Amount::None)
    {
        quantity.part_of = Some(whole);
    } else {
        return;
    }
    if let Some(quantity) = line.quantities.get_mut(whole) {
        quantity.whole_of = Some(part);
    }
}

impl Quantity {
    /// Sets the values that bear it out, from what stands around it.
    pub(super) fn bound(&mut self, line: &Line, figure: &Figure, to: Option<f64>, rounded: bool) {
        let step = if rounded { figure.half_step } else { 0.0 };
        self.low = self.value - step;
        self.high = self.value + step;
        // A range that doubles says nothing: `between 13 and 140` is no way to put 135.
        let is_wide = |to: f64| self.amount == Amount::Count && to > 2.0 * self.value && to - self.value > WIDEST_SMALL;
        if let Some(to) = to.filter(|to| !is_wide(*to)) {
            self.high = to + step;
            self.hedged = true;
            return;
        }
        self.hedge(line, figure);
    }

    fn hedge(&mut self, line: &Line, figure: &Figure) {
        let start = self.tokens.start;
        let end = self.tokens.end;
        let value = self.value;
        // Words before the number; `the`, `a total of` and brackets may stand between.
        let before = |phrases: &[&'static str]| {
            let (phrase, length) = line.ends_before(start, phrases)?;
            let spread_word = start.checked_sub(length + 1).and_then(|token| line.word(token));
            // `spread over two regions` and `from under 10` say where, not how many.
            let place = matches!(
                spread_word,
                Some("spread" | "distributed" | "scattered" | "divided" | "split" | "all" | "spanning" | "ranging")
            ) && matches!(phrase, "over" | "under" | "about" | "around" | "above" | "below" | "near");
            // `sent under two identities`
            let place = place || phrase == "under" && self.in_words && !figure.percent;
            // `2 critical plus 38 high`
            let adds = phrase == "plus";
            // `63 identities at work over 6 regions`
            let where_ = phrase == "over"
                && (end..end + 3)
                    .any(|token| line.phrase_at(token).is_some_and(|p| p.concepts.meets(REGION | SESSION | ACCOUNT)));
            let place = place || adds || where_;
            // `284 events over 44 sessions`
            let noun = start.checked_sub(length + 1).and_then(|token| line.phrase_at(token));
            let spread = phrase == "over" && noun.is_some_and(|noun| is_head(noun.concepts));
            // `adds up to 86`
            let sums =
                phrase == "up to" && matches!(spread_word, Some("add" | "adds" | "added" | "adding" | "sum" | "sums"));
            (!place && !spread && !sums).then_some(phrase)
        };
        let below = before(BELOW).or_else(|| line.begins(end, &["or fewer", "or less"]).map(|(p, _)| p));
        let above = before(ABOVE).or_else(|| line.begins(end, &["or more", "plus"]).map(|(p, _)| p));
        let about = before(ABOUT).or_else(|| line.begins(end, &["or so"]).map(|(p, _)| p));
        let symbol = line.lower.get(..line.tokens.get(start).map_or(0, |token| token.start + 1)).unwrap_or("");
        let symbol = symbol.chars().next_back();
        let margin = (value * 0.05 / 0.95).max(1.0);
        let step = if matches!(self.amount, Amount::Share) { 1e-6 } else { 0.5 };
        if figure.plus || above.is_some_and(|p| p.len() >= below.map_or(0, str::len)) || symbol == Some('>') {
            let inclusive = figure.plus
                || above.is_some_and(|p| {
                    p.contains("least")
                        || p.contains("no ")
                        || p.contains("not ")
                        || p.contains("or more")
                        || p == "plus"
                        || p.contains("upward")
                });
            self.low = if inclusive { value } else { value + step };
            self.high = value + margin;
            self.hedged = true;
        } else if below.is_some() || symbol == Some('<') {
            let inclusive = below.is_some_and(|p| {
                p.contains("up to") || p.contains("most") && p != "almost" || p.contains("no ") || p.contains("or ")
            });
            self.high = if inclusive { value } else { value - step };
            self.low = value - (value * 0.05).max(1.0);
            self.hedged = true;
        } else if figure.about || about.is_some() {
            let slack = self.slack();
            self.low = self.low.min(value / (1.0 + slack));
            self.high = self.high.max(value / (1.0 - slack));
            self.hedged = true;
        }
    }
}

impl Quantity {
    /// How far off "about" may be. A percentage that is no round figure was rounded to the percent, and no further.
    fn slack(&self) -> f64 {
        let multiple_of = |unit: f64| (self.value / unit).fract().abs() < 1e-9;
        match self.amount {
            Amount::Share if multiple_of(10.0) => 0.05,
            Amount::Share if multiple_of(5.0) => 0.025,
            Amount::Share => 0.005,
            _ => 0.05,
        }
    }
}

/// `1 in 9`: rounded to the nearest such share.
pub(super) fn add_one_in(line: &mut Line, tokens: Range<usize>, part: f64, whole: f64) -> usize {
    let index = line.quantities.len();
    let end = add_share(line, tokens, 100.0 * part / whole);
    if let Some(quantity) = line.quantities.get_mut(index)
        && part == 1.0
        && !quantity.hedged
    {
        quantity.low = quantity.low.max(100.0 / (whole + 0.5));
        quantity.high = quantity.high.min(100.0 / (whole - 0.5));
    } else if let Some(quantity) = line.quantities.get_mut(index).filter(|q| part == 1.0 && q.high <= q.value) {
        // `less than one in twenty`: no nearer share has so plain a name.
        quantity.low = quantity.value * 0.7;
    }
    end
}

pub(super) fn add_share(line: &mut Line, tokens: Range<usize>, percent: f64) -> usize {
    let mut quantity = Quantity::new(tokens, Amount::Share, percent);
    quantity.low = percent * 0.95;
    quantity.high = percent * 1.05;
    quantity.in_words = true;
    quantity.loose = true;
    let start = quantity.tokens.start;
    let hedge = |phrases: &[&'static str]| line.ends_before(start, phrases).is_some();
    if hedge(BELOW) {
        quantity.high = percent;
        quantity.low = percent * 0.83;
        quantity.hedged = true;
    } else if hedge(ABOVE) {
        quantity.low = percent;
        quantity.high = percent * 1.2;
        quantity.hedged = true;
    } else if hedge(ABOUT) {
        quantity.low = percent * 0.9;
        quantity.high = percent * 1.1;
    }
    add(line, quantity)
}
