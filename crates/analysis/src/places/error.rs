//! What is wrong with data that was given.

use thiserror::Error;

/// Data that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DataError {
    /// It is no MMDB database, or a damaged one.
    #[error("this is no MMDB database that can be read ({0}); give an unpacked .mmdb file")]
    Mmdb(String),
    /// It is no copy of the published AWS ranges.
    #[error("this is no copy of https://ip-ranges.amazonaws.com/ip-ranges.json that can be read: {0}")]
    AwsRanges(String),
}
