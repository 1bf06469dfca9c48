//! Failing controls: findings that have a control and the compliance status FAILED.

use std::sync::Arc;

use jiff::Timestamp;
use security_model::evidence::ids::List;
use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::ControlCount;
use security_model::{Compliance, RecordHash, SafeText, Severity, TextKind};

use super::evidence::{FindingSets, Selector};
use super::features::Features;
use super::{Found, Section};
use crate::hash::HashMap;
use crate::names::Name;
use crate::rank::{Ranked, rank};

#[derive(Default)]
pub(super) struct Controls(HashMap<Name, Tally>);

struct Tally {
    count: u64,
    worst: Severity,
    newest: (Option<Timestamp>, RecordHash),
    title: Option<Arc<str>>,
    remediation_url: Option<Arc<str>>,
}

impl Section for Controls {
    fn observe(&mut self, finding: &Features, hash: RecordHash) {
        if finding.control_id.is_absent() || finding.compliance != Compliance::Failed {
            return;
        }
        let age = (finding.time(), hash);
        let tally = self.0.entry(finding.control_id).or_insert_with(|| Tally {
            count: 0,
            worst: finding.severity,
            newest: age,
            title: finding.title.clone(),
            remediation_url: finding.remediation_url.clone(),
        });
        tally.count += 1;
        tally.worst = tally.worst.min(finding.severity);
        if age > tally.newest {
            tally.newest = age;
            tally.title.clone_from(&finding.title);
            tally.remediation_url.clone_from(&finding.remediation_url);
        }
    }

    fn finish(self: Box<Self>, found: &Found<'_>, summary: &mut FindingsSummary, sets: &mut FindingSets) {
        let counts = self.0.iter().map(|(id, tally)| (*id, tally.count));
        let rows = rank(counts, found.texts, |id| [(*id, TextKind::Identifier)]);
        let selectors = rows.iter().map(|row| (Selector::FailedControl(row.key), row.count));
        sets.add_list(List::Control, "Failed findings of one control", "findings.top_controls", selectors);
        summary.top_controls = rows
            .into_iter()
            .filter_map(|Ranked { key, count, labels: [control_id] }| {
                let Tally { worst, title, remediation_url, .. } = self.0.get(&key)?;
                Some(ControlCount {
                    control_id,
                    title: SafeText::from_raw(title.as_deref().unwrap_or_default(), TextKind::Prose),
                    count,
                    severity: *worst,
                    remediation_url: remediation_url.as_deref().map(|url| SafeText::from_raw(url, TextKind::Reference)),
                })
            })
            .collect();
    }
}
