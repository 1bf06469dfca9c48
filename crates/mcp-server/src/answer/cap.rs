//! Cuts the lists of an answer to what fits a conversation, and says how long each was.

use std::collections::BTreeMap;

use report::engine::Report;
use report::verify::{Judgement, Verification};
use security_model::{Incident, SafeText, Scope, SourceCoverage, TextKind};
use serde::Serialize;

use super::{CloudTrailAnswer, FOOTER_BYTES, MAX_ANSWER_BYTES, MAX_FACTS, SecurityHubAnswer};
use crate::arguments::Detail;

/// An answer whose lists can be cut.
pub trait Cut: Serialize {
    /// Cuts every list to at most `rows`, inner lists to at most `inner`.
    fn cut(&mut self, rows: usize, inner: usize);
    /// Keeps the first `facts` facts: they come in order of importance.
    fn cut_facts(&mut self, facts: usize);
    /// The report, whose markdown the text block repeats.
    fn report(&mut self) -> &mut Report;
}

/// Cuts `answer` to the detail that was asked for, and further until text and structured content together stay below
/// [`MAX_ANSWER_BYTES`], or `full_bytes` for a full answer; without that limit a full answer is left whole.
pub fn fit<A: Cut>(answer: &mut A, detail: Detail, full_bytes: Option<usize>) {
    let most = match (detail, full_bytes) {
        (Detail::Full, None) => return,
        (Detail::Full, Some(bytes)) => bytes,
        _ => MAX_ANSWER_BYTES,
    };
    let steps: &[(usize, usize, usize)] = match detail {
        Detail::Full => {
            &[(usize::MAX, usize::MAX, usize::MAX), (1_000, 100, 2_000), (300, 50, 1_000), (100, 20, 500), (30, 5, 200)]
        }
        Detail::Standard => {
            &[(10, 5, MAX_FACTS), (7, 3, 55), (5, 2, 50), (4, 2, 48), (3, 1, 40), (2, 1, 30), (1, 1, 10), (0, 0, 5)]
        }
        Detail::Summary => &[(3, 2, 20), (2, 1, 15), (1, 1, 10), (0, 0, 5)],
    };
    for (rows, inner, facts) in steps {
        answer.cut(*rows, *inner);
        answer.cut_facts(*facts);
        if holds(answer, most) {
            return;
        }
        // Whoever stated a requirement knows it: its words give way before anything that was found.
        shorten_descriptions(answer.report());
        if holds(answer, most) {
            return;
        }
    }
}

fn holds<A: Cut>(answer: &mut A, most: usize) -> bool {
    json_bytes(&answer.report().markdown) + json_bytes(answer) + ENVELOPE_BYTES <= most
}

fn json_bytes(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(0, |bytes| bytes.len())
}

/// Room for the protocol's own envelope, the footer of the text block, and the link to the evidence bundle, in bytes.
const ENVELOPE_BYTES: usize = 1_536 + FOOTER_BYTES;

/// Descriptions that are longer than neutralised prose, cut to that. The built-in ones are shorter.
fn shorten_descriptions(report: &mut Report) {
    for requirement in &mut report.requirements {
        let description = &mut requirement.description;
        if description.len() > TextKind::Prose.max_bytes() {
            *description = SafeText::from_raw(description, TextKind::Prose).as_str().to_owned();
        }
    }
}

/// Leaves issues out until a verdict and `text`, its text block, stay below [`MAX_ANSWER_BYTES`] together: those at the end
/// of the report first, omissions last. The counts still tell of all of them.
pub fn fit_verdict(verdict: &mut Verification, text: &str) {
    let mut surplus = (json_bytes(verdict) + json_bytes(&text) + ENVELOPE_BYTES).saturating_sub(MAX_ANSWER_BYTES);
    for omissions in [false, true] {
        let mut kept = Vec::with_capacity(verdict.issues.len());
        while let Some(issue) = verdict.issues.pop() {
            if surplus > 0 && (issue.kind == Judgement::Omitted) == omissions {
                surplus = surplus.saturating_sub(json_bytes(&issue));
            } else {
                kept.push(issue);
            }
        }
        kept.reverse();
        verdict.issues = kept;
    }
}

/// Cuts a list, and notes how long it was.
pub(crate) fn cap<T>(list: &mut Vec<T>, name: &str, most: usize, truncated: &mut BTreeMap<String, u64>) {
    if list.len() > most {
        // A list cut twice keeps its first, true length.
        truncated.entry(name.to_owned()).or_insert(list.len() as u64);
        list.truncate(most);
    }
}

fn cut_sources(sources: &mut Vec<SourceCoverage>, truncated: &mut BTreeMap<String, u64>, rows: usize, inner: usize) {
    let gaps: usize = sources.iter().map(|source| source.gaps.len()).sum();
    // What is missing matters more than what went well.
    sources.sort_by_key(|source| (source.complete, std::cmp::Reverse(source.seen)));
    cap(sources, "sources", rows, truncated);
    for source in sources.iter_mut() {
        source.gaps.truncate(inner.max(1));
    }
    if sources.iter().map(|source| source.gaps.len()).sum::<usize>() < gaps {
        truncated.entry("gaps".to_owned()).or_insert(gaps as u64);
    }
}

impl Cut for SecurityHubAnswer {
    fn cut(&mut self, rows: usize, inner: usize) {
        cut_sources(&mut self.coverage.sources, &mut self.coverage.truncated, rows, inner);
        let findings = &mut self.findings;
        let cut = &mut findings.truncated;
        cap(&mut findings.by_product, "by_product", rows, cut);
        cap(&mut findings.by_account, "by_account", rows, cut);
        cap(&mut findings.by_region, "by_region", rows, cut);
        cap(&mut findings.by_category, "by_category", rows, cut);
        cap(&mut findings.top_resources, "top_resources", rows, cut);
        cap(&mut findings.top_controls, "top_controls", rows, cut);
        cap(&mut findings.attention, "attention", rows, cut);
        for row in &mut findings.attention {
            row.resources.truncate(inner);
        }
        cut_scope(&mut self.scope, rows);
    }

    fn cut_facts(&mut self, facts: usize) {
        self.facts.truncate(facts);
    }

    fn report(&mut self) -> &mut Report {
        &mut self.report
    }
}

impl Cut for CloudTrailAnswer {
    fn cut(&mut self, rows: usize, inner: usize) {
        cut_sources(&mut self.coverage.sources, &mut self.coverage.truncated, rows, inner);
        let events = &mut self.events;
        let cut = &mut events.truncated;
        cap(&mut events.by_event, "by_event", rows, cut);
        cap(&mut events.by_principal, "by_principal", rows, cut);
        cap(&mut events.by_source_ip, "by_source_ip", rows, cut);
        cap(&mut events.by_region, "by_region", rows, cut);
        cap(&mut events.by_user_agent_family, "by_user_agent_family", rows, cut);
        cap(&mut events.high_risk, "high_risk", rows.saturating_add(rows / 2), cut);
        for row in &mut events.by_principal {
            row.sessions.truncate(inner);
        }
        for row in &mut events.high_risk {
            row.principals.truncate(inner);
        }
        let failed = &mut events.failed_operations;
        cap(&mut failed.by_error, "by_error", rows, &mut failed.truncated);
        cap(&mut failed.by_event, "by_event", rows, &mut failed.truncated);
        cap(&mut failed.by_principal, "by_principal", rows, &mut failed.truncated);
        cut_scope(&mut self.scope, rows);
        cap(&mut self.detections, "detections", rows, &mut self.truncated);
        cap(&mut self.not_evaluated, "not_evaluated", rows, &mut self.truncated);
        for row in &mut self.detections {
            row.event_ids.truncate(inner);
            row.source_ips.truncate(inner);
            row.false_positives.truncate(inner);
        }
        cap(&mut self.incidents, "incidents", rows.div_ceil(3), &mut self.truncated);
        let events = self.incidents.iter().map(|incident| incident.timeline.len()).max().unwrap_or_default();
        for incident in &mut self.incidents {
            cut_incident(incident, rows, inner);
        }
        if self.incidents.iter().all(|incident| incident.timeline.len() < events) && events > 0 {
            self.truncated.entry("incidents.timeline".to_owned()).or_insert(events as u64);
        }
    }

    fn cut_facts(&mut self, facts: usize) {
        self.facts.truncate(facts);
    }

    fn report(&mut self) -> &mut Report {
        &mut self.report
    }
}

/// The worst of an incident stays: `investigate` tells the rest.
fn cut_incident(incident: &mut Incident, rows: usize, inner: usize) {
    let Incident { timeline, resources, left_behind, still_live, detections, findings, next_steps, actor, .. } =
        incident;
    timeline.truncate(rows);
    resources.truncate(rows);
    left_behind.truncate(inner);
    still_live.truncate(rows);
    detections.truncate(inner);
    findings.truncate(inner);
    next_steps.truncate(rows.max(inner));
    for list in [&mut actor.chain, &mut actor.access_keys, &mut actor.source_ips] {
        list.truncate(inner.max(1));
    }
}

fn cut_scope(scope: &mut Scope, rows: usize) {
    let most = rows.max(1).saturating_mul(2);
    cap(&mut scope.accounts, "accounts", most, &mut scope.truncated);
    cap(&mut scope.regions, "regions", most, &mut scope.truncated);
    for (name, values) in &mut scope.filters {
        cap(values, &format!("filters.{name}"), rows.max(1), &mut scope.truncated);
    }
}
