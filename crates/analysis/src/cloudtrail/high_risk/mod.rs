//! High-risk calls: a catalogue of APIs whose use is worth a look, each with what the caller gains.
//!
//! A call is looked up by source and by name without version suffix, whether it succeeded or not. What fills an ordinary
//! day (listing, describing, assuming roles) is left out on purpose. To add an API, add a row to the file of its subject.

mod attack;
mod credentials;
mod data_exposure;
mod destruction;
mod encryption;
mod identity;
mod log_tampering;
mod network;
mod organisation;
mod persistence;

use std::collections::HashMap;
use std::sync::LazyLock;

use security_model::evidence::ids::{self, List};
use security_model::filter::base_event_name;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::HighRiskCount;
use security_model::{SafeText, TextKind};

pub use self::attack::ATTACK_VERSION;
use super::Section;
use super::evidence::{EventSets, Selector};
use super::failed::Outcome;
use super::features::Features;
use crate::names::{Name, Texts};
use crate::rank::{Counts, add, busiest};

/// How bad a call is when nothing else is known about it; decides the order of rows, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// Blinds the defenders, hands out the account, or cannot be undone.
    Critical,
    /// A usual step of an intrusion, and not an everyday one of operations.
    High,
    /// A usual step of an intrusion that operations take as well.
    Medium,
}

/// One API of the catalogue.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct HighRiskApi {
    /// `eventSource`.
    pub event_source: &'static str,
    /// `eventName` without version suffix.
    pub event_name: &'static str,
    /// How bad.
    pub risk: Risk,
    /// ATT&CK technique ids, of the version [`ATTACK_VERSION`].
    pub techniques: &'static [&'static str],
    /// What the caller gains.
    pub reason: &'static str,
}

const fn api(
    event_source: &'static str,
    event_name: &'static str,
    risk: Risk,
    techniques: &'static [&'static str],
    reason: &'static str,
) -> HighRiskApi {
    HighRiskApi { event_source, event_name, risk, techniques, reason }
}

static SUBJECTS: [&[HighRiskApi]; 9] = [
    identity::APIS,
    credentials::APIS,
    persistence::APIS,
    log_tampering::APIS,
    network::APIS,
    data_exposure::APIS,
    encryption::APIS,
    destruction::APIS,
    organisation::APIS,
];

static BY_NAME: LazyLock<HashMap<(&'static str, &'static str), &'static HighRiskApi>> =
    LazyLock::new(|| catalogue().map(|api| ((api.event_source, api.event_name), api)).collect());

/// Every API of the catalogue, by subject.
pub fn catalogue() -> impl Iterator<Item = &'static HighRiskApi> {
    SUBJECTS.into_iter().flatten()
}

/// The entry for a call; the name may carry a version suffix.
pub(super) fn find(event_source: &str, event_name: &str) -> Option<&'static HighRiskApi> {
    BY_NAME.get(&(event_source, base_event_name(event_name))).copied()
}

#[derive(Default)]
pub(super) struct HighRisk(HashMap<&'static HighRiskApi, Tally>);

#[derive(Default)]
struct Tally {
    count: u64,
    failed: u64,
    principals: Counts<Name>,
}

impl Section for HighRisk {
    fn observe(&mut self, event: &Features) {
        let Some(api) = event.high_risk else { return };
        let tally = self.0.entry(api).or_default();
        tally.count += 1;
        tally.failed += u64::from(event.outcome == Outcome::Failed);
        add(&mut tally.principals, event.principal.name);
    }

    fn finish(self: Box<Self>, texts: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        let mut rows: Vec<(&HighRiskApi, Tally)> = self.0.into_iter().collect();
        rows.sort_unstable_by(|(a, x), (b, y)| {
            let names = (a.event_name, a.event_source).cmp(&(b.event_name, b.event_source));
            a.risk.cmp(&b.risk).then_with(|| y.count.cmp(&x.count)).then(names)
        });
        let total = rows.iter().map(|(_, tally)| tally.count).sum();
        sets.add(ids::HIGH_RISK, "High-risk calls, failed ones included", Selector::AnyHighRisk, total);
        let selectors = rows.iter().map(|(api, tally)| (Selector::HighRisk(api), tally.count));
        sets.add_list(List::HighRisk, "Calls of one high-risk API", "events.high_risk", selectors);
        summary.high_risk = rows
            .into_iter()
            .enumerate()
            .map(|(index, (api, tally))| HighRiskCount {
                event_name: SafeText::from_raw(api.event_name, TextKind::Identifier),
                event_source: SafeText::from_raw(api.event_source, TextKind::Identifier),
                count: tally.count,
                failed: tally.failed,
                techniques: api.techniques.iter().map(|&id| id.to_owned()).collect(),
                reason: api.reason.to_owned(),
                principals: busiest(tally.principals, texts, TextKind::Name),
                evidence_id: List::HighRisk.id(index),
            })
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_entry_is_whole_and_none_stands_twice() {
        let mut seen = HashSet::new();
        for api in catalogue() {
            assert!(seen.insert((api.event_source, api.event_name)), "{api:?} stands twice");
            assert!(!api.reason.is_empty() && api.reason.len() <= 120 && api.reason.is_ascii(), "{api:?}");
            assert!(!api.reason.ends_with('.'), "{api:?}");
            assert!(api.event_source.ends_with(".amazonaws.com"), "{api:?}");
            assert_eq!(base_event_name(api.event_name), api.event_name, "a suffix would never match");
            assert!(!api.techniques.is_empty(), "{api:?}");
            for id in api.techniques {
                assert!(is_technique_id(id), "{id} in {api:?}");
                // Revoked in ATT&CK v19 in favour of T1685 and T1686.
                assert!(!id.starts_with("T1562"), "{id} in {api:?}");
            }
        }
    }

    fn is_technique_id(id: &str) -> bool {
        let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
        id.strip_prefix('T').is_some_and(|rest| match rest.split_once('.') {
            Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
            None => digits(rest, 4),
        })
    }

    #[test]
    fn every_subject_is_covered_and_ordinary_calls_are_not() {
        for (source, name) in [
            ("iam.amazonaws.com", "CreateAccessKey"),
            ("secretsmanager.amazonaws.com", "GetSecretValue"),
            ("lambda.amazonaws.com", "UpdateFunctionCode20150331v2"),
            ("cloudtrail.amazonaws.com", "StopLogging"),
            ("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress"),
            ("s3.amazonaws.com", "PutBucketPolicy"),
            ("kms.amazonaws.com", "ScheduleKeyDeletion"),
            ("ec2.amazonaws.com", "ModifySnapshotAttribute"),
            ("s3.amazonaws.com", "DeleteBucket"),
            ("organizations.amazonaws.com", "LeaveOrganization"),
        ] {
            assert!(find(source, name).is_some(), "{source} {name}");
        }
        for (source, name) in [
            ("sts.amazonaws.com", "AssumeRole"),
            ("sts.amazonaws.com", "GetCallerIdentity"),
            ("ec2.amazonaws.com", "DescribeInstances"),
            ("ec2.amazonaws.com", "RunInstances"),
            ("kms.amazonaws.com", "Decrypt"),
            ("s3.amazonaws.com", "GetObject"),
            ("signin.amazonaws.com", "ConsoleLogin"),
            ("lambda.amazonaws.com", "StopLogging"),
        ] {
            assert!(find(source, name).is_none(), "{source} {name}");
        }
        assert!(!catalogue().any(|api| ["Describe", "List", "Head"].iter().any(|p| api.event_name.starts_with(p))));
    }
}
