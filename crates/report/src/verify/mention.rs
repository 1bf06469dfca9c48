//! What a stretch of a report names, and which of the names belong together.

use std::ops::Range;

use super::known::{EMBEDDED, EVIDENCE, Kinds, Names, READING, bit};
use super::line::Line;
use super::relation::Evidence;
use super::token::Kind;
use super::words::concept::*;
use crate::NameKind;

/// A name that the text mentions.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub(super) token: usize,
    pub(super) names: Names,
    pub(super) kinds: Kinds,
    /// Whether it says something about another name rather than being spoken of.
    pub(super) attribute: bool,
    /// Whether a comma or the like parts it from the one before.
    pub(super) cut_before: bool,
    /// Whether it is a name rather than a word.
    pub(super) strict: bool,
}

/// Kinds that describe another name.
const ATTRIBUTES: Kinds = bit(NameKind::Technique)
    | bit(NameKind::Severity)
    | bit(NameKind::Session)
    | bit(NameKind::PrincipalType)
    | bit(NameKind::ResourceType)
    | bit(NameKind::Url)
    | EVIDENCE;

/// Kinds that are no part of what a row shows.
const APART: Kinds = bit(NameKind::Status)
    | bit(NameKind::UserAgentFamily)
    | bit(NameKind::Product)
    | bit(NameKind::Category)
    | READING
    | EMBEDDED;

impl Evidence<'_> {
    /// The mentions of a stretch of tokens. `owned` are tokens that label a number.
    pub(super) fn mentions(&self, line: &Line, tokens: Range<usize>, owned: &[bool]) -> Vec<Mention> {
        let mut mentions: Vec<Mention> = Vec::new();
        let mut cut = false;
        let mut depth = 0_usize;
        let rating = speaks_of_rating(line, tokens.clone());
        for token in tokens {
            match line.kind(token) {
                Some(Kind::Mark(',' | ';')) if depth == 0 => cut = line.word(token + 1) != Some("by"),
                Some(Kind::Mark('(')) => depth += 1,
                Some(Kind::Mark(')')) => depth = depth.saturating_sub(1),
                Some(Kind::Word) if matches!(line.text(token), "and" | "while" | "but" | "whereas") && depth == 0 => {
                    cut = true
                }
                _ => {}
            }
            let found = match line.kind(token) {
                Some(Kind::Name { names, weak: false }) => Some((names.clone(), true)),
                Some(Kind::Word) if !rating => self.severity(line, token, owned).map(|name| (vec![name], false)),
                _ => None,
            };
            let Some((names, strict)) = found else { continue };
            let kinds = self.directory.kinds(&names) & !APART;
            if kinds == 0 {
                continue;
            }
            let attribute = kinds & !ATTRIBUTES == 0;
            let cut_before = std::mem::take(&mut cut);
            mentions.push(Mention { token, names, kinds, attribute, cut_before, strict });
        }
        mentions
    }

    /// A severity that describes something named, rather than a number or the rating of the whole.
    fn severity(&self, line: &Line, token: usize, owned: &[bool]) -> Option<u32> {
        let phrase = line.phrase_at(token).filter(|phrase| phrase.tokens.start == token)?;
        if owned.get(token).copied().unwrap_or(false)
            || !SEVERITIES.contains(phrase.concepts)
            || phrase.concepts.len() != 1
        {
            return None;
        }
        // `with a highest severity of LOW`: the label that follows says which.
        let next = phrase.tokens.end;
        let says_which = (next..next + 3).any(|token| {
            line.phrase_at(token)
                .is_some_and(|phrase| SEVERITIES.contains(phrase.concepts) && !phrase.concepts.is_empty())
        });
        if matches!(line.word(token), Some("highest" | "most")) && says_which {
            return None;
        }
        let position = SEVERITY_ORDER.iter().position(|severity| *severity == phrase.concepts)?;
        let label = security_model::Severity::ALL.get(position)?.label();
        let spelled = line.tokens.get(token).and_then(|token| line.original(token.range()));
        let upper = spelled.is_some_and(|text| text.len() > 2 && text.bytes().all(|b| b.is_ascii_uppercase()));
        let severity_word = phrase.tokens.len() > 1
            || line
                .word(token + 1)
                .is_some_and(|word| matches!(word, "finding" | "findings" | "severity" | "alert" | "issue"));
        // `Security Hub rates it as low`, `it is rated low`
        let before = token.checked_sub(1).and_then(|before| line.word(before));
        let rated = matches!(before, Some("as" | "rated" | "graded" | "classed" | "classified" | "ranked"));
        let telling =
            upper || severity_word || rated || (line.is_mark(token + 1, ':') && token == 0) || line.tokens.len() == 1;
        // `high-risk`, `high number`
        telling.then(|| self.directory.id(label)).flatten()
    }

    /// Mentions that belong together, from a sentence's mentions.
    pub(super) fn groups(mentions: Vec<Mention>) -> Vec<Vec<Mention>> {
        let mut pieces: Vec<Vec<Mention>> = Vec::new();
        for mention in mentions {
            match pieces.last_mut() {
                Some(piece) if !mention.cut_before => piece.push(mention),
                _ => pieces.push(vec![mention]),
            }
        }
        let mut groups: Vec<Vec<Mention>> = Vec::new();
        for piece in pieces {
            let kinds_in_piece = kinds_of(&piece);
            let starts_anew = groups.last().is_some_and(|group: &Vec<Mention>| {
                kind_count(kinds_of(group)) >= 2
                    && kind_count(kinds_in_piece) >= 2
                    && kinds_of(group) & kinds_in_piece != 0
            });
            if !starts_anew && !groups.is_empty() {
                if let Some(group) = groups.last_mut() {
                    group.extend(piece);
                }
                continue;
            }
            // What the new group does not name itself it has from the one before.
            let inherited: Vec<Mention> = groups.last().map_or_else(Vec::new, |group| {
                group
                    .iter()
                    .filter(|mention| mention.kinds & kinds_in_piece == 0 && !mention.attribute)
                    .cloned()
                    .collect()
            });
            groups.push(inherited.into_iter().chain(piece).collect());
        }
        groups
    }
}

fn kinds_of(mentions: &[Mention]) -> Kinds {
    mentions.iter().fold(0, |kinds, mention| kinds | mention.kinds)
}

fn kind_count(kinds: Kinds) -> u32 {
    kinds.count_ones()
}

fn speaks_of_rating(line: &Line, mut tokens: Range<usize>) -> bool {
    tokens.any(|token| {
        matches!(line.word(token), Some("rating" | "posture" | "overall"))
            || (matches!(line.word(token), Some("risk" | "threat"))
                && matches!(line.word(token + 1), Some("level" | "rating" | "is" | "assessment")))
    })
}
