//! A number as written in digits, with what is attached to it.

use super::runs::is_group;

/// A number as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) value: f64,
    /// Half the last digit written: what rounding may have taken away.
    pub(super) half_step: f64,
    /// The upper end, for `3-5`.
    pub(super) to: Option<f64>,
    /// `7d`, `5 %`, `3rd`, `2x`: what follows the digits at once.
    pub(super) suffix: String,
    pub(super) percent: bool,
    /// `2.6k`: rounded by its very form.
    pub(super) scaled: bool,
    pub(super) money: bool,
    /// `~5`, `2,600+`.
    pub(super) about: bool,
    pub(super) plus: bool,
    /// `45/88`.
    pub(super) of: Option<f64>,
    pub(super) in_words: bool,
    /// `#3`.
    pub(super) numbering: bool,
    pub(super) decimals: bool,
}

impl Figure {
    pub(super) fn whole(value: f64) -> Self {
        Self {
            value,
            half_step: 0.0,
            to: None,
            suffix: String::new(),
            percent: false,
            scaled: false,
            money: false,
            about: false,
            plus: false,
            of: None,
            in_words: false,
            numbering: false,
            decimals: false,
        }
    }
}

/// A number at the front of a run, with what is attached to it.
pub(super) fn figure(run: &str) -> Option<Figure> {
    let mut figure = Figure::whole(0.0);
    let mut rest = run;
    loop {
        rest = match rest.chars().next()? {
            '~' => {
                figure.about = true;
                rest.get(1..)?
            }
            '#' => {
                figure.numbering = true;
                rest.get(1..)?
            }
            '$' | '€' | '£' => {
                figure.money = true;
                rest.get(rest.chars().next()?.len_utf8()..)?
            }
            '+' | '-' | '\'' | '\\' => rest.get(1..)?,
            '×' => rest.get('×'.len_utf8()..)?,
            // `StopLogging x2`, but `x86`
            'x' if is_times(rest) => rest.get(1..)?,
            '>' | '<' => rest.get(1..)?,
            _ => break,
        };
    }
    let (value, half_step, length) = decimal(rest)?;
    figure.value = value;
    figure.half_step = half_step;
    figure.decimals = half_step < 0.4;
    let tail = rest.get(length..)?;
    figure.attach(tail).then_some(figure)
}

fn is_times(text: &str) -> bool {
    let digits = text.strip_prefix('x').unwrap_or("");
    let is_part = |byte: u8| byte.is_ascii_digit() || byte == b',';
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits != "86" && digits != "64" && digits.bytes().all(is_part)
}

/// Digits with marks of thousands and a fraction.
fn decimal(text: &str) -> Option<(f64, f64, usize)> {
    let mut digits = String::new();
    let mut decimals = None;
    let mut length = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let next_digit = chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        match c {
            '0'..='9' => {
                digits.push(c);
                decimals = decimals.map(|n| n + 1);
            }
            '.' if decimals.is_none() && next_digit && !digits.is_empty() => {
                digits.push(c);
                decimals = Some(0);
            }
            ',' | '\'' | '_' | '\u{a0}' if decimals.is_none() && is_group(text.get(offset + c.len_utf8()..)) => {}
            _ => break,
        }
        length = offset + c.len_utf8();
    }
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let half_step = 0.5 * 10_f64.powi(-decimals.unwrap_or(0));
    Some((digits.parse().ok()?, half_step, length))
}

impl Figure {
    /// Reads what follows the digits; `false` when it makes the run something else than a number.
    fn attach(&mut self, tail: &str) -> bool {
        let tail = match tail.strip_suffix('+') {
            Some(tail) => {
                self.plus = true;
                tail
            }
            None => tail,
        };
        if tail.is_empty() {
            return true;
        }
        if let Some(tail) = tail.strip_prefix('%') {
            self.percent = true;
            return tail.is_empty() || self.second(tail);
        }
        if self.second(tail) {
            return true;
        }
        let word = tail.trim_start_matches('-');
        if word.is_empty() || !word.chars().all(|c| c.is_ascii_alphabetic() || c == '-') {
            return false;
        }
        match word {
            "k" | "K" => self.scale(1_000.0),
            "M" | "mn" | "mio" => self.scale(1_000_000.0),
            "bn" | "B" => self.scale(1_000_000_000.0),
            _ => self.suffix = word.to_ascii_lowercase(),
        }
        true
    }

    fn scale(&mut self, factor: f64) {
        self.value *= factor;
        self.half_step *= factor;
        self.scaled = true;
    }

    /// `3-5` and `45/88`.
    fn second(&mut self, tail: &str) -> bool {
        let range = tail.strip_prefix('-');
        let ratio = tail.strip_prefix('/');
        let Some(second) = range.or(ratio) else { return false };
        let Some((value, _, length)) = decimal(second) else { return false };
        let rest = second.get(length..).unwrap_or("");
        if rest == "%" {
            self.percent = true;
        } else if !rest.is_empty() {
            return false;
        }
        if range.is_some() {
            self.to = Some(value);
        } else {
            self.of = Some(value);
        }
        true
    }
}
