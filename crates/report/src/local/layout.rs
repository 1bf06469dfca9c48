//! Sections, and fitting them into limits of bytes and words.

use super::text::{length, number, series};
use crate::Detail;

/// How long a section is kept when space is short: higher stays longer. The variants are in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Keep {
    /// Rounds the picture off.
    Context,
    /// Numbers an analyst asks for next.
    Supporting,
    /// Part of the short answer.
    Key,
    /// What needs attention, and what to do.
    Urgent,
    /// What was not read: an answer without it misleads.
    Gaps,
    /// The answer.
    Headline,
}

/// One section. `rows` can be left out from the end; the rest stands or falls with the section.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// Our own words only.
    pub(crate) heading: &'static str,
    /// How long it is kept.
    pub(crate) keep: Keep,
    /// Where the whole of it is in the answer; empty for what only the report has.
    pub(crate) path: &'static str,
    /// Paragraphs, tables, or rows that are always shown together.
    pub(crate) lead: Vec<String>,
    /// One list item each.
    pub(crate) rows: Vec<String>,
    /// Rows that have to be there before those of less important sections come in.
    pub(crate) first: usize,
    /// Length of the whole list that `rows` is the beginning of.
    pub(crate) total: u64,
}

/// The parts of a report, before anything is left out.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) title: &'static str,
    pub(crate) sections: Vec<Section>,
    /// Closing words, where there is room for them; may be empty.
    pub(crate) footer: &'static str,
}

/// The most that a report may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) bytes: usize,
    /// As `wc -w` counts them.
    pub(crate) words: usize,
}

impl Limits {
    fn hold(self, text: &str) -> bool {
        text.len() <= self.bytes && words(text) <= self.words
    }
}

/// Words as `wc -w` counts them.
fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

impl Keep {
    /// All levels, highest first.
    const LEVELS: [Self; 6] = [Self::Headline, Self::Gaps, Self::Urgent, Self::Key, Self::Supporting, Self::Context];
}

impl Section {
    /// Text that is always shown as a whole.
    pub(crate) fn text(heading: &'static str, keep: Keep, path: &'static str, lead: Vec<String>) -> Self {
        Self { heading, keep, path, lead, rows: vec![], first: 0, total: 0 }
    }

    fn render(&self, rows: usize, out: &mut String) {
        out.push_str(&format!("\n## {}\n", self.heading));
        for paragraph in &self.lead {
            out.push_str(&format!("\n{paragraph}\n"));
        }
        let shown: Vec<&String> = self.rows.iter().take(rows).collect();
        let left_out = self.total.saturating_sub(length(&shown));
        if !shown.is_empty() || left_out > 0 {
            out.push('\n');
        }
        for row in shown {
            out.push_str(&format!("{row}\n"));
        }
        if left_out > 0 {
            out.push_str(&self.rest(left_out));
        }
    }

    /// Says what is not shown. How many actions and groups of gaps there are is no fact, so no number is given of those.
    fn rest(&self, left_out: u64) -> String {
        match (self.path, self.keep) {
            ("", _) => "- … more: `detail=full`\n".to_owned(),
            (path, Keep::Gaps) => format!("- … more: `{path}`\n"),
            (path, _) if left_out == self.total => format!("- … {} in all: `{path}`\n", number(left_out)),
            (path, _) => format!("- … {} more: `{path}`\n", number(left_out)),
        }
    }

    /// How a section that is left out is referred to.
    fn reference(&self) -> String {
        if self.path.is_empty() { format!("\"{}\"", self.heading) } else { format!("`{}`", self.path) }
    }

    fn is_part_of(&self, detail: Detail) -> bool {
        detail != Detail::Summary || self.keep >= Keep::Key
    }

    /// Rows without which the section says too little.
    fn least(&self) -> usize {
        match self.keep {
            Keep::Urgent => self.first.min(self.rows.len()),
            _ => usize::from(self.lead.is_empty()).min(self.rows.len()),
        }
    }
}

/// A section and how many of its rows are shown; `None` leaves it out.
struct Placed {
    section: Section,
    shown: Option<usize>,
    /// Whether it stays out.
    closed: bool,
}

impl Placed {
    fn may_be_part_of(&self, detail: Detail) -> bool {
        !self.closed && self.section.is_part_of(detail)
    }
}

struct Page {
    title: &'static str,
    placed: Vec<Placed>,
    footer: &'static str,
}

/// Whether every section of a report of this detail fits with its first rows.
pub(crate) fn has_room(sheet: &Sheet, detail: Detail, most_words: usize) -> bool {
    let mut page = Page::new(sheet.clone());
    for placed in page.placed.iter_mut().filter(|placed| placed.may_be_part_of(detail)) {
        placed.shown = Some(placed.section.first.min(placed.section.rows.len()));
    }
    words(&page.render(true)) <= most_words
}

/// Lays the sections out in their order, within the limits.
///
/// Sections come in by importance, level by level, each with its first rows; the room that remains goes to further rows,
/// again by importance. Sections of one level share it evenly. Words are counted first: what a limit of bytes leaves is
/// always part of what the limit of words leaves.
pub(crate) fn fit(sheet: Sheet, detail: Detail, limits: Limits) -> String {
    let mut page = Page::new(sheet);
    page.lay_out(detail, Limits { bytes: usize::MAX, ..limits });
    page.settle();
    page.lay_out(detail, limits);
    let whole = page.render(true);
    if limits.hold(&whole) { whole } else { page.render(false) }
}

impl Page {
    fn new(sheet: Sheet) -> Self {
        let placed = sheet.sections.into_iter().map(|section| Placed { section, shown: None, closed: false }).collect();
        Self { title: sheet.title, placed, footer: sheet.footer }
    }

    fn lay_out(&mut self, detail: Detail, limits: Limits) {
        self.show_all(detail);
        if limits.hold(&self.render(true)) {
            return;
        }
        for placed in &mut self.placed {
            placed.shown = None;
        }
        // What must be said first, of all levels; then the first rows; then the rest.
        for level in Keep::LEVELS {
            self.admit(level, detail, limits);
        }
        for level in Keep::LEVELS {
            self.add_rows(level, |section| section.first, limits);
        }
        for level in Keep::LEVELS {
            self.add_rows(level, |_| usize::MAX, limits);
        }
    }

    /// Forgets what is not shown: a second pass can only take away.
    fn settle(&mut self) {
        for placed in &mut self.placed {
            placed.closed = placed.shown.is_none();
            placed.section.rows.truncate(placed.shown.unwrap_or(0));
        }
    }

    fn show_all(&mut self, detail: Detail) {
        for placed in self.placed.iter_mut().filter(|placed| placed.may_be_part_of(detail)) {
            placed.shown = Some(placed.section.rows.len());
        }
    }

    fn admit(&mut self, level: Keep, detail: Detail, limits: Limits) {
        for index in self.of_level(level) {
            let Some(placed) = self.placed.get(index).filter(|placed| placed.may_be_part_of(detail)) else { continue };
            let section = &placed.section;
            if level == Keep::Headline {
                self.admit_headline(index, limits);
            } else {
                let most = section.least();
                let least = usize::from(section.lead.is_empty()).min(most);
                self.set(index, (least..=most).rev(), |page| limits.hold(&page.render(true)));
            }
        }
    }

    /// The headline goes in before anything is known about the rest, and loses its last paragraphs if it must.
    fn admit_headline(&mut self, index: usize, limits: Limits) {
        loop {
            if self.set(index, [0], |page| limits.hold(&page.render(false))) {
                return;
            }
            let Some(placed) = self.placed.get_mut(index) else { return };
            if placed.section.lead.pop().is_none() {
                return;
            }
        }
    }

    /// Adds rows in turn to the sections of a level, up to `most` rows each, until none fits.
    fn add_rows(&mut self, level: Keep, most: fn(&Section) -> usize, limits: Limits) {
        let mut open = self.of_level(level);
        while !open.is_empty() {
            open.retain(|index| self.add_row(*index, most, limits));
        }
    }

    fn add_row(&mut self, index: usize, most: fn(&Section) -> usize, limits: Limits) -> bool {
        let Some(shown) = self.rows_to_add_to(index, most) else { return false };
        let fits = self.set(index, [shown + 1], |page| limits.hold(&page.render(true)));
        if !fits {
            self.set(index, [shown], |_| true);
        }
        fits
    }

    /// Rows shown of a section that has more.
    fn rows_to_add_to(&self, index: usize, most: fn(&Section) -> usize) -> Option<usize> {
        let Placed { section, shown, .. } = self.placed.get(index)?;
        shown.filter(|shown| *shown < section.rows.len().min(most(section)))
    }

    /// Shows the first number of rows that is accepted; none of them leaves the section out.
    fn set(&mut self, index: usize, rows: impl IntoIterator<Item = usize>, accept: impl Fn(&Self) -> bool) -> bool {
        for rows in rows {
            if let Some(placed) = self.placed.get_mut(index) {
                placed.shown = Some(rows);
            }
            if accept(self) {
                return true;
            }
        }
        if let Some(placed) = self.placed.get_mut(index) {
            placed.shown = None;
        }
        false
    }

    fn of_level(&self, level: Keep) -> Vec<usize> {
        let placed = self.placed.iter().enumerate();
        placed.filter(|(_, placed)| placed.section.keep == level).map(|(index, _)| index).collect()
    }

    /// The page, with or without its closing lines. Nothing at all when not even the answer is shown.
    fn render(&self, closing: bool) -> String {
        let shown = || self.placed.iter().filter_map(|placed| Some((&placed.section, placed.shown?)));
        if !shown().any(|(section, _)| section.keep == Keep::Headline) {
            return String::new();
        }
        let mut out = format!("# {}\n", self.title);
        for (section, rows) in shown() {
            section.render(rows, &mut out);
        }
        if closing {
            let absent = self.placed.iter().filter(|placed| placed.shown.is_none());
            let left_out: Vec<String> = absent.map(|placed| placed.section.reference()).collect();
            if !left_out.is_empty() {
                out.push_str(&format!("\nNot shown here: {}.\n", series(left_out)));
            }
            if !self.footer.is_empty() {
                out.push_str(&format!("\n{}\n", self.footer));
            }
        }
        out
    }
}
