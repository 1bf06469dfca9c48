//! Judges what most, nearly all or all of something is said to come from: "most of it came from X", "X made the bulk of
//! the calls", "it came from X and nowhere else".

use std::ops::Range;

use super::Judgement;
use super::count::Finding;
use super::known::{EMBEDDED, EVIDENCE, Names, READING};
use super::label::Fit;
use super::line::{self, Line};
use super::measure::Measure;
use super::quantity::Amount;
use super::ranking::{self, Ranked, SUBJECT_VERBS};
use super::report::Reading;
use super::share;
use super::token::Kind;
use super::unknown;
use super::words::bulk::{ALL, BETWEEN, HALF, LINKS, MASSES, MOST, NEARLY_ALL, NOTHING_ELSE, OWNS};
use super::words::concept::{HEADS, SERVICE};
use super::words::grammar::NARROWS;

/// Tokens between a quantifier and the name it is tied to.
const REACH: usize = 24;
/// Tokens between a name and what it has most of.
const FURTHEST_SUBJECT: usize = 8;
/// Names that share what is said.
const MOST_NAMES: usize = 8;
/// How much worse than the best a number may fit and still be what is ranked.
const MARGIN: f64 = 0.75;
/// All of something, in percent.
const ALL_OF_IT: f64 = 100.0;
/// Names before a pronoun that it may stand for.
const MOST_ANTECEDENTS: usize = 24;

/// Judges every such statement of a line.
pub(super) fn judge(reading: &Reading<'_>, line: &Line) -> Vec<Ranked> {
    let statements = (0..line.tokens.len()).filter_map(|token| Statement::read(line, token));
    statements.filter_map(|statement| statement.judge(reading, line)).collect()
}

/// What is said to have most of something.
struct Statement {
    /// Where it is said.
    token: usize,
    /// Least share in percent.
    least: f64,
    names: Vec<Names>,
    sentence: Range<usize>,
    /// What it is most of.
    whole: Range<usize>,
}

impl Statement {
    /// The statement that a quantifier at a token makes.
    fn read(line: &Line, token: usize) -> Option<Self> {
        if let Some(statement) = Self::of_nothing_else(line, token) {
            return Some(statement);
        }
        let (least, phrase, length) = quantifier(line, token)?;
        let end = token + length;
        let (_, sentence) = line.sentence_of(token);
        if is_set_aside(line, token, &sentence) {
            return None;
        }
        let made =
            |names: Vec<Names>, whole: Range<usize>| Self { token, least, names, sentence: sentence.clone(), whole };
        let named_before = has_name(line, sentence.start..token);
        let linked = !named_before && word_before(line, token).is_some_and(|word| LINKS.contains(&word));
        if let Some((names, link)) = right_of(line, end..sentence.end, linked) {
            let whole = if linked { sentence.start..token } else { end..link };
            return (!named_before).then(|| made(names, whole));
        }
        // `X made most of the calls`
        let adverb = phrase.ends_with("ly");
        let clause = end..clause_end(line, end, sentence.end);
        if adverb
            || has_name(line, clause.clone())
            || clause.clone().any(|at| is_word(line, at, &["its", "their", "own"]))
        {
            return None;
        }
        let name = owner(line, token, sentence.start)?;
        // `X was the main source address`: what it is the source of goes without saying.
        let whole = if phrase.ends_with("source") || phrase.ends_with("origin") { end..end } else { clause };
        Some(made(vec![name], whole))
    }

    /// `The calls came from X and nowhere else.`
    fn of_nothing_else(line: &Line, token: usize) -> Option<Self> {
        let (_, length) = line.begins(token, NOTHING_ELSE)?;
        // `It was X alone that did it.`
        if is_word(line, token + length, CLAUSES) {
            return None;
        }
        let at = token.checked_sub(1)?;
        let name = name_at(line, at)?.clone();
        let (_, sentence) = line.sentence_of(token);
        let link = left_of(line, sentence.start..at)?;
        let whole = sentence.start..link;
        let free = !is_set_aside(line, token, &sentence) && !has_name(line, whole.clone());
        free.then(|| Self { token, least: ALL_OF_IT, names: vec![name], sentence, whole })
    }

    fn judge(&self, reading: &Reading<'_>, line: &Line) -> Option<Ranked> {
        // `All 45 calls came from X`, `these came from X alone`: of some, which their number tells.
        let all = self.least == ALL_OF_IT;
        let is_some = |at: usize| {
            is_word(line, at, OF_SOME)
                || all && line.quantity_at(at).is_some_and(|(_, q)| q.amount == Amount::Count)
                || all && is_singular(line, at)
        };
        if self.whole.clone().any(is_some) || self.is_of_antecedent(reading, line) {
            return None;
        }
        let judged: Vec<(bool, Finding)> = self.names.iter().filter_map(|name| self.of(reading, line, name)).collect();
        let holds = judged.iter().any(|(holds, _)| *holds);
        let (_, finding) = judged.into_iter().find(|(one, _)| *one == holds)?;
        Some(Ranked { token: self.token, finding })
    }

    /// Whether it holds of one of the names.
    fn of(&self, reading: &Reading<'_>, line: &Line, name: &Names) -> Option<(bool, Finding)> {
        let label = ranking::label(reading, line, &self.sentence, name);
        let about = name.iter().flat_map(|name| reading.measures.about(*name));
        let about = about.filter_map(|index| reading.measures.get(*index)).filter(|measure| measure.name.is_some());
        let fitted: Vec<_> = about.map(|measure| (label.fit(measure, &reading.measures), measure)).collect();
        if fitted.is_empty() {
            return self.unranked(reading, line, name);
        }
        let best = fitted.iter().map(|(fit, _)| fit.score).max_by(f64::total_cmp)?;
        // Of what no table knows, any number may be meant; of what the numbers do not tell, none.
        let unheard_of = self.whole.clone().any(|at| unknown::is_unknown_word(line, at));
        let is_meant = |fit: &Fit| unheard_of || !fit.conflict && fit.score >= best - MARGIN;
        let meant = fitted.iter().filter(|(fit, measure)| is_meant(fit) && self.is_of(line, measure));
        let meant: Vec<&Measure> = meant.map(|(_, measure)| *measure).collect();
        let first = meant.first()?;
        let leads = |measure: &&&Measure| {
            ranking::extreme(reading, measure, true, true).is_some_and(|(value, _)| value == measure.value)
                && (self.names.len() > 1 || self.least == 0.0 || self.is_enough(reading, measure))
        };
        if let Some(measure) = meant.iter().find(leads) {
            let finding = Finding { facts: measure.facts.clone(), ..Finding::supported() };
            return Some((true, finding));
        }
        let top = ranking::extreme(reading, first, true, true).and_then(|(_, name)| reading.directory.get(name));
        Some((false, contradicted(first.facts.clone(), top.map(|known| known.text.clone()))))
    }

    fn is_enough(&self, reading: &Reading<'_>, measure: &Measure) -> bool {
        share::of_everything(measure, &reading.measures).any(|share| share + 1e-9 >= self.least)
    }

    /// Whether a number counts what is spoken of.
    fn is_of(&self, line: &Line, measure: &Measure) -> bool {
        let told = measure.need | measure.allow | measure.head;
        let mut said = self.whole.clone().filter_map(|at| line.phrase_at(at)).map(|phrase| phrase.concepts);
        said.all(|concepts| concepts.is_empty() || concepts.meets(told))
    }

    /// What has no number does not lead a list of its kind.
    fn unranked(&self, reading: &Reading<'_>, line: &Line, name: &Names) -> Option<(bool, Finding)> {
        let kinds = reading.directory.kinds(name) & !(EVIDENCE | EMBEDDED | READING);
        let of_kind = |measure: &&Measure| {
            let known = measure.name.and_then(|name| reading.directory.get(name));
            known.is_some_and(|known| known.kinds & kinds != 0)
                && (measure.need - HEADS).is_empty()
                && self.is_of(line, measure)
        };
        let top = reading.measures.all.iter().filter(of_kind).max_by_key(|measure| measure.value)?;
        let known = top.name.and_then(|name| reading.directory.get(name)).map(|known| known.text.clone());
        Some((false, contradicted(top.facts.clone(), known)))
    }

    /// `It began with StopLogging. Most of it came from X.`: said of what was named before, which X has a part in.
    fn is_of_antecedent(&self, reading: &Reading<'_>, line: &Line) -> bool {
        let is_noun = |at: usize| line.phrase_at(at).is_some_and(|phrase| line::is_head(phrase.concepts));
        let definite = self.least == ALL_OF_IT && self.whole.clone().any(|at| is_word(line, at, &["the"]));
        if !definite && self.whole.clone().any(is_noun) {
            return false;
        }
        let before = (0..self.sentence.start).rev().filter_map(|at| name_at(line, at)).take(MOST_ANTECEDENTS);
        let mut rows = before.flatten().filter_map(|name| reading.directory.get(*name)).flat_map(|known| &known.rows);
        rows.any(|row| self.names.iter().any(|name| reading.rows.holds(*row, name)))
    }
}

fn contradicted(facts: Vec<u32>, expected: Option<String>) -> Finding {
    Finding { judgement: Some(Judgement::Contradicted), facts, expected, ..Finding::default() }
}

/// A quantifier without a number: the least share it stands for, itself and its length in words.
fn quantifier(line: &Line, token: usize) -> Option<(f64, &'static str, usize)> {
    let tables = [(0.0, MOST), (50.0, HALF), (75.0, NEARLY_ALL), (ALL_OF_IT, ALL)];
    let found = tables
        .into_iter()
        .filter_map(|(least, phrases)| line.begins(token, phrases).map(|(phrase, length)| (least, phrase, length)));
    let found = found.max_by_key(|(_, _, length)| *length);
    // `came only from X`
    let only = || {
        let linked = word_before(line, token).is_some_and(|word| LINKS.contains(&word));
        let source = is_word(line, token + 1, &["from", "by", "at", "in"]);
        (linked && source && is_word(line, token, &["only"])).then_some((ALL_OF_IT, "only", 1))
    };
    found.or_else(only)
}

/// What is no statement: an instruction, a negation, one among some.
fn is_set_aside(line: &Line, token: usize, sentence: &Range<usize>) -> bool {
    let narrows = sentence.clone().any(|at| line.word(at).is_some_and(|word| NARROWS.contains(&word)));
    let negated = (token.saturating_sub(2)..token).any(|at| is_word(line, at, &["not", "never", "hardly", "no", "t"]));
    // `the nearly`, `vast majority`: read with the word before.
    let inside =
        token.checked_sub(1).is_some_and(|before| quantifier(line, before).is_some_and(|(_, _, length)| length > 1));
    narrows || negated || inside || line.is_instruction(token)
}

/// The names that what is spoken of came from, and where the verb between them stands.
fn right_of(line: &Line, tokens: Range<usize>, linked: bool) -> Option<(Vec<Names>, usize)> {
    let start = tokens.start;
    let mut link = linked.then_some(start);
    for at in start..tokens.end.min(start + REACH) {
        if name_at(line, at).is_some() {
            return link.map(|link| (coordinated(line, at..tokens.end), link));
        }
        match (line.kind(at)?, link) {
            (Kind::Mark('"' | '\'' | '*'), _) => {}
            (Kind::Mark(':'), None) if at == start => link = Some(at),
            (Kind::Word, Some(_)) if !leads_on(line, at) => return None,
            (Kind::Word, Some(_)) => {}
            (Kind::Word, None) if is_word(line, at, LINKS) => link = Some(at),
            (Kind::Word, None) if is_word(line, at, CLAUSES) => return None,
            (Kind::Word | Kind::Number(_), None) => {}
            _ => return None,
        }
    }
    None
}

/// Words by which only some of it is spoken of.
const OF_SOME: &[&str] = &[
    "these",
    "those",
    "they",
    "them",
    "both",
    "such",
    "which",
    "else",
    "others",
    "rest",
    "remainder",
    "latter",
    "former",
];

/// Words that begin a clause of its own.
const CLAUSES: &[&str] =
    &["that", "which", "who", "whose", "what", "where", "when", "if", "but", "while", "whereas", "and", "so"];

/// Whether a word may stand between a verb and the name it leads to.
fn leads_on(line: &Line, at: usize) -> bool {
    let noun = |concepts| (HEADS | SERVICE).contains(concepts);
    is_word(line, at, BETWEEN)
        || is_word(line, at, LINKS)
        || line.phrase_at(at).is_some_and(|phrase| noun(phrase.concepts))
}

/// The verb before a name, with nothing but small words between them.
fn left_of(line: &Line, tokens: Range<usize>) -> Option<usize> {
    let near = tokens.start.max(tokens.end.saturating_sub(REACH))..tokens.end;
    let mut words = near.rev().take_while(|at| line.word(*at).is_some() && leads_on(line, *at));
    words.find(|at| is_word(line, *at, LINKS))
}

/// `X, Y and Z`
fn coordinated(line: &Line, tokens: Range<usize>) -> Vec<Names> {
    let joint = |at: &usize| {
        name_at(line, *at).is_some()
            || is_word(line, *at, &["and", "or"])
            || matches!(line.kind(*at), Some(Kind::Mark(',' | '"' | '\'' | '*' | '/')))
    };
    tokens.take_while(joint).filter_map(|at| name_at(line, at).cloned()).take(MOST_NAMES).collect()
}

/// `X accounts for most`: whose it is.
fn owner(line: &Line, token: usize, start: usize) -> Option<Names> {
    let mut verbs = 0;
    for at in (start..token).rev().take(FURTHEST_SUBJECT) {
        if let Some(names) = name_at(line, at) {
            return (verbs > 0).then(|| names.clone());
        }
        let word = line.word(at).filter(|word| SUBJECT_VERBS.contains(word) || OWNS.contains(word))?;
        verbs += usize::from(!matches!(word, "the" | "a"));
    }
    None
}

/// `the call`: one of them.
fn is_singular(line: &Line, at: usize) -> bool {
    let ends = line.phrase_at(at).filter(|phrase| line::is_head(phrase.concepts) && phrase.tokens.end == at + 1);
    ends.is_some() && line.word(at).is_some_and(|word| !word.ends_with('s') && !MASSES.contains(&word))
}

fn clause_end(line: &Line, from: usize, end: usize) -> usize {
    (from..end).find(|at| matches!(line.kind(*at), Some(Kind::Mark(',' | ';' | ':' | '(' | '.')))).unwrap_or(end)
}

fn name_at(line: &Line, at: usize) -> Option<&Names> {
    match line.kind(at) {
        Some(Kind::Name { names, weak: false }) => Some(names),
        _ => None,
    }
}

fn has_name(line: &Line, mut tokens: Range<usize>) -> bool {
    tokens.any(|at| name_at(line, at).is_some())
}

fn is_word(line: &Line, at: usize, words: &[&str]) -> bool {
    line.word(at).is_some_and(|word| words.contains(&word))
}

/// The word before a token, over an article.
fn word_before(line: &Line, token: usize) -> Option<&str> {
    let before = token.checked_sub(1)?;
    let before = if is_word(line, before, &["the", "a", "all"]) { before.checked_sub(1)? } else { before };
    line.word(before)
}
