//! Why there is no baseline.

use thiserror::Error;

use super::MAX_BYTES;

/// A baseline that cannot be made or read, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BaselineError {
    /// It is something else.
    #[error("this is no baseline; `nightdesk baseline` writes one")]
    Foreign,
    /// A later version of the program wrote it.
    #[error("this baseline has format {0}, which a newer version of the program wrote; update, or build it anew")]
    Newer(u16),
    /// It is too long.
    #[error("this has more than the {MAX_BYTES} bytes that a baseline has at most; build it anew")]
    TooLong,
    /// It is cut short or has something after its end.
    #[error("this baseline has {found} bytes of the {expected} that it should have; copy it again, or build it anew")]
    Length {
        /// Bytes that there are.
        found: usize,
        /// Bytes that its header tells of.
        expected: usize,
    },
    /// Its bytes are not those that were written.
    #[error("this baseline is damaged: its checksum does not hold; copy it again, or build it anew")]
    Damaged,
    /// No event has a time and somebody who acted.
    #[error("no event has a time and an identity of its own, so that nothing would be known; read other events")]
    NoEvents,
}
