//! Checking a report that somebody wrote, against what an analysis or an evidence bundle holds.

use report::FactSet;
use report::engine::{Report, is_english};
use report::verify::{Verification, verify};
use security_model::Coverage;

use crate::answer::without_footer;
use crate::error::Failure;

/// Longest report that is checked, in bytes: a hundred pages.
pub const MAX_REPORT_BYTES: usize = 256 * 1024;

/// Checks a report. The footer that stood under the text of `own`, the report that was delivered with these facts, is no
/// part of a report.
///
/// # Errors
/// [`Failure::BadArgument`] for a report that cannot be checked: empty, too long or not in English.
pub fn check(
    argument: &str,
    report: &str,
    own: &Report,
    facts: &FactSet,
    coverage: &Coverage,
) -> Result<Verification, Failure> {
    if report.trim().is_empty() {
        return Err(Failure::bad_argument(argument, "the report is empty; give its markdown"));
    }
    if report.len() > MAX_REPORT_BYTES {
        return Err(Failure::bad_argument(
            argument,
            format!(
                "the report is longer than {MAX_REPORT_BYTES} bytes, and no more are checked; check it part by part"
            ),
        ));
    }
    if !is_english(report) {
        return Err(Failure::bad_argument(
            argument,
            "the report does not read as English, and the verifier reads nothing else; check its English version",
        ));
    }
    Ok(verify(without_footer(report, own), facts, coverage).verification)
}
