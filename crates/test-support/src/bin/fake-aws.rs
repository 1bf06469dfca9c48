//! `fake-aws`: a fake AWS on loopback, for clients in other processes and other languages.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use test_support::{
    Account, EventSequence, FakeAws, FakeAwsBuilder, FaultRule, FindingSequence, Limits, LinkedRegions, Loaded, Rate,
    RegionOptStatus, StatisticsV2, load_folder, told_to_stop,
};

/// A fake AWS on loopback: CloudTrail LookupEvents, Security Hub findings, ListRegions, identity.
///
/// One port serves every service and region. The region and the account are those of the request's
/// signature, which is not checked. The first line printed is `listening on http://127.0.0.1:PORT`.
/// Point any client at it:
///
///   fake-aws --synthetic-events 500 --regions eu-west-1,us-east-1
///
///   export AWS_ENDPOINT_URL=http://127.0.0.1:PORT AWS_REGION=eu-west-1
///   export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
///   aws cloudtrail lookup-events
///
/// While it runs, GET /_fake/stats counts the calls, GET /_fake/log lists them with their requests,
/// and POST, GET or DELETE /_fake/faults sets, shows or clears the fault rules.
#[derive(Debug, Parser)]
#[command(name = "fake-aws", version, verbatim_doc_comment, after_long_help = FAULT_HELP)]
struct Arguments {
    /// Address to listen on; loopback only.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Folder of CloudTrail records (*.json with Records, or arrays).
    #[arg(long, value_name = "DIR")]
    events: Vec<PathBuf>,
    /// Folder of ASFF findings (*.json with Findings, or arrays).
    #[arg(long, value_name = "DIR")]
    findings: Vec<PathBuf>,
    /// Also serve this many made-up events in each region of --regions (us-east-1 without it).
    #[arg(long, default_value_t = 0, value_name = "N")]
    synthetic_events: usize,
    /// Also serve this many made-up findings in each region of --regions (us-east-1 without it).
    #[arg(long, default_value_t = 0, value_name = "N")]
    synthetic_findings: usize,
    /// Time of the first made-up record, RFC 3339.
    #[arg(long, default_value = "2026-11-20T00:00:00Z", value_name = "TIME")]
    synthetic_start: Timestamp,
    /// Seconds between made-up records.
    #[arg(long, default_value_t = 1, value_name = "SECONDS")]
    synthetic_step: u32,
    /// Seed of made-up records: the same seed gives the same records.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Regions that ListRegions names as enabled; AWS's default ones and those of the data without it.
    #[arg(long, value_delimiter = ',', value_name = "REGION,…")]
    regions: Vec<String>,
    /// Regions that are not switched on: their endpoints refuse the credentials.
    #[arg(long, value_delimiter = ',', value_name = "REGION,…")]
    disabled_regions: Vec<String>,
    /// The account, 12 digits.
    #[arg(long, default_value = "111122223333", value_name = "ID")]
    account: String,
    /// The moment that retention and relative dates count from, RFC 3339; just after the newest record without it.
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    /// Serve events of any age, not only of the last 90 days.
    #[arg(long)]
    no_retention: bool,
    /// LookupEvents requests a second, by account and region; 0 means no limit.
    #[arg(long, default_value_t = 2.0, value_name = "RATE")]
    cloudtrail_rate: f64,
    /// LookupEvents requests at once.
    #[arg(long, default_value_t = 2.0, value_name = "N")]
    cloudtrail_burst: f64,
    /// GetFindings requests a second, by account and region; 0 means no limit.
    #[arg(long, default_value_t = 3.0, value_name = "RATE")]
    findings_rate: f64,
    /// GetFindings requests at once.
    #[arg(long, default_value_t = 6.0, value_name = "N")]
    findings_burst: f64,
    /// Error code of a Security Hub call over its quota.
    #[arg(long, default_value = "LimitExceededException", value_name = "CODE")]
    hub_throttle_code: String,
    /// Regions where Security Hub is not enabled.
    #[arg(long, value_delimiter = ',', value_name = "REGION,…")]
    hub_disabled: Vec<String>,
    /// Region that shows all regions' findings.
    #[arg(long, value_name = "REGION")]
    home_region: Option<String>,
    /// What GetFindingStatisticsV2 does.
    #[arg(long, value_enum, default_value_t = Statistics::Denied)]
    statistics_v2: Statistics,
    /// Milliseconds before each reply.
    #[arg(long, default_value_t = 0, value_name = "MS")]
    latency_ms: u64,
    /// A fault rule; see below. May be given several times.
    #[arg(long = "fault", value_name = "RULE")]
    faults: Vec<FaultRule>,
    /// Stop when standard input ends, so that the fake never outlives the process that started it.
    #[arg(long)]
    exit_on_stdin_eof: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Statistics {
    On,
    Denied,
    NotFound,
}

const FAULT_HELP: &str = "\
Fault rules are lists of
  service=, operation=, region=   which calls; each is optional
  from=, to=, every=              which of those, counted from 1
  kind=                           what happens, one of
    throttle, expired_token, unrecognized_client, access_denied, invalid_next_token
    status (status=500), html (status=200), error (status=, code=, message=)
    repeat_token, empty_page, wrong_shape, truncated_json
    reset, cut_body (after_bytes=, reset=true)
    slow_drip (bytes=, delay_ms=), delay (delay_ms=)

  --fault operation=LookupEvents,region=eu-west-1,from=3,to=3,kind=expired_token
  --fault service=securityhub,every=5,kind=cut_body,after_bytes=200";

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell that standard error is closed.
            let _ = writeln!(io::stderr(), "fake-aws: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> io::Result<()> {
    let exit_on_stdin_eof = arguments.exit_on_stdin_eof;
    let fake = prepare(arguments)?.start().await?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "listening on {}", fake.endpoint())?;
    stdout.flush()?;
    drop(stdout);
    told_to_stop(exit_on_stdin_eof).await
}

fn prepare(arguments: Arguments) -> io::Result<FakeAwsBuilder> {
    let mut builder = FakeAws::builder()
        .listen(arguments.listen)
        .account(account(&arguments))
        .limits(limits(&arguments))
        .latency(Duration::from_millis(arguments.latency_ms))
        .retention(!arguments.no_retention)
        .hub_throttle_code(&arguments.hub_throttle_code)
        .statistics_v2(match arguments.statistics_v2 {
            Statistics::On => StatisticsV2::On,
            Statistics::Denied => StatisticsV2::AccessDenied,
            Statistics::NotFound => StatisticsV2::NotFound,
        });
    if let Some(now) = arguments.now {
        builder = builder.now(now);
    }
    if let Some(home) = &arguments.home_region {
        builder = builder.aggregation(home, LinkedRegions::All);
    }
    for region in &arguments.hub_disabled {
        builder = builder.hub_disabled_in(region);
    }
    builder = with_synthetic(builder, &arguments);
    for folder in &arguments.events {
        builder = builder.loaded(Loaded { findings: Vec::new(), ..load(folder)? });
    }
    for folder in &arguments.findings {
        builder = builder.loaded(Loaded { events: Vec::new(), ..load(folder)? });
    }
    Ok(arguments.faults.into_iter().fold(builder, FakeAwsBuilder::fault))
}

fn account(arguments: &Arguments) -> Account {
    let enabled = arguments.regions.iter().map(|name| (name, RegionOptStatus::Enabled));
    let disabled = arguments.disabled_regions.iter().map(|name| (name, RegionOptStatus::Disabled));
    enabled
        .chain(disabled)
        .fold(Account::new(&arguments.account), |account, (name, status)| account.region(name, status))
}

fn limits(arguments: &Arguments) -> Limits {
    let rate = |per_second: f64, burst: f64| (per_second > 0.0).then(|| Rate::new(per_second, burst));
    Limits {
        lookup_events: rate(arguments.cloudtrail_rate, arguments.cloudtrail_burst),
        get_findings: rate(arguments.findings_rate, arguments.findings_burst),
        ..Limits::default()
    }
}

fn with_synthetic(mut builder: FakeAwsBuilder, arguments: &Arguments) -> FakeAwsBuilder {
    let default = ["us-east-1".to_owned()];
    let regions = if arguments.regions.is_empty() { &default[..] } else { &arguments.regions };
    let step = SignedDuration::from_secs(arguments.synthetic_step.into());
    for (seed, region) in (arguments.seed..).zip(regions) {
        let events = EventSequence::new(arguments.synthetic_events).start(arguments.synthetic_start).step(step);
        let findings = FindingSequence::new(arguments.synthetic_findings).start(arguments.synthetic_start).step(step);
        builder = builder
            .events(events.region(region).account(&arguments.account).seed(seed).build())
            .findings(findings.region(region).account(&arguments.account).seed(seed).build());
    }
    builder
}

fn load(folder: &Path) -> io::Result<Loaded> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
    let loaded = load_folder(folder).map_err(named)?;
    let mut stderr = io::stderr().lock();
    for (path, reason) in &loaded.skipped {
        // Losing a warning is no reason to stop.
        let _ = writeln!(stderr, "fake-aws: {}: {reason}", path.display());
    }
    Ok(loaded)
}
