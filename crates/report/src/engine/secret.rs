//! Secrets in what a writer sends back: a model may have been told one, and a report must not pass it on.

use crate::egress::Shown;
use crate::writer::ModelScore;

/// What something in the text looks like. Never the text.
///
/// What parts a secret only for the machine (marks, characters that cannot be seen) is looked through: whoever reads the
/// rendered report would see the secret whole.
pub(super) fn in_text(text: &str) -> Option<&'static str> {
    let looks_like = |text: String| Shown::new(text).err().map(|caught| caught.looks_like);
    looks_like(text.to_owned()).or_else(|| looks_like(rendered(text)))
}

/// A model's score without a reason that holds what looks like a secret.
pub(super) fn without_secret(score: ModelScore) -> ModelScore {
    ModelScore { reason: score.reason.filter(|reason| in_text(reason).is_none()), ..score }
}

/// The text roughly as a reader sees it.
fn rendered(text: &str) -> String {
    crate::markdown::rerender(text).replace(['*', '`', '~', '\\'], "")
}
