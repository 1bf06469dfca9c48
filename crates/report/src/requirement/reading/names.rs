//! Names of the evidence, and which rows they stand for.

use std::collections::{HashMap, HashSet};

use security_model::Severity;

use super::block::Block;
use crate::{FactRow, FactSet, Name, NameKind, arn};

/// Kinds of things that something can be done about.
const ACTIONABLE: &[NameKind] = &[
    NameKind::Resource,
    NameKind::Control,
    NameKind::Finding,
    NameKind::Title,
    NameKind::Principal,
    NameKind::Session,
    NameKind::EventName,
    NameKind::SourceIp,
];

/// Things of the evidence that something can be done about, by every form of their name and by their evidence ids.
#[derive(Debug)]
pub(in crate::requirement) struct Names<'a> {
    actionable: HashSet<String>,
    /// The worst severity of the rows whose first name or id it is: what they are about.
    severities: HashMap<String, Severity>,
    evidence: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    /// The names of all rows.
    pub(in crate::requirement) fn new(facts: &'a FactSet) -> Self {
        let (mut actionable, mut severities) = (HashSet::new(), HashMap::new());
        for row in &facts.rows {
            let names = row.names.iter().filter(|name| ACTIONABLE.contains(&name.kind));
            actionable.extend(names.flat_map(|name| forms(name.text.as_str())));
            if let Some(severity) = row.severity {
                let own = row.names.first().map(|name| forms(name.text.as_str())).unwrap_or_default();
                for form in own.into_iter().chain([row.id.clone()]) {
                    let worst = severities.entry(form).or_insert(severity);
                    *worst = severity.min(*worst);
                }
            }
        }
        let evidence = facts.facts.iter().filter_map(|fact| fact.evidence_id.as_deref());
        let evidence = evidence.chain(facts.rows.iter().map(|row| row.id.as_str())).collect();
        Self { actionable, severities, evidence }
    }

    /// Whether a block names something that can be acted on, or cites evidence.
    pub(in crate::requirement) fn are_in(&self, block: &Block) -> bool {
        block.tokens().any(|token| self.actionable.contains(token) || self.evidence.contains(token))
    }

    /// The worst severity of the rows whose own name or id stands in a block.
    pub(in crate::requirement) fn worst_in(&self, block: &Block) -> Option<Severity> {
        block.tokens().filter_map(|token| self.severities.get(token)).min().copied()
    }
}

impl FactRow {
    /// Names of a kind.
    pub(in crate::requirement) fn of_kind(&self, kind: NameKind) -> impl Iterator<Item = &Name> {
        self.names.iter().filter(move |name| name.kind == kind)
    }

    /// Every form of its names of a kind: work them out once per row, not once per block.
    pub(in crate::requirement) fn forms_of(&self, kind: NameKind) -> Vec<String> {
        self.of_kind(kind).flat_map(|name| forms(name.text.as_str())).collect()
    }

    /// Whether it has a name of the kind that records gave. Records that give none are counted under a name of ours, in brackets.
    pub(in crate::requirement) fn is_known_by(&self, kind: NameKind) -> bool {
        self.of_kind(kind).any(|name| !name.text.as_str().starts_with('('))
    }
}

/// Rows of a list that are looked at where they are level: no report names more, and an attacker can make any number.
const MOST_LEVEL: usize = 256;

/// The first rows of a list that have a known name of the kind; several where their numbers are level.
pub(in crate::requirement) fn first_of<'a>(facts: &'a FactSet, list: &'a str, kind: NameKind) -> Vec<&'a FactRow> {
    let value = |row: &FactRow| {
        row.facts.iter().filter_map(|id| facts.fact(id)).find(|fact| fact.metric == list).map(|fact| fact.value)
    };
    let mut known = facts.list(list).filter(|row| row.is_known_by(kind));
    let Some(first) = known.next() else { return vec![] };
    let Some(most) = value(first) else { return vec![first] };
    // Lists are ranked highest first.
    let level = known.take_while(|row| value(row) == Some(most)).take(MOST_LEVEL - 1);
    std::iter::once(first).chain(level).collect()
}

/// The forms a name goes by, in lower case: as it is, an ARN without its head (`role/admin`), its last part (`admin`).
fn forms(name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let mut forms = vec![];
    if name.starts_with("arn:") {
        forms.extend(arn::resource(&name).map(str::to_owned));
        forms.extend(name.rsplit([':', '/']).next().map(str::to_owned));
    }
    forms.push(name);
    forms.retain(|form| form.len() > 2);
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_goes_by_its_short_forms() {
        let all = forms("arn:aws:iam::111122223333:role/ops/Deployer");
        assert_eq!(all, ["role/ops/deployer", "deployer", "arn:aws:iam::111122223333:role/ops/deployer"]);
        assert_eq!(forms("StopLogging"), ["stoplogging"]);
        assert_eq!(forms("x/y"), ["x/y"]);
    }
}
