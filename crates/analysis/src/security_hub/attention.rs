//! The findings to look at first.
//!
//! Open findings (as the default working set has it) that are CRITICAL or HIGH, or MEDIUM where there are none of those,
//! ordered by severity; then threat detections before failed controls before the rest; then by how many other CRITICAL
//! or HIGH findings are open on the same resource (on the worst one, where a finding has several); then newest first;
//! then by id. The rows come from the evidence kept, which keeps exactly such findings first.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};
use security_model::evidence::ids::List;
use security_model::summary::FindingsSummary;
use security_model::summary::security_hub::AttentionRow;
use security_model::{RecordHash, Severity, rfc3339};

use super::evidence::{FindingData, FindingSets, Selector};
use super::features::{Class, Features};
use super::{Found, Section};
use crate::evidence::Kept;
use crate::names::Name;
use crate::rank::{Counts, add};

/// Findings listed at most.
pub const ATTENTION_ROWS: usize = 25;

/// Open CRITICAL and HIGH findings by resource.
#[derive(Default)]
pub(super) struct Attention(Counts<Name>);

impl Section for Attention {
    fn observe(&mut self, finding: &Features, _: RecordHash) {
        if finding.is_open() && finding.severity <= Severity::High {
            for resource in &finding.resources {
                add(&mut self.0, resource.id);
            }
        }
    }

    fn finish(self: Box<Self>, found: &Found<'_>, summary: &mut FindingsSummary, sets: &mut FindingSets) {
        let mut candidates = candidates(found.rows);
        candidates.sort_by_cached_key(|(_, row)| {
            let finding = &row.data.features;
            let peers = self.peers(finding);
            (finding.severity, finding.class, Reverse(peers), Reverse(finding.time()), row.data.id.clone(), row.hash)
        });
        candidates.truncate(ATTENTION_ROWS);
        sets.add_list(
            List::Attention,
            "The finding",
            "findings.attention",
            candidates.iter().map(|(position, _)| (Selector::Row(*position), 1)),
        );
        summary.attention = candidates
            .into_iter()
            .enumerate()
            .map(|(index, (_, Kept { data, .. }))| AttentionRow {
                id: data.safe_id(),
                title: data.safe_title(),
                severity: data.features.severity,
                resources: data.safe_resources(found.texts),
                updated_at: data.features.updated_at.map(rfc3339),
                reason: reason(&data.features, self.peers(&data.features), found.as_of),
                evidence_id: List::Attention.id(index),
            })
            .collect();
    }
}

impl Attention {
    /// Other open CRITICAL or HIGH findings on the same resource.
    fn peers(&self, finding: &Features) -> u64 {
        let on_resources = finding.resources.iter().filter_map(|resource| self.0.get(&resource.id));
        let itself = u64::from(finding.severity <= Severity::High);
        on_resources.max().map_or(0, |count| count.saturating_sub(itself))
    }
}

fn candidates(rows: &[Kept<FindingData>]) -> Vec<(usize, &Kept<FindingData>)> {
    let open_up_to = |least: Severity| -> Vec<_> {
        let is_one =
            |data: &FindingData| !data.is_resolved && data.features.is_open() && data.features.severity <= least;
        rows.iter().enumerate().filter(|(_, row)| is_one(&row.data)).collect()
    };
    let urgent = open_up_to(Severity::High);
    if urgent.is_empty() { open_up_to(Severity::Medium) } else { urgent }
}

fn reason(finding: &Features, peers: u64, as_of: Option<Timestamp>) -> String {
    let what = match finding.class {
        Class::Threat => "threat detection",
        Class::FailedControl => "failed control",
        Class::Other => "finding",
    };
    let mut reason = format!("{} {what}", finding.severity.label());
    if peers > 0 {
        let findings = if peers == 1 { "finding" } else { "findings" };
        reason += &format!("; {peers} other CRITICAL or HIGH {findings} on the same resource");
    }
    if let Some(age) = finding.updated_at.zip(as_of).and_then(|(updated, end)| age(end.duration_since(updated))) {
        reason += &format!("; updated {age} before as_of");
    }
    reason
}

/// An age in its largest fitting unit, rounded down; `None` for one below zero.
fn age(duration: SignedDuration) -> Option<String> {
    let minutes = duration.as_mins();
    match minutes {
        _ if duration.is_negative() => None,
        0..60 => Some(format!("{minutes} min")),
        60..2_880 => Some(format!("{} h", minutes / 60)),
        _ => Some(format!("{} days", minutes / 1_440)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_their_largest_fitting_unit() {
        let cases = [
            (-1, None),
            (0, Some("0 min")),
            (59 * 60 + 59, Some("59 min")),
            (3_600, Some("1 h")),
            (48 * 3_600 - 1, Some("47 h")),
            (48 * 3_600, Some("2 days")),
            (10 * 86_400, Some("10 days")),
        ];
        for (seconds, expected) in cases {
            assert_eq!(age(SignedDuration::from_secs(seconds)).as_deref(), expected, "{seconds} s");
        }
    }
}
