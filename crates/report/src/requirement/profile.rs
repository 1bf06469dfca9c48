//! The built-in requirements of each subject.

use super::{Requirement, cloudtrail, security_hub};
use crate::{Detail, Subject};

/// What a full report leaves out of its profile: it is long because it was asked to be.
const NOT_OF_FULL: &[&str] = &["concise_length"];
/// What a summary leaves out of its profile: it has only the answer, what needs attention and what was not read.
const NOT_OF_SUMMARY: &[&str] = &["structured_sections", "behavior_patterns", "geographic_insights"];

/// A built-in requirement in its registry.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// Makes it.
    pub(super) build: fn() -> Requirement,
    /// The lightest makes way first.
    pub(super) weight: u8,
}

/// The built-in requirements of a subject: the original project's eight.
///
/// Mandatory are `no_assumptions` for Security Hub (a report that is not true to its data is worth nothing), and for
/// CloudTrail `high_risk_activities` (a report that keeps silent about the worst calls is worth nothing) and
/// `threat_assessment` (a wrong risk rating misleads whoever reads nothing else). Only `professional_tone` needs a reader;
/// code decides all others.
#[must_use]
pub fn profile(subject: Subject) -> Vec<Requirement> {
    entries(subject).iter().map(|entry| (entry.build)()).collect()
}

/// The built-in requirements of a subject for a report of this detail.
///
/// With [`Detail::Full`] the word limit is left out. With [`Detail::Summary`] it is what asks for sections that a summary
/// does not have: `structured_sections`, `behavior_patterns` and `geographic_insights`.
#[must_use]
pub fn profile_for(subject: Subject, detail: Detail) -> Vec<Requirement> {
    let left_out = match detail {
        Detail::Summary => NOT_OF_SUMMARY,
        Detail::Standard => &[],
        Detail::Full => NOT_OF_FULL,
    };
    let mut profile = profile(subject);
    profile.retain(|requirement| !left_out.contains(&requirement.name.as_str()));
    profile
}

/// How weighty a built-in requirement is. Mandatory ones outweigh all others.
pub(super) fn weight(subject: Subject, name: &str) -> u8 {
    let entry = entries(subject).iter().find(|entry| (entry.build)().name == name);
    entry.map_or(u8::MAX, |entry| entry.weight)
}

const fn entries(subject: Subject) -> &'static [Entry] {
    match subject {
        Subject::SecurityHub => security_hub::PROFILE,
        Subject::CloudTrail => cloudtrail::PROFILE,
    }
}
