//! Conditions: names of searches joined by `and`, `or`, `not`, parentheses and `… of …`.
//!
//! Source: page `sigma-rules-specification`, "Condition". From loosest to tightest: or, and, not, of, parentheses.

use std::collections::HashMap;

use crate::limits::{CONDITION_BYTES, CONDITION_DEPTH, CONDITION_SEARCHES};
use crate::problem::{ProblemKind, nearest, quoted};
use crate::rule::{ConditionExpr, Search};

/// Why a condition is refused, or what is odd about it.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) kind: ProblemKind,
    pub(super) what: String,
    pub(super) fix: String,
}

impl Note {
    fn new(kind: ProblemKind, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { kind, what: what.into(), fix: fix.into() }
    }

    fn syntax(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(ProblemKind::Condition, what, fix)
    }
}

/// The searches that conditions of one rule may name.
pub(super) struct Names<'s> {
    searches: &'s [Search],
    places: HashMap<&'s str, usize>,
    /// How many searches the conditions may still refer to or choose from.
    left: usize,
}

impl<'s> Names<'s> {
    pub(super) fn new(searches: &'s [Search]) -> Self {
        let places = searches.iter().enumerate().map(|(place, search)| (search.name.as_str(), place)).collect();
        Self { searches, places, left: CONDITION_SEARCHES }
    }

    fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// `, did you mean …`, or nothing.
    fn nearest(&self, word: &str) -> String {
        nearest(word, self.searches.iter().map(|search| search.name.as_str()))
    }

    fn charge(&mut self, searches: usize) -> Result<(), Note> {
        self.left = self.left.checked_sub(searches).ok_or_else(|| {
            let what = format!("the conditions refer to searches more than {CONDITION_SEARCHES} times");
            Note::new(ProblemKind::TooLarge, what, "split the rule")
        })?;
        Ok(())
    }

    fn search(&mut self, name: &str) -> Result<ConditionExpr, Note> {
        if let Some(place) = self.places.get(name).copied() {
            self.charge(1)?;
            return Ok(ConditionExpr::Search(place));
        }
        if name.contains('*') {
            let what = format!("the condition has the pattern {} without a quantity", quoted(name));
            return Err(Note::syntax(what, format!("write {} or `all of …`", quoted(&format!("1 of {name}")))));
        }
        let what = format!("the condition names {}, and there is no such search", quoted(name));
        Err(Note::syntax(what, format!("name one of the searches of the detection{}", self.nearest(name))))
    }

    /// `them`, or the searches whose names match a pattern.
    fn matching(&mut self, pattern: &str) -> Result<Vec<ConditionExpr>, Note> {
        self.charge(self.searches.len())?;
        let them = pattern.eq_ignore_ascii_case("them") && !self.has(pattern);
        let matches = |name: &str| if them { !name.starts_with('_') } else { matches_stars(pattern, name) };
        let found = self.searches.iter().enumerate().filter(|(_, search)| matches(&search.name));
        Ok(found.map(|(place, _)| ConditionExpr::Search(place)).collect())
    }
}

/// The condition over the places of the searches, and what to warn of.
pub(super) fn parse(text: &str, names: &mut Names<'_>) -> Result<(ConditionExpr, Vec<Note>), Note> {
    if text.len() > CONDITION_BYTES {
        let what = format!("the condition has more than {CONDITION_BYTES} bytes");
        return Err(Note::new(ProblemKind::TooLarge, what, "group searches by name and use `1 of`"));
    }
    if let Some((_, aggregation)) = text.split_once('|') {
        return Err(aggregation_fault(aggregation.trim()));
    }
    let mut parser = Parser { tokens: tokens(text), next: 0, depth: 0, names, notes: Vec::new() };
    let expr = parser.any()?;
    match parser.peek() {
        None => Ok((expr, parser.notes)),
        Some(token) => {
            let what = format!("the condition goes on with {} where `and` or `or` is expected", quoted(token));
            Err(Note::syntax(what, "join searches by `and` or `or`"))
        }
    }
}

/// The pipes of Sigma version 1, by name.
fn aggregation_fault(aggregation: &str) -> Note {
    let name = aggregation.split(|c: char| c == '(' || c.is_whitespace()).next().unwrap_or_default();
    let what = format!("the aggregation {} of Sigma version 1", quoted(&format!("| {name}")));
    let kind = match name {
        "near" => "temporal",
        _ => "event_count or value_count",
    };
    let fix = format!("write a correlation of type {kind} in a document of its own");
    Note::new(ProblemKind::Unsupported, what, fix)
}

fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for word in text.split_whitespace() {
        let mut rest = word;
        while let Some(at) = rest.find(['(', ')']) {
            let (before, after) = rest.split_at(at);
            let (paren, after) = after.split_at(1);
            found.extend([before, paren].into_iter().filter(|part| !part.is_empty()));
            rest = after;
        }
        found.extend(Some(rest).filter(|part| !part.is_empty()));
    }
    found
}

struct Parser<'t, 'n, 's> {
    tokens: Vec<&'t str>,
    next: usize,
    depth: usize,
    names: &'n mut Names<'s>,
    notes: Vec<Note>,
}

impl<'t> Parser<'t, '_, '_> {
    fn peek(&self) -> Option<&'t str> {
        self.tokens.get(self.next).copied()
    }

    fn accept(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.eq_ignore_ascii_case(word));
        self.next += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<ConditionExpr, Note> {
        let mut parts = vec![self.all()?];
        while self.accept("or") {
            parts.push(self.all()?);
        }
        Ok(joined(parts, ConditionExpr::Any))
    }

    fn all(&mut self) -> Result<ConditionExpr, Note> {
        let mut parts = vec![self.not()?];
        while self.accept("and") {
            parts.push(self.not()?);
        }
        Ok(joined(parts, ConditionExpr::All))
    }

    fn not(&mut self) -> Result<ConditionExpr, Note> {
        self.depth += 1;
        if self.depth > CONDITION_DEPTH {
            let what = format!("the condition is more than {CONDITION_DEPTH} deep");
            return Err(Note::new(ProblemKind::TooLarge, what, "group searches by name and use `1 of`"));
        }
        let expr = if self.accept("not") { ConditionExpr::Not(Box::new(self.not()?)) } else { self.primary()? };
        self.depth -= 1;
        Ok(expr)
    }

    fn primary(&mut self) -> Result<ConditionExpr, Note> {
        if self.accept("(") {
            let inner = self.any()?;
            if !self.accept(")") {
                return Err(Note::syntax("a parenthesis is not closed", "add `)`"));
            }
            return Ok(inner);
        }
        let Some(token) = self.peek() else {
            return Err(Note::syntax("the condition ends where a search is expected", "write the name of a search"));
        };
        let of_follows = self.tokens.get(self.next + 1).is_some_and(|next| next.eq_ignore_ascii_case("of"));
        if of_follows && !self.names.has(token) {
            self.next += 2;
            return self.of(token);
        }
        if ["and", "or", "of", ")"].contains(&token.to_ascii_lowercase().as_str()) && !self.names.has(token) {
            let what = format!("the condition has {} where a search is expected", quoted(token));
            return Err(Note::syntax(what, "write the name of a search there"));
        }
        self.next += 1;
        self.names.search(token)
    }

    /// `quantity of` was read; the searches follow.
    fn of(&mut self, quantity: &str) -> Result<ConditionExpr, Note> {
        let Some(pattern) = self.peek() else {
            return Err(Note::syntax(
                "the condition ends after `of`",
                "write `them` or a pattern such as `selection_*`",
            ));
        };
        self.next += 1;
        let named = self.names.matching(pattern)?;
        if named.is_empty() {
            let hint = self.names.nearest(pattern);
            let what = format!("no search matches {} of the condition", quoted(pattern));
            return Err(Note::syntax(what, format!("add such a search, or change the pattern{hint}")));
        }
        self.quantified(quantity, named)
    }

    fn quantified(&mut self, quantity: &str, named: Vec<ConditionExpr>) -> Result<ConditionExpr, Note> {
        if quantity.eq_ignore_ascii_case("all") {
            return Ok(joined(named, ConditionExpr::All));
        }
        if quantity.eq_ignore_ascii_case("any") || quantity == "1" {
            return Ok(joined(named, ConditionExpr::Any));
        }
        match quantity.parse::<usize>() {
            Ok(number @ 1..) => {
                let what = format!("`{number} of` is not in the specification; it is read as at least {number}");
                self.notes.push(Note::syntax(what, "write `1 of` or `all of` if other tools use the rule"));
                if number > named.len() {
                    let what = format!("`{number} of` asks for more searches than the {} there are", named.len());
                    self.notes.push(Note::new(ProblemKind::NeverMatches, what, "lower the number"));
                }
                Ok(ConditionExpr::AtLeast(number, named))
            }
            _ => {
                let what = format!("the condition has {} before `of`", quoted(quantity));
                Err(Note::syntax(what, "write `1 of` or `all of`"))
            }
        }
    }
}

/// One part stands for itself.
fn joined(mut parts: Vec<ConditionExpr>, join: fn(Vec<ConditionExpr>) -> ConditionExpr) -> ConditionExpr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

/// Does `name` match `pattern`, in which `*` stands for any characters? Each part is taken at its first place, which
/// is right because only the ends are fixed.
fn matches_stars(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

impl ConditionExpr {
    /// Marks the searches that the condition refers to.
    pub(super) fn mark_used(&self, used: &mut [bool]) {
        match self {
            Self::Search(place) => used.iter_mut().skip(*place).take(1).for_each(|used| *used = true),
            Self::Not(inner) => inner.mark_used(used),
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                parts.iter().for_each(|part| part.mark_used(used));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Place;
    use crate::rule::SearchBody;

    const NAMES: [&str; 5] = ["selection", "sel_a", "sel_b", "filter_x", "_hidden"];

    fn parsed(text: &str) -> Result<(ConditionExpr, Vec<Note>), Note> {
        let named = |name: &&str| {
            let body = SearchBody::Any(Vec::new());
            Search { name: (*name).to_owned(), at: Place::default(), body }
        };
        parse(text, &mut Names::new(&NAMES.iter().map(named).collect::<Vec<_>>()))
    }

    /// The condition with all its parentheses and the places of the searches.
    fn shape(expr: &ConditionExpr) -> String {
        let join = |parts: &[ConditionExpr], word: &str| {
            format!("({})", parts.iter().map(shape).collect::<Vec<_>>().join(word))
        };
        match expr {
            ConditionExpr::Search(place) => place.to_string(),
            ConditionExpr::Not(inner) => format!("!{}", shape(inner)),
            ConditionExpr::All(parts) => join(parts, "&"),
            ConditionExpr::Any(parts) => join(parts, "|"),
            ConditionExpr::AtLeast(number, parts) => format!("{number}{}", join(parts, ",")),
        }
    }

    fn check(text: &str, expect: &str) {
        assert_eq!(shape(&parsed(text).unwrap().0), expect, "{text}");
    }

    #[test]
    fn every_form_binds_as_the_specification_says() {
        check("selection", "0");
        check("selection or sel_a and not sel_b", "(0|(1&!2))");
        check("(selection or sel_a) and not sel_b", "((0|1)&!2)");
        check("not selection and sel_a", "(!0&1)");
        check("not not selection", "!!0");
        check("NOT (selection AND sel_a)OR sel_b", "(!(0&1)|2)");
        check("1 of sel_*", "(1|2)");
        check("all of sel_*", "(1&2)");
        check("any of sel_*", "(1|2)");
        check("1 of them", "(0|1|2|3)");
        check("all of _*", "4");
        check("selection and not 1 of filter_*", "(0&!3)");
        check("1 of *el*", "(0|1|2)");
        check("1 of s*n", "0");
        check("2 of sel*", "2(0,1,2)");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, names) in [
            ("", "ends where"),
            ("selection and", "ends where"),
            ("selection sel_a", "`sel_a`"),
            ("(selection", "not closed"),
            ("selection)", "`)`"),
            ("selectoin", "`selectoin`"),
            ("sel_*", "without a quantity"),
            ("1 of nothing_*", "`nothing_*`"),
            ("0 of sel_*", "`0`"),
            ("1 of", "after `of`"),
            ("and selection", "`and`"),
            ("selection | count() by user > 5", "`| count`"),
            ("selection | near sel_a", "`| near`"),
        ] {
            let fault = parsed(text).unwrap_err();
            assert!(fault.what.contains(names), "{text}: {}", fault.what);
            assert!(!fault.fix.is_empty());
        }
        assert!(parsed("selectoin").unwrap_err().fix.contains("did you mean `selection`"));
        assert_eq!(parsed("selection | near sel_a").unwrap_err().kind, ProblemKind::Unsupported);
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}selection{}", "(".repeat(500), ")".repeat(500));
        assert_eq!(parsed(&deep).unwrap_err().kind, ProblemKind::TooLarge);
        let nots = format!("{}selection", "not ".repeat(500));
        assert_eq!(parsed(&nots).unwrap_err().kind, ProblemKind::TooLarge);
        let long = vec!["selection"; 500].join(" and ");
        assert!(parsed(&long).is_ok());
    }

    #[test]
    fn references_of_all_conditions_are_bounded_together() {
        let body = SearchBody::Any(Vec::new());
        let named = |number| Search { name: format!("s{number}"), at: Place::default(), body: body.clone() };
        let searches: Vec<_> = (0..10_000).map(named).collect();
        let mut names = Names::new(&searches);
        let of = |times: usize| vec!["1 of s*"; times].join(" and ");
        assert!(parse(&of(20), &mut names).is_ok());
        let Err(fault) = parse(&of(20), &mut names) else { panic!("refused") };
        assert_eq!(fault.kind, ProblemKind::TooLarge);
    }

    #[test]
    fn more_than_there_are_is_warned_of() {
        let (_, notes) = parsed("9 of sel_*").unwrap();
        assert!(notes.iter().any(|note| note.kind == ProblemKind::NeverMatches));
    }
}
