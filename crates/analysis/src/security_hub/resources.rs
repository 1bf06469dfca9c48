//! Affected resources, over all resources of each finding.

use jiff::Timestamp;
use security_model::evidence::ids::List;
use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::{ResourceCount, SeverityCounts};
use security_model::{RecordHash, TextKind};

use super::evidence::{FindingSets, Selector};
use super::features::{Features, Resource};
use super::{Found, Section};
use crate::hash::HashMap;
use crate::names::Name;
use crate::rank::{Ranked, rank};

#[derive(Default)]
pub(super) struct Resources(HashMap<Name, Tally>);

struct Tally {
    count: u64,
    by_severity: SeverityCounts,
    /// What the newest finding says about the resource, so that the order of findings does not matter.
    said: Resource,
    newest: (Option<Timestamp>, RecordHash),
}

impl Section for Resources {
    fn observe(&mut self, finding: &Features, hash: RecordHash) {
        let age = (finding.time(), hash);
        for resource in &finding.resources {
            let tally = self.0.entry(resource.id).or_insert_with(|| Tally {
                count: 0,
                by_severity: SeverityCounts::default(),
                said: *resource,
                newest: age,
            });
            tally.count += 1;
            tally.by_severity.add(finding.severity);
            if age > tally.newest {
                (tally.said, tally.newest) = (*resource, age);
            }
        }
    }

    fn finish(self: Box<Self>, found: &Found<'_>, summary: &mut FindingsSummary, sets: &mut FindingSets) {
        let counts = self.0.iter().map(|(id, tally)| (*id, tally.count));
        let rows = rank(counts, found.texts, |id| [(*id, TextKind::Reference)]);
        let selectors = rows.iter().map(|row| (Selector::Resource(row.key), row.count));
        sets.add_list(List::Resource, "Findings that name one resource", "findings.top_resources", selectors);
        let identifier = |name| found.texts.safe(name, TextKind::Identifier);
        summary.top_resources = rows
            .into_iter()
            .filter_map(|Ranked { key, count, labels: [id] }| {
                let Tally { said, by_severity, .. } = self.0.get(&key)?;
                let (kind, account, region) =
                    (identifier(said.kind), identifier(said.account), identifier(said.region));
                Some(ResourceCount { id, kind, account, region, count, by_severity: *by_severity })
            })
            .collect();
    }
}
