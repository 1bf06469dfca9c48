//! Numbers that are no claims about the evidence: quoted words of ours, figures that advice sets, how many are spoken of.

use super::Judgement;
use super::judge::Judge;
use super::known::PLACES;
use super::label::{Label, Level};
use super::lexicon;
use super::line::Line;
use super::measure::Measures;
use super::quantity::Quantity;
use super::token::Kind;
use super::words::advice;
use super::words::grammar::{HIGHEST, LOWEST};
use super::words::quantity::{ABOVE, BELOW};

impl Judge<'_> {
    /// `8 other CRITICAL or HIGH findings`: words of ours about the row that the text is about.
    pub(super) fn is_quoted(&self, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let text = line.tokens.get(quantity.tokens.start).and_then(|first| {
            let last = line.tokens.get(quantity.tokens.end.checked_sub(1)?)?;
            line.original(first.start..last.end)
        });
        let Some(text) = text.map(str::to_lowercase) else { return false };
        let follows = line.word(quantity.tokens.end);
        let names =
            label.names.iter().flat_map(|(names, _)| names).filter_map(|name| self.reading.directory.get(*name));
        // Rows are about what they name, and not about the account or region that all of them name.
        let rows = names.filter(|known| known.kinds & !PLACES != 0);
        rows.flat_map(|known| &known.rows).take(200).filter_map(|row| self.reading.facts.rows.get(*row as usize)).any(
            |row| {
                let mut words =
                    row.reason.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
                while let Some(word) = words.next() {
                    if word == text
                        && follows.is_some()
                        && words.peek().map(|next| next.to_lowercase()).as_deref() == follows
                    {
                        return true;
                    }
                }
                false
            },
        )
    }

    /// A number that the writer sets rather than finds: a limit, a count of things that the evidence does not speak of.
    pub(super) fn is_advice_figure(&self, line: &Line, quantity: &Quantity, label: &Label) -> bool {
        let at = quantity.tokens.start;
        if line.word(quantity.tokens.end).map(lexicon::stem) == Some("word") {
            // The word limit, echoed.
            return true;
        }
        if is_staffing(line, quantity) || is_of_the_text(line, quantity) {
            return true;
        }
        let (_, sentence) = line.sentence_of(at);
        if (sentence.start.max(at.saturating_sub(20))..at).any(|token| line.is_aim(token)) {
            return true;
        }
        let own_name = label.names.iter().any(|(_, level)| *level == Level::Own);
        let about_evidence = !label.own().is_empty() || own_name;
        let definite = at.checked_sub(1).is_some_and(|before| {
            line.is_mark(before, '(')
                || matches!(line.word(before), Some("the" | "these" | "those" | "all" | "its" | "their" | "both"))
        });
        let limits = || {
            let near = (at.saturating_sub(4)..at).chain(quantity.tokens.end..quantity.tokens.end + 8);
            near.filter_map(|token| line.word(token)).any(|word| advice::LIMITS.contains(&word))
                || [ABOVE, BELOW].iter().any(|hedges| line.ends_before(at, hedges).is_some())
        };
        line.is_plan(at) && !definite && (!about_evidence || line.is_instruction(at) && !own_name && limits())
    }
}

/// `Five resources are named, among them X`: of what is quoted, not of what there is.
fn is_of_the_text(line: &Line, quantity: &Quantity) -> bool {
    let end = quantity.tokens.end;
    let named = (end + 1..end + 4).find(|token| matches!(line.word(*token), Some("named" | "mentioned" | "quoted")));
    named.is_some_and(|named| {
        line.is_mark(named + 1, ',') && line.begins(named + 2, &["among them", "including"]).is_some()
    })
}

/// `a team of 4 people`, `window tonight, 2 people`: those who do the work, in a clause that says nothing else.
fn is_staffing(line: &Line, quantity: &Quantity) -> bool {
    let at = quantity.tokens.start;
    let end = quantity.tokens.end;
    let (_, sentence) = line.sentence_of(at);
    let Some(noun) = (end..end + 2).find(|token| {
        line.word(*token)
            .is_some_and(|word| advice::STAFF.contains(&word) || advice::STAFF.contains(&lexicon::stem(word)))
    }) else {
        return false;
    };
    let ends = |token: &usize| matches!(line.kind(*token), Some(Kind::Mark(',' | ';' | ':' | '(' | ')' | '.')));
    let from = (sentence.start..at).rev().find(ends).map_or(sentence.start, |mark| mark + 1);
    let to = (noun..sentence.end).find(ends).unwrap_or(sentence.end);
    (from..to).filter(|token| *token != noun).all(|token| {
        !matches!(line.kind(token), Some(Kind::Name { .. } | Kind::Foreign(_)))
            && line.phrase_at(token).is_none_or(|phrase| phrase.concepts.is_empty())
    })
}

/// `the three busiest callers`, `the two roles with the most failures`: how many are spoken of, not how many there are.
pub(super) fn picks_the_first(line: &Line, quantity: &Quantity) -> bool {
    let before = quantity.tokens.start.checked_sub(1).and_then(|token| line.word(token));
    let definite = matches!(before, Some("the" | "these" | "those" | "top" | "first" | "last" | "other"));
    let superlative = |word: &str| {
        word.len() > 5 && word.ends_with("est")
            || HIGHEST.contains(&word)
            || LOWEST.contains(&word)
            || matches!(word, "first" | "worst" | "latest" | "oldest")
    };
    let mut after = (quantity.tokens.end..quantity.tokens.end + 7).map_while(|token| line.word(token));
    let counted_off = matches!(before, Some("first" | "last"));
    definite && quantity.value <= 20.0 && (counted_off || after.any(superlative))
}

/// `10 more: detail=full` is about the report.
pub(super) fn speaks_of_itself(line: &Line, quantity: &Quantity) -> bool {
    let (_, sentence) = line.sentence_of(quantity.tokens.start);
    let start = line.tokens.get(sentence.start).map_or(0, |token| token.start);
    let end = sentence.end.checked_sub(1).and_then(|last| line.tokens.get(last)).map_or(0, |token| token.end);
    line.lower.get(start..end).is_some_and(|text| text.contains("detail=full"))
}

/// A share that advice sets as an aim.
pub(super) fn is_aim(line: &Line, quantity: &Quantity, judgement: Option<Judgement>) -> bool {
    let at = quantity.tokens.start;
    let by = at
        .checked_sub(1)
        .and_then(|before| line.word(before))
        .is_some_and(|word| matches!(word, "by" | "to" | "least"));
    let everyone = quantity.value == 100.0;
    if quantity.value > 100.0 {
        return false;
    }
    let (_, sentence) = line.sentence_of(at);
    if (sentence.start.max(at.saturating_sub(20))..at).any(|token| line.is_aim(token)) {
        return true;
    }
    line.is_advice(at) && (judgement == Some(Judgement::Unsupported) || (by || everyone) && line.is_instruction(at))
}

/// `23 public and 5 private ones, with 1,406 and 281 events respectively`: a number of the evidence whose label stands
/// elsewhere in the order of the others.
pub(super) fn is_one_of_several(line: &Line, quantity: &Quantity, measures: &Measures) -> bool {
    let (_, sentence) = line.sentence_of(quantity.tokens.start);
    let end = sentence.end.min(quantity.tokens.end + 12);
    let in_order = (quantity.tokens.end..end).any(|token| line.word(token) == Some("respectively"));
    in_order && quantity.value >= 0.0 && !measures.valued(quantity.value as u64).is_empty()
}
