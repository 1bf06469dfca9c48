//! Findings from files.

use std::path::Path;
use std::sync::Arc;

use security_model::{Coverage, SafeText, TextKind};
use tokio_util::sync::CancellationToken;

use super::FileSource;
use super::reading::{self, FileTally, RecordTaker};
use crate::budget::Meter;
use crate::context::Context;
use crate::error::CollectError;
use crate::finding_intake::FindingIntake;
use crate::request::{Collection, FindingCollection, FindingRequest};

/// Collects findings from files.
pub(crate) async fn collect(
    source: FileSource,
    request: FindingRequest,
    ctx: &Context,
) -> Result<FindingCollection, CollectError> {
    let cancel = ctx.cancel.child_token();
    let meter = Meter::start(request.budget, cancel.clone());
    let progress = Arc::clone(&ctx.progress);
    let work = move || {
        let mut intake = FindingIntake::new(source.label(), request.filter);
        let tally = reading::read(&source, &mut intake, &meter, progress.as_ref())?;
        let seen = intake.seen();
        let (books, counted, resolved) = intake.finish();
        let coverage = books.close();
        let unreadable = coverage.unreadable;
        match nothing_readable(&source, &tally, seen + unreadable, FindingIntake::WANTED, "cloudtrail") {
            Some(error) => Err(error),
            None => Ok(FindingCollection {
                counted,
                resolved: Some(resolved),
                statistics_v2: None,
                collection: collection(coverage),
            }),
        }
    };
    on_blocking_thread(cancel, work).await
}

/// Runs CPU-heavy work where it holds nobody up. When the caller goes away, the work is cancelled.
pub(super) async fn on_blocking_thread<T: Send + 'static>(
    cancel: CancellationToken,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let _stop_when_dropped = cancel.drop_guard();
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// The error of a source without a single record or understood file.
pub(super) fn nothing_readable(
    source: &FileSource,
    tally: &FileTally,
    records: u64,
    wanted: &'static str,
    other_command: &str,
) -> Option<CollectError> {
    if records > 0 || tally.understood > 0 || !tally.finished {
        return None;
    }
    let path = match source {
        FileSource::Path(path) => path.as_path(),
        FileSource::Bytes { label, .. } => Path::new(*label),
    };
    let hint = match tally.other_kind {
        0 => String::new(),
        n => format!(", {n} of them for `analyze {other_command}`"),
    };
    let path = SafeText::from_raw(&path.to_string_lossy(), TextKind::Reference);
    Some(CollectError::NothingReadable { path, wanted, files: tally.files, hint })
}

pub(super) fn collection(coverage: Coverage) -> Collection {
    Collection { coverage, vantage: None, regions_asked: Vec::new(), pushed_down: None }
}
