//! Collects findings and events from AWS and from files, and keeps the coverage ledger.
//!
//! One call reads one source: live Security Hub or CloudTrail, a file or folder, or files held in memory. It returns
//! what was read together with what was not: every record is accounted for once, every part that could not be read is a
//! gap with what to do about it, and only when nothing at all could be read is there an error.
//!
//! Live answers go through the same readers as files: the bytes of a response are what is parsed, and the SDK's types
//! never leave [`AwsSession`]. Every call takes its turn at the pace of the service's quota, shared by all calls of a
//! session; within that pace, requests overlap, so that the quota and not the network decides how long it takes.

mod books;
mod budget;
mod context;
mod error;
mod event_intake;
mod failure;
mod files;
mod finding_intake;
mod live;
mod pacer;
mod regions;
mod request;
mod session;

pub use context::{Context, Progress, Silent};
pub use error::CollectError;
pub use failure::{Failure, FailureKind};
pub use pacer::Pace;
pub use request::{
    Budget, CollectedFinding, Collection, EventRequest, EventSink, FindingCollection, FindingRequest, Lookup,
    RegionChoice, Source,
};
pub use session::{AccessKeys, AwsSession, AwsSettings, Identity, Paces, Probe, ProbeResult};

use files::FileSource;

/// Collects events and lends each that counts to `sink`, which comes back whatever happens.
///
/// # Errors
/// When nothing at all could be read.
pub async fn collect_events<S: EventSink + 'static>(
    aws: &AwsSession,
    request: EventRequest,
    ctx: Context,
    sink: S,
) -> (S, Result<Collection, CollectError>) {
    match file_source(&request.source) {
        Some(source) => files::collect_events(source, request, &ctx, sink).await,
        None => live::cloudtrail::collect(aws, request, &ctx, sink).await,
    }
}

/// Collects findings.
///
/// # Errors
/// When nothing at all could be read.
pub async fn collect_findings(
    aws: &AwsSession,
    request: FindingRequest,
    ctx: Context,
) -> Result<FindingCollection, CollectError> {
    match file_source(&request.source) {
        Some(source) => files::collect_findings(source, request, &ctx).await,
        None => live::security_hub::collect(aws, request, &ctx).await,
    }
}

fn file_source(source: &Source) -> Option<FileSource> {
    match source {
        Source::Aws => None,
        Source::Path(path) => Some(FileSource::Path(path.clone())),
        Source::Bytes { label, parts } => Some(FileSource::Bytes { label, parts: parts.clone() }),
    }
}
