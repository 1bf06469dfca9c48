//! What a model would write from a brief: an honest report, or one with falsehoods in it that are written down.
//!
//! The fakes of every writer share it. It reads the list of facts that a writer sends to its model, one item a line:
//!
//! ```text
//! FACTS
//! {{f:1}} | 2616 | events | events.total | all
//! ROWS
//! high-risk-3 | events.high_risk | EVENT StopLogging | PRINCIPAL_3 | TECHNIQUE T1685.002 | {{f:26}} | why it matters
//! TIMES
//! {{t:1}} | start of the window
//! TOKENS
//! PRINCIPAL_3 | role in ACCOUNT_1
//! NOT READ
//! complete
//! ```
//!
//! Text before `FACTS` is instructions, text after the list (a draft that came back, say) is not read. An honest report
//! uses slots for numbers and tokens for names, and says nothing that the list does not.

mod actions;
mod brief;
mod cloudtrail;
mod falsehoods;
mod layout;
mod lie;
mod rating;
mod security_hub;

#[cfg(test)]
mod tests;

pub use lie::{Lie, Planted, PlantedKind};

use brief::Brief;
use layout::Report;

/// A requirement as a writer tells it to its model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Name.
    pub name: String,
    /// What the report has to be. "under 200 words" in it is heeded.
    pub description: String,
}

/// An honest report on the facts of a brief. Without any facts, a few words that claim nothing.
#[must_use]
pub fn honest(brief: &str, requirements: &[Asked]) -> String {
    let brief = Brief::parse(brief);
    report_on(&brief).fit(layout::word_limit(&brief, requirements))
}

/// A report that is honest but for falsehoods of one kind, and what those are. The same seed tells the same lie.
///
/// Where the brief has nothing that this kind of lie could be about, nothing is planted and the list is empty.
#[must_use]
pub fn lie(kind: Lie, brief: &str, requirements: &[Asked], seed: u64) -> (String, Vec<Planted>) {
    let brief = Brief::parse(brief);
    let (report, planted) = falsehoods::plant(kind, &brief, report_on(&brief), seed);
    (report.fit(layout::word_limit(&brief, requirements)), planted)
}

fn report_on(brief: &Brief<'_>) -> Report {
    if brief.facts.is_empty() {
        Report::without_facts()
    } else if brief.is_security_hub() {
        security_hub::report(brief)
    } else {
        cloudtrail::report(brief)
    }
}
