//! Live Security Hub: GetFindings per region, worst severity first.

mod filters;
mod region;
mod vantage;

use std::sync::Arc;
use std::time::Duration;

use json_records::{Limits, RecordReader};
use security_findings::ENVELOPES;
use security_model::{GapKind, SafeText, TextKind, Vantage};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use self::region::{Delivery, RegionReader, RegionReport};
use self::vantage::{View, look};
use super::declare_calls;
use super::standing::{Heard, accepted, refused};
use crate::budget::{Meter, Stop};
use crate::context::Context;
use crate::error::CollectError;
use crate::failure::refused_only_here;
use crate::finding_intake::{FindingIntake, MAX_HELD};
use crate::regions::{RegionList, resolve};
use crate::request::{Collection, FindingCollection, FindingRequest};
use crate::session::{AwsSession, Caller, OperationClass, fatal};

const SOURCE: &str = "aws:securityhub";
/// Pages between the regions and the reader.
const QUEUE: usize = 8;
/// How long an answer waits for the point of view once all findings are read.
const VIEW_PATIENCE: Duration = Duration::from_secs(3);

/// Collects findings from Security Hub.
pub(crate) async fn collect(
    aws: &AwsSession,
    request: FindingRequest,
    ctx: &Context,
) -> Result<FindingCollection, CollectError> {
    let meter = Arc::new(Meter::start(request.budget, ctx.cancel.clone()).with_room_for(MAX_HELD));
    let mut intake = FindingIntake::new(SOURCE, request.filter.clone());
    let regions = match meter.guard(resolve(aws, &request.regions, &[], &meter)).await {
        Ok(regions) => regions?,
        Err(stop) => return Ok(nothing_asked(intake, stop)),
    };
    let view = tokio::spawn(look(aws.clone(), regions.viewpoint.clone(), Arc::new(meter.beside())));
    let (mut tasks, deliveries) = start(aws, &request, ctx, &meter, &regions);
    let heard = take_in(deliveries, &regions, ctx, &mut intake).await;
    let mut reports = Vec::new();
    while let Some(report) = tasks.join_next().await {
        reports.push(report.map_err(|_| CollectError::Internal)?);
    }
    if intake.taken() == 0
        && let Some(error) = same_end(&reports, regions.names.len())
    {
        return Err(error);
    }
    let view = seen_in_time(view).await;
    let endpoint = aws.connected().await.ok().and_then(|connected| connected.endpoint());
    Ok(close(intake, regions, reports, &heard, view, endpoint))
}

fn start(
    aws: &AwsSession,
    request: &FindingRequest,
    ctx: &Context,
    meter: &Arc<Meter>,
    regions: &RegionList,
) -> (JoinSet<RegionReport>, mpsc::Receiver<Delivery>) {
    let (sender, deliveries) = mpsc::channel(QUEUE);
    let filter = Arc::new(request.filter.clone());
    let mut tasks = JoinSet::new();
    for (index, name) in regions.names.iter().enumerate() {
        let reader = RegionReader {
            index,
            name: name.as_str().into(),
            caller: Caller::new(aws, OperationClass::GetFindings, name, meter),
            filter: Arc::clone(&filter),
            now: ctx.now,
            deliveries: sender.clone(),
        };
        tasks.spawn(reader.read());
    }
    (tasks, deliveries)
}

/// Reads pages as they come, until every region is done, and says what was heard from each.
async fn take_in(
    mut deliveries: mpsc::Receiver<Delivery>,
    regions: &RegionList,
    ctx: &Context,
    intake: &mut FindingIntake,
) -> Vec<Heard> {
    let places: Vec<Arc<str>> = regions.names.iter().map(|name| place(name).into()).collect();
    let mut heard: Vec<Heard> = places.iter().map(|_| Heard::default()).collect();
    while let Some(Delivery { region, body }) = deliveries.recv().await {
        let (Some(place), Some(Heard { pages, position, faults })) = (places.get(region), heard.get_mut(region)) else {
            continue;
        };
        *pages += 1;
        let mut reader = RecordReader::new(body.as_slice(), ENVELOPES, Limits::default());
        while let Some(record) = reader.next_record() {
            match record {
                Ok(record) => {
                    let taken = intake.record(record.text, place, *position, faults);
                    for _ in 0..taken.others {
                        faults.add(*position, || format!("it is {}", taken.looks_like.unwrap_or("no finding")));
                    }
                }
                Err(fault) => faults.add(*position, || fault.to_string()),
            }
            *position += 1;
        }
        ctx.progress.update(intake.taken(), None, &format!("{place}: {position} findings"));
    }
    heard
}

fn close(
    intake: FindingIntake,
    regions: RegionList,
    reports: Vec<RegionReport>,
    heard: &[Heard],
    view: View,
    endpoint: Option<SafeText>,
) -> FindingCollection {
    let (mut books, counted, resolved) = intake.finish();
    let resolved_known = reports.iter().all(|report| report.resolved_known);
    let account = view.account.as_deref();
    if let Some(gap) = regions.gap {
        let whole = books.whole();
        books.ledger.gap(&whole, gap);
    }
    let of = |report: &RegionReport| heard.get(report.index);
    let credentials_work =
        reports.iter().any(|report| of(report).is_some_and(|heard| accepted(heard, report.failure.as_ref())));
    for report in reports {
        let Some(name) = regions.names.get(report.index) else { continue };
        let key = books.region(account, name);
        let extra = if report.index == 0 { regions.calls + view.calls } else { 0 };
        declare_calls(&mut books.ledger, &key, report.calls + extra);
        let heard = heard.get(report.index);
        let only_here = credentials_work && heard.is_some_and(|heard| refused(heard, report.failure.as_ref()));
        for gap in report.gaps {
            books.ledger.gap(&key, if only_here { refused_only_here(gap, name) } else { gap });
        }
        if let Some(heard) = heard {
            books.unreadable(&key, &place(name), &heard.faults);
        }
    }
    let identifier = |text: &str| SafeText::from_raw(text, TextKind::Identifier);
    let vantage = Vantage {
        caller_account: account.map(identifier),
        region: Some(identifier(&regions.viewpoint)),
        regions_from: Some(regions.from.to_owned()),
        aggregation: view.aggregation,
        hub_enabled: view.hub_enabled,
        endpoint,
    };
    FindingCollection {
        counted,
        resolved: resolved_known.then_some(resolved),
        statistics_v2: view.statistics,
        collection: Collection {
            coverage: books.close(),
            vantage: Some(vantage),
            regions_asked: regions.names,
            pushed_down: None,
        },
    }
}

fn nothing_asked(intake: FindingIntake, stop: Stop) -> FindingCollection {
    let (mut books, counted, _) = intake.finish();
    let whole = books.whole();
    let detail = format!("findings of all regions not read: {}", stop.reason());
    books.ledger.gap(&whole, security_model::Gap::new(stop.gap_kind(), &detail, stop.remedy()));
    let detail = "the number of resolved findings is not known: none were read";
    books.ledger.gap(&whole, security_model::Gap::new(GapKind::NotEvaluated, detail, stop.remedy()));
    let coverage = books.close();
    let collection = Collection { coverage, vantage: None, regions_asked: Vec::new(), pushed_down: None };
    FindingCollection { counted, resolved: None, statistics_v2: None, collection }
}

/// The point of view, unless it takes much longer than everything else.
async fn seen_in_time(handle: JoinHandle<View>) -> View {
    let stop = handle.abort_handle();
    match timeout(VIEW_PATIENCE, handle).await {
        Ok(Ok(view)) => view,
        _ => {
            stop.abort();
            View::default()
        }
    }
}

/// The error that every region ended with before reading anything, where it is one that no region escapes.
fn same_end(reports: &[RegionReport], regions: usize) -> Option<CollectError> {
    let mut errors = reports.iter().map(|report| report.failure.as_ref().and_then(fatal));
    let first = errors.next()??;
    (reports.len() == regions && errors.all(|error| error.is_some())).then_some(first)
}

fn place(region: &str) -> String {
    format!("securityhub:GetFindings {region}")
}
