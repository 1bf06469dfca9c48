//! The report and the evidence side by side, each indexed once.

use std::collections::HashMap;
use std::ops::Range;

use security_model::{Coverage, Unit};

use super::Span;
use super::clock::Clock;
use super::document::{self, Document, Place};
use super::enumeration;
use super::known::{Directory, Kinds, Names};
use super::label::{self, Level, Mark, Outside};
use super::line::{self, Line};
use super::measure::Measures;
use super::rows::Rows;
use super::token::Kind;
use super::words::concept::SEVERITIES;
use crate::FactSet;

/// Cells of a row that are looked at for each other.
const WIDEST_ROW: usize = 24;

/// Everything a judgement looks at.
pub(super) struct Reading<'a> {
    pub(super) text: &'a str,
    pub(super) facts: &'a FactSet,
    pub(super) coverage: &'a Coverage,
    pub(super) directory: Directory,
    pub(super) measures: Measures,
    pub(super) rows: Rows,
    pub(super) clock: Clock,
    pub(super) document: Document,
    pub(super) lines: Vec<Line>,
    /// Positions of facts by their id.
    positions: HashMap<&'a str, u32>,
    /// Lengths by path of the list.
    lengths: HashMap<String, Vec<u64>>,
    /// Lengths of the report's lists and tables by the paragraph that introduces them.
    introduced: HashMap<usize, Vec<usize>>,
}

impl<'a> Reading<'a> {
    pub(super) fn of(report: &'a str, facts: &'a FactSet, coverage: &'a Coverage) -> Self {
        let directory = Directory::of(facts, coverage);
        let measures = Measures::of(facts, &directory);
        let rows = Rows::of(facts, &directory);
        let document = document::read(report);
        let advice: Vec<bool> =
            document.blocks.iter().map(|block| stands_under_advice(&document, block.heading)).collect();
        let lines =
            document.blocks.iter().zip(advice).map(|(block, advice)| line::read(block, &directory, &measures, advice));
        let lines = lines.collect();
        let lengths = lengths(facts);
        let introduced = introduced(&document);
        Self {
            text: report,
            facts,
            coverage,
            directory,
            measures,
            rows,
            clock: Clock::of(facts),
            document,
            lines,
            positions: (0_u32..).zip(&facts.facts).map(|(position, fact)| (fact.id.as_str(), position)).collect(),
            lengths,
            introduced,
        }
    }

    /// The position of a fact.
    pub(super) fn position(&self, fact: &str) -> Option<u32> {
        self.positions.get(fact).copied()
    }

    /// Where some tokens of a block stand in the report.
    pub(super) fn span(&self, block: usize, tokens: Range<usize>) -> Option<Span> {
        let line = self.lines.get(block)?;
        let first = line.tokens.get(tokens.start)?;
        let last = line.tokens.get(tokens.end.checked_sub(1)?)?;
        let span = self.document.blocks.get(block)?.shadow.span(first.start..last.end);
        // Markdown inside quotations may have been read from elsewhere by a byte or two: never cut a character.
        let end = span.end.min(self.text.len());
        let start = (0..=span.start.min(end)).rev().find(|at| self.text.is_char_boundary(*at))?;
        let end = (end..=self.text.len()).find(|at| self.text.is_char_boundary(*at))?;
        Some(Span { start, end })
    }

    /// What stands around a block.
    pub(super) fn outside(&self, block: usize) -> Outside {
        let mut outside = Outside::default();
        let Some(place) = self.document.blocks.get(block) else { return outside };
        let mut add = |other: Option<usize>, level: Level| {
            if let Some(line) = other.and_then(|other| self.lines.get(other)) {
                let around = label::outside(line, level);
                // Several severities in a heading say nothing about any one number.
                let severities = around.marks.iter().filter(|mark| SEVERITIES.contains(mark.concepts)).count();
                let marks =
                    around.marks.into_iter().filter(|mark| severities < 2 || !SEVERITIES.contains(mark.concepts));
                outside.marks.extend(marks);
                outside.names.extend(around.names);
            }
        };
        add(place.heading, Level::Outer);
        let lead_is_item = place
            .lead
            .and_then(|lead| self.document.blocks.get(lead))
            .is_some_and(|lead| matches!(lead.place, Place::Item { .. }));
        let announces =
            place.lead.and_then(|lead| self.lines.get(lead)).is_some_and(|line| line.lower.trim_end().ends_with(':'));
        add(
            place.lead,
            if lead_is_item {
                Level::Clause
            } else if announces {
                Level::Sentence
            } else {
                Level::Outer
            },
        );
        if let Place::Cell { table, row, column } = place.place {
            let column_header = self.cell(table, 0, column).filter(|_| row > 0);
            let first = self.row_header(table, row).filter(|first| *first != block);
            for line in [column_header, first].into_iter().flatten().filter_map(|cell| self.lines.get(cell)) {
                let around = label::header(line);
                outside.unknown = outside.unknown.max(around.unknown);
                outside.marks.extend(around.marks);
                outside.names.extend(around.names);
            }
            // `| Login result | n |`: what the rows are, for the numbers in them.
            let kind_of_row = self.cell(table, 0, 0).filter(|_| row > 0 && column > 0);
            if let Some(line) = kind_of_row.and_then(|cell| self.lines.get(cell)) {
                outside.marks.extend(label::outside(line, Level::Sentence).marks);
            }
            let cells =
                self.document.tables.get(table).and_then(|table| table.rows.get(row)).map_or(&[][..], Vec::as_slice);
            for cell in cells.iter().copied().filter(|cell| *cell != block && Some(*cell) != first).take(WIDEST_ROW) {
                // What a neighbouring cell counts is not what this one counts; what it names is.
                let Some(line) = self.lines.get(cell) else { continue };
                let around = label::outside(line, Level::Clause);
                outside.names.extend(around.names);
                outside.marks.extend(around.marks.iter().map(|mark| Mark { level: Level::Sentence, ..*mark }));
            }
            return outside;
        }
        outside
    }

    fn cell(&self, table: usize, row: usize, column: usize) -> Option<usize> {
        self.document.tables.get(table)?.rows.get(row)?.get(column).copied()
    }

    /// The cell that says what a row is about: the first that holds more than a number.
    pub(super) fn row_header(&self, table: usize, row: usize) -> Option<usize> {
        let cells = self.document.tables.get(table)?.rows.get(row)?;
        cells.iter().copied().find(|cell| {
            self.lines.get(*cell).is_some_and(|line| {
                line.tokens.iter().any(|token| {
                    matches!(token.kind, Kind::Word | Kind::Name { .. } | Kind::Unknown | Kind::Foreign(_))
                })
            })
        })
    }

    /// Where a block stands.
    pub(super) fn place(&self, block: usize) -> Option<Place> {
        self.document.blocks.get(block).map(|block| block.place)
    }

    /// The text that says what the row of a cell is about.
    pub(super) fn row_label(&self, block: usize) -> Option<&str> {
        let Place::Cell { table, row, .. } = self.place(block)? else { return None };
        self.row_header(table, row).and_then(|header| self.lines.get(header)).map(|header| header.lower.trim())
    }

    /// The text above a column.
    pub(super) fn column_header(&self, block: usize) -> Option<&str> {
        match self.place(block)? {
            Place::Cell { table, row, column } if row > 0 => {
                self.cell(table, 0, column).and_then(|cell| self.lines.get(cell)).map(|line| line.lower.as_str())
            }
            _ => None,
        }
    }

    /// Lengths of the lists that hold a name.
    pub(super) fn lengths_with(&self, names: &Names) -> Vec<u64> {
        let rows = names.iter().filter_map(|name| self.directory.get(*name)).flat_map(|known| &known.rows);
        let mut lists: Vec<&str> =
            rows.filter_map(|row| self.facts.rows.get(*row as usize)).map(|row| row.list.as_str()).collect();
        lists.sort_unstable();
        lists.dedup();
        let lengths = lists.iter().filter_map(|list| self.lengths.get(*list)).flatten();
        lengths.copied().collect()
    }

    /// Whether there is a list of this path.
    pub(super) fn has_list(&self, path: &str) -> bool {
        self.lengths.contains_key(path)
    }

    /// Lengths of a list.
    pub(super) fn lengths_of(&self, path: &str) -> Vec<u64> {
        self.lengths.get(path).cloned().unwrap_or_default()
    }

    /// How many names of `kinds` the rows of `name` hold, among rows that hold another name of the sentence as well.
    pub(super) fn row_sizes(&self, line: &Line, at: usize, name: &Names, kinds: Kinds) -> Vec<u64> {
        let (_, sentence) = line.sentence_of(at);
        let others: Vec<&Names> = sentence
            .filter_map(|token| match line.kind(token) {
                Some(Kind::Name { names, weak: false }) if self.directory.kinds(names) & kinds == 0 => Some(names),
                _ => None,
            })
            .collect();
        let rows =
            name.iter().filter_map(|name| self.directory.get(*name)).flat_map(|known| known.rows.iter().copied());
        rows.filter(|row| others.is_empty() || others.iter().any(|other| self.rows.holds(*row, other)))
            .filter_map(|row| self.facts.rows.get(row as usize))
            .map(|row| row.names.iter().filter(|name| super::known::bit(name.kind) & kinds != 0).count() as u64)
            .collect()
    }

    /// Lengths of the lists and tables that a paragraph introduces.
    pub(super) fn introduced_by(&self, block: usize) -> &[usize] {
        self.introduced.get(&block).map_or(&[], Vec::as_slice)
    }

    /// Items before a block, with a name of theirs.
    pub(super) fn items_before(&self, block: usize) -> Vec<(usize, Names)> {
        enumeration::items_before(self, block)
    }
}

/// Whether a heading, or one above it, announces advice.
fn stands_under_advice(document: &Document, heading: Option<usize>) -> bool {
    let mut heading = heading;
    let mut steps = 0;
    while let Some(block) = heading.and_then(|heading| document.blocks.get(heading)) {
        if line::is_advice_heading(&block.shadow.lower) {
            return true;
        }
        steps += 1;
        if steps > 6 {
            return false;
        }
        heading = block.heading.filter(|above| Some(*above) != heading);
    }
    false
}

fn introduced(document: &Document) -> HashMap<usize, Vec<usize>> {
    let lead = |block: Option<&usize>| block.and_then(|block| document.blocks.get(*block)).and_then(|block| block.lead);
    let lists = document.lists.iter().map(|items| (lead(items.first()), items.len()));
    let tables = document
        .tables
        .iter()
        .map(|table| (lead(table.rows.first().and_then(|row| row.first())), table.rows.len().saturating_sub(1)));
    let mut introduced: HashMap<usize, Vec<usize>> = HashMap::new();
    for (lead, length) in lists.chain(tables) {
        if let Some(lead) = lead {
            introduced.entry(lead).or_default().push(length);
        }
    }
    introduced
}

/// Lengths of lists: as counted in the answer, and as given.
fn lengths(facts: &FactSet) -> HashMap<String, Vec<u64>> {
    let mut lengths: HashMap<String, Vec<u64>> = HashMap::new();
    for row in &facts.rows {
        let known = lengths.entry(row.list.clone()).or_insert_with(|| vec![0]);
        if let Some(count) = known.first_mut() {
            *count += 1;
        }
    }
    let whole = || facts.facts.iter().filter(|fact| fact.scope.as_str() == "all");
    let lengths_of = || whole().filter_map(|fact| fact.metric.strip_suffix(".length").map(|path| (path, fact)));
    let units: HashMap<&str, Unit> = lengths_of().map(|(path, fact)| (path, fact.unit)).collect();
    for (path, fact) in lengths_of() {
        let value = fact.value;
        // What was counted in the answer goes before the rows at hand, which may be the first only.
        if let Some(known) = lengths.get_mut(path) {
            *known = vec![value];
            continue;
        }
        // Part of a list counts as well: `events.by_source_ip.public`.
        let mut list = path;
        loop {
            if let Some(known) = lengths.get_mut(list) {
                if units.get(list).is_none_or(|unit| *unit == fact.unit) {
                    known.push(value);
                }
                break;
            }
            match list.rsplit_once('.') {
                Some((above, _)) => list = above,
                None => break,
            }
        }
    }
    lengths
}
