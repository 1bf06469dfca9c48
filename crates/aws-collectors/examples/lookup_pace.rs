//! Measures live CloudTrail collection against the fake AWS at the real quota: 2 requests a second, no burst.
//!
//! `cargo run --release -p aws-collectors --example lookup_pace` prints, for 20 ms and 700 ms and for one and four
//! regions of 10,000 events each, the calls, the throttled calls, and the seconds beside the least that the quota allows.
//! It takes about seven minutes; `-- EVENTS LATENCY_MS…` measures other numbers of events and other latencies.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use aws_collectors::{
    AccessKeys, AwsSession, AwsSettings, Budget, Context, EventRequest, EventSink, RegionChoice, Source, collect_events,
};
use security_model::{EventFilter, EventView, RecordOrigin, TimeWindow};
use test_support::{EventSequence, FakeAws, Limits, Rate};

const REGIONS: [&str; 4] = ["us-east-1", "eu-west-1", "eu-central-1", "ap-south-1"];
const PER_SECOND: f64 = 2.0;
const EVENTS_PER_PAGE: usize = 50;

#[derive(Default)]
struct Count(u64);

impl EventSink for Count {
    fn event(&mut self, _event: &EventView<'_>, _origin: &RecordOrigin) {
        self.0 += 1;
    }
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let events: usize = arguments.next().map_or(Ok(10_000), |text| text.parse())?;
    let mut latencies = arguments.map(|text| text.parse()).collect::<Result<Vec<u64>, _>>()?;
    if latencies.is_empty() {
        latencies = vec![20, 700];
    }
    println!("{events} events a region, {PER_SECOND} requests/s, burst 1");
    println!("latency  regions   counted  calls  throttled  seconds  minimum  ratio");
    let mut good = true;
    for latency_ms in latencies {
        let mut one_region = None;
        for regions in [1, REGIONS.len()] {
            let run = run(events, regions, latency_ms).await?;
            let pages = events.div_ceil(EVENTS_PER_PAGE);
            let minimum = (pages as f64 - 1.0).max(0.0) / PER_SECOND;
            let ratio = run.seconds / minimum.max(0.001);
            println!(
                "{latency_ms:>4} ms  {regions:>7}  {:>8}  {:>5}  {:>9}  {:>7.2}  {minimum:>7.2}  {ratio:>5.3}",
                run.counted, run.calls, run.throttled, run.seconds
            );
            let allowed = one_region.map_or(minimum * 1.05, |one: f64| one * 1.1);
            one_region.get_or_insert(run.seconds);
            good &= run.counted == (events * regions) as u64 && run.complete;
            good &= run.seconds <= allowed && run.throttled * 100 <= run.calls;
        }
    }
    println!("{}", if good { "within the targets" } else { "OUTSIDE the targets" });
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Run {
    counted: u64,
    complete: bool,
    calls: u64,
    throttled: u64,
    seconds: f64,
}

async fn run(events: usize, regions: usize, latency_ms: u64) -> Result<Run, Box<dyn std::error::Error>> {
    let limits = Limits { lookup_events: Some(Rate::new(PER_SECOND, 1.0)), ..Limits::unlimited() };
    let mut builder = FakeAws::builder().limits(limits).latency(Duration::from_millis(latency_ms));
    let asked = REGIONS.iter().take(regions);
    for (region, seed) in asked.clone().zip(1..) {
        builder = builder.events(EventSequence::new(events).region(*region).seed(seed).build());
    }
    let aws = builder.now("2026-11-21T02:13:00Z".parse()?).start().await?;
    let session = AwsSession::new(AwsSettings {
        region: Some("us-east-1".into()),
        endpoint: Some(aws.endpoint()),
        keys: Some(AccessKeys::new("AKIAIOSFODNN7EXAMPLE", "not-a-secret", None)),
        ..AwsSettings::default()
    });
    let request = EventRequest {
        source: Source::Aws,
        filter: EventFilter {
            window: TimeWindow { start: Some("2026-11-20T00:00:00Z".parse()?), end: None },
            ..EventFilter::default()
        },
        regions: RegionChoice::Named(asked.map(|&name| name.to_owned()).collect()),
        lookup: None,
        budget: Budget::default(),
    };
    let began = Instant::now();
    let ctx = Context::unattended("2026-11-21T02:13:00Z".parse()?);
    let (count, result) = collect_events(&session, request, ctx, Count::default()).await;
    let seconds = began.elapsed().as_secs_f64();
    let calls = aws.calls();
    Ok(Run {
        counted: count.0,
        complete: result?.coverage.complete,
        calls: calls.total("LookupEvents"),
        throttled: calls.with_outcome("LookupEvents", "ThrottlingException"),
        seconds,
    })
}
