//! A report as sections of lines, and fitting it into a number of words.

use super::Asked;
use super::brief::Brief;

/// Words that a token may turn into when names are put back: titles are sentences.
const WORDS_OF_A_TITLE: usize = 14;

/// A line, and whether the report can do without it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    optional: bool,
}

/// A heading with its lines.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) heading: &'static str,
    pub(super) lines: Vec<Line>,
}

impl Section {
    pub(super) const fn new(heading: &'static str) -> Self {
        Self { heading, lines: Vec::new() }
    }

    pub(super) fn must(mut self, text: impl Into<String>) -> Self {
        self.lines.push(Line { text: text.into(), optional: false });
        self
    }

    pub(super) fn may(mut self, text: impl Into<String>) -> Self {
        self.lines.push(Line { text: text.into(), optional: true });
        self
    }
}

/// A report before it is written out.
#[derive(Clone, Debug)]
pub(super) struct Report {
    title: &'static str,
    pub(super) sections: Vec<Section>,
}

impl Report {
    pub(super) const fn new(title: &'static str, sections: Vec<Section>) -> Self {
        Self { title, sections }
    }

    /// For an input that is not one of ours.
    pub(super) fn without_facts() -> Self {
        let summary = Section::new("Summary").must("The input held no list of facts, so this report claims nothing.");
        Self::new("Report", vec![summary])
    }

    /// Adds a line at the end of a section, or of the last one.
    pub(super) fn add(&mut self, heading: &str, text: impl Into<String>) {
        let line = Line { text: text.into(), optional: false };
        let at = self.sections.iter().position(|section| section.heading == heading);
        let index = at.unwrap_or_else(|| self.sections.len().saturating_sub(1));
        if let Some(section) = self.sections.get_mut(index) {
            section.lines.push(line);
        }
    }

    /// Every line that may be spoilt.
    pub(super) fn lines_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.sections.iter_mut().flat_map(|section| section.lines.iter_mut().map(|line| &mut line.text))
    }

    /// Keeps the lines for which it is true.
    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        for section in &mut self.sections {
            section.lines.retain(|line| keep(&line.text));
        }
    }

    /// Markdown of at most so many words, as far as leaving out optional lines goes; the last ones go first.
    pub(super) fn fit(mut self, limit: usize) -> String {
        while self.words() > limit && self.drop_one() {}
        self.markdown()
    }

    fn drop_one(&mut self) -> bool {
        // The longest section gives first, so that no section is emptied for another's sake.
        let longest = self
            .sections
            .iter_mut()
            .filter(|section| section.lines.iter().any(|line| line.optional))
            .max_by_key(|section| section.lines.iter().map(|line| words(&line.text)).sum::<usize>());
        let Some(section) = longest else { return false };
        let last = section.lines.iter().rposition(|line| line.optional);
        last.map(|at| section.lines.remove(at)).is_some()
    }

    fn words(&self) -> usize {
        let headings = self.sections.iter().map(|section| words(section.heading) + 1).sum::<usize>();
        let lines = self.sections.iter().flat_map(|section| &section.lines).map(|line| words(&line.text));
        headings + words(self.title) + 1 + lines.sum::<usize>()
    }

    fn markdown(&self) -> String {
        let mut text = format!("# {}\n", self.title);
        for section in &self.sections {
            text.push_str(&format!("\n## {}\n\n", section.heading));
            let mut number = 0;
            let mut in_list = true;
            for (index, line) in section.lines.iter().enumerate() {
                let numbered = line.text.strip_prefix(NUMBERED);
                let is_item = numbered.is_some() || line.text.starts_with("- ") || line.text.starts_with('|');
                if index > 0 && !(is_item && in_list) {
                    text.push('\n');
                }
                in_list = is_item;
                match numbered {
                    Some(action) => {
                        number += 1;
                        text.push_str(&format!("{number}. {action}\n"));
                    }
                    None => text.push_str(&format!("{}\n", line.text)),
                }
            }
        }
        text
    }
}

/// Opens a line that gets a number when the report is written out.
pub(super) const NUMBERED: &str = "#. ";

/// Words as `wc -w` would count them once names are back in place.
fn words(text: &str) -> usize {
    text.split_whitespace().map(|word| if word.contains("TITLE_") { WORDS_OF_A_TITLE } else { 1 }).sum()
}

/// The lowest "under N words" among the requirements, else what the brief's subject has by default.
pub(super) fn word_limit(brief: &Brief<'_>, requirements: &[Asked]) -> usize {
    let asked = requirements.iter().filter_map(|requirement| under_words(&requirement.description)).min();
    // One below: the limit itself is too much.
    asked.unwrap_or(if brief.is_security_hub() { 300 } else { 350 }).saturating_sub(1)
}

fn under_words(description: &str) -> Option<usize> {
    let words: Vec<&str> = description.split_whitespace().collect();
    words.windows(3).find_map(|window| match window {
        [under, number, unit] if under.eq_ignore_ascii_case("under") && unit.starts_with("word") => number.parse().ok(),
        _ => None,
    })
}
