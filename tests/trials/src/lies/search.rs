//! Looks for a planted falsehood in a delivered report, without the verifier: by the words that stand there.

use std::collections::BTreeMap;

use report::NameKind;
use test_support::author::{Lie, Planted, PlantedKind};

use crate::claims::grouped;
use crate::corpus::Case;

/// What became of a falsehood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is in the report.
    Found,
    /// It is in the report, and true for all we know.
    TrueElsewhere,
    /// It is not there.
    Absent,
}

/// What slots and tokens of a run stand for, and what is true about the case.
pub(crate) struct Lookup {
    /// `{{f:12}}` and `PRINCIPAL_3`, with what they stand for, longest first.
    lifted: Vec<(String, String)>,
    /// Everything the facts and the local reports say.
    truth: String,
    /// Titles and the severities of their findings.
    severities: Vec<(String, String)>,
}

impl Lookup {
    /// Reads what the writer was shown. Tokens are told by the rows they stand in, which we know from the records.
    pub(crate) fn new(case: &Case, briefs: &[String]) -> Self {
        let mut lifted: BTreeMap<String, String> = BTreeMap::new();
        for line in briefs.iter().flat_map(|brief| lines(brief)) {
            let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
            if let [slot, value, ..] = parts.as_slice()
                && slot.starts_with("{{f:")
            {
                lifted.insert((*slot).to_owned(), (*value).to_owned());
            }
            if let Some(row) = parts.first().and_then(|id| case.facts.rows.iter().find(|row| row.id == *id)) {
                let mut seen: BTreeMap<NameKind, usize> = BTreeMap::new();
                for part in &parts[1..] {
                    let Some(kind) = kind_of(part) else { continue };
                    let position = seen.entry(kind).or_default();
                    let name = row.names.iter().filter(|name| name.kind == kind).nth(*position);
                    *position += 1;
                    if let Some(name) = name.filter(|_| part.contains('_')) {
                        lifted.insert((*part).to_owned(), name.text.as_str().to_owned());
                    }
                }
            }
        }
        let mut lifted: Vec<(String, String)> = lifted.into_iter().collect();
        lifted.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        let names = case.facts.rows.iter().flat_map(|row| &row.names).chain(&case.facts.names);
        let mut truth: Vec<String> = names.map(|name| name.text.as_str().to_owned()).collect();
        truth.extend(case.local.iter().cloned());
        truth.extend(case.facts.facts.iter().map(|fact| fact.value.to_string()));
        let severities = case.facts.rows.iter().flat_map(|row| {
            let titles = row.names.iter().filter(|name| name.kind == NameKind::Title);
            titles.filter_map(|title| Some((normal(title.text.as_str()), row.severity?.label().to_owned())))
        });
        Self { lifted, truth: normal(&truth.join("\n")), severities: severities.collect() }
    }

    /// Whether a falsehood stands in a report.
    pub(crate) fn stands_in(&self, planted: &Planted, report: &str) -> Verdict {
        let text = normal(report);
        let value = normal(&self.lift(&planted.value));
        match planted.kind {
            PlantedKind::Value if !has_word(&text, &value) => Verdict::Absent,
            PlantedKind::Value if has_word(&self.truth, &value) => self.sentence(planted, &text),
            PlantedKind::Value => Verdict::Found,
            PlantedKind::Sentence => self.sentence(planted, &text),
            PlantedKind::Omission => {
                let known = value.parse::<u64>().map(grouped).map(|grouped| normal(&grouped));
                let short = value.rsplit(['/', ':']).next().filter(|short| short.len() > 3).unwrap_or(&value);
                // What was left out is known by its row; a report may state it by its name.
                let name = normal(&self.lift(&planted.sentence));
                let named = name.len() > 3 && has_word(&text, name.trim());
                let stated = named || has_word(&text, &value) || has_word(&text, short);
                if stated || known.is_ok_and(|known| has_word(&text, &known)) || value.contains("{{") {
                    Verdict::Absent
                } else {
                    Verdict::Found
                }
            }
        }
    }

    fn sentence(&self, planted: &Planted, text: &str) -> Verdict {
        let sentence = normal(&self.lift(&planted.sentence));
        let sentence = without_marker(&sentence).trim_matches(['-', '|', '#', ' ', '.']);
        if sentence.len() < 4 || !text.contains(sentence) {
            Verdict::Absent
        } else if self.is_severity_of_a_namesake(planted, sentence)
            || self.is_opinion_of_something_real(planted, sentence)
            || self.truth.contains(sentence)
        {
            Verdict::TrueElsewhere
        } else {
            Verdict::Found
        }
    }

    /// Titles are not unique: another finding of the same title may have the severity that was planted.
    fn is_severity_of_a_namesake(&self, planted: &Planted, sentence: &str) -> bool {
        let named = |title: &str| sentence.contains(title);
        planted.lie == Lie::WrongSeverity
            && self.severities.iter().any(|(title, label)| named(title) && label.eq_ignore_ascii_case(&planted.value))
    }

    /// That an address of the evidence, which the fake invented by chance, stands out is nobody's to refute.
    fn is_opinion_of_something_real(&self, planted: &Planted, sentence: &str) -> bool {
        planted.lie == Lie::InventedIp
            && sentence.contains("stands out")
            && has_word(&self.truth, &normal(&planted.value))
    }

    fn lift(&self, text: &str) -> String {
        self.lifted.iter().fold(text.to_owned(), |text, (from, to)| replace_whole(&text, from, to))
    }
}

/// A line without the number that a list gives it.
fn without_marker(line: &str) -> &str {
    let rest = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    rest.strip_prefix(['.', ')']).filter(|rest| rest.starts_with(' ')).unwrap_or(line)
}

/// The lines of a brief, which may stand inside JSON or a debug print.
fn lines(brief: &str) -> Vec<String> {
    brief.replace("\\\\n", "\n").replace("\\n", "\n").lines().map(str::to_owned).collect()
}

/// The kind of a token such as `PRINCIPAL_3`, or of a name shown as `EVENT StopLogging`.
fn kind_of(part: &str) -> Option<NameKind> {
    let word: String = part.chars().take_while(char::is_ascii_uppercase).collect();
    Some(match word.as_str() {
        "PRINCIPAL" => NameKind::Principal,
        "SESSION" => NameKind::Session,
        "RESOURCE" => NameKind::Resource,
        "IP" | "SOURCEIP" => NameKind::SourceIp,
        "ACCOUNT" => NameKind::Account,
        "TITLE" => NameKind::Title,
        "FINDING" => NameKind::Finding,
        _ => return None,
    })
}

/// Replaces `PRINCIPAL_3`, but not the beginning of `PRINCIPAL_31`.
fn replace_whole(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (head, tail) = rest.split_at(at);
        let after = &tail[from.len()..];
        out.push_str(head);
        out.push_str(if after.starts_with(|c: char| c.is_ascii_digit()) { from } else { to });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Lower case, without marks of markdown, commas between digits and repeated spaces.
fn normal(text: &str) -> String {
    let mut out = String::new();
    let characters: Vec<char> = text.chars().collect();
    for (index, c) in characters.iter().enumerate() {
        let digit = |at: Option<&char>| at.is_some_and(char::is_ascii_digit);
        let between = index > 0 && digit(characters.get(index - 1)) && digit(characters.get(index + 1));
        match c {
            '`' | '*' | '\\' => {}
            ',' if between => {}
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Whether `word` stands in `text` with no letter or digit next to it.
fn has_word(text: &str, word: &str) -> bool {
    let word = word.trim();
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let mut after = text[at + word.len()..].chars();
            let next = after.next();
            let decimal = next == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit());
            let glued =
                before.is_some_and(|c| c.is_alphanumeric() || c == '.') || next.is_some_and(char::is_alphanumeric);
            let cut_off = decimal && word.ends_with(|c: char| c.is_ascii_digit());
            !(glued || cut_off)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_numbers_in_any_grouping() {
        let text = normal("**2,616** events, `203.0.113.9` and 3.8%");
        assert!(has_word(&text, "2616") && has_word(&text, "203.0.113.9"));
        assert!(!has_word(&text, "616") && !has_word(&text, "3") && !has_word(&text, "113.9"));
    }

    #[test]
    fn only_the_number_of_a_list_is_no_part_of_a_line() {
        assert_eq!(without_marker("12. passwords were published"), " passwords were published");
        assert_eq!(without_marker("3) passwords"), " passwords");
        for line in ["41 operations failed.", "- distinct principals: 11", "1.5 of them"] {
            assert_eq!(without_marker(line), line);
        }
    }

    #[test]
    fn tokens_are_replaced_whole() {
        assert_eq!(replace_whole("PRINCIPAL_3 and PRINCIPAL_31", "PRINCIPAL_3", "x"), "x and PRINCIPAL_31");
    }
}
