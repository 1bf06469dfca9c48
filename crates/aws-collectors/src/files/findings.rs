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
use crate::finding_intake::{FindingIntake, MAX_HELD};
use crate::request::{Budget, Collection, FindingCollection, FindingRequest};

/// Collects findings from files.
pub(crate) async fn collect(
    source: FileSource,
    request: FindingRequest,
    ctx: &Context,
) -> Result<FindingCollection, CollectError> {
    collect_with_room_for(MAX_HELD, source, request, ctx).await
}

async fn collect_with_room_for(
    room: u64,
    source: FileSource,
    request: FindingRequest,
    ctx: &Context,
) -> Result<FindingCollection, CollectError> {
    let cancel = ctx.cancel.child_token();
    // Which findings are the worst is known only when all were read.
    let most = request.budget.records;
    let to_read = Budget { records: None, ..request.budget };
    let meter = Meter::start(to_read, cancel.clone()).with_room_for(room);
    let progress = Arc::clone(&ctx.progress);
    let work = move || {
        let mut intake = FindingIntake::new(source.label(), request.filter);
        let tally = reading::read(&source, &mut intake, &meter, progress.as_ref())?;
        let seen = intake.seen();
        let (mut books, counted, resolved) = intake.finish_with_worst(most);
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

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::PathBuf;

    use jiff::Timestamp;
    use security_model::FindingFilter;

    use super::*;
    use crate::request::{RegionChoice, Source};

    fn record(id: usize, severity: &str) -> String {
        format!(
            "{{\"Id\":\"{id}\",\"ProductArn\":\"p\",\"AwsAccountId\":\"111122223333\",\"Severity\":{{\"Label\":\"{severity}\"}}}}\n"
        )
    }

    async fn collected(text: String, records: Option<u64>, room: u64) -> FindingCollection {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let path: PathBuf = file.path().into();
        let request = FindingRequest {
            source: Source::Path(path.clone()),
            filter: FindingFilter::default(),
            regions: RegionChoice::Default,
            budget: Budget { records, ..Budget::default() },
        };
        let ctx = Context::unattended(Timestamp::UNIX_EPOCH);
        collect_with_room_for(room, FileSource::Path(path), request, &ctx).await.unwrap()
    }

    #[tokio::test]
    async fn the_worst_finding_counts_though_it_stands_last() {
        let text = [record(1, "LOW"), record(2, "MEDIUM"), record(3, "CRITICAL")].concat();
        let found = collected(text, Some(1), MAX_HELD).await;
        let coverage = &found.collection.coverage;
        assert_eq!((coverage.seen, coverage.excluded), (3, 2));
        assert_eq!(found.counted[0].finding.key().id().for_matching(), "3");
        let kinds: Vec<_> = coverage.gaps().map(|(_, gap)| gap.kind).collect();
        assert_eq!(kinds, [GapKind::RecordBudget]);
    }

    #[tokio::test]
    async fn no_file_makes_us_hold_findings_without_bound() {
        let text: String = (0..20).map(|id| record(id, "LOW")).collect();
        let found = collected(text, None, 10).await;
        let coverage = &found.collection.coverage;
        assert_eq!(coverage.seen, 10);
        let (_, gap) = coverage.gaps().next().unwrap();
        assert_eq!(gap.kind, GapKind::RecordBudget);
        assert!(gap.detail.as_str().contains("held at once"), "{gap:?}");
    }
}
