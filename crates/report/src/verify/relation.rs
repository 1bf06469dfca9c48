//! Whether the evidence shows together what a report names together.

use super::enumeration;
use super::known::{Directory, EVIDENCE, Kinds, PLACES, bit};
use super::line::Line;
use super::measure::Measures;
use super::mention::Mention;
use super::metric;
use super::rows::{Rows, bit_of};
use super::token::Kind;
use super::words::concept::*;
use crate::{NameKind, arn};

/// Rows that are gone through for one name. What is in more of them, such as an account, tells nothing.
const MOST_ROWS: usize = 300;
/// Mentions that are compared with each other.
pub(super) const MOST_MENTIONS: usize = 48;

/// Everything relations are judged by.
pub(super) struct Evidence<'a> {
    pub(super) directory: &'a Directory,
    pub(super) measures: &'a Measures,
    pub(super) rows: &'a Rows,
}

impl Evidence<'_> {
    /// Mentions of a group that no row of the evidence bears out.
    pub(super) fn unshown(&self, group: &[Mention], line: &Line, numbered: &[bool]) -> Vec<(usize, Option<u32>)> {
        let mut failing = Vec::new();
        // `(CRITICAL attention-1 and HIGH attention-2)`: each severity is its row's.
        let of_a_row = |mention: &Mention| {
            let next = group.iter().find(|other| other.token == mention.token + 1);
            mention.kinds & bit(NameKind::Severity) != 0 && next.is_some_and(|next| next.kinds & EVIDENCE != 0)
        };
        // `A, B and 1 more`: what follows may be about the one that is not named.
        let cut_short = group.first().is_some_and(|first| {
            let (_, sentence) = line.sentence_of(first.token);
            sentence.into_iter().any(|token| {
                line.quantity_at(token).is_some_and(|(_, quantity)| enumeration::is_rest(line, quantity))
                    || matches!(line.word(token), Some("others" | "etc" | "more"))
            })
        });
        let group = group.get(..MOST_MENTIONS).unwrap_or(group);
        for (position, mention) in group.iter().enumerate() {
            if of_a_row(mention) {
                continue;
            }
            let others = group.iter().enumerate().filter(|(n, other)| *n != position && !of_a_row(other));
            let others: Vec<&Mention> = others.map(|(_, m)| m).collect();
            let of_the_rest = cut_short && mention.attribute;
            let outside_evidence =
                !cut_short && !line.is_advice(mention.token) && !self.is_in_evidence(mention, &others);
            if !of_the_rest && (outside_evidence || !self.is_shown(mention, &others)) {
                failing.push((mention.token, mention.names.first().copied()));
            }
        }
        for pair in group.windows(2) {
            if let [first, second] = pair
                && !of_a_row(second)
                && self.is_joined(line, first, second)
                && !self.pair_is_shown(first, second)
                && !self.pair_has_numbers(first, second, numbered)
            {
                failing.push((second.token, second.names.first().copied()));
            }
        }
        failing.sort_unstable();
        failing.dedup();
        failing
    }

    /// Whether a mention may stand in one row of a table with the others.
    pub(super) fn stands_with(&self, mention: &Mention, others: &[&Mention]) -> bool {
        self.is_shown(mention, others)
    }

    /// Whether some row holds the mention and one of each other kind of mention that its lists know.
    fn is_shown(&self, mention: &Mention, others: &[&Mention]) -> bool {
        let ids = &mention.names;
        if mention.kinds & EVIDENCE != 0 && mention.attribute {
            return self.evidence_is_shown(mention, others);
        }
        ids.iter().any(|id| self.name_is_shown(*id, mention.kinds, others))
    }

    fn name_is_shown(&self, id: u32, kinds: Kinds, others: &[&Mention]) -> bool {
        let Some(known) = self.directory.get(id).filter(|known| known.rows.len() <= MOST_ROWS) else { return true };
        // Kinds of the other mentions that a list of this name could show.
        let mut wanted: Vec<(Kinds, Vec<&Mention>)> = Vec::new();
        for other in others.iter().filter(|other| other.kinds & kinds == 0 && !self.speaks_for(id, other)) {
            match wanted.iter_mut().find(|(kinds, _)| *kinds & other.kinds != 0) {
                Some((kinds, members)) => {
                    *kinds |= other.kinds;
                    members.push(other);
                }
                None => wanted.push((other.kinds, vec![other])),
            }
        }
        // A row says everything about its subject; of other names only what is in the same list can be told.
        let shows = |row: u32, kinds: Kinds, members: &[&Mention]| {
            self.list_shows(row, kinds, members) || (self.rows.is_about(row, id) && self.list_knows(row, kinds))
        };
        wanted.retain(|(kinds, members)| {
            kinds & EVIDENCE == 0 && known.rows.iter().any(|row| shows(*row, *kinds, members))
        });
        if wanted.is_empty() {
            return true;
        }
        let met = |row: u32| -> bool {
            let of_list: Vec<_> = wanted.iter().filter(|(kinds, members)| shows(row, *kinds, members)).collect();
            !of_list.is_empty()
                && of_list.iter().all(|(_, members)| members.iter().any(|member| self.rows.holds(row, &member.names)))
        };
        let good: Vec<u32> = known.rows.iter().copied().filter(|row| met(*row)).collect();
        wanted.iter().all(|(kinds, members)| {
            good.iter().any(|row| shows(*row, *kinds, members))
                || (kinds & bit(NameKind::Severity) != 0 && self.has_findings_of(id, members))
        })
    }

    fn list_knows(&self, row: u32, kinds: Kinds) -> bool {
        let kinds = kinds & !PLACES;
        self.rows.get(row).and_then(|row| self.rows.kinds.get(row.list)).is_some_and(|known| known & kinds != 0)
    }

    /// Whether the list of a row knows this kind, and one of the mentions is in it.
    fn list_shows(&self, row: u32, kinds: Kinds, members: &[&Mention]) -> bool {
        let Some(row) = self.rows.get(row) else { return false };
        // Severities are a closed set: any of them may be said of a row that has one.
        if kinds & bit(NameKind::Severity) != 0
            && self.rows.kinds.get(row.list).is_some_and(|known| known & bit(NameKind::Severity) != 0)
        {
            return true;
        }
        let knows = self.rows.kinds.get(row.list).is_some_and(|known| known & kinds != 0);
        let in_list = |name: &u32| self.rows.lists.get(name).is_some_and(|lists| lists & bit_of(row.list) != 0);
        knows && members.iter().any(|member| member.names.iter().any(in_list))
    }

    /// A resource that has HIGH findings may be called HIGH although it also has CRITICAL ones.
    fn has_findings_of(&self, id: u32, severities: &[&Mention]) -> bool {
        let wanted = severities.iter().flat_map(|mention| &mention.names).filter_map(|name| self.directory.get(*name));
        let wanted =
            wanted.filter_map(|known| metric::severity(&known.text)).fold(Concepts::NONE, |all, one| all | one);
        let measures = self.measures.about(id).iter().filter_map(|index| self.measures.get(*index));
        measures.into_iter().any(|measure| measure.value > 0 && measure.need.meets(wanted))
    }

    /// Whether one of the ids of evidence that stand with a mention is about it, where any could be.
    fn is_in_evidence(&self, mention: &Mention, others: &[&Mention]) -> bool {
        let ids =
            others.iter().filter(|other| other.attribute && other.kinds & EVIDENCE != 0).flat_map(|other| &other.names);
        let rows: Vec<u32> =
            ids.filter_map(|id| self.directory.get(*id)).flat_map(|known| known.rows.iter().copied()).collect();
        let could = rows.iter().any(|row| self.list_knows(*row, mention.kinds));
        mention.attribute || !could || rows.iter().any(|row| self.rows.holds(*row, &mention.names))
    }

    /// An id of evidence stands with the thing its row is about.
    fn evidence_is_shown(&self, mention: &Mention, others: &[&Mention]) -> bool {
        let others: Vec<&&Mention> =
            others.iter().filter(|other| other.kinds & EVIDENCE == 0 || !other.attribute).collect();
        if others.is_empty() {
            return true;
        }
        mention.names.iter().any(|id| {
            let Some(known) = self.directory.get(*id) else { return true };
            known.rows.is_empty()
                || known.rows.iter().any(|row| {
                    let subject = self.rows.subject(*row);
                    let subject_kinds = subject.map_or(0, |subject| self.directory.kinds(&[subject]));
                    let any = others.iter().any(|other| self.rows.holds(*row, &other.names));
                    let alike: Vec<_> = others.iter().filter(|other| other.kinds & subject_kinds != 0).collect();
                    any && (alike.is_empty() || alike.iter().any(|other| self.rows.holds(*row, &other.names)))
                })
        })
    }

    /// Whether one mention contains the other: an ARN its account, a title the user it speaks of. What a finding is on, its
    /// rows say and not its title.
    fn speaks_for(&self, id: u32, other: &Mention) -> bool {
        let Some(known) = self.directory.get(id) else { return false };
        let (title, resource) = (bit(NameKind::Title), bit(NameKind::Resource));
        let is_on = |one: Kinds, other: Kinds| one & title != 0 && other & (title | resource) == resource;
        if is_on(known.kinds, other.kinds) || is_on(other.kinds, known.kinds) {
            return false;
        }
        let text = known.text.to_lowercase();
        other.names.iter().filter_map(|name| self.directory.get(*name)).any(|other| {
            let other = other.text.to_lowercase();
            let last = |text: &str| arn::resource(text).unwrap_or(text).rsplit('/').next().unwrap_or("").to_owned();
            let (a, b) = (last(&text), last(&other));
            (b.len() > 3 && text.contains(&b)) || (a.len() > 3 && other.contains(&a))
        })
    }

    /// Whether the text ties two mentions to each other: `A by B`, `A (B)`, `A: B`.
    fn is_joined(&self, line: &Line, first: &Mention, second: &Mention) -> bool {
        if first.kinds & second.kinds != 0 || second.cut_before || second.token <= first.token {
            return false;
        }
        if !first.strict && !second.strict {
            return false;
        }
        let severity_of_row = first.kinds & bit(NameKind::Severity) != 0 && second.kinds & EVIDENCE != 0;
        if (first.kinds | second.kinds) & (PLACES | EVIDENCE) != 0
            && !severity_of_row
            && !self.lists_know(first, second)
        {
            return false;
        }
        if severity_of_row && second.token != first.token + 1 {
            return false;
        }
        let mut words = 0;
        for token in first.token + 1..second.token {
            match line.kind(token) {
                Some(Kind::Mark('(' | ':' | '-' | ')' | '*' | '"')) | Some(Kind::Inert | Kind::Number(_)) => {}
                Some(Kind::Word)
                    if matches!(line.text(token), "and" | "or" | "plus" | "while" | "but" | "before" | "after") =>
                {
                    return false;
                }
                Some(Kind::Word) => words += 1,
                _ => return false,
            }
        }
        words <= 7
    }

    fn lists_know(&self, first: &Mention, second: &Mention) -> bool {
        let rows = first.names.iter().filter_map(|id| self.directory.get(*id)).flat_map(|known| &known.rows);
        rows.into_iter().any(|row| self.list_shows(*row, second.kinds, &[second]))
    }

    fn pair_is_shown(&self, first: &Mention, second: &Mention) -> bool {
        let shared = first.names.iter().any(|id| {
            second.names.contains(id)
                || self.speaks_for(*id, second)
                || self.has_findings_of(*id, &[second]) && second.kinds & bit(NameKind::Severity) != 0
                || self
                    .directory
                    .get(*id)
                    .is_some_and(|known| known.rows.iter().any(|row| self.rows.holds(*row, &second.names)))
        });
        shared
            || (first.kinds & bit(NameKind::Severity) != 0
                && second.names.iter().any(|id| self.has_findings_of(*id, &[first])))
            || first.kinds & EVIDENCE != 0
                && first.names.iter().all(|id| self.directory.get(*id).is_none_or(|k| k.rows.is_empty()))
            || second.kinds & EVIDENCE != 0
                && second.names.iter().all(|id| self.directory.get(*id).is_none_or(|k| k.rows.is_empty()))
    }

    fn pair_has_numbers(&self, first: &Mention, second: &Mention, numbered: &[bool]) -> bool {
        let has = |mention: &Mention| numbered.get(mention.token).copied().unwrap_or(false);
        has(first) && has(second)
    }
}
