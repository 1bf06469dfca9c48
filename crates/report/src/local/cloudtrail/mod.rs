//! The sections of a CloudTrail report, in their order. A section is one file and one line here.

mod activity;
mod advice;
mod checks;
mod failed;
mod gaps;
mod headline;
mod high_risk;
mod places;
mod principals;
mod sign_ins;
mod source_ips;

use security_model::summary::EventsSummary;

use super::Build;

pub(super) const SECTIONS: &[Build<EventsSummary>] = &[
    headline::section,
    high_risk::section,
    checks::section,
    failed::section,
    sign_ins::section,
    principals::section,
    source_ips::section,
    places::section,
    activity::section,
    gaps::section,
];

pub(super) const fn footer(summary: &EventsSummary) -> &'static str {
    if summary.total == 0 {
        ""
    } else {
        "Evidence ids such as `failed` or `principal-1` name the rows behind a number: pass one to `get_evidence`."
    }
}
