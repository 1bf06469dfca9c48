//! Live CloudTrail: LookupEvents over one or many regions in parallel, each at its own pace.

mod attribute;
mod board;
mod page;
mod region;
mod window;

use std::sync::Arc;
use std::time::Duration;

use cloudtrail_log::{ENVELOPES, read_event};
use json_records::{Limits, RecordReader};
use security_model::{SafeText, TextKind, Vantage};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::attribute::Attribute;
use self::page::Page;
use self::region::{Delivery, LookupPages, RegionReader, Unread};
use self::window::{LookupWindow, expired_gap, gaps, stopped};
use super::declare_calls;
use super::identity::caller_account;
use super::standing::{Heard, accepted, refused};
use crate::books::PlaceFaults;
use crate::budget::Meter;
use crate::context::Context;
use crate::error::CollectError;
use crate::event_intake::EventIntake;
use crate::failure::{Failure, refused_only_here};
use crate::regions::{RegionList, resolve};
use crate::request::{Collection, EventRequest, EventSink};
use crate::session::{AwsSession, Caller, FALLBACK_REGION, Halt, LookupQuery, OperationClass, fatal};

const SOURCE: &str = "aws:cloudtrail";
/// Pages between the regions and the reader.
const QUEUE: usize = 8;
/// How long an answer waits for the caller's identity once all events are read.
const IDENTITY_PATIENCE: Duration = Duration::from_secs(1);

/// Collects events from CloudTrail.
pub(crate) async fn collect<S: EventSink>(
    aws: &AwsSession,
    request: EventRequest,
    ctx: &Context,
    sink: S,
) -> (S, Result<Collection, CollectError>) {
    let meter = Arc::new(Meter::start(request.budget, ctx.cancel.clone()));
    let intake = EventIntake::new(SOURCE, request.filter.clone(), sink).counting_at_most(request.budget.records);
    let regions = match meter.guard(resolve(aws, &request.regions, &[FALLBACK_REGION], &meter)).await {
        Ok(Ok(regions)) => regions,
        Ok(Err(error)) => return (intake.into_parts().1, Err(error)),
        Err(stop) => {
            let (mut books, sink) = intake.into_parts();
            let whole = books.whole();
            books.ledger.gap(&whole, stopped(stop, "all regions", "events"));
            return (sink, Ok(collection(books.close(), None, Vec::new(), None)));
        }
    };
    let run = Run { aws, request: &request, ctx, meter, regions };
    run.collect(intake).await
}

struct Run<'a> {
    aws: &'a AwsSession,
    request: &'a EventRequest,
    ctx: &'a Context,
    meter: Arc<Meter>,
    regions: RegionList,
}

/// What a region's task came back with.
struct RegionReport {
    index: usize,
    unread: Vec<Unread>,
    calls: u64,
}

impl RegionReport {
    /// Why it ended, if AWS ended it.
    fn failure(&self) -> Option<&Failure> {
        match self.unread.first() {
            Some(Unread { why: Some(Halt::Failed(failure)), .. }) => Some(failure),
            _ => None,
        }
    }
}

impl Run<'_> {
    async fn collect<S: EventSink>(self, mut intake: EventIntake<S>) -> (S, Result<Collection, CollectError>) {
        let window = LookupWindow::new(self.request.filter.window, self.ctx.now);
        let attribute = attribute::choose(self.request.lookup.as_ref(), &self.request.filter);
        let identity = self.ask_identity();
        let (mut tasks, deliveries) = self.start(&window, attribute.as_ref());
        let heard = self.take_in(deliveries, &mut intake).await;
        let mut reports = Vec::new();
        while let Some(report) = tasks.join_next().await {
            match report {
                Ok(report) => reports.push(report),
                Err(_) => return (intake.into_parts().1, Err(CollectError::Internal)),
            }
        }
        let (account, identity_calls) = answer_in_time(identity).await;
        let (mut books, sink) = intake.into_parts();
        if books.ledger.seen() == 0
            && let Some(error) = same_end(&reports, self.regions.names.len())
        {
            return (sink, Err(error));
        }
        if let Some(gap) = self.regions.gap.clone() {
            let whole = books.whole();
            books.ledger.gap(&whole, gap);
        }
        for (position, name) in self.regions.names.iter().enumerate() {
            let key = books.region(account.as_deref(), name);
            let extra = if position == 0 { self.regions.calls + identity_calls } else { 0 };
            declare_calls(&mut books.ledger, &key, extra);
            if let Some(expired) = window.expired {
                books.ledger.gap(&key, expired_gap(expired));
            }
            if let Some(heard) = heard.get(position) {
                books.unreadable(&key, &place(name), &heard.faults);
            }
        }
        let of = |report: &RegionReport| heard.get(report.index);
        let credentials_work =
            reports.iter().any(|report| of(report).is_some_and(|heard| accepted(heard, report.failure())));
        for report in reports {
            let Some(name) = self.regions.names.get(report.index) else { continue };
            let key = books.region(account.as_deref(), name);
            declare_calls(&mut books.ledger, &key, report.calls);
            let only_here = credentials_work && of(&report).is_some_and(|heard| refused(heard, report.failure()));
            for gap in report.unread.iter().flat_map(|unread| gaps(name, unread)) {
                books.ledger.gap(&key, if only_here { refused_only_here(gap, name) } else { gap });
            }
        }
        let vantage = self.vantage(account.as_deref()).await;
        let pushed = attribute.map(|(name, value)| SafeText::from_raw(&format!("{name}={value}"), TextKind::Name));
        (sink, Ok(collection(books.close(), Some(vantage), self.regions.names, pushed)))
    }

    /// Starts a task per region.
    fn start(
        &self,
        window: &LookupWindow,
        attribute: Option<&Attribute>,
    ) -> (JoinSet<RegionReport>, mpsc::Receiver<Delivery>) {
        let (sender, deliveries) = mpsc::channel(QUEUE);
        let mut tasks = JoinSet::new();
        let Some(span) = window.span else { return (tasks, deliveries) };
        for (index, name) in self.regions.names.iter().enumerate() {
            let caller = Caller::new(self.aws, OperationClass::LookupEvents, name, &self.meter);
            let pages = LivePages { caller, region: name.as_str().into() };
            let reader = RegionReader {
                index,
                pages,
                meter: Arc::clone(&self.meter),
                sharers: u64::try_from(self.regions.names.len()).unwrap_or(u64::MAX),
                deliveries: sender.clone(),
            };
            let attribute = attribute.cloned();
            tasks.spawn(async move {
                let unread = reader.read(span, attribute).await;
                RegionReport { index, unread, calls: reader.pages.caller.calls() }
            });
        }
        (tasks, deliveries)
    }

    /// Reads pages as they come, until every region is done, and says what was heard from each.
    async fn take_in<S: EventSink>(
        &self,
        mut deliveries: mpsc::Receiver<Delivery>,
        intake: &mut EventIntake<S>,
    ) -> Vec<Heard> {
        let places: Vec<Arc<str>> = self.regions.names.iter().map(|name| place(name).into()).collect();
        let mut heard: Vec<Heard> = places.iter().map(|_| Heard::default()).collect();
        while let Some(delivery) = deliveries.recv().await {
            let region = delivery.region;
            let (Some(place), Some(Heard { pages, position, faults })) = (places.get(region), heard.get_mut(region))
            else {
                continue;
            };
            *pages += 1;
            read_page(&delivery, place, position, intake, faults);
            let message = format!("{place}: {position} events");
            self.ctx.progress.update(intake.books.ledger.seen(), None, &message);
        }
        heard
    }

    fn ask_identity(&self) -> tokio::task::JoinHandle<(Option<String>, u64)> {
        let (aws, region) = (self.aws.clone(), self.regions.viewpoint.clone());
        let meter = Arc::new(self.meter.beside());
        tokio::spawn(async move { caller_account(&aws, &region, &meter).await })
    }

    async fn vantage(&self, account: Option<&str>) -> Vantage {
        let endpoint = self.aws.connected().await.ok().and_then(|connected| connected.endpoint());
        let identifier = |text: &str| SafeText::from_raw(text, TextKind::Identifier);
        Vantage {
            caller_account: account.map(identifier),
            region: Some(identifier(&self.regions.viewpoint)),
            regions_from: Some(self.regions.from.to_owned()),
            endpoint,
            ..Vantage::default()
        }
    }
}

fn read_page<S: EventSink>(
    delivery: &Delivery,
    place: &Arc<str>,
    position: &mut u64,
    intake: &mut EventIntake<S>,
    faults: &mut PlaceFaults,
) {
    let mut reader = RecordReader::new(delivery.body.as_slice(), ENVELOPES, Limits::default());
    while let Some(record) = reader.next_record() {
        let index = record.as_ref().map_or_else(json_records::RecordFault::index, |record| record.index);
        let kept = usize::try_from(index).ok().and_then(|index| delivery.keep.get(index)).copied().unwrap_or(true);
        if !kept {
            continue;
        }
        match record {
            Ok(record) => {
                let read = read_event(record.text, |event| intake.event(event, place, *position));
                if let Err(error) = read {
                    faults.add(*position, || error.to_string());
                }
            }
            Err(fault) => faults.add(*position, || fault.to_string()),
        }
        *position += 1;
    }
}

/// The live implementation of [`LookupPages`].
#[derive(Clone)]
struct LivePages {
    caller: Caller,
    region: Arc<str>,
}

impl LookupPages for LivePages {
    async fn page(&self, query: LookupQuery, token: Option<String>) -> Result<(Page, Duration), Halt> {
        let query = Arc::new(query);
        self.caller
            .call(|connected| {
                let (region, query, token) = (Arc::clone(&self.region), Arc::clone(&query), token.clone());
                async move {
                    let body = connected.lookup_events(&region, &query, token.as_deref()).await?;
                    Page::parse(body)
                }
            })
            .await
    }

    fn spacing(&self) -> Duration {
        self.caller.spacing()
    }
}

/// The identity, unless it takes longer than everything else.
async fn answer_in_time(handle: tokio::task::JoinHandle<(Option<String>, u64)>) -> (Option<String>, u64) {
    let stop = handle.abort_handle();
    match timeout(IDENTITY_PATIENCE, handle).await {
        Ok(Ok(answer)) => answer,
        _ => {
            stop.abort();
            (None, 0)
        }
    }
}

/// The error that every region ended with before reading anything, where it is one that no region escapes.
fn same_end(reports: &[RegionReport], regions: usize) -> Option<CollectError> {
    let mut errors = reports.iter().map(|report| report.failure().and_then(fatal));
    let first = errors.next()??;
    (reports.len() == regions && errors.all(|error| error.is_some())).then_some(first)
}

fn place(region: &str) -> String {
    format!("cloudtrail:LookupEvents {region}")
}

fn collection(
    coverage: security_model::Coverage,
    vantage: Option<Vantage>,
    regions_asked: Vec<String>,
    pushed_down: Option<SafeText>,
) -> Collection {
    Collection { coverage, vantage, regions_asked, pushed_down }
}
