//! Security Hub, from arguments to answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use analysis::EvidenceLimits;
use analysis::security_hub::{FindingAnalysis, FindingResult};
use aws_collectors::{Budget, Collection, FindingCollection, FindingRequest, RegionChoice, Source, collect_findings};
use jiff::Timestamp;
use report::Subject;
use security_model::summary::FindingsSummary;
use security_model::{FindingFilter, Scope, WorkingSet, parse_timestamp, rfc3339};

use super::writing::Writing;
use super::{Analysed, Call, Gathered, Given};
use super::{new_analysis_id, region_choice, report_bounds, sorted_union, source, stated_filters};
use crate::answer::{SCHEMA_VERSION, SecurityHubAnswer, fit};
use crate::app::App;
use crate::arguments::SecurityHubArguments;
use crate::error::Failure;
use crate::evidence_store::{Analysis, Evidence};

/// Name of the tool.
pub const TOOL: &str = "analyze_aws_security_hub";

/// Runs the analysis, has its report written and keeps what it rests on.
///
/// # Errors
/// Arguments that cannot be used, or a source from which nothing at all could be read.
pub async fn run(
    app: &App,
    arguments: &SecurityHubArguments,
    call: &Call,
) -> Result<Analysed<SecurityHubAnswer>, Failure> {
    let writing = Writing::plan(
        app,
        Subject::SecurityHub,
        report_bounds(arguments.detail, call.room).0,
        arguments.report(),
        call,
    )?;
    let gathered = gather(app, arguments, call, &writing).await?;
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
        basis: None,
        detections: Vec::new(),
        incidents: Vec::new(),
    });
    let mut answer = SecurityHubAnswer {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        analysis_id: analysis.analysis_id.clone(),
        generated_at: analysis.generated_at.clone(),
        facts: analysis.facts.facts.clone(),
        scope,
        coverage,
        findings: summary,
        report: analysis.report.clone(),
    };
    fit(&mut answer, arguments.detail, call.room.full_bytes);
    let stated = serde_json::to_string(arguments).unwrap_or_default();
    app.evidence.keep(Arc::clone(&analysis), &stated, Instant::now());
    Ok(Analysed { answer, analysis })
}

/// What a writer would be sent for this analysis, and nothing is sent.
///
/// # Errors
/// As [`run`].
pub async fn explain_egress(app: &App, arguments: &SecurityHubArguments, call: &Call) -> Result<String, Failure> {
    let writing = Writing::plan(
        app,
        Subject::SecurityHub,
        report_bounds(arguments.detail, call.room).0,
        arguments.report(),
        call,
    )?;
    let gathered = gather(app, arguments, call, &writing).await?;
    Ok(writing.explain_egress(&gathered))
}

async fn gather(
    app: &App,
    arguments: &SecurityHubArguments,
    call: &Call,
    writing: &Writing,
) -> Result<Gathered<FindingsSummary>, Failure> {
    let sample = vec![("findings.json.gz", sample_night::FINDINGS_JSON_GZ)];
    let source = source::parse(arguments.source.as_deref(), sample, &call.paths)?;
    let live = matches!(source, Source::Aws);
    let fixed_as_of = match &source {
        Source::Aws => Some(call.now),
        Source::Bytes { .. } => source::sample_as_of(),
        Source::Path(_) => None,
    };
    let given = Given {
        seconds: arguments.max_seconds,
        calls: arguments.max_calls,
        records: ("max_findings", arguments.max_findings),
    };
    let budget = call.budget(live, given, writing.reading_seconds(call))?;
    let anchor = match fixed_as_of {
        Some(as_of) => as_of,
        // An age counts back from the newest finding, which takes a reading of its own to find.
        None if arguments.updated_since.as_deref().is_some_and(|since| parse_timestamp(since).is_none()) => {
            newest_finding(app, &source, budget, call).await?.unwrap_or(call.now)
        }
        None => call.now,
    };
    let filter = arguments.filter(anchor)?;
    let request = FindingRequest {
        source: source.clone(),
        filter: filter.clone(),
        regions: region_choice(&arguments.regions),
        budget,
    };
    let FindingCollection { counted, resolved, statistics_v2, collection } =
        collect_findings(&app.aws, request, call.context()).await?;
    let Collection { coverage, vantage, regions_asked, .. } = collection;

    let mut analysis = FindingAnalysis::new(EvidenceLimits::default());
    for found in &counted {
        analysis.observe(&found.finding.view(), found.finding.hash(), &found.origin);
    }
    match &resolved {
        Some(resolved) => {
            for found in resolved {
                analysis.observe_resolved(&found.finding.view(), found.finding.hash(), &found.origin);
            }
        }
        None => analysis.resolved_unknown(),
    }
    let FindingResult { mut summary, evidence, as_of, accounts, regions, .. } = analysis.finish(fixed_as_of);
    summary.statistics_v2 = statistics_v2;

    let scope = Scope {
        source: source::describe(&source),
        as_of: rfc3339(as_of.unwrap_or(call.now)),
        start: filter.updated_since.map(rfc3339),
        end: live.then(|| rfc3339(call.now)),
        accounts,
        regions: sorted_union(regions, regions_asked),
        filters: stated_filters(arguments.stated_filters()),
        working_set: filter.working_set.describe(),
        vantage,
        truncated: BTreeMap::new(),
    };
    let (detail, max_bytes) = report_bounds(arguments.detail, call.room);
    let local = report::local::security_hub(report::Input {
        scope: &scope,
        coverage: &coverage,
        summary: &summary,
        incidents: None,
        alone: &[],
        detail,
        max_bytes,
    });
    let facts = report::security_hub_fact_set(&scope, &coverage, &summary);
    Ok(Gathered { scope, coverage, summary, facts, evidence: Evidence::Findings(evidence), local, max_bytes })
}

async fn newest_finding(app: &App, source: &Source, budget: Budget, call: &Call) -> Result<Option<Timestamp>, Failure> {
    let request = FindingRequest {
        source: source.clone(),
        filter: FindingFilter { working_set: WorkingSet::ALL, ..FindingFilter::default() },
        regions: RegionChoice::Default,
        budget: Budget { records: None, ..budget },
    };
    let found = collect_findings(&app.aws, request, call.context()).await?;
    Ok(found
        .counted
        .iter()
        .flat_map(|found| {
            let view = found.finding.view();
            [view.updated_at, view.created_at]
        })
        .flatten()
        .max())
}
