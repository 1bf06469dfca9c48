//! CloudTrail cases.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use analysis::EvidenceLimits;
use analysis::cloudtrail::{EventAnalysis, EventResult};
use analysis::detect::{DetectionLimits, RulePack, built_in};
use cloudtrail_log::{Deduplicator, Seen, read_event};
use report::{Detail, Input};
use security_model::{
    Detection, EventFilter, Ledger, Outcome, RecordOrigin, Scope, SourceKey, TimeWindow, parse_timestamp, rfc3339,
};
use serde_json::{Value, json};

use super::{Case, declare_gaps, identifier};
use crate::rng::Rng;

/// The rules of the product.
static PACK: LazyLock<Arc<RulePack>> = LazyLock::new(|| built_in().build());

/// Which part of a night.
struct Part {
    name: String,
    filter: EventFilter,
    filters: BTreeMap<String, Vec<String>>,
    /// Only every n-th event.
    every: usize,
    /// Every event counted this many times: a large organization in little time.
    times: u64,
    gaps: bool,
}

impl Part {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            filter: EventFilter::default(),
            filters: BTreeMap::new(),
            every: 1,
            times: 1,
            gaps: false,
        }
    }

    fn filtered(name: &str, key: &str, value: &str, set: impl FnOnce(&mut EventFilter, String)) -> Self {
        let mut part = Self::new(&format!("{name} {value}"));
        set(&mut part.filter, value.to_owned());
        part.filters.insert(key.to_owned(), vec![value.to_owned()]);
        part
    }

    fn arguments(&self) -> Option<Value> {
        if self.every > 1 || self.times > 1 || self.gaps {
            return None;
        }
        let mut arguments = serde_json::Map::new();
        for (key, values) in &self.filters {
            let flag = values.first().and_then(|value| value.parse::<bool>().ok());
            arguments.insert(key.clone(), flag.map_or_else(|| json!(values), Value::Bool));
        }
        let window = self.filter.window;
        for (key, at) in [("start", window.start), ("end", window.end)] {
            arguments.extend(at.map(|at| (key.to_owned(), Value::String(rfc3339(at)))));
        }
        Some(Value::Object(arguments))
    }

    fn window(start: &str, end: &str) -> Self {
        let mut part = Self::new(&format!("from {start} to {end}"));
        part.filter.window = TimeWindow { start: parse_timestamp(start), end: parse_timestamp(end) };
        part
    }
}

fn parts(rng: &mut Rng) -> Vec<Part> {
    let mut parts = vec![Part::new("whole")];
    parts.push(Part { gaps: true, ..Part::new("whole, with gaps") });
    for hour in [18, 20, 22] {
        parts.push(Part::window(&format!("2026-11-20T{hour}:00:00Z"), &format!("2026-11-20T{}:30:00Z", hour + 1)));
    }
    let minute = 10 * rng.below(6);
    for (from, to) in [("01", "03"), ("02", "04"), ("03", "05")] {
        let mut part =
            Part::window(&format!("2026-11-21T{from}:{minute:02}:00Z"), &format!("2026-11-21T{to}:{minute:02}:00Z"));
        part.gaps = rng.one_in(2);
        parts.push(part);
    }
    parts.push(Part::filtered("region", "regions", "us-east-1", |filter, value| filter.regions.push(value)));
    parts.push(Part::filtered("region", "regions", "ap-southeast-2", |filter, value| filter.regions.push(value)));
    parts.push(Part::filtered("source", "event_sources", "iam.amazonaws.com", |filter, value| {
        filter.event_sources.push(value);
    }));
    parts.push(Part::filtered("event", "event_names", "ConsoleLogin", |filter, value| filter.event_names.push(value)));
    parts.push(Part::filtered("only", "failed_only", "true", |filter, _| filter.failed_only = true));
    parts.push(Part::filtered("reads", "read_only", "false", |filter, _| filter.read_only = Some(false)));
    // Nothing at all: with everything read, and with gaps.
    parts.push(Part::filtered("event", "event_names", "DeleteTrail", |filter, value| filter.event_names.push(value)));
    let mut nothing = Part::window("2026-11-19T00:00:00Z", "2026-11-19T06:00:00Z");
    nothing.gaps = true;
    parts.push(nothing);
    for every in [7, 23, 211] {
        parts.push(Part { every: every + rng.below(5), ..Part::new("a sample") });
    }
    parts.push(Part { times: 3 + rng.next() % 90, ..Part::new("large") });
    parts
}

/// The cases of one night.
pub(super) fn cases(night: u64, records: &[String], rng: &mut Rng, into: &mut Vec<Case>) {
    for part in parts(rng) {
        let mut rng = rng.fork(&part.name);
        into.push(case(night, &part, records, &mut rng));
    }
}

fn case(night: u64, part: &Part, records: &[String], rng: &mut Rng) -> Case {
    let mut analysis = EventAnalysis::new(EvidenceLimits::default());
    // An event that is counted many times over is no story.
    let tells_incidents = part.times == 1;
    if tells_incidents {
        analysis = analysis.with_rules(Arc::clone(&PACK), DetectionLimits::default());
    }
    let mut ledger = Ledger::default();
    let mut seen = Deduplicator::new();
    let place: Arc<str> = Arc::from("trail.json");
    for (index, text) in records.iter().enumerate().filter(|(index, _)| index % part.every == 0) {
        let read = read_event(text, |event| {
            let key = SourceKey::new("files", event.account_id, event.aws_region);
            let outcome = match seen.check(event) {
                Seen::Duplicate => Outcome::Duplicate,
                _ if part.filter.admit(event).is_ok() => Outcome::Counted,
                _ => Outcome::Excluded,
            };
            ledger.record_many(&key, outcome, part.times);
            if outcome == Outcome::Counted {
                for _ in 0..part.times {
                    analysis.observe(event, &RecordOrigin { place: Arc::clone(&place), index: index as u64 });
                }
            }
        });
        assert!(read.is_ok(), "the sample generator writes CloudTrail");
    }
    ledger.file_read();
    if part.gaps {
        declare_gaps(&mut ledger, "files", rng);
    }
    let coverage = ledger.close();
    let EventResult { summary, newest, accounts, regions, incidents, detections, .. } = analysis.finish();
    let alone: Vec<Detection> = detections.alone().cloned().collect();
    let incidents = tells_incidents.then_some(incidents.as_slice());
    let filters =
        part.filters.iter().map(|(key, values)| (key.clone(), values.iter().map(|v| identifier(v)).collect()));
    let scope = Scope {
        source: identifier("sample"),
        as_of: newest.map_or_else(|| sample_night::AS_OF.to_owned(), rfc3339),
        start: part.filter.window.start.map(rfc3339),
        end: part.filter.window.end.map(rfc3339),
        accounts,
        regions,
        filters: filters.collect(),
        working_set: "every CloudTrail event in the window that passes the filters".to_owned(),
        vantage: None,
        truncated: BTreeMap::new(),
    };
    let written = |detail, max_bytes| {
        report::local::cloudtrail(Input {
            scope: &scope,
            coverage: &coverage,
            summary: &summary,
            incidents,
            alone: &alone,
            detail,
            max_bytes,
        })
    };
    Case {
        name: format!("night {night}, events, {}", part.name),
        night,
        arguments: part.arguments(),
        local: vec![written(Detail::Standard, 4096), written(Detail::Full, 65_536)],
        facts: report::cloudtrail_fact_set(&scope, &coverage, &summary, incidents, &alone),
        coverage,
    }
}
