//! CloudTrail, from arguments to answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use analysis::EvidenceLimits;
use analysis::baseline::{Baseline, BaselineBuilder};
use analysis::cloudtrail::{EventAnalysis, EventResult};
use analysis::detect::{DetectionLimits, Detections};
use aws_collectors::{Budget, Collection, EventRequest, EventSink, RegionChoice, Source, collect_events};
use jiff::{Span, Timestamp};
use report::Subject;
use security_model::summary::EventsSummary;
use security_model::{Coverage, Detection, EventFilter, EventView, Incident, RecordOrigin, SafeText, Scope, rfc3339};
use uuid::Uuid;

use super::writing::Writing;
use super::{Analysed, Call, Gathered, Given};
use super::{new_analysis_id, region_choice, report_bounds, sorted_union, source, stated_filters};
use crate::answer::{Basis, CloudTrailAnswer, SCHEMA_VERSION, fit};
use crate::app::App;
use crate::arguments::CloudTrailArguments;
use crate::error::Failure;
use crate::evidence_store::{Analysis, Evidence};
use crate::reference::ReferenceData;

/// Name of the tool.
pub const TOOL: &str = "analyze_aws_cloudtrail";

/// Hours that a live analysis looks back when nothing is said.
const DEFAULT_LIVE_HOURS: i64 = 24;

struct Analyse(EventAnalysis);

struct Learn(BaselineBuilder);

impl EventSink for Learn {
    fn event(&mut self, event: &EventView<'_>, origin: &RecordOrigin) {
        self.0.observe(event, origin);
    }
}

impl EventSink for Analyse {
    fn event(&mut self, event: &EventView<'_>, origin: &RecordOrigin) {
        self.0.observe(event, origin);
    }
}

/// Runs the analysis, has its report written and keeps what it rests on.
///
/// # Errors
/// Arguments that cannot be used, or a source from which nothing at all could be read.
pub async fn run(
    app: &App,
    arguments: &CloudTrailArguments,
    call: &Call,
) -> Result<Analysed<CloudTrailAnswer>, Failure> {
    let writing = Writing::plan(
        app,
        Subject::CloudTrail,
        report_bounds(arguments.detail, call.room).0,
        arguments.report(),
        call,
    )?;
    // An analysis that is gone is said before anything is read.
    let posture = arguments.findings_from.as_deref().map(|id| app.evidence.get(id, Instant::now())).transpose()?;
    let (gathered, Found { detections, mut incidents, basis }) = gather(app, arguments, call, &writing).await?;
    if let Some(posture) = posture {
        join_findings(&mut incidents, &posture)?;
    }
    let report = writing.report(&gathered, call).await;
    let Gathered { scope, coverage, summary, facts, evidence, .. } = gathered;
    let analysis = Arc::new(Analysis {
        analysis_id: new_analysis_id(),
        tool: TOOL,
        generated_at: rfc3339(call.now),
        scope: scope.clone(),
        coverage: coverage.clone(),
        facts,
        requirements: arguments.requirements.clone(),
        report,
        evidence,
        basis: Some(basis.clone()),
        detections: detections.rows,
        incidents,
    });
    let mut answer = CloudTrailAnswer {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        analysis_id: analysis.analysis_id.clone(),
        generated_at: analysis.generated_at.clone(),
        facts: analysis.facts.facts.clone(),
        scope,
        coverage,
        basis,
        events: summary,
        incidents: analysis.incidents.clone(),
        detections: analysis.detections.iter().map(|row| row.detection.clone()).collect(),
        not_evaluated: detections.not_evaluated,
        truncated: BTreeMap::new(),
        report: analysis.report.clone(),
    };
    fit(&mut answer, arguments.detail, call.room.full_bytes);
    let stated = serde_json::to_string(arguments).unwrap_or_default();
    app.evidence.keep(Arc::clone(&analysis), &stated, Instant::now());
    Ok(Analysed { answer, analysis })
}

/// Names the findings of `posture` on what each incident touched, and on the keys and identities behind it.
fn join_findings(incidents: &mut [Incident], posture: &Analysis) -> Result<(), Failure> {
    let Evidence::Findings(findings) = &posture.evidence else {
        let advice = "this is no analysis of findings; give one of analyze_aws_security_hub";
        return Err(Failure::bad_argument("findings_from", advice));
    };
    for incident in incidents {
        let actor = &incident.actor;
        let names = [&actor.principal].into_iter().chain(&actor.access_keys).chain(&incident.resources);
        let names: Vec<&str> = names.map(SafeText::as_str).collect();
        incident.findings = findings.about(&names);
    }
    Ok(())
}

/// What a writer would be sent for this analysis, and nothing is sent.
///
/// # Errors
/// As [`run`].
pub async fn explain_egress(app: &App, arguments: &CloudTrailArguments, call: &Call) -> Result<String, Failure> {
    let writing = Writing::plan(
        app,
        Subject::CloudTrail,
        report_bounds(arguments.detail, call.room).0,
        arguments.report(),
        call,
    )?;
    let (gathered, _) = gather(app, arguments, call, &writing).await?;
    Ok(writing.explain_egress(&gathered))
}

/// What was found beside the numbers.
struct Found {
    detections: Detections,
    incidents: Vec<Incident>,
    basis: Basis,
}

async fn gather(
    app: &App,
    arguments: &CloudTrailArguments,
    call: &Call,
    writing: &Writing,
) -> Result<(Gathered<EventsSummary>, Found), Failure> {
    let (rules, ReferenceData { places, baseline }) = tokio::try_join!(app.rules.ready(), app.reference.ready())?;
    let mut analysis = EventAnalysis::new(EvidenceLimits::default())
        .with_rules(rules, DetectionLimits::default())
        .with_places(Arc::clone(&places));
    if let Some(baseline) = &baseline {
        analysis = analysis.with_baseline(Arc::clone(baseline));
    }
    let (sink, read) = read(app, arguments, call, writing.reading_seconds(call), Analyse(analysis)).await?;
    let Read { source, filter, anchor, collected } = read;
    let Collection { coverage, vantage, regions_asked, .. } = collected;
    let EventResult { summary, evidence, newest, oldest, accounts, regions, detections, incidents } = sink.0.finish();
    let basis = Basis::of(&places, baseline.as_deref(), oldest.zip(newest));

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
    let alone: Vec<Detection> = detections.alone().cloned().collect();
    let local = report::local::cloudtrail(report::Input {
        scope: &scope,
        coverage: &coverage,
        summary: &summary,
        incidents: Some(&incidents),
        alone: &alone,
        detail,
        max_bytes,
    });
    let facts = report::cloudtrail_fact_set(&scope, &coverage, &summary, Some(&incidents), &alone);
    let evidence = Evidence::Events(evidence);
    Ok((
        Gathered { scope, coverage, summary, facts, evidence, local, max_bytes },
        Found { detections, incidents, basis },
    ))
}

/// What is ordinary in the events.
///
/// # Errors
/// As [`run`], and when nothing could be learned.
pub async fn learn(app: &App, arguments: &CloudTrailArguments, call: &Call) -> Result<(Baseline, Coverage), Failure> {
    let ReferenceData { places, .. } = app.reference.ready().await?;
    let builder = BaselineBuilder::new(Uuid::new_v4().as_u128()).with_places(places);
    let (sink, read) = read(app, arguments, call, call.live_seconds, Learn(builder)).await?;
    let Read { filter, collected, .. } = read;
    let words = learned_from(arguments, &filter, &collected);
    let builder = sink.0.built_from(&words);
    let baseline = builder.finish().map_err(|error| Failure::bad_argument("source", error.to_string()))?;
    Ok((baseline, collected.coverage))
}

/// What a baseline is made of, where that is not everything. Its file names nobody, so that accounts, principals, keys and
/// addresses are only counted.
fn learned_from(arguments: &CloudTrailArguments, filter: &EventFilter, collected: &Collection) -> String {
    const NAMED: usize = 4;
    let counted = |many: usize, one: &str, more: &str| format!("{many} {}", if many == 1 { one } else { more });
    let named = |names: &[String], one: &str, more: &str| match names {
        [name] => format!("{one} {name}"),
        names if names.len() <= NAMED => format!("{more} {}", names.join(", ")),
        names => counted(names.len(), one, more),
    };
    // Live, only these were asked, whether or not somebody named them.
    let regions: Vec<String> =
        sorted_union(Vec::new(), collected.regions_asked.clone()).iter().map(ToString::to_string).collect();
    let regions = if filter.regions.is_empty() { &regions } else { &filter.regions };
    let mut parts = Vec::new();
    parts.extend((!regions.is_empty()).then(|| named(regions, "region", "regions")));
    parts.extend((!filter.event_names.is_empty()).then(|| named(&filter.event_names, "event", "events")));
    parts.extend((!filter.event_sources.is_empty()).then(|| named(&filter.event_sources, "source", "sources")));
    for (names, one, more) in [
        (&filter.accounts, "account", "accounts"),
        (&filter.principals, "principal", "principals"),
        (&filter.access_key_ids, "access key", "access keys"),
        (&filter.source_ips, "address", "addresses"),
    ] {
        parts.extend((!names.is_empty()).then(|| counted(names.len(), one, more)));
    }
    parts.extend(filter.read_only.map(|reads| if reads { "reads only" } else { "writes only" }.to_owned()));
    parts.extend(filter.failed_only.then(|| "failed calls only".to_owned()));
    // A live window is the default's even if nobody asked for one: the days of the file say enough.
    let asked_for = arguments.start.is_some() || arguments.last.is_some() || arguments.end.is_some();
    let window = [("from", filter.window.start), ("until", filter.window.end)].into_iter().filter(|_| asked_for);
    parts.extend(window.filter_map(|(word, time)| Some(format!("{word} {}", rfc3339(time?)))));
    parts.extend((!collected.coverage.complete).then(|| "not everything that was asked for could be read".to_owned()));
    parts.join("; ")
}

/// What was read, and from when to when.
struct Read {
    source: Source,
    filter: EventFilter,
    /// What an age counts back from.
    anchor: Timestamp,
    collected: Collection,
}

/// Shows every event that is asked for to `sink`.
async fn read<S: EventSink + 'static>(
    app: &App,
    arguments: &CloudTrailArguments,
    call: &Call,
    seconds: u64,
    sink: S,
) -> Result<(S, Read), Failure> {
    let sample = vec![("cloudtrail.json.gz", sample_night::CLOUDTRAIL_JSON_GZ)];
    let source = source::parse(arguments.source.as_deref(), sample, &call.paths)?;
    let live = matches!(source, Source::Aws);
    let given = Given {
        seconds: arguments.max_seconds,
        calls: arguments.max_calls,
        records: ("max_events", arguments.max_events),
    };
    let budget = call.budget(live, given, seconds)?;
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
    let (sink, collected) = collect_events(&app.aws, request, call.context(), sink).await;
    Ok((sink, Read { source, filter, anchor, collected: collected? }))
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
