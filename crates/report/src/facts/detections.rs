//! Facts and rows of detections that belong to no incident.
//!
//! A rule's title may be a stranger's, and names may be an attacker's: all of them stand as names, never as words of ours.

use security_model::{Detection, Unit};

use super::builder::{Builder, Described, Metric, count, name};
use super::incidents::severity;
use crate::NameKind;

/// List of them.
pub(crate) const DETECTIONS: &str = "detections";

/// How many there are.
pub(super) const ALONE: &str = "detections.outside_incidents.length";

/// Detections that become rows: a report tells of the worst.
pub(crate) const MOST_DETECTIONS: usize = 20;

pub(super) fn numbers(builder: &mut Builder, alone: &[Detection]) {
    builder.single(ALL, count(alone.len()), None);
}

pub(super) fn rows(builder: &mut Builder, alone: &[Detection]) {
    for (index, detection) in alone.iter().take(MOST_DETECTIONS).enumerate() {
        builder.row(DETECTIONS, None, index, described(detection));
    }
}

fn described(detection: &Detection) -> Described {
    let mut names = vec![name(NameKind::Title, &detection.title), name(NameKind::Principal, &detection.principal)];
    names.push(name(NameKind::Control, &detection.id));
    names.extend(detection.session.iter().map(|session| name(NameKind::Session, session)));
    names.extend(detection.source_ips.iter().map(|address| name(NameKind::SourceIp, address)));
    Described {
        names,
        severity: Some(severity(detection.level)),
        times: [&detection.first_seen, &detection.last_seen].into_iter().flatten().cloned().collect(),
        reason: format!("Tactics: {}", detection.tactics.join(", ")),
    }
}

const ALL: Metric = Metric {
    path: ALONE,
    unit: Unit::Detections,
    derivation: "Detections of medium level or above that belong to no incident.",
};
