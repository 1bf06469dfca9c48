//! One region against a simulated LookupEvents: quota, latency, tokens, and budgets that do not suffice.

use std::sync::Mutex;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::live::cloudtrail::page::Outline;
use crate::pacer::{Pace, Pacer};
use crate::request::Budget;

const PAGE: usize = 50;

/// An event: its second, and whether it is read-only, if it says.
type Event = (i64, Option<bool>);

struct Service {
    events: Vec<Event>,
    latency: Duration,
    /// The real quota; the pacer keeps a slower pace.
    quota: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    calls: usize,
    throttled: usize,
    in_flight: usize,
    most_in_flight: usize,
    last: Option<Instant>,
    attributes: Vec<Option<String>>,
}

#[derive(Clone)]
struct Pages {
    service: Arc<Service>,
    pacer: Arc<Pacer>,
    meter: Arc<Meter>,
}

impl LookupPages for Pages {
    async fn page(&self, query: LookupQuery, token: Option<String>) -> Result<(Page, Duration), Halt> {
        self.meter.guard(self.pacer.turn()).await?;
        self.meter.take_call()?;
        {
            let mut state = self.service.state.lock().unwrap();
            state.calls += 1;
            let now = Instant::now();
            let early = state.last.is_some_and(|last| now.duration_since(last) < self.service.quota);
            state.throttled += usize::from(early);
            state.last = Some(now);
            state.in_flight += 1;
            state.most_in_flight = state.most_in_flight.max(state.in_flight);
            state.attributes.push(query.attribute.as_ref().map(|(_, value)| value.clone()));
        }
        sleep(self.service.latency).await;
        self.service.state.lock().unwrap().in_flight -= 1;
        self.pacer.succeeded();
        Ok((self.service.answer(&query, token.as_deref()), self.service.latency))
    }

    fn spacing(&self) -> Duration {
        self.pacer.spacing()
    }
}

impl Service {
    fn answer(&self, query: &LookupQuery, token: Option<&str>) -> Page {
        let skip: usize = token.map_or(0, |token| token.parse().unwrap());
        let wanted = query.attribute.as_ref().map(|(_, value)| value == "true");
        let mut hits: Vec<Event> = self
            .events
            .iter()
            .filter(|(second, reads)| {
                (query.first..=query.last).contains(second) && wanted.is_none_or(|wanted| Some(wanted) == *reads)
            })
            .copied()
            .collect();
        hits.sort_by_key(|(second, _)| std::cmp::Reverse(*second));
        let page = hits.iter().skip(skip).take(PAGE);
        let seconds = page.clone().map(|(second, _)| Some(*second)).collect();
        let writes = page.map(|(_, reads)| *reads == Some(false)).collect();
        let next = (skip + PAGE < hits.len()).then(|| (skip + PAGE).to_string());
        Page { body: Vec::new(), outline: Outline { seconds, writes, next } }
    }
}

struct Ran {
    unread: Vec<Unread>,
    kept: usize,
    service: Arc<Service>,
    took: Duration,
}

async fn run(events: Vec<Event>, span: Span, latency_ms: u64, budget: Budget) -> Ran {
    let service = Arc::new(Service {
        events,
        latency: Duration::from_millis(latency_ms),
        quota: Duration::from_millis(15),
        state: Mutex::default(),
    });
    let meter = Arc::new(Meter::start(budget, CancellationToken::new()));
    let pacer = Arc::new(Pacer::new(Pace { spacing: Duration::from_millis(20), burst: 1 }));
    let pages = Pages { service: Arc::clone(&service), pacer, meter: Arc::clone(&meter) };
    let (deliveries, mut received) = mpsc::channel(4);
    let reader = RegionReader { index: 0, pages, meter, sharers: 1, deliveries };
    let began = Instant::now();
    let read = tokio::spawn(async move { reader.read(span, None).await });
    let mut kept = 0;
    while let Some(delivery) = received.recv().await {
        kept += delivery.keep.iter().filter(|keep| **keep).count();
    }
    Ran { unread: read.await.unwrap(), kept, service, took: began.elapsed() }
}

fn even_day(count: i64) -> Vec<Event> {
    (0..count).map(|i| (i * 86_400 / count, Some(i % 8 != 0))).collect()
}

const DAY: Span = Span { first: 0, last: 86_399 };

#[tokio::test]
async fn slow_answers_are_overlapped_and_nothing_is_read_twice() {
    // 35 ms at one request per 20 ms is what 900 ms is at two per second.
    let ran = run(even_day(3_000), DAY, 35, Budget::default()).await;
    let state = ran.service.state.lock().unwrap();
    assert_eq!((ran.kept, ran.unread), (3_000, vec![]));
    assert!(state.calls <= 63, "{} calls for 60 pages", state.calls);
    assert!((2..=4).contains(&state.most_in_flight), "{} in flight", state.most_in_flight);
    assert!(state.throttled <= 1, "{} of {} calls came too early", state.throttled, state.calls);
    // One chain alone would take 60 x 35 ms.
    assert!(ran.took < Duration::from_millis(60 * 35), "{:?}", ran.took);
}

#[tokio::test]
async fn fast_answers_need_one_chain_and_no_extra_page() {
    let ran = run(even_day(500), DAY, 1, Budget::default()).await;
    let state = ran.service.state.lock().unwrap();
    assert_eq!((ran.kept, state.calls, state.most_in_flight), (500, 10, 1));
}

#[tokio::test]
async fn a_quiet_region_costs_one_call() {
    let ran = run(even_day(10), DAY, 1, Budget::default()).await;
    assert_eq!((ran.kept, ran.service.state.lock().unwrap().calls), (10, 1));
}

#[tokio::test]
async fn writes_are_read_first_when_not_everything_fits() {
    // 20 pages in all, of which 2.5 are writes; the budget covers 8.
    let events = even_day(1_000);
    let ran = run(events, DAY, 1, Budget { calls: Some(8), ..Budget::default() }).await;
    let state = ran.service.state.lock().unwrap();
    assert_eq!(state.calls, 8);
    assert_eq!(state.attributes[0], None, "the first page tells how dense the window is");
    let writes: Vec<usize> = (0..8).filter(|&i| state.attributes[i].as_deref() == Some("false")).collect();
    assert_eq!(writes, [1, 2, 3], "125 writes less those of the first page");
    assert_eq!(ran.unread.len(), 1);
    let gap = &ran.unread[0];
    assert_eq!((gap.part, gap.why.clone()), (Part::Reads, Some(Halt::Stop(Stop::Calls))));
    // Newest first: what is missing is one part that begins with the window.
    assert_eq!(gap.spans.len(), 1);
    assert_eq!(gap.spans[0].first, 0);
    // Everything outside the gap was taken, once.
    let missing =
        ran.service.events.iter().filter(|(second, reads)| *reads == Some(true) && *second < gap.spans[0].last).count();
    assert!(
        ran.kept >= 1_000 - missing - 2 && ran.kept <= 1_000 - missing + 50,
        "{} kept, {missing} missing",
        ran.kept
    );
}

/// Sign-ins of old, and much of what services log by themselves, say neither.
#[tokio::test]
async fn writes_first_loses_no_event_that_is_marked_neither_way() {
    // A dense last minute makes the day look as if it would not fit; then it does.
    let dense = (0..60).map(|i| (86_399 - i, Some(i % 2 == 0)));
    let sparse = (0..120).map(|i| (i * 700, [None, Some(false), Some(true)][i as usize % 3]));
    let events: Vec<Event> = dense.chain(sparse).collect();
    let ran = run(events, DAY, 1, Budget { calls: Some(40), ..Budget::default() }).await;
    let attributes = ran.service.state.lock().unwrap().attributes.clone();
    assert!(attributes.contains(&Some("false".to_owned())), "the day was read at once: the test lost its subject");
    assert_eq!((ran.kept, ran.unread), (180, vec![]));
}

#[tokio::test]
async fn a_budget_that_does_not_cover_the_writes_leaves_two_gaps() {
    let ran = run(even_day(1_000), DAY, 1, Budget { calls: Some(2), ..Budget::default() }).await;
    let parts: Vec<Part> = ran.unread.iter().map(|unread| unread.part).collect();
    assert_eq!(parts, [Part::Writes, Part::Reads]);
}

#[tokio::test]
async fn a_deadline_ends_the_run_in_time() {
    let budget = Budget { seconds: Some(1), ..Budget::default() };
    let ran = run(even_day(20_000), DAY, 5, budget).await;
    assert!(ran.took < Duration::from_millis(1_500), "{:?}", ran.took);
    assert!(ran.unread.iter().all(|unread| unread.why == Some(Halt::Stop(Stop::Seconds))));
    assert!(!ran.unread.is_empty());
}
