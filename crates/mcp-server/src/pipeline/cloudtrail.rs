//! CloudTrail, from arguments to answer.

use std::time::Instant;

use analysis::EvidenceLimits;
use analysis::cloudtrail::{EventAnalysis, EventResult};
use aws_collectors::{Collection, EventRequest, EventSink, Source, collect_events};
use jiff::{Span, Timestamp};
use security_model::{EventView, RecordOrigin, Scope, parse_timestamp, rfc3339};

use super::{Call, new_analysis_id, region_choice, report_bounds, sorted_union, source, stated_filters};
use crate::answer::{CloudTrailAnswer, Report, SCHEMA_VERSION, Writer, fit};
use crate::app::App;
use crate::arguments::CloudTrailArguments;
use crate::error::Failure;
use crate::evidence_store::Evidence;

/// Name of the tool.
pub const TOOL: &str = "analyze_aws_cloudtrail";

/// Hours that a live analysis looks back when nothing is said.
const DEFAULT_LIVE_HOURS: i64 = 24;

struct Analyse(EventAnalysis);

impl EventSink for Analyse {
    fn event(&mut self, event: &EventView<'_>, origin: &RecordOrigin) {
        self.0.observe(event, origin);
    }
}

/// Runs the analysis and keeps its evidence.
///
/// # Errors
/// Arguments that cannot be used, or a source from which nothing at all could be read.
pub async fn run(app: &App, arguments: &CloudTrailArguments, call: &Call) -> Result<CloudTrailAnswer, Failure> {
    let sample = vec![("cloudtrail.json.gz", sample_night::CLOUDTRAIL_JSON_GZ)];
    let source = source::parse(arguments.source.as_deref(), sample, &call.paths)?;
    let live = matches!(source, Source::Aws);
    let filter = arguments.filter(anchor(&source, call.now), live.then(|| Span::new().hours(DEFAULT_LIVE_HOURS)))?;
    let request = EventRequest {
        filter: filter.clone(),
        regions: region_choice(&arguments.regions),
        budget: call.budget(live, arguments.max_seconds, arguments.max_calls, arguments.max_events),
        source: source.clone(),
        lookup: None,
    };
    let sink = Analyse(EventAnalysis::new(EvidenceLimits::default()));
    let (sink, collected) = collect_events(&app.aws, request, call.context(), sink).await;
    let Collection { coverage, vantage, regions_asked, .. } = collected?;
    let EventResult { summary, evidence, newest, accounts, regions, .. } = sink.0.finish();

    let as_of = match &source {
        Source::Aws => call.now,
        Source::Bytes { .. } => sample_as_of().unwrap_or(call.now),
        Source::Path(_) => newest.unwrap_or(call.now),
    };
    let scope = Scope {
        source: source::describe(&source),
        as_of: rfc3339(as_of),
        start: filter.window.start.map(rfc3339),
        end: filter.window.end.map(rfc3339),
        accounts,
        regions: sorted_union(regions, regions_asked),
        filters: stated_filters(arguments.stated_filters()),
        working_set: "every CloudTrail event in the window that passes the filters".to_owned(),
        vantage,
    };
    let (detail, max_bytes) = report_bounds(arguments.detail, call.report_bytes);
    let markdown = report::local::cloudtrail(report::Input {
        scope: &scope,
        coverage: &coverage,
        summary: &summary,
        detail,
        max_bytes,
    });
    let mut answer = CloudTrailAnswer {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        analysis_id: new_analysis_id(),
        generated_at: rfc3339(call.now),
        facts: report::cloudtrail_facts(&summary, &coverage),
        scope,
        coverage,
        events: summary,
        report: Report { markdown, writer: Writer { kind: "local" } },
    };
    fit(&mut answer, arguments.detail);
    let stated = serde_json::to_string(arguments).unwrap_or_default();
    app.evidence.keep(&answer.analysis_id, TOOL, &stated, Evidence::Events(evidence), Instant::now());
    Ok(answer)
}

/// What an age such as `24h` counts back from: now, but the fixed night for the sample.
fn anchor(source: &Source, now: Timestamp) -> Timestamp {
    match source {
        Source::Bytes { .. } => sample_as_of().unwrap_or(now),
        Source::Aws | Source::Path(_) => now,
    }
}

/// The instant the sample is looked at from.
pub(super) fn sample_as_of() -> Option<Timestamp> {
    parse_timestamp(sample_night::AS_OF)
}
