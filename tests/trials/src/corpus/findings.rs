//! Security Hub cases.

use std::collections::BTreeMap;
use std::sync::Arc;

use analysis::EvidenceLimits;
use analysis::security_hub::{FindingAnalysis, FindingResult};
use report::{Detail, Input};
use security_findings::{Finding, Latest, read_findings};
use security_model::{
    FindingFilter, Ledger, Outcome, RecordOrigin, RecordState, Scope, Severity, SourceKey, Workflow, WorkingSet,
    parse_timestamp, rfc3339,
};
use serde_json::{Value, json};

use super::{Case, declare_gaps, identifier};
use crate::rng::Rng;

struct Part {
    name: String,
    filter: FindingFilter,
    filters: BTreeMap<String, Vec<String>>,
    every: usize,
    gaps: bool,
}

impl Part {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            filter: FindingFilter::default(),
            filters: BTreeMap::new(),
            every: 1,
            gaps: false,
        }
    }

    fn arguments(&self) -> Option<Value> {
        if self.every > 1 || self.gaps {
            return None;
        }
        let mut arguments = serde_json::Map::new();
        for (key, values) in &self.filters {
            let value = if key == "updated_since" { json!(values.first()) } else { json!(values) };
            arguments.insert(key.clone(), value);
        }
        if self.filter.working_set == WorkingSet::ALL {
            arguments.insert("include".to_owned(), json!(["all"]));
        }
        Some(Value::Object(arguments))
    }

    fn filtered(key: &str, values: &[&str], set: impl FnOnce(&mut FindingFilter)) -> Self {
        let mut part = Self::new(&format!("{key} {}", values.join(",")));
        set(&mut part.filter);
        part.filters.insert(key.to_owned(), values.iter().map(|&value| value.to_owned()).collect());
        part
    }
}

fn parts(rng: &mut Rng) -> Vec<Part> {
    let mut parts = vec![Part::new("whole"), Part { gaps: true, ..Part::new("whole, with gaps") }];
    let mut all = Part::new("every state");
    all.filter.working_set = WorkingSet::ALL;
    parts.push(all);
    for severities in [
        &[Severity::Critical][..],
        &[Severity::High],
        &[Severity::Medium],
        &[Severity::Low],
        &[Severity::Critical, Severity::High],
        &[Severity::Medium, Severity::Low],
    ] {
        let labels: Vec<&str> = severities.iter().map(|severity| severity.label()).collect();
        let mut part = Part::filtered("severity", &labels, |filter| filter.severities = severities.to_vec());
        part.gaps = rng.one_in(4);
        parts.push(part);
    }
    for product in ["GuardDuty", "Inspector", "Security Hub", "IAM Access Analyzer"] {
        parts.push(Part::filtered("products", &[product], |filter| filter.products.push(product.to_owned())));
    }
    for region in ["us-east-1", "eu-central-1"] {
        parts.push(Part::filtered("regions", &[region], |filter| filter.regions.push(region.to_owned())));
    }
    for since in ["2026-11-21T00:00:00Z", "2026-11-14T00:00:00Z"] {
        let part = Part::filtered("updated_since", &[since], |filter| filter.updated_since = parse_timestamp(since));
        parts.push(part);
    }
    parts.push(Part::filtered("controls", &["KMS.99"], |filter| filter.controls.push("KMS.99".to_owned())));
    let mut nothing = Part::filtered("products", &["Macie"], |filter| filter.products.push("Nobody".to_owned()));
    nothing.gaps = true;
    parts.push(nothing);
    for every in [3, 11, 29] {
        parts.push(Part { every: every + rng.below(4), ..Part::new("a sample") });
    }
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
    let mut ledger = Ledger::default();
    let mut latest = Latest::new();
    let place: Arc<str> = Arc::from("findings.json");
    let mut found: Vec<Finding> = Vec::new();
    for (index, text) in records.iter().enumerate().filter(|(index, _)| index % part.every == 0) {
        read_findings(text, &mut found);
        for finding in found.drain(..) {
            latest.add(finding, index as u64);
        }
    }
    let (kept, superseded) = latest.finish();
    let whole = SourceKey::new("files", None, None);
    ledger.record_many(&whole, Outcome::Duplicate, superseded.len() as u64);
    let mut analysis = FindingAnalysis::new(EvidenceLimits::default());
    let any_state = FindingFilter { working_set: WorkingSet::ALL, ..part.filter.clone() };
    for (finding, index) in &kept {
        let (view, origin) = (finding.view(), RecordOrigin { place: Arc::clone(&place), index: *index });
        let key = SourceKey::new("files", view.account_id, view.region);
        let resolved = view.workflow == Workflow::Resolved && view.record_state != RecordState::Archived;
        if resolved && any_state.admit(&view).is_ok() {
            analysis.observe_resolved(&view, finding.hash(), &origin);
        }
        let admitted = part.filter.admit(&view).is_ok();
        ledger.record(&key, if admitted { Outcome::Counted } else { Outcome::Excluded });
        if admitted {
            analysis.observe(&view, finding.hash(), &origin);
        }
    }
    ledger.file_read();
    if part.gaps {
        declare_gaps(&mut ledger, "files", rng);
    }
    let coverage = ledger.close();
    let FindingResult { summary, as_of, accounts, regions, .. } = analysis.finish(parse_timestamp(sample_night::AS_OF));
    let filters =
        part.filters.iter().map(|(key, values)| (key.clone(), values.iter().map(|v| identifier(v)).collect()));
    let scope = Scope {
        source: identifier("sample"),
        as_of: as_of.map_or_else(|| sample_night::AS_OF.to_owned(), rfc3339),
        start: part.filter.updated_since.map(rfc3339),
        end: None,
        accounts,
        regions,
        filters: filters.collect(),
        working_set: part.filter.working_set.describe(),
        vantage: None,
        truncated: BTreeMap::new(),
    };
    let written = |detail, max_bytes| {
        report::local::security_hub(Input {
            scope: &scope,
            coverage: &coverage,
            summary: &summary,
            incidents: None,
            alone: &[],
            detail,
            max_bytes,
        })
    };
    Case {
        name: format!("night {night}, findings, {}", part.name),
        night,
        arguments: part.arguments(),
        local: vec![written(Detail::Standard, 4096), written(Detail::Full, 65_536)],
        facts: report::security_hub_fact_set(&scope, &coverage, &summary),
        coverage,
    }
}
