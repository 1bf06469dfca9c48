//! Text that knows what it claims: every number, name, severity and time with the place where it stands.

use std::ops::Range;

use jiff::Timestamp;
use report::NameKind;
use security_model::Severity;

/// How exactly a number is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hedge {
    /// As it stands.
    None,
    /// Rounded to the decimals shown, as shares and thousands are.
    Rounded,
    /// "about": at most 5 % off, or rounded to the decimals shown.
    About,
    /// "over": at most 5 % below.
    Over,
    /// "nearly": at most 5 % above.
    Nearly,
    /// The lower end of a range: at least half. Whatever the ends are, what lies between them makes a range true; one that
    /// is wider says nothing.
    From,
    /// The upper end of a range: at most twice.
    To,
}

/// A number in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Number {
    /// What it is of.
    pub(crate) exact: f64,
    /// What one of the shown number stands for: 1, or 1000 before a `k`.
    pub(crate) scale: f64,
    /// How it is meant.
    pub(crate) hedge: Hedge,
    /// Whether it is a share.
    pub(crate) share: bool,
    /// Metric and scope of the facts behind it: one, or the parts of a sum or share.
    pub(crate) of: Vec<(String, String)>,
}

/// One claim.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Claim {
    /// A number: the span holds the numeral or number word alone.
    Number(Number),
    /// Words that say what a number counts: metric and scope.
    Label(String, String),
    /// A name, in full or the last part of an ARN; without backticks.
    Name(NameKind, String),
    /// A severity label.
    Severity(Severity),
    /// A time, to the minute or the second.
    Time(Timestamp),
}

/// Text with its claims.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    /// The text so far.
    pub(crate) text: String,
    /// Where each claim stands.
    pub(crate) claims: Vec<(Range<usize>, Claim)>,
    /// Lines that name a row, by the row's id: what has to go for the row to be left out.
    pub(crate) rows: Vec<(Range<usize>, String)>,
}

impl Sheet {
    /// Adds plain text.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds text that is a claim.
    pub(crate) fn claim(&mut self, text: &str, claim: Claim) {
        let start = self.text.len();
        self.text.push_str(text);
        self.claims.push((start..self.text.len(), claim));
    }

    /// Adds another sheet.
    pub(crate) fn append(&mut self, other: Self) {
        let by = self.text.len();
        let moved = |range: Range<usize>| range.start + by..range.end + by;
        self.text.push_str(&other.text);
        self.claims.extend(other.claims.into_iter().map(|(range, claim)| (moved(range), claim)));
        self.rows.extend(other.rows.into_iter().map(|(range, id)| (moved(range), id)));
    }

    /// Makes the first letter a capital, unless a name stands there.
    pub(crate) fn capitalise(&mut self) {
        let named = self.claims.iter().any(|(span, claim)| span.start == 0 && matches!(claim, Claim::Name(..)));
        if let Some(first) = self.text.get_mut(0..1).filter(|_| !named) {
            first.make_ascii_uppercase();
        }
    }
}

impl Number {
    /// Whether the number would still be true if `token` stood in its place.
    pub(crate) fn holds(&self, token: &str) -> bool {
        let Some(shown) = parse(token) else { return true };
        let decimals = token.split_once('.').map_or(0, |(_, tail)| tail.len());
        let step = 0.5 * self.scale / 10_f64.powi(i32::try_from(decimals).unwrap_or(0)) + 1e-9;
        let (shown, exact) = (shown * self.scale, self.exact);
        let slack = exact * 0.05 + 1e-9;
        let rounds = (shown - exact).abs() <= step;
        match self.hedge {
            Hedge::None => (shown - exact).abs() < 1e-9,
            Hedge::Rounded => rounds,
            Hedge::About => (shown - exact).abs() <= slack || (self.share && rounds),
            Hedge::Over => shown <= exact && exact - shown <= slack,
            Hedge::From => shown <= exact && shown * 2.0 >= exact,
            Hedge::To => shown >= exact && shown <= exact * 2.0,
            Hedge::Nearly => shown >= exact && (shown - exact <= slack || (self.share && rounds)),
        }
    }
}

/// Number words that the grammar writes.
pub(crate) const WORDS: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// A numeral or number word as a number.
pub(crate) fn parse(token: &str) -> Option<f64> {
    let plain: String = token.chars().filter(|c| !matches!(c, ',' | '\u{202f}' | '\u{a0}')).collect();
    if let Ok(number) = plain.parse() {
        return Some(number);
    }
    let lower = token.to_lowercase();
    WORDS.iter().position(|word| *word == lower).map(|value| value as f64)
}

/// With commas between thousands.
pub(crate) fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(exact: f64, scale: f64, hedge: Hedge, share: bool) -> Number {
        Number { exact, scale, hedge, share, of: vec![] }
    }

    #[test]
    fn what_still_holds() {
        let exact = number(2616.0, 1.0, Hedge::None, false);
        assert!(exact.holds("2,616") && !exact.holds("2,617"));
        let about = number(2616.0, 1.0, Hedge::About, false);
        assert!(about.holds("2,600") && about.holds("2700") && !about.holds("2900"));
        let thousands = number(2616.0, 1000.0, Hedge::Rounded, false);
        assert!(thousands.holds("2.6") && !thousands.holds("2.7"));
        let nearly = number(3.78, 1.0, Hedge::Nearly, true);
        assert!(nearly.holds("4") && !nearly.holds("3") && !nearly.holds("5"));
        let over = number(2616.0, 1.0, Hedge::Over, false);
        assert!(over.holds("2,500") && !over.holds("2,700") && !over.holds("250"));
        assert!(number(2.0, 1.0, Hedge::None, false).holds("Two"));
        let from = number(115.0, 1.0, Hedge::From, false);
        assert!(from.holds("109") && !from.holds("116") && !from.holds("11"));
        let to = number(115.0, 1.0, Hedge::To, false);
        assert!(to.holds("121") && !to.holds("114") && !to.holds("1,200"));
    }
}
