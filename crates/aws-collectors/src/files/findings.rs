//! Findings from files.

use std::sync::Arc;

use security_model::{Coverage, Gap, GapKind};
use tokio_util::sync::CancellationToken;

use super::FileSource;
use super::reading::{self, FileTally, RecordTaker};
use crate::books::Books;
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
        let (mut books, counted, resolved) = intake.finish();
        let tool = "analyze_aws_cloudtrail";
        declare_if_nothing_wanted(&mut books, &tally, seen, FindingIntake::WANTED, "CloudTrail events", tool);
        Ok(FindingCollection {
            counted,
            resolved: Some(resolved),
            statistics_v2: None,
            collection: collection(books.close()),
        })
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

/// Declares that a source held no record of the wanted kind at all, and what to ask instead when it held the other kind.
/// The answer is still an answer: nothing was counted, and every file is accounted for.
pub(super) fn declare_if_nothing_wanted(
    books: &mut Books,
    tally: &FileTally,
    records: u64,
    wanted: &str,
    other: &str,
    other_tool: &str,
) {
    if records > 0 || tally.understood > 0 || !tally.finished || tally.files == 0 {
        return;
    }
    let files = tally.files;
    let gap = match tally.other_kind {
        0 => Gap::new(
            GapKind::NotRecords,
            &format!("no {wanted} in any of {files} file(s)"),
            "Give a file or folder of CloudTrail logs or of ASFF or OCSF findings, plain or gzip.",
        ),
        n => Gap::new(
            GapKind::NotRecords,
            &format!("no {wanted} in any of {files} file(s); {n} hold {other}"),
            format!("Ask {other_tool} about this source."),
        ),
    };
    let whole = books.whole();
    books.ledger.gap(&whole, gap);
}

pub(super) fn collection(coverage: Coverage) -> Collection {
    Collection { coverage, vantage: None, regions_asked: Vec::new(), pushed_down: None }
}
