//! Goes through a report claim by claim.

use std::collections::BTreeSet;

use security_model::{SafeText, TextKind};

use super::all_clear;
use super::completeness::{self, Says};
use super::count::{self, Finding};
use super::document::Place;
use super::exempt::{self, picks_the_first, speaks_of_itself};
use super::label::{Label, Level, Outside};
use super::line::Line;
use super::quantity::{Amount, Quantity};
use super::report::Reading;
use super::token::Kind;
use super::words::advice;
use super::words::concept::{COUNTED, FILE, HEADS, SEEN};
use super::{Claim, Issue, Judgement, Span};
use super::{bulk, enumeration, outcome, points, ranking, rating, share, times, vicinity};

/// Issues that are listed; the counts go on.
const MAX_ISSUES: usize = 200;

/// What was found so far.
pub(super) struct Judge<'a> {
    pub(super) reading: &'a Reading<'a>,
    pub(super) report: &'a str,
    pub(super) claims: Vec<Claim>,
    pub(super) issues: Vec<Issue>,
    pub(super) stated: BTreeSet<String>,
}

/// What is known of a line while it is judged.
pub(super) struct Marks {
    /// By token: part of the label of a number.
    pub(super) owned: Vec<bool>,
    /// By token: a name with a number of its own that is right.
    pub(super) numbered: Vec<bool>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(reading: &'a Reading<'a>, report: &'a str) -> Self {
        Self { reading, report, claims: Vec::new(), issues: Vec::new(), stated: BTreeSet::new() }
    }

    /// Judges everything.
    pub(super) fn run(&mut self) {
        let mut row: Vec<(usize, Marks)> = Vec::new();
        let mut row_at = None;
        for block in 0..self.reading.document.blocks.len() {
            let place = self.reading.place(block);
            let at = match place {
                Some(Place::Cell { table, row, .. }) if row > 0 => Some((table, row)),
                _ => None,
            };
            if at != row_at {
                self.row(&std::mem::take(&mut row));
                row_at = at;
            }
            let Some(marks) = self.block(block) else { continue };
            if at.is_some() {
                row.push((block, marks));
            } else {
                self.relations_of_block(block, &marks);
            }
        }
        self.row(&row);
        self.links();
        self.claims.sort_by_key(|claim| claim.span);
        self.issues.sort_by_key(|issue| issue.span);
    }

    fn block(&mut self, block: usize) -> Option<Marks> {
        let line = self.reading.lines.get(block)?;
        let outside = self.reading.outside(block);
        let count = line.tokens.len();
        let mut marks = Marks { owned: vec![false; count], numbered: vec![false; count] };
        for index in 0..line.quantities.len() {
            self.quantity(block, line, index, &outside, &mut marks);
        }
        for token in 0..count {
            self.token(block, line, token, &outside);
        }
        for ranked in ranking::judge(self.reading, line).into_iter().chain(bulk::judge(self.reading, line)) {
            self.enter(block, ranked.token..ranked.token + 1, ranked.finding);
        }
        self.completeness(block, line);
        self.all_clear(block, line);
        self.rating(block, line);
        self.outcomes(block, line);
        Some(marks)
    }

    /// "Everything asked for was read" is a claim like any other.
    fn completeness(&mut self, block: usize, line: &Line) {
        let is_text = self.reading.place(block).is_some_and(|place| !matches!(place, Place::Heading(_) | Place::Code));
        // "Turn it on in all regions" is about what to do, not about what was read.
        let statements = line.sentences.iter().filter(|sentence| is_text && !line.is_instruction(sentence.start));
        for sentence in statements {
            let complete = self.reading.coverage.complete;
            let judgement = match completeness::says(line, sentence) {
                Some(Says::Complete) if complete => Judgement::Supported,
                Some(Says::Complete) => Judgement::Contradicted,
                _ => continue,
            };
            let last = sentence.end.saturating_sub(1).max(sentence.start);
            let expected = (!complete).then(|| "not everything asked for was read".to_owned());
            self.enter(
                block,
                sentence.start..last.max(sentence.start + 1),
                Finding { judgement: Some(judgement), expected, ..Finding::default() },
            );
        }
    }

    /// "Nothing needs attention" does not hold where something does.
    fn all_clear(&mut self, block: usize, line: &Line) {
        for sentence in &line.sentences {
            let contradiction = |says| all_clear::contradiction(says, self.reading.facts);
            let Some(expected) = all_clear::says(line, sentence).and_then(contradiction) else { continue };
            let last = sentence.end.saturating_sub(1).max(sentence.start + 1);
            self.contradict(block, sentence.start..last, expected);
        }
    }

    /// "The risk is low" does not hold where it is high, nor does "a low incident" of a critical one.
    fn rating(&mut self, block: usize, line: &Line) {
        for sentence in &line.sentences {
            let Reading { facts, directory, .. } = self.reading;
            let of_whole = rating::contradiction(line, sentence, facts);
            let of_incident = rating::of_incident(line, sentence, directory, facts);
            for (token, right) in of_whole.into_iter().chain(of_incident) {
                self.contradict(block, token..token + 1, right.to_owned());
            }
        }
    }

    /// "`StopLogging` failed" does not hold where every call of it succeeded.
    fn outcomes(&mut self, block: usize, line: &Line) {
        for sentence in &line.sentences {
            for wrong in outcome::judge(line, sentence, &self.reading.directory, self.reading.facts) {
                self.contradict(block, wrong.token..wrong.token + 1, wrong.expected);
            }
        }
    }

    fn contradict(&mut self, block: usize, tokens: std::ops::Range<usize>, expected: String) {
        let judgement = Some(Judgement::Contradicted);
        self.enter(block, tokens, Finding { judgement, expected: Some(expected), ..Finding::default() });
    }

    fn quantity(&mut self, block: usize, line: &Line, index: usize, outside: &Outside, marks: &mut Marks) {
        let Some(quantity) = line.quantities.get(index) else { return };
        let Some(amount) = self.amount(block, line, quantity) else { return };
        if self.is_heading_of_numbers(block, line, amount) || self.is_number_of_title(block, line, quantity) {
            return;
        }
        let label = vicinity::read(line, index, outside, &self.reading.measures, &self.reading.directory);
        for token in &label.owned {
            if let Some(slot) = marks.owned.get_mut(*token) {
                *slot = true;
            }
        }
        let finding = match amount {
            _ if let Some(finding) = points::judge(line, quantity, &label, &self.reading.measures) => finding,
            Amount::Count => self.count(block, line, quantity, &label),
            Amount::Share => share::judge(line, index, quantity, &label, &self.reading.measures),
            Amount::Time { unit } => times::judge_period(self.reading, line, quantity, &label, unit),
            Amount::None | Amount::Some => self.existence(line, quantity, &label),
            Amount::Money if times::is_planned(line, quantity.tokens.start, false) => Finding::default(),
            Amount::Money => Finding { judgement: Some(Judgement::Unsupported), ..Finding::default() },
            Amount::Port => self.port(line, quantity),
            Amount::Inert => Finding::default(),
        };
        let finding = match finding.judgement {
            // `| Total | 126 | 100 |`
            Some(_) if amount == Amount::Share && quantity.value == 100.0 && self.is_total_row(block) => {
                Finding::supported()
            }
            Some(Judgement::Contradicted | Judgement::Unsupported)
                if amount == Amount::Share
                    && (self.is_share_of_row(block, quantity) || self.is_share_of_stated(line, quantity, &label)) =>
            {
                Finding::supported()
            }
            // `Aim for 100% MFA coverage`, `cut them by 50%`
            Some(Judgement::Unsupported | Judgement::Contradicted)
                if amount == Amount::Share && exempt::is_aim(line, quantity, finding.judgement) =>
            {
                Finding::default()
            }
            // `100% of the requested data was read`
            Some(Judgement::Unsupported)
                if amount == Amount::Share && quantity.value == 100.0 && label.near().meets(SEEN | COUNTED) =>
            {
                let holds = self.reading.coverage.complete;
                Finding {
                    judgement: Some(if holds { Judgement::Supported } else { Judgement::Contradicted }),
                    ..finding
                }
            }
            _ => finding,
        };
        if finding.judgement == Some(Judgement::Supported) {
            let of: Vec<u32> = finding
                .facts
                .iter()
                .filter_map(|fact| self.reading.facts.facts.get(*fact as usize))
                .filter_map(|fact| self.reading.directory.id(fact.scope.as_str()))
                .collect();
            let is_counted = |token: &usize| matches!(line.kind(*token), Some(Kind::Name { names, .. }) if names.iter().any(|name| of.contains(name)));
            for token in label.owned.iter().copied().filter(is_counted) {
                if let Some(slot) = marks.numbered.get_mut(token) {
                    *slot = true;
                }
            }
        }
        self.enter(block, quantity.tokens.clone(), finding);
    }

    fn is_beyond_first_column(&self, block: usize) -> bool {
        matches!(self.reading.place(block), Some(Place::Cell { column: 1.., .. }))
    }

    /// `| Call | No. |`
    fn is_heading_of_numbers(&self, block: usize, line: &Line, amount: Amount) -> bool {
        let alone = matches!(line.lower.trim(), "no" | "no.");
        amount == Amount::None && alone && matches!(self.reading.place(block), Some(Place::Cell { row: 0, .. }))
    }

    /// `# Findings review, working paper 2`
    fn is_number_of_title(&self, block: usize, line: &Line, quantity: &Quantity) -> bool {
        let last = quantity.tokens.end == line.tokens.len();
        let of = quantity.tokens.start.checked_sub(1).filter(|before| line.word(*before).is_some());
        let of_nothing_counted = of.is_some_and(|before| line.phrase_at(before).is_none());
        matches!(self.reading.place(block), Some(Place::Heading(_))) && last && of_nothing_counted
    }

    /// What kind of number it is, given the column it stands in; `None` for one that only numbers rows.
    fn amount(&self, block: usize, line: &Line, quantity: &Quantity) -> Option<Amount> {
        let alone = line.quantities.len() == 1 && line.tokens.len() <= 2;
        let Some(header) = self.reading.column_header(block) else { return Some(quantity.amount) };
        let header = header.trim();
        let counts = self.is_beyond_first_column(block) && matches!(header, "no" | "no." | "nr" | "nr." | "#");
        let numbers_rows = matches!(
            header,
            "" | "#" | "no" | "no." | "nr" | "nr." | "rank" | "id" | "step" | "order" | "priority" | "№"
        ) && !counts;
        if numbers_rows && alone && quantity.amount == Amount::Count {
            return None;
        }
        let is_share = header.contains('%')
            || header
                .split(' ')
                .any(|word| matches!(word, "share" | "percentage" | "percent" | "proportion" | "ratio" | "rate"));
        Some(if is_share && quantity.amount == Amount::Count { Amount::Share } else { quantity.amount })
    }

    fn count(&self, block: usize, line: &Line, quantity: &Quantity, label: &Label) -> Finding {
        let finding = count::judge(quantity, label, &self.reading.measures);
        if let Some(part) = quantity.whole_of.and_then(|part| line.quantities.get(part))
            && (label.own() & HEADS).is_empty()
            && !share::may_be_part(part, quantity, &self.reading.measures)
        {
            return Finding { judgement: Some(Judgement::Misattributed), expected: None, ..finding };
        }
        if finding.judgement == Some(Judgement::Supported) && !enumeration::is_rest(line, quantity) {
            return finding;
        }
        let supported = Finding::supported();
        if enumeration::bears_out(self.reading, block, line, quantity, label) || self.is_quoted(line, quantity, label) {
            return supported;
        }
        if self.refers(block, line, quantity, label)
            || self.is_told_apart(block, line, quantity, label)
            || exempt::is_one_of_several(line, quantity, &self.reading.measures)
        {
            return supported;
        }
        if self.is_advice_figure(line, quantity, label) || picks_the_first(line, quantity) {
            return Finding::default();
        }
        let nothing_named = enumeration::names_before(self.reading, line, quantity.tokens.start).0.is_empty();
        if enumeration::is_rest(line, quantity)
            && (quantity.in_words && nothing_named
                || line.is_advice(quantity.tokens.start)
                || speaks_of_itself(line, quantity))
        {
            // How much advice is left out is no statement about the evidence.
            return Finding::default();
        }
        if enumeration::is_rest(line, quantity) && enumeration::has_list(self.reading, block, line, quantity) {
            return Finding { judgement: Some(Judgement::Contradicted), facts: vec![], expected: None, ..finding };
        }
        let times = matches!(line.word(quantity.tokens.end), Some("time" | "times" | "occasion" | "occasions"))
            && !label.names.is_empty();
        let said = label.own().meets(HEADS) && (label.is_of_a_name() || !(label.near() - HEADS).is_empty());
        let vague = quantity.in_words
            && !times
            && (!label.tells(finding.fit) || label.is_bare())
            && !label.is_foreign
            && !label.is_of_a_name()
            && !said;
        // `one of the principals` counts nothing; `(one and 34)` does.
        let after = |mark| quantity.tokens.start.checked_sub(1).is_some_and(|before| line.is_mark(before, mark));
        // `eu-west-1: one.` does as well.
        let bracketed = after('(') || after(':') && line.word(quantity.tokens.end).is_none();
        // `which fails on one resource`: no number of what is named counts that.
        let uncounted = || {
            let heads = label.own() & HEADS;
            let about = label.names.iter().filter(|(_, level)| *level <= Level::Clause).flat_map(|(names, _)| names);
            let mut about = about.flat_map(|name| self.reading.measures.about(*name));
            !heads.is_empty()
                && label.is_of_a_name()
                && !about.any(|index| self.reading.measures.get(*index).is_some_and(|m| m.head.meets(heads)))
        };
        // `one file is damaged in ca-west-1` is a gap told.
        let of_gap = quantity.value == 1.0 && label.own().meets(FILE) && !self.reading.coverage.complete;
        // `three themes`, `two questions`: what no table knows, and nothing of the evidence beside it.
        let named = || {
            let (_, sentence) = line.sentence_of(quantity.tokens.start);
            sentence.into_iter().any(|token| matches!(line.kind(token), Some(Kind::Name { .. })))
        };
        let uncountable = quantity.in_words && label.is_unheard_of() && quantity.value <= 10.0 && !named();
        let vague = vague || of_gap || uncountable || quantity.in_words && quantity.value == 1.0 && uncounted();
        if vague || (quantity.in_words && quantity.value == 1.0 && label.own().is_empty() && !bracketed) {
            return Finding::default();
        }
        finding
    }

    fn port(&self, line: &Line, quantity: &Quantity) -> Finding {
        let known = advice::PORTS.iter().any(|port| quantity.value == *port as f64);
        let judgement = (!known || !line.is_advice(quantity.tokens.start)).then(|| {
            let digits = format!("{}", quantity.value);
            let said = self.reading.facts.rows.iter().any(|row| {
                let texts = row.names.iter().map(|name| name.text.as_str()).chain([row.reason.as_str()]);
                texts.into_iter().any(|text| text.split(|c: char| !c.is_ascii_digit()).any(|piece| piece == digits))
            });
            if said || known { Judgement::Supported } else { Judgement::Unsupported }
        });
        Finding { judgement, ..Finding::default() }
    }

    fn token(&mut self, block: usize, line: &Line, token: usize, outside: &Outside) {
        let Some(kind) = line.kind(token) else { return };
        match kind {
            Kind::Name { names, weak: false } => self.name(block, token, names),
            Kind::Foreign(shape) => self.foreign(block, line, token, *shape),
            Kind::Unknown => self.unknown(block, line, token),
            Kind::Moment(moment) => {
                let finding = times::judge_moment(self.reading, line, token, *moment, outside);
                self.enter(block, token..token + 1, finding);
            }
            _ => {}
        }
    }

    /// Enters a claim, and an issue when it does not hold.
    pub(super) fn enter(&mut self, block: usize, tokens: std::ops::Range<usize>, finding: Finding) {
        let Some(judgement) = finding.judgement else { return };
        let Some(span) = self.span(block, tokens) else { return };
        let ids: Vec<String> = finding
            .facts
            .iter()
            .filter_map(|fact| self.reading.facts.facts.get(*fact as usize))
            .map(|fact| fact.id.clone())
            .collect();
        if judgement == Judgement::Supported {
            self.stated.extend(ids.iter().cloned());
        } else {
            self.issue(judgement, span, finding.expected, ids.clone());
        }
        self.claims.push(Claim { judgement, span, facts: ids });
    }

    pub(super) fn issue(&mut self, kind: Judgement, span: Span, expected: Option<String>, facts: Vec<String>) {
        if self.issues.len() >= MAX_ISSUES {
            return;
        }
        let text = self.report.get(span.start..span.end).unwrap_or("");
        self.issues.push(Issue {
            kind,
            text: SafeText::from_raw(text, TextKind::Prose),
            span: Some(span),
            expected: expected.map(|text| SafeText::from_raw(&text, TextKind::Prose)),
            facts: facts.into_iter().take(10).collect(),
        });
    }

    /// Where some tokens stand in the report.
    pub(super) fn span(&self, block: usize, tokens: std::ops::Range<usize>) -> Option<Span> {
        self.reading.span(block, tokens)
    }
}
