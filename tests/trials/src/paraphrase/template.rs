//! One alternative of the grammar, filled in from the facts.
//!
//! `{n:KEY}` a number in any exact form, `{d:KEY}` in digits, `{~:KEY}` hedged and rounded, `{p:KEY/KEY}` a share,
//! `{l:KEY}` words for what is counted, `{x:Kind}` a name of the row in a code span, `{s:Kind}` its short form, `{X:Kind}`
//! without backticks, `{sev}` the row's severity, `{t:start}` `{t:end}` `{t:row}` `{t:asof}` times, `{q:KEY}` sums by `+`
//! are keys too. `(one|many)` follows the last number. `<a/b>` is one of them. `{?KEY>0}` in front says when it applies.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use report::{FactRow, FactSet, NameKind};
use security_model::{SafeText, parse_timestamp};

use super::facts::{self, Found};
use super::grammar::Grammar;
use super::numerals;
use crate::claims::{Claim, Sheet};
use crate::mutants::short;
use crate::rng::Rng;

/// What a template is filled from.
pub(crate) struct Context<'a> {
    /// Facts.
    pub(crate) facts: &'a FactSet,
    /// Phrases.
    pub(crate) grammar: &'a Grammar,
    /// The row spoken of.
    pub(crate) row: Option<&'a FactRow>,
    /// How this report writes whole numbers.
    pub(crate) style: numerals::Style,
    /// Whether a table cell is written.
    pub(crate) in_table: bool,
}

/// Fills one of the alternatives of `section` that apply.
pub(crate) fn one_of(context: &Context<'_>, section: &str, rng: &mut Rng) -> Option<Sheet> {
    let mut order: Vec<&String> = context.grammar.alternatives(section).iter().collect();
    rng.shuffle(&mut order);
    order.into_iter().find_map(|template| fill(context, template, rng))
}

/// Fills a template; `None` when it does not apply or a fact is missing.
pub(crate) fn fill(context: &Context<'_>, template: &str, rng: &mut Rng) -> Option<Sheet> {
    let mut template = template;
    while let Some((condition, rest)) = template.strip_prefix("{?").and_then(|rest| rest.split_once('}')) {
        if !holds(context, condition) {
            return None;
        }
        template = rest;
    }
    let chosen = choose(template, rng);
    let mut filling = Filling { context, sheet: Sheet::default(), last: 2.0 };
    let mut rest = chosen.as_str();
    while let Some(start) = rest.find(['{', '(']) {
        let (plain, tail) = rest.split_at(start);
        filling.sheet.push(plain);
        let (open, tail) = tail.split_at(1);
        let close = tail.find(if open == "{" { '}' } else { ')' })?;
        let (inside, after) = tail.split_at(close);
        let after = &after[1..];
        if open == "{" {
            filling.placeholder(inside, rng)?;
            rest = after;
        } else if let Some((one, many)) = inside.split_once('|').filter(|_| !inside.contains('{')) {
            filling.sheet.push(if (filling.last - 1.0).abs() < 1e-9 { one } else { many });
            rest = after;
        } else {
            filling.sheet.push(open);
            rest = tail;
        }
    }
    filling.sheet.push(rest);
    Some(filling.sheet)
}

/// `KEY>0`, `KEY=0`, `KEY>1`, `complete`.
fn holds(context: &Context<'_>, condition: &str) -> bool {
    let value = |key: &str| found(context, key).map(|found| found.iter().map(|f| f.value).sum::<u64>());
    if let Some((key, number)) = condition.split_once('>') {
        let than = number.parse().ok().or_else(|| value(number)).unwrap_or(0);
        return value(key).is_some_and(|value| value > than);
    }
    if let Some((key, number)) = condition.split_once('=') {
        let than = number.parse().ok().or_else(|| value(number)).unwrap_or(0);
        return value(key).is_some_and(|value| value == than);
    }
    value(condition).is_some()
}

fn found(context: &Context<'_>, key: &str) -> Option<Vec<Found>> {
    key.split('+').map(|key| facts::find(context.facts, context.row, key)).collect()
}

/// Settles every `<a/b/c>`.
fn choose(template: &str, rng: &mut Rng) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((plain, tail)) = rest.split_once('<') {
        out.push_str(plain);
        let Some((inside, after)) = tail.split_once('>') else { break };
        let options: Vec<&str> = inside.split('/').collect();
        out.push_str(options[rng.below(options.len())]);
        rest = after;
    }
    out.push_str(rest);
    out
}

struct Filling<'a> {
    context: &'a Context<'a>,
    sheet: Sheet,
    last: f64,
}

impl Filling<'_> {
    fn placeholder(&mut self, inside: &str, rng: &mut Rng) -> Option<()> {
        let (what, argument) = inside.split_once(':').unwrap_or((inside, ""));
        match what {
            "n" | "d" | "~" => {
                let found = found(self.context, argument)?;
                self.last = numerals::count(&mut self.sheet, what, &found, self.context.style, rng);
            }
            "p" => {
                let (part, whole) = argument.split_once('/')?;
                let (part, whole) = (found(self.context, part)?, found(self.context, whole)?);
                numerals::share(&mut self.sheet, &part, &whole, rng)?;
            }
            "l" => {
                let found = found(self.context, argument)?;
                let mut phrases: Vec<&String> =
                    self.context.grammar.alternatives(&format!("label {argument}")).iter().collect();
                rng.shuffle(&mut phrases);
                let phrase = plural(phrases.first()?, self.last);
                let first = found.first()?;
                self.sheet.claim(&phrase, Claim::Label(first.metric.clone(), first.scope.clone()));
            }
            "x" | "s" | "X" => self.name(what, argument, rng)?,
            "sev" => {
                let severity = self.context.row?.severity?;
                self.sheet.claim(severity.label(), Claim::Severity(severity));
            }
            "rating" => {
                let (label, _) = report::risk_rating(self.context.facts);
                self.sheet.push(label.label());
            }
            "t" => {
                let at = self.time(argument)?;
                self.sheet.claim(&written(at, rng), Claim::Time(at));
            }
            _ => return None,
        }
        Some(())
    }

    fn time(&self, which: &str) -> Option<Timestamp> {
        let facts = self.context.facts;
        let text = match which {
            // The window asked comes first, the one observed last; for findings there is none observed.
            "start" => facts.times.get(facts.times.len().checked_sub(2)?)?,
            "end" => facts.times.last()?,
            "row" => self.context.row?.times.first()?,
            _ => &facts.as_of,
        };
        parse_timestamp(text)
    }

    fn name(&mut self, form: &str, kind: &str, rng: &mut Rng) -> Option<()> {
        let kind: NameKind = serde_json::from_value(kind.into()).ok()?;
        let names: Vec<&SafeText> =
            self.context.row?.names.iter().filter(|name| name.kind == kind).map(|name| &name.text).collect();
        let text = names.get(rng.below(names.len().min(2)))?;
        let plain = text.as_str();
        if plain.contains(['`', '\\']) || plain.starts_with('(') || (self.context.in_table && plain.contains('|')) {
            return None;
        }
        let shown = match form {
            "s" => short(plain),
            _ => plain,
        };
        let fence = if form == "X" { "" } else { "`" };
        self.sheet.push(fence);
        self.sheet.claim(shown, Claim::Name(kind, plain.to_owned()));
        self.sheet.push(fence);
        Some(())
    }
}

/// `failed call(s)`, `entr(y|ies)` for a number.
pub(crate) fn plural(phrase: &str, number: f64) -> String {
    let one = (number - 1.0).abs() < 1e-9;
    let mut out = String::new();
    let mut rest = phrase;
    while let Some((plain, tail)) = rest.split_once('(') {
        let Some((inside, after)) = tail.split_once(')') else { break };
        out.push_str(plain);
        match inside.split_once('|') {
            Some((single, many)) => out.push_str(if one { single } else { many }),
            None if one => {}
            None => out.push_str(inside),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A time in one of the forms people write; always UTC, always to the minute.
fn written(at: Timestamp, rng: &mut Rng) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    let form = *rng.pick(&[
        "%Y-%m-%dT%H:%M:%SZ",
        "%Y-%m-%d %H:%M UTC",
        "%Y-%m-%d %H:%M:%S UTC",
        "%H:%M UTC on %-d %B %Y",
        "%-d %b %Y, %H:%M UTC",
        "%B %-d, %Y at %H:%M UTC",
        "%Y-%m-%d at %H:%MZ",
    ]);
    at.strftime(form).to_string()
}
