//! Sections, and fitting them into a byte limit.

use security_model::SafeText;
use security_model::summary::NamedCount;

use super::text::{counts, length, number, series};
use crate::Detail;

/// How long a section is kept when space is short: higher stays longer. The variants are in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Keep {
    /// Nice to have.
    Background,
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
    /// Title, answer, and what was read.
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
    /// Length of the whole list that `rows` is the beginning of.
    pub(crate) total: u64,
}

/// A section of one line per list: how long the list is, and its first rows. `None` when every list is empty.
///
/// Each list comes with its name and where the whole of it is in the answer.
pub(crate) fn named_counts(
    heading: &'static str,
    lists: &[(&str, &[NamedCount], &'static str)],
    shown: usize,
) -> Option<Section> {
    let (_, _, path) = lists.first()?;
    let lines: Vec<String> = lists
        .iter()
        .filter(|(_, list, _)| !list.is_empty())
        .map(|(name, list, path)| {
            let counted: Vec<(&SafeText, u64)> = list.iter().map(|row| (&row.name, row.count)).collect();
            format!("- {name} ({}): {}", number(length(list)), counts(counted, shown, path))
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let lead = vec![lines.join("\n")];
    Some(Section { heading, keep: Keep::Context, path, lead, rows: vec![], total: 0 })
}

impl Keep {
    /// All levels, highest first.
    const LEVELS: [Self; 7] =
        [Self::Headline, Self::Gaps, Self::Urgent, Self::Key, Self::Supporting, Self::Context, Self::Background];

    /// Rows that sections of this level may have before sections of the next level come in.
    const fn first_rows(self) -> usize {
        match self {
            Self::Urgent => 5,
            _ => 2,
        }
    }
}

/// Rows that a section comes in with, if there is room for them.
const ENTRY_ROWS: usize = 2;

impl Section {
    fn render(&self, rows: usize, out: &mut String) {
        let level = if self.keep == Keep::Headline { "#" } else { "##" };
        out.push_str(&format!("{level} {}\n", self.heading));
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
            let whole =
                if self.path.is_empty() { "pass `detail=full`".to_owned() } else { format!("see `{}`", self.path) };
            out.push_str(&format!("- … {} more: {whole}\n", number(left_out)));
        }
    }

    /// How a section that is left out is referred to.
    fn reference(&self) -> String {
        if self.path.is_empty() { format!("\"{}\"", self.heading) } else { format!("`{}`", self.path) }
    }
}

/// A section and how many of its rows are shown; `None` leaves it out.
struct Placed {
    section: Section,
    shown: Option<usize>,
}

struct Page {
    placed: Vec<Placed>,
    footer: &'static str,
}

/// Lays the sections out in their order, within `max_bytes`.
///
/// Sections come in by importance, level by level, each with its first rows; the room that remains goes to further rows,
/// again by importance. Sections of one level share it evenly.
pub(crate) fn fit(sections: Vec<Section>, footer: &'static str, detail: Detail, max_bytes: usize) -> String {
    let mut page =
        Page { placed: sections.into_iter().map(|section| Placed { section, shown: None }).collect(), footer };
    page.show_all(detail);
    if page.render(true).len() > max_bytes {
        page.hide_all();
        for level in Keep::LEVELS {
            page.admit(level, detail, max_bytes);
            page.add_rows(level, level.first_rows(), max_bytes);
        }
        for level in Keep::LEVELS {
            page.add_rows(level, usize::MAX, max_bytes);
        }
    }
    let whole = page.render(true);
    if whole.len() <= max_bytes { whole } else { page.render(false) }
}

impl Page {
    fn show_all(&mut self, detail: Detail) {
        for placed in self.placed.iter_mut().filter(|placed| placed.section.is_part_of(detail)) {
            placed.shown = Some(placed.section.rows.len());
        }
    }

    fn hide_all(&mut self) {
        for placed in &mut self.placed {
            placed.shown = None;
        }
    }

    fn admit(&mut self, level: Keep, detail: Detail, max_bytes: usize) {
        for index in self.of_level(level) {
            let Some(section) = self.placed.get(index).map(|placed| &placed.section) else { continue };
            if !section.is_part_of(detail) {
                continue;
            }
            if level == Keep::Headline {
                self.admit_headline(index, max_bytes);
            } else {
                let most = section.rows.len().min(ENTRY_ROWS);
                let least = usize::from(section.lead.is_empty()).min(most);
                self.set(index, (least..=most).rev(), |page| page.render(true).len() <= max_bytes);
            }
        }
    }

    /// The headline goes in before anything is known about the rest, and loses its last paragraphs if it must.
    fn admit_headline(&mut self, index: usize, max_bytes: usize) {
        loop {
            if self.set(index, [0], |page| page.render(false).len() <= max_bytes) {
                return;
            }
            let Some(placed) = self.placed.get_mut(index) else { return };
            if placed.section.lead.pop().is_none() {
                return;
            }
        }
    }

    /// Adds rows in turn to the sections of a level, up to `most` rows each, until none fits.
    fn add_rows(&mut self, level: Keep, most: usize, max_bytes: usize) {
        let mut open = self.of_level(level);
        while !open.is_empty() {
            open.retain(|index| self.add_row(*index, most, max_bytes));
        }
    }

    fn add_row(&mut self, index: usize, most: usize, max_bytes: usize) -> bool {
        let Some(shown) = self.rows_to_add_to(index).filter(|shown| *shown < most) else { return false };
        let fits = self.set(index, [shown + 1], |page| page.render(true).len() <= max_bytes);
        if !fits {
            self.set(index, [shown], |_| true);
        }
        fits
    }

    /// Rows shown of a section that has more.
    fn rows_to_add_to(&self, index: usize) -> Option<usize> {
        let placed = self.placed.get(index)?;
        placed.shown.filter(|shown| *shown < placed.section.rows.len())
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

    /// The page, with or without its closing lines.
    fn render(&self, closing: bool) -> String {
        let mut out = String::new();
        for placed in &self.placed {
            if let Some(rows) = placed.shown {
                if !out.is_empty() {
                    out.push('\n');
                }
                placed.section.render(rows, &mut out);
            }
        }
        if closing {
            let left_out: Vec<String> = self
                .placed
                .iter()
                .filter(|placed| placed.shown.is_none())
                .map(|placed| placed.section.reference())
                .collect();
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

impl Section {
    fn is_part_of(&self, detail: Detail) -> bool {
        detail != Detail::Summary || self.keep >= Keep::Key
    }
}
