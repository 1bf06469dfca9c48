//! Exit codes: an interface for scripts, listed in `--help` and the README.

use std::process::ExitCode;

use aws_collectors::CollectError;

use crate::error::Failure;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything asked for was done.
    Done,
    /// It failed.
    Failed,
    /// An argument, path or setting cannot be used.
    BadInput,
    /// No usable AWS credentials.
    NoCredentials,
    /// Something asked for could not be read, and `--fail-on-gaps` was given.
    Partial,
    /// A report does not hold against its evidence.
    NotVerified,
    /// Interrupted by the user.
    Interrupted,
}

/// 128 + SIGINT, as shells report it.
pub const INTERRUPTED: u8 = 130;

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::BadInput => 2,
            Exit::NoCredentials => 3,
            Exit::Partial => 4,
            Exit::NotVerified => 5,
            Exit::Interrupted => INTERRUPTED,
        })
    }
}

impl From<&Failure> for Exit {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::BadArgument { .. } | Failure::Path(_) | Failure::Setting(_) | Failure::Evidence(_) => {
                Self::BadInput
            }
            Failure::Collect(
                CollectError::NoCredentials { .. }
                | CollectError::CredentialsFailed { .. }
                | CollectError::ExpiredCredentials
                | CollectError::InvalidCredentials { .. },
            ) => Self::NoCredentials,
            Failure::Collect(
                CollectError::BadPath { .. } | CollectError::BadRegion { .. } | CollectError::EndpointRefused { .. },
            ) => Self::BadInput,
            Failure::Collect(_) | Failure::Io { .. } | Failure::Internal(_) => Self::Failed,
        }
    }
}
