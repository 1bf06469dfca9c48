//! How the regions of one run took the credentials.

use crate::books::PlaceFaults;
use crate::failure::{Failure, FailureKind};

/// What was heard from a region while its pages came in.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) pages: u64,
    /// Records so far.
    pub(crate) position: u64,
    pub(crate) faults: PlaceFaults,
}

/// Whether a region took the credentials: it answered, or refused for another reason.
pub(crate) fn accepted(heard: &Heard, failure: Option<&Failure>) -> bool {
    heard.pages > 0 || failure.is_some_and(Failure::accepts_the_credentials)
}

/// Whether a region never took the credentials.
pub(crate) fn refused(heard: &Heard, failure: Option<&Failure>) -> bool {
    heard.pages == 0 && failure.is_some_and(|failure| failure.kind == FailureKind::InvalidCredentials)
}
