//! CloudTrail, from arguments to answer.

use std::collections::BTreeMap;
use std::time::Instant;

use analysis::EvidenceLimits;
use analysis::cloudtrail::{EventAnalysis, EventResult};
use aws_collectors::{Budget, Collection, EventRequest, EventSink, RegionChoice, Source, collect_events};
use jiff::{Span, Timestamp};
use security_model::{EventFilter, EventView, RecordOrigin, Scope, rfc3339};

use super::{Call, Given, new_analysis_id, region_choice, report_bounds, sorted_union, source, stated_filters};
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
    let given = Given {
        seconds: arguments.max_seconds,
        calls: arguments.max_calls,
        records: ("max_events", arguments.max_events),
    };
    let budget = call.budget(live, given)?;
    let anchor = match &source {
        Source::Aws => call.now,
        Source::Bytes { .. } => source::sample_as_of().unwrap_or(call.now),
        // An age counts back from the newest record, which takes a reading of its own to find.
        Source::Path(_) if arguments.last.is_some() && arguments.end.is_none() => {
            newest_event(app, &source, budget, call).await?.unwrap_or(call.now)
        }
        Source::Path(_) => call.now,
    };
    let filter = arguments.filter(anchor, live.then(|| Span::new().hours(DEFAULT_LIVE_HOURS)))?;
    let request = EventRequest {
        filter: filter.clone(),
        regions: region_choice(&arguments.regions),
        budget,
        source: source.clone(),
        lookup: None,
    };
    let sink = Analyse(EventAnalysis::new(EvidenceLimits::default()));
    let (sink, collected) = collect_events(&app.aws, request, call.context(), sink).await;
    let Collection { coverage, vantage, regions_asked, .. } = collected?;
    let EventResult { summary, evidence, newest, accounts, regions, .. } = sink.0.finish();

    let as_of = match &source {
        Source::Aws | Source::Bytes { .. } => anchor,
        Source::Path(_) => newest.unwrap_or(anchor),
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
        truncated: BTreeMap::new(),
    };
    let (detail, max_bytes) = report_bounds(arguments.detail, call.room);
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
    fit(&mut answer, arguments.detail, call.room.full_bytes);
    let stated = serde_json::to_string(arguments).unwrap_or_default();
    app.evidence.keep(&answer.analysis_id, TOOL, &stated, Evidence::Events(evidence), Instant::now());
    Ok(answer)
}

/// Remembers the newest time it meets.
#[derive(Default)]
struct Newest(Option<Timestamp>);

impl EventSink for Newest {
    fn event(&mut self, event: &EventView<'_>, _origin: &RecordOrigin) {
        self.0 = self.0.max(event.event_time);
    }
}

async fn newest_event(app: &App, source: &Source, budget: Budget, call: &Call) -> Result<Option<Timestamp>, Failure> {
    let request = EventRequest {
        source: source.clone(),
        filter: EventFilter::default(),
        regions: RegionChoice::Default,
        lookup: None,
        budget: Budget { records: None, ..budget },
    };
    let (newest, collected) = collect_events(&app.aws, request, call.context(), Newest::default()).await;
    collected?;
    Ok(newest.0)
}
