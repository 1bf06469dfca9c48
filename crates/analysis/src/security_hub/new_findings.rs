//! Findings created in the seven days up to `as_of`: after `as_of` − 7 d, and not after `as_of`.

use jiff::{SignedDuration, Timestamp};
use security_model::RecordHash;
use security_model::evidence::ids;
use security_model::summary::FindingsSummary;

use super::evidence::{FindingSets, Selector};
use super::features::Features;
use super::{Found, Section};

const SEVEN_DAYS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Creation times, since the end of the seven days is known last.
#[derive(Default)]
pub(super) struct NewFindings(Vec<Timestamp>);

impl Section for NewFindings {
    fn observe(&mut self, finding: &Features, _: RecordHash) {
        self.0.extend(finding.created_at);
    }

    fn finish(self: Box<Self>, found: &Found<'_>, summary: &mut FindingsSummary, sets: &mut FindingSets) {
        let (selector, count) = match found.as_of {
            None => (Selector::Nothing, 0),
            Some(until) => {
                let after = until.checked_sub(SEVEN_DAYS).unwrap_or(Timestamp::MIN);
                let count = self.0.iter().map(|at| u64::from(after < *at && *at <= until)).sum();
                (Selector::Created(after, until), count)
            }
        };
        summary.new_last_7_days = count;
        sets.add(ids::NEW_LAST_7_DAYS, "Findings created in the last seven days", selector, count);
    }
}
