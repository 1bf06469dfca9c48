//! Judges names by what they stand with, and notes which rows a report names.

use super::judge::{Judge, Marks};
use super::known::EVIDENCE;
use super::mention::Mention;
use super::relation::{Evidence, MOST_MENTIONS};
use super::{Claim, Judgement};

impl<'a> Judge<'a> {
    fn evidence(&self) -> Evidence<'a> {
        Evidence { directory: &self.reading.directory, measures: &self.reading.measures, rows: &self.reading.rows }
    }

    pub(super) fn relations_of_block(&mut self, block: usize, marks: &Marks) {
        let Some(line) = self.reading.lines.get(block) else { return };
        let evidence = self.evidence();
        let mut before: Vec<Mention> = Vec::new();
        for sentence in &line.sentences {
            let mentions = evidence.mentions(line, sentence.clone(), &marks.owned);
            let only_attributes = mentions.iter().all(|mention| mention.attribute);
            // "… by X. Reason (T1098, `high-risk-3`)." still speaks of the first sentence's subject.
            let groups = if only_attributes && !mentions.is_empty() {
                vec![before.iter().filter(|mention| !mention.attribute).cloned().chain(mentions.clone()).collect()]
            } else {
                before.clone_from(&mentions);
                Evidence::groups(mentions)
            };
            for group in groups {
                self.name_rows(&group);
                for (token, name) in evidence.unshown(&group, line, &marks.numbered) {
                    self.unshown(block, token, name);
                }
            }
        }
    }

    /// A table row: what its cells name belongs together.
    pub(super) fn row(&mut self, cells: &[(usize, Marks)]) {
        let evidence = self.evidence();
        let mut group: Vec<(usize, Mention)> = Vec::new();
        for (block, marks) in cells {
            let Some(line) = self.reading.lines.get(*block) else { continue };
            let mentions = evidence.mentions(line, 0..line.tokens.len(), &marks.owned);
            group.extend(mentions.into_iter().map(|mention| (*block, mention)));
        }
        group.truncate(MOST_MENTIONS);
        let all: Vec<Mention> = group.iter().map(|(_, mention)| mention.clone()).collect();
        self.name_rows(&all);
        for (position, (block, mention)) in group.iter().enumerate() {
            let others: Vec<&Mention> =
                group.iter().enumerate().filter(|(n, _)| *n != position).map(|(_, (_, m))| m).collect();
            if !evidence.stands_with(mention, &others) {
                self.unshown(*block, mention.token, mention.names.first().copied());
            }
        }
    }

    fn unshown(&mut self, block: usize, token: usize, name: Option<u32>) {
        let rows =
            name.and_then(|name| self.reading.directory.get(name)).map_or(&[][..], |known| known.rows.as_slice());
        let facts: Vec<String> = rows
            .iter()
            .take(5)
            .filter_map(|row| self.reading.facts.rows.get(*row as usize))
            .map(|row| row.id.clone())
            .collect();
        let Some(span) = self.span(block, token..token + 1) else { return };
        // The name itself was entered as known; what it stands with is what does not hold.
        if let Some(claim) = self.claims.iter_mut().rev().find(|claim| claim.span == span) {
            if claim.judgement != Judgement::Supported {
                return;
            }
            claim.judgement = Judgement::Misattributed;
        } else {
            self.claims.push(Claim { judgement: Judgement::Misattributed, span, facts: facts.clone() });
        }
        self.issue(Judgement::Misattributed, span, None, facts);
    }

    /// Notes which rows a group names: by their subject or id, together with whatever else tells rows of one name apart.
    fn name_rows(&mut self, group: &[Mention]) {
        for mention in group {
            for id in &mention.names {
                let Some(known) = self.reading.directory.get(*id) else { continue };
                if known.kinds & EVIDENCE != 0 && mention.names.len() == 1 {
                    self.stated.extend(
                        known
                            .rows
                            .iter()
                            .filter_map(|row| self.reading.facts.rows.get(*row as usize))
                            .map(|row| row.id.clone()),
                    );
                }
                let subject_of: Vec<u32> =
                    known.rows.iter().copied().filter(|row| self.is_subject(*row, *id)).collect();
                let mut told_apart: Vec<u32> = subject_of.clone();
                if subject_of.len() > 1 {
                    let others: Vec<&Mention> =
                        group.iter().filter(|other| other.token != mention.token && !other.attribute).collect();
                    let list = |row: u32| self.reading.facts.rows.get(row as usize).map(|row| row.list.as_str());
                    // Only rows of one list have to be told apart.
                    let alone = |row: u32| subject_of.iter().filter(|other| list(**other) == list(row)).count() == 1;
                    if !others.is_empty() {
                        told_apart.retain(|row| {
                            alone(*row) || others.iter().any(|other| self.reading.rows.holds(*row, &other.names))
                        });
                    }
                }
                self.stated.extend(
                    told_apart
                        .iter()
                        .filter_map(|row| self.reading.facts.rows.get(*row as usize))
                        .map(|row| row.id.clone()),
                );
            }
        }
    }

    /// Whether a row is about a name: its first, or the title of a finding.
    fn is_subject(&self, row: u32, name: u32) -> bool {
        let Some(of) = self.reading.facts.rows.get(row as usize) else { return false };
        let text = self.reading.directory.get(name).map(|known| known.text.to_lowercase());
        of.names.iter().enumerate().any(|(position, candidate)| {
            (position == 0 || candidate.kind == crate::NameKind::Title)
                && Some(candidate.text.as_str().to_lowercase()) == text
        })
    }
}
