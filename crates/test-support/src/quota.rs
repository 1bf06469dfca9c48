//! Request quotas: one token bucket per account, region and quota, as AWS counts them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::Operation;

/// A token bucket's settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Tokens that come back each second.
    pub per_second: f64,
    /// Tokens a rested bucket holds: the calls that may arrive at once.
    pub burst: f64,
}

impl Rate {
    /// `per_second` requests a second, `burst` of them at once.
    #[must_use]
    pub const fn new(per_second: f64, burst: f64) -> Self {
        Self { per_second, burst }
    }
}

/// The quotas of the fake; `None` means no limit.
///
/// Source: the service models' own texts (CloudTrail `LookupEvents`, Security Hub overview), read 2026-11-21. AWS
/// states no burst for `LookupEvents`; two is the rate itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// CloudTrail `LookupEvents`: two a second.
    pub lookup_events: Option<Rate>,
    /// Security Hub `GetFindings`: three a second, six at once.
    pub get_findings: Option<Rate>,
    /// Every other Security Hub operation, each by itself: ten a second, thirty at once.
    pub security_hub: Option<Rate>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lookup_events: Some(Rate::new(2.0, 2.0)),
            get_findings: Some(Rate::new(3.0, 6.0)),
            security_hub: Some(Rate::new(10.0, 30.0)),
        }
    }
}

impl Limits {
    /// No quota at all, for tests about something else.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self { lookup_events: None, get_findings: None, security_hub: None }
    }

    const fn of(&self, operation: Operation) -> Option<Rate> {
        match operation {
            Operation::LookupEvents => self.lookup_events,
            Operation::GetFindings => self.get_findings,
            Operation::ListRegions | Operation::GetCallerIdentity => None,
            _ => self.security_hub,
        }
    }
}

/// More buckets than this means a client invents regions; the fullest knowledge then is none, so all are dropped.
const MAX_BUCKETS: usize = 4096;

/// Every bucket in use.
#[derive(Debug)]
pub(crate) struct Quotas {
    limits: Limits,
    buckets: Mutex<HashMap<(Operation, String, String), Bucket>>,
}

impl Quotas {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, buckets: Mutex::default() }
    }

    /// Takes one token; `false` means the call is over the quota.
    pub(crate) fn admit(&self, operation: Operation, account: &str, region: &str, now: Instant) -> bool {
        let Some(rate) = self.limits.of(operation) else { return true };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_BUCKETS {
            buckets.clear();
        }
        let key = (operation, account.to_owned(), region.to_owned());
        buckets.entry(key).or_insert(Bucket { tokens: rate.burst, filled_at: now }).take(rate, now)
    }
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled_at: Instant,
}

impl Bucket {
    fn take(&mut self, rate: Rate, now: Instant) -> bool {
        let rested = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.tokens = (self.tokens + rested * rate.per_second).min(rate.burst);
        self.filled_at = now;
        let admitted = self.tokens >= 1.0;
        if admitted {
            self.tokens -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn admitted(quotas: &Quotas, calls: usize, now: Instant) -> usize {
        (0..calls).filter(|_| quotas.admit(Operation::LookupEvents, "111122223333", "us-east-1", now)).count()
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let quotas = Quotas::new(Limits { lookup_events: Some(Rate::new(2.0, 5.0)), ..Limits::default() });
        let start = Instant::now();
        assert_eq!(admitted(&quotas, 9, start), 5);
        assert_eq!(admitted(&quotas, 9, start + Duration::from_millis(499)), 0);
        assert_eq!(admitted(&quotas, 9, start + Duration::from_millis(1500)), 3);
        assert_eq!(admitted(&quotas, 9, start + Duration::from_secs(3600)), 5, "a rested bucket holds the burst only");
    }

    #[test]
    fn accounts_regions_and_operations_do_not_share_a_bucket() {
        let quotas = Quotas::new(Limits::default());
        let now = Instant::now();
        assert_eq!(admitted(&quotas, 3, now), 2);
        assert!(quotas.admit(Operation::LookupEvents, "111122223333", "eu-west-1", now));
        assert!(quotas.admit(Operation::LookupEvents, "444455556666", "us-east-1", now));
        assert!(quotas.admit(Operation::GetFindings, "111122223333", "us-east-1", now));
        assert!(quotas.admit(Operation::GetCallerIdentity, "111122223333", "us-east-1", now));
    }
}
